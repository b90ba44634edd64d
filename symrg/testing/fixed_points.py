"""Fixed points that are fixed, and none that are missing: tests of a fixed-point set by points."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import flint
import sympy

from ..errors import DomainError, ModelError, UndefinedPointError
from ..exact.edge import from_sympy
from ..exact.matrices import matrix_power, matrix_product, rational_factors, transpose
from ..exact.numbers import as_fraction
from ..exact.polynomials import ring
from ..transform.chain import Chain
from ..transform.fixed_points import MOST_FACTORS, Component, FixedPointSet
from ..transform.points import is_zero
from ..transform.recursion import Recursion
from ..transform.strata import Stratum, strata
from ._search import shown, simple_values
from .decimation import bond_at, factors_at

__all__ = ["check_fixed_points"]


def check_fixed_points(
    recursion: Recursion,
    *,
    fixed: FixedPointSet | None = None,
    projective: bool = False,
    known: Iterable[Any] = (),
    samples: int = 3,
    values: Sequence[Any] | None = None,
    examples: int = 20,
) -> None:
    """Check that the points of a fixed-point set are fixed, and that fixed points found in other ways are in it.

    They are looked for on random lines along the axes, where a fixed point is a rational root; a chain has those of the
    structure theorem besides, and beyond eight factors these alone. Without a chain,
    coordinates may be 0. Nothing is said to be missing from a set that does not claim to be complete.

    Parameters
    ----------
    recursion : Recursion
        With or without a chain. A fixed point at infinite coupling is compared with a chain as a bond matrix.
    fixed : FixedPointSet, optional
        By default ``recursion.fixed_points(projective=projective)``.
    projective : bool
        Whether the set is asked for projectively.
    known : iterable of points, optional
        Points that you know to be fixed.
    samples : int
        How many points of each component are tried.
    values : sequence of exact rationals, optional
        What factors are set to, the simplest first.
    examples : int
        How many lines are tried.

    Raises
    ------
    AssertionError
        With a point of a component and its image, or a fixed point that is in no component.

    Examples
    --------
    >>> a, b = sympy.symbols("a b")
    >>> recursion = Recursion.from_images({a: 1 / a**2, b: b}, scale=2)
    >>> check_fixed_points(recursion, known=[(1, 7)])
    >>> whole = recursion.fixed_points()
    >>> other = Recursion.from_images({a: 1 / a**2, b: 2 * b}, scale=2)
    >>> check_fixed_points(other, fixed=FixedPointSet(other, whole.components, True, "claimed"))
    Traceback (most recent call last):
    ...
    AssertionError: <component of dimension 1: a - 1 = 0> holds a = 1, b = 1, which is not fixed: ...
    """
    if fixed is None:
        fixed = recursion.fixed_points(projective=projective)
    for part in fixed.components:
        _check_part(recursion, part, samples)
    given = [tuple(recursion.values_of(point)) for point in known]
    for point in given:
        if not _is_fixed(recursion, point):
            image = shown(recursion.factors, recursion(point), prime="'")
            message = f"the point {shown(recursion.factors, point)}, said to be fixed, is not: {image}"
            raise ModelError(message)
    if fixed.complete is not True:
        return
    lines = examples if len(recursion.factors) <= MOST_FACTORS else 0  # a line is a point with a symbol: it expands R
    for point in [*given, *_found_on_lines(recursion, simple_values(values), lines)]:
        _check_contained(recursion, fixed, point)
    if recursion.chain is not None:
        for bond in _found_by_structure(recursion.chain, recursion.scale, samples):
            _check_bond_contained(recursion.chain, fixed, bond)


def _is_fixed(recursion: Recursion, point: Sequence[Any]) -> bool:
    values = recursion.values_of(point)
    return all(is_zero(x - y) for x, y in zip(values, recursion(values), strict=True))


# -- points of the components ---------------------------------------------------------------------------------


def _check_part(recursion: Recursion, part: Any, samples: int) -> None:
    if isinstance(part, Component) and part.chart is None:
        points = part.sample(samples)
        for point in points:
            _check_point(recursion, part, point)
        if not points and part.variety.relation is not None:
            _check_conjugates(recursion, part)
        return
    if recursion.chain is None:
        raise DomainError("a component at infinite coupling, or a stratum, is that of a chain; this recursion has none")
    for bond in _bonds_of(recursion.chain, part, samples):
        _check_bond(recursion.chain, recursion.scale, part, bond)


def _check_point(recursion: Recursion, part: Any, point: Sequence[Any]) -> None:
    names = recursion.factors
    try:
        if _is_fixed(recursion, point):
            return
        fault = shown(names, recursion(point), prime="'")
    except UndefinedPointError as error:
        fault = f"{error}"
    message = f"{part!r} holds {shown(names, point)}, which is not fixed: {fault}"
    raise AssertionError(message)


def _check_conjugates(recursion: Recursion, part: Component) -> None:
    """Check conjugate points of a component at once: as functions of a root t, modulo its polynomial.

    On a curve or beyond, those with 2, 3, … for its free coordinates.
    """
    variety, symbol, base = part.variety, sympy.Symbol("t"), ring("t")
    generators = dict(zip([symbol], base.fractions(), strict=True))
    at = [symbol] * len(variety.ring)
    for number, index in enumerate(variety.free, 2):
        at[index] = sympy.Integer(number)
    relation = from_sympy(variety.ring.to_sympy(variety.relation, at), base, generators).num
    coordinates = [from_sympy(c.to_sympy(at), base, generators) for c in variety.coordinates]
    if relation.total_degree() < 1 or any(c.den.gcd(relation) != 1 for c in coordinates):
        return  # no point over these
    point = [c.to_sympy([symbol]) for c in coordinates]
    where = f"{shown(recursion.factors, point)} for the roots of {base.format(relation)}"
    try:
        images = [from_sympy(sympy.S(image), base, generators) for image in recursion(point)]
    except UndefinedPointError as error:
        if part.dimension:
            return  # punctures
        message = f"{part!r} holds {where}, but {error}"
        raise AssertionError(message) from None
    for name, image, value in zip(recursion.factors, images, coordinates, strict=True):
        difference = (image - value).num
        if part.dimension and image.den.gcd(relation) != 1:
            return
        if image.den.gcd(relation) != 1 or difference.gcd(relation).total_degree() < relation.total_degree():
            message = f"{part!r} holds {where}, which are not fixed: {name}' = {image}"
            raise AssertionError(message)


def _bonds_of(chain: Chain, part: Any, samples: int) -> list[Any]:
    """Return rational bond matrices of a stratum, or of a component at infinity."""
    if isinstance(part, Stratum):
        return list(part.sample(samples))
    width = chain.shape[1]
    found = []
    for point in part.sample(samples):
        entries = list(point)
        if part.chart is not None:
            entries.insert(part.chart, Fraction(1))
        found.append([entries[i : i + width] for i in range(0, len(entries), width)])
    return found


def _check_bond(chain: Chain, scale: int, part: Any, bond: Any) -> None:
    image = _decimated(chain, scale, bond)
    entries = [(x, y) for one, other in zip(bond, image, strict=True) for x, y in zip(one, other, strict=True)]
    factor = next((y / x for x, y in entries if x), Fraction(0))
    if factor == 0 or any(y != factor * x for x, y in entries):
        message = f"{part!r} holds V = {_rows(bond)}, which is not fixed: it becomes {_rows(image)}"
        raise AssertionError(message)


def _decimated(chain: Chain, scale: int, bond: Any) -> Any:
    transfer = matrix_product(bond, transpose(chain.multiplicity))
    return matrix_product(matrix_power(transfer, scale - 1), bond)


def _rows(matrix: Any) -> str:
    return f"[{'; '.join(', '.join(map(str, row)) for row in matrix)}]"


# -- fixed points found in other ways ---------------------------------------------------------------------------


def _found_on_lines(recursion: Recursion, letters: Sequence[Fraction], examples: int) -> Iterator[tuple[Fraction, ...]]:
    """Yield fixed points on lines on which one factor varies: rational roots of what all numerators share."""
    names, zeros = recursion.factors, recursion.chain is None
    letters = [*letters, Fraction(0)] if zeros and 0 not in letters else letters
    symbol, base = sympy.Symbol("t"), ring("t")
    generators = dict(zip([symbol], base.fractions(), strict=True))
    draw = random.Random(random.getrandbits(64))
    for example in range(examples if names else 0):
        place = draw.randrange(len(names))
        start = [letters[0] if example == 0 else draw.choice(letters) for _ in names]
        line = [symbol if k == place else sympy.Rational(v.numerator, v.denominator) for k, v in enumerate(start)]
        try:
            images = [from_sympy(sympy.S(image), base, generators) for image in recursion(line)]
        except UndefinedPointError:
            continue
        shared = base.zero
        for image, x in zip(images, line, strict=True):
            shared = shared.gcd((image - from_sympy(x, base, generators)).num)
        for value in [start[place]] if shared == 0 else _roots(shared):
            point = tuple(value if k == place else v for k, v in enumerate(start))
            try:
                if (zeros or all(point)) and _is_fixed(recursion, point):
                    yield point
            except UndefinedPointError:
                continue


def _roots(polynomial: Any) -> list[Fraction]:
    """Return the rational roots of a polynomial in one generator."""
    coefficients = [Fraction(0)] * (polynomial.total_degree() + 1)
    for exponents, coefficient in polynomial.terms():
        coefficients[exponents[0]] = Fraction(int(coefficient))
    if len(coefficients) == 1:
        return []
    return [Fraction(-f[0], f[1]) for f, _ in rational_factors(coefficients) if len(f) == 2]


def _found_by_structure(chain: Chain, scale: int, samples: int) -> Iterator[Any]:
    """Yield bond matrices V = U (W Gᵀ U)⁻¹ W, which are fixed for every scale, and samples of all strata."""
    rows, columns = chain.shape
    weights = flint.fmpq_mat(flint.fmpz_mat(transpose(chain.multiplicity)))
    draw = random.Random(random.getrandbits(64))

    def drawn(height: int, width: int) -> Any:
        return flint.fmpq_mat(flint.fmpz_mat([[draw.randint(-4, 4) for _ in range(width)] for _ in range(height)]))

    for rank in range(1, min(rows, columns) + 1):
        for _ in range(samples):
            left, right = drawn(rows, rank), drawn(rank, columns)
            middle = right * weights * left
            if middle.det() != 0:
                yield [[as_fraction(x) for x in row] for row in (left * middle.inv() * right).tolist()]
    for stratum in strata(chain, scale):
        yield from stratum.sample(samples)


def _check_contained(recursion: Recursion, fixed: FixedPointSet, point: Sequence[Any]) -> None:
    chain = recursion.chain
    for part in fixed.components:
        if isinstance(part, Stratum):
            if chain is not None and part.contains(bond_at(chain, point)):
                return
        elif part.chart is None and part.contains(point):
            return
    message = f"{shown(recursion.factors, point)} is fixed, but in none of the components of {fixed!r}"
    raise AssertionError(message)


def _check_bond_contained(chain: Chain, fixed: FixedPointSet, bond: Any) -> None:
    """Look for a bond matrix among the components; one with zeros only if the set is asked for projectively."""
    entries = [x for row in bond for x in row]
    point = None if 0 in entries else factors_at(chain, bond)
    if point is None and not fixed.projective:
        return
    for part in fixed.components:
        if isinstance(part, Stratum):
            found = part.contains(bond)
        elif not part.at_infinity and point is not None:
            found = part.contains(point)
        elif part.chart is not None and entries[part.chart] != 0:
            x = entries[part.chart]
            found = part.contains([y / x for k, y in enumerate(entries) if k != part.chart])
        else:
            # entries vanish here, but not on the whole component, so its equations do not reach this point
            found = part.stratum is not None and part.stratum.contains(bond)
        if found:
            return
    message = f"V = {_rows(bond)} is fixed, but in none of the components of {fixed!r}"
    raise AssertionError(message)
