# %% [markdown]
# # A model of your own, and its portrait
#
# From the energy of a bond to its recursion, all fixed points, exponents and a picture: for spins on a chain, and on the
# diamond lattice, where the recursion of Migdal and Kadanoff is exact. The picture needs the extra `plot`:
# `pip install '.[plot]'` in the folder of symrg.
#
# ## A bond
#
# The Potts model: states 0, 1, 2, and the exponent −βH = K where neighbours are equal. `between` names the two ends of the
# bond; every other symbol is a coupling.

# %%
from textwrap import wrap

import sympy

import symrg as sg

K, D, F, L = sympy.symbols("K D F L")
p, q = (sg.Variable(name, (0, 1, 2)) for name in "pq")
potts = K * sympy.KroneckerDelta(p, q)
R = sg.bond_recursion(potts, between=(p, q), scale=2)
print(R)
print(R.meaning)
#> Recursion(k' = k*(k + 2)/(2*k**2 + 1); scale 2)
#> {k: exp(-K)}

# %% [markdown]
# Every second spin is summed out. Recursions are rational in *factors*, here in one: the weight of different neighbours in
# units of that of equal ones, k = e^(−K), as `meaning` says. The coupling itself moves with logarithms and exponentials:

# %%
print("K' =", R.coupling_images[K])
print(R.fixed_points())
#> K' = -log((2 + exp(-K))*exp(-K)/(1 + 2*exp(-2*K)))
#> FixedPointSet (complete; all finite points): 3 components
#> dim  λ (how many)  couplings  real  where
#> 0    0 (1)         finite     yes   k = 1
#> 0    0 (1)         finite     no    k = -1/2
#> 0    2 (1)         infinite   –     k = 0

# %% [markdown]
# These are all, over the complex numbers. λ is the slope of the map. k = 1 is infinite temperature, K = 0, and attracts
# (λ = 0); k = 0 is zero temperature, K = ∞, and λ = 2 repels. At k = −1/2 a weight is negative. Between k = 0 and 1 there is
# nothing: a chain has no phase transition.
#
# ## The diamond lattice
#
# Replace every bond by `branches` chains of `scale` bonds, side by side, and repeat: that is the diamond lattice. Chains
# side by side multiply their weights, so a step is the one of the chain and then a power:

# %%
R = sg.bond_recursion(potts, between=(p, q), scale=2, branches=2)
print(R)
fixed = R.fixed_points()
print(fixed)
#> Recursion(k' = k**2*(k + 2)**2/(2*k**2 + 1)**2; scale 2)
#> FixedPointSet (complete; all finite points): 4 components
#> dim  λ (how many)  couplings  real  where
#> 0    0 (1)         finite     yes   k = 1
#> 0    16/9 (1)      finite     yes   k = 1/4
#> 0    see spectra   finite     no    2 points, not real: k**2 + k + 1 = 0
#> 0    0 (1)         infinite   –     k = 0

# %% [markdown]
# Now both temperatures attract, and between them is k = 1/4, that is e^K = 4: the critical point. The exponent of
# temperature there is y = ln λ / ln 2:

# %%
critical = R.linearize((sympy.Rational(1, 4),))
print(critical.exponents)
print(sympy.N(next(iter(critical.exponents.values())), 10))
#> {Fraction(16, 9): log(16/9)/log(2)}
#> 0.8300749986

# %% [markdown]
# ## When a bond does not keep its form
#
# Spins −1, 0, 1 with a coupling K and a crystal field D make the Blume–Capel model. A field belongs to a site, and the two
# bonds at a site get half of it each.

# %%
s, t = (sg.Variable(name, (-1, 0, 1)) for name in "st")
bond = K * s * t - D * (s**2 + t**2) / 2
try:
    sg.bond_recursion(bond, between=(s, t))
except sg.DomainError as error:
    print(error)
#> the sum over spins generates s**2*t**2, which the bond does not have; add them to the exponent with couplings of their own, or take a Chain, which has all

# %% [markdown]
# The sum over a spin makes a term that was not there. With a coupling for it, the model of Blume, Emery and Griffiths, the
# bond keeps its form:

