import os
import subprocess
import sys
from math import lcm, prod

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    Eq,
    Function,
    I,
    Integer,
    Matrix,
    Max,
    Min,
    Ne,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    acos,
    atanh,
    cos,
    cosh,
    exp,
    gamma,
    log,
    pi,
    sin,
    sinh,
    sqrt,
    symbols,
    tanh,
)

from symrg.errors import BudgetExceeded, ModelError, NotExactError
from symrg.exact.decisions import (
    Decision,
    decide_count,
    decide_equal,
    decide_exists,
    decide_relation,
    decide_sets,
    recheck,
)
from symrg.model.activations import heaviside, relu

A, B, K, h, s, t, x, y, z = symbols("A B K h s t x y z")
u, p = Symbol("u", positive=True), Symbol("p", positive=True)
n, k = Symbol("n"), Symbol("k", integer=True)
BITS, SPINS = {h: (0, 1), s: (0, 1)}, {h: (-1, 1), s: (-1, 1)}

PROVED = {
    "rational functions": ((x**2 - y**2) / (x - y), x + y, {}),
    "exponentials": ((exp(A) + 1) * (exp(-A) - 1), exp(-A) - exp(A), {}),
    "half exponents": (exp(A / 2) * exp(A / 3), exp(5 * A / 6), {}),
    "symbolic exponents of e": (exp(n * A) * exp(A), exp((n + 1) * A), {}),
    "symbolic exponents": (u ** (2 * x + y) / u**x, u**x * u**y, {}),
    "powers of products": ((x * y) ** n, x**n * y**n, {"positive": (x, y)}),
    "integer powers need no sign": ((x * y) ** k, x**k * y**k, {}),
    "numeric bases": (12**x, 3**x * 2 ** (2 * x), {}),
    "powers of -1": ((-1) ** k * (-1) ** (k + 2), Integer(1), {}),
    "exponents over denominators": (exp(x / (1 + y)) * exp(1 / (1 + y)), exp((x + 1) / (y + 1)), {}),
    "logarithms of factors": (log(u**2 + u), log(u) + log(u + 1), {}),
    "logarithms of squares": (log((x - 1) ** 2), 2 * log(Abs(x - 1)), {}),
    "stated positivity": (log((1 - x) ** 2), 2 * log(1 - x), {"positive": (1 - x,)}),
    "a positive product": (log(x * y) * 2, log(x**2 * y**2), {"positive": (x * y,)}),
    "an interval": (log(4 - x**2), log(2 - x) + log(2 + x), {"positive": (2 - x, 2 + x)}),
    "logarithms of exponentials": (log(exp(2 * K) + 1) / 2 - K / 2, log(1 + exp(-2 * K)) / 2 + K / 2, {}),
    "signs by Sturm": (log((x**2 - x + 1) * 3), log(x**2 - x + 1) + log(3), {}),
    "numbers": (log(72), 3 * log(2) + 2 * log(3), {}),
    "exponentials of logarithms": (exp(log(cosh(2 * K)) / 2) ** 2, cosh(2 * K), {}),
    "rational coefficients of logarithms": ((1 + x) * log(2) - x * log(2), log(2), {}),
    "changes of base": (p ** (log(u) / log(p)), u, {}),
    "hyperbolic": (tanh(log(cosh(2 * K)) / 2), tanh(K) ** 2, {}),
    "inverse hyperbolic": (atanh(x), log((1 + x) / (1 - x)) / 2, {"positive": (1 - x, 1 + x)}),
    "circular": (cos(x + y), cos(x) * cos(y) - sin(x) * sin(y), {}),
    "logarithm of a negative number": (log(-6), log(2) + log(3) + I * pi, {}),
    "logarithm of something negative": (log(-u), log(u) + I * pi, {}),
    "roots of unity": (exp(I * pi / 3) + exp(-I * pi / 3), Integer(1), {}),
    "square roots": (1 / (1 + sqrt(2)), sqrt(2) - 1, {}),
    "nested radicals by their squares": (sqrt(x**2 + 1) ** 2, x**2 + 1, {}),
    "absolute values": (Abs(x) * Abs(y), Abs(x * y), {}),
    "roots of squares": (sqrt(x**2), Abs(x), {}),
    "h^2 = h": ((h + s - 2 * h * s) ** 3, h + s - 2 * h * s, {"alphabets": BITS}),
    "s^2 = 1": ((1 + h * s) ** 2, 2 + 2 * h * s, {"alphabets": SPINS}),
    "functions of letters": (u ** (2 * h), 1 + h * (u**2 - 1), {"alphabets": BITS}),
    "steps of letters": (heaviside(2 * h - 1) * relu(s), h * s, {"alphabets": BITS}),
    "maxima of letters": (Max(h, s) + Min(h, s), h + s, {"alphabets": BITS}),
    "cases of letters": (Piecewise((u, h > 0), (1, True)), u**h, {"alphabets": BITS}),
    "functions left alone": (heaviside(x) * (y + 1), heaviside(x) * y + heaviside(x), {}),
    "functions of zero": (sympy.atan2(0, x) + 1, 1 + sympy.atan2(0 * y, x), {}),
    "the same maximum": (Max(x, y, x - 1), Max(y, x), {}),
    "finite sums": (Sum(x**k, (k, 0, 4)), (x**5 - 1) / (x - 1), {}),
    "derivatives": (sympy.Derivative(tanh(x), x), 1 - tanh(x) ** 2, {}),
    "matrices": (Matrix([[exp(K), exp(-K)], [exp(-K), exp(K)]]) ** 2, 2 * Matrix([[cosh(2 * K), 1], [1, cosh(2 * K)]]),
                 {}),
    "tuples": ((x + x, [y * y]), (2 * x, [y**2]), {}),
    "meanings at once": (x + y, y + x, {"where": {x: y, y: x}}),
}  # fmt: skip

