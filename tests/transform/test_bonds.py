"""Recursions of bonds, against sums over states in 60-digit floats, against decimate, and against the textbooks."""

from fractions import Fraction
from itertools import product

import mpmath
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symrg as sg
from symrg import bond_recursion

D, F, J, K, L, M, x, y = sympy.symbols("D F J K L M x y")
s, t, s2, t2 = (sg.Variable(name, (-1, 1)) for name in ("s", "t", "s_2", "t_2"))
u, v = (sg.Variable(name, (-1, 0, 1)) for name in "uv")
q, r = (sg.Variable(name, (0, 1, 2)) for name in "qr")
delta = sympy.KroneckerDelta

BONDS = {
    "Ising": (K * s * t, (s, t)),
    "Ising in a field": (K * s * t + F * (s + t) / 2, (s, t)),
    "Potts": (K * delta(q, r), (q, r)),
    "Potts in a field": (K * delta(q, r) + F * (delta(q, 0) + delta(r, 0)) / 2 + L * delta(q, 0) * delta(r, 0), (q, r)),
    "Blume, Emery and Griffiths": (K * u * v - D * (u**2 + v**2) / 2 + L * u**2 * v**2, (u, v)),
    "ladder": (
        K * (s * t + s2 * t2) + J * (s * s2 + t * t2) / 2 + L * (s * t2 + s2 * t) + M * s * s2 * t * t2,
        ((s, s2), (t, t2)),
    ),
    "thirds": (K * s * t / 3 + F * (s + t) / 5, (s, t)),
    "sparse": (K * (2 * delta(q, 0) * delta(r, 0) + 3 * delta(q, 1) * delta(r, 1)), (q, r)),
}
KEPT = sorted(set(BONDS) - {"sparse"})


def bond(name, **options):
    exponent, between = BONDS[name]
    return bond_recursion(exponent, between=between, **options)


def tuples(between):
    return tuple(end if isinstance(end, tuple) else (end,) for end in between)


def summed(name, values, scale, branches):
    """The weights of a bond after the step, by running through all states between its ends, in 60 digits."""
    exponent, between = BONDS[name]
    left, right = tuples(between)
    states = list(product(*(variable.alphabet for variable in left)))
    plain = (
        sympy.lambdify([*left, *right, *sorted(values, key=str)], exponent.doit(), "mpmath")
        if "Potts" not in name
        else None
    )

    def energy(p, n):
        at = {**dict(zip(left, p, strict=True)), **dict(zip(right, n, strict=True))}
        if plain is not None:
            return plain(*p, *n, *(values[c] for c in sorted(values, key=str)))
        value = exponent.xreplace(at)
        return sum(
            mpmath.mpf(int(c.p)) / int(c.q) * values[k] for k, c in value.as_coefficients_dict().items() if k in values
        )

    weights = {(p, n): mpmath.exp(energy(p, n)) for p in states for n in states}
    found = {}
    for first, last in product(states, repeat=2):
        total = mpmath.mpf(0)
        for between_ in product(states, repeat=scale - 1):
            path = (first, *between_, last)
            total += mpmath.fprod(weights[path[k], path[k + 1]] for k in range(scale))
        found[first, last] = total**branches
    return found, energy, states


@settings(max_examples=25)
@given(st.data())
def test_the_weights_after_a_step_are_those_of_the_sum(data):
    """Oracle: all states, in floats of 60 digits; the ratios of new weights follow from the new couplings."""
    name = data.draw(st.sampled_from(KEPT))
    scale = data.draw(st.integers(2, 2 if name == "ladder" else 3))
    branches = data.draw(st.integers(1, 3))
    recursion = bond(name, scale=scale, branches=branches)
    with mpmath.workdps(60):
        values = {c: mpmath.mpf(data.draw(st.integers(-9, 9))) / 7 for c in recursion.couplings}
        point = {f: mpmath.exp(sum(mpmath.mpf(int(k.p)) / int(k.q) * values[c] for c, k in log_of(m).items()))
                 for f, m in recursion.meaning.items()}  # fmt: skip
        images = {
            f: sympy.lambdify(list(point), image, "mpmath")(*point.values()) for f, image in recursion.images.items()
        }
        logs = {f: mpmath.log(value) for f, value in images.items()}
        rows = [[log_of(m).get(c, sympy.S.Zero) for c in recursion.couplings] for m in recursion.meaning.values()]
        matrix = mpmath.matrix([[mpmath.mpf(int(k.p)) / int(k.q) for k in row] for row in rows])
        solved = mpmath.lu_solve(matrix, mpmath.matrix([logs[f] for f in recursion.factors]))
        new = dict(zip(recursion.couplings, solved, strict=True))
        weights, _, states = summed(name, values, scale, branches)
        _, energy, _ = summed(name, new, 2, 1)
        start = states[0], states[0]
        for pair in product(states, repeat=2):
            expected = mpmath.log(weights[pair] / weights[start])
            assert abs(energy(*pair) - energy(*start) - expected) < mpmath.mpf(10) ** -40


def log_of(meaning):
    return meaning.args[0].as_coefficients_dict()


@pytest.mark.parametrize("name", ["Ising", "Ising in a field", "Blume, Emery and Griffiths"])
def test_couplings_agree_with_those_of_decimate(name):
    exponent, (left, right) = BONDS[name]
    middle = sg.Variable("w", left.alphabet)
    step = sg.decimate(exponent.xreplace({right: middle}) + exponent.xreplace({left: middle}), over=[middle])
    recursion = bond(name)
    monomials = {K: left * right, F: left, D: left**2, L: left**2 * right**2}
    shares = {K: 1, F: sympy.Rational(1, 2), D: sympy.Rational(-1, 2), L: 1}
    for coupling in recursion.couplings:
        # what is shared between the ends comes back from both
        expected = step.couplings[monomials[coupling]] / shares[coupling]
        assert sg.equal(recursion.coupling_images[coupling], expected).status == "proved"


