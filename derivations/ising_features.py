"""Selection layers on the Ising chain: what can be decided of the abstract of Gong and Xia (2022).

    symrg verify derivations/ising_features.py             # decide every statement
    symrg derive derivations/ising_features.py --to out    # write it up
    symrg verify ising_features --scale 3                  # another block size

Only the abstract of the paper is public here. So all that is decided is about a model of ours, stated in full, and
marked as a surrogate: it says what the abstract's claim comes to in a network that one can write down.
"""

from fractions import Fraction
from itertools import pairwise

import sympy
from _ising_features import (
    ORBIT,
    blocks_law,
    correlations_hold,
    couplings_of,
    flow,
    larger,
    law,
    lucas,
    majority,
    periods,
    points_agree,
    points_table,
    selection_holds,
    smallest_loss,
    weights,
)
from sympy import (
    Derivative,
    Eq,
    Identity,
    Matrix,
    MatrixSymbol,
    atanh,
    cos,
    cosh,
    diag,
    exp,
    log,
    symbols,
    tan,
    tanh,
)

import symrg as sg
from symrg.exact.decisions import decide_sets
from symrg.exact.limits import limit_at
from symrg.ledger.blocks import prose
from symrg.ledger.deciding import as_verdict
from symrg.model.sums import StateSum

PAPER = {"authors": ["F. Gong", "Z. Xia"], "identifier": "arXiv:2212.00005 (2022)",
         "title": "Interpreting Deep Learning by Establishing a Rigorous Corresponding Relationship with Renormalization Group"}
OURS = "layers that select spins of an Ising chain, with the divergence of their outputs' law from independence as the loss"
TEXTBOOK = "the Ising chain and its decimation, as in textbooks"  # the abstract does not say which step the paper takes
K, F, K1, F1, g, t, t1, x, y, x1, y1, u, u1, m = symbols("K F K' F' g t t' x y x' y' u u' m")
b, n, r, k, s_, w, mu, nu, om, theta, lam, tau, delta, xi = symbols("b n r k s omega' mu nu omega theta lambda tau delta xi")
P, Q, R, D, c1, c2, K2, K12, K13, rho = symbols("P_b P_b-1 P_b+1 D c_1 c_2 K_out K_12 K_13 rho")
J, I = sympy.Function("J"), sympy.Function("I")  # a linearised step, the loss of two outputs
V, V1, T, S, E = (MatrixSymbol(name, 2, 2) for name in ("V", "V'", "T", "S", "1"))
column = MatrixSymbol("e", 2, 1)
POWERS = {j: MatrixSymbol(f"M_{str(j).replace(' ', '')}", 2, 2) for j in (1, r, n, n + 1, n - r)}  # products of so many bonds
o1, o2, o3 = (sg.Variable(name, (-1, 1)) for name in ("o_1", "o_2", "o_3"))  # read-outs


def derivation(network=None, scale=2, *, sites=4, temperatures=(Fraction(1, 2), Fraction(-2, 3))):
    """`sites`: the most spins kept in the laws gone through; `temperatures`: the values of tanh K at which losses are compared."""
    _check(network, scale, sites, temperatures)
    p = sympy.Integer(scale)
    d = sg.Derivation(
        "Selection layers on the Ising chain", paper=PAPER, inputs={"scale": scale, "sites": sites, "temperatures": temperatures},
        abstract="The abstract of Gong and Xia (2022) claims that the coupling of a trained network's output tends to the fixed point of the Ising "
                 "chain's renormalization group. The network and its loss are not known to us. In a network of our own, layers that select spins, the claim is "
                 "true, proved below, and so is why: the limit is reached by all deep selection layers, trained or not. Majority layers show what "
                 "the claim needs before it can be stated at all.")
    _paper(d)
    _model(d)
    _decimation(d, scale, p)
    _in_a_field(d, scale, p)
    _cold(d, scale, p)
    _periodic(d, scale, p)
    _selection(d, scale, p, sites)
    _readouts(d, scale, sites)
    _theorem(d, scale, p, sites, temperatures)
    _majorities(d)
    return d


def _check(network, scale, sites, temperatures):
    if network is not None:
        raise sg.ModelError("this ledger is about layers that select spins of an Ising chain; it has no layered network, so leave the network "
                            "options out (--scale sets the block size)")
    if isinstance(scale, bool) or not isinstance(scale, int) or not 2 <= scale <= 8:
        raise sg.ModelError(f"the block size is {scale!r}; it is a whole number from 2 to 8 (its sums have 2^(b + 1) states)")
    if isinstance(sites, bool) or not isinstance(sites, int) or not 3 <= sites <= 8:
        raise sg.ModelError(f"sites is {sites!r}; laws of 3 to 8 spins are gone through")
    for value in temperatures:
        if not isinstance(value, Fraction) or not 0 < abs(value) < 1:
            raise sg.DomainError(f"tanh K = {value!r} is not that of a coupling: give fractions with 0 < |t| < 1")


# -- the paper's ------------------------------------------------------------------------------------------------------