REFUTED = {
    "a coefficient": (x**2 - y**2, (x - y) * (x + 2 * y), {}),
    "an exponent": (exp(2 * A) + 1, exp(A) ** 3 + 1, {}),
    "a logarithm of a negative number": (log(x**2), 2 * log(x), {}),
    "a root of a square": (sqrt(x**2), x, {}),
    "powers of negative products": ((x * y) ** n, x**n * y**n, {}),
    "one state": (h * s * (u - 1), h * s * (u - 1) + (1 - h) * (1 - s), {"alphabets": BITS}),
    "one point of many": (Abs(k - 4), k - 4, {}),
    "a branch": (log(exp(I * x)), I * x, {}),
    "a wrong meaning": (x + 1, y, {"where": {x: y**2, y: x}}),
    "an entry": (Matrix([[1, 2], [3, x]]), Matrix([[1, 2], [3, x + 1]]), {}),
    "shapes": (Matrix([[1, 2]]), Matrix([1, 2]), {}),
    "large numbers": (Integer(2) ** 500 + 1, Integer(2) ** 500, {}),
    "nearly equal": (exp(pi * sqrt(163)), Integer(640320) ** 3 + 744, {}),
}

UNDECIDED = {
    "nested radicals": (sqrt(3 + 2 * sqrt(2)), 1 + sqrt(2), {}, "differ"),
    "a functional equation": (gamma(x + 1), x * gamma(x), {}, "differ"),
    "a function nobody knows": (Function("f")(x), Function("f")(x) + 0 * y, {}, "not evaluated"),
    "nowhere defined": (log(x - x + 0 * y), log(0 * x), {}, ""),
    "not defined at one state": (log(h), log(h) + 0, {"alphabets": BITS}, "h = 0"),
    "an empty domain": (log(x * y), log(x) + log(y), {"positive": (x, -x)}, "no point"),
    "noncommuting": (Symbol("a", commutative=False), 2 * Symbol("a", commutative=False), {}, "commute"),
}


@pytest.mark.parametrize("name", PROVED)
def test_true_equations_are_proved(name):
    left, right, options = PROVED[name]
    found = decide_equal(left, right, **options)
    assert found.status == "proved", found
    assert found.counterexample is None
    assert decide_equal(right, left, **options).status == "proved"
    assert recheck(found, left, right, **options) == found


