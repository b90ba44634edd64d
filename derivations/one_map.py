"""One map seen twice: the decimation of layered networks and of Ising chains.

    symrg verify derivations/one_map.py                   # decide every statement
    symrg derive derivations/one_map.py --to out          # write it up
    symrg verify one_map --weights=-1,0,1 --scale 3       # another network of one neuron, another scale

The founding paper decimates a layered network, the Ising chain is decimated in every textbook. Both steps are one map,
T to T^p, seen through different multiplicity matrices G; here that is proved for all couplings, with what it says
about the fixed point that the paper calls fictitious, and the structure theorem behind it.
"""

import sympy
from _one_map import check_cases, fixed_points_table, law, powered, ratios, step
from sympy import Eq, Identity, MatMul, Matrix, MatrixSymbol, ZeroMatrix, cosh, exp, log, symbols, tanh

import symrg as sg

PAPER = {"authors": ["D. Lee", "H.-S. Lee", "J. Yi"], "identifier": "arXiv, October 2024",
         "title": "Dynamic neurons: A statistical physics approach for analyzing deep neural networks"}
K, F, K1, F1, G1, lam, tau, kappa, h, sigma = symbols("K F K' F' G' lambda tau kappa h sigma")
V, G, T, U, W = (MatrixSymbol(name, 2, 2) for name in "VGTUW")
x, y, u, w = (MatrixSymbol(name, 2, 1) for name in "xyuw")  # columns
GENERIC = {M: Matrix(2, 2, symbols(f"{M.name.lower()}_11 {M.name.lower()}_12 {M.name.lower()}_21 {M.name.lower()}_22")) for M in (V, G, U)}
GENERIC.update({c: Matrix(symbols(f"{c.name}_1 {c.name}_2")) for c in (x, y, u)})
right, left = GENERIC[G].T * GENERIC[x], GENERIC[G] * GENERIC[y]  # what T and its transpose see of a matrix of rank one
GENERIC.update({tau: GENERIC[y].dot(right), kappa: GENERIC[u].dot(left)})


