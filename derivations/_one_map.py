"""What stands behind the derivation one_map: symbols, steps of a chain, and the cases checked at random."""

from random import Random

import flint
import sympy
from sympy import MatMul, Matrix, exp

import symrg as sg


def law(coupling, field):
    """The weights of a bond of the Ising chain; half of each spin's field goes to either side."""
    return Matrix([[exp(coupling + field), exp(-coupling)], [exp(-coupling), exp(coupling - field)]])


def step(V, G, scale):
    return (V * G.T) ** (scale - 1) * V


def powered(V, G, scale):
    """The same as it is written."""
    return MatMul(*[V, G.T] * (scale - 1), V) if scale == 2 else MatMul((V * G.T) ** (scale - 1), V)


def ratios(V):
    """The factors of a bond matrix of two states: interaction, row, column."""
    return [V[1, 1] * V[0, 0] / (V[1, 0] * V[0, 1]), V[1, 0] / V[0, 0], V[0, 1] / V[0, 0]]


def fixed_points_table(network, ising):
    """Both chains' fixed points side by side, infinite couplings included; components correspond by rank and dimension."""
    sides = [sorted(R.fixed_points(projective=True), key=lambda part: (part.rank, -part.dimension)) for R in (network, ising)]
    lines = []
    for rank, dimension in sorted({(part.rank, part.dimension) for side in sides for part in side}, key=lambda k: (k[0], -k[1])):
        cells = [[part for part in side if (part.rank, part.dimension) == (rank, dimension)] for side in sides]
        spectra = {tuple(sorted(part.spectrum.items())) for side in cells for part in side}
        (spectrum,) = spectra  # the theorem of the last sections: rank and dimension fix it
        lines.append([sympy.Integer(rank), sympy.Integer(dimension), _listed(spectrum), *(_component(side) for side in cells)])
    return lines


def _listed(spectrum):
    return sympy.Tuple(*(sympy.Integer(int(value)) for value, count in spectrum for _ in range(count)))


def _component(parts):
    if not parts:
        return "none"
    if len(parts) > 1:
        return f"{len(parts)} components"
    part = parts[0]
    if part.point is not None:
        if part.at_infinity:
            return Matrix([[_exact(entry) for entry in row] for row in part.point])
        return sympy.Tuple(*map(_exact, part.point))
    return sympy.Tuple(*(sympy.Eq(g, 0) for g in part.generators))


def _exact(value):
    return sympy.Rational(value.numerator, value.denominator) if hasattr(value, "numerator") else value.to_sympy()


# -- the structure theorem on chains drawn at random ---------------------------------------------------------


def check_cases(count, seed=0):
    """Decide dimension and spectrum on random strata of random chains, from their definition; True, or the first failure."""
    draw = Random(seed)
    for _ in range(count):
        failure = _check_case(draw)
        if failure:
            return sg.Verdict("refuted", "", counterexample=failure)
    return True


def _check_case(draw):
    rows, columns, scale = draw.randint(2, 4), draw.randint(2, 6), draw.randint(2, 5)
    rank = draw.randint(1, min(rows, columns))
    core, counts = _core(draw, scale, rank)
    G = _matrix(draw, rows, columns, low=0)
    X, Y = _matrix(draw, rows, rank), _matrix(draw, rank, columns)
    middle = Y * G.transpose() * X
    if middle.det() == 0:  # the multiplicities do not allow this rank, or the draw was unlucky
        return _check_case(draw)
    V = X * core * middle.inv() * Y
    T, S = V * G.transpose(), G.transpose() * V
    image = _power(T, scale - 1) * V
    size, free = rows * columns, (rows - rank) * (columns - rank)
    relevant = sum(n * n for n in counts)
    dimension = size - free - relevant
    # row by row, dV goes to the sum of T^j dV S^(p-1-j); at V the factor of the fixed point is 1
    linear = sum((_kronecker(_power(T, j), _power(S, scale - 1 - j).transpose()) for j in range(1, scale)),
                 start=_kronecker(_power(T, 0), _power(S, scale - 1).transpose()))
    x = flint.fmpq_poly([0, 1])
    expected = x**free * (x - 1) ** dimension * (x - scale) ** relevant
    one = flint.fmpq_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])
    if image == V and linear.charpoly() == expected and size - (linear - one).rank() == dimension:
        return None
    return f"G = {G.tolist()}, V = {V.tolist()}, scale {scale}, multiplicities {counts}"


def _core(draw, scale, rank):
    """A rational matrix whose eigenvalues are (p - 1)-th roots of one, drawn at random, and how often each occurs."""
    _, factors = flint.fmpz_poly([-1] + [0] * (scale - 2) + [1]).factor()
    chosen = []
    while (room := rank - sum(f.degree() for f in chosen)) > 0:
        chosen.append(draw.choice([f for f, _ in factors if f.degree() <= room]))
    entries = [[0] * rank for _ in range(rank)]
    start = 0
    for f in chosen:
        for i in range(f.degree()):
            entries[start + i][start + f.degree() - 1] = -int(f[i])
            if i:
                entries[start + i][start + i - 1] += 1
        start += f.degree()
    core = flint.fmpq_mat(rank, rank, [entry for row in entries for entry in row])
    basis = _matrix(draw, rank, rank)
    while basis.det() == 0:
        basis = _matrix(draw, rank, rank)
    counts = [sum(f == g for g in chosen) for f, _ in factors for _ in range(f.degree())]  # conjugates come together
    return basis * core * basis.inv(), counts


def _matrix(draw, rows, columns, low=-3):
    return flint.fmpq_mat(rows, columns, [draw.randint(low, 3) for _ in range(rows * columns)])


def _power(matrix, exponent):
    size = matrix.nrows()
    result = flint.fmpq_mat(size, size, [int(i == j) for i in range(size) for j in range(size)])
    for _ in range(exponent):
        result = result * matrix
    return result


def _kronecker(left, right):
    entries = [left[i, j] * right[k, m] for i in range(left.nrows()) for k in range(right.nrows())
               for j in range(left.ncols()) for m in range(right.ncols())]
    return flint.fmpq_mat(left.nrows() * right.nrows(), left.ncols() * right.ncols(), entries)
