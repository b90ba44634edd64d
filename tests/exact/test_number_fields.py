"""Fields of algebraic numbers against mpmath: roots of polynomials over them, and one field for several numbers."""

from fractions import Fraction

import flint
import mpmath
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symrg.exact.algebraic import AlgebraicNumber, roots_of
from symrg.exact.number_fields import NumberField, common_field, roots_at, roots_over

x = sympy.Symbol("x")
few = settings(max_examples=15, deadline=None)

irreducible = (
    st.lists(st.integers(-3, 3), min_size=3, max_size=5)
    .filter(lambda c: c[-1] and c[0])
    .map(lambda c: sympy.Poly(c[::-1], x))
    .filter(lambda p: p.is_irreducible)
    .map(lambda p: tuple(int(c) for c in p.primitive()[1].all_coeffs()[::-1]))
)
elements = st.lists(st.integers(-2, 2), min_size=1, max_size=3)


def at(coefficients, value):
    return sum((c * value**k for k, c in enumerate(coefficients)), mpmath.mpf(0))


@few
@given(irreducible, st.lists(elements, min_size=1, max_size=2), elements)
def test_roots_are_those_of_the_conjugate_polynomials(modulus, lower, double):
    """(λ² + a λ + b or λ + a) times (λ − d)², with a, b, d in the field."""
    field = NumberField(modulus)
    first = [*(field(c) for c in lower), field.one]
    line = [field(double) * -1, field.one]
    product = first
    for factor in (line, line):
        grown = [field([0])] * (len(product) + 1)
        for i, c in enumerate(product):
            for j, d in enumerate(factor):
                grown[i + j] = grown[i + j] + c * d
        product = grown
    found = roots_over(product)
    assert found == tuple(roots_at(product, theta) for theta in roots_of(modulus))
    with mpmath.workdps(40):
        for theta, roots in zip(roots_of(modulus), found, strict=True):
            assert sum(roots.values()) == len(product) - 1
            place = mpmath.polyroots([mpmath.mpf(c) for c in reversed(modulus)], maxsteps=200, extraprec=200)
            t = min(place, key=lambda p, near=complex(theta): abs(p - near))
            b = [at(c, t) for c in lower]
            mine = [-b[0]] if len(b) == 1 else mpmath.polyroots([1, b[1], b[0]], maxsteps=200, extraprec=200)
            expected = [*mine, at(double, t), at(double, t)]
            for value, count in roots.items():
                for _ in range(count):
                    nearest = min(expected, key=lambda other, v=complex(value): abs(other - v))
                    assert abs(nearest - complex(value)) < 1e-8
                    expected.remove(nearest)


@few
@given(st.lists(irreducible, min_size=1, max_size=2), st.data())
def test_one_field_holds_all_numbers(moduli, data):
    numbers = [data.draw(st.sampled_from(roots_of(modulus))) for modulus in (*moduli, *moduli[:1])]
    assume(len(set(numbers)) < 3 or max(map(len, moduli)) < 5)
    numbers.append(Fraction(2, 3))
    theta, written = common_field(numbers)
    assert len(written) == len(numbers)
    ball = theta.enclosed(300)
    with flint.ctx.workprec(300):
        for number, element in zip(numbers, written, strict=True):
            value = flint.acb_poly(element.value)(ball)
            if isinstance(number, AlgebraicNumber):
                assert value.overlaps(number.enclosed(300))
                total = element.field([0])
                for c in reversed(number.minimal_polynomial):
                    total = total * element + c
                assert not total
            else:
                assert element.value == flint.fmpq(2, 3)


def test_inverses_in_a_field():
    field = NumberField((-2, 0, 0, 1))
    value = field([1, 1])
    assert ((value * value.inverse()) - 1).value == 0
    assert not field([0, 0])
