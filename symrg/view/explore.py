"""An interactive page: sliders for the couplings of a small network, the orbit, the portrait, the derivation."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any
from xml.sax.saxutils import escape

import sympy

from ..errors import ModelError
from ..exact.provenance import versions
from ..transform.fixed_points import Component, FixedPointSet
from ..transform.network import LayeredNetwork
from ..transform.stability import stability
from .layout import mathml
from .stylesheet import STYLE

__all__ = ["explore_page"]

_NAMES = ("A", "B", "C")
_SCALES = {2: "second", 3: "third"}
_WIDTHS = {"wide": 34.0, "narrow": 17.0}  # em that a formula may take before it is broken


def explore_page(network: LayeredNetwork | None = None, *, scale: int = 2, description: str = "") -> str:
    """Return a self-contained HTML page on which the couplings of a network are moved with sliders.

    The page computes orbits in floating point, for the eye; formulas and fixed points in it are the exact ones.

    Parameters
    ----------
    network : LayeredNetwork, optional
        One neuron and one data point with two values each; by default the example of Lee, Lee and Yi 2024.
    scale : int
        2 or 3; the reader may change it.
    description : str
        The network in one line, as text.

    Raises
    ------
    ModelError
        If the network has several neurons, data points, other states than 0 and 1, or the scale is another one.

    Examples
    --------
    >>> page = explore_page()
    >>> page.startswith("<!DOCTYPE html>"), len(page) < 300_000, "http" in page.replace("http://www.w3.org", "")
    (True, True, False)
    """
    net = network or LayeredNetwork()
    found = _unfit(net)
    if found:
        message = (
            "the page is for one neuron and one data point with the two states 0 and 1, with three couplings: one "
            f"slider for each; this network has {found}; symrg fixed-points and symrg flow take others"
        )
        raise ModelError(message)
    if scale not in _SCALES:
        message = (
            f"the scale is {scale}; the page offers 2 and 3, since at larger ones eight steps lose digits of floats"
        )
        raise ModelError(message)
    chain = net.chain()
    fixed = {p: chain.recursion(p).fixed_points() for p in _SCALES}
    data = {
        "multiplicity": [list(row) for row in chain.multiplicity],
        "scale": scale,
        "fixed": {p: [_drawn(part) for part in found] for p, found in fixed.items()},
    }
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8"/>',
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
        f"<title>A recursion to move by hand</title><style>{STYLE}{_STYLE}</style></head><body>",
        "<header><h1>A recursion to move by hand</h1>",
        f'<p class="source">{escape(_signs(description))}</p>' if description else "",
        f"<p>A layered network with dynamic neurons has the couplings {mathml(sympy.Tuple(*chain.couplings))}; summing "
        "out all but every second or third layer gives new ones. Move them, and see where the flow takes them.</p>",
        "</header><main>",
        _controls(scale),
        _STAGE,
        _steps(net, fixed, scale),
        "</main>",
        f"<footer><p>symrg {versions()['symrg']}. Numbers on this page are floating point, computed by the page itself "
        "for the eye; formulas, and the equations by which fixed points are drawn, are exact.</p></footer>",
        f'<script id="data" type="application/json">{_embedded(data)}</script>',
        f"<script>{files(__package__).joinpath('explore.js').read_text(encoding='utf-8')}</script>",
        "</body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _unfit(network: LayeredNetwork) -> str:
    """Say why a network has other couplings than the page's three; empty if it has these."""
    if (network.width, network.samples) != (1, 1):  # told before a chain of so many states is built
        return f"width {network.width} and samples {network.samples}"
    chain = network.chain()
    if chain.shape != (2, 2):
        return f"{chain.shape[0]} neuron and {chain.shape[1]} activation states"
    for kind, (variable,) in (("neuron", chain.rows), ("activation", chain.columns)):
        if variable.alphabet != (0, 1):
            return f"the {kind} states {_signs(', '.join(map(str, variable.alphabet)))}"
    return ""


def _embedded(data: Any) -> str:
    return json.dumps(data, ensure_ascii=True).replace("<", "\\u003c")


def _signs(text: str) -> str:
    """Write minus signs before numbers as such, not as hyphens."""
    return re.sub(r"(?<!\w)-(?=\d)", "−", text)


def _written(polynomial: Any) -> str:
    return str(polynomial).replace("**", "^").replace("*", "").replace("-", "−")


def _terms(polynomial: Any, factors: Any) -> list[Any]:
    return [[int(c), list(powers)] for powers, c in sympy.Poly(polynomial, *factors).terms()]


def _drawn(part: Any) -> dict[str, Any]:
    """Return what the page needs to draw a component and to name it.

    Two by two, the structure theorem leaves det V = 0 and, at scale 3, tr V G^T = 0, each one polynomial of degree 1 in
    every factor, and the rational point V = G^-T: so a component has one generator, or rational coordinates.
    """
    factors = part.recursion.factors
    point = part.point
    return {
        "dimension": part.dimension,
        "text": (
            " and ".join(f"{_written(g)} = 0" for g in part.generators)
            if point is None
            else ", ".join(f"{f} = {_signs(str(x))}" for f, x in zip(factors, point, strict=True))
        ),
        "generators": [_terms(g, factors) for g in part.generators],
        "punctures": [_terms(q, factors) for q in part.punctures],
        "point": None if point is None else [float(x) for x in point],  # for the drawing; the text is exact
        "spectrum": {_signs(str(value)): times for value, times in (part.spectrum or {}).items()},
        "stability": stability(part.spectrum, part.dimension),
        "physical": part.physical,
    }


