"""The layout tree: what a formula looks like, before anybody writes it as LaTeX or MathML.

Every node knows its estimated width (in em of the text size) and height (in lines), so that breaking
(:mod:`symrg.view.breaking`) needs no font. The estimates follow Computer Modern and lean to the wide side.
Widths are typography, not mathematics: they are the only inexact numbers here, and none is ever shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = [
    "Accent",
    "Atom",
    "Big",
    "Fence",
    "Frac",
    "Grid",
    "Node",
    "Op",
    "Root",
    "Row",
    "Scripts",
    "Space",
    "Stack",
    "children",
    "fence_depth",
]

SCRIPT = 0.72  # size of a script relative to its base
THIN = 0.1667

# Widths of the letters of cmmi10 in em; other characters take the defaults below.
_ITALIC = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (
            0.53, 0.43, 0.43, 0.52, 0.47, 0.60, 0.52, 0.58, 0.35, 0.47, 0.55, 0.30, 0.88, 0.60, 0.49, 0.50, 0.48,
            0.48, 0.47, 0.36, 0.57, 0.52, 0.74, 0.57, 0.53, 0.51,
            0.75, 0.81, 0.79, 0.86, 0.80, 0.78, 0.79, 0.91, 0.52, 0.65, 0.92, 0.68, 1.08, 0.91, 0.79, 0.78, 0.79,
            0.77, 0.67, 0.72, 0.79, 0.80, 1.08, 0.91, 0.80, 0.76,
        ),
        strict=True,
    )
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Node:
    """A piece of a formula with an estimated size.

    Attributes
    ----------
    width : float
        In em of the surrounding text size.
    height : float
        In lines; a letter has 1.
    """

    width: float = field(init=False, default=0.0)
    height: float = field(init=False, default=1.0)

    def _size(self, width: float, height: float = 1.0) -> None:
        object.__setattr__(self, "width", width)
        object.__setattr__(self, "height", height)

    @property
    def tall(self) -> bool:
        """Whether brackets around it must grow."""
        return self.height > 1.7


@dataclass(frozen=True, eq=False)
class Atom(Node):
    """Letters or digits that stay together.

    ``kind`` is ``"ident"`` (one italic letter), ``"upright"`` (a roman name), ``"operator"`` (a roman name
    that is applied, such as ln), ``"number"``, ``"text"`` or ``"symbol"`` (upright, such as ∞).
    """

    text: str
    kind: str = "ident"

    def __post_init__(self) -> None:
        if self.kind == "ident":
            width = sum(_ITALIC.get(letter, 0.62) for letter in self.text)
        elif self.kind == "symbol":
            width = 0.3 if self.text in "'′" else 0.8 * len(self.text)
        else:
            width = sum(_roman(letter) for letter in self.text)
        self._size(width)


def _roman(letter: str) -> float:
    if letter in "ijl.,:;'!|()[] ":
        return 0.34
    if letter in "mw—":
        return 0.84
    return 0.74 if letter.isupper() else 0.52


@dataclass(frozen=True, eq=False)
class Op(Node):
    """An operator; ``kind`` is one of bin, rel, prefix, times, slash, punct, open, close, plain."""

    text: str
    kind: str = "bin"

    def __post_init__(self) -> None:
        spaced = {"bin": 1.25, "rel": 1.36, "prefix": 0.8, "times": 0.75, "slash": 0.55, "punct": 0.47}
        self._size(spaced.get(self.kind, 0.42))


@dataclass(frozen=True, eq=False)
class Space(Node):
    """White space of ``em``; ``implied`` where TeX puts it by itself."""

    em: float = THIN
    implied: bool = False

    def __post_init__(self) -> None:
        self._size(self.em)


@dataclass(frozen=True, eq=False)
class Row(Node):
    """Nodes side by side.

    ``role`` says where the row may be broken: ``"sum"`` (before its bin operators), ``"relation"`` (before
    its rel operators), ``"list"`` (after its punct operators), ``"product"`` (between factors),
    ``"apply"`` (after the large operators it starts with, else only inside its last child), ``"integrand"`` (inside
    its first child, the differentials after it stay at the end), ``""`` (only inside its widest child).
    """

    children: tuple[Node, ...]
    role: str = ""

    def __post_init__(self) -> None:
        self._size(
            sum(child.width for child in self.children),
            max((child.height for child in self.children), default=1.0),
        )


@dataclass(frozen=True, eq=False)
class Frac(Node):
    """A fraction."""

    num: Node
    den: Node

    def __post_init__(self) -> None:
        self._size(max(self.num.width, self.den.width) + 0.3, self.num.height + self.den.height + 0.3)


@dataclass(frozen=True, eq=False)
class Scripts(Node):
    """A base with a subscript, a superscript or both."""

    base: Node
    sub: Node | None = None
    sup: Node | None = None

    def __post_init__(self) -> None:
        scripts = [script for script in (self.sub, self.sup) if script is not None]
        width = max((script.width for script in scripts), default=0.0) * SCRIPT + 0.06
        extra = sum(max(script.height * SCRIPT - 0.5, 0.2) for script in scripts)
        self._size(self.base.width + width, self.base.height + extra)


@dataclass(frozen=True, eq=False)
class Fence(Node):
    """A body between brackets, which grow with it."""

    left: str
    body: Node
    right: str

    def __post_init__(self) -> None:
        bracket = 0.4 if not self.body.tall else 0.62 if self.body.height < 3 else 0.95
        count = bool(self.left) + bool(self.right)
        self._size(self.body.width + bracket * count + (0.34 if self.body.tall else 0.0), self.body.height)


@dataclass(frozen=True, eq=False)
class Root(Node):
    """A square root, or a root with an index."""

    body: Node
    index: Node | None = None

    def __post_init__(self) -> None:
        self._size(self.body.width + 1.05, self.body.height + 0.15)


@dataclass(frozen=True, eq=False)
class Grid(Node):
    """Cells in rows and columns: a matrix, or the cases of a function (``cases`` aligns them left)."""

    rows: tuple[tuple[Node, ...], ...]
    cases: bool = False

    gap = 1.05

    def __post_init__(self) -> None:
        height = sum(max((cell.height for cell in row), default=1.0) + 0.3 for row in self.rows)
        count = len(self.columns)
        self._size(sum(self.columns) + self.gap * max(count - 1, 0), max(height, 1.0))

    @property
    def columns(self) -> tuple[float, ...]:
        """The width of each column in em."""
        if not self.rows:
            return ()
        return tuple(max(cell.width for cell in column) for column in zip(*self.rows, strict=True))


@dataclass(frozen=True, eq=False)
class Big(Node):
    """A large operator (∑, ∏, ∫, lim, max) with what stands under and over it."""

    text: str
    under: Node | None = None
    over: Node | None = None

    def __post_init__(self) -> None:
        limits = [part for part in (self.under, self.over) if part is not None]
        own = 1.45 if len(self.text) == 1 else sum(_roman(letter) for letter in self.text)
        scripts = max((part.width for part in limits), default=0.0) * SCRIPT
        width = own + scripts if self.text == "∫" else max(own, scripts)
        single = 1.6 if len(self.text) == 1 else 1.0
        self._size(width + THIN, single + 0.8 * len(limits))


@dataclass(frozen=True, eq=False)
class Accent(Node):
    """A base with a mark over it: hat, bar, dot, tilde or vec."""

    base: Node
    mark: str

    def __post_init__(self) -> None:
        self._size(self.base.width, self.base.height + 0.1)


@dataclass(frozen=True, eq=False)
class Stack(Node):
    """Lines of one broken formula under each other, each with its indent in em."""

    lines: tuple[tuple[float, Node], ...]

    def __post_init__(self) -> None:
        self._size(
            max(indent + line.width for indent, line in self.lines),
            sum(line.height + 0.35 for _, line in self.lines),
        )


def children(node: Node) -> Iterator[Node]:
    """Yield the parts of a node that stand on the line, leaving out scripts and limits."""
    if isinstance(node, Row):
        yield from node.children
    elif isinstance(node, Frac):
        yield node.num
        yield node.den
    elif isinstance(node, Scripts | Accent):
        yield node.base
    elif isinstance(node, Fence | Root):
        yield node.body
    elif isinstance(node, Grid):
        for row in node.rows:
            yield from row
    elif isinstance(node, Stack):
        for _, line in node.lines:
            yield line


def fence_depth(node: Node) -> int:
    """Return how many pairs of round or square brackets are nested in a node, scripts not counted."""
    inside = max((fence_depth(part) for part in children(node)), default=0)
    return inside + 1 if isinstance(node, Fence) and node.left in "([" and node.left else inside
