"""Number fields Q(θ): elements as polynomials in θ, roots of polynomials over them, one field for several numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

from .algebraic import AlgebraicNumber, roots_of
from .matrices import rational_factors
from .numbers import as_fraction, to_fmpq

__all__ = ["FieldElement", "NumberField", "common_field", "roots_at", "roots_over"]

Root = Fraction | AlgebraicNumber

_FIRST_PRECISION = 64  # bits


@dataclass(frozen=True, eq=False)
class FieldElement:
    """An element of Q(θ): ``value`` is the polynomial in θ, of a degree below that of the field."""

    field: NumberField
    value: Any

    def _other(self, other: Any) -> Any:
        return other.value if isinstance(other, FieldElement) else to_fmpq(other)

    def __add__(self, other: Any) -> FieldElement:
        return FieldElement(self.field, self.value + self._other(other))

    def __sub__(self, other: Any) -> FieldElement:
        return FieldElement(self.field, self.value - self._other(other))

    def __mul__(self, other: Any) -> FieldElement:
        return FieldElement(self.field, (self.value * self._other(other)) % self.field.modulus)

    def __truediv__(self, other: FieldElement) -> FieldElement:
        return self * other.inverse()

    def __bool__(self) -> bool:
        return bool(self.value != 0)

    def inverse(self) -> FieldElement:
        """Return 1/x; the element is not zero."""
        common, inverse, _ = self.value.xgcd(self.field.modulus)
        if common != 1:
            raise ZeroDivisionError("zero has no inverse in a number field")
        return FieldElement(self.field, inverse)


class NumberField:
    """Q[t] modulo an irreducible polynomial.

    Parameters
    ----------
    minimal_polynomial : sequence of int
        Constant term first.

    Examples
    --------
    >>> field = NumberField((-2, 0, 1))
    >>> root = field([0, 1])
    >>> (root * root).value, (root + 1).inverse().value
    (2, x + (-1))
    """

    def __init__(self, minimal_polynomial: Sequence[int]) -> None:
        self.minimal_polynomial = tuple(int(c) for c in minimal_polynomial)
        self.modulus = flint.fmpq_poly(list(self.minimal_polynomial))

    def __call__(self, coefficients: Sequence[Fraction | int]) -> FieldElement:
        """Return the element with these coefficients in t, constant term first."""
        return FieldElement(self, flint.fmpq_poly([to_fmpq(c) for c in coefficients]) % self.modulus)

    @property
    def one(self) -> FieldElement:
        """The unit."""
        return self([1])

    @property
    def degree(self) -> int:
        """The degree over Q."""
        return len(self.minimal_polynomial) - 1


# -- polynomials over a field: lists of elements, constant term first, the last one not zero -----------------------


def _divided(above: Sequence[FieldElement], below: Sequence[FieldElement]) -> tuple[list[Any], list[Any]]:
    """Return quotient and remainder."""
    rest, lead = list(above), below[-1].inverse()
    quotient: list[Any] = [below[0] * 0] * max(len(above) - len(below) + 1, 0)
    for shift in reversed(range(len(quotient))):
        quotient[shift] = ratio = rest[shift + len(below) - 1] * lead
        for i, value in enumerate(below):
            rest[shift + i] = rest[shift + i] - ratio * value
    while rest and not rest[-1]:
        rest.pop()
    return quotient, rest


def _common(first: Sequence[FieldElement], second: Sequence[FieldElement]) -> list[FieldElement]:
    """Return the monic greatest common divisor."""
    above, below = list(first), list(second)
    while below:
        above, below = below, _divided(above, below)[1]
    lead = above[-1].inverse()
    return [value * lead for value in above]


def _derivative(polynomial: Sequence[FieldElement]) -> list[FieldElement]:
    return [value * k for k, value in enumerate(polynomial)][1:]


def _squarefree(polynomial: Sequence[FieldElement]) -> list[tuple[list[FieldElement], int]]:
    """Return monic squarefree polynomials without common roots, with their multiplicities in the given one."""
    found, multiplicity = [], 1
    repeated = _common(polynomial, _derivative(polynomial))
    simple = _divided(polynomial, repeated)[0]
    while len(simple) > 1:
        higher = _common(simple, repeated) if repeated else simple[:1]
        part = _divided(simple, higher)[0]
        if len(part) > 1:
            lead = part[-1].inverse()
            found.append(([value * lead for value in part], multiplicity))
        simple, multiplicity = higher, multiplicity + 1
        repeated = _divided(repeated, higher)[0]
    return found


def _norm(polynomial: Sequence[FieldElement]) -> list[Fraction]:
    """Return the product of the conjugates of a monic polynomial: that of its companion matrix, over Q."""
    field, size = polynomial[0].field, len(polynomial) - 1
    degree = field.degree
    total = flint.fmpq_mat(size * degree, size * degree)
    for j in range(size):
        for power in range(degree):
            column = j * degree + power
            if j + 1 < size:
                total[column + degree, column] = 1
                continue
            for i in range(size):
                image = (polynomial[i] * field([*([0] * power), -1])).value
                for k in range(degree):
                    total[i * degree + k, column] = image[k]
    return [as_fraction(total.charpoly()[k]) for k in range(size * degree + 1)]


# -- roots -----------------------------------------------------------------------------------------------------------


def roots_over(polynomial: Sequence[FieldElement]) -> tuple[dict[Root, int], ...]:
    """Return the roots, with multiplicities, of a polynomial over Q(θ) for every conjugate of θ.

    They are roots of the norm, which is over Q. Balls tell which of these belong to which conjugate: one that is not a
    root is excluded by a value without 0, and as many as there are roots remain.

    Parameters
    ----------
    polynomial : sequence of FieldElement
        Constant term first, of degree one at least.

    Returns
    -------
    tuple of dict
        One for each root of the minimal polynomial, in the order of :func:`~symrg.exact.algebraic.roots_of`; rational
        roots first.

    Examples
    --------
    The roots of x² − θ for θ² = 4θ − 2, and of (x − θ)² for θ = ±√2:

    >>> field = NumberField((2, -4, 1))
    >>> [list(map(str, roots)) for roots in roots_over([field([0, -1]), field([0]), field([1])])][0]
    ['root 1 of x**4 - 4*x**2 + 2 near -0.765366865', 'root 2 of x**4 - 4*x**2 + 2 near 0.765366865']
    >>> field = NumberField((-2, 0, 1))
    >>> roots_over([field([2]), field([0, -2]), field([1])])[1]
    {root 1 of x**2 - 2 near 1.41421356: 2}
    """
    return _matched(polynomial, roots_of(polynomial[0].field.minimal_polynomial))


def roots_at(polynomial: Sequence[FieldElement], theta: AlgebraicNumber) -> dict[Root, int]:
    """Return the same for one root θ of the minimal polynomial of the field."""
    return _matched(polynomial, (theta,))[0]


def _matched(polynomial: Sequence[FieldElement], thetas: Sequence[AlgebraicNumber]) -> tuple[dict[Root, int], ...]:
    found: list[dict[Root, int]] = [{} for _ in thetas]
    for part, multiplicity in _squarefree(polynomial):
        candidates: list[Root] = []
        for factor, _ in rational_factors(_norm(part)):
            candidates += [Fraction(-factor[0], factor[1])] if len(factor) == 2 else roots_of(factor)
        for roots, theta in zip(found, thetas, strict=True):
            roots.update(dict.fromkeys(_selected(part, candidates, theta), multiplicity))
    return tuple(dict(sorted(roots.items(), key=_order)) for roots in found)


def _order(item: tuple[Root, int]) -> tuple[Any, ...]:
    root = item[0]
    if isinstance(root, Fraction):
        return (0, root)
    return (1, not root.is_real, len(root.minimal_polynomial), root.minimal_polynomial, root.index)


def _selected(part: Sequence[FieldElement], candidates: list[Root], theta: AlgebraicNumber) -> list[Root]:
    """Return those candidates that are roots of a squarefree polynomial, all roots of which are among them."""
    precision = _FIRST_PRECISION
    while True:
        place = theta.enclosed(precision)
        with flint.ctx.workprec(precision):
            value = flint.acb_poly([flint.acb_poly(element.value)(place) for element in part])
        balls = _enclosed(candidates, precision)
        with flint.ctx.workprec(precision):
            candidates = [root for root, ball in zip(candidates, balls, strict=True) if value(ball).contains(0)]
        if len(candidates) == len(part) - 1:
            return candidates
        precision *= 2


def _enclosed(numbers: Sequence[Root], bits: int) -> list[Any]:
    with flint.ctx.workprec(bits):
        return [
            root.enclosed(bits) if isinstance(root, AlgebraicNumber) else flint.acb(flint.arb(to_fmpq(root)))
            for root in numbers
        ]


# -- one field for several numbers -----------------------------------------------------------------------------------


def common_field(numbers: Sequence[Root]) -> tuple[AlgebraicNumber, list[FieldElement]]:
    """Return θ such that all numbers are in Q(θ), and the numbers as its elements.

    Parameters
    ----------
    numbers : sequence of Fraction or AlgebraicNumber
        One of them is irrational.

    Examples
    --------
    >>> low, high = roots_of((-2, 0, 1))
    >>> theta, (one, half) = common_field([high, Fraction(1, 2)])
    >>> theta == high, one.value, half.value
    (True, x, 1/2)
    >>> theta, elements = common_field([high, roots_of((-3, 0, 1))[0]])
    >>> theta.minimal_polynomial, (elements[0] * elements[0]).value, (elements[1] * elements[1]).value
    ((1, 0, -10, 0, 1), 2, 3)
    """
    irrational = sorted({x for x in numbers if isinstance(x, AlgebraicNumber)}, key=lambda x: _order((x, 0)))
    # of the highest degree first: it often generates the field
    irrational.sort(key=lambda x: -len(x.minimal_polynomial))
    theta, known = irrational[0], {irrational[0]: flint.fmpq_poly([0, 1])}
    for number in irrational[1:]:
        theta, image, written = _joined(theta, number)
        known = {x: value(image) for x, value in known.items()}
        known[number] = written
    field = NumberField(theta.minimal_polynomial)
    return theta, [
        FieldElement(field, known[x] % field.modulus) if isinstance(x, AlgebraicNumber) else field([x]) for x in numbers
    ]


def _joined(theta: AlgebraicNumber, number: AlgebraicNumber) -> tuple[AlgebraicNumber, Any, Any]:
    """Return a primitive element of Q(θ, β), and θ and β as polynomials in it: θ itself, if it is one."""
    first, second = (list(x.minimal_polynomial) for x in (theta, number))
    multiple = 0
    while True:
        multiple += 1
        sums = _sums(first, second, multiple)
        if sums.gcd(sums.derivative()).degree() > 0:
            continue  # two sums of conjugates are equal: they do not tell the conjugates apart
        factor, ball, bits = _factor_of_sum(sums, theta, number, multiple)
        field = NumberField([int(c) for c in factor.coeffs()])
        # β is the one common root of its own polynomial and that of (joint − x)/k, both over Q(joint)
        mine = [field([c]) for c in second]
        step = flint.fmpq(1, multiple)
        shifted = _shifted(first, field, step)
        linear = _common(mine, shifted)
        beta = (linear[0] * -1).value
        image = (flint.fmpq_poly([0, 1]) - beta) * step
        if field.degree > len(first) - 1:
            (joint,) = (root for root in roots_of(field.minimal_polynomial) if root.enclosed(bits).overlaps(ball))
            return joint, image, beta
        # Q(θ) is all: write β in θ by linear algebra
        return theta, flint.fmpq_poly([0, 1]), _rewritten(beta, image % field.modulus, field)


def _sums(first: list[int], second: list[int], multiple: int) -> Any:
    """Return the polynomial of all y + k x with y a root of the second and x of the first polynomial."""
    context = flint.fmpz_mpoly_ctx.get(("x", "t"), flint.Ordering.lex)
    x, t = context.gens()
    one, other = context.constant(0), context.constant(0)
    for c in reversed(first):
        one = one * x + c
    for c in reversed(second):
        other = other * (t - multiple * x) + c
    sums = one.resultant(other, "x")
    coefficients = [0] * (sums.degrees()[1] + 1)
    for exponents, coefficient in sums.terms():
        coefficients[exponents[1]] = int(coefficient)
    return flint.fmpz_poly(coefficients)


def _factor_of_sum(sums: Any, theta: AlgebraicNumber, number: AlgebraicNumber, multiple: int) -> tuple[Any, Any, int]:
    """Return the irreducible factor of which β + kθ is a root, a ball for this root alone, and the bits it took."""
    factors = [factor for factor, _ in sums.factor()[1]]
    precision = _FIRST_PRECISION
    while True:
        one, other = _enclosed([theta, number], precision)
        with flint.ctx.workprec(precision):
            value = other + one * multiple
            near = [(f, ball) for f in factors for ball, _ in f.complex_roots() if ball.overlaps(value)]
        if len(near) == 1:
            return (*near[0], precision)
        precision *= 2


def _shifted(polynomial: list[int], field: NumberField, step: Any) -> list[FieldElement]:
    """Return p((t − x)·step) as a polynomial in x over the field of t."""
    total: list[FieldElement] = [field([0])]
    line = [FieldElement(field, flint.fmpq_poly([0, step])), FieldElement(field, flint.fmpq_poly([-step]))]
    for c in reversed(polynomial):
        grown = [field([0])] * (len(total) + 1)
        for i, value in enumerate(total):
            grown[i] = grown[i] + value * line[0]
            grown[i + 1] = grown[i + 1] + value * line[1]
        grown[0] = grown[0] + c
        total = grown
    while len(total) > 1 and not total[-1]:
        total.pop()
    return total


def _rewritten(value: Any, generator: Any, field: NumberField) -> Any:
    """Return an element as a polynomial in another generator of its field."""
    size = field.degree
    powers, power = [], flint.fmpq_poly([1])
    for _ in range(size):
        powers.append(power)
        power = (power * generator) % field.modulus
    matrix = flint.fmpq_mat([[p[k] for p in powers] for k in range(size)])
    solution = matrix.solve(flint.fmpq_mat(size, 1, [value[k] for k in range(size)]))
    return flint.fmpq_poly([solution[k, 0] for k in range(size)])
