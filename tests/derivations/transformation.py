"""The computed formulas up to the recursion, each confirmed by brute force."""

import re
from fractions import Fraction
from itertools import product
from math import lcm, prod

import sympy
from sympy.core.function import AppliedUndef

from symrg.model.variables import Variable
from tests.derivations.displayed import (
    beta_v,
    chart,
    common_denominator,
    content,
    depth_of,
    ends,
    evaluate,
    exponents_in,
    flat,
    fraction,
    image_rows,
    logarithms,
    maths,
    monomial,
    named,
    new_couplings,
    numbers,
    one_row,
    powers,
    random_settings,
    rational,
    scaled,
    vanishes,
    variables,
    whole,
)
from tests.oracles import layered as oracle


def activation_values(case, block):
    assert [fraction(content(cell)) for cell in block.header[1:]] == case.oracle.preactivations
    (line,) = block.rows
    shown = [fraction(content(cell)) for cell in line[1:]]
    assert shown == [case.oracle.activation(z) for z in case.oracle.preactivations]


# -- dynamic neurons -----------------------------------------------------------------------------------


def on_shell(case, block):
    """The displayed dynamic Hamiltonian, at states where every neuron is its activation."""
    _, cost = one_row(case["H-new"])
    found = variables(cost)
    x, y = named(cost, "x"), named(cost, "y")
    assert numbers(block.text) == [depth_of(found)]
    for _ in range(40):
        settings, at = random_settings(case, found, range(depth_of(found)))
        at.update({s: case.rational() for s in cost.free_symbols if not isinstance(s, Variable)})
        signal = at[x]
        for k, setting in enumerate(settings[:-1], 1):
            signal = case.oracle.output(setting, signal)
            at[found["neuron", k]] = signal
        assert evaluate(cost, at) == case.oracle.original_energy(settings, at[x], at[y])


def delta(case, block):
    """It holds where every activation is the letter of a neuron, and the verdict says whether it does."""
    assert case.verification["delta"].verdict.status == ("proved" if case.delta_holds else "refuted")


def translation(case, block):
    left, right = one_row(block)
    energy = one_row(case["H-new"])[0]
    (moved,) = left.atoms(AppliedUndef)
    assert moved.args == (energy,)
    assert sympy.expand(left - moved + energy) == 0
    found = variables(right)
    depth = depth_of(found) - 1
    assert [e.rhs for e in maths(block.text) if isinstance(e, sympy.Eq)] == [depth]
    penalty = named(right, "lambda")
    for _ in range(40):
        # all layers are drawn: what the formula does not mention must not matter
        settings = [case.rng.choice(case.oracle.settings) for _ in range(depth + 1)]
        layers = [case.rng.choice(case.oracle.neurons) for _ in range(depth + 2)]
        values = {("neuron", k): h for k, h in enumerate(layers)}
        values.update({("weight", k): weight for k, (weight, _) in enumerate(settings)})
        values.update({("bias", k): bias for k, (_, bias) in enumerate(settings)})
        at = {penalty: case.rational(), **{found[key]: v for key, v in values.items() if key in found}}
        strengths = [at[penalty]] * depth
        before = case.oracle.dynamic_energy(settings[:-1], layers[:-1], strengths)
        after = case.oracle.dynamic_energy(settings[1:], layers[1:], strengths)
        assert evaluate(right, at) == after - before


# -- coupling graphs -----------------------------------------------------------------------------------


def graph_setting(case):
    """The depth and the input that the figure says it is for."""
    figure = case["coupling-graphs"]
    (depth,) = numbers(figure.caption)
    (x,) = re.findall(r"x = ([-−]?[\d/]+)", " ".join(figure.drawing.captions))
    return depth, Fraction(x.replace("−", "-"))


def expected_graphs(case):
    depth, x = graph_setting(case)
    return case.original_graph(depth, x), oracle.dynamic_graph(case.oracle, depth)


def coupling_graphs(case, block):
    for graph, (nodes, edges) in zip(block.drawing.graphs, expected_graphs(case), strict=True):
        name = {v: ({"weight": "W", "neuron": "h"}[v.role], v.layer) for v in graph}
        assert sorted(name.values()) == sorted(nodes)
        assert {frozenset((name[a], name[b])) for a, b in graph.edges} == edges
    assert block.drawing.svg()
    assert block.drawing.tikz()


