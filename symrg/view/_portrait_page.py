"""What all portraits have in common: the page with legend and caption, the styles, how numbers are written, files.

Everything is drawn without matplotlib's global state, and as the same bytes each time. What a line or a mark means is
told by its dash or shape as well as by its colour, so that a portrait reads in grey. The colours are apart for the
colour-blind (after Okabe and Ito). The page is white in every format.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import Any

from ..errors import ModelError, UnableError
from ..exact.algebraic import AlgebraicNumber
from ..exact.numbers import as_fraction
from .layout import mathtext

__all__ = [
    "FORMATS",
    "INK",
    "POLE",
    "SHAFT",
    "SIDE",
    "STYLES",
    "Picture",
    "Sample",
    "maths",
    "near",
    "need",
    "new_page",
    "point_style",
    "point_words",
    "settings",
    "short",
    "spectrum_words",
    "typeset",
]

FORMATS = (".svg", ".pdf", ".png")

SIDE = 5.3  # inches, of the frame
INK = "#3a3a3a"
SHAFT = "#7d7d7d"
POLE = "#5e5e5e"

# stability: colour, dash of curves, marker, whether it is filled
STYLES: dict[str | None, tuple[str, Any, str, bool]] = {
    "attracting": ("#0072B2", "-", "o", True),
    "repelling": ("#D55E00", (0, (5, 2)), "o", False),
    "saddle": ("#8a2d7c", (0, (7, 2, 1.5, 2)), "D", False),
    "marginal": ("#000000", (0, (2, 1.5)), "s", False),
    None: ("#000000", (0, (1, 1.5)), "^", False),
}

_WIDTH, _LEFT = 6.4, 0.85  # inches
_ROW, _LINE = 0.153, 0.14  # of the legend and of the caption
_NOTEBOOK = 96  # dots per inch of a figure in a notebook
_LETTERS = 92  # of two columns of the legend

_SETTINGS = {
    "svg.hashsalt": "symrg",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "font.family": ["DejaVu Sans"],
    "mathtext.fontset": "dejavusans",
    "font.size": 9.0,
    "axes.linewidth": 0.8,
    "hatch.linewidth": 0.6,
    "hatch.color": "#8f8f8f",
    "path.simplify": True,
    "text.usetex": False,
}


def need(what: str) -> Any:
    """Import numpy or matplotlib, or say which extra has it.

    Raises
    ------
    UnableError
        If it is not installed.
    """
    from importlib import import_module

    try:
        return import_module(what)
    except ImportError:
        name = what.split(".")[0]
        message = f"portraits need {name}, which is in an extra: pip install 'symrg[plot]'"
        raise UnableError(message) from None


def settings() -> Any:
    """Return a context of default settings: the reader's own do not change the picture, nor this theirs."""
    matplotlib = need("matplotlib")
    own = {"backend", "backend_fallback", "interactive", "toolbar", "timezone"}  # of windows that may be open
    defaults = {name: value for name, value in matplotlib.rcParamsDefault.items() if name not in own}
    return matplotlib.rc_context({**defaults, **_SETTINGS})