def _controls(scale: int) -> str:
    scales = "".join(f"<option{' selected' * (p == scale)}>{p}</option>" for p in _SCALES)
    rows = "".join(
        f'<div class="slider"><label for="slide-{name}"><i>{name}</i></label>'
        f'<input type="range" id="slide-{name}" min="-4" max="4" step="0.01"/>'
        f'<input type="number" id="number-{name}" min="-20" max="20" step="0.01" aria-label="{name} as a number"/>'
        "</div>"
        for name in _NAMES
    )
    return (
        f'<section aria-labelledby="couplings"><h2 id="couplings">Couplings</h2>{rows}'
        f'<p class="choices"><label>scale <select id="p">{scales}</select></label>'
        '<label>plane <select id="plane"><option value="AB">A, B</option><option value="AC">A, C</option>'
        '<option value="BC">B, C</option></select></label>'
        '<label>axes <select id="kind"><option value="couplings">couplings</option>'
        '<option value="factors">factors, negative ones too</option></select></label></p></section>'
    )


_STAGE = """<section aria-labelledby="flow"><h2 id="flow">Orbit and portrait</h2>
<div class="stage">
<figure><div id="portrait"></div><figcaption id="portrait-text" aria-live="polite"></figcaption></figure>
<div><div class="scroll" tabindex="0" role="group" aria-label="Orbit"><table><caption>The first eight steps</caption>
<thead><tr><th scope="col">step</th><th scope="col">A</th><th scope="col">B</th><th scope="col">C</th>
<th scope="col">gap length</th></tr></thead><tbody id="orbit" aria-live="polite"></tbody></table></div>
<p id="length"></p></div></div></section>"""


def _steps(network: LayeredNetwork, fixed: Mapping[int, FixedPointSet], scale: int) -> str:
    """Write the derivation; the steps in which the scale matters are there once for each, all but one hidden."""
    chain = network.chain()
    m = sympy.Symbol("m")
    steps = [
        ("A layer of the Hamiltonian", "The cost of a layer, with its neurons as degrees of freedom of their own:",
         [network.layer_hamiltonian(m)]),
        ("Counting weights and biases", "How many lead from each neuron state (row) to each activation state (column):",
         [sympy.Eq(sympy.Symbol("G"), sympy.ImmutableMatrix(chain.multiplicity), evaluate=False)]),
        ("The most general layer", "Summing them out leaves couplings between a neuron and the activation before it; "
         "the exponent of the Boltzmann weight is, up to a constant,", [chain.exponent]),
        ("As a matrix", "In the factors, which are the exponentials of the couplings, the weights of all states are",
         [sympy.Eq(sympy.Symbol("V"), chain.bond, evaluate=False)]),
    ]  # fmt: skip
    bodies = [(title, _paragraph(text, *shown)) for title, text, shown in steps]
    variants = {p: _of_scale(found) for p, found in fixed.items()}
    for title in variants[scale]:
        shown = "".join(
            f'<div data-scale="{p}"{" hidden" * (p != scale)}>{body[title]}</div>' for p, body in variants.items()
        )
        bodies.append((title, shown))
    listed = "\n".join(
        f"<details><summary>{k}. {escape(title)}</summary>{body}</details>" for k, (title, body) in enumerate(bodies, 1)
    )
    return (
        '<section aria-labelledby="derivation"><h2 id="derivation">Where it comes from</h2>'
        '<p class="choices"><button type="button" id="back">Fold the last step</button>'
        f'<button type="button" id="next">Unfold the next step</button></p><div id="steps">{listed}</div></section>'
    )


def _of_scale(fixed: FixedPointSet) -> dict[str, str]:
    """Write the steps for one scale: the bodies by title."""
    recursion = fixed.recursion
    primed = [(sympy.Symbol(f"{f}'"), image) for f, image in recursion.images.items()]
    joined = sympy.Eq(sympy.MatrixSymbol("V'", 2, 2), _power(recursion.scale), evaluate=False)
    assert fixed.complete  # always, by the structure theorem; else the title would have to say so
    count = f"{len(fixed)} components" if len(fixed) > 1 else "one component"
    return {
        "Summing layers out": _paragraph(
            f"Layers join like matrices, so keeping every {_SCALES[recursion.scale]} layer gives", joined
        ),
        "The recursion": _paragraph(
            f"Read off as factors again, at scale {recursion.scale}:",
            *(sympy.Eq(*pair, evaluate=False) for pair in primed),
        ),
        "All its fixed points": _paragraph(
            f"Those of scale {recursion.scale} form {count}, over the complex numbers and without points at infinite "
            "couplings. Below, each has its equations, the eigenvalues of the linearised recursion on it, and what "
            "these say of the directions out of it:"
        )
        + "".join(map(_component, fixed)),
    }


