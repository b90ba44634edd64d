"""The layout tree written as LaTeX (amsmath)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from .lines import Line
from .tree import Accent, Atom, Big, Fence, Frac, Grid, Node, Op, Root, Row, Scripts, Space, Stack, children

__all__ = ["escape", "tex", "tex_display"]


def _pairs(words: str) -> dict[str, str]:
    parts = words.split()
    return dict(zip(parts[::2], parts[1::2], strict=True))


_GREEK = _pairs(
    "α alpha β beta γ gamma δ delta ε varepsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu ν nu ξ xi "
    "π pi ρ rho σ sigma τ tau υ upsilon φ phi χ chi ψ psi ω omega ϑ vartheta ϕ varphi ℓ ell ℏ hbar "
    "Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Υ Upsilon Φ Phi Ψ Psi Ω Omega"
)
_SIGNS = _pairs(
    "− - · \\cdot × \\times ≈ \\approx ∝ \\propto ≡ \\equiv → \\to ↦ \\mapsto ⟺ \\iff "
    "⟹ \\implies ∈ \\in ∼ \\sim ≠ \\neq ≤ \\leq ≥ \\geq ± \\pm ∂ \\partial ∧ \\land ∨ \\lor ¬ \\neg ∪ \\cup "
    "∩ \\cap ∖ \\setminus ∞ \\infty ∗ * † \\dagger ⋆ \\star ⊥ \\perp ∥ \\parallel ∅ \\varnothing ℝ \\mathbb{R} "
    "ℤ \\mathbb{Z} ℕ \\mathbb{N} ℚ \\mathbb{Q} ℂ \\mathbb{C} ∑ \\sum ∏ \\prod ∫ \\int ∣ \\mid ⟨ \\langle "
    "⟩ \\rangle { \\{ } \\} … \\dots √ \\surd ⊂ \\subset ⊆ \\subseteq ∉ \\notin ∀ \\forall ∃ \\exists ∇ \\nabla "
    "⇒ \\Rightarrow ⇔ \\Leftrightarrow ← \\leftarrow ↔ \\leftrightarrow ✓ \\checkmark ≪ \\ll ≫ \\gg ⊗ \\otimes "
    "⊕ \\oplus ∘ \\circ ≔ \\mathrel{:=} ο o"
)
_MATHS = {**{sign: "\\" + name for sign, name in _GREEK.items()}, **_SIGNS}
_OPERATORS = frozenset(
    ("ln", "exp", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "arcsin", "arccos",
     "arctan", "max", "min", "lim", "det", "dim", "ker", "arg", "gcd")
)  # fmt: skip
_TEXT = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_",
    "%": r"\%", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "–": "--", "—": "---", "“": "``",
    "”": "''", "‘": "`", "’": "'", "\u00a0": "~", "\u202f": r"\,", "\u2009": r"\,", "…": r"\dots{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}",
    "·": r"\textperiodcentered{}", "′": r"\ensuremath{'}", "−": r"\ensuremath{-}", "°": r"\textdegree{}",
}  # fmt: skip
_TEXT['"'] = "''"


def escape(text: str) -> str:
    r"""Write plain text so that pdfLaTeX shows it as it stands.

    Letters of Latin alphabets stay; signs of mathematics become mathematics; a character that plain pdfLaTeX
    has no glyph for is shown by its code point, so that nothing is lost in silence.

    Examples
    --------
    >>> escape("50 % of A_1 – α")
    '50 \\% of A\\_1 -- \\ensuremath{\\alpha}'
    >>> escape("x³")
    'x\\textsuperscript{3}'
    """
    return "".join(_escape_letter(letter) for letter in unicodedata.normalize("NFC", text))


def _escape_letter(letter: str) -> str:
    if letter in _TEXT:
        return _TEXT[letter]
    if letter.isascii():
        return letter if letter.isprintable() or letter in "\n\t" else " "
    if letter in _MATHS:
        return rf"\ensuremath{{{_MATHS[letter]}}}"
    raised = unicodedata.decomposition(letter).split(" ")
    if raised[0] in ("<super>", "<sub>"):
        inner = "".join(_escape_letter(chr(int(code, 16))) for code in raised[1:])
        return rf"\text{raised[0].strip('<>')}script{{{inner}}}"
    if letter.isalpha() and ord(letter) < 0x180:
        return letter
    plain = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
    return escape(plain) if plain else f"[U+{ord(letter):04X}]"


def tex(node: Node) -> str:
    r"""Write a layout tree as LaTeX, without dollar signs.

    Parameters
    ----------
    node : Node

    Returns
    -------
    str
        Needs amsmath and amssymb.

    Examples
    --------
    >>> tex(Frac(Atom("1", "number"), Atom("σ")))
    '\\frac{1}{\\sigma}'
    """
    if isinstance(node, Atom):
        return _atom(node)
    if isinstance(node, Op):
        return _op(node)
    if isinstance(node, Space):
        return "" if node.implied else r"\," if node.em < 0.2 else rf"\hspace{{{node.em:g}em}}"
    if isinstance(node, Row):
        return _row(node)
    if isinstance(node, Frac):
        return rf"\frac{{{_clear(node.num)}}}{{{_clear(node.den)}}}"
    if isinstance(node, Scripts):
        return _scripts(node)
    if isinstance(node, Fence):
        return _fence(node)
    if isinstance(node, Root):
        index = "" if node.index is None else f"[{tex(node.index)}]"
        return rf"\sqrt{index}{{{tex(node.body)}}}"
    if isinstance(node, Grid):
        return _grid(node, "matrix", "")
    if isinstance(node, Big):
        return _big(node)
    if isinstance(node, Accent):
        return rf"\{node.mark}{{{tex(node.base)}}}"
    if isinstance(node, Stack):
        return _aligned([Line(None, line, indent) for indent, line in node.lines])
    message = f"no LaTeX is known for the layout node {type(node).__name__}"
    raise TypeError(message)


def _clear(node: Node) -> str:
    """Write a part of a fraction; several lines are kept clear of the bar."""
    if not _has_stack(node):
        return tex(node)
    room = r"[\dimexpr\height+0.3em\relax][\dimexpr\depth+0.3em\relax]"
    return rf"\raisebox{{0pt}}{room}{{$\displaystyle {tex(node)}$}}"


def _has_stack(node: Node) -> bool:
    return isinstance(node, Stack) or any(_has_stack(part) for part in children(node))


def _atom(atom: Atom) -> str:
    text = atom.text
    if atom.kind == "number":
        return text
    if atom.kind == "operator":
        return rf"\{text}" if text in _OPERATORS else rf"\operatorname{{{escape(text).replace(' ', '~')}}}"
    if atom.kind == "symbol" and text.strip("′") == "":
        return r"\prime" * len(text)
    if atom.kind in ("ident", "symbol") and text in _MATHS:
        return _MATHS[text]
    if atom.kind in ("ident", "symbol") and text.isascii():
        return text
    if atom.kind == "upright" and text.isascii() and text.isalnum():
        return rf"\mathrm{{{text}}}"
    return rf"\text{{{escape(text)}}}"


def _op(op: Op) -> str:
    if op.text == "d":
        return r"\mathrm{d}"
    if op.text == "[" and op.kind == "open":
        return r"\Bigl["
    if op.kind in ("open", "close") and op.text:
        return (r"\Bigl" if op.kind == "open" else r"\Bigr") + _MATHS.get(op.text, op.text)
    return _MATHS.get(op.text, op.text)


def _row(row: Row) -> str:
    parts: list[str] = []
    for place, child in enumerate(row.children):
        written = tex(child)
        fence = child.base if isinstance(child, Scripts) else child
        if row.role == "apply" and place and isinstance(fence, Fence) and written.startswith(r"\left"):
            written = r"\mathopen{}" + written  # no thin space between a function and its bracket
        if place == 0 and isinstance(child, Op) and child.kind in ("bin", "times"):
            written = "{}" + written  # a line that starts with a sign still has a left operand
        if isinstance(child, Op):
            written = _space_op(child, written, place == 0)
        parts.append(written)
    return _join(parts)


def _space_op(op: Op, written: str, first: bool) -> str:
    if op.kind in ("bin", "rel"):
        return f"{written} " if first else f" {written} "
    if op.kind == "punct":
        return rf"{written}\allowbreak "
    return written


def _join(parts: Sequence[str]) -> str:
    """Concatenate, with a space where a control word would swallow the letter after it."""
    text = ""
    for part in parts:
        if not part:
            continue
        word = text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if part[0].isalpha() and part[0].isascii() and word != text and word.endswith("\\"):
            text += " "
        text += part
    return text


def _scripts(node: Scripts) -> str:
    base = tex(node.base)
    if isinstance(node.base, Row | Frac | Accent):
        base = f"{{{base}}}"
    if node.sub is not None:
        base += f"_{{{tex(node.sub)}}}"
    if node.sup is not None:
        base += f"^{{{tex(node.sup)}}}"
    return base


_BRACKETS = {"{": r"\{", "}": r"\}", "⟨": r"\langle ", "⟩": r"\rangle ", "": "."}


def _fence(node: Fence) -> str:
    body = node.body
    if isinstance(body, Grid):
        if body.cases and node.left == "{":
            return _grid(body, "cases", "")
        if (node.left, node.right) == ("(", ")") and len(body.columns) <= 10:
            return _grid(body, "pmatrix", "")
    inner = tex(body)
    left, right = _BRACKETS.get(node.left, node.left), _BRACKETS.get(node.right, node.right)
    if node.left == "|" and node.right == "|" and not body.tall:
        return rf"\lvert {inner}\rvert "
    if body.tall or "" in (node.left, node.right):
        return rf"\left{left}{inner}\right{right}"
    return f"{left}{inner}{right}"


def _grid(node: Grid, environment: str, argument: str) -> str:
    columns = len(node.columns)
    if environment == "matrix" and columns > 10:
        environment, argument = "array", "{" + "c" * columns + "}"
    lines: list[str] = []
    heights: list[float] = []
    for row in node.rows:
        roomy = max((cell.height for cell in row), default=1.0) > 1.5
        display = r"\displaystyle " if node.cases and roomy else ""
        lines.append(" & ".join(display + tex(cell) for cell in row))
        heights.append(max((cell.height for cell in row), default=1.0))
    ends = [
        r" \\ \noalign{\vskip 8pt}" if height > 2.5 else r" \\[3pt]" if height > 1.5 else r" \\"
        for height in heights[:-1]
    ]
    body = "\n".join(line + end for line, end in zip(lines, [*ends, ""], strict=True)) if lines else ""
    return f"\\begin{{{environment}}}{argument}\n{body}\n\\end{{{environment}}}"


def _big(node: Big) -> str:
    if node.text in _OPERATORS:
        sign = "\\" + node.text
    else:
        sign = _MATHS.get(node.text) or rf"\operatorname*{{{escape(node.text)}}}"
    under = "" if node.under is None else f"_{{{tex(node.under)}}}"
    over = "" if node.over is None else f"^{{{tex(node.over)}}}"
    return sign + under + over


def _side(line: Line) -> str:
    indent = "" if line.indent <= 0 else rf"\hspace{{{line.indent:.3g}em}}"
    return indent + tex(line.right).strip()


def _aligned(lines: Sequence[Line]) -> str:
    body = "\n".join(f"{_left(line)}&{_side(line)}{end}" for line, end in zip(lines, _ends(lines), strict=True))
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def _ends(lines: Sequence[Line]) -> list[str]:
    """Return what ends each line; tall neighbours get more space between them."""
    heights = [line.right.height for line in lines]
    pairs = pairwise(heights)
    return [*(r" \\[4pt]" if min(pair) > 2 else r" \\" for pair in pairs), ""]


def _left(line: Line) -> str:
    return "" if line.left is None else tex(line.left).strip()


def tex_display(lines: Sequence[Line], *, label: str = "", width: float = 36.0) -> str:
    r"""Write the lines of a displayed formula as a LaTeX environment.

    Parameters
    ----------
    lines : sequence of Line
        From :func:`symrg.view.breaking.display_lines`.
    label : str
        Makes it a numbered equation with this label.
    width : float
        The room for it in em. A formula that by the estimate comes close to it is put in ``\fitmath``, which
        measures it in TeX and scales it down if it has to.

    Returns
    -------
    str
    """
    star = "" if label else "*"
    mark = f"\\label{{{label}}}" if label else ""
    height = sum(line.right.height + 0.5 for line in lines)
    if len(lines) > 1 and height > 20:  # the page must be able to break inside
        quiet = r" \notag" if label else ""
        rows = [
            f"{_left(line)}&{_side(line)}{quiet if end else ''}{end}"
            for line, end in zip(lines, _ends(lines), strict=True)
        ]
        return f"\\begin{{align{star}}}\n" + "\n".join(rows) + f"{mark}\n\\end{{align{star}}}"
    if len(lines) == 1:
        body = f"{_left(lines[0])} {_side(lines[0])}".strip()
        estimate = sum(side.width for side in (lines[0].left, lines[0].right) if side is not None)
    else:
        body = _aligned(lines)
        left = max((line.left.width for line in lines if line.left is not None), default=0.0)
        estimate = left + max(line.indent + line.right.width for line in lines)
    if estimate > 0.95 * width or height > 38:
        body = f"\\fitmath{{{body}}}"
    return f"\\begin{{equation{star}}}{mark}\n{body}\n\\end{{equation{star}}}"