class Picture:
    """A picture with the data behind it: what it shows of the axes, what it says, and how it gets into files."""

    window: Any
    kind: Any

    @property
    def logarithmic(self) -> bool:
        """Whether logarithms are on the axes."""
        return self.kind == "couplings"

    @cached_property
    def box(self) -> tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
        """The window in exact rationals."""
        given = self.window
        if given is None:
            given = ((-2, 2), (-2, 2)) if self.logarithmic else ((0, 3), (0, 3))
        try:
            (left, right), (bottom, top) = given
        except (TypeError, ValueError) as error:
            message = f"the window is {given!r}; give ((left, right), (bottom, top))"
            raise ModelError(message) from error
        sides = [as_fraction(x, what="a side of the window") for x in (left, right, bottom, top)]
        if sides[0] >= sides[1] or sides[2] >= sides[3]:
            message = f"the window {', '.join(map(str, sides))} is empty; give left < right and bottom < top"
            raise ModelError(message)
        if self.logarithmic and max(map(abs, sides)) > 300:
            raise ModelError("the window of couplings reaches beyond 300, where factors leave the range of floats")
        return (sides[0], sides[1]), (sides[2], sides[3])

    @property
    def title(self) -> str:
        """For the metadata of files."""
        raise AttributeError

    def _draw(self) -> Any:
        raise AttributeError

    def record(self) -> dict[str, Any]:
        """Return the data behind the picture as plain values: exact numbers as strings, what was drawn as floats."""
        raise AttributeError

    def csv(self) -> str:
        """Return what is drawn as a table, one place a row."""
        raise AttributeError

    def figure(self) -> Any:
        """Return the picture as a matplotlib Figure that no global state knows of; notebooks show it.

        Raises
        ------
        UnableError
            If matplotlib is not installed.
        """
        need("matplotlib.backends.backend_agg")
        with settings():
            return self._draw()

    def rendered(self, suffix: str = ".svg") -> bytes:
        """Return the picture as SVG, PDF or PNG, the same bytes whenever it is drawn.

        Raises
        ------
        ModelError
            For another suffix.
        """
        if suffix not in FORMATS:
            message = f"a picture with the suffix {suffix or 'none'} cannot be drawn; choose from {', '.join(FORMATS)}"
            raise ModelError(message)
        figure = self.figure()
        about: dict[str, Any] = {  # nothing of it depends on the day
            ".svg": {"Date": None, "Title": self.title, "Creator": "symrg"},
            ".pdf": {"CreationDate": None, "Title": self.title, "Creator": "symrg", "Producer": None},
            ".png": {"Title": self.title, "Software": None},
        }
        target = BytesIO()
        fonts = logging.getLogger("fontTools")  # it takes the date of a subset, which is none, for an error
        level = fonts.level
        fonts.setLevel(logging.ERROR)
        try:
            with settings():
                figure.savefig(target, format=suffix[1:], dpi=160, metadata=about[suffix])
        finally:
            fonts.setLevel(level)
        return target.getvalue()

    def _repr_svg_(self) -> str:
        return self.rendered().decode()

    def write(self, path: str | os.PathLike[str], *, data: str | os.PathLike[str] | None = None) -> tuple[Path, Path]:
        """Write the picture, and the data behind it beside it.

        Both are made before either is written, and put in place by renaming.

        Parameters
        ----------
        path : path
            Ends in ``.svg``, ``.pdf`` or ``.png``.
        data : path, optional
            Ends in ``.json`` or ``.csv``; by default the picture's name with ``.json``.

        Returns
        -------
        pair of Path

        Raises
        ------
        ModelError
            For another suffix, or where a file cannot be written.
        """
        from .document import write_files

        picture = Path(path)
        beside = picture.with_suffix(".json") if data is None else Path(data)
        if beside.suffix.lower() not in (".json", ".csv"):
            message = f"the data file {beside} has the suffix {beside.suffix or 'none'}; end it in .json or .csv"
            raise ModelError(message)
        drawn = self.rendered(picture.suffix.lower())
        text = self.csv() if beside.suffix.lower() == ".csv" else json.dumps(self.record(), ensure_ascii=False) + "\n"
        if beside.parent == picture.parent:
            write_files(picture.parent, {picture.name: drawn, beside.name: text.encode()})
        else:
            write_files(beside.parent, {beside.name: text.encode()})
            write_files(picture.parent, {picture.name: drawn})
        return picture, beside


# -- the page -------------------------------------------------------------------------------------------------


def new_page(box: Any) -> tuple[Any, Any]:
    """Return a Figure that notebooks show, and its axes with a window."""
    figure = _shown_figure()(figsize=(_WIDTH, _WIDTH), facecolor="white")
    need("matplotlib.backends.backend_agg").FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    (left, right), (bottom, top) = box
    axes.set_xlim(float(left), float(right))
    axes.set_ylim(float(bottom), float(top))
    axes.tick_params(length=3)
    return figure, axes


@cache
def _shown_figure() -> Any:
    """Return the class of figures that notebooks show without being told to by ``%matplotlib inline``."""
    base = need("matplotlib.figure").Figure

    class ShownFigure(base):  # type: ignore[misc, valid-type]
        """A matplotlib Figure that a notebook shows where it is the last expression of a cell."""

        def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
            target = BytesIO()
            with settings():
                self.savefig(target, format="png", dpi=2 * _NOTEBOOK)  # sharp on screens of high resolution
            width, height = (round(_NOTEBOOK * inches) for inches in self.get_size_inches())
            return target.getvalue(), {"width": width, "height": height}

    return ShownFigure