def _paper(d):
    s = d.section("What the paper's abstract claims")
    s.text("Gong and Xia compare the forward pass of a deep network with real-space renormalization: both go from microscopic to macroscopic "
           "variables. For the fully connected network and the one-dimensional Ising chain their abstract announces a proof that, with the parameters "
           "at their optimal value, the coupling constant of the network's output has a limit, and that the limit equals the fixed point of "
           "the coupling constant under the renormalization group. From this they conclude that training is equivalent to renormalization. The "
           "journal version adds that the fixed point is the stable one, and that input and features are two systems of statistical physics.")
    s.text("*Not known to us:* the activation, the loss, the block size, in what the limit is taken, how the coupling constant is read off the output's "
           "partition function, and every formula of the paper. So no equation below is the paper's, and no verdict below is on the paper's theorem.")
    rows = [("fully connected layers", "activation, widths", "sec-our-model"), ("renormalization of the Ising chain", "the block size", "sec-decimation-without-a-field"),
            ("a fixed point of the coupling", "which one", "fixed-t"), ("the output's coupling constant", "its definition", "gibbs-law"),
            ("parameters at their optimal value", "the loss", "surrogate-theorem"), ("the limit of the coupling", "in what", "limit"),
            ("training is equivalent to renormalization", "the argument", "any-layers")]
    s.table("claims", header=["in the abstract", "not known to us", "what stands for it in our model"],
            rows=[(a, c, prose(f"{{ref:{where}}}")) for a, c, where in rows], caption="What is the paper's, what is missing, and what we decide instead.")


def _model(d):
    s = d.section("Our model", surrogate=OURS)
    s.assume("spins", "The input is an Ising chain of spins {a}, open or a ring: {K} couples neighbours, {F} is the field on each spin, and a bond carries half the "
             "field of either of its spins.", a=sympy.FiniteSet(-1, 1), K=K, F=F)
    s.define("bond", V, law(K, F), text="A bond has the weights")
    i, j = symbols("i j", integer=True)
    W, spin = sympy.IndexedBase("W"), sympy.IndexedBase("s")
    s.define("layer", sympy.Indexed("o", i), sg.sign(sympy.Sum(W[i, j]*spin[j], (j, 1, n))),
             text="A layer is fully connected, with the sign as activation:")
    s.assume("rows", "In a *selection layer* each row of the weights has one 1 and zeros otherwise, so that every output {o} is one of the spins; in a *majority "
             "layer* each row has ones on a block of three neighbours.", o=sympy.Symbol("o_i"))
    s.define("loss", D, StateSum(sympy.Function("p")(o1, o2)*log(sympy.Function("p")(o1, o2)/(sympy.Function("p_1")(o1)*sympy.Function("p_2")(o2))), o1, o2),
             p=sympy.Function("p")(o1, o2), text="The loss of two outputs of law {p} is its divergence from the product of its marginals (this order of the two, in nats):")
    s.text("Zero loss means independent features. The next four sections renormalize the chain. They are textbook matter, or follow from it; the paper's own step of renormalization is not known to us.")


# -- decimation ---------------------------------------------------------------------------------------------------------


def _decimation(d, scale, p):
    s = d.section("Decimation without a field", surrogate=TEXTBOOK)
    s.define("t", t, tanh(K), text="Without a field, write")
    s.define("weights", POWERS[r], weights(t**r), text="and")
    s.equation("bond-t", V, cosh(K)*POWERS[1], meaning={V: law(K, 0), POWERS[1]: weights(tanh(K))}, text="Then a bond is, up to a factor, the first of these matrices,")
    s.equation("products", POWERS[1]*POWERS[n], 2*POWERS[n + 1], meaning={POWERS[j]: weights(t**j) for j in (1, n, n + 1)}, n=n, nonzero=[t],
               text="and products of such matrices are such matrices, so that by induction a chain of any number of bonds {n} is one bond:")
    power = law(K, 0)**scale
    s.equation("step", t1, t**p, meaning={t1: (power[0, 0] - power[0, 1]) / (power[0, 0] + power[0, 1]), t: tanh(K)}, p=p,
               text="Keeping every spin whose number is a multiple of {p} is therefore, in {t},", t=t)
    after = {K1: atanh(tanh(K)**p), g: p*log(2*cosh(K)) - log(2*cosh(atanh(tanh(K)**p)))}
    s.system("after", [(K1, atanh(t**p)), (g, p*log(2*cosh(K)) - log(2*cosh(K1)))], definition=True,
             text="So there are a new coupling and, for each new bond, a constant that goes into the free energy:")
    spins = [sg.Variable(f"s_{i}", (-1, 1)) for i in range(scale + 1)]
    s.equation("sum", StateSum(exp(K*sympy.Add(*(left*right for left, right in pairwise(spins)))), *spins[1:-1]),
               exp(K1*spins[0]*spins[-1] + g), meaning=after, text="In all states of the spins that stay,")
    s.equation("half-log", K1, log(cosh(2*K))/2, meaning={K1: atanh(tanh(K)**2)}, p=sympy.Integer(2),
               text="For blocks of {p} the new coupling is the textbooks',")
    s.equation("half-log-back", tanh(log(cosh(2*K))/2), tanh(K)**2, text="and this says the same as a square of {t}, since the hyperbolic tangent is one-to-one on the reals:", t=t)
    s.equation("constant-two", 2*log(2*cosh(K)) - log(2*cosh(K1)), log(4*cosh(2*K))/2, meaning={K1: log(cosh(2*K))/2}, text="Its constant is")
    s.equation("free-energy", (2*cosh(K))**(p*n)*(1 + tanh(K)**(p*n)), exp(n*g)*(2*cosh(K1))**n*(1 + tanh(K1)**n), meaning=after, positive=[K], n=n, p=p*n,
               text="The partition function of a ring of {p} spins is that of {n} spins, times the constants, for every {n}:")
    s.claim("fixed-t", "The fixed points of the step are {z} (no coupling), {o} (zero temperature)" + (" and no others." if scale == 2 else " and the other solutions of {r}."),
            z=Eq(t, 0), o=Eq(t, 1), **({} if scale == 2 else {"r": Eq(t**(p - 1), 1)}),
            decide=lambda: as_verdict(decide_sets([t**p - t], [[Eq(t, 0)], [Eq(t, 1)], [t**(p - 1) - 1]], symbols=[t])))
    s.equations("multipliers-t", [(J(0), 0), (J(1), p)], z=Eq(t, 0), o=Eq(t, 1),
                meaning={J(j): sympy.diff(t**p, t).subs(t, j) for j in (0, 1)},
                text="The derivatives of the step at {z} and {o} show that only the first is stable:")


