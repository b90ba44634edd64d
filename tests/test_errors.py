"""Error cases from Python, the twin of tests/cli/test_bad_input.py: each says what is wrong, where, and what to try."""

import time
from fractions import Fraction

import pytest
import sympy

import symrg as sg
from symrg.exact.edge import from_sympy
from symrg.exact.polynomials import ring

x, y = sympy.symbols("x y")
NET = sg.LayeredNetwork()
CHAIN = NET.chain()
S, T = sg.Variable("s", (-1, 0, 1)), sg.Variable("t", (-1, 0, 1))
THREE = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
CUBIC, QUARTIC = x**3 + x + 1, x**4 - x**2 - 1
PUNCTURE = (1, -1, 1)  # at a = 1 the images' denominators are b + 1 times those of a line
SPINS = [sg.Variable(f"s{i}", (-1, 1)) for i in range(48)]


def all_to_all(variables):
    K = sympy.Symbol("K")
    return sympy.Add(*(K * u * v for i, u in enumerate(variables) for v in variables[i + 1 :]))


def read(expression):
    base = ring("x")
    return from_sympy(expression, base, {x: base.fractions()[0]})


CASES = {
    # an alphabet that is too large
    "too many states": (
        lambda: sg.LayeredNetwork(width=40).neuron_states,
        sg.BudgetExceeded,
        ("2^40 entries", "more than 4000000", "take a smaller width"),
    ),
    "too large a multiplicity matrix": (
        lambda: sg.LayeredNetwork(neurons=(-1, 0, 1), width=4, samples=3).multiplicity,
        sg.BudgetExceeded,
        ("multiplicity matrix", "more than 4000000", "take a smaller width"),
    ),
    "no alphabet": (lambda: sg.LayeredNetwork(neurons=()), sg.ModelError, ("neurons is empty", "(0, 1)")),
    "a value twice": (lambda: sg.Variable("h", (0, 1, 1)), sg.ModelError, ("of h", "more than once")),
    "a set": (lambda: sg.LayeredNetwork(weights={-1, 1}), sg.ModelError, ("weights", "in order")),
    # an activation off its alphabet
    "outputs": (
        lambda: sg.LayeredNetwork(activation=sg.relu, outputs=(0, 1)),
        sg.ModelError,
        ("the value 2 at 2", "outputs (0, 1)", "leave outputs out"),
    ),
    "an irrational activation": (
        lambda: sg.LayeredNetwork(activation=sympy.tanh).multiplicity,
        sg.NotExactError,
        ("at -2", "tanh(2)", "use "),
    ),
    "an inexact activation": (
        lambda: sg.LayeredNetwork(activation=lambda argument: argument / 2.0).multiplicity,
        sg.NotExactError,
        ("at -2", "-1.0", "Fraction(-1, 1)"),
    ),
    "an activation that raises": (
        lambda: sg.LayeredNetwork(activation=lambda argument: 1 / argument).multiplicity,
        sg.ModelError,
        ("ZeroDivisionError at 0",),
    ),
    # a symbolic alphabet
    "a symbolic weight": (
        lambda: sg.LayeredNetwork(weights=(-x, x)), sg.NotExactError, ("alphabet of weights", "-x", "use int")
    ),
    "a symbolic state": (lambda: sg.Variable("h", (0, x)), sg.NotExactError, ("of h", "x (Symbol)", "use int")),
    "an irrational state": (
        lambda: sg.LayeredNetwork(neurons=(0, sympy.sqrt(2))), sg.NotExactError, ("neurons", "sqrt(2)", "use int")
    ),
    "a float": (lambda: sg.LayeredNetwork(biases=(0.5, 1)), sg.NotExactError, ("biases", "0.5", "Fraction(1, 2)")),
    # zero rows in G
    "a zero row": (lambda: sg.Chain([[1, 2], [0, 0]]), sg.ModelError, ("row 1", "is zero", "drop the state")),
    # variables of a chain
    "rows without a tuple": (
        lambda: sg.Chain(THREE, S, T), sg.ModelError, ("rows is a Variable; put it in a tuple: (s,)",)
    ),
    "columns without a tuple": (
        lambda: sg.Chain(THREE, (S,), T), sg.ModelError, ("columns is a Variable; put it in a tuple: (t,)",)
    ),
    "rows as a set": (lambda: sg.Chain(THREE, {S}, (T,)), sg.ModelError, ("rows is {s}; give a tuple", "in order")),
    "rows as a name": (lambda: sg.Chain(THREE, "s", (T,)), sg.ModelError, ("rows is 's'; give a tuple",)),
    "rows of names": (
        lambda: sg.Chain(THREE, ("s",), (T,)), sg.ModelError, ("'s' is no variable", "Variable('s', (0, 1))")
    ),
    "continuous rows": (
        lambda: sg.Chain(THREE, (sg.Variable("s", sympy.S.Reals),), (T,)),
        sg.ModelError,
        ("variable s is continuous", "give it a finite alphabet"),
    ),
    "the same variable on both sides": (
        lambda: sg.Chain(THREE, (S,), (S,)),
        sg.ModelError,
        ("rows and columns both have a variable s", 'a name of their own, for instance Variable("s\'", …)'),
    ),
    "two variables of one name": (
        lambda: sg.Chain([[1, 0], [0, 1], [1, 1]], (S,), (sg.Variable("s", (0, 1)),)),
        sg.ModelError,
        ("rows and columns both have a variable s",),
    ),
    "no matrix": (lambda: sg.Chain(3), sg.ModelError, ("multiplicity matrix is 3; give its rows",)),
    "a matrix of one row": (lambda: sg.Chain([1, 2]), sg.ModelError, ("multiplicity matrix is [1, 2]; give its rows",)),
    # what to sum out
    "over a number": (lambda: sg.decimate(x * S * T, over=3), sg.ModelError, ("over is 3; give a list", "over=[s]")),
    "over a sum": (lambda: sg.decimate(x * S * T, over=S + T), sg.ModelError, ("over is s + t; give a list",)),
    "over a symbol": (
        lambda: sg.decimate(x * S * T, over=x), sg.ModelError, ("x cannot be summed over", "sg.Variable('x', (0, 1))")
    ),
    # what is no rational function of x
    "an exponential": (
        lambda: read(sympy.exp(x)),
        sg.ModelError,
        ("exp(x) is no rational function of x", "in a variable in which it is rational (e^x, tanh x)"),
    ),
    "a power": (lambda: read(x**y), sg.ModelError, ("x**y is no rational function of x, y", "(e^x, tanh x)")),
    "an unknown symbol": (
        lambda: read(x + y), sg.ModelError, ("y is not among the generators (x)", "name it among them or substitute it")
    ),
    "a division by zero": (
        lambda: read(1 / (x - x)), sg.ModelError, ("divides by zero", "zoo", "look for a denominator that cancels")
    ),
    "0/0": (lambda: read(x + sympy.nan), sg.ModelError, ("divides by zero", "nan")),
    "infinity": (lambda: read(sympy.oo), sg.ModelError, ("contains oo, which is no number",)),
    "an irrational coefficient": (
        lambda: read(sympy.pi * x), sg.ModelError, ("pi is a number outside the rationals", "put a symbol in its place")
    ),
    "another symbol of the name": (
        lambda: read(sympy.Symbol("x", positive=True)),
        sg.ModelError,
        ("Symbol('x', positive=True) is not Symbol('x')", "make x once, and use it everywhere"),
    ),
    "a variable of the name": (
        lambda: read(sg.Variable("x", (0, 1))),
        sg.ModelError,
        ("Variable('x', (0, 1)) is not Symbol('x')", "make x once"),
    ),
    "an image that is no rational function": (
        lambda: sg.Recursion.from_images({x: sympy.exp(x)}, scale=2),
        sg.ModelError,
        ("exp(x)", "no rational function of x"),
    ),
    # numbers of several fields
    "two roots of one cubic": (
        lambda: CHAIN.recursion()((sympy.CRootOf(CUBIC, 0), sympy.CRootOf(CUBIC, 1), 3)),
        sg.UnableError,
        ("CRootOf(x**3 + x + 1, 1) and CRootOf(x**3 + x + 1, 0)", "give all values in one field Q(root)"),
    ),
    "a root and a square root in its field": (
        lambda: CHAIN.recursion()((sympy.CRootOf(QUARTIC, 2), sympy.sqrt(5), 3)),
        sg.UnableError,
        ("CRootOf(x**4 - x**2 - 1, 2) and sqrt(5)", "one field Q(root)"),
    ),
    # a point at a puncture
    "the image of a puncture": (
        lambda: CHAIN.recursion()(PUNCTURE), sg.UndefinedPointError, ("image of a", "(1, -1, 1)", "0/0")
    ),
    "the Jacobian at a puncture": (
        lambda: CHAIN.recursion().jacobian(at=PUNCTURE), sg.UndefinedPointError, ("not defined at (1, -1, 1)",)
    ),
    "linearising at a puncture": (
        lambda: CHAIN.recursion().linearize(PUNCTURE), sg.UndefinedPointError, ("not defined at (1, -1, 1)",)
    ),
    "an orbit through a puncture": (
        lambda: CHAIN.recursion().iterate(PUNCTURE, 2), sg.UndefinedPointError, ("step 1 of the orbit", "(1, -1, 1)")
    ),
    "a puncture of one's own": (
        lambda: sg.Recursion.from_images({x: 1 / (x - 1)}, scale=2)((1,)), sg.UndefinedPointError, ("x", "at (1)")
    ),
    # scale 1
    "scale 1": (lambda: CHAIN.recursion(1), sg.ModelError, ("scale is 1", "p ≥ 2")),
    "scale 1 of images": (lambda: sg.Recursion.from_images({x: x}, scale=1), sg.ModelError, ("scale is 1", "p ≥ 2")),
    "scale 1 of a flow": (lambda: CHAIN.flow((2, 1, 1), scale=1), sg.ModelError, ("scale is 1", "p ≥ 2")),
    "a scale that is no integer": (lambda: CHAIN.recursion(Fraction(5, 2)), sg.ModelError, ("Fraction(5, 2)", "p ≥ 2")),
    # a negative depth
    "a negative depth": (lambda: NET.original_hamiltonian(-1), sg.ModelError, ("depth is -1", "positive integer")),
    "no layers": (lambda: NET.dynamic_hamiltonian(0), sg.ModelError, ("depth is 0", "positive integer")),
    "Z of a negative depth": (lambda: CHAIN.partition_function(depth=-1), sg.ModelError, ("depth is -1", "at least 1")),
    "a correlation over a negative depth": (
        lambda: CHAIN.correlation(separation=1, depth=-3), sg.ModelError, ("depth is -3", "at least 1")
    ),
    "a negative separation": (
        lambda: CHAIN.correlation(separation=-1, depth=3), sg.ModelError, ("separation is -1", "at least 0")
    ),
    "a negative number of steps": (
        lambda: CHAIN.recursion().iterate((1, 1, 1), -1), sg.ModelError, ("number of steps is -1", "≥ 0")
    ),
    # a budget exceeded
    "decimating too much": (
        lambda: sg.decimate(all_to_all(SPINS), over=SPINS[2:]), sg.BudgetExceeded, ("states",)
    ),
    "a recursion as polynomials": (
        lambda: CHAIN.recursion(10**9).images, sg.BudgetExceeded, ("terms, more than", "give a point")
    ),
    "strata of a huge scale": (
        lambda: sg.LayeredNetwork(width=2).chain().recursion(10**9).fixed_points(),
        sg.BudgetExceeded,
        ("choices of multiplicities", "the scale 199 fits"),
    ),
    "elimination in many unknowns": (
        lambda: sg.Recursion.from_images({s: s**2 for s in sympy.symbols("y1:12")}, scale=2).fixed_points(),
        sg.BudgetExceeded,
        ("11 factors", "at most 8"),
    ),
}  # fmt: skip
BUILT_IN = {
    sg.BudgetExceeded: RuntimeError,
    sg.ModelError: ValueError,
    sg.NotExactError: TypeError,
    sg.UnableError: RuntimeError,
    sg.UndefinedPointError: ZeroDivisionError,
}


