# %% [markdown]
# # All fixed points, and what they mean
#
# Searching for fixed points numerically finds those near the starting points. symrg solves R(x) = x over the complex
# numbers, and says whether the list is complete and why. The recursion is the one of the first tutorial: the founding
# paper's network, every second layer summed out.

# %%
from fractions import Fraction

import sympy

import symrg as sg

chain = sg.LayeredNetwork().chain()
R = chain.recursion(scale=2)
fixed = R.fixed_points()
print(fixed)
assert fixed.complete
#> FixedPointSet (complete; no factor 0 or infinite): 2 components
#> dim  λ (how many)  couplings  real  where
#> 2    0 (1), 1 (2)  finite     yes   a - 1 = 0
#> 0    2 (3)         finite     no    a = 3, b = -2/3, c = -1/3

# %% [markdown]
# There are two components. Each is given by polynomials in the factors a = e^A, b = e^B, c = e^C that vanish on it, with its
# dimension, the eigenvalues λ of the linearised recursion, and whether its couplings can be real.
#
# ## The surface a = 1
#
# A fixed *surface*: A = 0, and any B and C. Neighbouring layers are not coupled, so summing one out changes nothing.

# %%
surface, point = fixed
print(surface.dimension, surface.rank, surface.physical, "|", surface.physical_reason)
for eigenvalue, exponent in surface.exponents.items():
    print("eigenvalue", eigenvalue, "exponent", exponent, "times", surface.spectrum[eigenvalue])
#> 2 1 True | a = 1, b = 1, c = 1 is on it
#> eigenvalue 0 exponent -oo times 1
#> eigenvalue 1 exponent 0 times 2

# %% [markdown]
# The exponent is y = ln λ / ln p, λ an eigenvalue of the linearised recursion and p = 2 the scale. The eigenvalue 1 occurs
# twice: these are the two directions along the surface, and moving there is marginal. The eigenvalue 0, y = −∞, belongs to
# the direction off the surface, A: it does not just decay like a power of the length, it vanishes to first order after a
# single step. The bond matrix V has rank 1 there: the weight of a bond is a product of a function of h and one of σ. The
# spectrum is the same on the whole surface, and so it is at any point of it:

# %%
print(R.linearize((1, 2, 5)).exponents)
#> {Fraction(0, 1): -oo, Fraction(1, 1): 0}

# %% [markdown]
# On some curve of the surface the map is not defined, because all weights cancel (0/0). Such *punctures* are not fixed
# points and are listed. This one needs factors that are not positive, so no real coupling is affected:

# %%
print(surface.punctures)
#> (3*b*c + b + 2*c + 2,)

# %% [markdown]
# ## The isolated point

# %%
print(*point.point, "| physical:", point.physical, "|", point.physical_reason)
print(point.couplings)
print(point.exponents, point.spectrum)
#> 3 -2/3 -1/3 | physical: False | its points have factors that are not positive
#> {A: log(3), B: log(2/3) + I*pi, C: -log(3) + I*pi}
#> {Fraction(2, 1): 1} {Fraction(2, 1): 3}

# %% [markdown]
# All three exponents are 1: every direction is relevant, as at the zero-temperature fixed point of the Ising chain in
# suitable coordinates. But b and c are negative, so the couplings B and C have the imaginary part π: *no real network is
# near it*. `physical` says whether a component has a point with real couplings, that is, with positive factors.
#
# ## Where flows end
#
# For real couplings the question of phases is where the flow goes. It is answered without iterating: V at level k is a
# matrix power, and its limit is made of the eigenvectors of T = V Gᵀ for the largest eigenvalue.

# %%
end = chain.flow((2, 1, 3)).end_point()
print(end)
print(end.factors)
assert end.factors[0] == 1
assert end.stratum.dimension == surface.dimension
#> <flow to a fixed point of rank 1>
#> (1, 11/20 + sqrt(681)/20, 21/10 + sqrt(681)/10)

# %% [markdown]
# The flow from (2, 1, 3) ends on the surface. By the theorem of Perron and Frobenius *every* flow from real couplings does:
# T has positive entries, its largest eigenvalue is simple, and the limit has rank 1. So the network has one phase, and
# connected correlations of neurons decay with their distance. The slowest decay there can be is that of the gap length,
# 1/ln(λ₁/|λ₂|) in units of a layer. It is finite at all real couplings, and a step of scale p divides it by p:

# %%
before, after = (chain.correlation_length(of="gap", factors=point) for point in ((2, 1, 3), R((2, 1, 3))))
print(before)
verdict = sg.equal(sympy.exp(1 / after), sympy.exp(1 / before) ** 2)
print(verdict.status)
assert verdict.status == "proved"
#> 1/log((sqrt(681)/2 + 27/2)/(27/2 - sqrt(681)/2))
#> proved

# %% [markdown]
# ## Infinite couplings
#
# A factor may be 0 or infinite, where a coupling is. `projective=True` asks for those fixed points, too. The founding
# network has none; the Ising chain, G = 1, has one:

# %%
assert len(R.fixed_points(projective=True)) == len(fixed)
ising = sg.Chain([[1, 0], [0, 1]]).recursion(scale=2)
cold = ising.fixed_points(projective=True).components[-1]
print(cold, cold.exponents)
print(cold.point)
#> <point at infinity: V_01 = 0, V_10 = 0, -V_00 + V_11 = 0> {Fraction(2, 1): 1}
#> ((Fraction(1, 1), Fraction(0, 1)), (Fraction(0, 1), Fraction(1, 1)))

# %% [markdown]
# V is the unit matrix: neighbouring spins are equal. This is the fixed point of zero temperature (not `physical`, for that
# asks for real and *finite* couplings). The coordinates near it are V₀₁, V₁₀ and V₁₁ in units of V₀₀, all with exponent 1.
# Textbooks take x = e^{−4K} = V₀₁V₁₀/(V₀₀V₁₁), a product of two of these, which therefore has the exponent 2.
#
# ## The exponents do not depend on the scale
#
# The surface a = 1 and the isolated point are fixed at every scale p, with eigenvalues p^y and the same y. A scale may have
# fixed points of its own: at p = 3 there is a second surface, on which the trace of T is zero. T² is then a multiple of the
# unit matrix, and three layers act as one.

# %%
for part in chain.recursion(scale=3).fixed_points():
    print(part, part.exponents)
assert chain.recursion(scale=3).linearize((3, Fraction(-2, 3), Fraction(-1, 3))).exponents == {3: 1}
print(chain.infinitesimal().exponents((3, sympy.Rational(-2, 3), sympy.Rational(-1, 3))))
#> <component of dimension 2: a - 1 = 0> {Fraction(0, 1): -oo, Fraction(1, 1): 0}
#> <component of dimension 2: 3*a*b*c + b + 2*c + 2 = 0> {Fraction(1, 1): 0, Fraction(3, 1): 1}
#> <point: a - 3 = 0, 3*b + 2 = 0, 3*c + 1 = 0> {Fraction(3, 1): 1}
#> {1: 3}

# %% [markdown]
# The last line is the flow with a continuous scale, dT/dℓ = T ln T with ℓ = ln p; its exponents are the same.
#
# ## Exercises
#
# 1. Find all fixed points of the network with weights −1, 0, 1. Is any other than a = 1 physical?
# 2. A flow from couplings that are not real need not end. What does `end_point()` say of the flow from (2, −1/2, −1), and
#    why?
#
# Answers: 1. No: the other is the point (2, −3/4, −1/2). 2. Two eigenvalues of T have the same modulus, and their ratio is
# no root of unity: the flow never settles.
