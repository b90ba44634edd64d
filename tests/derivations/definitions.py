"""What each block that is displayed as a definition or an assumption must state."""

from collections import Counter
from itertools import product

import sympy

from symrg.model.sums import StateSum
from symrg.model.variables import Variable
from tests.derivations.displayed import (
    alphabets_agree,
    beta_v,
    chart,
    depth_of,
    distribution,
    ends,
    evaluate,
    flat,
    fraction,
    maths,
    named,
    numbers,
    one_row,
    powers,
    random_settings,
    role,
    settings_of,
    variables,
)


def width(case, block):
    assert [(str(e.lhs), int(e.rhs)) for e in maths(block.text)] == [("N", 1), ("L", 1)]


def activation(case, block):
    assert case.activation.replace("_", " ") in flat(block.text).replace("_", " ")


def alphabets(case, block):
    net = case.oracle
    shown = [{fraction(letter) for letter in values} for values in maths(block.text)]
    assert shown == [set(net.weights), *([] if net.biases is None else [set(net.biases)]), set(net.neurons)]
    assert ("no biases" in flat(block.text)) == (net.biases is None)


def layer(case, block):
    left, right = one_row(block)
    found = variables(right)
    assert role(left) == ("neuron", 1)
    assert alphabets_agree(case, {**found, role(left): left})
    for setting, at in settings_of(case, found, 0):
        for h in case.oracle.neurons:
            assert evaluate(right, {**at, found["neuron", 0]: h}) == case.oracle.output(setting, h)


def original(case, block):
    _, cost = one_row(block)
    found = variables(cost)
    (equation,) = (e for e in maths(block.text) if isinstance(e, sympy.Eq))
    depth = int(equation.rhs)
    assert alphabets_agree(case, found)
    assert {key for key in found if key[0] == "weight"} == {("weight", k) for k in range(depth)}
    x, y = named(cost, "x"), named(cost, "y")
    for choice in product(*(list(settings_of(case, found, k)) for k in range(depth))):
        at = {x: case.rational(), y: case.rational()}
        at.update({v: value for _, part in choice for v, value in part.items()})
        wanted = case.oracle.original_energy([setting for setting, _ in choice], at[x], at[y])
        assert evaluate(cost, at) == wanted


def original_sum(case, block):
    """The displayed sum, with H written out, has every state's energy, each as often as it occurs."""
    _, total = one_row(block)
    symbol, cost = one_row(case["H-original"])
    assert isinstance(total, StateSum)
    assert set(total.variables) == cost.atoms(Variable)
    assert {s.name for s in total.free_symbols} == {"beta", symbol.name}
    x, y = named(cost, "x"), named(cost, "y")
    written = StateSum(total.summand.xreplace({symbol: cost}), *total.variables)
    for data in ((case.oracle.neurons[-1], case.rational()), (case.rational(), case.rational())):
        states = product(case.oracle.settings, repeat=depth_of(variables(cost)))
        wanted = Counter(-case.oracle.original_energy(settings, *data) for settings in states)
        assert distribution(written, dict(zip((x, y), data, strict=True))) == wanted


def new(case, block):
    _, cost = one_row(block)
    found = variables(cost)
    depth = depth_of(found)
    assert [int(e.rhs) for e in maths(block.text) if isinstance(e, sympy.Eq)] == [depth]
    assert alphabets_agree(case, found)
    x, y = named(cost, "x"), named(cost, "y")
    penalties = [named(cost, f"lambda_{k}") for k in range(depth - 1)]
    for _ in range(60):
        settings, at = random_settings(case, found, range(depth))
        inner = [case.rng.choice(case.oracle.neurons) for _ in range(depth - 1)]
        at.update({found["neuron", k]: h for k, h in enumerate(inner, 1)})
        values = {s: case.rational() for s in (x, y, *penalties)}
        layers, strengths = [values[x], *inner, values[y]], [*(values[s] for s in penalties), 1]
        assert evaluate(cost, {**at, **values}) == case.oracle.dynamic_energy(settings, layers, strengths)


def one_layer(case, block):
    _, energy = one_row(block)
    found = variables(energy)
    assert alphabets_agree(case, found)
    for setting, at in settings_of(case, found, 0):
        for h, above in product(case.oracle.neurons, repeat=2):
            at.update({found["neuron", 0]: h, found["neuron", 1]: above})
            assert evaluate(energy, at) == (above - case.oracle.output(setting, h)) ** 2


def decimation(case, block):
    _, total = one_row(block)
    found = variables(total, *total.variables)
    assert alphabets_agree(case, found)
    kinds = ("weight", "neuron") if case.biases is None else ("weight", "bias", "neuron")
    assert {role(v) for v in total.variables} == set(product(kinds, range(case.scale - 1)))
    h, s = ends(case)
    assert total.free_symbols == {h, s, beta_v(case)}
    if case.scale == 2:
        assert "every second layer" in flat(block.text)
        assert numbers(block.text) == []
    else:
        assert numbers(block.text) == [case.scale - 1, case.scale]
    for top, bottom in product(case.oracle.neurons, case.oracle.outputs):
        terms = distribution(total, {h: top, s: bottom})
        for _, power in powers(case):
            value = sum(count * power(q) for q, count in terms.items())
            assert value == case.oracle.partition(top, bottom, power)


def u(case, block):
    left, right = one_row(block)
    assert str(left) == "u"
    assert right == sympy.exp(beta_v(case))


def general(case, block):
    """One coupling for each monomial of the basis, and a constant."""
    left, right = one_row(block)
    couplings, (h, s) = chart(case)
    constant = right - sum(k * h**i * s**j for k, (i, j) in couplings.items())
    assert sympy.expand(constant).is_Symbol
    assert sympy.expand(left).is_Mul
    assert {factor.name for factor in left.free_symbols} == {"beta", "H_m"}
    rows, columns = case.oracle.shape
    assert sorted(couplings.values()) == list(product(range(rows), range(columns)))[1:]
    assert alphabets_agree(case, {(v.role, 0): v for v in (h, s) if isinstance(v, Variable)})


DEFINITIONS = {
    "width": width,
    "activation": activation,
    "alphabets": alphabets,
    "layer": layer,
    "H-original": original,
    "Z-original": original_sum,
    "H-new": new,
    "H-m": one_layer,
    "Z-m": decimation,
    "u": u,
    "general": general,
}