@pytest.mark.parametrize("name", REFUTED)
def test_false_equations_are_refuted_and_the_counterexample_confirmed(name):
    left, right, options = REFUTED[name]
    found = decide_equal(left, right, **options)
    assert found.status == "refuted", found
    assert recheck(found, left, right, **options) == found


@pytest.mark.parametrize("name", UNDECIDED)
def test_what_is_out_of_reach_is_undecided_and_says_why(name):
    left, right, options, reason = UNDECIDED[name]
    found = decide_equal(left, right, **options)
    assert found.status == "undecided", found
    assert reason in found.certificate


def test_counterexamples_are_exact_and_named():
    found = decide_equal(u**2 * exp(A), u**2 + exp(A))
    assert found.counterexample == {A: log(2), u: Integer(3)}
    assert found.report == {"A": "ln 2", "u": "3"}
    assert (found.method, found.certificate) == ("exact evaluation at a point", "left = 18, right = 11")


def test_counterexamples_that_are_not_rational_come_with_disjoint_balls():
    found = decide_equal(sqrt(x**2 + 1), x + 1, positive=[x])
    assert found.method == "ball arithmetic at a point"
    assert "+/-" in found.certificate
    value = found.counterexample[x]
    assert value.is_Rational
    assert sqrt(value**2 + 1) != value + 1


def test_the_domain_is_respected():
    assert decide_equal(Abs(x), x, positive=[x]).status == "proved"
    assert decide_equal(Abs(x), x).counterexample[x] < 0
    assert decide_equal(Abs(x), x, nonzero=[x]).status == "refuted"
    assert decide_equal(x, Symbol("y", negative=True)).counterexample[Symbol("y", negative=True)] < 0
    assert decide_equal(Symbol("e", even=True) / 2, 1).counterexample[Symbol("e", even=True)] % 2 == 0


@pytest.mark.parametrize("wrong", [x + 0.5, [x, 0.5], 0.5])
def test_floats_are_refused_at_the_door(wrong):
    with pytest.raises(NotExactError, match=r"Fraction\(1, 2\)"):
        decide_equal(wrong, [x, y] if isinstance(wrong, list) else y)


@pytest.mark.parametrize("wrong", ["x", Eq(x, y), {1, 2}])
def test_what_is_no_expression_is_refused(wrong):
    with pytest.raises((ModelError, NotExactError)):
        decide_equal(wrong, x)


def test_summed_variables_are_not_captured():
    total = Sum(x * y, (x, 0, 2))
    assert decide_equal(total, 3 * y, where={x: z}).status == "proved"  # the summed x is another one
    with pytest.raises(ModelError, match="write y out"):
        decide_equal(total, 3 * y, where={y: x + 1})


def test_effort_is_bounded():
    heavy = (x + y + z + A + B + 1) ** 40
    with pytest.raises(BudgetExceeded):
        decide_equal(heavy * (x - 1), x * heavy - heavy, effort=10_000)


def test_too_many_states_are_tried_and_a_general_proof_is_looked_for():
    letters = symbols("q0:20")
    alphabets = dict.fromkeys(letters, (0, 1))
    assert decide_equal(sum(letters) ** 2, sum(letters) * sum(letters), alphabets=alphabets).status == "proved"
    assert decide_equal(sum(letters) ** 2, sum(letters), alphabets=alphabets).status == "refuted"
    power = letters[0] ** 2 + sum(letters[1:])
    assert decide_equal(power, sum(letters), alphabets=alphabets).status == "undecided"


def test_wrong_decisions_do_not_pass_the_recheck():
    wrong = Decision("refuted", "made up", "", {x: Integer(1)})
    assert recheck(wrong, (x + 1) ** 2, x**2 + 2 * x + 1).status == "undecided"
    wrong = Decision("proved", "made up")
    assert recheck(wrong, (x + 1) ** 2, x**2 + 1).status == "undecided"


