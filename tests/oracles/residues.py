"""V ↦ (V Gᵀ)^{p−1} V in integers modulo a prime that holds the roots of unity of small orders; plain Python."""

from __future__ import annotations

from math import gcd

PRIME = next(
    q
    for q in range(60 * 10**11 + 1, 70 * 10**11, 60)
    # a strong pseudoprime to none of these bases is prime below 3·10^14
    if all(pow(base, q - 1, q) == 1 for base in (2, 3, 5, 7, 11, 13, 17)) and all(q % d for d in range(2, 2000))
)


def root_of_unity(order):
    """An element of this exact order."""
    assert (PRIME - 1) % order == 0
    for g in range(2, 1000):
        z = pow(g, (PRIME - 1) // order, PRIME)
        if all(pow(z, d, PRIME) != 1 for d in range(1, order)):
            return z
    raise AssertionError


def product(left, right):
    columns = list(zip(*right, strict=True))
    return [[sum(a * b for a, b in zip(row, column, strict=True)) % PRIME for column in columns] for row in left]


def turned(matrix):
    return [list(column) for column in zip(*matrix, strict=True)]


def reduced(matrix):
    """Rows of integers or Fractions as residues."""
    return [[x.numerator * pow(x.denominator, -1, PRIME) % PRIME for x in row] for row in matrix]


def rank(matrix):
    rows = [[x % PRIME for x in row] for row in matrix]
    found = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        inverse = pow(rows[found][column], -1, PRIME)
        for i in range(found + 1, len(rows)):
            if rows[i][column]:
                ratio = rows[i][column] * inverse % PRIME
                rows[i] = [(x - ratio * y) % PRIME for x, y in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


def inverse(matrix):
    """The inverse of a square matrix, None if it is singular."""
    size = len(matrix)
    rows = [[*(x % PRIME for x in row), *(int(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for column in range(size):
        pivot = next((i for i in range(column, size) if rows[i][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        scale = pow(rows[column][column], -1, PRIME)
        rows[column] = [x * scale % PRIME for x in rows[column]]
        for i in range(size):
            if i != column and rows[i][column]:
                ratio = rows[i][column]
                rows[i] = [(x - ratio * y) % PRIME for x, y in zip(rows[i], rows[column], strict=True)]
    return [row[size:] for row in rows]


def image(bond, counts, scale):
    result = bond
    for _ in range(scale - 1):
        result = product(bond, product(turned(counts), result))
    return result


def factor(bond, counts, scale):
    """λ ≠ 0 with (V Gᵀ)^{p−1} V = λ V, or None."""
    after = image(bond, counts, scale)
    pairs = [(x, y) for one, other in zip(after, bond, strict=True) for x, y in zip(one, other, strict=True)]
    value = next((x * pow(y, -1, PRIME) % PRIME for x, y in pairs if y), 0)
    return value if value and all(x == value * y % PRIME for x, y in pairs) else None


def derivative(bond, counts, scale):
    """The Jacobian at a fixed V, in the chart where the first entry that is not zero is constant.

    In the direction E it is Σ T^a E (Gᵀ V)^(p−1−a)/λ, less its component that changes the constant entry.
    """
    rows, columns = len(bond), len(bond[0])
    pivot_row, pivot_column = next((i, j) for i in range(rows) for j in range(columns) if bond[i][j])
    over = pow(factor(bond, counts, scale), -1, PRIME)
    transfer, other = product(bond, turned(counts)), product(turned(counts), bond)
    powers = [[[int(i == j) for j in range(rows)] for i in range(rows)]]
    others = [[[int(i == j) for j in range(columns)] for i in range(columns)]]
    for _ in range(scale - 1):
        powers.append(product(powers[-1], transfer))
        others.append(product(others[-1], other))
    pairs = list(zip(powers, reversed(others), strict=True))
    unit = pow(bond[pivot_row][pivot_column], -1, PRIME)
    places = [(i, j) for i in range(rows) for j in range(columns) if (i, j) != (pivot_row, pivot_column)]
    jacobian = []
    for k, m in places:
        # the (i, j) entry of Σ T^a e_k e_mᵀ S^(p−1−a)
        moved = [[over * sum(t[i][k] * s[m][j] for t, s in pairs) % PRIME for j in range(columns)] for i in range(rows)]
        shift = moved[pivot_row][pivot_column] * unit % PRIME
        jacobian.append([(moved[i][j] - shift * bond[i][j]) % PRIME for i, j in places])
    return turned(jacobian)


def nullity(matrix, value):
    """The dimension of an eigenspace."""
    return len(matrix) - rank([[x - value * (i == j) for j, x in enumerate(row)] for i, row in enumerate(matrix)])


# -- multiplicities of roots of unity -----------------------------------------------------------------------------


def classes(rank_, order):
    """Multisets of that many roots of unity up to rotation and conjugation: representative ↦ classes up to rotation."""

    def multisets(start, left):
        if not left:
            yield ()
        for k in range(start, order):
            for rest in multisets(k, left - 1) if left else ():
                yield (k, *rest)

    def canonical(roots, units):
        return min(tuple(sorted((u * k + turn) % order for k in roots)) for u in units for turn in range(order))

    units = [u for u in range(1, order + 1) if gcd(u, order) == 1]
    found = {}
    for roots in multisets(0, rank_):
        name = canonical(roots, units)
        found.setdefault(name, set()).add(canonical(roots, [1]))
    return {name: len(rotated) for name, rotated in found.items()}


def name_of(roots, order):
    """The representative of :func:`classes`."""
    units = [u for u in range(1, order + 1) if gcd(u, order) == 1]
    return min(tuple(sorted((u * k + turn) % order for k in roots)) for u in units for turn in range(order))


def draw_point(random, counts, roots, order):
    """A random bond matrix whose transfer matrix has these roots of unity as eigenvalues: V = U D K⁻¹ W."""
    rows, columns, size = len(counts), len(counts[0]), len(roots)
    zeta = root_of_unity(order)
    while True:
        left = [[random.randrange(PRIME) for _ in range(size)] for _ in range(rows)]
        right = [[random.randrange(PRIME) for _ in range(columns)] for _ in range(size)]
        solved = inverse(product(product(right, turned(counts)), left))
        if solved is not None:
            scaled = [[x * pow(zeta, k, PRIME) % PRIME for x, k in zip(row, roots, strict=True)] for row in left]
            return product(product(scaled, solved), right)
