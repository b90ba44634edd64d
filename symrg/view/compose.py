"""From SymPy objects to the layout tree. The object is laid out as it is; nothing is simplified.

A method ``_on_<class name>`` lays out the SymPy class of that name; classes without one fall back on their
bases, and finally on ``name(arguments)``. Classes are found by name, so that no floor below needs loading.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy

from .algebra import ATOM, FUNCTION, PRODUCT, SUM, AlgebraComposer, level, sequence
from .names import is_word, name_node
from .tree import Atom, Big, Fence, Frac, Grid, Node, Op, Row, Scripts, Space, fence_depth

__all__ = ["RELATION_SIGNS", "Composer"]

RELATION_SIGNS = {
    "=": "=", "approx": "≈", "propto": "∝", "equiv": "≡", ":=": "≔", "to": "→", "mapsto": "↦", "iff": "⟺",
    "implies": "⟹", "in": "∈", "sim": "∼", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=",
}  # fmt: skip

_INVERSE = {f"a{name}": f"arc{name}" for name in ("sin", "cos", "tan")} | {
    f"a{name}": f"ar{name}" for name in ("sinh", "cosh", "tanh")
}
_NAMES = {"LambertW": "W_0", "heaviside": "Theta", "relu": "ReLU"}  # where the document has no notation of its own
_MAX_EXPONENT = 14.0  # em; a wider exponent is written as exp[...], and so is one with nested brackets


class Composer(AlgebraComposer):
    """Lays out every SymPy object as a tree.

    Parameters
    ----------
    names : mapping, optional
        How functions (by class name) and symbols (by name) are to be written, as symbol names.
    inline : bool
        Whether the formula stands in running text: short fractions are then written with a slash.

    Examples
    --------
    >>> Composer().node(sympy.Symbol("a") / sympy.Symbol("b")).den.text
    'b'
    """

    # Exponentials and functions

    def _on_exp(self, value: Any) -> Node:
        exponent = self.script(value.exp)
        limit = _MAX_EXPONENT if self._small < 2 else _MAX_EXPONENT / 2
        if exponent.width <= limit and not exponent.tall and fence_depth(exponent) < 2:
            return Scripts(Atom("e"), sup=exponent)
        return self._operator("exp", value.exp)

    def _on_log(self, value: Any) -> Node:
        return self._operator("ln", value.args[0], bare=True)

    def _operator(self, name: str, argument: Any, *, bare: bool = False) -> Node:
        body = self.node(argument)
        simple = isinstance(body, Atom) or (isinstance(body, Scripts) and isinstance(body.base, Atom))
        if bare and (simple or isinstance(body, Frac)):
            return Row((Atom(name, "operator"), Space(implied=True), body), "apply")
        return Row((Atom(name, "operator"), self.fenced(body)), "apply")

    def _on_Function(self, value: Any) -> Node:
        return self.applied(self._function_name(value.func), value.args)

    def _on_Application(self, value: Any) -> Node:
        return self._on_Function(value)

    def _function_name(self, function: Any) -> Node:
        own = function.__name__
        shown = self.names.get(own) or _NAMES.get(own) or getattr(function, "display_name", None) or own
        if shown is own and not issubclass(function, sympy.core.function.AppliedUndef):
            return Atom(_INVERSE.get(own, own.replace("_", " ")), "operator")
        node = name_node(shown)
        return Atom(node.text, "operator") if is_word(node) and isinstance(node, Atom) else node

    def _on_UndefinedFunction(self, value: Any) -> Node:
        return self._function_name(value)

    def _on_FunctionClass(self, value: Any) -> Node:
        return self._function_name(value)

    def _on_Abs(self, value: Any) -> Node:
        return Fence("|", self.node(value.args[0]), "|")

    def _on_Expectation(self, value: Any) -> Node:
        return Fence("⟨", self.node(value.args[0]), "⟩")

    def _on_expectation(self, value: Any) -> Node:
        return self._on_Expectation(value)

    def _on_langle(self, value: Any) -> Node:  # LaTeX's name of the bracket
        return Fence("⟨", sequence(self.node(argument) for argument in value.args), "⟩")

    def _on_factorial(self, value: Any) -> Node:
        return Row((self.at_least(value.args[0], ATOM), Op("!", "plain")))

    def _on_binomial(self, value: Any) -> Node:
        return Fence("(", Grid(tuple((self.node(arg),) for arg in value.args)), ")")

    def _on_conjugate(self, value: Any) -> Node:
        return Scripts(self.at_least(value.args[0], ATOM), sup=Atom("∗", "symbol"))

    def _on_KroneckerDelta(self, value: Any) -> Node:
        return Scripts(Atom("δ"), self.indices(value.args))

    def _on_DiracDelta(self, value: Any) -> Node:
        return self.applied(Atom("δ"), value.args)

    def _on_Max(self, value: Any) -> Node:
        return self.applied(Atom("max", "operator"), sorted(value.args, key=sympy.default_sort_key))

    def _on_Min(self, value: Any) -> Node:
        return self.applied(Atom("min", "operator"), sorted(value.args, key=sympy.default_sort_key))

    def _on_Lambda(self, value: Any) -> Node:
        variables = value.signature
        left = self.node(variables[0] if len(variables) == 1 else variables)
        return Row((left, Op("↦", "rel"), self.node(value.expr)), "relation")

    def _on_ComplexRootOf(self, value: Any) -> Node:
        name = Scripts(Atom("root", "operator"), self.node(sympy.Integer(value.index)))
        return self.applied(name, (value.expr,))

    def _on_AlgebraicNumber(self, value: Any) -> Node:
        return self.node(value.as_expr())

    # Large operators

    def _large(self, sign: Big, body: Any, *after: Node) -> Node:
        inner = self.node(body)
        if level(body) <= SUM:
            inner = self.fenced(inner)
        return Row((sign, Row((inner, *after)) if after else inner), "apply")

    def _on_StateSum(self, value: Any) -> Node:
        summand, *variables = value.args
        under = Fence("{", sequence([self.script(variable) for variable in variables]), "}")
        return self._large(Big("∑", under), summand)

    def _on_Sum(self, value: Any) -> Node:
        return self._limits("∑", value)

    def _on_Product(self, value: Any) -> Node:
        return self._limits("∏", value)

    def _limits(self, sign: str, value: Any) -> Node:
        signs: list[Node] = []
        for index, *bounds in reversed(value.limits):
            under = self.script(index)
            if bounds:
                under = Row((under, Op("=", "plain"), self.script(bounds[0])))
            signs.append(Big(sign, under, self.script(bounds[1]) if len(bounds) > 1 else None))
        inner = self.node(value.function)
        if level(value.function) <= SUM:
            inner = self.fenced(inner)
        return Row((*signs, inner), "apply")

    def _on_Integral(self, value: Any) -> Node:
        signs: list[Node] = []
        differentials: list[Node] = []
        for variable, *bounds in value.limits:
            low, high = ([None, *bounds] if len(bounds) == 1 else [*bounds, None, None])[:2]
            under, over = (None if bound is None else self.script(bound) for bound in (low, high))
            signs.insert(0, Big("∫", under, over))
            differentials += [Space(), Op("d", "plain"), self.node(variable)]
        inner = self.node(value.function)
        if level(value.function) <= SUM:
            inner = self.fenced(inner)
        return Row((*signs, Row((inner, *differentials), "integrand")), "apply")

    def _on_Limit(self, value: Any) -> Node:
        body, variable, point, direction = value.args
        target = self.script(point)
        if str(direction) in "+-":
            sign = Atom("+" if str(direction) == "+" else "−", "symbol")
            target = Scripts(target, sup=sign)
        under = Row((self.script(variable), Op("→", "plain"), target))
        return self._large(Big("lim", under), body)

    def _on_Derivative(self, value: Any) -> Node:
        inner = value.expr
        partial = len(inner.free_symbols) > 1 or len(value.variable_count) > 1
        sign = Op("∂" if partial else "d", "plain")
        order = sum((count for _, count in value.variable_count), sympy.S.Zero)
        top: Node = sign if order == 1 else Scripts(sign, sup=self.script(order))
        under: list[Node] = []
        for variable, count in value.variable_count:
            name = self.node(variable)
            under += [sign, name if count == 1 else self.raised(variable, self.script(count))]
        body = self.node(inner)
        if level(inner) >= FUNCTION and not body.tall and body.width < 8:
            return Frac(Row((top, body)), Row(tuple(under)))
        body = self.fenced(body) if level(inner) <= PRODUCT else body
        return Row((Frac(top, Row(tuple(under))), body), "apply")

    def _on_Subs(self, value: Any) -> Node:
        inner, variables, points = value.args
        pairs = [
            Row((self.script(variable), Op("=", "plain"), self.script(point)))
            for variable, point in zip(variables, points, strict=True)
        ]
        return Scripts(Fence("", self.node(inner), "|"), sequence(pairs))

    # Relations and logic

    def _on_Relational(self, value: Any) -> Node:
        sign = Op(RELATION_SIGNS[value.rel_op], "rel")
        return Row((self.node(value.lhs), sign, self.node(value.rhs)), "relation")

    def _on_And(self, value: Any) -> Node:
        return self._joined(value.args, "∧")

    def _on_Or(self, value: Any) -> Node:
        return self._joined(value.args, "∨")

    def _joined(self, values: Iterable[Any], sign: str) -> Node:
        parts: list[Node] = []
        for value in sorted(values, key=sympy.default_sort_key):
            parts += [Op(sign, "bin")] if parts else []
            parts.append(self.fenced(self.node(value)) if value.args and not value.is_Relational else self.node(value))
        return Row(tuple(parts), "sum")

    def _on_Not(self, value: Any) -> Node:
        return Row((Op("¬", "plain"), self.at_least(value.args[0], ATOM)))

    def _on_Contains(self, value: Any) -> Node:
        return Row((self.node(value.args[0]), Op("∈", "rel"), self.node(value.args[1])), "relation")

    def _on_Piecewise(self, value: Any) -> Node:
        rows = []
        for body, condition in value.args:
            if condition is sympy.true:
                when: Node = Atom("otherwise", "text")
            else:
                when = Row((Atom("if ", "text"), self.node(condition)), "apply")
            rows.append((self.node(body), when))
        return Fence("{", Grid(tuple(rows), cases=True), "")

    # Collections, sets, matrices

    def _on_Tuple(self, value: Any) -> Node:
        return Fence("(", sequence(self.node(item) for item in value), ")")

    def _on_FiniteSet(self, value: Any) -> Node:
        items = list(value.args)
        numeric = all(item.is_Rational for item in items)
        items.sort(key=None if numeric else sympy.default_sort_key)
        return Fence("{", sequence(self.node(item) for item in items), "}")

    def _on_EmptySet(self, value: Any) -> Node:
        return Atom("∅", "symbol")

    def _on_Dict(self, value: Any) -> Node:
        pairs = [
            Row((self.node(key), Op(":", "punct"), self.node(item)))
            for key, item in sorted(value.items(), key=lambda pair: sympy.default_sort_key(pair[0]))
        ]
        return Fence("{", sequence(pairs), "}")

    def _on_Interval(self, value: Any) -> Node:
        left, right = "(" if value.left_open else "[", ")" if value.right_open else "]"
        return Fence(left, sequence((self.node(value.start), self.node(value.end))), right)

    def _on_Reals(self, value: Any) -> Node:
        return Atom("ℝ", "symbol")

    def _on_Integers(self, value: Any) -> Node:
        return Atom("ℤ", "symbol")

    def _on_Naturals(self, value: Any) -> Node:
        return Atom("ℕ", "symbol")

    def _on_Rationals(self, value: Any) -> Node:
        return Atom("ℚ", "symbol")

    def _on_Complexes(self, value: Any) -> Node:
        return Atom("ℂ", "symbol")

    def _on_Union(self, value: Any) -> Node:
        return self._joined(value.args, "∪")

    def _on_Intersection(self, value: Any) -> Node:
        return self._joined(value.args, "∩")

    def _on_Complement(self, value: Any) -> Node:
        return Row((self.node(value.args[0]), Op("∖", "bin"), self.node(value.args[1])), "sum")

    def _on_MatrixBase(self, value: Any) -> Node:
        rows = tuple(tuple(self.node(value[row, column]) for column in range(value.cols)) for row in range(value.rows))
        return Fence("(", Grid(rows), ")")

    def _on_Transpose(self, value: Any) -> Node:
        return self.raised(value.args[0], Atom("T", "upright"))

    def _on_Inverse(self, value: Any) -> Node:
        return self.raised(value.args[0], self.script(sympy.Integer(-1)))

    def _on_Identity(self, value: Any) -> Node:
        return Atom("1", "number")

    def _on_ZeroMatrix(self, value: Any) -> Node:
        return Atom("0", "number")

    def _on_Trace(self, value: Any) -> Node:
        return self.applied(Atom("Tr", "operator"), value.args)

    def _on_Determinant(self, value: Any) -> Node:
        return self.applied(Atom("det", "operator"), value.args)