def test_decisions_do_not_depend_on_the_hash_seed():
    script = (
        "import sympy as s; from symrg.exact.decisions import *; x, y, K = s.symbols('x y K');"
        "print(decide_equal(s.log(s.cosh(x + y)) + s.exp(K), s.log(s.cosh(x)) + s.exp(K)));"
        "print(decide_equal(s.tanh(s.log(s.cosh(2 * K)) / 2), s.tanh(K)**2))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


# -- against arithmetic in plain Python ----------------------------------------------------------------

polynomials = st.lists(
    st.tuples(st.integers(-3, 3).filter(bool), st.integers(0, 2), st.integers(0, 2), st.integers(-2, 2)),
    min_size=1,
    max_size=4,
)


def build(terms):
    return sum((c * x**i * y**j * exp(m * A) for c, i, j, m in terms), Integer(0))


def multiply(first, second):
    """The product of two lists of terms, by hand."""
    total = {}
    for c, i, j, m in first:
        for d, a, b, e in second:
            key = (i + a, j + b, m + e)
            total[key] = total.get(key, 0) + c * d
    return [(c, *key) for key, c in total.items() if c]


@settings(max_examples=40, deadline=None)
@given(polynomials, polynomials, polynomials)
def test_products_and_quotients_agree_with_plain_arithmetic(first, second, third):
    product = multiply(first, second)
    assert decide_equal(build(first) * build(second), build(product)).status == "proved"
    other = multiply(first, third)
    equal = sorted(product) == sorted(other)
    found = decide_equal(build(first) * build(second), build(other))
    assert found.status == ("proved" if equal else "refuted")
    if third and build(third) != 0:
        assert decide_equal(build(product) * build(third) / build(third), build(product)).status != "refuted"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.fractions(1, 9, max_denominator=6), st.fractions(-2, 2, max_denominator=3)), max_size=4))
def test_sums_of_logarithms_agree_with_integer_powers(terms):
    """Σ r ln q = 0 if and only if Π q^{r·d} = 1 for a common denominator d."""
    common = lcm(*(r.denominator for _, r in terms))
    product = prod(q ** int(r * common) for q, r in terms)
    total = sum(
        (Rational(r.numerator, r.denominator) * log(Rational(q.numerator, q.denominator)) for q, r in terms), Integer(0)
    )
    assert decide_equal(total, 0).status == ("proved" if product == 1 else "refuted")


# -- inequalities ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "relation", "right", "options", "status"),
    [
        (u**2 + u, ">", 0, {}, "proved"),
        (tanh(K), "<", 1, {}, "proved"),
        (sinh(K), ">", 0, {"positive": (K,)}, "proved"),
        (sinh(K), ">", 0, {}, "refuted"),
        (x**2, ">=", 0, {}, "proved"),
        (x**2, ">", 0, {}, "refuted"),
        (x**2 - x + 1, ">", 0, {}, "proved"),
        (x**2 - 3 * x + 2, ">", 0, {"positive": (x - 2,)}, "proved"),
        (x**2 - 3 * x + 2, ">", 0, {"positive": (x - 1,)}, "refuted"),
        (cosh(K), ">", 1, {}, "refuted"),
        (cosh(K), ">=", 1, {}, "proved"),
        (cosh(K), ">", 1, {"positive": (K,)}, "proved"),
        (x * y, "<=", (x**2 + y**2) / 2, {}, "proved"),
        (x**2 - x + 1, ">=", 0, {}, "proved"),
        (u, "!=", -1, {}, "proved"),
        (x * (1 - x), "<=", 0, {"positive": (x, 1 - x)}, "refuted"),
        (h * (1 - h) + u, ">=", u, {"alphabets": {h: (0, 1)}}, "proved"),
        (x, "<", y, {}, "refuted"),
    ],
)
def test_inequalities(left, relation, right, options, status):
    assert decide_relation(left, relation, right, **options).status == status


_q, _u = sympy.symbols("q u", real=True)
_r, _s = sympy.symbols("r s", nonnegative=True)
_n = sympy.Symbol("n", nonpositive=True)
_z = sympy.Symbol("z", complex=True)


