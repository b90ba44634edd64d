"""Exponential families under block sums and decimation: a ledger beside Gong and Xia 2026, on models of our own.

    symrg verify derivations/exponential_family.py                   # decide every statement
    symrg derive derivations/exponential_family.py --to out          # write it up
    symrg verify exponential_family --scale 3                        # blocks of three

Of the paper only the abstract is at hand. What is decided here are statements about models that are stated in full;
each is marked as a surrogate. `derivation(family=..., degree=...)` takes another family of inputs, another degree.
"""

import sympy
from _exponential_family import (
    FAMILIES,
    block_integral,
    check_graphs,
    check_hermite,
    check_leaves,
    four_points,
    gamma_cumulant,
    holds,
    linearised,
    moments_of_sum,
    ratio_plot,
    usual_cumulants,
    usual_step,
    vanishes_at_infinity,
)
from sympy import (
    Derivative,
    Eq,
    Function,
    Integer,
    Integral,
    Matrix,
    Rational,
    Sum,
    Symbol,
    cosh,
    exp,
    log,
    oo,
    pi,
    sqrt,
    symbols,
)

import symrg as sg
from symrg.exact.decisions import decide_sets
from symrg.exact.gaussian import density, gaussian_integral
from symrg.exact.limits import limit_at
from symrg.ledger.deciding import as_verdict

PAPER = {"authors": ["F. Gong", "Z. Xia"], "identifier": "arXiv:2606.00157 (2026)", "title": "Interpreting FCDNNs via RG on Exponential Family"}
a, J, theta, v, k, q, u, w = symbols("a J theta v k q u w", positive=True)
a1, J1, rho, rho1, xi, nu, lam = symbols("a' J' rho rho' xi nu lambda")
b, c, d = symbols("b c d", positive=True)  # block sizes of any value
x, y, z, t, phi, s = symbols("x y z t phi s", real=True)
n, L, m = symbols("n L m", positive=True)
t2, t4, mu = symbols("theta_2 theta_4 mu", positive=True)
CHAIN = "a chain of Gaussian variables whose sites are decimated"
SUMS = "linear layers that sum blocks of independent variables and divide by the root of the block size"
EVEN = "laws exp(−polynomial) of one variable, their parameters read off moments"
SITE = "one site of φ⁴ theory, and its flow truncated at one loop"
FOUR = "sums of independent copies inside four exponential families"
NET = "a deep linear network on blocks, trained layer by layer to make its outputs as Gaussian as it can"


def derivation(network=None, scale=2, *, family="gamma", degree=4):
    if network is not None:
        raise sg.ModelError("this derivation is about chains and sums of real variables, no layered network of finite alphabets; leave the network "
                            "options out and choose the block size with --scale")
    if isinstance(scale, bool) or not isinstance(scale, int) or not 2 <= scale <= 6:
        raise sg.ModelError(f"the block size is {scale!r}; give an integer from 2 to 6 (closed forms for all sizes are in the document)")
    if family not in FAMILIES:
        raise sg.ModelError(f"the family is {family!r}; choose one of {', '.join(FAMILIES)}")
    if degree not in (4, 6, 8):
        raise sg.ModelError(f"the degree is {degree!r}; choose 4, 6 or 8")
    doc = sg.Derivation("Exponential families and the renormalization group", paper=PAPER,
                        abstract="An abstract claims that a trained network's output has the fixed point of a renormalization group as its characteristic "
                                 "parameters, for data from exponential families. In models stated in full we decide what of that holds: in the limit of "
                                 "many layers of normalised block sums it does, at finite depth, for other losses and for other sums it does not.",
                        inputs={"scale": scale, "family": family, "degree": degree})
    claims(doc, scale)
    gaussian_chain(doc, scale)
    block_sums(doc, scale)
    characteristic(doc, scale, degree)
    quartic(doc)
    families(doc, scale)
    theorem(doc, scale, family)
    return doc


def claims(doc, scale):
    s_ = doc.section("What the paper says, and what is not known of it")
    s_.text("At hand are the abstract and a summary by others, no theorem, proof, definition or figure. In our words they say: the authors' earlier result "
            "for the Ising chain is carried over to continuous data from a class of exponential-family laws; where the parameters of a fully connected "
            "network are optimal, the *characteristic parameters* of the law of its feature layer's output equal the fixed points of the characteristic "
            "parameters of the input under a renormalization group for continuous fields. The summary names the normal, gamma, exponential and Poisson "
            "laws; second-hand we know that the class has Hamiltonians that are polynomials of even degree.")
    s_.text("Not known are: the class of laws, the renormalization map, which parameters are characteristic, activation and loss of the network, whether "
            "equality is meant at finite depth or in a limit, and the hypotheses of the theorem.")
    s_.text("So every statement of the sections that follow is about a model of ours, named under the section's title. None is the paper's "
            "equation. Blocks have {b} sites here; where it costs nothing, statements are for every block size.", b=Integer(scale))