def contrast(case, block):
    shown = {content(line[0]): [content(cell) for cell in line[1:]] for line in block.rows}
    for column, (nodes, edges) in enumerate(expected_graphs(case)):
        table = oracle.neighbours(nodes, edges)
        ranges = [abs(a[1] - b[1]) for a, b in map(tuple, edges)]
        text = {label: values[column] for label, values in shown.items()}
        bounds = [int(n) for n in re.findall(r"\d+", text.pop("treewidth"))]
        assert bounds[0] <= oracle.treewidth(table) <= bounds[-1]
        wide = oracle.diameter(table)
        assert text == {
            "degrees of freedom": str(len(nodes)),
            "couplings": str(len(edges)),
            "connected parts": str(oracle.components(table)),
            "maximum degree": str(max(map(len, table.values()), default=0)),
            "mean degree": str(Fraction(2 * len(edges), len(nodes)) if nodes else 0),
            "diameter": "infinite" if wide is None else str(wide),
            "longest range in layers": str(max(ranges)) if ranges else "none",
        }


def input_sentence(case, paragraph):
    """What the original graph loses at x = 0, as the paragraph says it."""
    depth, x = graph_setting(case)
    text, (zero, *rest) = flat(paragraph.text), maths(paragraph.text)
    assert (str(zero.lhs), zero.rhs) == ("x", 0)
    here, there = (case.original_graph(depth, value)[1] for value in (x, Fraction(0)))
    assert ("depends on the input" in text) == (here != there)
    if not rest:
        assert "same" in text
    elif numbers(paragraph.text):
        assert there < here
        assert numbers(paragraph.text) == [len(here) - len(there)]
    else:
        listed = {("W", v.layer) for item in rest for v in (item if isinstance(item, sympy.Tuple) else [item])}
        assert listed == set().union(*here) - set().union(*there)


# -- the decimation ------------------------------------------------------------------------------------


def multiplicity(case, block):
    _, shown = one_row(block)
    assert [[fraction(n) for n in line] for line in shown.tolist()] == case.oracle.counts
    rows, columns = ([fraction(n) for n in states] for states in maths(block.text))
    assert (rows, columns) == (list(case.oracle.neurons), case.oracle.outputs)


def summed(case, block):
    _, shown = one_row(block)
    h, s = ends(case)
    u = one_row(case["u"])[0]
    for root, power in powers(case):
        for top, bottom in product(case.oracle.neurons, case.oracle.outputs):
            assert evaluate(shown, {h: top, s: bottom}, {u: root}) == case.oracle.partition(top, bottom, power)


def weights(case, block):
    u = one_row(case["u"])[0]
    assert tuple(content(cell) for cell in block.header[:2]) == ends(case)
    lines = [[content(cell) for cell in line] for line in block.rows]
    states = [(fraction(line[0]), fraction(line[1])) for line in lines]
    assert sorted(states) == sorted(product(case.oracle.neurons, case.oracle.outputs))
    for root, power in powers(case):
        for state, line in zip(states, lines, strict=True):
            assert evaluate(line[2], {}, {u: root}) == case.oracle.partition(*state, power)


def renormalized(case, block):
    """A polynomial on the basis whose values, exponentiated, are the ratios of the sums."""
    u = one_row(case["u"])[0]
    coefficients = new_couplings(case, block)
    rows, columns = case.oracle.shape
    assert set(coefficients) <= set(product(range(rows), range(columns))) - {(0, 0)}
    first = case.oracle.neurons[0], case.oracle.outputs[0]
    for root, power in powers(case):
        found = {exponents: logarithms(value, {}, {u: root}) for exponents, value in coefficients.items()}
        reference = case.oracle.partition(*first, power)
        for state in product(case.oracle.neurons, case.oracle.outputs):
            terms = [(Fraction(-1), case.oracle.partition(*state, power) / reference)]
            for exponents, items in found.items():
                terms += scaled(items, monomial(exponents, state) - monomial(exponents, first))
            assert vanishes(terms)


# -- the recursion -------------------------------------------------------------------------------------