# -- the recursion in a field -------------------------------------------------------------------------------------------


def _in_a_field(d, scale, p):
    s = d.section("Decimation in a field", surrogate=TEXTBOOK)
    A, B, C = symbols("A B C")
    up, mixed, down = couplings_of(Matrix([[A, B], [B, C]]))
    s.system("inverse", [(K, up), (F, mixed), (g, down)], definition=True, text="Every symmetric matrix of positive entries is a bond of the chain, with")
    s.equation("any-bond", Matrix([[A, B], [B, C]]), exp(g)*law(K, F), meaning={K: up, F: mixed, g: down}, positive=[A, B, C],
               text="since", condition="for all positive {a}, {b}, {c}", a=A, b=B, c=C)
    s.text("and powers of such matrices are such matrices: so every step is again a coupling, a field and a constant.")
    coordinates = {x: exp(-4*K), y: exp(-2*F)}
    s.system("coordinates", coordinates.items(), definition=True, text="The recursion is rational in")
    pair = law(K, F)**2
    two = {x1: x*(1 + y)**2 / ((x + y)*(1 + x*y)), y1: y*(x + y) / (1 + x*y)}
    s.equations("recursion", two.items(), meaning={x1: pair[0, 1]*pair[1, 0]/(pair[0, 0]*pair[1, 1]), y1: pair[1, 1]/pair[0, 0], **coordinates},
                text="For blocks of two it is")
    images = sg.IsingChain(K).recursion(scale).images
    if scale == 3:
        third = law(K, F)**3
        s.equations("recursion-three", zip((x1, y1), images.values(), strict=True), text="and for blocks of three",
                    meaning={x1: third[0, 1]*third[1, 0]/(third[0, 0]*third[1, 1]), y1: third[1, 1]/third[0, 0], **coordinates})
    q = sympy.Symbol("q")
    s.define("reduced", T, Matrix([[1, q], [q, y]]), text="For every block size at once: divided by its largest entry, a bond is {t}, with {q},", t=T, q=Eq(q**2, x*y))
    s.system("lucas", [(sympy.Symbol("P_0"), 0), (sympy.Symbol("P_1"), 1), (R, tau*P - delta*Q), (tau, 1 + y), (delta, y*(1 - x))], definition=True,
             text="and its powers are linear in it, with polynomials of its trace and determinant that follow one another by")
    explicit = {T: Matrix([[1, q], [q, y]]), E: Matrix([[1, 0], [0, 1]]), tau: 1 + y, delta: y - q**2}
    s.equation("cayley", T*(P*T - delta*Q*Identity(2)), (tau*P - delta*Q)*T - delta*P*Identity(2), meaning=explicit, b=b,
               text="By induction the power {b} is the matrix in brackets, where 1 is the identity matrix:")
    general = {x1: x*y*P**2/((P - delta*Q)*(y*P - delta*Q)), y1: (y*P - delta*Q)/(P - delta*Q)}
    s.system("general", general.items(), definition=True, text="The step of every block size is thus")
    here = lucas(scale + 1, 1 + y, y*(1 - x))
    at = {P: here[scale], Q: here[scale - 1], R: here[scale + 1], delta: y*(1 - x)}
    s.claim("general-step", "For {b} these are the images that the chain's own recursion has.", b=Eq(b, p),
            decide=lambda: sg.equal([v.subs(at) for v in general.values()], list(images.values())))
    rows = [(x1 - x, x*(1 - x)*Q*R/((P - delta*Q)*(P - (1 - x)*Q))), (y1 - y, -y*(1 - x)*(1 - y)*Q/(P - delta*Q))]
    s.equations("differences", rows, meaning={x1: general[x1].subs(delta, y*(1 - x)), y1: general[y1].subs(delta, y*(1 - x)), R: (1 + y)*P - y*(1 - x)*Q, delta: y*(1 - x)},
                text="Its fixed points can be read off, for all block sizes, since")
    s.claim("all-fixed", "Where the step is defined and the field is finite, its fixed points over the complex numbers are {l} (no coupling, any field), {c} (zero temperature, no field), the "
            "zeros of {q} (complex couplings), those of {r} without a field (complex too), and no others.", l=Eq(x, 1), c=sympy.Tuple(Eq(x, 0), Eq(y, 1)), q=Q, r=R,
            method="decomposition of the two products, with the polynomials as unknowns",
            decide=lambda: as_verdict(decide_sets([x*(1 - x)*Q*R, y*(1 - x)*(1 - y)*Q], [[x - 1], [Q], [x, y - 1], [R, y - 1]], symbols=[x, y, Q, R], nonzero=[y])))
    if scale <= 4:
        fixed = _fixed(scale, here)
        denominators = [sympy.fraction(sympy.together(v))[1] for v in images.values()]
        listed = {f"f{i}": sympy.Tuple(*part) if len(part) > 1 else part[0] for i, part in enumerate(fixed)}
        s.claim("fixed-points", "For {b} they are, infinite fields included, " + "; ".join(f"{{{name}}}" for name in listed) + ".", b=Eq(b, p), **listed,
                decide=lambda: as_verdict(decide_sets([images[x] - x, images[y] - y], fixed, symbols=[x, y], nonzero=denominators)))
    up = sympy.Symbol("a_b")
    s.equations("real", [(R, up + y*P), (R - delta*P, up + x*y*P)], meaning={R: (1 + y)*P - y*(1 - x)*Q, delta: y*(1 - x), up: P - y*(1 - x)*Q}, d=Eq(up, P - delta*Q),
                text="Real couplings have positive {x} and {y}. Then all the polynomials are positive, by induction together with {d} (the first entry of the power, and the second row is that of the next one):", x=x, y=y)
    s.equations("real-positive", [(up + y*P, 0), (up + x*y*P, 0)], relation=">", positive=[up, P, x, y], text="Both sums are of positive terms. So only {l} and, as a limit, {c} are physical.",
                l=Eq(x, 1), c=sympy.Tuple(Eq(x, 0), Eq(y, 1)))
    jacobian = Matrix(list(images.values())).jacobian([x, y])
    s.equation("line", J(1, y), Matrix([[0, 0], [y*(1 - y)/(1 + y), 1]]), meaning={J(1, y): jacobian.subs(x, 1)}, text="On the line {l} the linearised step has the eigenvalues 0 and 1: it is "
               "stable, and marginal along itself,", l=Eq(x, 1))
    s.equation("cold", J(0, 1), diag(p**2, p), meaning={J(0, 1): jacobian.subs({x: 0, y: 1})}, text="and at zero temperature both are relevant:")
    if scale == 2:
        s.equation("complex", J(-3, 1), diag(-2, -1), meaning={J(-3, 1): jacobian.subs({x: -3, y: 1})}, text="At the point of complex couplings, {c}, they are", c=sympy.Tuple(Eq(x, -3), Eq(y, 1)))
    s.figure("flow", flow(scale), caption="One step from each point of a grid in the square of physical couplings: {x} is {a} or an odd multiple of {b}, below 1, and {y} an odd multiple of {b}, or 1. Every step drawn goes towards the line {l}. The orbit begins at {c}.",
             x=x, y=y, a=sympy.Rational(1, 100), b=sympy.Rational(1, 16), c=sympy.Tuple(*(Eq(s_, sympy.Rational(v.numerator, v.denominator)) for s_, v in zip((x, y), ORBIT, strict=True))), l=Eq(x, 1))