def gaussian_chain(doc, scale):
    p = Integer(scale)
    C = sg.GaussianChain
    s_ = doc.section("The Gaussian chain", surrogate=CHAIN)
    s_.define("chain", -Symbol("beta")*Symbol("H"), Sum(-a/2 * sympy.IndexedBase("phi")[Symbol("i")]**2 + J * sympy.IndexedBase("phi")[Symbol("i")] * sympy.IndexedBase("phi")[Symbol("i") + 1], (Symbol("i"), -oo, oo)),
              text="Real variables on a line have a stiffness {a} and a coupling {J} (both without dimension),", a=Symbol("a"), J=Symbol("J"))
    written, value, minors = block_integral(a, J, x, z, scale)
    R = C.recursion(scale)
    image = {new: value_.xreplace(dict(zip(R.factors, (a, J), strict=True))) for new, value_ in zip((a1, J1), R.images.values(), strict=True)}
    D = Symbol("D")
    s_.equation("integral", written, sqrt((2*pi)**(p - 1) / D) * exp((a - a1) * (x**2 + z**2) / 4 + J1 * x * z),
                meaning={written: value, D: minors[-1], **image}, positive=minors, D=Eq(D, minors[-1], evaluate=False),
                text="Integrating the sites between two that stay, with {D} their determinant, leaves again a Gaussian bond, and a constant:")
    T, U = Function(f"T_{scale}"), Function(f"U_{scale - 1}")
    chebyshev = {T(u): sympy.chebyshevt(scale, u), U(u): sympy.chebyshevu(scale - 1, u)}
    if scale == 2:
        s_.equations("recursion", [(a1, a - 2*J**2/a), (J1, J**2/a)], meaning=image, text="where the new stiffness and coupling are")
    s_.equations("chebyshev", [(a1, 2*J*T(u)/U(u)), (J1, J/U(u)), (D, J**(p - 1)*U(u))], u=Eq(u, a/(2*J), evaluate=False),
                 meaning={**image, D: minors[-1], **{f: poly.subs(u, a/(2*J)) for f, poly in chebyshev.items()}}, nonzero=minors,
                 text="In closed form, with {u} and Chebyshev's polynomials of both kinds," if scale == 2 else
                      "where, with {u} and Chebyshev's polynomials of both kinds,")
    E, B = Function("alpha"), Function("gamma")
    bonds = {**{E(h): J*sympy.sinh(theta)*cosh(h*theta)/sympy.sinh(h*theta) for h in (b, c, b + c)}, **{B(h): J*sympy.sinh(theta)/sympy.sinh(h*theta) for h in (b, c, b + c)}}
    s_.system("bond", [(E(b), bonds[E(b)]), (B(b), bonds[B(b)])], definition=True, b=b, h=Eq(a, 2*J*cosh(theta), evaluate=False),
              text="The closed form holds for every block size. With {h} it says that a bond of {b} steps has at both ends the stiffness, and between them the coupling,")
    s_.equations("every-scale", [(E(b) - B(b)**2/(E(b) + E(c)), E(b + c)), (E(c) - B(c)**2/(E(b) + E(c)), E(b + c)), (B(b)*B(c)/(E(b) + E(c)), B(b + c))],
                 positive=[b, c, theta], meaning=bonds, b=b, c=c,
                 text="which is true of one step; and integrating the site between bonds of {b} and {c} steps gives the bond of their sum:")
    s_.equations("one-step", [(2*E(1), a), (B(1), J)], meaning={E(1): bonds[E(b)].subs(b, 1), B(1): bonds[B(b)].subs(b, 1), a: 2*J*cosh(theta)}, positive=[theta], text="A bond of one step has, at two ends together,")
    s_.equations("trigonometric", [(T(cosh(theta)), cosh(p*theta)), (U(cosh(theta)), sympy.sinh(p*theta)/sympy.sinh(theta))], positive=[theta],
                 meaning={f.subs(u, cosh(theta)): poly.subs(u, cosh(theta)) for f, poly in chebyshev.items()}, text="These are the closed form above, since Chebyshev's polynomials are")
    s_.claim("schur", "The same elimination on other graphs is the Schur complement. On {n} graphs drawn at random, with rational couplings, the couplings left are "
             "the inverse of what is left of the covariance, and the determinant is that of what was integrated out.", n=Integer(12), decide=lambda: check_graphs(12),
             method="exact matrices, inverted twice")
    ratio = C.ratio_recursion(scale)
    mapped = next(iter(ratio.images.values())).xreplace({ratio.factors[0]: rho})
    if scale == 2:
        s_.equation("ratio", rho1, rho**2/(1 - 2*rho**2), meaning={rho1: image[J1]/image[a1], rho: J/a}, r=Eq(rho, J/a, evaluate=False),
                    nonzero=[image[a1]], text="Only {r} is left if the variables are measured in their own unit,")
    s_.equation("ratio-chebyshev", 1/(2*rho1), T(1/(2*rho)), meaning={rho1: mapped, T(1/(2*rho)): chebyshev[T(u)].subs(u, 1/(2*rho))}, nonzero=[rho, mapped],
                r=Eq(rho, J/a, evaluate=False), text="For every block size the map of {r} is a Chebyshev polynomial in disguise,")
    fixed = C.fixed_ratios(scale)
    systems = [[sympy.Eq(rho, 0)], *([g.xreplace({ratio.factors[0]: rho}) for g in part.generators] for part in _without_zero(ratio))]
    s_.claim("fixed-points", "The map has {n} fixed points on the projective line over the complex numbers, all of them real: those of the table, and no others.",
             n=Integer(len(fixed)), decide=lambda: holds(
                 as_verdict(decide_sets([mapped - rho], systems, symbols=[rho])), sg.equal(len(fixed), p + 1), sg.equal(sum(1 for f in fixed if f.ratio.is_real or f.ratio is sympy.zoo), p + 1)),
             method="decomposition; a map of degree b of the projective line has b + 1 fixed points")
    kinds = {"law": "yes", "boundary": "no: at the boundary, a limit of laws' parameters", "algebra": "no: algebra only"}
    s_.table("fixed", header=[rho, "multiplier", "law of an infinite chain"], rows=[[_shown(f.ratio), _shown(f.multiplier), kinds[f.kind]] for f in fixed],
             caption="All fixed points of one step of decimation with {b} sites a block, with the derivative of the map there (at infinity: in the inverse variable).", b=p)
    s_.claim("multipliers", "The derivatives in the table are those of the map, at all fixed points that are not infinite.",
             decide=lambda: holds(*(as_verdict(decide_sets([*system, sympy.diff(mapped, rho) - value], system, symbols=[rho])) for system, value in
                                    zip(systems, _multipliers(ratio), strict=True))), method="decomposition")
    s_.equation("multipliers-general", Derivative(T(u), u), p*U(u), meaning={**chebyshev, Derivative(T(u), u): sympy.diff(chebyshev[T(u)], u)}, u=Eq(u, 1/(2*rho), evaluate=False), p=p, m=p**2,
                text="In {u} it is the derivative of Chebyshev's polynomial, {m} at the ends of its interval, and {p} or its negative at the fixed points inside:")
    s_.equations("laws", [(a - 2*J*(1 - w**2)/(1 + w**2), 0)], relation=">", meaning={a: 2*J + q}, c=Eq(a, 2*J + q, evaluate=False), m=a - 2*J*sympy.cos(phi),
                 d=abs(rho) < Rational(1, 2), text="An infinite chain is a probability law where the stiffness {m} of its modes is positive at every angle {f}. It is for {c} with positive "
                 "parameters, that is, for {d} (here the cosine is written by the tangent {w} of half the angle; the other sign is alike),", f=phi, w=w)
    s_.equation("no-laws", a - 2*J, 0, relation="<=", meaning={J: a/2 + q**2}, text="Else the stiffness of the uniform mode is not positive, and there is no law:")
    s_.equation("laws-stay", T(u), u, relation=">", meaning={T(u): chebyshev[T(u)].subs(u, 1 + q), u: 1 + q}, h=u > 1, r=Eq(u, 1/(2*rho), evaluate=False),
                z=Eq(rho, 0), text="Laws go to laws, and to smaller couplings: for {h}, where {r}, so that every law flows to {z}, the only fixed point that is one:")
    s_.equation("multiplier", lam, p**2, meaning={lam: sympy.diff(mapped, rho).subs(rho, Rational(1, 2))}, text="At one half the derivative of the map is")
    s_.equation("nu", nu, Rational(1, 2), meaning={nu: log(p)/log(p**2)}, l=Eq(nu, log(Symbol("b"))/log(lam), evaluate=False), text="hence {l} is")
    s_.claim("length", "The correlation length {x} diverges with this exponent: {r} for couplings that tend to one half from below.",
             x=Eq(xi, 1/theta, evaluate=False), r=Eq(sympy.Limit((Rational(1, 2) - rho) * xi**2, rho, Rational(1, 2), "-"), Rational(1, 4), evaluate=False),
             decide=lambda: limit_at((Rational(1, 2) - 1/(exp(theta) + exp(-theta)))/theta**2, theta, 0) == Rational(1, 4), method="limit by exact expansion")
    s_.equations("massless", [(a1, 2*J/p), (J1, J/p)], meaning={key: val.subs(a, 2*J) for key, val in image.items()}, r=Eq(rho, Rational(1, 2)),
                 f=Eq(Symbol("phi'"), phi/sqrt(p), evaluate=False), text="At {r} both parameters are divided by the block size, so that the point itself is fixed once the variables "
                 "are rescaled, {f}:")
    s_.equations("unchanged", [(a1**2 - 4*J1**2, a**2 - 4*J**2), (a1/(2*J1), cosh(p*theta))], h=Eq(a, 2*J*cosh(theta), evaluate=False), positive=[theta, J],
                 meaning={a: 2*J*cosh(theta), **{key: val.subs(a, 2*J*cosh(theta)) for key, val in image.items()}},
                 c=Eq(Symbol("C_r"), exp(-Symbol("r")*theta)/sqrt(a**2 - 4*J**2), evaluate=False), p=p,
                 text="A linear layer whose rows select every site whose number is a multiple of {p} *is* this map: with {h} the chain's correlations are {c}, and those of the selected sites are "
                      "those of the chain with the new parameters, since")
    s_.figure("flow", ratio_plot(scale), caption="The map of {r} with {b} sites a block, and an orbit that begins just inside the boundary of laws and ends at 0.", r=rho, b=p)


