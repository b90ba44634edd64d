"""What stands behind the derivation exponential_family: integrals, moments of sums, checks at random, the picture."""

from fractions import Fraction
from itertools import pairwise, product
from math import factorial
from random import Random

import flint
import sympy
from sympy import Integer, Rational, exp, sqrt

import symrg as sg
from symrg.exact.gaussian import density, gaussian_integral
from symrg.exact.limits import limit_at
from symrg.view.plots import Curve, Marks, Plot


def holds(*verdicts):
    """One verdict out of several: refuted or undecided if any is, else the last proof."""
    for status in ("refuted", "undecided"):
        for verdict in verdicts:
            if verdict.status == status:
                return verdict
    return sg.Verdict("proved", "; ".join(dict.fromkeys(v.method for v in verdicts)), "; ".join(dict.fromkeys(v.certificate for v in verdicts)))


# -- Gaussian chains ------------------------------------------------------------------------------------------


def block_integral(a, J, x, z, scale):
    """The integral over the scale - 1 sites between two that stay, written and done variable by variable."""
    inner = sympy.symbols(f"y_1:{scale}", real=True)
    sites = [x, *inner, z]
    integrand = exp(sum(-a * y**2 / 2 for y in inner) + sum(J * s * t for s, t in pairwise(sites)))
    # the determinants of the sites integrated first: positive wherever the chain has a law
    minors = [Integer(1), a]
    while len(minors) <= scale:
        minors.append(sympy.expand(a * minors[-1] - J**2 * minors[-2]))
    done = gaussian_integral(integrand, inner, positive=minors[1:])
    written = sympy.Integral(integrand, *((y, -sympy.oo, sympy.oo) for y in inner))
    return written, done.value, minors[1:scale]


def check_graphs(count, seed=2026):
    """Schur complements against inverting twice, on graphs drawn at random with rational couplings."""
    draw = Random(seed)
    for _ in range(count):
        size = draw.randint(3, 6)
        phi = [sg.Variable(f"phi_{i}", sympy.S.Reals) for i in range(size)]
        rows = [[Fraction(0)] * size for _ in range(size)]
        for i, j in product(range(size), repeat=2):
            if i < j and draw.random() < 0.6:
                rows[i][j] = rows[j][i] = Fraction(draw.randint(-5, 5), draw.randint(1, 4))
        for i in range(size):  # dominant diagonals make a law
            rows[i][i] = sum(map(abs, rows[i])) + Fraction(draw.randint(1, 5), 3)
        exponent = -sum(Rational(rows[i][j]) * phi[i] * phi[j] for i, j in product(range(size), repeat=2)) / 2
        stay = draw.randint(1, size - 1)
        done = sg.decimate_gaussian(exponent, over=phi[stay:])
        whole = flint.fmpq_mat(size, size, [flint.fmpq(x.numerator, x.denominator) for row in rows for x in row])
        covariance = whole.inv()
        corner = flint.fmpq_mat(stay, stay, [covariance[i, j] for i in range(stay) for j in range(stay)])
        expected = corner.inv()
        if any(Rational(int(expected[i, j].p), int(expected[i, j].q)) != done.precision[i, j] for i, j in product(range(stay), repeat=2)):
            return False
        ratio = whole.det() / expected.det()
        if Rational(int(ratio.p), int(ratio.q)) != done.determinant:
            return False
    return True


def ratio_plot(scale):
    """The map of ρ with the diagonal and the orbit of a strongly coupled law."""
    image = sg.GaussianChain.ratio_recursion(scale)
    points, poles = [], _real_roots(image.functions[0].den)
    for k in range(-480, 481):
        rho = Fraction(k, 400)
        near = any(abs(float(p) - float(rho)) < 1 / 400 for p in poles)
        points.append(None if near else (rho, image((rho,))[0]))
    web, at = [], Fraction(497, 1000)
    web.append((at, Fraction(0)))
    for _ in range(6):
        after = image((at,))[0]
        web += [(at, after), (after, after)]
        at = after.limit_denominator(10**9)  # for the eye only
    fixed = [f for f in sg.GaussianChain.fixed_ratios(scale) if f.ratio.is_extended_real and f.ratio.is_finite]
    places = {kind: [(Fraction(str(round(float(f.ratio), 12))),) * 2 for f in fixed if f.kind == kind] for kind in ("law", "boundary", "algebra")}
    half = Fraction(1, 2)
    return Plot(
        ((Fraction(-6, 5), Fraction(6, 5)), (Fraction(-6, 5), Fraction(6, 5))), (sympy.Symbol("rho"), sympy.Symbol("rho'")),
        [Curve(points, label="one step of decimation"), Curve([(Fraction(-6, 5),) * 2, (Fraction(6, 5),) * 2], colour=2, label="unchanged"),
         Curve(web, colour=1, label="an orbit that begins at 0.497"),
         Curve([(half, -half), (half, half), (-half, half), (-half, -half), (half, -half)], colour=4, label="between these sides: laws of infinite chains"),
         Marks(places["law"], colour=3, shape="disc", label="the fixed point that is a law"),
         Marks(places["boundary"], colour=1, shape="square", label="on the boundary of laws"),
         Marks(places["algebra"], colour=5, shape="cross", label="algebra only")],
        title=f"The map of ρ = J/a under decimation with scale {scale}, the diagonal, and an orbit that ends at 0.")


def _real_roots(polynomial):
    x = sympy.Symbol("x")
    terms = [int(c) * x ** int(e[0]) for e, c in polynomial.terms()]
    return sympy.real_roots(sympy.Poly(sympy.Add(*terms), x)) if polynomial.total_degree() > 0 else []