def _fixed(scale, polynomials):
    """The fixed points for one block size: the factors of the two polynomials, solved where they are linear."""
    def solved(factor, unknown):
        return sympy.Eq(unknown, sympy.solve(factor, unknown)[0]) if sympy.degree(factor, unknown) == 1 and factor.free_symbols == {unknown} else sympy.Eq(factor, 0)

    curves = [[solved(f, y)] for f, _ in sympy.factor_list(polynomials[scale - 1])[1]]
    points = [[solved(f, x), Eq(y, 1)] for f, _ in sympy.factor_list(polynomials[scale + 1].subs(y, 1))[1]]
    return [[Eq(x, 1)], [Eq(x, 0), Eq(y, 1)], *curves, *points]


def _cold(d, scale, p):
    s = d.section("Zero temperature in two coordinates", surrogate=TEXTBOOK)
    s.define("u", u, exp(-2*K), text="Besides {x} there is the other natural temperature, its square root", x=x)
    s.equation("t-of-u", t, (1 - u)/(1 + u), meaning={t: tanh(K), u: exp(-2*K)}, text="with")
    image = sympy.cancel(((1 + u)**scale - (1 - u)**scale)/((1 + u)**scale + (1 - u)**scale))
    s.equation("u-step", u1, image, meaning={u1: (1 - ((1 - u)/(1 + u))**p)/(1 + ((1 - u)/(1 + u))**p)},
               text="The step without a field is")
    s.equation("cold-u", J(0), p, meaning={J(0): sympy.diff(image, u).subs(u, 0)}, text="At zero temperature its derivative is")
    yT, yH = symbols("y_T y_H")
    images = sg.IsingChain(K).recursion(scale).images
    grown = Matrix(list(images.values())).jacobian([x, y]).subs({x: 0, y: 1})
    s.equations("exponents", [(yT, 2), (yH, 1)], meaning={yT: log(grown[0, 0])/log(p), yH: log(grown[1, 1])/log(p)}, text="So the exponents at zero temperature are, in {x},", x=x)
    s.equations("exponents-u", [(yT, 1), (yH, 1)], meaning={yT: log(sympy.diff(image, u).subs(u, 0))/log(p), yH: log(grown[1, 1])/log(p)}, text="but in {u}", u=u)
    s.equation("why", x1/x, (u1/u)**2, meaning={x1: images[x].subs({y: 1, x: u**2}), x: u**2, u1: image},
               text="Both are right. A coordinate's growth squares when the coordinate is squared,")
    s.equation("not-smooth", Derivative(u**2, u), 2*u, text="and linearisation gives the same eigenvalue only in coordinates that are smooth functions of each other *both ways*, which these "
               "are not at zero temperature:")
    s.equation("length", -1/log(t**p), -1/(p*log(t)), positive=[t, 1 - t], text="The correlation length, in units of the spins that stay, is divided by the block size:")
    s.claim("length-cold", "At zero temperature the correlation length diverges as {l}: an exponent of 1 in {u} and of one half in {x}, the inverses of the two above.", l=1/(2*u), u=u, x=x,
            decide=lambda: sg.equal(limit_at(-2*u/log((1 - u)/(1 + u)), u, 0), 1), method="limit by exact power series")


# -- periodic points -----------------------------------------------------------------------------------------------------


