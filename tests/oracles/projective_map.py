"""V ↦ (V Gᵀ)^{p−1} V with plain Fractions: images, and the spectrum of its derivative in an affine chart."""

from __future__ import annotations

from fractions import Fraction


def product(left, right):
    return [
        [sum(a * b for a, b in zip(row, column, strict=True)) for column in zip(*right, strict=True)] for row in left
    ]


def image(bond, counts, scale):
    turned = [list(column) for column in zip(*counts, strict=True)]
    result = bond
    for _ in range(scale - 1):
        result = product(bond, product(turned, result))
    return result


def proportional(left, right):
    """Return the factor λ with left = λ·right, or None."""
    flat = [(x, y) for r, s in zip(left, right, strict=True) for x, y in zip(r, s, strict=True)]
    ratio = next((x / y for x, y in flat if y), None)
    return ratio if ratio is not None and all(x == ratio * y for x, y in flat) else None


class Dual:
    """a + b ε with ε² = 0."""

    def __init__(self, a, b=0):
        self.a, self.b = Fraction(a), Fraction(b)

    def __add__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.a + other.a, self.b + other.b)

    __radd__ = __add__

    def __mul__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        return Dual(self.a * other.a, self.a * other.b + self.b * other.a)

    __rmul__ = __mul__


def derivative(bond, counts, scale):
    """Return the Jacobian at a fixed V in the chart where the first non-zero entry is constant."""
    rows, columns = len(bond), len(bond[0])
    places = [(i, j) for i in range(rows) for j in range(columns)]
    pivot = next((i, j) for i, j in places if bond[i][j])
    base = [[Fraction(x) / bond[pivot[0]][pivot[1]] for x in row] for row in bond]
    moving = [place for place in places if place != pivot]
    jacobian = []
    for place in moving:
        moved = [[Dual(base[i][j], int((i, j) == place)) for j in range(columns)] for i in range(rows)]
        after = image(moved, counts, scale)
        scale_ = after[pivot[0]][pivot[1]]
        # (x / s)' = (x' s − x s') / s²
        jacobian.append([(after[i][j].b * scale_.a - after[i][j].a * scale_.b) / scale_.a**2 for i, j in moving])
    return [list(column) for column in zip(*jacobian, strict=True)]


def multiplicity_of(matrix, value):
    """Return the algebraic multiplicity of a rational eigenvalue: the nullity of (M − value)^n."""
    size = len(matrix)
    if not size:
        return 0
    shifted = [[x - (value if i == j else 0) for j, x in enumerate(row)] for i, row in enumerate(matrix)]
    power = shifted
    for _ in range(size - 1):
        power = product(power, shifted)
    return size - rank(power)


def rank(matrix):
    rows = [[Fraction(x) for x in row] for row in matrix]
    found = 0
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
