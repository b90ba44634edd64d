"""The edge between the kernel and SymPy: expressions read as rational functions, monomials written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ModelError
from .numbers import as_fraction

if TYPE_CHECKING:
    from .polynomials import PolynomialRing, RationalFunction

__all__ = ["from_sympy", "monomial"]


def monomial(coefficient: Any, values: Sequence[Any], exponents: Sequence[int]) -> Any:
    """Return coefficient · ∏ values^exponents in SymPy, with exponentials merged into one."""
    import sympy

    exponent, factors = sympy.S.Zero, [coefficient]
    for value, e in zip(values, exponents, strict=False):
        if e and isinstance(value, sympy.exp):
            exponent += e * value.args[0]
        elif e:
            factors.append(value**e)
    if exponent:
        factors.append(sympy.exp(exponent))
    return sympy.Mul(*factors)


def from_sympy(expression: Any, target: PolynomialRing, generators: Mapping[Any, RationalFunction]) -> RationalFunction:
    """Read a SymPy expression as a rational function (the edge).

    Parameters
    ----------
    expression : SymPy expression
        Built from sums, products, integer powers, exact rationals and the keys of ``generators``.
    target : PolynomialRing
        Where the result lives.
    generators : mapping
        SymPy sub-expression to rational function of ``target``.

    Raises
    ------
    ModelError
        For a symbol or function that is no generator, a number outside Q, a division by zero.
    NotExactError
        For a float.
    """
    known: dict[Any, RationalFunction] = dict(generators)

    def read(node: Any) -> RationalFunction:
        if node in known:
            return known[node]
        if node.is_Add:
            value = target.fraction(0)
            for argument in node.args:
                value = value + read(argument)
        elif node.is_Mul:
            value = target.fraction(1)
            for argument in node.args:
                value = value * read(argument)
        elif node.is_Pow and node.exp.is_Integer:
            value = read(node.base) ** int(node.exp)
        elif node.is_number and not node.is_Rational and not node.is_Float:
            raise ModelError(_number_message(node))
        elif node.is_number:
            value = target.fraction(as_fraction(node, what="a coefficient"))
        else:
            raise ModelError(_stranger_message(node, generators))
        known[node] = value
        return value

    return read(expression)


def _number_message(number: Any) -> str:
    import sympy

    if number in (sympy.zoo, sympy.nan):
        return (
            f"the expression divides by zero ({number} is what SymPy writes then); look for a denominator that cancels"
        )
    if number.is_infinite:
        return f"the expression contains {number}, which is no number; give a finite one, or take a limit of the result"
    return (
        f"{number} is a number outside the rationals; here only rational functions with rational coefficients are "
        "understood: put a symbol in its place"
    )


def _stranger_message(node: Any, generators: Mapping[Any, Any]) -> str:
    import sympy

    names = ", ".join(map(str, generators))
    if not node.is_Symbol:
        inside = ", ".join(sorted(map(str, node.free_symbols)))
        return (
            f"{node} is no rational function of {inside}, and not among the generators ({names}); write the expression "
            "in a variable in which it is rational (e^x, tanh x)"
        )
    twin = next((known for known in generators if known.is_Symbol and known.name == node.name), None)
    if twin is not None:
        first, second = sympy.srepr(node), sympy.srepr(twin)
        return (
            f"{first} is not {second}: SymPy tells symbols of one name apart by their kind and assumptions; make "
            f"{node} once, and use it everywhere"
        )
    return f"{node} is not among the generators ({names}); name it among them or substitute it first"