def _periodic(d, scale, p):
    s = d.section("Periodic points", surrogate=TEXTBOOK)
    s.text("Some steps in a row are one step of a larger block. So the points of period {n} are fixed points for blocks of {b}, of which {ref:all-fixed} gives all: zeros of the polynomials "
           "{q} and {r} for that size.", n=n, b=Eq(b, p**n), q=Q, r=R)
    def closed(index):
        return (mu**index - nu**index)/(mu - nu)

    s.equation("closed-form", closed(k + 1), (mu + nu)*closed(k) - mu*nu*closed(k - 1), positive=[mu, nu], nonzero=[mu - nu], a=sympy.Tuple(mu, nu), p=sympy.Symbol("P_k"), q=closed(k),
               text="With the eigenvalues {a} of the bond the polynomial {p} is {q}, for this obeys the same rule:")
    s.equation("trace", tau**2/delta, 2 + om + 1/om, meaning={tau: mu + nu, delta: mu*nu, om: mu/nu}, nonzero=[mu, nu, nu**2], w=Eq(om, mu/nu),
               text="It vanishes where {w} is a root of unity, {a}, other than 1. Then", a=Eq(om**k, 1))
    s.define("curves", (1 + y)**2, (2 + om + 1/om)*y*(1 - x), condition="with {a}", a=Eq(om**(p**n - 1), 1),
             text="which is a curve of points of that period (or a divisor of it), in complex fields:")
    s.equation("location", x, ((1 - om)/(1 + om))**2, meaning={x: 1 - 4/(2 + om + 1/om)}, nonzero=[om, 1 + om], y=Eq(y, 1), text="It meets {y}, no field, at")
    s.equation("tangent", x, -tan(theta/2)**2, meaning={x: (cos(theta) - 1)/(cos(theta) + 1)}, w=Eq(om, exp(sympy.I*theta)), text="a negative number, if {w}:")
    s.text("Without a field the ratio of the eigenvalues is {t}. So the periodic points are {a} (on the curves) and, since {x} does not tell {t} from its inverse, also {c} (isolated). In {t} itself the "
           "latter have twice the period.", t=t, x=x, a=Eq(t**(p**n - 1), 1), c=Eq(t**(p**n + 1), 1))
    s.equation("periodic-t", Derivative(t**b, t), b*t**b/t, positive=[t], t=t, b=b, c=Eq(t**b, t), text="In {t} a step of {b} spins multiplies small changes, where {c}, by {b}:")
    image, place = ((1 - t**b)/(1 + t**b))**2, ((1 - t)/(1 + t))**2
    before, after = sympy.Function("x")(t), sympy.Function("x'")(t)
    slope = b*t**(b - 1)*(1 - t**b)*(1 + t)**3/((1 + t**b)**3*(1 - t))
    s.equation("slope-x", Derivative(after, t), slope*Derivative(before, t), positive=[t], meaning={Derivative(after, t): Derivative(image, t), Derivative(before, t): Derivative(place, t)}, x=x, b=b, text="A step of {b} spins multiplies small changes of {x} by the fraction in")
    response = {mu: 2/(1 + t), nu: 2*t/(1 + t)}
    s.equation("slope-y", P/(P - (1 - x)*Q), (1 + t)*(1 - t**b)/((1 - t)*(1 + t**b)), positive=[t], nonzero=[1 - t], y=y,
               meaning={P: closed(b).subs(response), Q: closed(b - 1).subs(response), x: place}, text="and small changes of {y}, by {ref:differences}, by")
    slope_at = b*s_/t*(1 - s_)*(1 + t)**3/((1 + s_)**3*(1 - t))
    for name, value, signs, said in (("on-curves", t, (b, 1), "On the curves {a}, so the multipliers are"), ("isolated", 1/t, (-b, -1), "At the isolated points {a}, and they are")):
        at = {s_: value}
        s.equations(f"multipliers-{name}", [(sympy.Symbol("J_x"), signs[0]), (sympy.Symbol("J_y"), signs[1])], a=Eq(t**b, value), text=said,
                    meaning={sympy.Symbol("J_x"): slope_at.subs(at), sympy.Symbol("J_y"): ((1 + t)*(1 - s_)/((1 - t)*(1 + s_))).subs(at)}, nonzero=[t, 1 - t, 1 + t])
    if scale == 2:
        first = {x: 1 - (1 + y)**2/y}
        R2 = sg.IsingChain(K).recursion(2)
        once = {f: image_.subs(first) for f, image_ in R2.images.items()}
        s.equations("curve-two", [(sympy.Symbol("x''"), 1 - (1 + y)**2/y), (sympy.Symbol("y''"), y)], meaning={sympy.Symbol("x''"): R2.images[x].subs(once, simultaneous=True), sympy.Symbol("y''"): R2.images[y].subs(once, simultaneous=True)},
                    c=Eq((1 + y)**2, y*(1 - x)), text="For example, two steps of blocks of two bring every point of the curve {c} back:")
    listed = periods(scale)
    s.claim("periods", "Iterating the map of {x} without a field, its periodic points up to the period {n} are those of {ref:orbits}, with these multipliers, and no others but the fixed points {z} and {o}.",
            x=x, n=sympy.Integer(listed[-1]), z=Eq(x, 0), o=Eq(x, 1), decide=lambda: points_agree(scale), method="factors of the iterated map; its derivatives modulo each of them")
    s.table("orbits", header=["period", "N", "k", "orbits", "multiplier along x", "along y"], rows=points_table(scale),
            caption="Periodic points without a field for blocks of {p}: {t}, that is {x}, for each {k} of the list.",
            p=p, t=Eq(t, exp(2*sympy.pi*sympy.I*k/sympy.Symbol("N"))), x=Eq(x, -tan(sympy.pi*k/sympy.Symbol("N"))**2), k=k)


# -- selection layers and read-outs --------------------------------------------------------------------------------------


