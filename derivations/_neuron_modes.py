"""What neuron_modes.py computes and checks: inputs, decimals that enclose, sweeps over cases, figures."""

from fractions import Fraction
from itertools import combinations, pairwise
from math import isqrt
from pathlib import Path
from random import Random

import sympy

import symrg as sg
from symrg.exact.gaussian import gaussian_integral
from symrg.ledger.deciding import Equality
from symrg.model.activations import relu
from symrg.model.attraction import linear_region, region_basin, sample_basin, weight_basin
from symrg.model.dense import DenseNetwork
from symrg.model.neuron_modes import layer_modes, mode_intervals, neuron_counts
from symrg.model.order_index import order_index, pair_counts, relu_order_index
from symrg.model.smooth import Root, gelu, mish, silu
from symrg.model.weight_files import read_network, read_samples
from symrg.view.plots import Bars, Curve, Plot

FILE = Path(__file__).with_name("digits_network.json")  # beside the scripts, in a wheel too


# -- inputs -------------------------------------------------------------------------------------------------


def read(network, samples, line):
    """Return the network, its samples and the samples of one neuron, all exact; refuse what makes no sense here."""
    if isinstance(network, sg.LayeredNetwork):
        message = ("this derivation is about networks with given weights; leave --width, --samples, --weights, --biases, --neurons and "
                   "--activation out, or call derivation(network=FILE, samples=FILE) with weights of yours")
        raise sg.ModelError(message)
    if (network is None) != (samples is None):
        message = "a network and samples belong together: give both, or neither for the digits network that comes with the script"
        raise sg.ModelError(message)
    if network is None:
        network = samples = FILE
    net = network if isinstance(network, DenseNetwork) else read_network(network)
    net.require_numbers()
    rows = read_samples(samples)[0] if isinstance(samples, str | Path) else samples
    rows = net.samples(rows)
    points = sorted({Fraction(z) for z in line})
    for found, what in ((rows, "samples"), (points, "different samples of one neuron")):
        if len(found) < 3:
            message = f"there are {len(found)} {what}; give at least three, so that an order can be lost in part"
            raise sg.ModelError(message)
    return net, rows, points


# -- numbers as they are shown --------------------------------------------------------------------------------


def rational(value):
    return sympy.Rational(value.numerator, value.denominator)


def decimal(value, digits=6):
    """Write the largest decimal of so many digits that is at most the number."""
    scaled = value.numerator * 10**digits // value.denominator
    whole, part = divmod(abs(scaled), 10**digits)
    return f"{'−' if scaled < 0 else ''}{whole}.{part:0{digits}d}"


def enclosed(low, high, digits=6):
    """Write two decimals that a number is certified to be between."""
    return f"{decimal(low, digits)} … {decimal(high + Fraction(1, 10**digits), digits)}"


def end(value, infinite):
    if value is None:
        return infinite
    return enclosed(value.low, value.high) if isinstance(value, Root) else rational(value)