# %%
R = sg.bond_recursion(bond + L * s**2 * t**2, between=(s, t))
for factor, image in R.images.items():
    print(factor, "=", R.meaning[factor], "->", image)
#> d = exp(D/2 - K - L) -> d*(k + l + 1)/(d**2 + k**2 + 1)
#> k = exp(-2*K) -> (d**2 + 2*k)/(d**2 + k**2 + 1)
#> l = exp(D - K - L) -> (2*d**2 + l**2)/(d**2 + k**2 + 1)

# %% [markdown]
# ## A portrait
#
# The Ising model in a field has two couplings, so that the whole of it fits in a picture. On the diamond lattice with two
# branches (a field that a site shares between its bonds, however many they are):

# %%
u, v = (sg.Variable(name, (-1, 1)) for name in "uv")
ising = sg.bond_recursion(K * u * v + F * (u + v) / 2, between=(u, v), branches=2)
print(ising.meaning)
critical = ising.fixed_points().components[1]
print(critical.generators)
for factor, value in zip(ising.factors, critical.points[0], strict=True):
    print(factor, value)
for value in critical.spectra[0]:
    print("λ", value, "y ≈", sympy.N(sympy.log(value) / sympy.log(2), 6))
#> {f: exp(2*F), k: exp(F - 2*K)}
#> (f - 1, k**3 + k**2 + 3*k - 1)
#> f 1
#> k root 0 of x**3 + x**2 + 3*x - 1 near 0.295597743
#> λ root 0 of x**3 + 4*x**2 - 16 near 1.67857351 y ≈ 0.747236
#> λ root 0 of x**3 - 2*x**2 - 4*x - 8 near 3.67857351 y ≈ 1.87915

# %% [markdown]
# A component that is irreducible over the rational numbers may have several conjugate points, each with a spectrum of its own.
# The first is the critical point: f = 1 says that there is no field, and the larger eigenvalue is the field's. The values are
# exact algebraic numbers; digits are for reading.

# %%
picture = sg.Portrait(
    ising, axes=("K", "F"), kind="couplings", window=((0, sympy.Rational(3, 2)), (-1, 1)), grid=10, basins=True,
    about="Ising model in a field, diamond lattice",
)  # fmt: skip
print(*wrap(picture.caption, 100), sep="\n")
picture
#> Recursion of scale 2 (Ising model in a field, diamond lattice) with f = exp(2 F), k = exp(F − 2 K):
#> f' = (f^2 + k^2)^2/(k^2 + 1)^2, k' = k^2 (f + 1)^2/(k^2 + 1)^2, in the whole space of couplings.
#> Arrows: one step of the map from 10 × 10 starts, each from a point to its image, nothing between
#> them computed; a dot with a stub: the image is outside. Fixed points, poles and their curves are
#> exact; λ is the spectrum in all directions. Basins: colours from orbits in floating point, followed
#> until told apart or for 24 steps.

# %% [markdown]
# A notebook shows the picture; `picture.write("ising.svg")` writes it, with the data behind it beside it, as SVG, PDF or PNG.
# Left of the critical point flows run to K = 0 before the field grows, right of it to large K; the two colours are the phases
# of spins up and down. With `axes=("k", "f")` and without `kind` the factors are on the axes, where k = 0 is zero temperature.
# A recursion given by formulas is drawn in the same way: `sg.Recursion.from_images({x: …, y: …}, scale=2)`. A recursion of
# one factor is drawn as a cobweb, by `sg.portrait(R)`.
#
# ## Exercises
#
# 1. Find the critical point of the Ising model on the diamond lattice with two branches, without a field. Which equation
#    does k = e^(−2K) satisfy, and what is y?
# 2. Two Ising chains side by side, coupled by rungs, have a bond between two pairs of spins:
#    `between=((s1, s2), (t1, t2))`. Which terms does K (s₁t₁ + s₂t₂) + J (s₁s₂ + t₁t₂)/2 generate?
#
# Answers: 1. k³ + k² + 3k − 1 = 0, k ≈ 0.2956, K ≈ 0.609; λ ≈ 1.67857 and y ≈ 0.747. 2. s₁s₂t₁t₂, s₁t₂ and s₂t₁.
