"""Names as they are written: ``W_12^(0)``, ``beta_v``, ``A'``, ``h^(m+1)`` become layout nodes."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from sympy.printing.conventions import split_super_sub

from ..errors import ModelError
from .tree import Accent, Atom, Node, Op, Row, Scripts, Space

__all__ = ["GREEK", "is_word", "name_node", "natural_key", "tspans"]

_LOWER = (
    "alpha α beta β gamma γ delta δ epsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν xi ξ "
    "omicron ο pi π rho ρ sigma σ tau τ upsilon υ phi φ chi χ psi ψ omega ω lamda λ varepsilon ε "
    "varphi φ vartheta ϑ ell ℓ"
)
_UPPER = "Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω Lamda Λ hbar ℏ"
_SPECIAL = "oo ∞ infty ∞ dagger † ast ∗ star ⋆ perp ⊥ parallel ∥"


def _pairs(words: str) -> dict[str, str]:
    parts = words.split()
    return dict(zip(parts[::2], parts[1::2], strict=True))


GREEK = {**_pairs(_LOWER), **_pairs(_UPPER)}
_SYMBOLS = _pairs(_SPECIAL)
_ACCENTS = ("hat", "bar", "dot", "tilde", "vec")
_TOKEN = re.compile(r"\d+|[^\W\d_]+|\s+|.")
_OPERATORS = {"-": "−", "+": "+", "=": "=", "<": "<", ">": ">", "/": "/", "±": "±", "−": "−"}


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key in which numbers inside names count as numbers: ``h^(2)`` before ``h^(10)``.

    Examples
    --------
    >>> sorted(["h^(10)", "h^(2)"], key=natural_key)
    ['h^(2)', 'h^(10)']
    """
    return tuple((0, int(token), "") if token.isdecimal() else (1, 0, token) for token in re.findall(r"\d+|\D+", text))


def is_word(node: Node) -> bool:
    """Whether a node is (or starts as) a name of several upright letters, which needs space around it."""
    if isinstance(node, Scripts | Accent):
        return is_word(node.base)
    return isinstance(node, Atom) and node.kind in ("upright", "text") and len(node.text) > 1


def name_node(name: str) -> Node:
    """Lay out a symbol's name by SymPy's conventions.

    Parameters
    ----------
    name : str
        ``_`` and ``^`` open sub- and superscripts, trailing digits are a subscript, trailing ``'`` primes,
        Greek letters are spelled out; names of several letters are upright.

    Returns
    -------
    Node

    Examples
    --------
    >>> name_node("W_12^(0)").sub.children[0].text
    '12'
    """
    bare = name.replace("\\", "").replace("{", "").replace("}", "").strip()
    primes = len(bare) - len(bare.rstrip("'′"))
    bare = bare.rstrip("'′")
    if not bare:
        return Atom(name, "text")
    if " " in bare or _QUOTIENT.fullmatch(bare):
        return _phrase(bare + "'" * primes)
    base, supers, subs = split_super_sub(bare) if re.search(r"\w", bare[0]) else (bare, [], [])
    inner = len(base) - len(base.rstrip("'′"))  # as in H'_m
    primes, base = primes + inner, base.rstrip("'′")
    # split_super_sub takes digits off the end of the letters; a purely numeric remainder is no name.
    core = _base(base or bare)
    sub = _script(",".join(subs)) if subs else None
    marks: list[Node] = [Atom("′" * primes, "symbol")] if primes else []
    if supers:
        marks.append(_script(",".join(supers)))
    sup = (marks[0] if len(marks) == 1 else Row(tuple(marks))) if marks else None
    return core if sub is None and sup is None else Scripts(core, sub, sup)


_QUOTIENT = re.compile(r"[^\W\d_]+'*/[^\W\d_]+'*")
_ARROWS = {"->": "→", "=": "=", "<": "<", ">": ">", "<=": "≤", ">=": "≥", "!=": "≠", "in": "∈"}