# -- sums of independent variables -----------------------------------------------------------------------------


def moments_of_sum(moments, weights):
    """m_1, ..., m_n of Σ w_i φ_i for independent φ_i with the same moments, one variable after the other."""
    known = [Integer(1), *moments]
    total = [Integer(1), *[Integer(0)] * len(moments)]
    for w in weights:
        total = [sympy.expand(sum(sympy.binomial(n, k) * w**k * known[k] * total[n - k] for k in range(n + 1))) for n in range(len(total))]
    return total[1:]


def hermite(n, x):
    """He_n by its own recursion."""
    last, now = Integer(0), Integer(1)
    for k in range(n):
        last, now = now, sympy.expand(x * now - k * last)
    return now


def linearised(function, c, x, y):
    """b √b ∫ g_{b-1}(√b x − y) h(y) dy with √b = c, done exactly for a polynomial times Gaussians h(y)."""
    kernel = exp(-((c * x - y) ** 2) / (2 * (c**2 - 1))) / sqrt(2 * sympy.pi * (c**2 - 1))
    return gaussian_integral(c**3 * kernel * function, [y], positive=[c**2 - 1]).value


def check_hermite(orders, c, x, y):
    return holds(*(
        sg.equal(linearised(hermite(n, y) * density(y), c, x, y), c ** (2 - n) * hermite(n, x) * density(x), positive=[c**2 - 1])
        for n in orders))


# -- characteristic parameters ----------------------------------------------------------------------------------


def vanishes_at_infinity(thetas, phi, j):
    """Whether φ^{2j+1} exp(−Σ θ_{2k} φ^{2k}) tends to 0 on both sides."""
    exponent = sum(t * phi ** (2 * k) for k, t in enumerate(thetas, 1))
    sides = [limit_at(phi ** (2 * j + 1) * exp(-exponent), phi, end) for end in (sympy.oo, -sympy.oo)]
    status = "proved" if sides == [0, 0] else "refuted"
    return sg.Verdict(status, "limits by exact expansion", f"the limits are {sides}")


def quartic_moments(count):
    """m_2, m_4, ... of exp(−φ⁴)/Z as (power of q, rational): m_{2n} = r q^{n mod 2} with q = m_2 = Γ(3/4)/Γ(1/4)."""
    found = [Integer(1), sympy.Symbol("q")]
    while len(found) <= count:  # 4 m_{2j+4} = (2j + 1) m_{2j}
        found.append(Rational(2 * len(found) - 3, 4) * found[-2])
    return found[1:]


def check_leaves(scale):
    """Block sums of exp(−φ⁴) break the next moment identity of degree 4: decided by a ball for m_2 = Γ(3/4)/Γ(1/4)."""
    even = quartic_moments(4)
    if any(len(set(sg.moment_identity([0, 1], dict(zip((2, 4, 6, 8), even, strict=True)), j))) > 1 for j in range(3)):
        return sg.Verdict("refuted", "moment identities", "", "these are no moments of exp(−φ⁴)")
    moments = [even[n // 2 - 1] if n % 2 == 0 else Integer(0) for n in range(1, 9)]
    summed = moments_of_sum(moments, [Integer(1)] * scale)  # a factor 1/√b changes the parameters, not the class
    m = dict(zip((2, 4, 6, 8), summed[1::2], strict=True))
    thetas = sg.parameters_from_moments([m[2], m[4], m[6]])
    left, right = sg.moment_identity(thetas, m, 2)
    gap = sympy.Poly(sympy.numer(sympy.together(left - right)), sympy.Symbol("q"))
    ball = (flint.arb(3) / 4).gamma() / (flint.arb(1) / 4).gamma()
    value = flint.arb(0)
    for coefficient in gap.all_coeffs():
        value = value * ball + flint.arb(flint.fmpq(int(coefficient.p), int(coefficient.q)))
    apart = not value.contains(0)
    return sg.Verdict("proved" if apart else "undecided", "ball arithmetic", f"the two sides differ: a numerator is {value.str(10)} at m_2 = {ball.str(10)}")


# -- families -----------------------------------------------------------------------------------------------------

FAMILIES = {"normal": sg.ExponentialFamily.normal, "gamma": sg.ExponentialFamily.gamma,
            "exponential": sg.ExponentialFamily.exponential, "Poisson": sg.ExponentialFamily.poisson}


def usual_cumulants(family, count):
    """κ_1, ..., κ_n in the usual parameters."""
    return [family.cumulant(n).xreplace(dict(family.natural)) for n in range(1, count + 1)]


def gamma_cumulant(k, r, n):
    return k * factorial(n - 1) / r**n


def usual_step(family, block, rescaling):
    """The usual parameters after a step, in the usual parameters before it; None if the image is no law of the family."""
    step = family.block_step(block, rescaling=rescaling)
    if not step.stays:
        return None
    images = {theta: image.xreplace(dict(family.natural)) for theta, image in step.images.items()}
    return {name: sympy.powsimp(sympy.expand(value.xreplace(images))) for name, value in family.ordinary.items()}


def four_points(depth, scale):
    """The parameters of degree 4 after some layers, of data uniform on −2, −1, 1, 2, exactly."""
    values = [-2, -1, 1, 2]
    moments = [Rational(sum(x**n for x in values), 4) for n in range(1, 7)]
    after = sg.moments_from_cumulants(sg.block_cumulants(sg.cumulants_from_moments(moments), scale, depth=depth))
    return sg.parameters_from_moments(after[1::2])
