# %% [markdown]
# # A network of width 2
#
# With two neurons a layer there are 4 neuron states, 4 activation states and 15 couplings. The formulas are too long to be
# read, but nothing else changes: the recursion is a product of matrices, and its fixed points are known completely.

# %%
import sympy

import symrg as sg

net = sg.LayeredNetwork(width=2)
print(net.layer_hamiltonian(0))
for state, row in zip(net.neuron_states, net.multiplicity, strict=True):
    print(state, row)
#> (h_1^(1) - heaviside(W_11^(0)*h_1^(0) + W_12^(0)*h_2^(0) + b_1^(0)))**2 + (h_2^(1) - heaviside(W_21^(0)*h_1^(0) + W_22^(0)*h_2^(0) + b_2^(0)))**2
#> (0, 0) (16, 16, 16, 16)
#> (0, 1) (4, 12, 12, 36)
#> (1, 0) (4, 12, 12, 36)
#> (1, 1) (16, 16, 16, 16)

# %% [markdown]
# Default alphabets are those of the founding paper: weights and biases ±1, neurons 0 and 1, Θ as activation. G[h, σ] is the
# number of the 2⁶ = 64 settings of four weights and two biases that lead from h to σ, so each row adds up to 64. The states
# (0, 1) and (1, 0) have equal rows, as have (0, 0) and (1, 1): the next layer sees only whether the two neurons differ, and
# the rank of G is 2.

# %%
assert all(sum(row) == 2**6 for row in net.multiplicity)
print(net.multiplicity_rank)
#> 2

# %% [markdown]
# ## The recursion at a point
#
# The images of the 15 factors are quotients of products of polynomials; they are written out only if you ask for them. At a
# point the recursion is exact and fast:

# %%
chain = net.chain()
R = chain.recursion(scale=2)
print(R, "|", R.factored.images[0])
print(", ".join(map(str, chain.factors)))
point = dict.fromkeys(chain.factors, 1)
point[chain.factors[5]] = 2
image = R(point)
print({str(factor): str(value) for factor, value in image.items() if value != 1})
#> Recursion of 15 factors, scale 2 | FactoredImage(8 polynomials / 8 polynomials, 256 terms in 15 factors)
#> k_h1h2s1s2, k_h1h2s1, k_h1h2s2, k_h1h2, k_h1s1s2, k_h1s1, k_h1s2, k_h1, k_h2s1s2, k_h2s1, k_h2s2, k_h2, k_s1s2, k_s1, k_s2
#> {'k_h1': '13/8', 'k_s1': '3/2'}

# %% [markdown]
# The factor of h₁σ₁ was 2 and all others 1: only neuron 1 and activation 1 are coupled. After one step there are fields on
# both, and no coupling at all! In width 1 the same start leaves a = 40/39. The reason is in G: what comes out of a layer
# depends on whether its two neurons differ, and as neuron 2 is free, that says nothing about neuron 1.
#
# ## All fixed points

# %%
fixed = R.fixed_points()
print(fixed)
assert fixed.complete
print(fixed.reason)
#> FixedPointSet (complete; no factor 0 or infinite): 2 components
#> dim  λ (how many)         couplings  real  where
#> 6    0 (9), 1 (6)         finite     yes   (V G^T) V = lambda V with lambda !=
#>                                            0; rank V = 1
#> 8    0 (4), 1 (8), 2 (3)  finite     no    (V G^T) V = lambda V with lambda !=
#>                                            0; rank V = 2
#> V is fixed iff T^(p-1) V = lambda V with lambda != 0 and T = V G^T; T is then diagonalisable with (p-1)-th roots of lambda and 0 as eigenvalues, and their multiplicities label the irreducible strata, one for each choice up to a common root with a rank of at most rank G = 2

# %% [markdown]
# V is fixed if and only if T V = λ V with λ ≠ 0, where T = V Gᵀ. All such V of one rank form one piece (a *stratum*), and
# the rank is at most that of G. Rank 1 means that V is a product of a function of h and a function of σ: the layers are
# decoupled, as on the surface a = 1 of width 1. Again that is the only physical part, and its exponents are 0 and −∞. The
# stratum of rank 2 has three relevant directions with exponent 1, and is not physical. Each has a point to look at, given
# as its matrix V:

# %%
for part in fixed:
    (V,) = part.sample(1)
    V, G = sympy.Matrix(V), sympy.Matrix(net.multiplicity)
    print(part.rank, V.tolist())
    assert V.rank() == part.rank
    assert sympy.Matrix.hstack((V * G.T * V).vec(), V.vec()).rank() == 1  # one is a multiple of the other
    assert part.certificate.check()
#> 1 [[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]]
#> 2 [[-13, 13, 13, -9], [13, -13, -13, 9], [-5, 5, 5, -1], [-5, 5, 5, -1]]

# %% [markdown]
# The assertions re-check, by products of matrices alone, that these points are fixed; the certificate of a stratum re-checks
# its rank and spectrum, too.
#
# ## Where the Hamiltonian of the network flows
#
# The couplings of the network itself are −β Σ (h_i − σ_i)². With β = ln 2 the weights are exact numbers:

# %%
V = [
    [sympy.Rational(1, 2) ** sum((h - s) ** 2 for h, s in zip(row, column, strict=True)) for column in net.activation_states]
    for row in net.neuron_states
]
end = chain.flow(bond=V).end_point()
print(end, "| gap length", end.gap_length)
print({str(f): str(v) for f, v in zip(chain.factors, end.factors, strict=True) if v != 1})
#> <flow to a fixed point of rank 1> | gap length 1/log(72)
#> {'k_h1h2': '1333/1296', 'k_h1': '36/31', 'k_h2': '36/31'}

# %% [markdown]
# What is left at the end are couplings among the neurons of one layer: a field on each, 36/31, and between the two
# 1333/1296. The couplings between layers are gone.
#
# ## The symmetric sector
#
# This Hamiltonian does not change when the neurons are relabelled, and then V depends only on *how many* neurons and
# activations are in which state. The orbits are a chain of their own, with (N + 1)² − 1 couplings instead of 4^N − 1.

# %%
sector = net.symmetric_sector()
print(sector.chain.multiplicity)
energy = sum((h - s) ** 2 for h, s in zip(sector.neurons, sector.activations, strict=True))
small = sector.bond(-sympy.log(2) * energy)
print(small)
assert sector.chain.flow(bond=small).end_point().gap_length == end.gap_length
assert sector.chain.partition_function(depth=3, bond=small) == chain.partition_function(depth=3, bond=V)
for width in (2, 5, 20):
    print(width, len(sg.LayeredNetwork(width=width).symmetric_sector().chain.couplings), 4**width - 1)
#> ((16, 32, 16), (8, 48, 72), (16, 32, 16))
#> ((1, 1/2, 1/4), (1/2, 5/8, 1/2), (1/4, 1/2, 1))
#> 2 8 15
#> 5 35 1023
#> 20 440 1099511627775

# %% [markdown]
# Small and large chain have the same gap length and the same partition function of three layers. In the sector width 20 is
# within reach, where the full chain has a million million couplings.
#
# ## Exercises
#
# 1. Leave out the biases, `biases=None`. What is the rank of G? Why is there no stratum of this rank in `fixed_points()`?
# 2. What is the gap length of width 3 at β = ln 2? (Use the sector.)
#
# Answers: 1. The rank is 3. The stratum of rank 3 lies at infinite couplings, where `fixed_points(projective=True)` finds
# it. 2. 1/ln(73728/(671 + √173761)).