def block_sums(doc, scale):
    p = Integer(scale)
    s_ = doc.section("Normalised block sums", surrogate=SUMS)
    s_.define("sum", Symbol("phi'"), Sum(sympy.IndexedBase("phi")[Symbol("i")], (Symbol("i"), 1, b))/sqrt(b),
              text="A layer takes {b} independent variables of one law to", b=b)
    K = Function("K")
    kn = Symbol("kappa_n")
    s_.equation("cumulants", b * (kn*(t/sqrt(b))**n), b**(1 - n/2) * kn * t**n, positive=[t], k=kn, n=n, K=Eq(Function("K'")(t), b*K(t/sqrt(b)), evaluate=False),
                text="Cumulant generating functions of independent variables add: {K}. In every order {n}, with the cumulant {k},")
    known = symbols("m_1:7")
    after = moments_of_sum(known, [1/sqrt(p)] * scale)
    s_.claim("cumulants-moments", "The same follows from the moments of a sum of {b} copies, expanded term by term: for the first six orders, whatever the moments.", b=p,
             decide=lambda: holds(*(sg.equal(left, right) for left, right in zip(
                 sg.cumulants_from_moments(after), sg.block_cumulants(sg.cumulants_from_moments(known), scale), strict=True))))
    s_.equation("stack", lam**L, b**(L*(1 - n/2)), meaning={lam: b**(1 - n/2)}, L=L, text="A stack of {L} such layers multiplies the cumulants by the power {L} of one factor,")
    layers = [sympy.kronecker_product(sympy.eye(scale**(1 - i)), sympy.ones(1, scale)) / sqrt(p) for i in range(2)]
    s_.equation("layers", sympy.MatMul(*(sympy.ImmutableMatrix(x_) for x_ in reversed(layers)), evaluate=False), sympy.ones(1, scale**2)/p, text="and is itself one layer of larger blocks: here two layers, as matrices of weights,")
    g = Function("g")
    s_.text("Now whole laws. A density {p} goes to the density of the normalised sum; {g} is the normal density of variance one.", p=Function("p")(x), g=g(x))
    conv = Integral(exp(-(x - y)**2/(2*m))/sqrt(2*pi*m) * exp(-y**2/2)/sqrt(2*pi), (y, -oo, oo))
    s_.equation("convolution", conv, exp(-x**2/(2*(m + 1)))/sqrt(2*pi*(m + 1)), meaning={conv: gaussian_integral(conv.function, [y]).value}, m=m,
                text="Convolving normal densities adds the variances, here {m} and one,")
    normal = Function("g_b")
    s_.equation("gauss-fixed", sqrt(b)*normal(sqrt(b)*x), g(x), meaning={normal(sqrt(b)*x): exp(-(sqrt(b)*x)**2/(2*b))/sqrt(2*pi*b), g(x): exp(-x**2/2)/sqrt(2*pi)}, b=b, g=normal(x), h=g(x),
                text="so the sum of {b} has the normal density {g} of variance {b}, and divided by its root it has again {h}: the Gaussian is fixed,")
    s_.define("linear", Function("D_h")(x), b*sqrt(b)*Integral(exp(-(sqrt(b)*x - y)**2/(2*(b - 1)))/sqrt(2*pi*(b - 1)) * Function("h")(y), (y, -oo, oo)),
              h=Function("h")(x), text="By the product rule a small change {h} of the Gaussian density goes to")
    shifted = linearised(density(y, t), c, x, y)
    s_.equation("generating", Function("D_g")(x), b * exp(-(x - t/sqrt(b))**2/2)/sqrt(2*pi), meaning={Function("D_g")(x): shifted, b: c**2}, positive=[c, c**2 - 1],
                h=Eq(g(x - t), g(x)*exp(x*t - t**2/2), evaluate=False), b=b,
                text="The shifted Gaussian {h} is the generating function of Gaussian times Hermite polynomials. The linear map takes it to {b} times itself with a shorter shift,")
    s_.equation("shift", exp(-(x - t)**2/2)/sqrt(2*pi), exp(-x**2/2)/sqrt(2*pi) * exp(x*t - t**2/2), text="where")
    s_.equation("eigenvalue", b * (t/sqrt(b))**n, b**(1 - n/2) * t**n, positive=[t], n=n, h=g(x)*Function("He_n")(x),
                text="and comparing the coefficients of all powers {n}: the eigenfunctions are {h} with the eigenvalues")
    s_.claim("hermite", "Done as integrals, for {b} of any value above one: Gaussian times {h} is an eigenfunction with eigenvalue {e}, for each order from 0 to 6.", b=b, h=Function("He_n")(x),
             e=b**(1 - n/2), decide=lambda: check_hermite(range(7), c, x, y), method="Gaussian integrals by completing the square")
    s_.table("eigenvalues", header=["order", "eigenvalue", "exponent", "what it is"], rows=[
        [Integer(i), p**(1 - Rational(i, 2)), 1 - Rational(i, 2), what] for i, what in enumerate(
            ["total weight, fixed", "mean: relevant", "variance: marginal", "skewness: irrelevant", "fourth cumulant: irrelevant"])],
        caption="The spectrum at the Gaussian, for {b} variables a block.", b=p)
    s_.equation("only-gaussian", log(b**(1 - n/2)), (1 - n/2)*log(b), n=Eq(n, 2), o=1 - n/2,
                text="An eigenvalue is one only for {n}, since its logarithm is {o} times that of the block size. So among the laws that their cumulants determine, the centred normal "
                     "laws are the only fixed points, one for each variance:")


