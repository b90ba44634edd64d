r"""Pages of coupling graphs written as SVG, as TikZ, and with matplotlib as PDF or PNG.

The ink is dark on a white ground in every format, whatever the theme of the page around it and of the reader's system.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from io import BytesIO
from math import cos, pi, sin
from typing import Any
from xml.sax.saxutils import escape as xml_escape

from ..errors import UnableError
from .arcs import Label, Link, Mark, Panel
from .graph_page import Page, Placed, Text
from .names import tspans
from .texmath import escape as tex_escape
from .texmath import tex

__all__ = ["TEXT_WIDTH", "render", "svg", "tex_file", "tikz"]

TEXT_WIDTH = 15.4  # cm: an A4 page with ordinary margins
_FAR = "C8553D"  # couplings beyond the next layer
_INK, _GROUND = "1B1B1B", "FFFFFF"
_SERIF = "'Latin Modern Math','STIX Two Math','Cambria Math','Times New Roman',serif"
_POINT = 0.75  # of a unit: 96 units an inch, as browsers have it
_CM = 72.27 / 2.54  # TeX's points of a centimetre
_MOST_PIXELS = 12_000  # of a side of a PNG
_MOST_PATHS = 100  # of one command of TikZ
_CHORDS = 90  # of half an ellipse in matplotlib


def _number(value: float) -> str:
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _stroke(links: Iterable[Link]) -> tuple[float, float]:
    """Width and opacity of the links: the more of them, the finer."""
    count = sum(1 for _ in links)
    for most, width, opacity in ((60, 1.2, 1.0), (300, 0.9, 0.8), (1000, 0.6, 0.6)):
        if count <= most:
            return width, opacity
    return 0.4, 0.4


# -- SVG ----------------------------------------------------------------------------------------------------


def svg(page: Page, title: str, description: str) -> str:
    """Write a page as a self-contained SVG document, which also fits inside an HTML page."""
    size = f'width="{_number(page.width)}" height="{_number(page.height)}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_number(page.width)} {_number(page.height)}" {size}'
        f' role="img" fill="#{_INK}" font-family="system-ui,sans-serif">',
        f"<title>{xml_escape(title)}</title><desc>{xml_escape(description)}</desc>",
        f'<rect {size} rx="10" fill="#{_GROUND}"/>',
    ]
    for placed in page.placed:
        enlarged = "" if placed.scale == 1 else f" scale({_number(placed.scale)})"
        lines.append(f'<g transform="translate({_number(placed.x)} {_number(placed.y)}){enlarged}">')
        lines.extend(_svg_panel(placed.panel))
        lines.append("</g>")
    lines.extend(
        f'<text x="{_number(text.x)}" y="{_number(text.y)}" font-size="{_number(text.size)}"'
        f' text-anchor="{text.anchor}">{xml_escape(text.text)}</text>'
        for text in page.texts
    )
    return "\n".join([*lines, "</svg>"]) + "\n"


def _svg_panel(panel: Panel) -> list[str]:
    width, opacity = _stroke(panel.links)
    lines = []
    for far in (True, False):
        paths = "".join(_svg_path(link) for link in panel.links if link.far == far)
        if paths:
            lines.append(
                f'<path fill="none" stroke="#{_FAR if far else _INK}" stroke-width="{_number(width)}"'
                f' stroke-opacity="{_number(opacity)}" d="{paths}"/>'
            )
    lines.extend(_svg_mark(mark) for mark in panel.marks)
    lines.extend(_svg_label(label) for label in panel.labels)
    return lines


def _svg_path(link: Link) -> str:
    start, end = f"{_number(link.x1)} {_number(link.y1)}", f"{_number(link.x2)} {_number(link.y2)}"
    if not link.height:
        return f"M{start}L{end}"
    sweep = 1 if link.height > 0 else 0
    return f"M{start}A{_number((link.x2 - link.x1) / 2)} {_number(abs(link.height))} 0 0 {sweep} {end}"


def _svg_mark(mark: Mark) -> str:
    x, y, r = mark.x, mark.y, mark.radius
    if mark.shape == "diamond":
        return f'<path d="M{"L".join(f"{_number(a)} {_number(b)}" for a, b in _corners(mark))}Z"/>'
    circle = f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(r)}"'
    if mark.shape == "ring":
        return f'{circle} fill="none" stroke="#{_INK}" stroke-width="{_number(r / 4.2)}"/>'
    return f"{circle}/>"


def _corners(mark: Mark) -> tuple[tuple[float, float], ...]:
    x, y, r = mark.x, mark.y, mark.radius
    return (x, y - r), (x + r, y), (x, y + r), (x - r, y)


def _svg_label(label: Label) -> str:
    return (
        f'<text x="{_number(label.x)}" y="{_number(label.y)}" font-size="{_number(label.size)}" text-anchor="middle"'
        f' font-family="{_SERIF}">{tspans(label.text)}</text>'
    )


# -- TikZ ---------------------------------------------------------------------------------------------------


def tikz(page: Page, unit: float) -> str:
    """Write a page as a ``tikzpicture`` with a unit in cm; text has the sizes of the document around it."""
    lines = [
        r"\begin{tikzpicture}[line cap=round, every node/.style={inner sep=0pt, outer sep=0pt, anchor=base}]",
        rf"\definecolor{{symrgfar}}{{HTML}}{{{_FAR}}}",
    ]
    for placed in page.placed:
        lines.append(rf"\begin{{scope}}[shift={{({_number(placed.x * unit)},{_number(-placed.y * unit)})}}]")
        lines.extend(_tikz_panel(placed.panel, unit * placed.scale))
        lines.append(r"\end{scope}")
    largest = max((text.size for text in page.texts), default=0.0)
    for text in page.texts:
        size = r"\small" if text.size == largest else r"\footnotesize"
        west = ", anchor=base west" if text.anchor == "start" else ""
        at = f"({_number(text.x * unit)},{_number(-text.y * unit)})"
        lines.append(rf"\node[font={size}{west}] at {at} {{{tex_escape(text.text)}}};")
    return "\n".join([*lines, r"\end{tikzpicture}"]) + "\n"


def _tikz_panel(panel: Panel, unit: float) -> list[str]:
    def at(x: float, y: float) -> str:
        return f"({_number(x * unit)},{_number(-y * unit)})"

    width, opacity = _stroke(panel.links)
    lines = []
    for far in (True, False):
        paths = []
        for link in (link for link in panel.links if link.far == far):
            if link.height:
                turn = "0" if link.height > 0 else "360"
                radii = (
                    f"x radius={_number((link.x2 - link.x1) / 2 * unit)}, y radius={_number(abs(link.height) * unit)}"
                )
                paths.append(f"{at(link.x1, link.y1)} arc[start angle=180, end angle={turn}, {radii}]")
            else:
                paths.append(f"{at(link.x1, link.y1)} -- {at(link.x2, link.y2)}")
        # Lighter in place of transparent: many commands of some lines each would add up where they cross, and one
        # command of many lines exceeds TeX's memory.
        ink = f"{'symrgfar' if far else 'black'}!{round(100 * opacity)}"
        style = f"{ink}, line width={_number(0.45 * width**1.5)}pt"
        for k in range(0, len(paths), _MOST_PATHS):
            lines.append("\n  ".join([rf"\draw[{style}]", *paths[k : k + _MOST_PATHS]]) + ";")
    for mark in panel.marks:
        if mark.shape == "diamond":
            lines.append(rf"\fill {' -- '.join(at(x, y) for x, y in _corners(mark))} -- cycle;")
        else:
            thick = min(0.6, mark.radius * unit * _CM / 4.2)
            command = rf"\draw[line width={_number(thick)}pt]" if mark.shape == "ring" else r"\fill"
            lines.append(rf"{command} {at(mark.x, mark.y)} circle[radius={_number(mark.radius * unit)}];")
    for label in panel.labels:
        size, points = (r"\footnotesize", 8.0) if label.size > 12 else (r"\tiny", 5.0)
        shrunk = min(1.0, label.size * unit * _CM / points)
        scale = f", scale={_number(shrunk)}" if shrunk < 0.95 else ""
        lines.append(rf"\node[font={size}{scale}] at {at(label.x, label.y)} {{${tex(label.text)}$}};")
    return lines


def tex_file(picture: str, page: Page, unit: float) -> str:
    r"""Write a ``tikzpicture`` as a file that pdflatex compiles by itself, and that a document can ``\input``."""
    width, height = (_number(side * unit + 1.0) for side in (page.width, page.height))
    return rf"""% Compile this file with pdflatex, or \input it in a document that has \usepackage{{tikz}}.