@pytest.mark.parametrize(
    ("left", "relation", "right", "positive", "status"),
    [
        (_q * _u + 1, ">", _q + _u, [_q - 1, _u - 1], "proved"),
        (_q + _u, ">", 1, [_q - 1, _u - 1], "proved"),
        (_q + _u, ">", 3, [_q - 1, _u - 1], "refuted"),
        (_q * (1 - _u) + _u * (1 - _q), "<", 1, [_q, _u, 1 - _q, 1 - _u], "proved"),
        (_q * _u, ">", 3 - _q - _u, [2 * _q - 3, 3 * _u - 4], "proved"),
        (_q * _u, ">", 1, [-_q - 1, -_u - 1], "proved"),
        (_r + _s, "<", 2, [1 - _r, 1 - _s], "proved"),
        # ends that belong to the domain: nothing strict there
        (_r + _s, ">=", _r * _s, [1 - _r, 1 - _s], "proved"),
        (_r + _s, ">", _r * _s, [1 - _r, 1 - _s], "refuted"),
        (_n * _s, "<=", 0, [_n + 1, 1 - _s], "proved"),
        (_n * (2 - _s) + _s * (_n - 1), "<", 0, [_n + 1, 1 - _s], "refuted"),
        (_n + _s, "<", 1, [_n + 1, 1 - _s], "proved"),
        # powers of what may be 0 are defined there, and 0
        (sympy.sqrt(_r), ">", 0, [], "refuted"),
        (sympy.sqrt(_r), ">=", 0, [], "proved"),
        (sympy.sqrt(_r), ">", 0, [_r], "proved"),
        (sympy.sqrt(_r), "!=", 0, [_s * _r], "proved"),
        (_r**u, "!=", 0, [1 - u], "refuted"),
        (_r**u + _s, ">", 0, [], "refuted"),
        (Abs(_q) ** u, ">", 0, [], "refuted"),
        (Abs(_q) ** u, ">=", 0, [], "proved"),
        ((1 - _q) ** u, ">", 0, [1 - _q], "proved"),
        # an empty domain: nothing is proved
        (_q, ">", _u, [_q - 1, -_q, _u], "undecided"),
    ],
)
def test_bounds_of_several_symbols_are_used(left, relation, right, positive, status):
    assert decide_relation(left, relation, right, positive=positive).status == status


@settings(max_examples=60)
@given(st.data())
def test_inequalities_between_bounds_agree_with_their_values(data):
    """Oracle: plain arithmetic at points of a fine grid inside the bounds, and on them where they belong to it."""
    whole = st.integers(-3, 3)
    kinds, domain, stated = [], [], []
    for name in "xy":
        low, size, bounded = (
            data.draw(whole),
            data.draw(st.integers(1, 3)),
            data.draw(st.sampled_from(["ab", "a", "b"])),
        )
        closed = low == 0 and "a" in bounded and data.draw(st.booleans())
        symbol = sympy.Symbol(name, nonnegative=True) if closed else sympy.Symbol(name, real=True)
        kinds.append(symbol)
        stated += [symbol - low] if "a" in bounded and not closed else []
        stated += [low + size - symbol] if "b" in bounded else []
        steps = [sympy.Rational(k, 7) * size for k in range(0 if closed else 1, 7)]
        beyond = [] if bounded == "ab" else [size + k for k in (1, 4, 20)]
        domain.append([low + size - v if bounded == "b" else low + v for v in [*steps, *beyond]])
    monomials = [kinds[0] ** i * kinds[1] ** j for i in range(3) for j in range(3)]
    polynomial = sympy.Add(*(data.draw(st.integers(-2, 2)) * m for m in monomials))
    relation = data.draw(st.sampled_from(["<", "<=", ">", ">="]))
    if polynomial.is_number:
        return
    holds = {"<": lambda v: v < 0, "<=": lambda v: v <= 0, ">": lambda v: v > 0, ">=": lambda v: v >= 0}[relation]
    values = [
        polynomial.xreplace(dict(zip(kinds, (first, second), strict=True)))
        for first in domain[0]
        for second in domain[1]
    ]
    found = decide_relation(polynomial, relation, 0, positive=stated)
    if found.status == "proved":
        assert all(map(holds, values))
    if found.status == "refuted":
        point = dict(found.counterexample)
        assert not holds(polynomial.xreplace(point))
        assert all(p.xreplace(point) > 0 for p in stated)