def characteristic(doc, scale, degree):
    K = degree // 2
    thetas = symbols(" ".join(f"theta_{2*i}" for i in range(1, K + 1)), positive=True)
    j, f = Symbol("j", nonnegative=True), Symbol("phi", positive=True)
    energy = sum(th * f**(2*i) for i, th in enumerate(thetas, 1))
    s_ = doc.section("Characteristic parameters from moments", surrogate=EVEN)
    s_.define("even", Function("p")(f), exp(-energy)/Symbol("Z"), d=Integer(degree), text="The even family of degree {d} has the densities")
    s_.equation("derivative", Derivative(f**(2*j + 1)*exp(-energy), f), ((2*j + 1)*f**(2*j) - sum(2*i*th*f**(2*(i + j)) for i, th in enumerate(thetas, 1)))*exp(-energy),
                text="For every order {j}, and by symmetry for both signs of the variable,", j=j)
    M = lambda order: Function("m")(order)  # noqa: E731
    tied = sum(2*i*th*M(2*(i + j)) for i, th in enumerate(thetas, 1)), (2*j + 1)*M(2*j)
    under = [side.replace(Function("m"), lambda power: f**power*exp(-energy)) for side in tied]
    s_.claim("identity", "Both ends give nothing, since the density falls off faster than any power (the limits are decided for the orders 0 to 3). So all moments of a law of the family are tied to its parameters,", rows=[tied],
             decide=lambda: holds(sg.equal(Derivative(f**(2*j + 1)*exp(-energy), f), under[1] - under[0]), *(vanishes_at_infinity(thetas, phi, order) for order in range(4))),
             method="integration by parts: total derivative for all orders, limits for orders 0 to 3 (higher ones: the exponential beats every power)")
    gauss = [gaussian_integral(phi**(2*i)*sqrt(t2/pi)*exp(-t2*phi**2), [phi]).value for i in range(6)]
    s_.equations("gaussian-moments", [(2*t2*M(2*i + 2), (2*i + 1)*M(2*i)) for i in range(5)], meaning={M(2*i): value for i, value in enumerate(gauss)},
                 text="For the Gaussian they are its own moments, done as integrals:")
    m2, m4, m6 = symbols("m_2 m_4 m_6", positive=True)
    solved = sg.parameters_from_moments([m2, m4, m6])
    s_.equations("solve", [(t2, (m6 - 3*m2*m4)/(2*(m2*m6 - m4**2))), (t4, (3*m2**2 - m4)/(4*(m2*m6 - m4**2)))], meaning=dict(zip((t2, t4), solved, strict=True)),
                 nonzero=[m2*m6 - m4**2, m2], text="The first identities fix the parameters by one linear solve. *We define the characteristic parameters of any even law by it.* In degree 4")
    values, weights = symbols("x_1:4", real=True), symbols("p_1:4", positive=True)
    mean = {mm: sum(pp*xx**order for pp, xx in zip(weights, values, strict=True)) for mm, order in ((m2, 2), (m4, 4), (m6, 6))}
    s_.equation("gram", m2*m6 - m4**2, sum(weights[i]*weights[h]*values[i]**2*values[h]**2*(values[i]**2 - values[h]**2)**2 for i in range(3) for h in range(i)), meaning=mean,
                text="The determinant is never negative, and zero only for laws with at most one value of the square that is not zero. For a law on three values")
    normal = [Integer(1)]
    for i in range(2*K - 1):
        normal.append(normal[-1]*(2*i + 1)*v)
    s_.equation("normal-parameters", Matrix(sympy.symbols(" ".join(f"theta_{2*i}" for i in range(1, K + 1)))), Matrix([1/(2*v), *[0]*(K - 1)]), v=v,
                meaning=dict(zip(sympy.symbols(" ".join(f"theta_{2*i}" for i in range(1, K + 1))), sg.parameters_from_moments(normal[1:]), strict=True)),
                text="The normal law of variance {v} has")
    s_.equation("domain", m2*m6 - m4**2, 0, meaning={m2: w*q**2, m4: w*q**4, m6: w*q**6}, q=q, w=w,
                text="The determinant of {ref:gram} is zero where the variable has the modulus {q} with probability {w}, and is 0 else: such laws have no parameters of degree 4.")
    s_.claim("grows", "Nor is there a law where the leading coefficient is negative: {p} grows without bound.", p=exp(t4*phi**4 - t2*phi**2), method="limit by exact expansion",
             decide=lambda: _is(limit_at(exp(t4*phi**4 - t2*phi**2), phi, oo), oo))
    s_.claim("leaves", "A warning: the family is not closed. The sum of {b} independent variables with density proportional to {p} has parameters of degree 4, but breaks the next identity: its law is "
             "none of the family. So the parameters of a network's output are those of a projection.", b=Integer(scale), p=exp(-phi**4), decide=lambda: check_leaves(scale))