def _selection(d, scale, p, sites):
    s = d.section("A selection layer is decimation", surrogate=OURS)
    spin = sg.Variable("s", (-1, 1))
    s.equation("sign", sg.sign(spin), spin, text="An output of a selection layer is the spin that it selects, as the activation does not change it:")
    power = (law(K, F)**scale).applyfunc(sympy.expand)
    coupling, field, constant = couplings_of(power)
    s.equation("transfer", V**p, exp(g)*V1, meaning={V: law(K, F), V1: law(coupling, field), g: constant}, p=p,
               text="A layer that selects every spin whose number is a multiple of {p} sums all others out. Between two selected spins this leaves the power {p} of the bond, and with the coupling, field and constant that "
               "{ref:inverse} reads off it")
    s.text("So the joint law of the outputs, a product of such powers over the sum of its values, is that of an Ising chain with the renormalized coupling, for any number of outputs, open or on a ring. "
           "The layer *is* decimation; the following go through all states of the outputs.")
    for name, periodic in (("open", False), ("ring", True)):
        s.claim(f"selection-{name}", f"On {'rings' if periodic else 'open chains'} with {{n}} selected spins or fewer, the outputs have the law of the Ising chain with {{k}}: all states, as polynomials in {{t}}.",
                n=sympy.Integer(sites), k=Eq(K1, atanh(t**p)), t=t, decide=lambda periodic=periodic: selection_holds(scale, sites, periodic), method="equality of all probabilities as rational functions")
    if scale <= 3:
        spins = [sg.Variable(f"s_{i}", (-1, 1)) for i in range(2*scale + 1)]
        exponent = sympy.Add(*(K*a*c + F*(a + c)/2 for a, c in pairwise(spins)))
        kept = spins[::scale]
        new = sympy.Add(*(K1*a*c + F1*(a + c)/2 for a, c in pairwise(kept)))
        s.equation("selection-field", StateSum(exp(exponent), *(a for a in spins if a not in kept)), exp(new + 2*g), meaning={K1: coupling, F1: field, g: constant},
                   text="In a field, for three selected spins of an open chain,")


def _readouts(d, scale, sites):
    s = d.section("The coupling of two outputs", surrogate=OURS)
    probabilities = symbols("p_++ p_+- p_-+ p_--")
    a, b_, c, e = probabilities
    s.claim("two-point", "Four numbers are the law of two outputs of mean zero if and only if they are {l}, where {m} is the mean of the product.", l=(1 + m*o1*o2)/4, m=m,
            decide=lambda: as_verdict(decide_sets([a + b_ + c + e - 1, a + b_ - c - e, a - b_ + c - e, a - b_ - c + e - m], [a - (1 + m)/4, b_ - (1 - m)/4, c - (1 - m)/4, e - (1 + m)/4],
                                                  symbols=[*probabilities, m])), method="equality of the two systems' solutions, for all m")
    s.define("K-out", K2, atanh(m), text="This is always the Gibbs law of two spins, with the coupling")
    s.equation("gibbs-law", (1 + m*o1*o2)/4, exp(K2*o1*o2)/(4*cosh(K2)), meaning={K2: atanh(m)}, positive=[1 - m, 1 + m])
    s.text("So for two outputs of mean zero *the coupling of the output* needs no further choice.")
    ones = Matrix([1, 1])
    sign = diag(1, -1)
    meaning = {column: ones, S: sign, **{matrix: weights(t**j) for j, matrix in POWERS.items()}}
    s.system("ones", [(column, ones), (S, sign)], definition=True, text="With")
    s.equation("ends", POWERS[1]*column, 2*column, meaning=meaning, text="the ends of an open chain drop out,")
    s.equation("open", column.T*S*POWERS[r]*S*column, t**r*column.T*POWERS[r]*column, meaning=meaning, nonzero=[t], r=r, t=t**r,
               text="and spins at the distance {r} have {t} as the mean of their product, the left side over the sum of all weights:")
    s.define("open-coupling", K2, atanh(t**r), text="so that the output's coupling is")
    around = sympy.Trace(S*POWERS[r]*S*POWERS[n - r]), sympy.Trace(POWERS[r]*POWERS[n - r])
    s.equation("ring", around[0]/around[1], (t**r + t**(n - r))/(1 + t**n), nonzero=[t], n=n, meaning={trace: trace.arg.xreplace(meaning).doit().trace() for trace in around},
               text="On a ring of {n} spins it is a quotient of traces:")
    size = min(scale*sites, 12)  # that of the brute force in the tests
    s.claim("open-sizes", "All pairs of spins of an open chain of {n} have this correlation and coupling.", n=sympy.Integer(size), method="joint laws as rational functions",
            decide=lambda: correlations_hold(size, False, lambda k_: t**k_))
    s.claim("ring-sizes", "All pairs of spins of a ring of {n} have that one.", n=sympy.Integer(size), method="joint laws as rational functions",
            decide=lambda: correlations_hold(size, True, lambda k_: (t**k_ + t**(size - k_))/(1 + t**size)))


# -- the theorem --------------------------------------------------------------------------------------------------------