def derivation(network=None, scale=2):
    chain = (network or sg.LayeredNetwork()).chain()
    if chain.shape != (2, 2):
        message = (f"this derivation compares chains of two states a layer; the network has {chain.shape[0]} neuron states and "
                   f"{chain.shape[1]} activation states; take --width 1, --samples 1 and two values each")
        raise sg.ModelError(message)
    R, ising = chain.recursion(scale), sg.Chain([[1, 0], [0, 1]]).recursion(scale)
    names = dict(zip(ising.factors, symbols("x y z"), strict=True))
    bond, counts = chain.bond, Matrix(chain.multiplicity)
    p, ours = sympy.Integer(scale), {V: bond, G: counts}

    d = sg.Derivation("One map: layered networks and Ising chains", paper=PAPER,
                      abstract="Decimating a layered network and decimating an Ising chain are the same map of transfer matrices, T to its "
                               "p-th power, seen through different multiplicity matrices. The fixed point of the network that has been called "
                               "fictitious is the zero-temperature fixed point of the Ising chain.",
                      inputs={"network": network or "the paper's example", "scale": scale})

    s = d.section("Two recursions")
    s.define("network", V, bond, cites="Eq. (25)", f=sympy.Tuple(*R.factors), h=h, sigma=sigma,
             text="A layer of the network ties the neuron {h} to the activation {sigma} by the bond matrix, in the factors {f},")
    s.define("multiplicity", G, counts, cites="Eq. (21)", n=G, h=h, sigma=sigma,
             text="and {n} counts the parameter settings that lead from {h} to {sigma}:")
    image = step(bond, counts, scale)
    after = [sympy.Symbol(f"{f}'") for f in R.factors]
    s.define("step", MatrixSymbol("V'", 2, 2), powered(V, G, scale), p=p,
             text="Keeping every layer whose number is a multiple of {p} makes the bond matrix, up to a factor,")
    if scale <= 3:  # larger ones fill pages
        s.equations("recursion", zip(after, R.images.values(), strict=True), meaning=dict(zip(after, ratios(image), strict=True)),
                    text="which is in the factors", cites="Eq. (26)" if scale == 2 and network is None else "")
    s.define("ising", W, law(K, F), text="A bond of the Ising chain with coupling {K} and field {F} has the weights", K=K, F=F)
    if scale == 2:
        known = {K1: log(cosh(2*K + F) * cosh(2*K - F) / cosh(F)**2) / 4, F1: F + log(cosh(2*K + F) / cosh(2*K - F)) / 2,
                 G1: log(16 * cosh(2*K + F) * cosh(2*K - F) * cosh(F)**2) / 4}
        s.system("ising-known", known.items(), definition=True, text="and summing every second spin out is known to give")
        s.equation("ising-square", W**2, exp(G1) * W.subs(W, MatrixSymbol("W'", 2, 2)),
                   meaning={W: law(K, F), MatrixSymbol("W'", 2, 2): law(K1, F1).subs(known), **known},
                   text="which is the square of the matrix, as the matrix of another coupling and field:")
    else:
        weak = law(K, 0)**scale
        s.equation("ising-power", tanh(K1), tanh(K)**p, p=p,
                   meaning={tanh(K1): (weak[0, 0] - weak[0, 1]) / (weak[0, 0] + weak[0, 1])},
                   text="Without a field the power {p} of the matrix is that of another coupling,")

    s = d.section("One map")
    s.equation("power", MatMul(powered(V, G, scale), G.T), (V*G.T)**p, meaning=GENERIC, p=p, v=V, g=G, t=Eq(T, V*G.T),
               text="For every {v} and {g}, written with eight independent symbols, one step takes the transfer matrix {t} to its power {p}:")
    s.text("The Ising chain is the case in which {g} is the identity, so that its bond matrix is its transfer matrix.", g=G)
    view = dict(zip(names.values(), ratios(bond * counts.T), strict=True))
    s.system("view", ((name, sympy.factor(value)) for name, value in view.items()), definition=True, t=T,
             text="So every network of two states is an Ising chain with the bond matrix {t}. In the ratios of a bond matrix its coordinates are")
    primed = [sympy.Symbol(f"{n}'") for n in names.values()]
    there = [image_.xreplace(names) for image_ in ising.images.values()]
    s.equations("conjugate", zip(primed, there, strict=True), meaning={**dict(zip(primed, ratios(image * counts.T), strict=True)), **view},
                text="For all couplings of the network: one step of the network, seen in these coordinates, is one step of the Ising chain,")

    s = d.section("The fictitious fixed point")
    s.table("fixed-points", header=["rank", "dimension", "eigenvalues", "factors of the network", "of the Ising chain"],
            rows=fixed_points_table(R, ising), caption="All fixed points of both chains over the complex numbers, infinite couplings included; where a "
            "coupling is infinite, the bond matrix is shown.")
    if counts.det() == 0:
        s.claim("no-isolated", "The multiplicity matrix is singular, so no fixed point of the network has full rank: the zero-temperature fixed point "
                "of the Ising chain is not seen through it.", decide=lambda: sg.equal(counts.det(), 0))
    else:
        inverse = counts.T.inv()
        s.define("isolated", V, inverse, text="At the zero-temperature fixed point of the Ising chain, infinite {k} and no field, the transfer matrix "
                 "is the identity. The network has there the bond matrix", k=K)
        s.equation("isolated-identity", V*G.T, Identity(2), meaning={**ours, V: inverse}, text="since, with 1 for the identity matrix,")
        s.equation("isolated-fixed", powered(V, G, scale), V, meaning={**ours, V: inverse}, text="It is fixed,")
        if 0 not in inverse:
            s.system("isolated-factors", zip(R.factors, ratios(inverse), strict=True), definition=True, text="and its factors are")
        s.claim("isolated-point", "It is the only isolated fixed point of the network. What has been called fictitious is the zero-temperature fixed "
                "point of an Ising chain.", cites="prose after Eq. (29) of the paper", method="all fixed points, infinite couplings included",
                decide=lambda: [part.rank for part in R.fixed_points(projective=True) if part.dimension == 0] == [2])
    first, second = GENERIC[G].T.inv().row(0)
    s.equation("signs", first * second, 0, relation="<", positive=GENERIC[G], nonzero=[GENERIC[G].det()],
               text="It is at complex couplings for every network of this kind: the product of the first two entries of the inverse of a "
                    "positive matrix is negative,")
    s.text("while real couplings make all entries of {v} positive. Where an entry of {g} is zero, so is one of the inverse, and a coupling is infinite. "
           "For the Ising chain itself these are two entries: its fixed point is at infinite coupling, and physical as a limit. "
           "So the fixed point is no artefact, and its exponents are those of the Ising chain at zero temperature; "
           "what is not real is the network that would be there.", v=V, g=G)

    s = d.section("The structure theorem for two states")
    s.text("All statements of this section are for the scale {p} and for general matrices, with an independent symbol for every entry.", p=p)
    s.equation("rank-one", powered(x*y.T, G, scale), tau**(p - 1) * x * y.T, meaning=GENERIC, t=Eq(tau, y.T*G.T*x, evaluate=False), text="Every matrix of rank one is fixed up to the factor {t}, unless that is zero (a puncture):")
    s.equation("rank-two", powered(V, G, scale), V, meaning={**GENERIC, V: GENERIC[G].T.inv()}, nonzero=[GENERIC[G].det()], g=Eq(V, G.T.inv()),
               text="So is {g}, if it exists:")
    s.equation("no-others", (powered(V, G, scale) - lam*V) * V.inv(), (V*G.T)**(p - 1) - lam*Identity(2), meaning=GENERIC, nonzero=[GENERIC[V].det()],
               v=V, l=lam, **({} if scale == 2 else {"p": p - 1}), text="There are no others: where an invertible {v} is fixed with a factor {l}, the left side vanishes; hence the transfer "
               "matrix" + ("" if scale == 2 else " to the power {p}") + " is {l} times the identity matrix, which is written 1:")
    s.equation("linear-two", _linear(V, G, U, scale), p*U, meaning={**GENERIC, V: GENERIC[G].T.inv()}, nonzero=[GENERIC[G].det()], p=p, u=U,
               g=Eq(V, G.T.inv()), text="The linearised step multiplies every change {u} of {g} by {p},")
    s.equation("linear-one", _linear(x*y.T, G, u*y.T, scale), tau**(p - 1)*u*y.T + (p - 1)*tau**(p - 2)*kappa*x*y.T, meaning=GENERIC,
               k=Eq(kappa, y.T*G.T*u, evaluate=False), text="at rank one it keeps a change of either vector, up to the overall factor (here of the first, "
               "with {k}),")
    across = {u: Matrix([left[1], -left[0]]), w: Matrix([right[1], -right[0]])}
    s.equation("linear-zero", _linear(x*y.T, G, u*w.T, scale), ZeroMatrix(2, 2), meaning={**GENERIC, **across}, a=Eq(u.T*G*y, ZeroMatrix(1, 1)),
               b=Eq(w.T*G.T*x, ZeroMatrix(1, 1)), text="and it takes the one change that makes the rank two, with {a} and {b}, to zero:")

    s = d.section("Larger matrices")
    s.claim("cases", "In {n} chains of up to 4 × 6 states drawn at random, at scales up to 5, the stratum in which the ({p})-th roots of unity are eigenvalues of "
            "the transfer matrix, {r} times each, has the dimension and the spectrum that the structure theorem states.",
            n=sympy.Integer(12), p=sympy.Symbol("p") - 1, r=sympy.Symbol("r_i"), decide=lambda: check_cases(12),
            method="exact matrices: the dimension is the nullity of the linearised fixed-point equation, the spectrum its characteristic polynomial")
    return d


def _linear(at, counts, change, scale):
    """The derivative of V -> (V G^T)^(p-1) V in a direction, by the product rule."""
    return sympy.MatAdd(*(MatMul(*[at*counts.T]*j, change, *[counts.T*at]*(scale - 1 - j)) for j in range(scale)))