def quartic(doc):
    s_ = doc.section("φ⁴ on one site, and near four dimensions", surrogate=SITE)
    ph, tt = Symbol("phi", positive=True), Symbol("t", positive=True)
    Z, Kn = Function("Z"), Function("K_nu")
    s_.define("Z", Z(t2, t4), Integral(exp(-t2*phi**2 - t4*phi**4), (phi, -oo, oo)), text="The partition function of one site is")
    order = Symbol("nu")
    s_.define("bessel-k", Kn(z), Integral(exp(-z*cosh(t))*cosh(order*t), (t, 0, oo)), text="and Bessel's function has the integral (DLMF 10.32.9), which is taken as its definition,")
    there = sqrt(t2/t4)*sympy.sinh(tt/4)
    zz = t2**2/(8*t4)
    s_.equation("substitution", exp(-t2*ph**2 - t4*ph**4)*Derivative(there, tt), sqrt(t2/t4)/4*exp(zz)*exp(-zz*cosh(tt))*cosh(tt/4), meaning={ph: there},
                s=Eq(ph, there, evaluate=False), text="With {s}, which rises from zero to infinity with {t},", t=tt)
    factor = sqrt(t2/t4)/2*exp(zz)
    s_.claim("bessel", "So, for positive parameters,", rows=[(Z(t2, t4), factor*Function("K_1/4")(zz))],
             decide=lambda: holds(sg.equal(2*exp(-t2*there**2 - t4*there**4)*sympy.diff(there, tt), factor*exp(-zz*cosh(tt))*cosh(tt/4)),
                                  sg.equal(sympy.diff(there, tt), 0, relation=">"), sg.equal(there.subs(tt, 0), 0),
                                  _is(limit_at(sympy.sinh(tt/4).rewrite(exp), tt, oo), oo)),
             method="substitution: equal integrands, a monotone map of the half-line onto itself")
    s_.equation("scaling", t2*ph**2 + t4*ph**4, t2/sqrt(t4)*w**2 + w**4, meaning={ph: w/t4**Rational(1, 4)}, s=Eq(ph, w*t4**Rational(-1, 4), evaluate=False),
                f=Eq(Z(t2, t4), t4**Rational(-1, 4)*Z(t2/sqrt(t4), 1), evaluate=False), text="It depends on one ratio only, {f}: with {s}")
    xx, F = Symbol("x", real=True), Function("F")
    weight = exp(-xx*phi**2 - phi**4)
    s_.equation("ode", 4*Derivative(weight, xx, 2) - 2*xx*Derivative(weight, xx) - weight, -Derivative(phi*weight, phi), x=xx, e=Eq(4*F(xx).diff(xx, 2), 2*xx*F(xx).diff(xx) + F(xx), evaluate=False),
                f=Eq(F(xx), Z(xx, 1), evaluate=False), text="For both signs of {x} the function {f} obeys {e}, because under the integral")
    r, u_, eps = symbols("r u epsilon", positive=True)
    mode = Integral(exp(-(1 + r + 12*u_*phi**2)*s**2/2), (s, -oo, oo))
    s_.equation("shell", mode, sqrt(2*pi/(1 + r + 12*u_*phi**2)), meaning={mode: gaussian_integral(mode.function, [s]).value}, s=s, f=phi,
                h=Eq(Function("V")(phi), r*phi**2/2 + u_*phi**4, evaluate=False),
                text="Now the theory near four dimensions, with the potential {h}. One fast mode {s} on a slow field {f} has the curvature of the potential as its mass, and is integrated exactly:")
    action = log(1 + r + 12*u_*phi**2)/2
    zero = {phi: Integer(0)}
    s_.equations("one-loop", [(Symbol("delta_2"), 6*u_/(1 + r)), (Symbol("delta_4"), -36*u_**2/(1 + r)**2)],
                 meaning={Symbol("delta_2"): sympy.diff(action, phi, 2).xreplace(zero)/2, Symbol("delta_4"): sympy.diff(action, phi, 4).xreplace(zero)/24},
                 text="Its free energy adds to the potential, at second and fourth order in the slow field,")
    flow = sg.OneLoopFlow(eps)
    R, U = flow.couplings
    speed = [value.xreplace({R: r, U: u_}) for value in flow.velocities.values()]
    s_.system("one-loop-flow", [(Function("r'")(Symbol("l")), speed[0]), (Function("u'")(Symbol("l")), speed[1])], definition=True, e=Eq(Symbol("d"), 4 - eps, evaluate=False), l=Symbol("l"),
              text="With the dimensions of the couplings in {e} and the volume of the shell absorbed, the flow at one loop is, per logarithm {l} of the scale,")
    r0, u0, e0 = symbols("r u epsilon")
    free = {r: r0, u_: u0, eps: e0}
    star = [value.xreplace(free) for value in flow.wilson_fisher]
    s_.claim("wf-points", "Its fixed points over the complex numbers, for every {e} but 0 and −6, are {g} (Gaussian) and {f} (Wilson and Fisher), and no others.", e=e0, g=[Eq(r0, 0), Eq(u0, 0)],
             f=[Eq(r0, star[0]), Eq(u0, star[1])],
             decide=lambda: as_verdict(decide_sets([value.xreplace(free) for value in speed], [[Eq(r0, 0), Eq(u0, 0)], [r0 - star[0], u0 - star[1]]],
                                                   symbols=[e0, r0, u0], nonzero=[e0, e0 + 6, 1 + r0])))
    s_.equation("gaussian-exponents", Symbol("S"), sympy.Matrix([[2, 12], [0, eps]]), meaning={Symbol("S"): flow.jacobian((0, 0))}, text="At the Gaussian point the linearised flow has the exponents 2 and the small parameter,")
    trace, det = flow.characteristic_polynomial(flow.wilson_fisher)
    Y = Symbol("y")
    s_.equation("wf-polynomial", (2 - eps/3 - Y)*(-eps - Y) - 2*eps**2/3, Y**2 - trace*Y + det, text="At the other one they are the zeros of")
    first = flow.exponents_to_first_order(flow.wilson_fisher)
    s_.claim("wf-exponents", "To first order they are {f} and {g}: put in, these leave nothing of first order. Beyond that order the truncated flow is not the theory's.", f=2 - eps/3, g=-eps,
             decide=lambda: holds(*(_is(limit_at((Y**2 - trace*Y + det).subs(Y, value)/eps, eps, 0), 0) for value in first),
                                  sg.equal(sympy.Tuple(*first), sympy.Tuple(2 - eps/3, -eps))))
    s_.claim("wf-nu", "The correlation length has the exponent {n}, to first order.", n=Eq(nu, Rational(1, 2) + eps/12, evaluate=False),
             decide=lambda: _is(limit_at((1/first[0] - Rational(1, 2))/eps, eps, 0), Rational(1, 12)), method="limit by exact expansion")