def typeset(figure: Any, axes: Any, legend: Sequence[tuple[Any, str]], caption: str) -> None:
    """Put the legend and the caption below the frame, and make the page as high as that takes."""
    texts = [label for _, label in legend]
    half = -(-len(texts) // 2)
    widest = sum(max(map(len, part), default=0) for part in (texts[:half], texts[half:]))
    columns = 1 if widest > _LETTERS or len(texts) < 3 else 2
    rows = half if columns == 2 else len(texts)
    lines = wrap(caption, 116)
    below = 0.52 + _ROW * rows + 0.08 + _LINE * len(lines) + 0.12
    height = 0.15 + SIDE + below
    figure.set_size_inches(_WIDTH, height)
    axes.set_position((_LEFT / _WIDTH, below / height, SIDE / _WIDTH, SIDE / height))
    if legend:
        figure.legend(
            [handle for handle, _ in legend], texts, loc="upper left", frameon=False, ncols=columns,
            bbox_to_anchor=(0.1 / _WIDTH, (below - 0.45) / height), borderaxespad=0, borderpad=0,
            labelspacing=0.35, handlelength=2.4, fontsize=8, columnspacing=1.2,
            handler_map={Sample: _handler()},
        )  # fmt: skip
    figure.text(
        0.12 / _WIDTH, (0.1 + _LINE * len(lines)) / height, "\n".join(lines), fontsize=7.4, va="top", color=INK,
        linespacing=1.3, parse_math=False,
    )  # fmt: skip


def point_style(stability: str | None, *, whole: bool = True) -> dict[str, Any]:
    """Return how a fixed point is marked; hollow, and by another shape, if it is only a point of a larger component."""
    colour, _, marker, filled = STYLES[stability]
    return {
        "marker": marker if whole else "P", "markersize": 8, "markeredgewidth": 2 if whole else 1.2,
        "linestyle": "none", "markeredgecolor": colour, "markerfacecolor": colour if filled and whole else "white",
    }  # fmt: skip


class Sample:
    """A small arrow in the legend."""

    def __init__(self, colour: str) -> None:
        self.colour = colour


def _handler() -> Any:
    patches = need("matplotlib.patches")
    base = need("matplotlib.legend_handler").HandlerBase

    class ArrowHandler(base):  # type: ignore[misc, valid-type]
        def create_artists(self, legend: Any, sample: Any, x: Any, y: Any, width: Any, height: Any, size: Any,
                           transform: Any) -> list[Any]:  # fmt: skip
            level = -y + height / 2
            arrow = patches.FancyArrowPatch(
                (-x, level), (-x + width, level), arrowstyle="-|>", mutation_scale=7, linewidth=0.8,
                color=sample.colour, shrinkA=0, shrinkB=0,
            )  # fmt: skip
            arrow.set_transform(transform)
            return [arrow]

    return ArrowHandler()


# -- words ----------------------------------------------------------------------------------------------------


def maths(expression: Any, *, around: str = "{}") -> str:
    """Write a SymPy object for a text of matplotlib, as plain text where its typesetter does not know how."""
    written = f"${around.format(mathtext(expression))}$"
    try:
        need("matplotlib.mathtext").MathTextParser("path").parse(written)
    except ValueError:
        return str(expression).replace("$", r"\$")
    return written


def near(value: Any) -> Fraction:
    """Return a rational next to a real algebraic number, for drawing."""
    if isinstance(value, AlgebraicNumber):
        mantissa, exponent = value.ball.real.mid().man_exp()
        return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return as_fraction(value)


def short(value: Any) -> str:
    """Write an exact number, or an algebraic one by its first six digits.

    Examples
    --------
    >>> from symrg.exact.algebraic import roots_of
    >>> short(Fraction(-1, 3)), short(roots_of((-2, 0, 1))[1])
    ('−1/3', '≈ 1.41421')
    """
    if not isinstance(value, AlgebraicNumber):
        return str(Fraction(value)).replace("-", "−")
    ball = value.ball
    real, imaginary = float(ball.real.mid()), float(ball.imag.mid())
    text = f"{real:.6g}" if ball.imag == 0 else f"{real:.6g} {'+' if imaginary > 0 else '−'} {abs(imaginary):.6g} i"
    return "≈ " + text.replace("-", "−")


def point_words(names: Sequence[Any], values: Sequence[Any]) -> str:
    """Return a point as names and values; ≈ says that some of them are first digits.

    Examples
    --------
    >>> point_words(["x", "y"], [Fraction(2), Fraction(-1, 3)])
    '(x, y) = (2, −1/3)'
    """
    left, written = ", ".join(map(str, names)), [short(value) for value in values]
    sign = "≈" if any(text.startswith("≈") for text in written) else "="
    right = ", ".join(text.removeprefix("≈ ") for text in written)
    return f"{left} {sign} {right}" if len(written) == 1 else f"({left}) {sign} ({right})"


def spectrum_words(spectrum: Mapping[Any, int] | None) -> str:
    """Return a spectrum for the legend, if it is known and short."""
    if spectrum is None:
        return ""
    found = [f"{short(value)} ({count})" for value, count in spectrum.items()]
    return f"; λ = {', '.join(found)}".replace("= ≈", "≈") if len(found) <= 4 else ""
