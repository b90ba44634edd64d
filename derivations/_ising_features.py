"""What stands behind the derivation ising_features: matrices, laws decided for sizes, periodic points, the flow."""

from fractions import Fraction
from itertools import combinations, pairwise

import flint
import sympy
from sympy import Matrix, Rational, Symbol, atanh

import symrg as sg
from symrg.exact.values import PointReader
from symrg.view.plots import Arrows, Curve, Marks, Plot

t, x, y = sympy.symbols("t x y")
ORBIT = (Fraction(1, 10**4), Fraction(99, 100))  # where the orbit of the figure begins: near zero temperature
LARGEST = 16  # steps of up to so many bonds are written out


def weights(z):
    """A bond without a field, divided by cosh K; z is tanh K."""
    return Matrix([[1 + z, 1 - z], [1 - z, 1 + z]])


def law(coupling, field):
    """A bond with half of each spin's field on either side; spin up first."""
    return Matrix([[sympy.exp(coupling + field), sympy.exp(-coupling)], [sympy.exp(-coupling), sympy.exp(coupling - field)]])


def couplings_of(V):
    """K, F and the constant of a symmetric positive matrix."""
    up, mixed, down = V[0, 0], V[0, 1], V[1, 1]
    return sympy.log(up*down/mixed**2)/4, sympy.log(up/down)/2, sympy.log(up*mixed**2*down)/4


def lucas(count, trace, determinant):
    """P_0, P_1, ..., with T^k = P_k T - det(T) P_(k-1)."""
    found = [sympy.Integer(0), sympy.Integer(1)]
    while len(found) <= count:
        found.append(sympy.expand(trace*found[-1] - determinant*found[-2]))
    return found


# -- sizes -------------------------------------------------------------------------------------------------------


def selection_holds(scale, most, periodic):
    """Whether every b-th spin of chains of several sizes has the law of the chain with t^b; True, or the first failure."""
    for kept in range(2, most + 1):
        sites = kept*scale if periodic else (kept - 1)*scale + 1
        selected = sg.IsingChain(atanh(t), sites=sites, periodic=periodic).every(scale).probabilities
        chain = sg.IsingChain(atanh(t**scale), sites=kept, periodic=periodic).law(*range(kept)).probabilities
        answer = _same(selected, chain)
        if answer is not True:
            return answer
    return True


def correlations_hold(sites, periodic, expected):
    """Whether any two spins have a formula of their separation as correlation, and a coupling to match."""
    chain = sg.IsingChain(atanh(t), sites=sites, periodic=periodic)
    for i, j in combinations(range(sites), 2):
        pair = chain.law(i, j)
        answer = _same({(i, j): pair.moment(0, 1), 0: pair.coupling()}, {(i, j): expected(j - i), 0: atanh(expected(j - i))})
        if answer is not True:
            return answer
    return True


def _same(first, second):
    for key, value in first.items():
        answer = sg.equal(value, second[key], positive=[1 - t, 1 + t])
        if answer.status != "proved":
            return answer
    return True


def smallest_loss(sites, periodic, temperatures):
    """Whether the loss, computed for all pairs of spins, is smallest exactly at the largest separation."""
    for value in temperatures:
        chain = sg.IsingChain(atanh(Rational(value.numerator, value.denominator)), sites=sites, periodic=periodic)
        losses = {(i, j): chain.law(i, j).divergence() for i, j in combinations(range(sites), 2)}
        apart = {(i, j): min(j - i, sites - j + i) if periodic else j - i for i, j in losses}
        rows = sorted({(apart[pair], loss) for pair, loss in losses.items()}, key=lambda row: row[0])
        for (near, more), (far, less) in pairwise(rows):
            answer = sg.equal(near, far) if near == far else larger(more, less)
            if answer.status != "proved":
                return answer
    return True


def larger(first, second):
    """Two numbers compared in ball arithmetic, which proves an inequality or says nothing."""
    reader = PointReader({})
    with flint.ctx.workprec(256):
        order = reader.order(reader.value(first - second))
    return sg.Verdict({1: "proved", -1: "refuted"}.get(order, "undecided"), "", counterexample=f"{first} and {second}" if order == -1 else None)


# -- periodic points -----------------------------------------------------------------------------------------------


def periods(scale):
    """The periods that are listed: up to 4, as long as a period is a step of not too many bonds."""
    return [n for n in range(1, 5) if scale**n <= LARGEST] or [1]


def periodic_points(scale):
    """All periodic points without a field, by iterating the map of x; none of the theory of the section is used.

    For each: period, polynomial of x, multipliers of the n-fold map along x and along y at its roots (None if they
    differ from root to root).
    """
    R = sg.IsingChain(Symbol("K")).recursion(scale)
    image, along_y = (_at_no_field(f) for f in (R.functions[0], R.derivatives[1][1]))
    found, known = [], []
    above, below = flint.fmpq_poly([0, 1]), flint.fmpq_poly([1])  # the n-fold map, numerator and denominator
    response = (flint.fmpq_poly([1]), flint.fmpq_poly([1]))
    for period in periods(scale):
        response = tuple(p*_homogeneous(q, above, below, along_y) for p, q in zip(response, along_y, strict=True))
        above, below = (_homogeneous(p, above, below, image) for p in image)
        common = above.gcd(below)
        above, below = above / common, below / common
        for factor in _factors(above - flint.fmpq_poly([0, 1])*below):
            if factor in known or factor in (flint.fmpq_poly([0, 1]), flint.fmpq_poly([-1, 1])):  # x = 0 and x = 1 are physical
                continue
            known.append(factor)
            slope = above.derivative()*below - above*below.derivative(), below*below
            found.append((period, factor, _constant(*slope, factor), _constant(*response, factor)))
    return found