def families(doc, scale):
    p = Integer(scale)
    s_ = doc.section("Normal, gamma, exponential, Poisson", surrogate=FOUR)
    built = {name: make() for name, make in FAMILIES.items()}
    s_.table("families", header=["family", "statistics", "natural parameters", "log-partition function"], rows=[
        [name, sympy.Tuple(*fam.statistics), sympy.Tuple(*(fam.natural[th] for th in fam.parameters)), fam.log_partition.replace(sympy.loggamma, lambda at: log(Function("Gamma")(at)))] for name, fam in built.items()],
        caption="Each as base times exp(natural parameters · statistics − log-partition function). The base is 1, for gamma the inverse of the variable, for Poisson that of its factorial.")
    mean, shape, rate, lm = Symbol("mu", real=True), *symbols("k r lambda", positive=True)
    kappa = lambda order: Symbol(f"kappa_{order}")  # noqa: E731
    shown = {"normal": [mean, v, 0, 0], "gamma": [gamma_cumulant(shape, rate, i) for i in range(1, 5)],
             "exponential": [gamma_cumulant(1, rate, i) for i in range(1, 5)], "Poisson": [lm]*4}
    for name, fam in built.items():
        s_.equation(f"cumulants-{name.lower()}", sympy.Tuple(*map(kappa, range(1, 5))), sympy.Tuple(*shown[name]),
                    meaning=dict(zip(map(kappa, range(1, 5)), usual_cumulants(fam, 4), strict=True)), text=f"The derivatives of the log-partition function are the cumulants. Those of the {name} law are" if name == "normal" else f"those of the {name} law")
    scales = {"normalised": None, "plain": Integer(1)}
    rows = []
    for name, fam in built.items():
        for kind, rescaling in scales.items():
            images = usual_step(fam, scale, rescaling)
            rows.append([name, kind, "leaves the family" if images is None else sympy.Tuple(*(Eq(Symbol(f"{key}'"), val, evaluate=False) for key, val in images.items()))])
    s_.table("moves", header=["family", "sum", "parameters after it"], rows=rows, caption="Sums of {b} independent copies, divided by the root of their number or not. Decided on the "
             "cumulant generating functions.", b=p)
    stays = {("normal", "normalised"): True, ("normal", "plain"): True, ("gamma", "normalised"): True, ("gamma", "plain"): True, ("exponential", "normalised"): False,
             ("exponential", "plain"): False, ("Poisson", "normalised"): False, ("Poisson", "plain"): True}
    s_.claim("closed", "For every block size the normal and the gamma family are closed under both sums, and Poisson's under plain sums. For blocks of {b} Poisson's is not closed under normalised sums "
             "(divided by a root its values are no natural numbers), and the exponential family under neither: it becomes a gamma law. {ref:exponential-leaves} and {ref:poisson-leaves} show the same for every block size.", b=p,
             decide=lambda: holds(*(_is(fam.block_step(b if expected else scale, rescaling=scales[kind]).stays, expected) for (name, kind), expected in stays.items() for fam in [built[name]])),
             method="cumulant generating functions, equal or told apart at a point; those told apart at this block size")
    s_.equations("moved-normal", [(Symbol("mu'"), sqrt(b)*mean), (Symbol("v'"), v)], b=b, meaning=_images(built["normal"], None), text="In full, for {b} copies and normalised sums: the normal law moves as")
    s_.equations("moved-gamma", [(Symbol("k'"), b*shape), (Symbol("r'"), sqrt(b)*rate)], meaning=_images(built["gamma"], None), text="the gamma law as")
    s_.equation("moved-poisson", Symbol("lambda'"), b*lm, meaning=_images(built["Poisson"], Integer(1)), text="and, in plain sums, the Poisson law as")
    ss = Symbol("s", positive=True)
    s_.equation("exponential-leaves", Symbol("kappa_2'")/Symbol("kappa_1'")**2, 1/b, text="The exponential law leaves however the sum is rescaled, since of all its laws the ratio is one:", meaning={
        Symbol(f"kappa_{i}'"): built["exponential"].block_step(b, rescaling=ss).cumulant(i).xreplace(dict(built["exponential"].natural)) for i in (1, 2)})
    s_.equation("poisson-leaves", Symbol("kappa_2'")/Symbol("kappa_1'"), ss, s=ss, text="and the Poisson law leaves for every factor {s} but one, by", meaning={
        Symbol(f"kappa_{i}'"): built["Poisson"].block_step(b, rescaling=ss).cumulant(i).xreplace(dict(built["Poisson"].natural)) for i in (1, 2)})
    m0, v0, s0, k0, l0 = symbols("mu v s k lambda")
    centred = [Eq(m0, 0), Eq(s0**2, 1/p)]
    s_.claim("fixed-normal", "The fixed points of normal laws under sums of {b} with any factor {s} are {f}: centred, any variance, the normalised sum (or its negative).", b=p, s=s0, f=centred,
             decide=lambda: as_verdict(decide_sets([scale*s0*m0 - m0, scale*s0**2*v0 - v0], [centred], symbols=[m0, v0, s0], nonzero=[v0])))
    s_.claim("fixed-none", "Under sums of {b} gamma and Poisson laws have no fixed points, whatever the factor, and exponential laws have none because they leave. Only the shape stands still, in a limit: the standardised cumulants of every order {n} above "
             "two tend to those of the normal law ({ref:standardised}) as {k} grows.", b=p, n=n, k=shape, decide=lambda: holds(as_verdict(decide_sets([scale*k0 - k0, scale*l0 - l0], [[Integer(1)]], symbols=[k0, l0], nonzero=[k0, l0])),
                                                                  _is(limit_at(exp(-q*(n/2 - 1)), q, oo, positive=[n - 2]), 0)), method="decomposition; limit by exact expansion, the shape being exp(q)")
    s_.equation("standardised", Symbol("kappa_n")/Symbol("kappa_2")**(n/2), shape**(1 - n/2)*sympy.factorial(n - 1), n=n, k=shape,
                meaning={Symbol("kappa_n"): shape*sympy.factorial(n - 1)/rate**n, Symbol("kappa_2"): shape/rate**2},
                text="The standardised cumulants of a gamma law vanish for large {k} in every order {n} above two; the Poisson law's are the same power of its mean:")


