# %% [markdown]
# # Checking a formula of your own
#
# You have a recursion on paper, or in a paper. Is it right? There are two tools. `sg.equal` *decides* an equation or
# inequality, in exact arithmetic, and never guesses. `symrg.testing` tests *properties* that every recursion must have, at
# points drawn at random, and shows the simplest one at which a property fails. (`symrg.testing` needs Hypothesis:
# `pip install 'symrg[test]'`.)
#
# ## Deciding equations
#
# Decimation of the Ising chain: K′ = ½ ln cosh 2K, in the variable t = tanh K just t′ = t².

# %%
import sympy

import symrg as sg
from symrg.testing import check_decimation, check_fixed_points, check_jacobian, check_semigroup

K = sympy.Symbol("K")
after = sympy.log(sympy.cosh(2 * K)) / 2
right = sg.equal(sympy.tanh(after), sympy.tanh(K) ** 2)
wrong = sg.equal(sympy.tanh(after), sympy.tanh(K) ** 3)
print(right.status, "|", right.method)
print(wrong.status, "|", wrong.counterexample)
assert (right.status, wrong.status) == ("proved", "refuted")
#> proved | equality of rational functions and logarithms
#> refuted | K = ln 2: left = [0.360000000000 +/- 3e-17], right = 27/125

# %% [markdown]
# A verdict is *proved*, *refuted* with a counterexample, or *undecided*. Symbols stand for real numbers, unless you say
# more; a variable with an alphabet stands for its values, all of which are tried:

# %%
x = sympy.Symbol("x")
s = sg.Variable("s", (-1, 0, 1))
print(sg.equal(sympy.sqrt(x**2), x).counterexample)
print(sg.equal(sympy.sqrt(x**2), x, positive=[x]).status)
print(sg.equal(s**3, s).method)
#> x = -7/6: left = [1.16666666667 +/- 3.34e-12], right = -7/6
#> proved
#> all 3 states, equality of rational numbers

# %% [markdown]
# Inequalities are decided where they come down to polynomials. In the coupling K this one is not, in t it is; so choose the
# variable in which the formula is rational. *Undecided* is not a soft yes: treat it as "not shown".

# %%
t = sympy.Symbol("t")
print(sg.equal(after, K, relation="<", positive=[K]).status)
print(sg.equal(t**2, t, relation="<", positive=[t, 1 - t]).status)
#> undecided
#> proved

# %% [markdown]
# ## A recursion with a typing error
#
# `Recursion.from_images` takes your formulas. Here is the recursion of the founding network (first tutorial), in the factors
# a, b, c, with one digit typed wrongly: can you see it?

# %%
a, b, c = sympy.symbols("a b c")
typed = {
    a: (3*b*c + b + 2*c + 2) * (3*a**2*b*c + a*b + 2*a*c + 2)
       / ((3*a*b*c + a*b + 2*c + 2) * (3*a*b*c + 2*a*c + b + 2)),
    b: b * (3*a*b*c + 2*a*c + b + 1) / (3*b*c + b + 2*c + 2),
    c: c * (3*a*b*c + a*b + 2*c + 2) / (3*b*c + b + 2*c + 2),
}
mine = sg.Recursion.from_images(typed, scale=2)
print(*mine((2, 1, 1)))
#> 40/39 3/2 3/2

# %% [markdown]
# A decimation keeps the partition function and the correlations of every ring of layers. `check_decimation` computes both
# sides by matrices, at simple points first:

# %%
chain = sg.Chain([[2, 2], [1, 3]])
try:
    check_decimation(mine, chain=chain)
except AssertionError as error:
    print(error)
else:
    raise AssertionError("the typing error was not found")
#> the recursion is not the decimation of this chain by 2: at a = 1, b = 1, c = 1
#>   it gives a' = 1, b' = 7/8, c' = 1
#>   summing the layers in between gives a' = 1, b' = 1, c' = 1
#>   the weight of h = 1, sigma = 0 is 8 after summing the layers in between, but 7 at the image

# %% [markdown]
# At A = B = C = 0 already b′ is 7/8 in place of 1. The 1 in the second line should have been a 2. Mended, the check is
# silent:

# %%
typed[b] = b * (3*a*b*c + 2*a*c + b + 2) / (3*b*c + b + 2*c + 2)
mine = sg.Recursion.from_images(typed, scale=2)
check_decimation(mine, chain=chain)
assert mine == chain.recursion(scale=2)

# %% [markdown]
# The last line *proves* it: both maps are equal as rational functions. The checks are for the case that there is nothing to
# compare with.
#
# ## The other properties
#
# Summing out in two steps is summing out at once; that needs your recursion at three scales, as a mapping or a function.

# %%
def power(p):
    return sg.Recursion.from_images({t: t**p}, scale=p)


check_semigroup(power)
check_jacobian(mine)
check_fixed_points(mine)
try:
    check_semigroup(lambda p: sg.Recursion.from_images({t: p * t**2}, scale=p))
except AssertionError as error:
    print(error)
#> the recursions of scales 2, 2 and 4 are no semigroup: at t = 1
#>   scale 2, then scale 2, gives t'' = 8
#>   scale 4 gives                t'' = 4

# %% [markdown]
# `check_jacobian` compares derivatives with exact difference quotients, `check_fixed_points` looks for fixed points that a
# list forgot. For your own coordinates tell `check_decimation` what the bond matrix is. For the Ising chain in a field, with
# x = e^{−4K} and y = e^{−2F}, that is V up to factors that cancel in rings:

# %%
y = sympy.Symbol("y")
images = {x: x * (1 + y) ** 2 / ((x + y) * (1 + x * y)), y: y * (x + y) / (1 + x * y)}
ising = sg.Recursion.from_images(images, scale=2)
check_decimation(ising, chain=sg.Chain([[1, 0], [0, 1]]), bond=lambda x, y: [[1, x], [y, y]])
print(ising.fixed_points())
#> FixedPointSet (complete; all finite points): 3 components
#> dim  λ (how many)    real  where
#> 1    0 (1), 1 (1)    yes   x - 1 = 0
#> 0    2 (1), 4 (1)    yes   x = 0, y = 1
#> 0    -2 (1), -1 (1)  yes   x = -3, y = 1

# %% [markdown]
# For formulas of your own these are all finite points. What the coordinates mean symrg does not know: "real" is about x and
# y here, not about couplings. x = e^{−4K} is negative for no real K; say `exponential=True` when you make the recursion if
# every coordinate is e to the power of a coupling, and the table speaks of couplings. Zero temperature is at x = 0, y = 1:

# %%
print(*ising((0, 1)), ising.linearize((0, 1)).exponents)
#> 0 1 {Fraction(2, 1): 1, Fraction(4, 1): 2}

# %% [markdown]
# In a test file these lines are a test: `def test_my_recursion(): check_decimation(mine, chain=chain)`.
#
# ## Exercises
#
# 1. Swap the images of b and c in `typed`. Which of the four checks notice?
# 2. Show with `sg.equal` that the transfer matrix of the Ising chain in a field has the determinant 2 sinh 2K.
#
# Answers: 1. `check_decimation` alone: the swapped formulas are some recursion, with a Jacobian and fixed points, but not
# that of this chain. 2. `V = sympy.Matrix([[exp(K + F), exp(-K)], [exp(-K), exp(K - F)]])`, then
# `sg.equal(V.det(), 2*sinh(2*K))` is proved.