def root_below(square, digits=6):
    """Return the largest decimal fraction whose square is at most the number."""
    return Fraction(isqrt(square.numerator * 10 ** (2 * digits) // square.denominator), 10**digits)


def root_enclosed(square, digits=6):
    low = root_below(square, digits)
    return enclosed(low, low, digits)


# -- checks ---------------------------------------------------------------------------------------------------


def all_proved(*sides, method, **options):
    """Decide pairs of sides one by one; proved if each is."""
    verdicts = [Equality(pair, relation=relation, **options)() for *pair, relation in sides]
    for verdict in verdicts:
        if verdict.status != "proved":
            return verdict
    return sg.Verdict("proved", method, "; ".join(dict.fromkeys(v.certificate for v in verdicts if v.certificate)))


def integrals(*pairs, steps=None, positive=()):
    """Decide that Gaussian integrals over given variables are what is stated, each (integrand, variables, value)."""
    sides = []
    for integrand, variables, value in pairs:
        done = gaussian_integral(integrand, variables, steps=steps, positive=positive)
        sides.append((done.value, value, "="))
    return all_proved(*sides, method="Gaussian integral by completing the square", positive=positive)


def by_maximum(rows):
    """Decide rows with ReLU of arguments whose signs are known, as the greater one of argument and 0."""
    sides = [[side.replace(relu, lambda argument: sympy.Max(argument, 0)) for side in row] for row in rows]
    if any(side.has(sympy.Max) for row in sides for side in row):
        return None
    return all_proved(*((*row, "=") for row in sides), method="the sign of each argument")


def brute_mode(order, outputs):
    """The mode by its definition, pair by pair."""
    products = [(a - b) * (y - x) for (a, y), (b, x) in combinations(list(zip(order, outputs, strict=True)), 2) if a != b]
    if products and all(product > 0 for product in products):
        return "preserving"
    return "reversing" if products and all(product < 0 for product in products) else "mixing"


def check_relu_index(most=7):
    """The closed form against all numbers of clipped samples, pair by pair."""
    for n in range(2, most + 1):
        for m in range(n + 1):
            z = [Fraction(k - m + 1) - Fraction(k, 2 * n) for k in range(n)]
            clipped = sum(value <= 0 for value in z)
            pairs = list(combinations(z, 2))
            kept = sum((a - b) * (max(a, 0) - max(b, 0)) > 0 for a, b in pairs)
            if not Fraction(kept, len(pairs)) == order_index(relu, z) == relu_order_index(n, clipped):
                return sg.Verdict("refuted", counterexample=f"samples {', '.join(map(str, z))}")
    return True


def check_sides(activation, points):
    """Samples moved to the left of the turning point are reversed, to the right of it preserved."""
    turn = activation.turning_point()
    left = [z - max(points) + turn.low for z in points]
    right = [z - min(points) + turn.high for z in points]
    return order_index(activation, left) == 0 and order_index(activation, right) == 1


def check_intervals(activation, points, reference=None):
    """The intervals cover the line, and at biases inside each one the mode is what its definition says, pair by pair."""
    parts = mode_intervals(activation, [1], [[z] for z in points], reference=reference)
    if parts[0].lower is not None or parts[-1].upper is not None:
        return False
    for first, second in pairwise(parts):
        if first.upper != second.lower or first.closed[1] == second.closed[0] or first.mode == second.mode:
            return False
    for part in parts:
        low, high = (value if not isinstance(value, Root) else side(value)
                     for value, side in ((part.lower, lambda r: r.high), (part.upper, lambda r: r.low)))
        inside = [] if low is None or high is None else [(low + high) / 2, (low * 99 + high) / 100, (low + high * 99) / 100]
        inside += [] if low is None else [low + Fraction(1, 10**6)] if high is None else []
        inside += [] if high is None else [high - Fraction(1, 10**6)] if low is None else []
        inside += [value for value, belongs in zip((part.lower, part.upper), part.closed, strict=True) if belongs and isinstance(value, Fraction)]
        for bias in inside:
            z = [value + bias for value in points]
            outputs = activation.ranks(z) if hasattr(activation, "ranks") else [activation.value(value) for value in z]
            found = brute_mode(z if reference is None else reference, outputs)
            if found != part.mode or neuron_counts(activation, [1], bias, [[v] for v in points], reference=reference).mode != found:
                return sg.Verdict("refuted", counterexample=f"bias {bias}: {found}, not {part.mode}")
    return True


def relu_border(points):
    """The bias above which a ReLU neuron preserves the order of its pre-activation: minus the second least sample."""
    return -sorted(points)[1]


def deep_network(depth=100, width=10, samples=10, seed=20250105):
    """A network of rational weights drawn with a seed, and samples."""
    draw = Random(seed)

    def number():
        return Fraction(draw.randint(-9, 9), draw.randint(1, 4))

    weights = [[[number() for _ in range(width)] for _ in range(width)] for _ in range(depth)]
    biases = [[number() for _ in range(width)] for _ in range(depth)]
    net = DenseNetwork([*weights, [[1] * width]], [*biases, [0]], source=f"drawn with the seed {seed}")
    return net, [[number() for _ in range(width)] for _ in range(samples)]


def check_layers(net, samples, reference=None):
    """Count the modes again with fractions and pairs, neuron by neuron."""
    counted, h = [], [list(sample) for sample in samples]
    for matrix, bias in zip(net.weights[:-1], net.biases[:-1], strict=True):
        z = [[sum((w * x for w, x in zip(row, sample, strict=True)), b) for sample in h] for row, b in zip(matrix, bias, strict=True)]
        outputs = [[net.activation.value(value) for value in row] for row in z]
        modes = [brute_mode(row if reference is None else reference, y) for row, y in zip(z, outputs, strict=True)]
        counted.append(tuple(modes.count(mode) for mode in ("preserving", "reversing", "mixing")))
        h = [list(column) for column in zip(*outputs, strict=True)]
    found = [(part.preserving, part.reversing, part.mixing) for part in layer_modes(net, samples, reference=reference)]
    return counted == found


def check_symbolic(draw, cases=6):
    """Conditions on symbolic weights, with numbers put in, against the counts of the network with these numbers."""
    from symrg.model.neuron_modes import mode_conditions

    symbols = sympy.symbols("w_1:9", real=True)
    shapes = [[[symbols[0], symbols[1]], [1, symbols[2]]], [[symbols[3], 1], [symbols[4], symbols[5]]], [[1, 1]]]
    biases = [[symbols[6], 0], [symbols[7], 0], [0]]
    samples = [(0, 1), (1, 3), (-2, 1)]
    conditions = mode_conditions(DenseNetwork(shapes, biases), samples)
    for _ in range(cases):
        values = {s: sympy.Rational(draw.randint(-6, 6), draw.randint(1, 3)) for s in symbols}
        weights = [[[sympy.S(w).subs(values) for w in row] for row in matrix] for matrix in shapes]
        net = DenseNetwork(weights, [[sympy.S(b).subs(values) for b in row] for row in biases])
        for layer, counts in zip(conditions, layer_modes(net, samples), strict=True):
            truth = [(bool(p.subs(values)), bool(r.subs(values))) for p, r in layer]
            preserving, reversing = sum(p for p, _ in truth), sum(r for _, r in truth)
            if (preserving, reversing) != (counts.preserving, counts.reversing):
                return sg.Verdict("refuted", counterexample=str(values))
    return True


def regions(net, samples):
    return [region_basin(net, sample, name=f"sample {k}") for k, sample in enumerate(samples, 1)]


def check_regions(net, samples, basins):
    """Go to the nearest point of each limit and look: it is reached there, at that distance, and nothing else was before.

    The point is found with the gradients, but its outputs by running the network there.
    """
    for number, (sample, basin) in enumerate(zip(samples, basins, strict=True), 1):
        region = linear_region(net, sample, name=f"sample {number}")
        nearest = None
        forms = [(("wall", layer, neuron), value, gradient) for layer, neuron, value, gradient in region.walls]
        score, slope = region.scores[basin.label if len(region.scores) > 1 else 0]
        forms += [(("class", k), score - value, [a - b for a, b in zip(slope, gradient, strict=True)])
                  for k, (value, gradient) in enumerate(region.scores) if len(region.scores) > 1 and k != basin.label]
        if len(region.scores) == 1:
            forms.append((("class", 1 - basin.label), score, slope))
        for name, value, gradient in forms:
            size = sum(g * g for g in gradient)
            if size and (nearest is None or value * value / size < nearest[0]):
                nearest = value * value / size, name, [-value * g / size for g in gradient]
        if nearest is None:
            if basin.squared_radius is not None:
                return sg.Verdict("refuted", counterexample=f"sample {number}")
            continue
        there = [x + step for x, step in zip(sample, nearest[2], strict=True)]
        walls, scores = trace(net, there)
        ok = nearest[:2] == (basin.squared_radius, basin.limit) and sum(step * step for step in nearest[2]) == basin.squared_radius
        signs = all(walls[layer, neuron] * value >= 0 for layer, neuron, value, _ in region.walls)
        best = scores[basin.label] if len(scores) > 1 else scores[0] * (1 if basin.label else -1)
        kept = best == max(scores) if len(scores) > 1 else best >= 0
        if basin.limit[0] == "wall":
            reached = walls[basin.limit[1:]] == 0
        else:
            reached = scores[0] == 0 if len(scores) == 1 else scores[basin.limit[1]] == best
        if not (ok and signs and kept and reached):
            return sg.Verdict("refuted", counterexample=f"sample {number}")
    return True


def crossings(net, samples, basins):
    """For each sample the squared distance of a point of another class, exact: an upper bound of its basin's radius.

    The points are looked for on the line across the class boundary as it is on the sample's linear region.
    """
    found = []
    for number, (sample, basin) in enumerate(zip(samples, basins, strict=True), 1):
        region = linear_region(net, sample, name=f"sample {number}")
        forms = []
        for value, gradient in region.scores:
            top = region.scores[basin.label] if len(region.scores) > 1 else (0, [0] * len(gradient))
            slope = [a - b for a, b in zip(top[1], gradient, strict=True)]
            size = sum(g * g for g in slope)
            if size:
                forms.append(((top[0] - value) ** 2 / size, (top[0] - value) / size, slope))
        found.append(None)
        if not forms:
            continue
        square, step, slope = min(forms, key=lambda form: form[0])
        step = Fraction(round(step * 2**20), 2**20)  # any point on the line will do: shorter numbers
        square = step**2 * sum(g * g for g in slope)
        for k in range(1, 33):
            there = [x - step * Fraction(k, 8) * g for x, g in zip(sample, slope, strict=True)]
            if classify(net([there])[0]) not in (basin.label, None):
                found[-1] = square * Fraction(k, 8) ** 2, there
                break
    return found


def check_crossings(net, samples, basins, points):
    """Each point is of another class, at the distance stated, and no nearer than the radius on the linear region."""
    for number, (sample, basin, point) in enumerate(zip(samples, basins, points, strict=True), 1):
        if point is None:
            continue
        scores = trace(net, point[1])[1]
        distance = sum((x - t) ** 2 for x, t in zip(sample, point[1], strict=True))
        closer = basin.squared_radius is not None and distance < basin.squared_radius
        if distance != point[0] or closer or classify(scores) in (basin.label, None):
            return sg.Verdict("refuted", counterexample=f"sample {number}")
    return True


def classify(scores):
    """The class of scores; None where two classes tie."""
    if len(scores) == 1:
        return None if scores[0] == 0 else int(scores[0] > 0)
    best = max(scores)
    return scores.index(best) if scores.count(best) == 1 else None


def trace(net, sample):
    """Run a network on one sample: its hidden pre-activations by layer and neuron, and its scores."""
    found, h = {}, list(sample)
    for layer, (matrix, bias) in enumerate(zip(net.weights, net.biases, strict=True), 1):
        z = [sum((w * x for w, x in zip(row, h, strict=True)), b) for row, b in zip(matrix, bias, strict=True)]
        if layer == net.depth:
            return found, z
        found.update({(layer, neuron): value for neuron, value in enumerate(z, 1)})
        h = [max(value, 0) for value in z]
    return None


def features(net, samples):
    """What the read-out sees of the samples."""
    if net.depth == 1:
        return [list(sample) for sample in samples]
    *_, z, _ = net.preactivations(samples)
    return [[max(value, 0) for value in column] for column in zip(*z.fractions, strict=True)]


def read_out_basins(net, samples):
    """(ball in the space of features, ball in the space of the read-out's weights) of each sample."""
    weights, biases = net.weights[-1], net.biases[-1]
    return [tuple(basin(weights, biases, h, name=f"sample {k}") for basin in (sample_basin, weight_basin))
            for k, h in enumerate(features(net, samples), 1)]


def check_read_out(net, samples, pairs):
    """The two squared radii by the definition: all classes, least first, and the duality of the margins."""
    weights, biases = net.weights[-1], net.biases[-1]
    for h, (near, flat) in zip(features(net, samples), pairs, strict=True):
        scores = [sum((w * x for w, x in zip(row, h, strict=True)), b) for row, b in zip(weights, biases, strict=True)]
        size = sum(x * x for x in h)
        if len(scores) == 1:
            here, there = ([scores[0] ** 2 / length] if length else [] for length in (sum(w * w for w in weights[0]), size))
        else:
            k = max(range(len(scores)), key=scores.__getitem__)
            others = [j for j in range(len(scores)) if j != k]
            gaps = {j: sum((a - b) ** 2 for a, b in zip(weights[k], weights[j], strict=True)) for j in others}
            here = [(scores[k] - scores[j]) ** 2 / gaps[j] for j in others if gaps[j]]
            there = [(scores[k] - scores[j]) ** 2 / (2 * size) for j in others] if size else []
        if near.squared_radius != min(here, default=None) or flat.squared_radius != min(there, default=None):
            return False
    return True


def agreement(pairs):
    """How the balls in the two spaces order the samples: pairs alike, opposite, tied."""
    finite = [(a.squared_radius, b.squared_radius) for a, b in pairs if None not in (a.squared_radius, b.squared_radius)]
    return pair_counts([a for a, _ in finite], [b for _, b in finite])


# -- figures --------------------------------------------------------------------------------------------------


def index_jumps(activation, points):
    """The biases at which the order index can change: of samples that become positive, or of pairs that are tied.

    A tie is an interval, here its middle; of ties that cannot be told apart there is one.
    """
    if activation is relu:
        return sorted(-z for z in points)
    ties = sorted((activation.tie(second - first).shifted(-first) for first, second in combinations(sorted(points), 2)), key=lambda tie: tie.low)
    apart = [tie for k, tie in enumerate(ties) if k == 0 or ties[k - 1].high < tie.low]
    return [(tie.low + tie.high) / 2 for tie in apart]


def index_figure(points):
    """Order index against bias, for samples of one neuron."""
    low, high = -max(points) - 3, -min(points) + 1
    curves = []
    for colour, (name, f) in enumerate((("ReLU", relu), ("SiLU", silu), ("GELU", gelu), ("Mish", mish))):
        steps = []
        for left, right in pairwise([low, *(b for b in index_jumps(f, points) if low < b < high), high]):
            value = order_index(f, [z + (left + right) / 2 for z in points])
            steps += [(left, value), (right, value)]  # upright to the next one: a jump
        curves.append(Curve(steps, label=name, colour=colour))
    return Plot(((low, high), (0, Fraction(21, 20))), (sympy.Symbol("b"), "order index"), curves,
                title="Order index of ReLU, SiLU, GELU and Mish against the bias.")


def radii_figure(squares, label, title):
    """A histogram of radii, decided by the squares."""
    top = max(root_below(square, 9) for square in squares)
    step = next(k * Fraction(10) ** -d for d in range(9, -9, -1) for k in (1, 2, 5) if k * Fraction(10) ** -d * 16 > top)
    counts = []
    while sum(counts) < len(squares):
        k = len(counts)
        counts.append(sum((k * step) ** 2 <= square < ((k + 1) * step) ** 2 for square in squares))
    bars = [(k * step, (k + 1) * step, count) for k, count in enumerate(counts)]
    return Plot(((0, len(counts) * step), (0, max(counts) + 1)), (label, "samples"), [Bars(bars)], title=title)


def modes_figure(counts):
    """The part of the neurons that preserve the order of their pre-activation, layer by layer."""
    points = [(layer, part.proportions[0]) for layer, part in enumerate(counts, 1)]
    return Plot(((0, len(points) + 1), (0, 1)), ("layer", "order-preserving neurons"), [Curve(points, colour=2, dashed=False)],
                title="The proportion of order-preserving neurons in each layer.")
