"""The algebra of the layout: numbers, names, sums, products, fractions, powers, and brackets around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sympy

from ..errors import NotExactError
from .names import is_word, name_node
from .ordering import is_negative, ordered_factors, ordered_terms
from .tree import Atom, Big, Fence, Frac, Node, Op, Root, Row, Scripts, Space, fence_depth

__all__ = ["AlgebraComposer", "level", "sequence"]

# How tightly a thing holds together, for brackets.
RELATION, SUM, BIG, PRODUCT, FUNCTION, POWER, ATOM = range(7)

_MAX_SLASH = 7.0  # em; a wider fraction in running text keeps its bar


def sequence(items: Iterable[Node], sign: str = ",") -> Row:
    """Put nodes in a row with a sign of punctuation between them."""
    parts: list[Node] = []
    for item in items:
        if parts:
            parts.append(Op(sign, "punct"))
        parts.append(item)
    return Row(tuple(parts), "list")


class AlgebraComposer:
    """Lays out sums, products and powers; :class:`symrg.view.compose.Composer` adds everything else.

    Parameters
    ----------
    names : mapping, optional
        How functions (by class name) and symbols (by name) are to be written, as symbol names.
    inline : bool
        Whether the formula stands in running text: short fractions are then written with a slash.
    """

    def __init__(self, names: Mapping[str, str] | None = None, *, inline: bool = False) -> None:
        self.names = dict(names or {})
        self._small = 1 if inline else 0

    def node(self, value: Any) -> Node:
        """Lay out one object.

        Parameters
        ----------
        value : SymPy object, matrix, int or str
            A str is text.

        Returns
        -------
        Node

        Raises
        ------
        NotExactError
            For a floating-point number.
        """
        if isinstance(value, str):
            return Atom(value, "text")
        if isinstance(value, int):
            value = sympy.Integer(value)
        for base in type(value).__mro__:
            method = getattr(self, f"_on_{base.__name__}", None)
            if method is not None:
                laid: Node = method(value)
                return laid
        return self._fallback(value)

    def _fallback(self, value: Any) -> Node:
        name = type(value).__name__
        args = getattr(value, "args", ())
        if not args:
            return Atom(str(value), "text")
        return self.applied(Atom(name, "operator"), args)

    def applied(self, name: Node, arguments: Iterable[Any]) -> Node:
        """Lay out a name followed by its arguments in brackets."""
        nodes = [self.node(argument) for argument in arguments]
        body = nodes[0] if len(nodes) == 1 else sequence(nodes)
        return Row((name, self.fenced(body)), "apply")

    def script(self, value: Any) -> Node:
        """Lay out an object that stands in a script, where fractions are written with a slash."""
        self._small += 1
        try:
            return self.node(value)
        finally:
            self._small -= 1

    def fenced(self, body: Node, *, always: str = "") -> Fence:
        """Put brackets around a body: round ones, square ones around round ones, and so on."""
        square = always == "[" or (not always and fence_depth(body) % 2 == 1)
        return Fence("[", body, "]") if square else Fence("(", body, ")")

    def at_least(self, value: Any, least: int) -> Node:
        """Lay out an object, in brackets if it holds together less tightly than asked."""
        body = self.node(value)
        return self.fenced(body) if level(value) < least else body

    # Numbers, names

    def _on_Float(self, value: Any) -> Node:
        message = f"the inexact number {value} cannot stand in a document; give an int, Fraction or Rational"
        raise NotExactError(message)

    def _on_Integer(self, value: Any) -> Node:
        digits = Atom(str(abs(int(value))), "number")
        return Row((Op("−", "prefix"), digits), "sum") if value < 0 else digits

    def _on_Rational(self, value: Any) -> Node:
        body = self._fraction(Atom(str(abs(int(value.p))), "number"), Atom(str(int(value.q)), "number"))
        return Row((Op("−", "prefix"), body), "sum") if value < 0 else body

    def _on_Symbol(self, value: Any) -> Node:
        return name_node(self.names.get(value.name, value.name))

    def _on_Str(self, value: Any) -> Node:
        return name_node(value.name)

    def _on_MatrixSymbol(self, value: Any) -> Node:
        return name_node(self.names.get(value.name, value.name))

    def _on_Indexed(self, value: Any) -> Node:
        return Scripts(self.node(value.base.label), self.indices(value.indices))

    def _on_MatrixElement(self, value: Any) -> Node:
        return Scripts(self.at_least(value.parent, ATOM), self.indices((value.i, value.j)))

    def indices(self, values: Iterable[Any]) -> Node:
        """Lay out indices in a row, with commas between them unless they are single letters."""
        nodes = [self.script(value) for value in values]
        if all(isinstance(node, Atom) and len(node.text) == 1 for node in nodes):
            return Row(tuple(nodes))
        return sequence(nodes)

    def _on_Exp1(self, value: Any) -> Node:
        return Atom("e")

    def _on_Pi(self, value: Any) -> Node:
        return Atom("π")

    def _on_ImaginaryUnit(self, value: Any) -> Node:
        return Atom("i", "upright")

    def _on_Infinity(self, value: Any) -> Node:
        return Atom("∞", "symbol")

    def _on_NegativeInfinity(self, value: Any) -> Node:
        return Row((Op("−", "prefix"), Atom("∞", "symbol")), "sum")

    def _on_ComplexInfinity(self, value: Any) -> Node:
        return Scripts(Atom("∞", "symbol"), sup=Atom("∼", "symbol"))

    def _on_NaN(self, value: Any) -> Node:
        return Atom("undefined", "text")

    def _on_GoldenRatio(self, value: Any) -> Node:
        return Atom("φ")

    def _on_EulerGamma(self, value: Any) -> Node:
        return Atom("γ")

    def _on_BooleanTrue(self, value: Any) -> Node:
        return Atom("true", "text")

    def _on_BooleanFalse(self, value: Any) -> Node:
        return Atom("false", "text")

    # Sums and products

    def _on_Add(self, value: Any) -> Node:
        return self._sum(ordered_terms(value.args))

    def _on_MatAdd(self, value: Any) -> Node:
        return self._sum(value.args)

    def _sum(self, terms: Iterable[Any]) -> Row:
        parts: list[Node] = []
        for term in terms:
            if is_minus(term):
                parts.append(Op("−", "bin" if parts else "prefix"))
                term = -term
            elif parts:
                parts.append(Op("+", "bin"))
            parts.append(self.at_least(term, BIG))
        return Row(tuple(parts), "sum")

    def _on_Mul(self, value: Any) -> Node:
        numbers = [arg for arg in value.args if arg.is_Rational]
        if len(numbers) > 1 or any(number == 1 for number in numbers):  # unevaluated: as given
            return self._factors([self.at_least(arg, PRODUCT) for arg in value.args])
        coefficient = numbers[0] if numbers else sympy.S.One
        if coefficient < 0:
            rest = [arg for arg in value.args if not arg.is_Rational]
            body = self._quotient(-coefficient, rest)
            return Row((Op("−", "prefix"), body), "sum")
        return self._quotient(coefficient, [arg for arg in value.args if not arg.is_Rational])

    def _quotient(self, coefficient: Any, factors: list[Any]) -> Node:
        over, under = [], []
        for factor in ordered_factors(factors):
            inverse = _inverse(factor)
            if inverse is None:
                over.append(factor)
            else:
                under.append(inverse)
        p, q = sympy.Integer(coefficient.p), sympy.Integer(coefficient.q)
        if any(_is_root(factor) for factor in under):  # of a number: the roots go under one sign, √2/(2√π) as 1/√(2π)
            for factor in [factor for factor in over if _is_root(factor) and q % factor.base == 0]:
                over.remove(factor)
                under.append(factor)
                q = q / factor.base
        over, under = _one_root(over), _one_root(under)
        if not under and q != 1 and any(level(factor) in (SUM, BIG, FUNCTION) for factor in over):
            front = Frac(self.node(p), self.node(q))  # a slash here would seem to reach over the rest
            return self._factors([front, *self._operands(over)])
        top = [p, *over] if p != 1 or not over else over
        bottom = [q, *under] if q != 1 else under
        if not bottom:
            return self._factors(self._operands(top))
        return self._fraction(self._product(top), self._product(bottom))

    def _product(self, factors: list[Any]) -> Node:
        if len(factors) == 1:
            return self.node(factors[0])
        return self._factors(self._operands(factors))

    def _operands(self, factors: list[Any]) -> list[Node]:
        # A large operator reaches to the right, so only the last factor may be one without brackets.
        last = len(factors) - 1
        alone = len(factors) == 1
        return [
            self.at_least(factor, BIG if alone or place == last else PRODUCT)
            if level(factor) == BIG
            else self.at_least(factor, PRODUCT)
            for place, factor in enumerate(factors)
        ]

    def _factors(self, nodes: list[Node]) -> Node:
        if len(nodes) == 1:
            return nodes[0]
        parts: list[Node] = []
        for node in nodes:
            if parts:
                left = parts[-1]
                if _starts_with_digit(node) or (_meets_a_bar(left) and _starts_with_fraction(node)):
                    parts.append(Op("·", "times"))
                elif is_word(left) or is_word(node):
                    parts.append(Space())
                elif _is_applied(node) or (_is_applied(left) and not isinstance(node, Fence)):
                    parts.append(Space(implied=_is_applied(node)))
            parts.append(node)
        return Row(tuple(parts), "product")

    def _on_MatMul(self, value: Any) -> Node:
        numbers = [arg for arg in value.args if arg.is_Number]
        rest = [arg for arg in value.args if not arg.is_Number]
        whole = sympy.Mul(*numbers)
        if whole == -1:
            return Row((Op("−", "prefix"), self._factors(self._operands(rest))), "sum")
        return self._factors(self._operands(rest if whole == 1 else [whole, *rest]))

    def _fraction(self, num: Node, den: Node) -> Node:
        if self._small and num.width + den.width <= _MAX_SLASH and not (num.tall or den.tall):
            if isinstance(num, Row) and num.role in ("sum", "relation"):
                num = self.fenced(num)
            if isinstance(den, Row) and den.role in ("sum", "relation", "product"):
                den = self.fenced(den)
            return Row((num, Op("/", "slash"), den), "product")
        return Frac(num, den)

    # Powers, exponentials, functions

    def _on_Pow(self, value: Any) -> Node:
        inverse = _inverse(value)
        if inverse is not None:
            return self._fraction(Atom("1", "number"), self.node(inverse))
        return self._power(value.base, value.exp)

    def _on_MatPow(self, value: Any) -> Node:
        return self._power(value.base, value.exp)

    def _power(self, base: Any, exponent: Any) -> Node:
        if exponent.is_Rational and exponent.p == 1 and exponent.q > 1:
            index = None if exponent.q == 2 else self.node(sympy.Integer(exponent.q))
            return Root(self.node(base), index)
        return self.raised(base, self.script(exponent))

    def raised(self, base: Any, exponent: Node) -> Node:
        """Put a laid out exponent on a base, which gets brackets where it needs them."""
        body = self.at_least(base, ATOM)
        if isinstance(body, Scripts) and body.sup is None and isinstance(body.base, Atom):
            return Scripts(body.base, body.sub, exponent)
        if isinstance(body, Scripts) or (isinstance(body, Row) and body.role != "apply"):
            body = self.fenced(body)
        return Scripts(body, sup=exponent)


def _is_root(factor: Any) -> bool:
    """Whether a factor is the square root of a positive number."""
    return bool(isinstance(factor, sympy.Pow) and factor.exp == sympy.S.Half and factor.base.is_positive) and (
        factor.base.is_Integer or isinstance(factor.base, sympy.NumberSymbol)
    )


def _one_root(factors: list[Any]) -> list[Any]:
    """Join the square roots of positive numbers, which SymPy keeps apart, under one sign."""
    roots = [factor for factor in factors if _is_root(factor)]
    if len(roots) < 2:
        return factors
    whole = sympy.Pow(sympy.Mul(*(factor.base for factor in roots)), sympy.S.Half, evaluate=False)
    return [whole, *(factor for factor in factors if not _is_root(factor))]


def is_minus(term: Any) -> bool:
    return is_negative(term) if hasattr(term, "as_coeff_Mul") else False


def _inverse(factor: Any) -> Any:
    """Return what stands under the fraction bar for this factor, or None."""
    if not isinstance(factor, sympy.Pow) or isinstance(factor, sympy.exp):
        return None
    if factor.is_commutative is False or not (factor.exp.is_Rational and factor.exp < 0):
        return None
    return factor.base if factor.exp == -1 else sympy.Pow(factor.base, -factor.exp, evaluate=False)


def _starts_with_digit(node: Node) -> bool:
    if isinstance(node, Row):
        return bool(node.children) and _starts_with_digit(node.children[0])
    if isinstance(node, Scripts):
        return _starts_with_digit(node.base)
    return isinstance(node, Atom) and node.kind == "number"


def _starts_with_fraction(node: Node) -> bool:
    if isinstance(node, Row) and node.role != "list":
        return bool(node.children) and _starts_with_fraction(node.children[0])
    return isinstance(node, Frac)


def _meets_a_bar(left: Node) -> bool:
    """Whether a fraction right after this seems to belong to it: an exponent seems to go on into its numerator."""
    return isinstance(left, Atom) or (isinstance(left, Scripts) and left.sup is not None)


def _is_applied(node: Node) -> bool:
    if not isinstance(node, Row) or node.role != "apply":
        return False
    head = node.children[0]
    return isinstance(head, Big) or (isinstance(head, Atom) and head.kind == "operator")


_LARGE = (sympy.Sum, sympy.Product, sympy.Integral, sympy.Limit, sympy.Derivative)


def level(value: Any) -> int:
    """Return how tightly an object holds together when written."""
    if isinstance(value, str | int):
        return ATOM
    if isinstance(value, sympy.core.relational.Relational | sympy.logic.boolalg.BooleanFunction | sympy.Lambda):
        return RELATION
    if isinstance(value, sympy.Add | sympy.MatAdd):
        return SUM
    if isinstance(value, sympy.Number):
        return SUM if value < 0 else ATOM if value.is_Integer else PRODUCT
    if isinstance(value, sympy.Mul | sympy.MatMul):
        return SUM if is_minus(value) else PRODUCT
    if isinstance(value, _LARGE) or type(value).__name__ == "StateSum":
        return BIG
    if isinstance(value, sympy.Subs | sympy.Piecewise):
        return PRODUCT
    if isinstance(value, sympy.Pow | sympy.exp | sympy.MatPow | sympy.Transpose | sympy.Inverse):
        return PRODUCT if _inverse(value) is not None else POWER
    if isinstance(value, sympy.log):
        return FUNCTION
    if isinstance(value, sympy.Union | sympy.Intersection | sympy.Complement):
        return SUM
    return ATOM