@pytest.mark.parametrize("case", CASES)
def test_says_what_where_and_what_to_try(case):
    ask, kind, parts = CASES[case]
    started = time.process_time()
    with pytest.raises(kind) as caught:
        ask()
    said = str(caught.value)
    for part in parts:
        assert part in said
    assert isinstance(caught.value, sg.SymrgError)
    assert isinstance(caught.value, BUILT_IN[kind])
    assert len(said) < 600
    if kind is sg.BudgetExceeded:  # the estimate comes first: refusing takes no time, and says by how much
        assert caught.value.estimate > caught.value.limit > 0
        assert time.process_time() - started < 5


def test_the_estimate_is_that_of_the_work():
    with pytest.raises(sg.BudgetExceeded) as caught:
        _ = sg.LayeredNetwork(width=40).neuron_states
    assert caught.value.estimate == 2**40


def test_a_refusal_spoils_nothing():
    recursion = CHAIN.recursion()
    for ask in (lambda: recursion(PUNCTURE), lambda: recursion.iterate(PUNCTURE, 3), lambda: recursion((1, 2))):
        with pytest.raises(sg.SymrgError):
            ask()
    assert recursion((1, 2, 5)) == (1, 2, 5)
    huge = CHAIN.recursion(10**5)
    with pytest.raises(sg.BudgetExceeded):
        _ = huge.images
    assert huge((1, 2, 5)) == (1, 2, 5)
