# %% [markdown]
# # The one-dimensional Ising chain, for students
#
# Spins s = ±1 on a line, each coupled to its two neighbours:
#
# −βH = K Σ sᵢ sᵢ₊₁ + F Σ sᵢ .
#
# K = J/kT is the coupling and F the field, both in units of kT: a high temperature is a small K. The chain is the one model
# in which the renormalization group can be done exactly on a page. Here the page is checked by the computer.
#
# ## Sum out one spin
#
# Take three neighbours without a field. The middle spin appears in K s₁ s₂ + K s₂ s₃ only, and its two values give
#
# Σ e^{K s₂ (s₁ + s₃)} = 2 cosh K(s₁ + s₃) ,
#
# which is 2 cosh 2K if s₁ = s₃, and 2 otherwise. A function of s₁ s₃ = ±1 can always be written as e^{g + K′ s₁ s₃}; two
# values, two constants.

# %%
from itertools import product

import sympy

import symrg as sg

K = sympy.Symbol("K")
s1, s2, s3 = (sg.Variable(name, (-1, 1)) for name in ("s_1", "s_2", "s_3"))
three = sg.decimate(K * s1 * s2 + K * s2 * s3, over=[s2])
print(three.couplings)
#> {s_1*s_3: log(exp(2*K)/2 + exp(-2*K)/2)/2, s_1: 0, s_3: 0, 1: log(2*exp(2*K) + 2*exp(-2*K))/2}

# %% [markdown]
# The middle spin is gone, and its neighbours are coupled by K′ = ½ ln cosh 2K; there is no field (0, 0), and the last entry
# is the constant g. `sg.equal` decides whether that is what the book says:

# %%
after = three.couplings[s1 * s3]
print(sg.equal(after, sympy.log(sympy.cosh(2 * K)) / 2).status)
print(sg.equal(sympy.tanh(after), sympy.tanh(K) ** 2).status)
assert sg.equal(sympy.tanh(after), sympy.tanh(K) ** 2).status == "proved"
#> proved
#> proved

# %% [markdown]
# The second line is the better way to say it. In the variable t = tanh K summing out every second spin is just
#
# t′ = t² .
#
# ## No phase transition
#
# For 0 < t < 1 squaring makes t smaller, again and again: from *every* temperature above zero the flow leads to t = 0, where
# the spins are independent. Only t = 0 itself and t = 1, zero temperature, stay where they are. So the chain orders at zero
# temperature only.

# %%
t = sympy.Symbol("t")
R = sg.IsingChain(sympy.atanh(t)).recursion(scale=2, coordinates="t")
print(R)
for start in (sympy.Rational(1, 2), sympy.Rational(9, 10), sympy.Rational(99, 100)):
    print(start, [round(float(x), 4) for (x,) in R.iterate((start,), 6)])
assert sg.equal(t**2, t, relation="<", positive=[t, 1 - t]).status == "proved"
#> Recursion(t' = t**2; scale 2)
#> 1/2 [0.5, 0.25, 0.0625, 0.0039, 0.0, 0.0, 0.0]
#> 9/10 [0.9, 0.81, 0.6561, 0.4305, 0.1853, 0.0343, 0.0012]
#> 99/100 [0.99, 0.9801, 0.9606, 0.9227, 0.8515, 0.725, 0.5256]

# %% [markdown]
# The `float` is for the eye only; the recursion itself computes with fractions. At t = 0.99 the flow lingers near the cold
# fixed point before it goes: the chain is ordered over some distance. How far?
#
# ## The correlation length
#
# The correlation of two spins at the distance r, on an infinite chain:

# %%
chain = sg.IsingChain(sympy.atanh(t))
print([chain.law(0, r).moment(0, 1) for r in (1, 2, 5)])
#> [t, t**2, t**5]

# %% [markdown]
# ⟨s₀ s_r⟩ = t^r = e^{−r/ξ} with ξ = −1/ln t. After a step there are half as many spins, so ξ should be half as long in units
# of the new distance. It is, because ln t² = 2 ln t. ξ grows without bound as t → 1. To see how, linearise at t = 1:

# %%
print(R.linearize((1,)).exponents)
#> {Fraction(2, 1): 1}

# %% [markdown]
# The eigenvalue 2 is 2¹: a small distance 1 − t from zero temperature doubles in each step, so ξ ∼ 1/(1 − t). With
# 1 − t ≈ 2 e^{−2K}, that is ξ ∼ e^{2J/kT}/2: exponentially large in the inverse temperature, not a power of it, as it would
# be at an ordinary critical point. sympy agrees:

# %%
print(sympy.limit(-1 / sympy.log(sympy.tanh(K)) / sympy.exp(2 * K), K, sympy.oo))
#> 1/2

# %% [markdown]
# ## With a field
#
# Now there are two coordinates, x = e^{−4K} and y = e^{−2F}. One step of the chain in a field:

# %%
field = sg.IsingChain(K, sympy.Symbol("F")).recursion(scale=2)
print(field)
print(field.fixed_points())
#> Recursion(x' = x*(y + 1)**2/((x + y)*(x*y + 1)), y' = y*(x + y)/(x*y + 1); scale 2)
#> FixedPointSet (complete; all finite points): 3 components
#> dim  λ (how many)    couplings  real  where
#> 1    0 (1), 1 (1)    finite     yes   x - 1 = 0
#> 0    -2 (1), -1 (1)  finite     no    x = -3, y = 1
#> 0    2 (1), 4 (1)    infinite   –     x = 0, y = 1

# %% [markdown]
# x = 1 is the line of independent spins, K = 0, in any field. The point with x = −3 belongs to no real coupling. The last is
# zero temperature without a field, K = ∞. Its exponents:

# %%
print(field.linearize((0, 1)).exponents)
#> {Fraction(2, 1): 1, Fraction(4, 1): 2}

# %% [markdown]
# Both directions are relevant. The field has the exponent 1, which is the dimension d of the chain: flipping a block of p
# spins that all point the same way costs p times the field. And x has the exponent 2, because x ≈ (1 − t)²/4 near t = 1.
#
# ## Three spins on a ring
#
# Trust no formula that you have not tried on a small system. For a ring of N spins the correlation is
# (t^r + t^{N−r})/(1 + t^N). By brute force for N = 3: sum e^{K(…)} over all eight states, with w = e^K.

# %%
w = sympy.Symbol("w", positive=True)
states = list(product((-1, 1), repeat=3))
weights = [w ** (a * b + b * c + c * a) for a, b, c in states]
brute = sum(a * b * weight for (a, b, c), weight in zip(states, weights, strict=True)) / sum(weights)
formula = sg.IsingChain(sympy.atanh(t), sites=3, periodic=True).law(0, 1).moment(0, 1)
print(formula)
verdict = sg.equal(brute, formula, meaning={t: (w**2 - 1) / (w**2 + 1)})
print(verdict.status)
assert verdict.status == "proved"
#> t/(t**2 - t + 1)
#> proved

# %% [markdown]
# ## Exercises
#
# 1. Keep every third spin. What is t′, and K′ in terms of K? (`coordinates="t"`, `scale=3`.) Guess the result for every b-th.
# 2. Spin 1, S = −1, 0, 1, with K S₁S₂ + K S₂S₃. Sum S₂ out. Is the result of the same form?
#
# Answers: 1. t′ = t³ and K′ = artanh(tanh³ K); t′ = t^b. 2. No: there are terms S₁²S₃², S₁² and S₃² besides S₁S₃, so a
# recursion needs more couplings from the start.
