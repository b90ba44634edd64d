"""An interactive page: sliders for the couplings of a small network, the orbit, the portrait, the derivation."""

from __future__ import annotations

import json
from fractions import Fraction
from importlib.resources import files
from typing import Any
from xml.sax.saxutils import escape

import sympy

from ..errors import ModelError
from ..exact.provenance import versions
from ..transform.fixed_points import Component
from ..transform.network import LayeredNetwork
from ..transform.recursion import Recursion
from .layout import mathml
from .stylesheet import STYLE

__all__ = ["explore_page"]

_NAMES = ("A", "B", "C")
_WIDTH = 34.0  # em that a formula may take before it is broken


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
        If a layer has other than two neuron and two activation states, values other than 0 and 1, or another scale.

    Examples
    --------
    >>> page = explore_page()
    >>> page.startswith("<!DOCTYPE html>"), len(page) < 300_000, "http" in page.replace("http://www.w3.org", "")
    (True, True, False)
    """
    net = network or LayeredNetwork()
    chain = net.chain()
    if chain.shape != (2, 2) or any(v.alphabet != (0, 1) for v in (*chain.rows, *chain.columns)):
        message = (
            "the page has one slider for each of the couplings A, B, C of one neuron and one activation with the "
            f"values 0 and 1; this network has {chain.shape[0]} neuron and {chain.shape[1]} activation states"
        )
        raise ModelError(message)
    if scale not in (2, 3):
        message = (
            f"the scale is {scale}; the page offers 2 and 3, since at larger ones eight steps lose digits of floats"
        )
        raise ModelError(message)
    recursion = chain.recursion(scale)
    fixed = recursion.fixed_points()
    isolated: Any = next((part.point for part in fixed if part.dimension == 0), None)
    data: dict[str, Any] = {"multiplicity": [list(row) for row in chain.multiplicity], "scale": scale, "isolated": None}
    if isolated is not None and all(isinstance(x, Fraction) for x in isolated):
        data["isolated"] = [float(x) for x in isolated]  # for the drawing; the text has the exact point
        data["isolatedText"] = ", ".join(f"{n.lower()} = {x}" for n, x in zip(_NAMES, isolated, strict=True))
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8"/>',
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
        f"<title>A recursion to move by hand</title><style>{STYLE}{_STYLE}</style></head><body>",
        "<header><h1>A recursion to move by hand</h1>",
        f'<p class="source">{escape(description)}</p>' if description else "",
        f"<p>A layered network with dynamic neurons has the couplings {mathml(sympy.Tuple(*chain.couplings))}; summing "
        "out all but every second or third layer gives new ones. Move them, and see where the flow takes them.</p>",
        "</header><main>",
        _controls(),
        _STAGE,
        _steps(net, recursion),
        "</main>",
        f"<footer><p>symrg {versions()['symrg']}. Numbers on this page are floating point, computed by the page itself "
        "for the eye; formulas and fixed points are exact.</p></footer>",
        f'<script id="data" type="application/json">{_embedded(data)}</script>',
        f"<script>{files(__package__).joinpath('explore.js').read_text(encoding='utf-8')}</script>",
        "</body></html>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _embedded(data: Any) -> str:
    return json.dumps(data, ensure_ascii=True).replace("<", "\\u003c")


def _controls() -> str:
    rows = "".join(
        f'<div class="slider"><label for="slide-{name}"><i>{name}</i></label>'
        f'<input type="range" id="slide-{name}" min="-4" max="4" step="0.01"/>'
        f'<input type="number" id="number-{name}" min="-20" max="20" step="0.01" aria-label="{name} as a number"/>'
        "</div>"
        for name in _NAMES
    )
    return (
        f'<section aria-labelledby="couplings"><h2 id="couplings">Couplings</h2>{rows}'
        '<p class="choices"><label>scale <select id="p"><option>2</option><option>3</option></select></label>'
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


def _steps(network: LayeredNetwork, recursion: Recursion) -> str:
    chain = recursion.chain
    assert chain is not None
    m = sympy.Symbol("m")
    primed = [(sympy.Symbol(f"{f}'"), image) for f, image in recursion.images.items()]
    steps = [
        ("A layer of the Hamiltonian", "The cost of a layer, with its neurons as degrees of freedom of their own:",
         [network.layer_hamiltonian(m)]),
        ("Counting weights and biases", "How many lead from each neuron state (row) to each activation state (column):",
         [sympy.Eq(sympy.Symbol("G"), sympy.ImmutableMatrix(chain.multiplicity), evaluate=False)]),
        ("The most general layer", "Summing them out leaves couplings between a neuron and the activation before it; "
         "the exponent of the Boltzmann weight is, up to a constant,", [chain.exponent]),
        ("As a matrix", "In the factors, which are the exponentials of the couplings, the weights of all states are",
         [sympy.Eq(sympy.Symbol("V"), chain.bond, evaluate=False)]),
        ("Summing layers out", "Layers join like matrices, so keeping every second layer (or every third) gives",
         [sympy.Eq(sympy.MatrixSymbol("V'", 2, 2), _power(recursion.scale), evaluate=False)]),
        ("The recursion", "Read off as factors again:", [sympy.Eq(*pair, evaluate=False) for pair in primed]),
        ("All its fixed points", "Over the complex numbers, without points at infinite couplings: each line is a "
         "component, as equations, with the eigenvalues of the linearised recursion on it:", []),
    ]  # fmt: skip
    bodies = [
        "".join(f'<div class="scroll">{mathml(f, inline=False, width=_WIDTH)}</div>' for f in shown)
        for *_, shown in steps
    ]
    for part in recursion.fixed_points():
        assert isinstance(part, Component)  # three factors: by elimination
        equations = sympy.Tuple(*(sympy.Eq(g, 0) for g in part.generators))
        spectrum = ", ".join(f"{value} ({times}×)" for value, times in (part.spectrum or {}).items()) or "not constant"
        bodies[-1] += f'<div class="scroll">{mathml(equations, inline=False)}</div><p>Eigenvalues: {spectrum}.</p>'
    shown = "\n".join(
        f"<details><summary>{k}. {escape(title)}</summary><p>{escape(text)}</p>{body}</details>"
        for k, ((title, text, _), body) in enumerate(zip(steps, bodies, strict=True), 1)
    )
    return (
        '<section aria-labelledby="derivation"><h2 id="derivation">Where it comes from</h2>'
        '<p class="choices"><button type="button" id="back">Fold the last step</button>'
        f'<button type="button" id="next">Unfold the next step</button></p><div id="steps">{shown}</div></section>'
    )


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
.orbit { stroke: var(--refuted); stroke-width: 2.6; } .orbit-head { fill: var(--refuted); }
.fixed { stroke: var(--link); stroke-width: 3.2; } .isolated { fill: none; stroke: var(--link); stroke-width: 2.6; }
.stage table { font-variant-numeric: tabular-nums; font-size: 0.85rem; white-space: nowrap; border-collapse: collapse; }
.stage td, .stage th { text-align: right; padding: 0.22rem 0 0.22rem 0.9rem; border-bottom: 1px solid var(--rule); }
@media (max-width: 30rem) { .stage table { font-size: 0.74rem; } .stage :is(td, th) { padding-left: 0.45rem; } }
.stage caption { text-align: left; color: var(--soft); padding-bottom: 0.3rem; }
#steps details { border-bottom: 1px solid var(--rule); padding: 0.5rem 0; } #steps summary { font-weight: 600; }
#steps details > p { margin: 0.6rem 0 0.2rem; }
"""
