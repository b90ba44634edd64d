"""The layout tree written as MathML Core, as browsers show it without help."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from .lines import Line
from .tree import SCRIPT, Accent, Atom, Big, Fence, Frac, Grid, Node, Op, Root, Row, Scripts, Space, Stack

__all__ = ["NAMESPACE", "math_element", "mathml_display", "mathml_node"]

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
# Chromium aligns the boxes of MathML by these values only; other browsers know them or take the first.
_ALIGN = {side: f"text-align:{side};text-align:-webkit-{side}" for side in ("left", "center", "right")}
_CLEAR = 0.1  # em; browsers set a script, a prime, a closing bracket too close to a letter that leans over it
_MARKS = {"hat": "^", "bar": "¯", "dot": "˙", "tilde": "~", "vec": "→"}


def mathml_node(node: Node, small: bool = False) -> str:
    """Write a layout tree as MathML elements.

    Parameters
    ----------
    node : Node
    small : bool
        Whether it stands in a script, where signs have no space around them.

    Returns
    -------
    str
        Well-formed XML, without the ``math`` element around it.

    Examples
    --------
    >>> mathml_node(Frac(Atom("1", "number"), Atom("σ")))
    '<mfrac><mn>1</mn><mi>σ</mi></mfrac>'
    """
    if isinstance(node, Atom):
        return _atom(node)
    if isinstance(node, Op):
        return _op(node, small)
    if isinstance(node, Space):
        return f'<mspace width="{node.em:g}em"/>'
    if isinstance(node, Row):
        return _row(node, small)
    if isinstance(node, Frac):
        return f"<mfrac>{mathml_node(node.num, small)}{mathml_node(node.den, small)}</mfrac>"
    if isinstance(node, Scripts):
        return _scripts(node, small)
    if isinstance(node, Fence):
        return _fence(node, small)
    if isinstance(node, Root):
        if node.index is None:
            return f"<msqrt>{mathml_node(node.body, small)}</msqrt>"
        return f"<mroot>{mathml_node(node.body, small)}{mathml_node(node.index, True)}</mroot>"
    if isinstance(node, Grid):
        return _grid(node)
    if isinstance(node, Big):
        return _big(node)
    if isinstance(node, Accent):
        mark = f'<mo stretchy="false">{_MARKS[node.mark]}</mo>'
        return f'<mover accent="true">{mathml_node(node.base)}{mark}</mover>'
    if isinstance(node, Stack):
        return _table([Line(None, line, indent) for indent, line in node.lines])
    message = f"no MathML is known for the layout node {type(node).__name__}"
    raise TypeError(message)


def _atom(atom: Atom) -> str:
    text = escape(atom.text)
    if atom.kind == "number":
        return f"<mn>{text}</mn>"
    if atom.kind == "text":
        # XML white space at the ends of mtext is dropped.
        return f"<mtext>{text.replace(' ', chr(0xA0))}</mtext>"
    if atom.kind == "symbol" and atom.text.strip("′") == "":
        return f'<mo form="postfix" lspace="0em" rspace="0em">{text}</mo>'
    if atom.kind != "ident" and len(atom.text) == 1:
        return f'<mi mathvariant="normal">{text}</mi>'
    return f"<mi>{text}</mi>"


def _op(op: Op, small: bool) -> str:
    text = escape(op.text)
    if op.text == "d":
        return '<mi mathvariant="normal">d</mi>'
    if op.kind == "prefix":
        return f'<mo form="prefix">{text}</mo>'
    if op.kind in ("bin", "rel", "times"):
        wide = {"rel": "0.2778em", "bin": "0.2222em", "times": "0.1667em"}[op.kind]
        wide = "0em" if small else wide
        return f'<mo form="infix" stretchy="false" lspace="{wide}" rspace="{wide}">{text}</mo>'
    if op.kind == "punct":
        return f'<mo form="infix" lspace="0em" rspace="0.2222em">{text}</mo>'
    form = {"open": "prefix", "close": "postfix"}.get(op.kind, "infix")
    return f'<mo form="{form}" stretchy="false" lspace="0em" rspace="0em">{text}</mo>'


def _row(row: Row, small: bool) -> str:
    parts = [mathml_node(child, small) for child in row.children]
    return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


def _scripts(node: Scripts, small: bool) -> str:
    if isinstance(node.base, Fence) and node.base.right and not _stretches(node.base):
        # As in TeX the script belongs to the closing bracket, not to all that stands in the brackets.
        closing = _scripts(Scripts(Op(node.base.right, "close"), node.sub, node.sup), small)
        return _fence(node.base, small, closing)
    written = mathml_node(node.base, small)
    prime, rest = _primes(node.sup)
    sub = "" if node.sub is None else mathml_node(node.sub, True)
    sup = "" if rest is None else mathml_node(rest, True)
    gap = 0.0
    if prime is not None:  # fonts draw the prime raised already; as a superscript it would be small and far up
        mark = _atom(prime)
        if _leans(node.base):
            mark = _spaced(mark, _CLEAR)
        if node.sub is not None:  # which stands under the prime, not after it
            mark = f'<mpadded width="0">{mark}</mpadded>'
            gap = prime.width / SCRIPT
            sub = _spaced(sub, gap - node.sub.width, after=True)
        written = f"<mrow>{written}{mark}</mrow>"
    elif _leans(node.base):
        gap = _CLEAR
    if sup:
        sup = _spaced(sup, gap)
    if sub and sup:
        return f"<msubsup>{written}{sub}{sup}</msubsup>"
    if sub:
        return f"<msub>{written}{sub}</msub>"
    return f"<msup>{written}{sup}</msup>" if sup else written


def _leans(base: Node) -> bool:
    return (
        isinstance(base, Atom)
        and base.kind == "ident"
        and base.text.isascii()
        and (base.text.isupper() or base.text == "f")
    )


def _overhangs(node: Node) -> bool:
    """Whether a letter leans so far that it touches a bracket: by a tenth of an em and more, in Computer Modern."""
    return isinstance(node, Atom) and _leans(node) and node.text in "FMNPTUVWYf"


def _end(node: Node) -> Node:
    """Return what stands last in a row, in a row of rows."""
    while isinstance(node, Row) and node.children:
        node = node.children[-1]
    return node


def _spaced(script: str, gap: float, *, after: bool = False) -> str:
    """Put space before a script, or after it."""
    if gap <= 0:
        return script
    space = f'<mspace width="{gap:.3g}em"/>'
    return f"<mrow>{script}{space}</mrow>" if after else f"<mrow>{space}{script}</mrow>"


def _primes(sup: Node | None) -> tuple[Atom | None, Node | None]:
    """Part the primes at the start of a superscript from the rest of it."""
    first = sup.children[0] if isinstance(sup, Row) and sup.children else sup
    if not isinstance(first, Atom) or first.kind != "symbol" or first.text.strip("′"):
        return None, sup
    rest = sup.children[1:] if isinstance(sup, Row) else ()
    return first, (rest[0] if len(rest) == 1 else Row(rest)) if rest else None


def _stretches(node: Fence) -> bool:
    return node.body.tall or isinstance(node.body, Grid)


def _fence(node: Fence, small: bool, closing: str = "") -> str:
    stretchy = "true" if _stretches(node) else "false"
    left = f'<mo form="prefix" fence="true" stretchy="{stretchy}">{node.left}</mo>' if node.left else ""
    right = f'<mo form="postfix" fence="true" stretchy="{stretchy}">{node.right}</mo>' if node.right else ""
    clear = f'<mspace width="{_CLEAR:g}em"/>' if node.right and _overhangs(_end(node.body)) else ""
    return f"<mrow>{left}{mathml_node(node.body, small)}{clear}{closing or right}</mrow>"


def _grid(node: Grid) -> str:
    rows = []
    for row in node.rows:
        style = f"padding:0.25em 0.5em;{_ALIGN['left' if node.cases else 'center']}"
        shown = ' displaystyle="true"' if node.cases else ""
        cells = "".join(f'<mtd style="{style}"><mrow{shown}>{mathml_node(cell)}</mrow></mtd>' for cell in row)
        rows.append(f"<mtr>{cells}</mtr>")
    return f"<mtable>{''.join(rows)}</mtable>"


def _big(node: Big) -> str:
    if len(node.text) == 1:
        sign = f'<mo form="prefix" largeop="true" movablelimits="false">{node.text}</mo>'
    else:
        sign = f'<mo form="prefix" movablelimits="false" lspace="0em" rspace="0em">{escape(node.text)}</mo>'
    gap = '<mspace width="0.1667em"/>'
    mark = ("msub", "msup", "msubsup") if node.text == "∫" else ("munder", "mover", "munderover")
    under, over = node.under, node.over
    if under is not None and over is not None:
        inner = f"<{mark[2]}>{sign}{mathml_node(under, True)}{mathml_node(over, True)}</{mark[2]}>"
    elif under is not None:
        inner = f"<{mark[0]}>{sign}{mathml_node(under, True)}</{mark[0]}>"
    elif over is not None:
        inner = f"<{mark[1]}>{sign}{mathml_node(over, True)}</{mark[1]}>"
    else:
        inner = sign
    return f"<mrow>{inner}{gap}</mrow>"


def _table(lines: Sequence[Line], *, sides: bool = False) -> str:
    rows = []
    for line in lines:
        indent = f'<mspace width="{line.indent:.3g}em"/>' if line.indent > 0 else ""
        style = f"padding:0.3em 0;{_ALIGN['left']}"
        right = f'<mtd style="{style}"><mrow>{indent}{mathml_node(line.right)}</mrow></mtd>'
        if sides:
            left = "" if line.left is None else mathml_node(line.left)
            style = f"padding:0.3em 0;{_ALIGN['right']}"
            right = f'<mtd style="{style}"><mrow>{left}</mrow></mtd>{right}'
        rows.append(f"<mtr>{right}</mtr>")
    return f'<mtable displaystyle="true">{"".join(rows)}</mtable>'


def mathml_display(lines: Sequence[Line]) -> str:
    """Write the lines of a displayed formula as one ``math`` element in display style.

    Parameters
    ----------
    lines : sequence of Line
        From :func:`symrg.view.breaking.display_lines`.

    Returns
    -------
    str
    """
    if len(lines) == 1 and lines[0].indent == 0:
        left = "" if lines[0].left is None else mathml_node(lines[0].left)
        body = f"<mrow>{left}{mathml_node(lines[0].right)}</mrow>"
    else:
        body = _table(lines, sides=any(line.left is not None for line in lines))
    return math_element(body, display=True)


def math_element(body: str, *, display: bool = False) -> str:
    """Put MathML elements into a ``math`` element.

    Examples
    --------
    >>> math_element("<mn>1</mn>")
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><mn>1</mn></math>'
    """
    block = ' display="block"' if display else ""
    return f'<math xmlns="{NAMESPACE}"{block}>{body}</math>'