def _theorem(d, scale, p, sites, temperatures):
    s = d.section("The surrogate theorem", surrogate=OURS)
    s.text("*Theorem (ours).* Let the input be an Ising chain without a field, open or a ring, of finitely many spins, with {t} between 0 and 1, neither included; and let two outputs select two different spins. The loss is smallest exactly where the two are as far "
           "apart as they can be: at the two ends of an open chain, and on a ring of {n} spins at the distance {h} (rounded down). As their separation grows without bound (on a ring in both directions), and so with depth, the coupling of the outputs tends to the stable fixed point {k}.",
           t=sympy.Abs(t), n=n, h=n/2, k=Eq(K, 0))
    closed = ((1 + m)*log(1 + m) + (1 - m)*log(1 - m))/2
    s.equation("loss-of-m", I(m), StateSum((1 + m*o1*o2)/4*log((1 + m*o1*o2)/4*4), o1, o2), closed, positive=[1 - m, 1 + m], meaning={I(m): closed}, m=m, h=sympy.Rational(1, 2),
               text="The marginals of {ref:two-point} are {h}, so the loss is, in the mean product {m},")
    s.equation("loss-slope", Derivative(I(m), m), atanh(m), meaning={Derivative(I(m), m): Derivative(closed, m)}, positive=[1 - m, 1 + m], text="It has the derivative")
    s.equation("loss-curvature", Derivative(I(m), (m, 2)), 1/(1 - m**2), meaning={Derivative(I(m), (m, 2)): Derivative(closed, m, 2)}, text="and the second one", positive=[1 - m, 1 + m])
    s.equation("curvature-positive", 1/(1 - m**2), 0, relation=">", positive=[1 - m, 1 + m], text="so the first is zero at zero, and rises:")
    s.equation("loss-even", I(-m), I(m), meaning={I(m): closed, I(-m): closed.subs(m, -m)}, positive=[1 - m, 1 + m], m=sympy.Abs(m), text="and the loss is even. So it rises strictly with {m}, from its one zero at independence:")
    s.equation("loss-zero", I(0), 0, meaning={I(0): closed.subs(m, 0)})
    s.equation("falls", rho**(r + 1), rho**r, relation="<", positive=[rho, 1 - rho], r=Eq(rho, sympy.Abs(t)), condition="for 0 < ρ < 1", text="On the open chain the modulus of {ref:open} falls with every further spin. With {r},")
    z = exp(-lam)

    def ring(sign, j, size):
        return (z**j + sign*z**(size - j))/(1 + sign*z**size)

    s.equation("ring-falls", ring(1, r, 2*r + 1 + k), ring(1, r + 1, 2*r + 1 + k), relation=">", positive=[lam, r, k], n=Eq(n, 2*r + 1 + k), t=Eq(sympy.Abs(t), z),
               text="On a ring it falls as long as the larger distance is at most half of {n}; with {t}, if {n2} is even or the coupling positive,", n2=n)
    s.equation("ring-frustrated", ring(-1, r, 2*r + 1 + k) - ring(-1, r + 1, 2*r + 1 + k), (1 - z)*(z**r + z**(r + k))/(1 - z**n), meaning={n: 2*r + 1 + k}, positive=[lam, r, k], text="and on a ring of odd length with a negative "
               "coupling, where the correlations alternate in sign, because")
    s.equation("frustrated-positive", (1 - z)*(z**r + z**(r + k))/(1 - z**n), 0, relation=">", positive=[lam, r, k, n], text="is positive:")
    size = 2*sites
    shown = sympy.FiniteSet(*(sympy.Rational(v.numerator, v.denominator) for v in temperatures))
    for name, periodic, length in (("open", False, size), ("ring", True, size), ("odd-ring", True, size + 1)):
        where = f"{'a ring' if periodic else 'an open chain'} of {{n}} spins"
        s.claim(f"optimum-{name}", f"Over all selection layers of two outputs on {where}, at {{t}}, the loss is smallest exactly at the largest distance, and rises at every smaller one.", n=sympy.Integer(length), t=sympy.Contains(t, shown),
                decide=lambda periodic=periodic, length=length: smallest_loss(length, periodic, temperatures), method="the divergence of each layer's law, compared in certified balls")
    s.claim("limit", "On the open chain the coupling {k} of the two outputs tends to {z} as {r} grows, and so it does with depth, where {r} is {b} after {n} layers.", k=atanh(t**r), z=Eq(K, 0), r=r, b=p**n, n=n,
            decide=lambda: sg.equal(limit_at(log((1 + exp(-lam*r))/(1 - exp(-lam*r)))/2, r, sympy.oo, positive=[lam]), 0), method="limit by exact power series, with |t| = exp(-lambda)")
    s.equations("ring-small", [((z**r + z**k)/(1 + z**(r + k)), z**r + z**k), ((z**r - z**k)/(1 - z**(r + k)), z**r + z**k)], relation="<", positive=[lam, r, k], k=k, r=r, t=Eq(sympy.Abs(t), z),
                text="On a ring, with the two distances {r} and {k} between the outputs and {t}, the modulus of the correlation (first row; on rings of odd length with a negative coupling, the second or its negative, which has {r} and {k} exchanged) is less than the sum of those "
                     "of open chains. So it tends to zero too as both distances grow, and with it the coupling:")
    s.equation("stable", J(0), 0, meaning={J(0): sympy.diff(t**p, t).subs(t, 0)}, k=Eq(K, 0), text="Of the two physical fixed points, this is the stable one: the derivative of the step at {k} is")
    parts = ["loss-of-m", "loss-slope", "loss-curvature", "curvature-positive", "loss-even", "falls", "ring-falls", "ring-frustrated", "frustrated-positive", "limit", "ring-small", "stable"]
    s.claim("surrogate-theorem", "So the theorem holds: the loss rises strictly with the modulus of the correlation ({ref:loss-slope} to {ref:loss-even}), that falls strictly with the distance ({ref:falls} to "
            "{ref:frustrated-positive}), and the coupling tends to the stable fixed point ({ref:limit} to {ref:stable}). In our model the abstract's statement is true.",
            decide=lambda: _together(s, parts), method="the statements named, together")
    s.text("Three more statements say what it is worth.")
    s.equations("not-yet", [(z**r, 0), ((z**r + z**k)/(1 + z**(r + k)), 0), ((z**r - z**(r + k))/(1 - z**(2*r + k)), 0)], relation=">", positive=[lam, r, k], t=Eq(sympy.Abs(t), z), r=r, k=k, rk=r + k,
                text="First, at every finite size the optimum is not at the fixed point, since the mean product, and with it the coupling, is not zero. With {t} its modulus is, on the open chain, on a ring with the distances {r} and {k}, and on a ring of odd length with a negative "
                     "coupling and the distances {r} and {rk},")
    s.claim("any-layers", "Second, training is not what leads there: layers that select every spin whose number is a multiple of {p} multiply all distances by {p}, so the coupling of *any* two outputs, optimal or not, tends to {z}.", p=p, z=Eq(K, 0),
            decide=lambda: sg.equal((rho**r)**p, rho**(p*r), positive=[rho]), method="a layer takes |t|^r to |t|^(b r); then the limits above")
    s.equation("opposite", z, z**(1 + k), relation=">", positive=[lam, k], k=Eq(K2, K), r=Eq(r, 1 + k),
               text="Third, the loss matters: for the opposite one, which rewards dependent features, neighbours are the optimum, and then {k} on the open chain at every length, which is no fixed point. With {t}, neighbours there have a larger correlation than spins at any distance {r},", t=Eq(sympy.Abs(t), z))
    reverse = -log(1 - m**2)/2
    s.equation("reverse", StateSum(log(sympy.Rational(1, 4)/((1 + m*o1*o2)/4))/4, o1, o2), reverse, positive=[1 - m, 1 + m],
               text="The order of the two laws in the divergence does not: the other one is")
    s.equation("reverse-slope", Derivative(reverse, m), m/(1 - m**2), positive=[1 - m, 1 + m], text="which rises with the modulus of the mean product as well.")