def start(case, block):
    """The displayed couplings make (h - σ)² up to a constant."""
    couplings, _ = chart(case)
    values = {line.members[0]: line.members[1] for line in block.rows}
    assert set(values) == set(couplings)
    slopes = {k: evaluate(value, {beta_v(case): Fraction(1)}) for k, value in values.items()}
    assert all(value == rational(slopes[k]) * beta_v(case) for k, value in values.items())
    constants = {
        (h - s) ** 2 + sum(slopes[k] * monomial(e, (h, s)) for k, e in couplings.items())
        for h, s in product(case.oracle.neurons, case.oracle.outputs)
    }
    assert len(constants) == 1


def recursion(case, block):
    """Random couplings: the layers are summed out state by state, and the images must give the same weights."""
    couplings, _ = chart(case)
    images = image_rows(block)
    assert set(images) == {str(k) for k in couplings}
    states = list(product(case.oracle.neurons, case.oracle.outputs))
    values = [monomial(exponents, state) for exponents in couplings.values() for state in states]
    common = lcm(*(v.denominator for v in values), common_denominator(*exponents_in(block)))
    roots = {k: (case.positive(), common) for k in couplings}
    entries = [
        prod(root ** whole(monomial(couplings[k], state) * d) for k, (root, d) in roots.items()) for state in states
    ]
    columns = len(case.oracle.outputs)
    image = case.oracle.decimated([entries[i : i + columns] for i in range(0, len(entries), columns)])
    wanted = dict(zip(states, (v for line in image for v in line), strict=True))
    found = {k: logarithms(images[str(k)], {}, roots) for k in couplings}
    for state in states:
        terms = [(Fraction(-1), wanted[state] / wanted[states[0]])]
        for k, exponents in couplings.items():
            terms += scaled(found[k], monomial(exponents, state) - monomial(exponents, states[0]))
        assert vanishes(terms)


def factors(case, block):
    images = image_rows(block)
    for _ in range(3):
        values, wanted = case.factor_values()
        at = dict(zip(map(sympy.Symbol, case.factor_names()), values, strict=True))
        assert [evaluate(image, at) for image in images.values()] == wanted


def consistent(case, block):
    """The displayed recursion at the displayed start, against the displayed couplings after one step."""
    couplings, _ = chart(case)
    u = one_row(case["u"])[0]
    result = new_couplings(case, case["H-renormalized"])
    slopes = {
        k: evaluate(value, {beta_v(case): Fraction(1)}) for k, value in (line.members for line in case["start"].rows)
    }
    inner = common_denominator(*exponents_in(case["recursion"]))
    outer = lcm(*(slope.denominator for slope in slopes.values()))
    (_, fractions), _ = next(powers(case))
    root = Fraction(case.rng.randint(2, 4), case.rng.choice((1, 5)))
    # with u = root^(inner·outer·fractions), e^k = u^slope has the root below, taken inner·fractions times
    roots = {k: (root ** whole(outer * slope), inner * fractions) for k, slope in slopes.items()}
    for k, exponents in couplings.items():
        image = logarithms(image_rows(case["recursion"])[str(k)], {}, roots)
        after = logarithms(result.get(exponents, sympy.S.Zero), {}, {u: (root, inner * outer * fractions)})
        assert vanishes([*image, *scaled(after, -1)])


def fixed_point_equations(case, block):
    names = list(map(sympy.Symbol, case.factor_names()))
    for _ in range(2):
        values, image = case.factor_values()
        at = dict(zip(names, values, strict=True))
        for line, name, value in zip(block.rows, names, image, strict=True):
            assert sympy.expand(line.members[0] - (sympy.Symbol(f"{name}'") - name)) == 0
            assert evaluate(line.members[1], at) == value - at[name]


TRANSFORMATION = {
    "activation-values": activation_values,
    "on-shell": on_shell,
    "delta": delta,
    "translation": translation,
    "coupling-graphs": coupling_graphs,
    "contrast": contrast,
    "G": multiplicity,
    "Z-summed": summed,
    "weights": weights,
    "H-renormalized": renormalized,
    "start": start,
    "recursion": recursion,
    "factors": factors,
    "consistent": consistent,
    "fixed-point-equations": fixed_point_equations,
}
