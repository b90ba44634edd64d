"""Brute force for chains: every inner state summed, derivatives by dual numbers, fixed points by construction.

Plain Python with Fractions (or any other numbers that add, multiply and divide); nothing is shared with the package.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement, product

# -- sums over the states of an open chain ---------------------------------------------------------------


def open_chain(bond, counts, scale):
    """Sum a chain of ``scale`` bonds over all its inner states, one by one: V ↦ (V Gᵀ)^(scale−1) V."""
    rows, columns = range(len(bond)), range(len(bond[0]))
    result = []
    for row in rows:
        result.append([])
        for column in columns:
            total = 0
            for inner in product(*([columns, rows] * (scale - 1))):
                weight, at = 1, row
                for k in range(0, len(inner), 2):
                    activation, neuron = inner[k], inner[k + 1]
                    weight = weight * bond[at][activation] * counts[neuron][activation]
                    at = neuron
                total = total + weight * bond[at][column]
            result[-1].append(total)
    return result


def proportional(left, right):
    """Return λ ≠ 0 with left = λ·right for matrices that are not zero, else None."""
    pairs = [(x, y) for one, other in zip(left, right, strict=True) for x, y in zip(one, other, strict=True)]
    pivot = next(((x, y) for x, y in pairs if y != 0), None)
    if pivot is None or pivot[0] == 0:
        return None
    if all(x * pivot[1] == y * pivot[0] for x, y in pairs):
        return pivot[0] / pivot[1]
    return None


# -- factors and couplings of a function of states --------------------------------------------------------


def positions(sizes):
    """All states as positions in their alphabets, product order."""
    return list(product(*(range(n) for n in sizes)))


def below(state):
    """The states in which each variable is as in ``state`` or at its reference."""
    return list(product(*({0, p} for p in state)))


def factor_values(table):
    """State ↦ factor, for a table state ↦ value: f_S = ∏_T value(T)^((−1)^(|S| − |T|)), T ⊆ S."""
    found = {}
    for state in table:
        if not any(state):
            continue
        value = Fraction(1)
        for sub in below(state):
            odd = (sum(map(bool, state)) - sum(map(bool, sub))) % 2
            value = value / table[sub] if odd else value * table[sub]
        found[state] = value
    return found


def from_factors(factors, sizes):
    """State ↦ value with these factors and 1 at the reference state."""
    table = {}
    for state in positions(sizes):
        value = 1
        for sub in below(state):
            if any(sub):
                value = value * factors[sub]
        table[state] = value
    return table


def solve(matrix, right):
    """Solve a square linear system in Fractions; None if it is singular."""
    size = len(matrix)
    rows = [[*map(Fraction, row), Fraction(value)] for row, value in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = next((i for i in range(column, size) if rows[i][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [x / rows[column][column] for x in rows[column]]
        for i in range(size):
            if i != column and rows[i][column]:
                rows[i] = [x - rows[i][column] * y for x, y in zip(rows[i], rows[column], strict=True)]
    return [row[-1] for row in rows]


def power_of_states(alphabets, monomial):
    """State ↦ power q_s of its value, so that the coefficient of a monomial in log v is Σ_s q_s log v(s).

    By the Vandermonde system of all monomials at all states; ``monomial`` is a tuple of exponents.
    """
    states = list(product(*alphabets))
    monomials = positions([len(a) for a in alphabets])

    def value(exponents, state):
        result = Fraction(1)
        for x, e in zip(state, exponents, strict=True):
            result *= Fraction(x) ** e
        return result

    # Σ_s q_s m(s) = 1 for this monomial and 0 for all others
    rows = [[value(exponents, state) for state in states] for exponents in monomials]
    return dict(zip(states, solve(rows, [exponents == monomial for exponents in monomials]), strict=True))


# -- numbers with a first-order part; numbers modulo a polynomial --------------------------------------------


class Dual:
    """a + b·ε with ε² = 0: evaluating a map at it gives the exact derivative along a line."""

    def __init__(self, a, b=0):
        self.a, self.b = Fraction(a), Fraction(b)

    @staticmethod
    def of(value):
        return value if isinstance(value, Dual) else Dual(value)

    def __add__(self, other):
        other = Dual.of(other)
        return Dual(self.a + other.a, self.b + other.b)

    def __mul__(self, other):
        other = Dual.of(other)
        return Dual(self.a * other.a, self.a * other.b + self.b * other.a)

    def __truediv__(self, other):
        other = Dual.of(other)
        return Dual(self.a / other.a, (self.b * other.a - self.a * other.b) / other.a**2)

    def __rtruediv__(self, other):
        return Dual(other) / self

    __radd__, __rmul__ = __add__, __mul__


class Residue:
    """A polynomial modulo an irreducible one over Q: an algebraic number, whichever root is meant."""

    def __init__(self, coefficients, modulus):
        self.modulus = [Fraction(c) / modulus[-1] for c in modulus]  # constant term first, monic
        rest = [Fraction(c) for c in coefficients]
        while len(rest) >= len(self.modulus):
            top = rest.pop()
            start = len(rest) - len(self.modulus) + 1
            for i, c in enumerate(self.modulus[:-1]):
                rest[start + i] -= top * c
        self.coefficients = rest + [Fraction(0)] * (len(self.modulus) - 1 - len(rest))

    def like(self, coefficients):
        return Residue(coefficients, self.modulus)

    def of(self, value):
        return value if isinstance(value, Residue) else self.like([value])

    def __add__(self, other):
        pairs = zip(self.coefficients, self.of(other).coefficients, strict=True)
        return self.like([x + y for x, y in pairs])

    def __mul__(self, other):
        right = self.of(other).coefficients
        result = [Fraction(0)] * (2 * len(right))
        for i, x in enumerate(self.coefficients):
            for j, y in enumerate(right):
                result[i + j] += x * y
        return self.like(result)

    def inverse(self):
        size = len(self.coefficients)
        units = [self.like([int(i == k) for i in range(size)]) for k in range(size)]
        columns = [(self * unit).coefficients for unit in units]
        found = solve([list(row) for row in zip(*columns, strict=True)], [int(k == 0) for k in range(size)])
        if found is None:
            raise ZeroDivisionError
        return self.like(found)

    def __truediv__(self, other):
        return self * self.of(other).inverse()

    def __rtruediv__(self, other):
        return self.like([other]) * self.inverse()

    def __eq__(self, other):
        return self.coefficients == self.of(other).coefficients

    def __hash__(self):
        return hash(tuple(self.coefficients))

    __radd__, __rmul__ = __add__, __mul__


# -- fixed points by the structure theorem -----------------------------------------


def times(left, right):
    columns = list(zip(*right, strict=True))
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in columns] for row in left]


def turned(matrix):
    return [list(column) for column in zip(*matrix, strict=True)]


def rank(matrix):
    rows, found = [[Fraction(x) for x in row] for row in matrix], 0
    for column in range(len(rows[0])):
        pivot = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for i in range(found + 1, len(rows)):
            ratio = rows[i][column] / rows[found][column]
            rows[i] = [x - ratio * y for x, y in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


def strata(counts, scale):
    """The strata of V ↦ (V Gᵀ)^(p−1) V for p ≤ 5, rank ≤ 2 or p = 2: dicts with what section 3 says of each.

    ``block`` is a rational matrix with the eigenvalues of T, all of them roots of one number.
    """
    rows, columns = len(counts), len(counts[0])
    found = []
    for r in range(1, rank(counts) + 1):
        assert r <= 2 or scale == 2
        assert scale <= 5
        seen = set()
        for roots in combinations_with_replacement(range(scale - 1), r):
            # up to a common rotation; for p ≤ 5 and two roots no two classes are conjugate over Q
            rotations = [tuple(sorted((k + turn) % (scale - 1) for k in roots)) for turn in range(scale - 1)]
            if min(rotations) in seen:
                continue
            seen.add(min(rotations))
            numbers = [roots.count(k) for k in set(roots)]
            squares = sum(n * n for n in numbers)
            dimension = r * (rows - r) + r * (columns - r) + r * r - squares
            spectrum = {0: (rows - r) * (columns - r), 1: dimension, scale: squares - 1}
            found.append(
                {
                    "rank": r,
                    "dimension": dimension,
                    "spectrum": {value: n for value, n in spectrum.items() if n},
                    "block": _block(roots, scale),
                }
            )
    return found


def _block(roots, scale):
    size = len(roots)
    if len(set(roots)) == 1:
        return [[int(i == j) for j in range(size)] for i in range(size)]
    # two roots s·e^(±iφ), φ = π k/(p − 1): trace 2 s cos φ and determinant s² are rational for a suitable s
    by_angle = {(2, 1): (0, 1), (3, 1): (1, 1), (3, 2): (1, 1), (4, 1): (2, 2), (4, 2): (0, 1), (4, 3): (2, 2)}
    trace, determinant = by_angle[scale - 1, roots[1] - roots[0]]
    return [[0, -determinant], [1, trace]]


def draw_matrix(random, rows, columns):
    return [[Fraction(random.randint(-4, 4), random.randint(1, 3)) for _ in range(columns)] for _ in range(rows)]


def draw_fixed(counts, stratum, random):
    """A random rational bond matrix on a stratum: V = U A K⁻¹ W with K = W Gᵀ U, so that T U = U A."""
    rows, columns, r = len(counts), len(counts[0]), stratum["rank"]
    while True:
        left, right = draw_matrix(random, rows, r), draw_matrix(random, r, columns)
        middle = times(times(right, turned(counts)), left)
        solved = [solve(middle, [int(i == k) for i in range(r)]) for k in range(r)]
        if None not in solved:
            return times(times(left, stratum["block"]), times(turned(solved), right))


def at_infinity(counts, stratum, random, draws=6):
    """Whether an entry of V vanishes on the whole stratum, by drawing points of it."""
    drawn = [draw_fixed(counts, stratum, random) for _ in range(draws)]
    places = positions((len(counts), len(counts[0])))
    return any(all(bond[i][j] == 0 for bond in drawn) for i, j in places)


# -- determinants and characteristic polynomials by their definition ------------------------------------------


def determinant(matrix):
    if not matrix:
        return Fraction(1)
    return sum(
        (-1) ** j * matrix[0][j] * determinant([row[:j] + row[j + 1 :] for row in matrix[1:]])
        for j in range(len(matrix))
        if matrix[0][j]
    ) + Fraction(0)


def characteristic_value(matrix, at):
    """det(at − M)."""
    return determinant([[(at if i == j else 0) - x for j, x in enumerate(row)] for i, row in enumerate(matrix)])
