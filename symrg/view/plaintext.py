"""The layout tree as one line of plain text, for places that typeset nothing: ``b(3abc + 2)/(c + 1)``, ``√681/20``.

What is written is whole without any markup: scripts are characters of their own (``a²``, ``h₁⁽⁰⁾``) or follow ``^``
and ``_``, a fraction has a slash and the brackets that it needs, a matrix is a list of its rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any

from .layout import layout
from .tree import Accent, Atom, Big, Fence, Frac, Grid, Node, Op, Root, Row, Scripts, Space, Stack

__all__ = ["html_text", "plain"]

_RAISED = str.maketrans("0123456789+-−()mnT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ᵐⁿᵀ")
_LOWERED = str.maketrans("0123456789+−()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ")
_LABEL = re.compile(r"(\([^()]*\)|T|−?\d+)(\[\d+\])?")  # (m+1), T, -2; with a data point after it
_NAME = re.compile(r"[\w\[\]]+")  # a subscript whose end is seen: h[1]s[2]
_MARKS = {"hat": "\u0302", "bar": "\u0304", "dot": "\u0307", "tilde": "\u0303", "vec": "\u20d7"}


def plain(expr: Any) -> str:
    """Write a SymPy object as plain text.

    Parameters
    ----------
    expr : SymPy object, matrix, int or str

    Examples
    --------
    >>> import sympy
    >>> a, b = sympy.symbols("a b")
    >>> plain(b * (3 * a**2 + 1) / (2 * a * b + 1)), plain(sympy.sqrt(681) / 20 + sympy.Rational(11, 20))
    ('b(3a² + 1)/(2ab + 1)', '√681/20 + 11/20')
    >>> plain(sympy.Matrix([[2, 2], [1, 3]]))
    '[[2, 2], [1, 3]]'
    """
    return _Writer(lambda text, _: text).write(layout(expr))


def html_text(expr: Any) -> str:
    """Write a SymPy object as the same text in HTML, its letters in italics.

    Examples
    --------
    >>> import sympy
    >>> html_text(sympy.Symbol("a") < 2)
    '<i>a</i> &lt; 2'
    """
    return _Writer(lambda text, letter: f"<i>{escape(text)}</i>" if letter else escape(text)).write(layout(expr))


class _Writer:
    """Writes trees; ``mark`` is given each piece of text and whether it is a letter that stands for something."""

    def __init__(self, mark: Callable[[str, bool], str]) -> None:
        self.mark = mark

    def write(self, node: Node) -> str:
        if isinstance(node, Atom):
            return self.mark(node.text, node.kind == "ident")
        if isinstance(node, Op):
            return self._op(node)
        if isinstance(node, Space):
            return " "
        if isinstance(node, Row):
            return self._row(node)
        if isinstance(node, Frac):
            return f"{self._operand(node.num, _is_numerator)}/{self._operand(node.den, _is_closed)}"
        if isinstance(node, Scripts):
            return self._scripts(node)
        if isinstance(node, Fence):
            return self._fence(node)
        if isinstance(node, Root):
            index = "" if node.index is None else _raised(node.index)
            return f"{index}√{self._operand(node.body, _is_bare)}"
        if isinstance(node, Grid):
            return self._grid(node)
        if isinstance(node, Big):
            under = "" if node.under is None else f"_{{{self.write(node.under)}}}"
            over = "" if node.over is None else f"^{{{self.write(node.over)}}}"
            return f"{self.mark(node.text, False)}{under}{over} "
        if isinstance(node, Accent):
            return self.write(node.base) + _MARKS[node.mark]
        if isinstance(node, Stack):
            return " ".join(self.write(line) for _, line in node.lines)
        message = f"no text is known for the layout node {type(node).__name__}"
        raise TypeError(message)

    def _operand(self, node: Node, fits: Callable[[Node], bool]) -> str:
        text = self.write(node)
        return text if fits(node) else f"({text})"

    def _op(self, op: Op) -> str:
        text = self.mark(op.text, False)
        if op.kind in ("bin", "rel"):
            return f" {text} "
        return f"{text} " if op.kind == "punct" else text

    def _row(self, row: Row) -> str:
        if row.role == "apply" and _is_bracketed(row):
            name, _, argument = row.children  # ln x, whose end nothing shows in one line
            return f"{self.write(name)}({self.write(argument)})"
        if row.role != "product" or any(isinstance(part, Op) and part.kind == "slash" for part in row.children):
            text = "".join(map(self.write, row.children))
            return text.lstrip() if row.children and isinstance(row.children[0], Op) else text
        text, left = "", None
        for part in row.children:
            if isinstance(part, Space):
                continue
            if isinstance(part, Op):
                text, left = text + self.write(part), None
                continue
            if left is not None and not (_is_close(left) and (_is_close(part) or isinstance(part, Root))):
                text += "·"
            text += self._operand(part, lambda node: not isinstance(node, Frac) and _is_numerator(node))
            left = part
        return text

    def _scripts(self, node: Scripts) -> str:
        text = self._operand(node.base, lambda base: _is_single(base) and not isinstance(base, Root))
        if node.sub is not None:
            small = _plain(node.sub).replace(" ", "")
            lowered = small.translate(_LOWERED)
            whole = all(a != b for a, b in zip(small, lowered, strict=True))
            written = self.write(node.sub)
            text += lowered if whole else f"_{written}" if _NAME.fullmatch(small) else f"_{{{written}}}"
        if node.sup is not None:
            text += _raised(node.sup) or self._power(node.sup)
        return text

    def _power(self, node: Node) -> str:
        written = self.write(node)
        return f"^{written}" if _is_bare(node) else f"^({written})"

    def _fence(self, node: Fence) -> str:
        if isinstance(node.body, Grid) and not node.body.cases:
            return self.write(node.body)
        return f"{self.mark(node.left, False)}{self.write(node.body)}{self.mark(node.right, False)}"

    def _grid(self, node: Grid) -> str:
        if node.cases:
            return "; ".join(" ".join(map(self.write, row)) for row in node.rows) + "}"
        return "[" + ", ".join("[" + ", ".join(map(self.write, row)) + "]" for row in node.rows) + "]"


def _plain(node: Node) -> str:
    return _Writer(lambda text, _: text).write(node)


def _raised(node: Node) -> str:
    """Return a script in raised characters: whole numbers, labels in brackets, primes; "" if there are none."""
    text = _plain(node).replace(" ", "")
    primes = text[: len(text) - len(text.lstrip("′"))]
    rest = text[len(primes) :]
    if not rest:
        return primes
    label = _LABEL.fullmatch(rest)
    if label is None:
        return ""
    raised = label[1].translate(_RAISED)
    return primes + raised + (label[2] or "") if all(a != b for a, b in zip(label[1], raised, strict=True)) else ""


def _is_bare(node: Node) -> bool:
    """Whether a node is one letter or one number."""
    return isinstance(node, Atom) and (len(node.text) == 1 or node.kind == "number")


def _is_single(node: Node) -> bool:
    """Whether a node holds together under a power."""
    if isinstance(node, Row):
        return len(node.children) == 1 and _is_single(node.children[0])
    return isinstance(node, Atom | Scripts | Fence | Root | Accent)


def _is_closed(node: Node) -> bool:
    """Whether a node holds together after a slash: ``ln(2)``, too."""
    if isinstance(node, Row) and node.role == "apply" and isinstance(node.children[0], Atom):
        return isinstance(node.children[-1], Fence) or len(node.children) == 3
    return _is_single(node)


def _is_numerator(node: Node) -> bool:
    """Whether a node holds together before a slash, and as a factor."""
    if isinstance(node, Row):
        last = node.children[-1] if node.children else None
        fenced = isinstance(last, Fence | Atom | Scripts) or _is_bracketed(node)
        applied = node.role == "apply" and fenced and not isinstance(node.children[0], Big)
        return (node.role == "product" and not _has_slash(node)) or applied
    return _is_single(node)


def _is_bracketed(row: Row) -> bool:
    """Whether an application is without brackets in a layout, and has them in one line."""
    return len(row.children) == 3 and isinstance(row.children[1], Space)


def _has_slash(row: Row) -> bool:
    return any(isinstance(part, Frac) or (isinstance(part, Op) and part.kind == "slash") for part in row.children)


def _is_close(node: Node) -> bool:
    """Whether factors may stand beside it without a sign: one letter, digits, brackets, with raised characters only."""
    if isinstance(node, Scripts):
        text = _plain(node)
        return _is_close(node.base) and "^" not in text.rpartition(")")[2] and "_" not in text
    return isinstance(node, Fence) or _is_bare(node)