def _at_no_field(function):
    return [_univariate(p) for p in (function.num, function.den)]


def _univariate(polynomial):
    total = flint.fmpq_poly([0])
    for (power, _), coefficient in polynomial.terms():  # y = 1
        total += flint.fmpq_poly([0]*power + [int(coefficient)])
    return total


def _homogeneous(polynomial, above, below, pair):
    """The polynomial at a quotient, times the power of its denominator that the larger one of a pair needs."""
    degree = max(p.degree() for p in pair)
    total = flint.fmpq_poly([0])
    for power in range(polynomial.degree() + 1):
        total += polynomial[power]*above**power*below**(degree - power)
    return total


def _factors(polynomial):
    whole = flint.fmpz_poly([int(c*polynomial.denom()) for c in polynomial.coeffs()])
    return [flint.fmpq_poly(factor.coeffs()) for factor, _ in whole.factor()[1]]


def _constant(above, below, modulus):
    """The value of a quotient at the roots of an irreducible polynomial, if it is the same rational at all."""
    one, inverse, _ = (below % modulus).xgcd(modulus)
    if one.degree() != 0:
        return None
    value = (above*inverse/one[0]) % modulus
    return Fraction(int(value[0].p), int(value[0].q)) if value.degree() <= 0 else None


def expected_points(scale):
    """What the theory says: t a primitive root of unity whose order divides b^n - 1 or b^n + 1, and is larger than 2."""
    found, known = [], set()
    for period in periods(scale):
        size = scale**period
        for sign in (1, -1):
            for order in sympy.divisors(size - sign):
                if order > 2 and order not in known:
                    known.add(order)
                    found.append((period, order, tangents(order), Fraction(sign*size), Fraction(sign)))
    return found


def tangents(order):
    """The polynomial of ((1 - t)/(1 + t))^2 over all t of one order."""
    cyclotomic = sympy.Poly(sympy.cyclotomic_poly(order, t), t)
    u = Symbol("u")
    turned = sympy.expand(sum(c*(1 - u)**k*(1 + u)**(cyclotomic.degree() - k) for (k,), c in cyclotomic.terms()))
    even = sympy.Poly(turned, u)
    coefficients = [even.coeff_monomial(u**k) for k in range(0, even.degree() + 1, 2)]
    (factor,) = _factors(flint.fmpq_poly([flint.fmpq(int(c.p), int(c.q)) for c in coefficients]))
    return factor


def points_agree(scale):
    """Whether the points found by iteration are those of the theory, with their multipliers."""
    found = {(n, str(p), a, b) for n, p, a, b in periodic_points(scale)}
    theory = {(n, str(p), a, b) for n, _, p, a, b in expected_points(scale)}
    if found == theory:
        return True
    return sg.Verdict("refuted", "", counterexample=f"found and not expected, or the reverse: {sorted(map(str, found ^ theory))[:4]}")


def points_table(scale):
    rows = []
    for period, order, polynomial, along_x, along_y in expected_points(scale):
        ks = [k for k in range(1, order//2 + 1) if sympy.igcd(k, order) == 1]
        rows.append([sympy.Integer(period), sympy.Integer(order), ", ".join(map(str, ks)), sympy.Integer(polynomial.degree() // period),
                     sympy.Integer(int(along_x)), sympy.Integer(int(along_y))])
    return rows


# -- picture ---------------------------------------------------------------------------------------------------------


def flow(scale):
    """One exact step from each point of a grid in the square of physical couplings K >= 0, F >= 0."""
    R = sg.IsingChain(Symbol("K")).recursion(scale)
    places = [Fraction(2*k + 1, 16) for k in range(8)]
    grid = [(p, q) for p in (Fraction(1, 100), *places) for q in (*places, Fraction(1))]
    orbit = R.iterate(ORBIT, next(n for n in range(12, 0, -1) if scale**n <= 4096))  # digits grow like the bonds
    return Plot(((0, Fraction(21, 20)), (0, Fraction(21, 20))), (x, y), [
        Curve([(1, 0), (1, 1)], label="fixed points x = 1: no coupling, stable", colour=2, dashed=False),
        Arrows([(p, R(p)) for p in grid], label=f"one step, b = {scale}, from exact point to exact image"),
        Curve(orbit, label="an orbit from near zero temperature", colour=3),
        Marks([(0, 1)], label="x = 0, y = 1: zero temperature without a field, unstable"),
    ], title="Steps of the Ising recursion in the square of x = exp(-4K) and y = exp(-2F): every arrow goes towards the line x = 1.")


# -- majorities --------------------------------------------------------------------------------------------------------


def majority(*spins):
    a, b, c = spins
    return (a + b + c - a*b*c)/2


def blocks_law():
    """The joint law of the majorities of three adjacent blocks of three spins."""
    return sg.IsingChain(atanh(t)).readouts([(0, 1, 2), (3, 4, 5), (6, 7, 8)])
