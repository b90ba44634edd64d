"""Brute force for a chain of single neurons, h' = σ(W h + b): every state listed, nothing shared with the package.

Plain Python numbers (``Fraction``) and itertools only. A bond matrix is a list of rows, V[i][j] for the i-th letter
of the neurons and the j-th value of the activation; its entries may be anything that adds and multiplies.
"""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from math import gcd, lcm, prod


def step(x):
    return Fraction(1 if x >= 0 else 0)


def plus_minus(x):
    return Fraction(1 if x >= 0 else -1)


def rectifier(x):
    return max(Fraction(x), Fraction(0))


def clipped_rectifier(x):
    return min(max(Fraction(x), Fraction(0)), Fraction(1))


ACTIVATIONS = {"heaviside": step, "sign": plus_minus, "relu": rectifier, "clipped_relu": clipped_rectifier}


@dataclass(frozen=True)
class OneNeuron:
    """A network of one neuron a layer and one data point; ``scale`` is the p of its transformation."""

    weights: tuple
    biases: tuple | None
    neurons: tuple
    activation: object
    scale: int

    @property
    def settings(self):
        """All (W, b) of a layer; no biases count as one zero bias."""
        return list(product(self.weights, (Fraction(0),) if self.biases is None else self.biases))

    def output(self, setting, signal):
        weight, bias = setting
        return self.activation(weight * signal + bias)

    @property
    def preactivations(self):
        """The arguments of the activation that occur, sorted."""
        return sorted({w * h + b for (w, b), h in product(self.settings, self.neurons)})

    @property
    def outputs(self):
        """The values of the activation that occur, sorted."""
        return sorted({self.activation(z) for z in self.preactivations})

    @property
    def shape(self):
        return len(self.neurons), len(self.outputs)

    @property
    def counts(self):
        """G: for each neuron state, how many (W, b) give each activation state."""
        rows = (Counter(self.output(setting, h) for setting in self.settings) for h in self.neurons)
        return [[row[value] for value in self.outputs] for row in rows]

    # -- Hamiltonians ---------------------------------------------------------------------------

    def forward(self, settings, signal):
        for setting in settings:
            signal = self.output(setting, signal)
        return signal

    def original_energy(self, settings, x, y):
        """(y - z)² for the settings of all layers, first to last."""
        return (y - self.forward(settings, x)) ** 2

    def dynamic_energy(self, settings, layers, penalties):
        """The sum of λ_m (h^(m+1) - σ^(m))² with the neurons of all layers given, first to last."""
        return sum(
            penalty * (layers[m + 1] - self.output(setting, layers[m])) ** 2
            for m, (setting, penalty) in enumerate(zip(settings, penalties, strict=True))
        )

    def delta_holds(self, x):
        """Whether strong penalties alone turn the sum over h^(1) at depth 2 into the original partition function.

        For every β and label y: states of zero penalty must have the original outputs, equally often.
        """
        dynamic, original = Counter(), Counter()
        for first, last in product(self.settings, repeat=2):
            original[self.forward((first, last), x)] += 1
            for h in self.neurons:
                if h == self.output(first, x):
                    dynamic[self.output(last, h)] += 1
        return dynamic == original

    # -- the transformation ---------------------------------------------------------------------

    def partition(self, top, bottom, power):
        """Z_m at one state of what stays: ``power(q)`` is u to the rational power q."""
        total = Fraction(0)
        for layers in product(product(self.settings, self.neurons), repeat=self.scale - 1):
            energy, below = Fraction(0), bottom
            for setting, h in layers:
                energy += (h - below) ** 2
                below = self.output(setting, h)
            total += power(-energy - (top - below) ** 2)
        return total

    def decimated(self, bond):
        """V' of all but every p-th layer summed out, state by state."""
        place = {value: j for j, value in enumerate(self.outputs)}
        moves = [(i, place[self.output(s, h)]) for s, (i, h) in product(self.settings, enumerate(self.neurons))]
        image = [[None] * len(row) for row in bond]
        for top, bottom in product(range(len(bond)), range(len(bond[0]))):
            total = 0
            for layers in product(moves, repeat=self.scale - 1):
                weight, below = 1, bottom
                for i, j in layers:
                    weight, below = weight * bond[i][below], j
                total = total + weight * bond[top][below]
            image[top][bottom] = total
        return image

    def transformed(self, bond):
        """The same by counts: V' = (V Gᵀ)^(p-1) V."""
        image = bond
        for _ in range(self.scale - 1):
            image = multiply(multiply(bond, transpose(self.counts)), image)
        return image

    def is_fixed(self, bond):
        """Whether V' = λ V with λ not zero."""
        image = [v for row in self.transformed(bond) for v in row]
        flat = [v for row in bond for v in row]
        return any(image) and all(
            image[i] * flat[j] == image[j] * flat[i] for i, j in combinations(range(len(flat)), 2)
        )

    # -- factors --------------------------------------------------------------------------------

    @property
    def places(self):
        """The excited states that have a factor, the highest first; (0, 0) is the reference state."""
        rows, columns = self.shape
        return [(i, j) for i in reversed(range(rows)) for j in reversed(range(columns))][:-1]

    def bond_of(self, factors):
        """V from the factors in the order of ``places``, 1 at the reference state."""
        value = dict(zip(self.places, factors, strict=True))

        def entry(i, j):
            return prod((value[t] for t in {(i, 0), (0, j), (i, j)} if t in value), start=Fraction(1))

        rows, columns = self.shape
        return [[entry(i, j) for j in range(columns)] for i in range(rows)]

    def factors_of(self, bond):
        """Ratios of the entries of V to those at the reference letters."""

        def factor(i, j):
            if i and j:
                return bond[i][j] * bond[0][0] / (bond[i][0] * bond[0][j])
            return bond[i][j] / bond[0][0]

        return [factor(i, j) for i, j in self.places]

    def step(self, factors):
        """One step of the recursion in the factors; ZeroDivisionError where it is not defined."""
        return self.factors_of(self.decimated(self.bond_of(factors)))

    def jacobian(self, factors):
        """The derivative of :meth:`step`, by dual numbers."""
        size = len(factors)
        columns = [self.step([Dual(x, int(i == j)) for i, x in enumerate(factors)]) for j in range(size)]
        return [[columns[j][i].slope for j in range(size)] for i in range(size)]

    def projective_jacobian(self, bond):
        """The derivative of V ↦ V' at a fixed V, in the coordinates V_ij/V_pivot with the first nonzero pivot."""
        flat = [v for row in bond for v in row]
        pivot = next(k for k, v in enumerate(flat) if v)
        others = [k for k in range(len(flat)) if k != pivot]
        width = len(bond[0])
        columns = []
        for j in others:
            entries = [Dual(v / flat[pivot], int(k == j)) for k, v in enumerate(flat)]
            image = self.transformed([entries[i : i + width] for i in range(0, len(entries), width)])
            image = [v for row in image for v in row]
            columns.append([image[k] / image[pivot] for k in others])
        return [[column[i].slope for column in columns] for i in range(len(others))]

    # -- all fixed points -----------------------------------------------------------------------

    def strata(self, random):
        """All components of fixed points for p = 2 or 3, by the structure theorem.

        With T = V Gᵀ scaled so that T^(p-1) is a projector, V = X D Yᵀ with Yᵀ Gᵀ X = 1 and D a diagonal of roots of
        unity: for each rank, one component for each way to share the rank out between +1 and -1 (-1 for p = 3 only),
        up to the overall sign. Yields (dimension, rank, zero entries, points); ``random()`` is a rational.
        """
        counts = self.counts
        rows, columns = self.shape
        found = []
        for r in range(1, rank(counts) + 1):
            for minus in range(r // 2 + 1) if self.scale == 3 else (0,):
                plus = r - minus
                dimension = r * (rows - r) + r * (columns - r) + r * r - plus * plus - minus * minus
                signs = [1] * plus + [-1] * minus
                points = [self._stratum_point(counts, signs, random) for _ in range(6)]
                zeros = {
                    (i, j) for i, j in product(range(rows), range(columns)) if all(point[i][j] == 0 for point in points)
                }
                found.append((dimension, r, zeros, points))
        return found

    def _stratum_point(self, counts, signs, random):
        rows, r = len(counts), len(signs)
        while True:
            x = [[random() for _ in signs] for _ in range(rows)]
            # Yᵀ (Gᵀ X) = 1: r equations for each row of Yᵀ
            below = multiply(transpose(counts), x)
            if rank(below) == r:
                break
        y = [solve(transpose(below), [Fraction(i == k) for i in range(r)], random) for k in range(r)]
        scaled = [[x[i][k] * signs[k] for k in range(r)] for i in range(rows)]
        return multiply(scaled, y)


# -- linear algebra over the rationals ----------------------------------------------------------------


def transpose(matrix):
    return [list(column) for column in zip(*matrix, strict=True)]


def multiply(first, second):
    result = []
    for row in first:
        line = []
        for k in range(len(second[0])):
            total = 0
            for a, other in zip(row, second, strict=True):
                total = total + other[k] * a
            line.append(total)
        result.append(line)
    return result


def echelon(matrix):
    """The reduced row echelon form and its pivot columns."""
    rows = [[Fraction(v) for v in row] for row in matrix]
    pivots = []
    for column in range(len(rows[0]) if rows else 0):
        place = len(pivots)
        below = next((i for i in range(place, len(rows)) if rows[i][column]), None)
        if below is None:
            continue
        rows[place], rows[below] = rows[below], rows[place]
        rows[place] = [v / rows[place][column] for v in rows[place]]
        for i, row in enumerate(rows):
            if i != place and row[column]:
                rows[i] = [a - row[column] * b for a, b in zip(row, rows[place], strict=True)]
        pivots.append(column)
    return rows, pivots


def rank(matrix):
    return len(echelon(matrix)[1])


def solve(matrix, right, random):
    """A solution of matrix · x = right with random free unknowns; the rows are independent."""
    size = len(matrix[0])
    rows, pivots = echelon([[*row, b] for row, b in zip(matrix, right, strict=True)])
    solution = [Fraction(0) if k in pivots else random() for k in range(size)]
    for row, pivot in zip(rows, pivots, strict=False):
        solution[pivot] = row[-1] - sum(row[k] * solution[k] for k in range(size) if k != pivot)
    return solution


def characteristic_polynomial(matrix):
    """det(λ - M) by Faddeev and LeVerrier, leading coefficient first."""
    size = len(matrix)
    coefficients = [Fraction(1)]
    power = [[Fraction(0)] * size for _ in range(size)]
    for k in range(1, size + 1):
        power = multiply(matrix, power)
        power = [[v + (coefficients[-1] if i == j else 0) for j, v in enumerate(row)] for i, row in enumerate(power)]
        trace = sum(multiply(matrix, power)[i][i] for i in range(size))
        coefficients.append(-Fraction(trace) / k)
    return coefficients


def polynomial_of(roots):
    """The product of (λ - root), leading coefficient first."""
    coefficients = [Fraction(1)]
    for root in roots:
        shifted = [*coefficients, Fraction(0)]
        coefficients = [a - root * b for a, b in zip(shifted, [Fraction(0), *coefficients], strict=True)]
    return coefficients


def is_one(powers):
    """Whether the product of v^e over (positive rational v, integer e) is 1, without multiplying it out.

    The numerators and denominators are refined to pairwise coprime integers, whose exponents must cancel.
    """
    left = [(n, e * sign) for v, e in powers for n, sign in ((v.numerator, 1), (v.denominator, -1)) if e and n != 1]
    base = {}
    while left:
        n, e = left.pop()
        other = next((k for k in base if gcd(k, n) > 1), None)
        if n == 1:
            continue
        if other is None or other == n:
            base[n] = base.get(n, 0) + e
            continue
        common = gcd(n, other)
        left += [(common, e), (n // common, e), (common, base[other]), (other // common, base[other])]
        del base[other]
    return not any(base.values())


class Dual:
    """value + slope·ε with ε² = 0."""

    def __init__(self, value, slope=0):
        self.value, self.slope = Fraction(value), Fraction(slope)

    @staticmethod
    def of(number):
        return number if isinstance(number, Dual) else Dual(number)

    def __add__(self, other):
        other = Dual.of(other)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        other = Dual.of(other)
        return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)

    def __truediv__(self, other):
        other = Dual.of(other)
        value = self.value / other.value
        return Dual(value, (self.slope - value * other.slope) / other.value)

    __radd__, __rmul__ = __add__, __mul__


# -- coupling graphs ----------------------------------------------------------------------------------


def coupled(table, sizes):
    """Pairs of positions with a mixed difference that is not zero; ``table`` has the last position fastest.

    Differences against the first letter of both are enough: all others are differences of these.
    """
    strides = [prod(sizes[k + 1 :]) for k in range(len(sizes))]
    found = set()
    for i, j in combinations(range(len(sizes)), 2):
        others = [0]
        for k, (size, stride) in enumerate(zip(sizes, strides, strict=True)):
            if k not in (i, j):
                others = [at + letter * stride for at in others for letter in range(size)]
        for a, b in product(range(strides[i], sizes[i] * strides[i], strides[i]), range(1, sizes[j])):
            c = b * strides[j]
            if any(table[at] - table[at + a] - table[at + c] + table[at + a + c] for at in others):
                found.add((i, j))
                break
    return found


def original_graph(net, depth, x):
    """Nodes and edges for the W's of (y - z)², y a free parameter, without biases.

    A weight that multiplies the number 0 is not in the formula, and so is no node.
    """
    signal, first = x, 0
    while first < depth and signal == 0:
        signal, first = net.activation(Fraction(0)), first + 1
    nodes = [("W", m) for m in range(first, depth)]
    signals = [signal]
    for _ in nodes:
        signals = [net.activation(w * s) for s in signals for w in net.weights]
    common = lcm(*(z.denominator for z in signals))
    signals = [int(z * common) for z in signals]
    sizes = [len(net.weights)] * len(nodes)
    pairs = coupled(signals, sizes) | coupled([z * z for z in signals], sizes)
    return nodes, {frozenset((nodes[i], nodes[j])) for i, j in pairs}


def dynamic_graph(net, depth):
    """Nodes and edges for the sum of λ_m (h^(m+1) - σ(W^(m) h^(m)))², the λ_m independent, without biases."""
    nodes = [("W", m) for m in range(depth)] + [("h", m) for m in range(depth + 1)]
    edges = set()
    for m in range(depth):
        part = [("W", m), ("h", m), ("h", m + 1)]
        states = product(net.weights, net.neurons, net.neurons)
        table = [(above - net.activation(w * h)) ** 2 for w, h, above in states]
        sizes = [len(net.weights), len(net.neurons), len(net.neurons)]
        edges |= {frozenset((part[i], part[j])) for i, j in coupled(table, sizes)}
    return nodes, edges


def neighbours(nodes, edges):
    table = {node: set() for node in nodes}
    for first, second in map(tuple, edges):
        table[first].add(second)
        table[second].add(first)
    return table


def distances(table, start):
    found, queue = {start: 0}, [start]
    for node in queue:
        for other in sorted(table[node]):
            if other not in found:
                found[other] = found[node] + 1
                queue.append(other)
    return found


def components(table):
    left, count = set(table), 0
    while left:
        left -= set(distances(table, min(left)))
        count += 1
    return count


def diameter(table):
    """The largest distance, None if the graph is not connected."""
    if components(table) != 1:
        return None
    return max(max(distances(table, node).values()) for node in table)


def treewidth(table):
    """The exact treewidth: simplicial nodes go first, then all elimination orders with a memo."""
    table = {node: set(around) for node, around in table.items()}
    width = 0
    while True:
        simplicial = next(
            (n for n in sorted(table) if all(b in table[a] for a, b in combinations(sorted(table[n]), 2))), None
        )
        if simplicial is None:
            break
        width = max(width, len(table[simplicial]))
        for other in table.pop(simplicial):
            table[other].discard(simplicial)
    best = {frozenset(): 0}
    for size in range(1, len(table) + 1):
        for chosen in map(frozenset, combinations(sorted(table), size)):
            best[chosen] = min(max(best[chosen - {v}], _reached(table, chosen - {v}, v)) for v in chosen)
    return max(width, best[frozenset(table)])


def _reached(table, through, start):
    """How many nodes outside ``through`` are reached from ``start`` by paths inside it."""
    seen, stack = {start}, [start]
    outside = 0
    while stack:
        for other in table[stack.pop()] - seen:
            seen.add(other)
            if other in through:
                stack.append(other)
            else:
                outside += 1
    return outside