@pytest.mark.parametrize("name", KEPT)
def test_scales_multiply(name):
    if name != "ladder":
        assert bond(name, scale=2).compose(bond(name, scale=3)) == bond(name, scale=6)
    assert bond(name, scale=2).compose(bond(name, scale=2)) == bond(name, scale=4)


def test_textbook_recursions():
    k = sympy.Symbol("k")
    assert bond("Ising").images == {k: 2 * k / (k**2 + 1)}
    assert bond("Ising").meaning == {k: sympy.exp(-2 * K)}
    # Migdal and Kadanoff in two dimensions: k = e^(-2K) is the root 0.2955977... of k^3 + k^2 + 3k - 1
    critical = bond("Ising", branches=2).fixed_points()
    assert critical.complete
    assert any(part.generators == (k**3 + k**2 + 3 * k - 1,) for part in critical)
    # three-state Potts model on the diamond lattice: e^K = 4, y = ln(16/9)/ln 2
    potts = bond("Potts", branches=2).linearize((sympy.Rational(1, 4),))
    assert potts.eigenvalues == {Fraction(16, 9): 1}
    assert bond("Ising in a field", factors=(x, y)).factors == (x, y)


def test_a_bond_whose_form_is_not_kept_says_what_is_generated():
    with pytest.raises(sg.DomainError, match=r"generates u\*\*2\*v\*\*2, which the bond does not have"):
        bond_recursion(K * u * v - D * (u**2 + v**2) / 2, between=(u, v))
    with pytest.raises(sg.DomainError, match=r"generates t, which"):
        bond_recursion(K * s * t + F * s, between=(s, t))
    with pytest.raises(sg.DomainError, match=r"form of the bond: V\(.* change differently"):
        bond_recursion(K * (u * v - (u**2 + v**2) / 2 + u**2 * v**2 / 7), between=(u, v))
    with pytest.raises(sg.DomainError, match="change differently"):
        bond("sparse")


@pytest.mark.parametrize(
    ("exponent", "between", "options", "kind", "said"),
    [
        (K * s * t + F * s * t, (s, t), {}, sg.ModelError, "F, K do not all matter"),
        (K**2 * s * t, (s, t), {}, sg.ModelError, "sum of couplings times rational numbers"),
        (K * s * t + 1, (s, t), {}, sg.ModelError, "without a constant"),
        (K * s * t, (s, s), {}, sg.ModelError, "different variables"),
        (K * s * u, (s, u), {}, sg.ModelError, "same alphabets"),
        (K * s * t, s, {}, sg.ModelError, "between=\\(s, t\\)"),
        (s * t, (s, t), {}, sg.ModelError, "no coupling"),
        ("K*s*t", (s, t), {}, sg.ModelError, "as a SymPy expression"),
        (0.5 * K * s * t, (s, t), {}, sg.NotExactError, "0.5"),
        (K * s * t, (s, t), {"scale": 1}, sg.ModelError, "scale is 1"),
        (K * s * t, (s, t), {"branches": 0}, sg.ModelError, "branches is 0"),
        (K * s * t, (s, t), {"branches": True}, sg.ModelError, "branches is True"),
        (K * s * t, (s, t), {"factors": (x, y)}, sg.ModelError, "1 symbol"),
        (sympy.exp(K * s * t), (s, t), {}, sg.ModelError, "give −βH, not its weight"),
        (
            K * sympy.Symbol("s") * t,
            (s, t),
            {},
            sg.ModelError,
            "s in the exponent is another symbol than the Variable s",
        ),
        (K * s * t, ("s", "t"), {}, sg.ModelError, "sg.Variable"),
        (K * s * t + sympy.sin(L) * s, (s, t), {}, sg.ModelError, "sin"),
    ],
)
def test_what_is_no_bond_is_refused(exponent, between, options, kind, said):
    with pytest.raises(kind, match=said):
        bond_recursion(exponent, between=between, **options)


def test_the_equation_between_weights_that_is_lost_is_named():
    field = K * delta(q, r) + F * (delta(q, 0) + delta(r, 0)) / 2
    with pytest.raises(sg.DomainError, match="holds for its weights and not after the sum") as caught:
        bond_recursion(field, between=(q, r))
    # V(0; 0) = KF, V(0; 1) = √F, V(1; 1) = K, V(1; 2) = 1 in factors: one independent equation between them
    sides = str(caught.value).partition("bond: ")[2].partition(" holds")[0].replace("; ", ";").split(" = ")
    assert sorted(sorted(side.split()) for side in sides) == [["V(0;0)", "V(1;2)^2"], ["V(0;1)^2", "V(1;1)"]]


def test_names_that_would_clash_are_numbered():
    small, large = sympy.symbols("k K")
    recursion = bond_recursion(small * s * t + large * (s + t) / 2, between=(s, t))
    assert [str(f) for f in recursion.factors] == ["x1", "x2"]


def test_a_bond_with_high_powers_is_refused_without_writing_out_what_it_generates():
    s, t = (sg.Variable(name, (0, 1, 2, 3)) for name in "st")
    first, second, third = sympy.symbols("K L M")
    exponent = first * s + second * (s**2 * t**2 + s) * sympy.Rational(2, 3) + third * (s - t) ** 2
    with pytest.raises(sg.DomainError, match=r"generates s\*\*3\*t\*\*3"):
        bond_recursion(exponent, between=(s, t))