\def\symrgend{{}}%
\expandafter\ifx\csname @twoclasseserror\endcsname\documentclass\else % no \documentclass so far
  \documentclass{{article}}
  \usepackage{{tikz}}
  \usepackage[paperwidth={width}cm, paperheight={height}cm, margin=0.5cm]{{geometry}}
  \pagestyle{{empty}}
  \parindent=0pt \topskip=0pt
  \begin{{document}}
  \def\symrgend{{\end{{document}}}}%
\fi
\makebox[\linewidth]{{%
{picture.rstrip()}%
}}%
\symrgend
"""


# -- matplotlib ---------------------------------------------------------------------------------------------


def _need(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        message = (
            "drawing a graph as PDF or PNG needs matplotlib, which is in an extra: pip install 'symrg[plot]'; "
            ".svg and .tex need nothing"
        )
        raise UnableError(message) from error


def render(page: Page, suffix: str, title: str) -> bytes:
    """Draw a page as PDF or PNG; nothing in the file depends on the day, or on the reader's settings.

    Raises
    ------
    UnableError
        If matplotlib is not installed.
    """
    matplotlib = _need("matplotlib")
    figures, agg = _need("matplotlib.figure"), _need("matplotlib.backends.backend_agg")
    own = {"backend", "backend_fallback", "interactive", "toolbar", "timezone"}  # of windows that may be open
    settings = {name: value for name, value in matplotlib.rcParamsDefault.items() if name not in own}
    settings |= {
        "font.family": ["DejaVu Sans"],
        "mathtext.fontset": "dejavuserif",
        "pdf.fonttype": 42,
        "text.usetex": False,
    }
    inches = page.width * _POINT / 72, page.height * _POINT / 72
    about: dict[str, dict[str, Any]] = {
        ".pdf": {"CreationDate": None, "Title": title, "Creator": "symrg", "Producer": None},
        ".png": {"Title": title, "Software": None},
    }
    target = BytesIO()
    with matplotlib.rc_context(settings):
        figure = figures.Figure(figsize=inches, facecolor=f"#{_GROUND}")
        agg.FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, page.width)
        axes.set_ylim(page.height, 0)
        for placed in page.placed:
            _plot_panel(axes, placed)
        for text in page.texts:
            _plot_text(axes, text)
        dots = min(160.0, _MOST_PIXELS / max(inches))
        figure.savefig(target, format=suffix[1:], dpi=dots, metadata=about[suffix])
    return target.getvalue()


def _plot_text(axes: Any, text: Text) -> None:
    axes.text(
        text.x, text.y, text.text, fontsize=text.size * _POINT, color=f"#{_INK}", va="baseline",
        ha="left" if text.anchor == "start" else "center", parse_math=False,
    )  # fmt: skip


def _plot_panel(axes: Any, placed: Placed) -> None:
    patches, collections = _need("matplotlib.patches"), _need("matplotlib.collections")
    shift = _need("matplotlib.transforms").Affine2D().scale(placed.scale).translate(placed.x, placed.y)
    panel, transform = placed.panel, shift + axes.transData
    width, opacity = _stroke(panel.links)
    for far in (True, False):
        curves = [_plot_points(link) for link in panel.links if link.far == far]
        # A lighter colour in place of opacity: lines of a collection would add up where they cross.
        colour = _lightened(_FAR if far else _INK, opacity)
        style: dict[str, Any] = {"colors": [colour], "linewidths": width * placed.scale * _POINT, "clip_on": False}
        axes.add_artist(collections.LineCollection(curves, transform=transform, capstyle="round", **style))
    for mark in panel.marks:
        if mark.shape == "ring":
            thick = mark.radius / 4.2 * placed.scale * _POINT
            style = {"facecolor": "none", "edgecolor": f"#{_INK}", "linewidth": thick}
        else:
            style = {"facecolor": f"#{_INK}", "edgecolor": "none"}
        style |= {"transform": transform, "clip_on": False, "zorder": 3}
        if mark.shape == "diamond":
            axes.add_artist(patches.Polygon(_corners(mark), **style))
        else:
            axes.add_artist(patches.Circle((mark.x, mark.y), mark.radius, **style))
    for label in panel.labels:
        x, y = shift.transform((label.x, label.y))
        maths = tex(label.text).replace(r"\allowbreak ", "")
        axes.text(
            x, y, f"${maths}$", fontsize=label.size * placed.scale * _POINT, color=f"#{_INK}",
            ha="center", va="baseline",
        )  # fmt: skip


def _plot_points(link: Link) -> list[tuple[float, float]]:
    """Return the ends of a line, or points along half an ellipse; y grows downwards."""
    if not link.height:
        return [(link.x1, link.y1), (link.x2, link.y2)]
    middle, radius = (link.x1 + link.x2) / 2, (link.x2 - link.x1) / 2
    angles = [pi * k / _CHORDS for k in range(_CHORDS + 1)]
    return [(middle - radius * cos(t), link.y1 - link.height * sin(t)) for t in angles]


def _lightened(colour: str, opacity: float) -> str:
    """Return a colour as it is on the ground with an opacity."""
    pairs = ((int(colour[k : k + 2], 16), int(_GROUND[k : k + 2], 16)) for k in (0, 2, 4))
    return "#" + "".join(f"{round(ink * opacity + ground * (1 - opacity)):02x}" for ink, ground in pairs)