def theorem(doc, scale, family):
    p = Integer(scale)
    s_ = doc.section("The surrogate theorem", surrogate=NET)
    s_.assume("inputs", "The inputs are independent, of one even law with all moments, with variance {v} and fourth cumulant {k}, not zero.", v=v, k=Symbol("kappa_4"))
    W = symbols(f"w_1:{scale + 1}", real=True)
    s_.assume("network", "A layer is linear without bias: each output reads {b} inputs of its own with the weights {w}, whose squares add up to one. There are {L} layers.", b=p, w=sympy.Tuple(*W), L=L)
    s_.assume("loss", "The loss of a layer is the square of its output's fourth cumulant: up to a factor the leading term of the output's divergence from the normal law.")
    s_.assume("read-out", "The characteristic parameters of the output are those of degree 4, from its moments.")
    k4 = Symbol("kappa_4")
    even = [0, v, 0, k4 + 3*v**2]
    s_.equation("loss-weights", Symbol("kappa_4'"), k4*sum(x_**4 for x_ in W), meaning={Symbol("kappa_4'"): sg.cumulants_from_moments(moments_of_sum(even, W))[3]},
                text="From the moments of a weighted sum, its fourth cumulant is")
    S, squares = Symbol("S"), sum(x_**2 for x_ in W)
    s_.equation("minimum", sum(x_**4 for x_ in W) - 1/p, sympy.Add(*((x_**2 - 1/p)**2 for x_ in W), S - 1 if scale == 2 else sympy.Mul(2/p, S - 1, evaluate=False), evaluate=False), meaning={S: squares}, S=Eq(S, 1),
                text="The sum {S} of the squares is fixed. So the loss is smallest exactly where all weights have the same square:")
    s_.claim("optimum", "The optimal layers are the normalised block sums, up to the signs of weights, which an even law does not see: a layer that is trained to its optimum is the renormalization map.",
             decide=lambda: holds(sg.equal(sum(x_**4 for x_ in W) - 1/p, sum((x_**2 - 1/p)**2 for x_ in W), meaning={W[-1]: sqrt(1 - sum(x_**2 for x_ in W[:-1]))}),
                                  sg.equal(sg.cumulants_from_moments(moments_of_sum(even, [1/sqrt(p)]*scale))[3], k4/p)))
    s_.equation("every-order", b**(L*(1 - n/2)), exp(-L*(n/2 - 1)*log(b)), L=L, text="At the optimum, after {L} layers, every cumulant is multiplied by")
    k6, normal = Symbol("kappa_6"), Function("g_b")
    moments = sg.moments_from_cumulants([0, v, 0, k4*q, 0, k6*q**2])
    t2q, t4q = sg.parameters_from_moments(moments[1::2])
    target, leading = sympy.Tuple(1/(2*v), 0), -k4/(24*v**4)
    s_.claim("limit", "For {L} to infinity all cumulants of order {n} above two vanish, and the characteristic parameters tend to {f}: those of the Gaussian fixed point. *In this model, in the limit of depth, the statement of the abstract holds.*", L=L, n=n,
             f=target, decide=lambda: holds(_is(limit_at(exp(-L*(n/2 - 1)*log(b)), L, oo, positive=[log(b), n - 2]), 0),
                                                            sg.equal(sympy.Tuple(t2q.subs(q, 0), t4q.subs(q, 0)), target)),
             method="limit by exact expansion; the parameters are rational in the cumulants and defined at the limit")
    s_.claim("approach", "They approach it along the leading irrelevant direction: with {q} for the inverse of the number of inputs, {t} tends to {f}.", q=q, t=t4/q, f=leading,
             decide=lambda: _is(limit_at(t4q/q, q, 0), leading), method="limit by exact expansion")
    finite = four_points(3, scale)
    s_.claim("finite-depth", "At finite depth too the characteristic parameters of the output equal those of the fixed point.", expected="refuted",
             decide=lambda: sg.Verdict("refuted", "exact moments", "three layers", f"inputs uniform on −2, −1, 1, 2, three layers: the parameters are {finite[0]} and {finite[1]}, those of the normal law of the same variance 1/5 and 0")
             if finite != (Rational(1, 5), 0) else True)
    s_.claim("normal-input", "For normal inputs the parameters of the output are those of the fixed point at every depth, since one layer keeps the law: {p} is the input's density again, where {q} is that of the sum of {b} inputs.", b=b,
             p=sqrt(b)*normal(sqrt(b)*x), q=normal(x), decide=lambda: holds(
                 sg.equal(sqrt(b)*normal(sqrt(b)*x), exp(-x**2/(2*v))/sqrt(2*pi*v), meaning={normal(sqrt(b)*x): exp(-(sqrt(b)*x)**2/(2*b*v))/sqrt(2*pi*b*v)}),
                 *(sg.equal(*pair) for pair in zip(sg.block_cumulants((0, v, 0, 0, 0, 0), scale), (0, v, 0, 0, 0, 0), strict=True))))
    s_.equation("divergence", Derivative((w/v - 1 - log(w/v))/2, v), (v - w)/(2*v**2), w=w, v=v, text="If the read-out is instead fitted to the normal family by maximal likelihood (least divergence from the output of variance {w}), its "
                "optimum is at {v} equal to it, and nowhere else: the image under the renormalization map, at every depth. The derivative is")
    s_.text("Where the hypotheses are changed, it fails.")
    s_.equation("other-loss", 1 - sum(x_**4 for x_ in W), 2*sum(W[i]**2*W[h]**2 for i in range(scale) for h in range(i)) + 1 - S**2, meaning={S: squares}, S=Eq(S, 1),
                text="A loss that rewards the fourth cumulant, as independent component analysis does, is optimal where the left side is smallest; with {S} that is where all weights but one are zero:")
    s_.claim("other-loss-limit", "With that loss too the limit of the output's parameters is the fixed point.", expected="refuted", decide=lambda: _never(scale))
    s_.equation("variance-loss", Symbol("kappa_2'"), v, meaning={Symbol("kappa_2'"): sg.cumulants_from_moments(moments_of_sum([0, v], [*W[:-1], sqrt(1 - sum(x_**2 for x_ in W[:-1]))]))[1]},
                positive=[1 - sum(x_**2 for x_ in W[:-1])], text="A loss that rewards the variance, as principal component analysis does, does not tell any weights apart, so its optimum says nothing about the map:")
    lm = Symbol("lambda", positive=True)
    s_.claim("plain-sums", "For Poisson inputs and plain sums the output stays in the family with the mean {l} after {L} layers. It diverges: there is no fixed point that it could equal, and the best fit by "
             "maximal likelihood, the mean, diverges with it.", l=b**L*lm, L=L, decide=lambda: holds(sg.equal(Symbol("m")*b, b**(L + 1)*lm, meaning={Symbol("m"): b**L*lm}), _is(limit_at(lm*exp(L*log(b)), L, oo, positive=[log(b)]), oo),
                                                                                                         _is(FAMILIES["Poisson"]().block_step(b, rescaling=1).stays, True)))
    chosen = FAMILIES[family]()
    kappa3 = usual_cumulants(chosen, 4)
    after = [value*b**(L*(1 - Rational(i, 2))) for i, value in enumerate(kappa3, 1)]
    s_.claim("centred", f"For centred inputs of the {family} family, which need not be even, the cumulants of the output after {{L}} layers of normalised block sums are, from the second to the fourth, {{k}}: "
             + ("normal at every depth." if family == "normal" else "normal in the limit, and at no finite depth."), L=L, k=sympy.Tuple(*after[1:]),
             decide=lambda: holds(*(_is(limit_at(exp(-L*Rational(i, 2)*log(b)), L, oo, positive=[log(b)]), 0) for i in (1, 2)),
                                  *(sg.equal(value, 0, relation="=" if family == "normal" else "!=") for value in kappa3[2:])))
    r = Symbol("r", positive=True)
    s_.equation("information", Derivative(-log(1 - exp(-2*r*theta))/2, r), -theta/(exp(2*r*theta) - 1), r=r, text="The Gaussian chain says the same of layers that select. The information that two read-outs {r} sites apart have on each other falls with {r}; with it as the loss, "
                "larger separations are better,", positive=[r, theta])
    s_.claim("selection", "In the limit of large separation {r} the coupling of the two read-outs, {c} in units of their stiffness, tends to {z}, the stable fixed point of decimation and the only one that is a law. At no finite separation it is there.",
             r=r, c=Eq(Symbol("rho_r"), exp(-r*theta), evaluate=False), z=Eq(rho, 0), decide=lambda: holds(
                 sg.equal(-theta/(exp(2*r*theta) - 1), 0, relation="<", meaning={exp(2*r*theta): 1 + q}), _is(limit_at(exp(-r*theta), r, oo), 0), sg.equal(exp(-r*theta), 0, relation="!=")))
    s_.text("So the abstract's statement is true of models like these as a limit of depth, for a loss that drives outputs towards the normal law, and normalised sums. Equality at finite depth, for every loss or for every exponential family, "
            "fails in them. Which of this the paper means, its abstract does not say.")


