"""The sheets of models, of their chains, and of what is claimed and decided of them."""

from __future__ import annotations

from math import comb
from typing import Any

import sympy

from ..errors import SymrgError
from ..model.activations import activation_function, activation_value
from .sheets import MOST_ROWS, MOST_TERMS, Cell, Sheet, count, equation, listed, matrix, prints, prose, shown

__all__: list[str] = []

_BETA_H = "−βH = "
_G = sympy.Symbol("G")


def _alphabet(values: Any) -> Cell:
    if values is None:
        return "none"
    if values is sympy.S.Reals:
        return "all real numbers"
    if len(values) > MOST_ROWS:
        return f"{len(values)} values from {min(values)} to {max(values)}"
    return listed(list(values))


@prints("NetworkModel")
def _network(network: Any) -> Sheet:
    rows: list[tuple[Cell, ...]] = [
        ("width N, neurons a layer", str(network.width)),
        ("samples L, data points", str(network.samples)),
        ("weights W", _alphabet(network.weights)),
        ("biases b", _alphabet(network.biases)),
        ("neurons h", _alphabet(network.neurons)),
        ("activation", _activation(network)),
    ]
    try:
        rows.append(("activation states σ", _alphabet(network.activation_alphabet)))
        network.require_finite("G")
        rows.append((("multiplicities ", _G), _multiplicities(network)))
    except SymrgError:
        pass  # continuous alphabets, or values that are not rational: there is no G to tell of
    return Sheet("Layered network", (), (), tuple(rows))


def _activation(network: Any) -> Cell:
    function = activation_function(network.activation)
    name: Cell = function if isinstance(function, sympy.Lambda) else getattr(function, "display_name", str(function))
    try:
        return (name, f", {activation_value(network.activation, 0)} at 0")  # what it is at the edge decides G
    except SymrgError:
        return name


def _multiplicities(network: Any) -> Cell:
    power = network.width * network.samples
    sides = [len(values) for values in (network.neuron_alphabet, network.activation_alphabet)]
    if sides[0] ** power * sides[1] ** power <= MOST_TERMS:
        return sympy.ImmutableMatrix(network.multiplicity)
    rows, columns = (str(n) if power == 1 else (sympy.Pow(n, power, evaluate=False)) for n in sides)
    return ("a matrix of ", rows, " × ", columns)


@prints("Chain")
def _chain(chain: Any) -> Sheet:
    rows, columns = chain.shape
    few = rows * columns <= MOST_TERMS
    lines: list[Cell] = [(_G, " = ", sympy.ImmutableMatrix(chain.multiplicity))] if few else []
    known = rows * columns - 1
    if known <= MOST_ROWS:
        lines.append((_BETA_H, shown(chain.exponent)))
    else:
        lines.append(f"−βH has {known} couplings; see exponent")
    return Sheet(f"Chain of {rows} neuron states and {columns} activation states", tuple(lines))


@prints("IsingChain")
def _ising(chain: Any) -> Sheet:
    ends = "no ends" if chain.sites is None else f"{chain.sites} spins" + (" in a ring" if chain.periodic else "")
    site, K, F = sympy.symbols("s_i K F")
    field = () if chain.field == 0 else (" + ", F, " ∑ ", site)
    lines: list[Cell] = [(_BETA_H, K, " ∑ ", site * sympy.Symbol("s_i+1"), *field)]
    lines += [
        equation(name, value) for name, value in ((K, chain.coupling), (F, chain.field)) if value not in (name, 0)
    ]
    return Sheet(f"Ising chain of spins ±1, {ends}", tuple(lines))


@prints("SymmetricSector")
def _sector(sector: Any) -> Sheet:
    network = sector.network
    sizes = len(network.neuron_alphabet), len(network.activation_alphabet)
    # as many as there are multisets: listing the orbits would take long for many data points
    rows, columns = (comb(network.width + size**network.samples - 1, network.width) for size in sizes)
    power, sides = network.width * network.samples, sizes[0] * sizes[1]
    lines = (
        f"orbits of neuron states: {rows}",
        f"orbits of activation states: {columns}",
        (f"couplings: {rows * columns - 1} instead of ", sympy.Pow(sides, power, evaluate=False), " − 1"),
    )
    title = f"Symmetric sector of a layered network of width {network.width}"
    return Sheet(title, lines, note="chain is the chain of these couplings.")


@prints("Decimation")
def _decimation(done: Any) -> Sheet:
    title = f"{count(len(done.over), 'variable')} summed out, {len(done.variables)} left"
    lines: list[Cell] = [("before: −βH = ", shown(done.given))]
    states = 1
    for variable in (*done.over, *done.variables):
        states *= len(variable.alphabet)
    if states <= 2**10:
        lines.append(("the sum of weights: ", shown(done.summed)))
    return Sheet(title, tuple(lines))


@prints("Certificate")
def _certificate(proof: Any) -> Sheet:
    lines: list[Cell] = []
    for name, found in (("U", proof.left), ("D", proof.middle), ("W", proof.right)):
        if found is not None:
            lines.append((sympy.Symbol(name), " = ", matrix(found)))
    if proof.middle is None:
        lines.append(f"D is diagonal, with the powers {proof.exponents} of e^(2πi/{proof.scale - 1})")
    lines.append(f"W Gᵀ U = {proof.unit} times the unit matrix")
    if proof.scale > 2 or proof.power != 1:
        power = "D" if proof.scale == 2 else f"the power {proof.scale - 1} of D"
        lines.append(f"{power} = {proof.power} times the unit matrix")
    title = f"Certificate: a point V = U D W of rank {proof.rank} and dimension {proof.dimension}, scale {proof.scale}"
    return Sheet(title, tuple(lines), note="check() multiplies these matrices.")


# -- claims -------------------------------------------------------------------------------------------------------


@prints("Verdict")
def _verdict(verdict: Any) -> Sheet:
    names = ("method", "certificate", "counterexample")
    rows = tuple((name, prose(getattr(verdict, name))) for name in names if getattr(verdict, name))
    return Sheet(verdict.status, rows=rows)


@prints("Verification")
def _verification(found: Any) -> Sheet:
    rows = tuple(
        (record.id, record.kind + (", surrogate" if record.surrogate else ""), record.verdict.status, record.expected)
        for record in found.records
    )
    summary = found.summary
    counts = ", ".join(f"{summary[name]} {name}" for name in ("proved", "refuted", "undecided") if summary[name])
    title = "Every verdict is as expected" if found.ok else "Not every verdict is as expected"
    return Sheet(f"{title}: {counts or 'no claims'}", (), ("statement", "kind", "verdict", "expected"), rows)


@prints("Derivation")
def _derivation(derivation: Any) -> Sheet:
    rows = tuple((statement.id, statement.kind, statement.cites or "") for statement in derivation.statements)
    return Sheet(derivation.title, (), ("statement", "kind", "cites"), rows, "verify() decides the claims.")
