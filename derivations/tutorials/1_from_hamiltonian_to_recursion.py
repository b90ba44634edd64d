# %% [markdown]
# # From a Hamiltonian to a recursion
#
# A renormalization group step in a chain of layers is a sum: write −βH down, sum every second layer out, read the
# couplings of what is left. This tutorial does it for the smallest network with dynamic neurons (D. Lee, H.-S. Lee and
# J. Yi, 2024), and then for spins of your own. Lines that start with `#>` are what a cell prints.

# %%
import sympy

import symrg as sg

net = sg.LayeredNetwork(weights=(-1, 1), biases=(-1, 1), neurons=(0, 1), activation=sg.heaviside)
print(net.layer_hamiltonian(0))
#> (h^(1) - heaviside(W^(0)*h^(0) + b^(0)))**2

# %% [markdown]
# One neuron a layer; the state h⁽¹⁾ of the next neuron costs energy where it differs from the activation σ = Θ(W h + b) of
# the one before. Everything here has an *alphabet*, a finite set of exact numbers, so every sum is a finite sum. All
# transformations take the exponent −βH of the Boltzmann weight, not H.
#
# ## Summing the weight and the bias out
#
# `decimate` sums variables out of an exponent. What is left depends on the two neurons, and is written again as a
# polynomial in them; since h² = h, there are only the monomials h⁽⁰⁾h⁽¹⁾, h⁽⁰⁾, h⁽¹⁾ and 1.

# %%
beta = sympy.Symbol("beta")
W, b = net.weights_at(0)[0], net.biases_at(0)[0]
summed = sg.decimate(-beta * net.layer_hamiltonian(0), over=[W, b])
for monomial, coupling in summed.couplings.items():
    print(monomial, ":", coupling)
#> h^(0)*h^(1) : log((3*exp(beta) + 1)/(exp(beta) + 3))
#> h^(0) : log((exp(beta) + 3)/(2*exp(beta) + 2))
#> h^(1) : 0
#> 1 : log(2 + 2*exp(-beta))

# %% [markdown]
# Already after this small sum there is a coupling of neighbouring neurons, ln((1 + 3e^β)/(3 + e^β)), and a field on h⁽⁰⁾,
# but the form of the Hamiltonian has changed. A recursion needs a form that a step does not change. The most general
# exponent of one layer, in the neuron h of the next layer and the activation σ of this one, is such a form:

# %%
chain = net.chain()
print(chain.exponent)
print(chain.multiplicity)
#> A*h*sigma + B*h + C*sigma
#> ((2, 2), (1, 3))

# %% [markdown]
# A, B and C are the couplings (dimensionless: β is in them). The matrix is G: G[h, σ] is the number of pairs (W, b) that
# lead from the neuron state h to the activation state σ. From h = 0 two of four pairs give σ = 1; from h = 1 three do,
# because Θ(0) = 1. G is all that the recursion has to know of weights, biases and activation function.
#
# ## One step
#
# Take two layers, and sum out the neuron between them with its weight and bias. No theory is used here, only the sum:

# %%
A, B, C = chain.couplings
W, b, h = net.weights_at(1)[0], net.biases_at(1)[0], net.neurons_at(1)[0]
before, after = net.activations_at(0)[0], net.neurons_at(2)[0]
sigma = sg.heaviside(W * h + b)
two_layers = (A * after * sigma + B * after + C * sigma) + (A * h * before + B * h + C * before)
step = sg.decimate(two_layers, over=[W, b, h])
print(step.couplings[after])
#> log((exp(B) + 2*exp(A + C) + 3*exp(A + B + C) + 2)*exp(B)/(exp(B) + 2*exp(C) + 3*exp(B + C) + 2))

# %% [markdown]
# The result has the same form with new couplings: that is the recursion. `chain.recursion(scale=2)` has it at once, as the
# matrix product V ↦ V Gᵀ V, where V[h, σ] is the Boltzmann weight of a bond. `sg.equal` decides whether both agree:
# exactly, for all couplings.

# %%
R = chain.recursion(scale=2)
for monomial, coupling in ((after * before, A), (after, B), (before, C)):
    verdict = sg.equal(step.couplings[monomial], R.coupling_images[coupling])
    print(coupling, verdict.status)
    assert verdict.status == "proved"
#> A proved
#> B proved
#> C proved

# %% [markdown]
# ## Factors
#
# Couplings transform with logarithms and exponentials. Their exponentials a = e^A, b = e^B, c = e^C, the *factors*,
# transform rationally, which is why symrg computes with them:

# %%
print(chain.bond)
for factor, image in R.images.items():
    print(factor, "->", image)
#> Matrix([[1, c], [b, a*b*c]])
#> a -> (3*b*c + b + 2*c + 2)*(3*a**2*b*c + a*b + 2*a*c + 2)/((3*a*b*c + a*b + 2*c + 2)*(3*a*b*c + 2*a*c + b + 2))
#> b -> b*(3*a*b*c + 2*a*c + b + 2)/(3*b*c + b + 2*c + 2)
#> c -> c*(3*a*b*c + a*b + 2*c + 2)/(3*b*c + b + 2*c + 2)

# %% [markdown]
# A recursion is called with a point and answers exactly. `iterate` returns the orbit; `level(point, k)` the k-th image at
# once. Numbers that are not exact are refused.

# %%
print(*R((2, 1, 1)))
print(*R.level((2, 1, 1), 2))
assert R.level((2, 1, 1), 2) == R(R((2, 1, 1)))
try:
    R((0.5, 1, 1))
except sg.NotExactError as error:
    print(error)
#> 40/39 13/8 3/2
#> 125549/125545 1477/892 340/223
#> the value of a is the inexact 0.5; give the exact number you mean, for instance Fraction(1, 2)

# %% [markdown]
# Here a starts at 2 and is 1.026 after one step and 1.00003 after two: the coupling A between layers dies out, while b and
# c settle. Where such flows end is the subject of the next tutorial.
#
# ## Degrees of freedom of your own
#
# Nothing is special to networks. Three Potts spins with three states, coupled by K where neighbours are equal; `project`
# turns the Kronecker delta into a polynomial, `weights_in` shows the summed weights with u = e^K:

# %%
K, u = sympy.symbols("K u")
left, middle, right = (sg.Variable(name, (0, 1, 2)) for name in ("q_1", "q_2", "q_3"))
potts = K * sg.project(lambda p, q: int(p == q), [left, middle])
potts += K * sg.project(lambda p, q: int(p == q), [middle, right])
weights = sg.decimate(potts, over=[middle]).weights_in({K: u})
print(weights[0, 0], "|", weights[0, 1])
assert all(weight == (u**2 + 2 if p == q else 2 * u + 1) for (p, q), weight in weights.items())
#> u**2 + 2 | 2*u + 1

# %% [markdown]
# So the weight of equal neighbours, in units of that of different ones, changes as u′ = (u² + 2)/(2u + 1): the recursion
# of the Potts chain.
#
# ## Exercises
#
# 1. Add 0 to the alphabet of the weights. What is G? Which factors does `R` send the point (2, 1, 1) to?
# 2. Keep every third layer, `chain.recursion(scale=3)`, and then every second of those. Show with `compose` and `==` that
#    this is one step of scale 6.
#
# Answers: 1. G = ((3, 3), (2, 4)), and (58/57, 19/12, 3/2). 2. `chain.recursion(2).compose(chain.recursion(3)) ==
# chain.recursion(6)` is true.
