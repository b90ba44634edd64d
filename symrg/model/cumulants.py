"""Moments and cumulants of one real variable, how block sums change them, and parameters recovered from moments.

For p(φ) ∝ exp(−Σ_k θ_{2k} φ^{2k}) integration by parts gives Σ_k 2k θ_{2k} m_{2(k+j)} = (2j + 1) m_{2j} for every
j ≥ 0: K of these identities fix K parameters by one linear solve. For any other even law the solution of the first K
of them *defines* its characteristic parameters of degree 2K.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import comb
from typing import Any

import sympy

from ..errors import DomainError, ModelError
from ..exact.edge import from_sympy
from ..exact.numbers import as_fraction
from ..exact.polynomials import RationalFunction, ring

__all__ = [
    "block_cumulants",
    "check_count",
    "cumulants_from_moments",
    "moment_identity",
    "moments_from_cumulants",
    "parameters_from_moments",
]


def moments_from_cumulants(cumulants: Sequence[Any]) -> tuple[Any, ...]:
    """Return the moments m_1, …, m_n that belong to cumulants κ_1, …, κ_n.

    Parameters
    ----------
    cumulants : sequence of exact numbers or SymPy expressions
        From the first one on.

    Raises
    ------
    NotExactError
        For a float.

    Examples
    --------
    >>> moments_from_cumulants((0, 1, 0, 0, 0, 0))
    (0, 1, 0, 3, 0, 15)
    """
    given = _exact(cumulants, "a cumulant")
    moments: list[Any] = [sympy.S.One]
    for n in range(1, len(given) + 1):
        terms = (comb(n - 1, k - 1) * given[k - 1] * moments[n - k] for k in range(1, n + 1))
        moments.append(sympy.expand(sympy.Add(*terms)))
    return tuple(moments[1:])


def cumulants_from_moments(moments: Sequence[Any]) -> tuple[Any, ...]:
    """Return the cumulants κ_1, …, κ_n that belong to moments m_1, …, m_n.

    Parameters
    ----------
    moments : sequence of exact numbers or SymPy expressions
        From the first one on.

    Raises
    ------
    NotExactError
        For a float.

    Examples
    --------
    >>> cumulants_from_moments((0, 1, 0, 1))  # a fair coin of ±1
    (0, 1, 0, -2)
    """
    given = (sympy.S.One, *_exact(moments, "a moment"))
    cumulants: list[Any] = []
    for n in range(1, len(given)):
        terms = (comb(n - 1, k - 1) * cumulants[k - 1] * given[n - k] for k in range(1, n))
        cumulants.append(sympy.expand(given[n] - sympy.Add(*terms)))
    return tuple(cumulants)


def block_cumulants(cumulants: Sequence[Any], block: Any, *, rescaling: Any = None, depth: int = 1) -> tuple[Any, ...]:
    """Return the cumulants of s (φ_1 + … + φ_b) for independent copies: κ_n' = b sⁿ κ_n.

    Parameters
    ----------
    cumulants : sequence of exact numbers or SymPy expressions
        κ_1, κ_2, ….
    block : int or SymPy expression
        The number b of copies.
    rescaling : exact number or SymPy expression, optional
        s; without it 1/√b, which keeps the variance: κ_n' = b^{1 − n/2} κ_n.
    depth : int
        How many such layers follow each other.

    Raises
    ------
    ModelError
        If ``block`` is a number but no integer ≥ 2, or ``depth`` is none ≥ 0.
    NotExactError
        For a float.

    Examples
    --------
    >>> block_cumulants((0, 1, 0, -2), 2)
    (0, 1, 0, -1)
    >>> block_cumulants((0, 1, 0, -2), 2, depth=3)
    (0, 1, 0, -1/4)
    """
    b = check_count(block)
    if isinstance(depth, bool) or not isinstance(depth, int) or depth < 0:
        message = f"the depth is {depth!r}; give the number of layers, an integer ≥ 0"
        raise ModelError(message)
    s = 1 / sympy.sqrt(b) if rescaling is None else _exact([rescaling], "the rescaling")[0]
    given = _exact(cumulants, "a cumulant")
    # written as one power where that is all there is, so that it stays rational for even n
    factors = [b ** (1 - sympy.Rational(n, 2)) if rescaling is None else b * s**n for n in range(1, len(given) + 1)]
    return tuple(sympy.expand(value * factor**depth) for value, factor in zip(given, factors, strict=True))


def check_count(block: Any) -> Any:
    """Return a number of copies as a SymPy object, refused if it is a number that is no integer ≥ 2."""
    if isinstance(block, sympy.Expr) and not block.is_number:
        return block
    value = as_fraction(block, what="the block size")
    if isinstance(block, bool) or value.denominator != 1 or value < 2:
        message = f"the block size is {block!r}; a block has an integer number b ≥ 2 of variables"
        raise ModelError(message)
    return sympy.Integer(int(value))


def moment_identity(parameters: Sequence[Any], moments: Mapping[int, Any], order: int) -> tuple[Any, Any]:
    """Return the two sides of Σ_k 2k θ_{2k} m_{2(k+j)} = (2j + 1) m_{2j}.

    Parameters
    ----------
    parameters : sequence
        θ_2, θ_4, …, θ_{2K}.
    moments : mapping
        2n ↦ m_{2n}; m_0 = 1 may be left out.
    order : int
        j ≥ 0.

    Raises
    ------
    ModelError
        If a moment that the identity needs is missing.

    Examples
    --------
    >>> moment_identity([Fraction(1, 2)], {2: 1, 4: 3}, 1)
    (3, 3)
    """
    known = {0: sympy.S.One, **moments}
    missing = [n for n in (2 * order, *(2 * (k + order) for k in range(1, len(parameters) + 1))) if n not in known]
    if missing:
        message = f"the identity of order {order} needs the moments {', '.join(f'm_{n}' for n in missing)}; give them"
        raise ModelError(message)
    thetas = _exact(parameters, "a parameter")
    left = sympy.Add(*(2 * k * theta * known[2 * (k + order)] for k, theta in enumerate(thetas, 1)))
    return left, (2 * order + 1) * known[2 * order]


def parameters_from_moments(moments: Sequence[Any]) -> tuple[Any, ...]:
    """Return the characteristic parameters θ_2, …, θ_{2K} of an even law, from 2K − 1 of its even moments.

    Parameters
    ----------
    moments : sequence of exact rationals or rational SymPy expressions
        m_2, m_4, …, m_{4K−2}: an odd number of them.

    Returns
    -------
    tuple of SymPy expressions
        The solution of the first K moment identities, j = 0, …, K − 1. The law belongs to the family of degree 2K only
        if all further identities hold as well.

    Raises
    ------
    ModelError
        For an even number of moments.
    DomainError
        If the system is singular: the law has fewer than K different values of φ² that are not zero (none at all, if
        its variance is zero); or if numbers are no moments of a law.
    NotExactError
        For a float.

    Examples
    --------
    >>> parameters_from_moments([1, 3, 15])  # the normal law
    (1/2, 0)
    >>> m = sympy.Symbol("m_2")
    >>> parameters_from_moments([m])
    (1/(2*m_2),)
    """
    given = _exact(moments, "a moment")
    if len(given) % 2 == 0:
        message = f"{len(given)} moments were given; K parameters need the 2K − 1 moments m_2, m_4, …, m_(4K−2)"
        raise ModelError(message)
    size = (len(given) + 1) // 2
    symbols = sorted({s for value in given for s in value.free_symbols}, key=sympy.default_sort_key)
    base = ring(*(f"{s}#{k}" for k, s in enumerate(symbols)))
    names = dict(zip(symbols, base.fractions(), strict=True))
    m = [base.fraction(1), *(from_sympy(value, base, names) for value in given)]
    rows = [[m[k + j] * (2 * k) for k in range(1, size + 1)] + [m[j] * (2 * j + 1)] for j in range(size)]
    return tuple(value.to_sympy(symbols) for value in _solved(rows))


def _solved(rows: list[list[RationalFunction]]) -> list[RationalFunction]:
    """Solve a system whose matrix is symmetric and, for moments of a law, positive: pivots down the diagonal."""
    size = len(rows)
    for k in range(size):
        pivot = rows[k][k]
        if not pivot:
            message = (
                "the moments do not fix the parameters: the law has too few different values of φ², as one with "
                "variance zero has; ask for fewer parameters"
            )
            raise DomainError(message)
        rows[k] = [entry / pivot for entry in rows[k]]
        for i in range(size):
            if i != k and rows[i][k]:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
        if not pivot.num.is_constant() or not pivot.den.is_constant():
            continue
        if pivot.constant() < 0:
            raise DomainError("no law has these moments: a determinant of theirs is negative; check the numbers")
    return [row[-1] for row in rows]


def _exact(values: Sequence[Any], what: str) -> list[Any]:
    found = []
    for value in values:
        if isinstance(value, sympy.Expr) and not value.is_Rational and not value.has(sympy.Float):
            found.append(value)
        else:
            number: Fraction = as_fraction(value, what=what)
            found.append(sympy.Rational(number.numerator, number.denominator))
    return found
