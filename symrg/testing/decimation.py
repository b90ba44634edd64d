"""Decimation keeps the partition function and the correlations of rings: what a recursion of a chain has to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from ..errors import DomainError, ModelError, UndefinedPointError
from ..exact.matrices import matrix_power, matrix_product, transpose
from ..exact.numbers import as_fraction
from ..model.variables import states
from ..transform.chain import Chain
from ..transform.recursion import Recursion
from ._search import refute, shown, simple_values

__all__ = ["bond_at", "check_decimation", "factors_at"]


def check_decimation(
    recursion: Recursion,
    *,
    chain: Chain | None = None,
    bond: Callable[..., Any] | None = None,
    depths: Sequence[int] = (1, 2, 3),
    values: Sequence[Any] | None = None,
    examples: int = 20,
) -> None:
    """Check that a recursion of scale p keeps Z and the connected correlations of a chain.

    A ring of M·p layers at x has, up to the M-th power of a constant, the partition function of a ring of M layers at
    R(x), and its connected correlations of neurons at the separation p·r are those at r. Where the factors are those
    of the chain, the weights of a single bond are compared too.

    Parameters
    ----------
    recursion : Recursion
    chain : Chain, optional
        The chain that it decimates, if it does not carry one: formulas of your own, from
        :meth:`~symrg.Recursion.from_images`. The factors are then named as the chain's, unless ``bond`` is given.
    bond : callable, optional
        For other coordinates: takes a value for each factor, returns V of shape n_h × n_σ (up to a factor, and up to
        V ↦ D V E with diagonal D and E where these cancel in rings).
    depths : sequence of int
        M.
    values : sequence of exact rationals, optional
        What factors are set to, the simplest first.
    examples : int
        How many points are tried.

    Raises
    ------
    AssertionError
        With a point, what the two rings give there, and what summing the layers in between gives.
    DomainError
        If there is no chain.

    Examples
    --------
    The Ising chain in x = e^(−4K), y = e^(−2H), as textbooks write it:

    >>> import sympy
    >>> x, y = sympy.symbols("x y")
    >>> ising = Recursion.from_images(
    ...     {x: x * (1 + y)**2 / ((x + y) * (1 + x * y)), y: y * (x + y) / (1 + x * y)}, scale=2)
    >>> spins = Chain([[1, 0], [0, 1]])
    >>> check_decimation(ising, chain=spins, bond=lambda x, y: [[1, x], [y, y]])
    >>> wrong = Recursion.from_images({x: x * (1 + y)**2 / ((x + y) * (1 + x * y)), y: y**2}, scale=2)
    >>> check_decimation(wrong, chain=spins, bond=lambda x, y: [[1, x], [y, y]])
    Traceback (most recent call last):
    ...
    AssertionError: the recursion is not the decimation of this chain by 2: at x = 2, y = 2 ...
    """
    source = recursion.chain if chain is None else chain
    if source is None:
        message = (
            "Z and correlations are those of a chain, and this recursion was given by its factors alone; say which "
            "with chain=sg.Chain(...), and if its factors are not the chain's, V as a function of them with bond=..."
        )
        raise DomainError(message)
    if bond is None and [str(f) for f in recursion.factors] != [str(f) for f in source.factors]:
        message = (
            f"the recursion has the factors {recursion.factors}, the chain {source.factors}; rename them, or give V "
            "as a function of yours with bond=..."
        )
        raise ModelError(message)
    if not depths or any(isinstance(m, bool) or not isinstance(m, int) or m < 1 for m in depths):
        message = f"the depths are {depths!r}; give positive integers, such as (1, 2, 3)"
        raise ModelError(message)
    names, scale = recursion.factors, recursion.scale
    weights = transpose(source.multiplicity)

    def matrix(point: Sequence[Any]) -> Any:
        return bond_at(source, point) if bond is None else bond(*point)

    def problem(point: tuple[Any, ...]) -> str | None:
        image = recursion(point)
        before, after = matrix(point), matrix(image)
        fault = _rings(source, weights, before, after, scale, depths)
        summed = matrix_product(matrix_power(matrix_product(before, weights), scale - 1), before)
        if fault is None and bond is None:
            fault = _entries(source, summed, after)
        if fault is None:
            return None
        lines = [
            f"the recursion is not the decimation of this chain by {scale}: at {shown(names, point)}",
            f"  it gives {shown(names, image, prime=chr(39))}",
        ]
        direct = None if bond is not None else factors_at(source, summed)
        if direct is not None and direct != tuple(image):
            lines.append(f"  summing the layers in between gives {shown(names, direct, prime=chr(39))}")
        return "\n".join([*lines, f"  {fault}"])

    refute([simple_values(values)] * len(names), problem, examples=examples)


def _rings(chain: Chain, weights: Any, before: Any, after: Any, scale: int, depths: Sequence[int]) -> str | None:
    """Compare rings of M·p layers before with rings of M layers after."""
    T, U = matrix_product(before, weights), matrix_product(after, weights)
    short, long = _trace(U), _trace(matrix_power(T, scale))
    if short == 0 or long == 0:
        raise UndefinedPointError("the partition function is zero, so nothing fixes the constant")
    constant = long / short
    for depth in depths:
        old, new = matrix_power(T, depth * scale), matrix_power(U, depth)
        first, second = _trace(old), _trace(new) * constant**depth
        if first != second:
            return (
                f"a ring of {depth * scale} layers has Z = {first}, but one of {depth} at the image {second}, with the "
                f"constant {constant} that fits a ring of {scale} to a ring of 1"
            )
        if first == 0:
            continue
        for name, observable in _observables(chain):
            for r in range(1, depth // 2 + 1):
                one = _correlation(T, observable, scale * r, scale * depth)
                other = _correlation(U, observable, r, depth)
                if one != other:
                    return (
                        f"the connected correlation of {name} over {scale * r} of {scale * depth} layers is {one}, but "
                        f"over {r} of {depth} at the image {other}"
                    )
    return None


def _observables(chain: Chain) -> list[tuple[str, list[Any]]]:
    """Return the neurons of a layer as functions of its state."""
    columns = transpose([[as_fraction(x) for x in state] for state in states(chain.rows)])
    return [(str(variable), column) for variable, column in zip(chain.rows, columns, strict=True)]


def _trace(matrix: Any) -> Any:
    return sum(row[i] for i, row in enumerate(matrix))


def _correlation(transfer: Any, observable: Sequence[Any], separation: int, depth: int) -> Any:
    """Return ⟨o o⟩ − ⟨o⟩² at a separation on a ring."""
    near, far = matrix_power(transfer, separation), matrix_power(transfer, depth - separation)
    whole = matrix_product(near, far)
    total = _trace(whole)
    size = range(len(whole))
    pair = sum(observable[i] * near[i][j] * observable[j] * far[j][i] for i in size for j in size)
    mean = sum(observable[i] * whole[i][i] for i in size) / total
    return pair / total - mean * mean


def bond_at(chain: Chain, point: Sequence[Any]) -> list[list[Any]]:
    """Return V at rational values of the chain's factors."""
    return chain.coordinates.bond_at(point, Fraction(1))


def factors_at(chain: Chain, matrix: Any) -> tuple[Fraction, ...] | None:
    """Return the factors of V; None where one is infinite."""
    groups = [(prod(above), prod(below)) for above, below in chain.coordinates.factors_of(matrix)]
    return None if any(below == 0 for _, below in groups) else tuple(above / below for above, below in groups)


def _entries(chain: Chain, summed: Any, after: Any) -> str | None:
    """Compare the weights of one bond, up to a factor."""
    constant = summed[0][0] / after[0][0]  # V is 1 at the reference state
    for row, (left, right) in enumerate(zip(summed, after, strict=True)):
        for column, (x, y) in enumerate(zip(left, right, strict=True)):
            if x != constant * y:
                h, s = states(chain.rows)[row], states(chain.columns)[column]
                where = ", ".join([shown(chain.rows, h), shown(chain.columns, s)])
                return (
                    f"the weight of {where} is {x} after summing the layers in between, but {constant * y} at the image"
                )
    return None