def _multipliers(ratio):
    """Of the fixed points without ρ = ∞: first that of ρ = 0, then one for each other component."""
    return [Integer(0), *(Rational(next(iter(part.spectrum))) for part in _without_zero(ratio))]


def _without_zero(ratio):
    return [part for part in ratio.fixed_points() if list(part.generators) != list(ratio.factors)]


def _shown(value):
    if value is sympy.zoo:
        return "infinite"
    return value if value.is_Rational else sympy.rootof(value.expr, value.index, radicals=True)


def _is(value, expected):
    """A verdict on an exact value: a truth value, a limit, or an expression."""
    if isinstance(expected, bool):
        status = {True: "proved", False: "refuted", None: "undecided"}[value if value is None else value is expected]
        return sg.Verdict(status, "cumulant generating functions", str(value), str(value) if status == "refuted" else None)
    if expected == oo:
        return sg.Verdict("proved", "limit by exact expansion", "it is infinite") if value == oo else sg.Verdict("refuted", "limit by exact expansion", "", f"the limit is {value}")
    return sg.equal(value, expected)


def _images(family, rescaling):
    return {Symbol(f"{name}'"): value for name, value in usual_step(family, b, rescaling).items()}


def _never(scale):
    """Layers that select one input return the input's law, which has a fourth cumulant."""
    after = sg.cumulants_from_moments(moments_of_sum([0, 1, 0, 1], [1, *[0]*(scale - 1)]))
    text = f"inputs ±1 with equal odds: the fourth cumulant of the output is {after[3]} at every depth, that of the normal law 0"
    return sg.Verdict("refuted", "exact moments", "a layer that selects", text) if after[3] != 0 else True
