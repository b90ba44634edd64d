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
        For a symbol or function that is no generator.
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
            message = f"{node} is a number outside the rationals; here only rational functions are understood"
            raise ModelError(message)
        elif node.is_number:
            value = target.fraction(as_fraction(node, what="a coefficient"))
        else:
            names = ", ".join(map(str, generators))
            message = f"{node} is not among the generators ({names}); name it among them or substitute it first"
            raise ModelError(message)
        known[node] = value
        return value

    return read(expression)