@pytest.mark.parametrize(
    ("left", "relation", "right"),
    [
        (_z**2, ">=", 0),
        (exp(_z), ">", 0),
        (sqrt(_z**2), "=", Abs(_z)),
        (log(_z**2), "=", 2 * log(Abs(_z))),
        (sympy.conjugate(_z), "=", _z),
    ],
)
def test_symbols_said_to_be_complex_are_not_taken_for_real(left, relation, right):
    assert decide_relation(left, relation, right).status != "proved"


def test_unknown_relations_are_refused():
    with pytest.raises(ModelError, match="one of"):
        decide_relation(x, "~", y)


# -- systems ----------------------------------------------------------------------------------------------


def test_two_descriptions_of_one_set():
    assert decide_sets([x**2 - y**2], [[x - y], [x + y]], symbols=[x, y]).status == "proved"
    assert decide_sets([x * y - 1], [{x: 1 / y}], symbols=[x, y], nonzero=[y]).status == "proved"
    assert decide_sets([(x - 1) * (y - 2), x - y], [{x: 1, y: 1}, {x: 2, y: 2}], symbols=[x, y]).status == "proved"


def test_punctures_count():
    line, punctured = [x * y - x], [x * y - x, Ne(x, 0)]
    found = decide_sets(line, punctured, symbols=[x, y])
    assert found.status == "refuted"
    assert found.counterexample[x] == 0
    assert decide_sets(punctured, [Eq(y, 1), Ne(x, 0)], symbols=[x, y]).status == "proved"


def test_the_direction_of_a_difference_is_told():
    assert "the second that is none of the first" in decide_sets([{x: 0}], [x**2 - x], symbols=[x]).certificate
    assert "x**2 - 2 vanish" in decide_sets([x**2 - 2], [x - 1], symbols=[x]).certificate


def test_conditions_have_to_be_polynomial():
    with pytest.raises(ModelError):
        decide_sets([exp(x)], [x], symbols=[x])
    with pytest.raises(ModelError, match="use an expression"):
        decide_sets([x < 1], [x], symbols=[x])


@pytest.mark.parametrize(
    ("system", "count", "of", "status"),
    [
        ([x**2 - 2, y - x], 2, "points", "proved"),
        ([x**2 + 1, y - x], 0, "real points", "proved"),
        ([x**3 - x, y - x], 2, "real points", "refuted"),
        ([x * y], 2, "components", "proved"),
        ([x * y], 2, "points", "refuted"),
        ([x * y], 2, "real points", "undecided"),
        ([x - x], 1, "components", "proved"),
    ],
)
def test_counts(system, count, of, status):
    assert decide_count(system, count, symbols=[x, y], of=of).status == status


def test_counts_of_positive_points():
    assert decide_count([x**2 - 2], 1, symbols=[x], of="real points", positive=[x]).status == "proved"
    with pytest.raises(ModelError, match="'real points'"):
        decide_count([x], 1, symbols=[x], of="lines")


@pytest.mark.parametrize(
    ("system", "positive", "status"),
    [
        ([x**2 + y**2 + 1], [], "refuted"),
        ([x**2 + y**2 - 1], [], "proved"),
        ([x * y + x + y], [x, y], "refuted"),
        ([x * y - x - y], [x, y], "proved"),
        ([x**2 - 2, y - x], [y], "proved"),
        ([x**2 - 2, y + x**2], [y], "refuted"),
        ([x**4 + 1], [], "refuted"),
        ([x - 1, x - 2], [], "refuted"),
    ],
)
def test_real_solutions(system, positive, status):
    found = decide_exists(system, symbols=[x, y], positive=positive)
    assert found.status == status
    if status == "refuted":
        assert decide_exists(system, symbols=[x, y], positive=positive, expected=False).status == "proved"


def test_functions_without_a_rule_are_compared_by_value():
    assert decide_equal(acos(x), pi / 2 - sympy.asin(x)).status in ("proved", "undecided")
    assert decide_equal(acos(Rational(1, 3)), sympy.asin(Rational(1, 3))).status == "refuted"
