"""Equations that are decided from the very sides that are displayed."""

from random import Random

import pytest
import sympy
from sympy import Function, Integral, Matrix, Sum, Symbol, cosh, exp, log, oo, symbols, tanh

import symrg
from symrg import Derivation, ModelError, NotExactError, Variable
from symrg.ledger import row
from symrg.model.sums import StateSum

x, y, t, K = symbols("x y t K")
h, s = Variable("h", (0, 1)), Variable("s", (-1, 1))


@pytest.fixture
def derivation():
    return Derivation("Readings")


@pytest.fixture
def section(derivation):
    return derivation.section("Only")


def verdict(derivation, name="e"):
    return derivation.verify()[name].verdict


def test_what_is_displayed_is_what_is_decided(derivation, section):
    section.equation("e", t**2, 1 - 1 / cosh(K) ** 2, meaning={t: tanh(K)}, text="With {h}:", h=t, cites="Eq. (1)")
    (block,) = section.blocks
    assert block.rows[0].members == (t**2, 1 - cosh(K) ** -2)
    assert block.check.equalities[0].members == block.rows[0].members
    assert (block.kind, block.expected, block.cites) == ("equation", "proved", "Eq. (1)")
    assert verdict(derivation).status == "proved"


def test_every_gap_of_a_chain_counts(derivation, section):
    section.equation("e", x * 2, x + x, 3 * x)
    assert verdict(derivation).status == "refuted"
    assert verdict(derivation).counterexample.startswith("sides 2 and 3: x = ")


def test_a_refuted_row_is_named_even_behind_one_that_is_open(derivation, section):
    open_row = (Function("f")(x), Function("g")(x))
    section.equations("e", [(x, x), open_row, sympy.Eq(x, y), row(y, y)], text="Of {a}", a=x)
    assert verdict(derivation).status == "refuted"
    assert verdict(derivation).counterexample.startswith("row 3: ")
    section.equations("open", [(x, x), open_row])
    assert verdict(derivation, "open").status == "undecided"
    assert verdict(derivation, "open").certificate.startswith("row 2: ")


def test_positivity_and_inequations_are_taken_into_account(derivation, section):
    section.equation("with", log(x**2), 2 * log(x), positive=[x])
    section.equation("without", log(x**2), 2 * log(x), nonzero=[x], expected="refuted")
    section.equation("order", x, 1, relation="<", positive=[x, 1 - x])
    section.equation("chain", 0, x, 1, relation=["<", "<="], positive=[x, 1 - x])
    section.equations("orders", [(x, 1), (x**2, x)], relation="<", positive=[x, 1 - x])
    found = derivation.verify()
    # the logarithm of a negative number is no real number, so outside its domain the equation says nothing
    assert [record.verdict.status for record in found.records if record.id != "without"] == ["proved"] * 4


def test_sides_that_are_one_expression_need_no_states(derivation, section):
    many = [Variable(f"h_{k}", (0, 1)) for k in range(24)]  # 2^24 states
    total = StateSum(exp(x * sympy.Add(*many)), *many)
    Z = Symbol("Z")
    section.equation("e", Z, total, meaning={Z: total})
    assert verdict(derivation).method == "one expression after substitution"


@pytest.mark.parametrize(
    ("left", "right", "meaning"),
    [
        (StateSum(x, h), StateSum(h, h), {x: h}),  # 2h is not 0 + 1
        (Sum(x * y, (y, 1, 3)), Sum(y * y, (y, 1, 3)), {x: y}),
        (Integral(x * exp(-(y**2)), (y, -oo, oo)), Integral(y * exp(-(y**2)), (y, -oo, oo)), {x: y}),
        (1 / x, 2 / x, {x: sympy.S.Zero}),
        (log(x), log(x), {x: sympy.S.Zero}),
    ],
)
def test_substitution_proves_nothing_by_mixing_names_or_by_having_no_value(derivation, section, left, right, meaning):
    section.equation("e", left, right, meaning=meaning)
    assert verdict(derivation).status != "proved"


def test_matrices_and_variables_with_alphabets(derivation, section):
    section.equation("rank", Matrix([[1, h], [h, 1]]) ** 2, Matrix([[1 + h, 2 * h], [2 * h, 1 + h]]))
    section.equation("even", s**2, h**0)
    assert derivation.verify().ok
    section.equation("odd", s**3, h)
    assert not derivation.verify().ok


@pytest.mark.parametrize(
    ("sides", "options", "message"),
    [
        ((x, "the rest"), {}, "text and cannot be decided"),
        ((x, y), {"relation": "approx"}, "'approx', which is not decided"),
        ((x,), {}, "one side only"),
        ((x, y), {"expected": "undecided"}, "only 'proved' or 'refuted'"),
        ((x, y), {"erratum": "e", "expected": "proved"}, "corrects what is refuted"),
        ((x, y), {"text": "{z}"}, "has no value"),
    ],
)
def test_what_cannot_be_decided_is_refused_when_it_is_written(section, sides, options, message):
    with pytest.raises(ModelError, match=message):
        section.equation("e", *sides, **options)
    assert section.blocks == ()


def test_floats_and_empty_systems_are_refused(section):
    with pytest.raises(NotExactError):
        section.equation("e", x, 0.5)
    with pytest.raises(NotExactError):
        section.equation("e", x, y, meaning={x: 0.5})
    with pytest.raises(ModelError, match="no rows"):
        section.equations("e", [])


def test_an_erratum_is_what_makes_a_refuted_equation_expected(derivation, section):
    section.equation("printed", exp(x) ** 2, exp(x**2), erratum="mended")
    section.equation("mended", exp(x) ** 2, exp(2 * x))
    assert derivation.verify().ok


def test_polynomial_identities_against_values_at_random_points():
    rng = Random(20)
    for number in range(30):
        left = sum(rng.randint(-2, 2) * x**i * y**j for i in range(3) for j in range(2))
        right = left + rng.choice((0, 0, x, y - 1, x * y))
        d = Derivation("Drawn")
        d.section("Only").equation("e", (x + 1) * left, sympy.expand((x + 1) * right))
        points = [(rng.randint(2, 99), rng.randint(2, 99)) for _ in range(5)]
        same = all(left.subs({x: a, y: b}) == right.subs({x: a, y: b}) for a, b in points)
        assert verdict(d).status == ("proved" if same else "refuted"), number


def test_the_kernel_is_public():
    assert symrg.equal(s**2, 1) == symrg.Verdict(
        "proved", "all 2 states, equality of rational numbers", "left − right = 0 in Q"
    )