def _together(section, names):
    """Whether several statements of a section are proved; else the first answer that is another one."""
    checks = {block.id: block.check for block in section.blocks if getattr(block, "id", None) in names}
    for name in names:
        answer = checks[name]()
        if answer is not True and answer.status != "proved":
            return answer
    return True


# -- the warning ---------------------------------------------------------------------------------------------------------


def _majorities(d):
    s = d.section("A warning: majorities", surrogate=OURS)
    a, b_, c = (sg.Variable(f"s_{i}", (-1, 1)) for i in (1, 2, 3))
    s.equation("majority", sg.sign(a + b_ + c), majority(a, b_, c), text="Let the rows of the layer have ones on blocks of three neighbours. Each output is the majority of its block,")
    spins = [sg.Variable(f"s_{i}", (-1, 1)) for i in range(1, 7)]
    near, far = t*(1 + t**2)**2/4, t**4*(1 + t**2)**2/4
    bonds = sympy.Mul(*(1 + t*left*right for left, right in pairwise(spins)))
    s.equation("adjacent", StateSum(majority(*spins[:3])*majority(*spins[3:])*bonds/2**6, *spins), near, text="and two adjacent blocks have the correlation")
    s.equations("correlations", [(c1, near), (c2, far)], meaning={c1: blocks_law().moment(0, 1), c2: blocks_law().moment(0, 2)},
                text="From the joint law of three adjacent blocks, nine spins of an open chain, the correlations at distance one and two are")
    s.equation("not-a-chain", far, near**2, expected="refuted", positive=[t, 1 - t], text="On an Ising chain the second would be the square of the first, by {ref:open}. It is not:")
    s.equation("smaller", near**2 - far, t**2*(1 - t**2)**2*(1 + t**2)**2/16, t=t, text="it is smaller by this, which vanishes for no {t} of a coupling other than zero:")
    s.equation("smaller-positive", t**2*(1 - t**2)**2*(1 + t**2)**2/16, 0, relation=">", positive=[t, 1 - t], text="(it is even, so that positive couplings are enough)")
    joint = (1 + c1*(o1*o2 + o2*o3) + c2*o1*o3)/8
    s.claim("three-blocks", "The three outputs have the law {p} in all states.", p=joint, method="all 512 states of the nine spins, as polynomials in t",
            decide=lambda: sg.equal([joint.subs({c1: near, c2: far, o1: v[0], o2: v[1], o3: v[2]}, simultaneous=True) for v in blocks_law().states], list(blocks_law().probabilities.values())))
    s.system("projected", [(K12, log((1 + 2*c1 + c2)/(1 - 2*c1 + c2))/4), (K13, log((1 + 2*c1 + c2)*(1 - 2*c1 + c2)/(1 - c2)**2)/4)], definition=True,
             text="Its logarithm has a coupling of neighbours and one of next-nearest neighbours,")
    weight = 1 + 2*c1 + c2, 1 - c2, 1 - 2*c1 + c2
    A, C = symbols("A C")  # the first and the last of the weights, which with the second add up to 4
    middle = 2 - (A + C)/2
    product = K12*(o1*o2 + o2*o3) + K13*o1*o3
    s.equation("three-gibbs", joint, exp(product + g), positive=[A, C, middle],
               meaning={c1: (A - C)/4, c2: (A + C)/2 - 1, K12: log(A/C)/4, K13: log(A*C/middle**2)/4, g: log(A*middle**2*C)/4 - 3*log(2)},
               text="with which, and with a constant, it is a Gibbs law:")
    s.equation("no-next-nearest", weight[0]*weight[2] - weight[1]**2, 4*(c2 - c1**2), text="and the second of them is zero only where the second correlation is the square of the first,")
    half = {t: sympy.Rational(1, 2)}
    pair, chain = atanh(near.subs(half)), log(weight[0]/weight[2]).subs({c1: near.subs(half), c2: far.subs(half)})/4
    s.step("two-answers", pair, chain, relation="<", check=lambda: larger(chain, pair), method="certified balls", t=Eq(t, half[t]), text="So *the coupling of the output* depends on what it is projected on. At {t} two outputs have the coupling on the left, and as neighbours among three outputs the one on the right:")
    s.text("For selection layers no such choice is left, for majority layers the abstract's statement has no meaning before a projection is stated. That is the reason why our theorem is about selection layers.")