def _component(part: Any) -> str:
    assert isinstance(part, Component)  # three factors: by elimination
    equations = [sympy.Eq(g, 0) for g in part.generators]
    shown = mathml(equations[0] if len(equations) == 1 else sympy.Tuple(*equations), inline=False)
    drawn = _drawn(part)
    spectrum = ", ".join(f"{value} ({times}×)" for value, times in drawn["spectrum"].items()) or "not constant"
    manner = f": {drawn['stability']}" if drawn["stability"] else ""
    undefined = " or ".join(mathml(sympy.Eq(q, 0)) for q in part.punctures)
    left_out = (
        f' Without its points with <span class="keep">{undefined},</span> where the recursion is not defined.'
        if undefined
        else ""
    )
    return (
        f'<div class="component"><div class="scroll">{shown}</div>'
        f"<p>Eigenvalues: {spectrum}{manner}.{left_out}</p></div>"
    )


def _paragraph(text: str, *formulas: Any) -> str:
    return f"<p>{escape(text)}</p>{''.join(map(_formula, formulas))}"


def _formula(formula: Any) -> str:
    wide, narrow = (mathml(formula, inline=False, width=width) for width in _WIDTHS.values())
    if wide == narrow:
        return f'<div class="scroll">{wide}</div>'
    return f'<div class="scroll wide">{wide}</div><div class="scroll narrow">{narrow}</div>'


def _power(scale: int) -> Any:
    V, G = sympy.MatrixSymbol("V", 2, 2), sympy.MatrixSymbol("G", 2, 2)
    return sympy.MatMul(*[V, G.T] * (scale - 1), V)


_STYLE = """
main { max-width: 62rem; }
header, footer { max-width: 62rem; }
.slider { display: grid; grid-template-columns: 1.4rem minmax(0, 1fr) 6rem; gap: 0.8rem; align-items: center; }
.slider input[type=number], select, button {
  font: inherit; font-size: 0.95rem; color: var(--ink); background: var(--wash); border: 1px solid var(--rule);
  border-radius: 3px; padding: 0.2rem 0.5rem;
}
.slider input[type=number] { width: 100%; }
input[type=range] { width: 100%; accent-color: var(--link); min-height: 1.9rem; }
button { cursor: pointer; } button:disabled { color: var(--soft); cursor: default; }
:is(input, select, button, summary):focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.choices { display: flex; flex-wrap: wrap; gap: 0.6rem 1.4rem; margin-top: 0.9rem; }
.stage { display: grid; gap: 1.2rem 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
.stage figure { margin: 0; } .stage figcaption, #length { color: var(--soft); font-size: 0.85rem; line-height: 1.45; }
#portrait svg { width: 100%; height: auto; font-size: 13px; fill: var(--ink); font-family: system-ui, sans-serif; }
#portrait .axis { font-style: italic; } .frame { fill: none; stroke: var(--ink); }
.flow { stroke: var(--soft); stroke-width: 0.9; } .flow-head { fill: var(--soft); }
.orbit { stroke: var(--refuted); stroke-width: 2.6; } :is(.orbit-head, circle.orbit) { fill: var(--refuted); }
.zero { stroke: var(--soft); stroke-width: 0.9; stroke-dasharray: 1.5 3; }
.fixed { fill: none; stroke: var(--link); stroke-width: 3.2; stroke-linejoin: round; }
.fixed.repelling { stroke-dasharray: 9 5; } .fixed.saddle { stroke-dasharray: 12 4 2.5 4; }
.fixed:is(.marginal, .unknown) { stroke-dasharray: 2.5 4; }
.fixed.ring { stroke-width: 2.4; } .fixed.ring.repelling { stroke-dasharray: 4.2 2.1; }
.fixed.all { fill: var(--link); fill-opacity: 0.16; stroke: none; }
.gap { fill: var(--paper); stroke: var(--link); stroke-width: 1.6; }
path.gap { fill: none; stroke-dasharray: 1.5 3; }
.stage table { font-variant-numeric: tabular-nums; font-size: 0.85rem; white-space: nowrap; border-collapse: collapse; }
.stage table { margin: 0; }
.stage :is(td, th) { text-align: right; padding: 0.22rem 0 0.22rem 0.9rem; }
.stage tbody :is(td, th) { border-bottom: 1px solid var(--rule); }
.stage tbody tr:last-child :is(td, th) { border-bottom: 2px solid var(--ink); }
@media (max-width: 30rem) { .stage table { font-size: 0.74rem; } .stage :is(td, th) { padding-left: 0.45rem; } }
.stage sup { line-height: 0; }
.stage caption { text-align: left; color: var(--soft); padding-bottom: 0.3rem; }
#steps details { border-bottom: 1px solid var(--rule); padding: 0.5rem 0; } #steps summary { font-weight: 600; }
.component { margin: 1.1rem 0; padding-left: 1rem; border-left: 2px solid var(--rule); }
#steps details p { margin: 0.6rem 0 0.2rem; }
"""