def _phrase(text: str) -> Node:
    """Lay out a name of several words: a relation ``v -> 0``, an operator ``det V``, a product, or ``dR/dK``."""
    parts: list[Node] = []
    pieces = text.split()
    relation = any(piece in _ARROWS for piece in pieces)
    for before, piece in zip(("", *pieces), pieces, strict=False):
        if piece in _ARROWS:
            parts.append(Op(_ARROWS[piece], "rel"))
            continue
        if before and before not in _ARROWS and before != "Delta":  # a finite change is one name
            parts.append(Space())
        if _QUOTIENT.fullmatch(piece):
            above, below = (_differential(side) for side in piece.split("/"))
            parts.append(Row((above, Op("/", "plain"), below)))
        elif piece in ("Tr", "tr", "det", "rank", "ln", "exp", "max", "min"):
            parts.append(Atom(piece, "operator"))
        elif piece.isdecimal():
            parts.append(Atom(piece, "number"))
        else:
            parts.append(name_node(piece))
    return Row(tuple(parts), "relation" if relation else "")


def _differential(text: str) -> Node:
    whole = len(text.rstrip("'")) == 2 and text[0] == "d"
    return Row((Op("d", "plain"), name_node(text[1:]))) if whole else name_node(text)


def _base(text: str) -> Node:
    for mark in _ACCENTS:
        stem = text[: -len(mark)]
        if text.endswith(mark) and (len(stem) == 1 or stem in GREEK):
            return Accent(_base(stem), mark)
    if text.startswith("Delta") and len(text) == 6:  # a finite change, as in Delta W
        return Row((Atom("Δ"), Atom(text[5])))
    if text in GREEK:
        return Atom(GREEK[text])
    if text in _SYMBOLS:
        return Atom(_SYMBOLS[text], "symbol")
    if len(text) == 1:
        return Atom(text) if text.isalpha() else Atom(text, "text")
    return Atom(text, "upright" if text.isalnum() else "text")


def _script(text: str) -> Node:
    parts: list[Node] = []
    for token in _TOKEN.findall(text):
        if token.isspace():
            continue
        if token.isdecimal():
            parts.append(Atom(token, "number"))
        elif token in GREEK:
            parts.append(Atom(GREEK[token]))
        elif token in _SYMBOLS:
            parts.append(Atom(_SYMBOLS[token], "symbol"))
        elif token == "*":
            parts.append(Atom("∗", "symbol"))
        elif token in "'′":
            parts.append(Atom("′", "symbol"))
        elif token in _OPERATORS:
            parts.append(Op(_OPERATORS[token], "plain"))
        elif token in "()[],;:.":
            parts.append(Op(token, "punct" if token in ",;" else "plain"))
        elif token.isalpha() and len(token) <= 2:  # W_ij: two indices, not a word
            parts.extend(Atom(letter) for letter in token)
        else:
            parts.append(Atom(token, "upright"))
    return Row(tuple(parts))


def tspans(node: Node) -> str:
    """Write a name as SVG tspans; a subscript comes before the superscript, both smaller and shifted.

    Raises
    ------
    ModelError
        If there is a fraction, a root or another shape in it that does not fit on a line of text.

    Examples
    --------
    >>> tspans(name_node("a"))
    '<tspan font-style="italic">a</tspan>'
    """
    if isinstance(node, Scripts):
        text = tspans(node.base)
        back = 0.0
        primes, sup = _primes(node.sup)
        text += primes  # fonts draw them raised already
        for script, shift in ((node.sub, 0.3), (sup, -0.5)):
            if script is not None:
                # dy is in em of the smaller text, and moves all that follows: so it is taken back.
                lean = ' dx="0.12em"' if script is sup else ""  # clear of a slanted base
                text += f'<tspan font-size="70%"{lean} dy="{round(shift - back, 3):g}em">{tspans(script)}</tspan>'
                back = shift
        return text
    if isinstance(node, Row):
        return "".join(tspans(child) for child in node.children)
    if isinstance(node, Accent):
        mark = {"hat": "\u0302", "bar": "\u0304", "dot": "\u0307", "tilde": "\u0303", "vec": "\u20d7"}[node.mark]
        return tspans(node.base) + mark
    if isinstance(node, Op):
        return escape(node.text)
    if isinstance(node, Atom):
        text = escape(node.text)
        return f'<tspan font-style="italic">{text}</tspan>' if node.kind == "ident" else text
    message = f"a {type(node).__name__} in a name has no form as SVG text"
    raise ModelError(message)


def _primes(sup: Node | None) -> tuple[str, Node | None]:
    """Part the primes at the start of a superscript from the rest of it."""
    first, *rest = sup.children if isinstance(sup, Row) and sup.children else (sup,)
    if not isinstance(first, Atom) or first.kind != "symbol" or first.text.strip("′"):
        return "", sup
    return first.text, Row(tuple(rest)) if rest else None
