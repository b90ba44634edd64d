"""Neurons that keep an order and neurons that do not, and the attraction basins of samples: a model in which both are decided.

    symrg verify derivations/neuron_modes.py               # decide every statement
    symrg derive derivations/neuron_modes.py --to out      # write it up

Of the paper only the abstract is public here. So the definitions below are ours, stated in full, and every statement about
them is marked as a surrogate. The network of the example was trained by _train_digits.py; from Python, derivation(network=...,
samples=..., line=...) takes weights and samples of your own (a DenseNetwork, or a JSON or npz file).
"""

from fractions import Fraction
from random import Random

import _neuron_modes as computed
import sympy
from _neuron_modes import all_proved, by_maximum, enclosed, end, integrals, rational
from sympy import Derivative, Eq, Rational, asin, atan, binomial, erf, exp, pi, sqrt, symbols, tan, tanh

import symrg as sg
from symrg.exact.gaussian import density
from symrg.exact.limits import expand_at
from symrg.ledger.blocks import row
from symrg.model.activations import heaviside, relu, sign
from symrg.model.attraction import sample_basin, weight_basin
from symrg.model.dense import DenseNetwork
from symrg.model.linear_substitute import linear_substitute
from symrg.model.neuron_modes import layer_modes, mode_intervals, neuron_counts
from symrg.model.smooth import X, gelu, mish, silu

PAPER = {"authors": ["Y. Lin", "Y. Zhang", "S. Feng", "H. Zhao"], "identifier": "arXiv:2501.02436v1, January 2025",
         "title": "An Analysis Framework for Understanding Deep Neural Networks Based on Network Dynamics"}
LINE = (-3, -2, Fraction(-3, 2), Fraction(-1, 2), 0, Fraction(1, 3), 1, Fraction(5, 2), 4)
b, m, n, q, r, w, x, y, z, s, f, theta, mu, tau, a, c = symbols("b m n q r w x y z s f theta mu tau a c", real=True)
d_, sigma, alpha, p_ = symbols("delta sigma alpha p", positive=True)
u, v = symbols("u v", real=True)  # standard Gaussian variables
F, E = sympy.Function("f"), sympy.Function("E")
Z_I, Z_J, R_I, R_J, Y_I, Y_J = symbols("z_i z_j r_i r_j y_i y_j")
STEPS = {heaviside: (0, 1), sign: (-1, 1), relu: (0, lambda argument: argument)}


def derivation(network=None, samples=None, line=LINE):
    net, rows, points = computed.read(network, samples, line)
    ours = network is None
    d = sg.Derivation("Neuron modes and attraction basins", paper=PAPER, inputs={"network": net, "samples": len(rows), "line": points},
                      abstract="What an abstract says about neurons that preserve an order and about attraction basins of samples is put into definitions "
                               "of ours, in which it can be decided: exactly for given weights, in closed form where there is one.")
    _said(d)
    _order(d, points)
    _turning(d, points)
    _modes(d, points)
    _layers(d, net, rows, ours)
    _substitutes(d)
    _angle(d)
    _basins(d)
    _network(d, net, rows, ours)
    _remaining(d)
    _theorem(d, net, rows)
    return d


def _said(d):
    s = d.section("What the abstract says, and what is not known")
    s.text("The paper sorts neurons into two modes, by whether what they do to their input preserves order. It says that trained deep networks "
           "extract as much information as possible by the proportions of the two modes that they have from layer to layer. It introduces "
           "attraction basins of the training samples, in the space of samples and in the space of weights, as a measure of generalisation. "
           "From these it finds optimal depths and widths, explains flat minima, grokking and double descent, and goes to 100 layers.")
    s.text("*Not known here*: every formula of it. Which order is meant, of what, and what counts as preserving it; how a basin is measured; "
           "the networks, losses and data. A later version is said to use a “rank probability distribution” and a “linear substitution map”; neither definition is known here, and the "
           "linear substitute below is not claimed to be the latter.")
    s.text("So *nothing below is an equation of the paper*. All definitions from here on are ours; what is marked “surrogate” is decided for them.")


def _order(d, points):
    s = d.section("The order index", surrogate="pairs of samples of one pre-activation, ordered by an activation")
    s.define("order-index", sympy.Symbol("I"), binomial(n, 2)**-1 * sympy.Symbol("n_+"), f=f, n=n, k=sympy.Symbol("n_+"), c=_kept(*(g_(z_) for z_ in (Z_I, Z_J) for g_ in (lambda t: t, F))),
             text="The order index of an activation {f} on {n} samples of its argument, of which {k} pairs have {c}, is")
    s.equation("increasing", tanh(z + d_) - tanh(z), 0, relation=">", positive=[d_], one=Eq(sympy.Symbol("I"), 1), d=d_,
               text="It is {one} for every strictly increasing activation, whatever the samples; tanh is one, because for every positive {d}")
    apart = [(relu(p_ + d_) - relu(p_), d_), (relu(p_), p_), (relu(p_) - relu(-d_), p_)]
    tied = [(relu(-d_), sympy.S.Zero), (relu(-p_) - relu(-p_ - d_), sympy.S.Zero)]
    s.system("relu-apart", apart, p=p_, d=d_, check=lambda: by_maximum(apart), method="the sign of each argument",
             text="ReLU keeps a pair in order if the greater one is positive: with {p} and {d} positive")
    s.system("relu-tied", tied, check=lambda: by_maximum(tied), method="the sign of each argument", text="and ties it otherwise,")
    s.equation("relu-index", 1 - m*(m - 1)/(n*(n - 1)), (binomial(n - m, 2) + m*(n - m))/binomial(n, 2), nonzero=[n, n - 1], m=m, n=n,
               meaning={binomial(n - m, 2): (n - m)*(n - m - 1)/2, binomial(n, 2): n*(n - 1)/2},
               text="so with {m} of {n} different samples not positive the order index of ReLU is, counting the pairs that are not among these,")
    s.claim("relu-cases", "Counted pair by pair it is the same for all {m} with up to 7 samples.", m=m, decide=computed.check_relu_index, method="all cases, exact")
    s.figure("index", computed.index_figure(points), caption="The order index against the bias {b}, for the samples {z} + {b}: a step function, whose jumps are the vertical lines. ReLU jumps only where "
             "a sample with the bias is zero, the others where a pair of samples is tied, drawn in the middle of a certified interval. The values between the jumps are exact.", b=b, z=sympy.FiniteSet(*map(rational, points)))


def _turning(d, points):
    s = d.section("Turning points", surrogate="SiLU, GELU and Mish as functions of one number")
    g = sympy.Function("g")
    s.system("smooth", [("SiLU(x)", silu.expression), ("GELU(x)", gelu.expression), ("Mish(x)", mish.expression)], definition=True, text="Three activations are not monotone:")
    at = {x: X}
    s.equations("slopes", [(Derivative(sympy.Symbol("SiLU"), x), silu.stationary.subs(X, x)*exp(x)/(1 + exp(x))**2),
                           (Derivative(sympy.Symbol("GELU"), x), gelu.stationary.subs(X, x)),
                           (Derivative(sympy.Symbol("Mish"), x), mish.stationary.subs(X, x)*exp(x)/(exp(2*x) + 2*exp(x) + 2)**2)],
                meaning={**at, **{Derivative(sympy.Symbol(k), x): h.expression.diff(X) for k, h in (("SiLU", silu), ("GELU", gelu), ("Mish", mish))}},
                text="Their derivatives are")
    s.text("The sign of each is that of one factor, {g}: for SiLU {a}, for GELU all of it, for Mish {b}.", g=g(x), a=silu.stationary.subs(X, x), b=mish.stationary.subs(X, x))
    s.equation("silu-rising", Derivative(silu.stationary.subs(X, x), x), 0, relation=">", text="For SiLU it is strictly increasing, so it has at most one zero,")
    s.equation("silu-zero", silu.stationary.subs(X, -1 - w), exp(-w)*(exp(-1) - w*exp(w)), t=silu.closed, w=sympy.LambertW(exp(-1)),
               text="and at {t} it vanishes, {w} being the number whose product with its exponential is that of the bracket:")
    s.equation("gelu-curved", Derivative(gelu.stationary.subs(X, x), x), (2 - x**2)*exp(-x**2/2)/sqrt(2*pi), i=Eq(x**2, 2),
               text="For GELU the factor rises between the two roots of {i} and falls outside, as its derivative shows:")
    s.claim("gelu-ends", "That factor tends to 0 far left and to 1 far right. So it is negative left of the roots of {i} and above 1 right of them, and has one zero, between them.", i=Eq(x**2, 2),
            method="limits by exact expansion, and the sign of the derivative",
            decide=lambda: [expand_at(gelu.stationary, X, side).limit for side in (-sympy.oo, sympy.oo)] == [0, 1])
    part = {r: 1 + x*exp(x)}
    s.equation("mish-derivative", Derivative(mish.stationary.subs(X, x), x), 3*exp(3*x) + 8*exp(2*x) + 10*exp(x) + 4*r, meaning=part, r=Eq(r, part[r], evaluate=False),
               text="For Mish the derivative of the factor is, with {r},")
    s.equation("mish-least", Derivative(r, x), (1 + x)*exp(x), meaning={Derivative(r, x): Derivative(part[r], x)}, e=1 - exp(-1), t=Eq(x, -1), r=r, text="Here {r} is least at {t}, where it is {e}, because its derivative is negative before and positive after:")
    s.equation("mish-positive", 1 - exp(-1), 0, relation=">", text="This least value is positive, and exponentials are. So the factor of Mish rises too, and has at most one zero:")
    s.table("turning", header=["activation", "closed form", "turning point"],
            rows=[[h.name, "none known" if h.closed is None else h.closed, enclosed(*_ends(h.turning_point()))] for h in (silu, gelu, mish)],
            caption="The turning points. Each is enclosed by two decimals; the sign of the derivative changes between them, in ball arithmetic.")
    s.text("So each of the three falls left of its turning point and rises right of it: it reverses all pairs of samples that are left of it, and preserves all that are right of it.")
    for h in (silu, gelu, mish):
        s.claim(f"{h.name.lower()}-turns", f"The order index of {h.name} is 0 on the samples {{z}} moved to the left of its turning point, and 1 on the same samples moved to the right of it.", z=sympy.FiniteSet(*map(rational, points)),
                decide=lambda h=h: computed.check_sides(h, points), method="certified sign change, and order of values in ball arithmetic")


def _modes(d, points):
    s = d.section("Modes of a neuron, and the bias", surrogate="one neuron, its samples, and a reference order")
    s.text("A strictly increasing activation preserves the order of its own pre-activation, always ({ref:increasing}). So which order is meant must be said. A neuron with weights "
           "{w} and bias {b} does two things to a sample.", w=sympy.Symbol("W"), b=b)
    s.system("neuron", [(Z_I, sympy.Symbol("W")*sympy.Symbol("x_i") + b), (Y_I, F(Z_I))], definition=True, i=sympy.Symbol("i"), text="It gives sample {i} the pre-activation and the output")
    kept = _kept(R_I, Y_I, R_J, Y_J)
    s.system("modes", [row(kept.lhs, 0, relation=">", condition="order-preserving"),
                       row(kept.lhs, 0, relation="<", condition="order-reversing")], definition=True, r=R_I, z=Z_I, e=sympy.Ne(R_I, R_J),
             text="With a reference {r}, which is the neuron's own {z} if nothing else is said, or any read-out of the samples, it has one of two modes if the same holds for all pairs with {e}, at least one:")
    s.text("Otherwise it is *order-mixing*. So ties make a neuron mixing, and saturation does; and so does an input that is the same for all samples, where nothing is left to order.")
    s.claim("own-order", "Warning: with its own pre-activation as the reference every neuron with tanh, or without an activation, is order-preserving, trained or not; for any other strictly increasing activation that is what the word says. "
            "A two-mode theory of such networks has to compare with another order.", method="difference of tanh at two arguments, and of the identity",
            decide=lambda: all_proved((tanh(z + d_), tanh(z), ">"), (z + d_, z, ">"), positive=[d_], method="sign of the difference, all arguments"))
    border = rational(computed.relu_border(points))
    s.claim("relu-bias", "On samples whose projections are {z}, a ReLU neuron is order-preserving if and only if {b} (at most one sample is clipped), and never order-reversing.",
            z=sympy.FiniteSet(*map(rational, points)), b=b > border, method="all intervals between kinks, and the kinks, pair by pair",
            decide=lambda: [(part.mode, part.lower, part.upper) for part in mode_intervals(relu, [1], [[z] for z in points])]
            == [("mixing", None, computed.relu_border(points)), ("preserving", computed.relu_border(points), None)] and computed.check_intervals(relu, points))
    gap = d_/(1 - exp(-d_))
    s.equation("silu-gap", silu.expression.subs(X, z + d_) - silu.expression.subs(X, z), (z + c + c*exp(z))*(1 - exp(-d_))*exp(-z)/((1 + exp(-z))*(1 + exp(-z - d_))),
               meaning={c: gap}, positive=[d_], c=Eq(c, gap), text="For SiLU two pre-activations that are {d} apart differ in their outputs by, with {c},", d=d_)
    s.equation("silu-tie", (z + c + c*exp(z)).subs(z, -c - w), exp(-w)*(c*exp(-c) - w*exp(w)), positive=[c], t=Eq(z, -c - sympy.LambertW(c*exp(-c), evaluate=False), evaluate=False),
               text="The first bracket rises, and vanishes at {t}, where the pair is tied:")
    s.text("Hence a SiLU neuron preserves the order of its pre-activation if and only if each pair of neighbours is right of its tie, and reverses it if each is left: two biases in closed form, "
           "with mixing between them. Each pair changes once, so what holds near both ends of an interval holds inside. As the distance goes to zero the tie goes to the turning point. For GELU and Mish the same holds with ties in isolating balls.")
    table = []
    for h in (relu, silu, gelu, mish):
        for part in mode_intervals(h, [1], [[z] for z in points]):
            table.append([getattr(h, "name", "ReLU"), f"order-{part.mode}", end(part.lower, -sympy.oo), end(part.upper, sympy.oo)])
    s.table("bias", header=["activation", "mode", "from bias", "to bias"], rows=table,
            caption="The mode of one neuron with weight 1 on the samples of {ref:index}, for all biases. Rational ends are exact; others are enclosed by two decimals.")
    for h in (silu, gelu, mish):
        s.claim(f"{h.name.lower()}-bias", f"The intervals of the {h.name} neuron cover all biases, and near both ends of each its mode is what the definition says, pair by pair. (So it is in between, as every pair changes only once.)",
                decide=lambda h=h: computed.check_intervals(h, points), method="order of values in ball arithmetic at biases near the ends")
    backwards = [-z for z in points]
    s.claim("reversing", "With the opposite order as the reference the same ReLU neuron is never preserving, and reversing where it was preserving.",
            method="all intervals between kinks, and the kinks, pair by pair",
            decide=lambda: [part.mode for part in mode_intervals(relu, [1], [[z] for z in points], reference=backwards)] == ["mixing", "reversing"]
            and computed.check_intervals(relu, points, backwards))


def _layers(d, net, rows, ours):
    s = d.section("Proportions in the layers", surrogate="fully connected networks with given weights, and given samples")
    s.text("For a network with rational weights everything is counted exactly, at any depth. Trained weights are floats, and a float is a rational number: each is taken as exactly that one, and nothing is rounded. "
           "This document is about the {net}" + (": scikit-learn's digits, trained by the script beside this one, and {n} of its training samples." if ours else ", and {n} samples."), net=str(net), n=sympy.Integer(len(rows)))
    read_out = [sum(row) for row in rows]
    table, references = [], (("own pre-activation", None), ("sum of the inputs", read_out))
    for name, order in references:
        for layer, part in enumerate(layer_modes(net, rows, reference=order), 1):
            table.append([sympy.Integer(layer), name, *(rational(value) for value in part.proportions)])
    s.table("proportions", header=["layer", "reference", "preserving", "reversing", "mixing"], rows=table, caption="The part of the hidden neurons in each mode.")
    s.claim("counted", "These are the proportions by the definition, counted again with fractions, pair by pair.", decide=lambda: all(computed.check_layers(net, rows, order) for _, order in references),
            method="all pairs of samples, exact")
    s.claim("symbolic", "With symbols for weights the modes are conditions on them: for a network of two hidden layers with eight symbols, six sets of numbers drawn with a fixed seed, put into the conditions, give the counts of the networks with these numbers.",
            decide=lambda: computed.check_symbolic(Random(5)), method="six sets of numbers drawn with a seed")
    deep, drawn = computed.deep_network()
    s.figure("deep", computed.modes_figure(layer_modes(deep, drawn)), caption="The proportion of neurons that preserve the order of their own pre-activation on {n} samples, in a network of 100 layers of {k} ReLU neurons with rational weights drawn with a "
             "fixed seed. It is not trained: what such a curve says about trained networks is left open.", n=sympy.Integer(len(drawn)), k=sympy.Integer(deep.widths[1]))
    s.claim("hundred-layers", "The modes of all neurons of the 100 layers are those of the definition.", decide=lambda: computed.check_layers(deep, drawn), method="counted again with fractions, pair by pair")


def _substitutes(d):
    s = d.section("The best linear substitute", surrogate="an activation under a Gaussian pre-activation, and least squares")
    weight = density(z, mu, sigma)
    full = linear_substitute(relu, mean=mu, deviation=sigma)
    A, Var = sympy.Symbol("A"), sympy.Function("Var")
    s.define("substitute", F(z), A*z + sympy.Symbol("C"), relation="approx", text="The linear function nearest to an activation, in the mean square for a Gaussian {z} of mean {m} and deviation {s}, has", z=z, m=mu, s=sigma,
             condition="slope {slope}; explained part of the variance {part}", slope=Eq(A, sympy.Function("Cov")(f, z)/Var(z)), part=Eq(sympy.Symbol("R"), A**2*Var(z)/Var(f)))
    s.step("relu-slope", sympy.Symbol("A"), full.slope, text="For ReLU it has the slope", method="Gaussian integral",
           check=lambda: integrals((relu(z)*(z - mu)*weight, [z], full.slope*sigma**2), steps=STEPS, positive=[sigma]))
    s.system("relu-moments", [(E(f), full.mean), (E(f**2), full.second)], text="with the moments", method="Gaussian integral",
             check=lambda: integrals((relu(z)*weight, [z], full.mean), (relu(z)**2*weight, [z], full.second), steps=STEPS, positive=[sigma]))
    zero = linear_substitute(relu, deviation=sigma)
    s.equation("relu-explained", sympy.Symbol("R"), pi/(2*(pi - 1)), meaning={sympy.Symbol("R"): zero.explained}, positive=[sigma], m=Eq(mu, 0), a=Eq(sympy.Symbol("A"), zero.slope),
               text="At {m} it is {a}, and whatever the deviation the substitute explains the part")
    smooth = linear_substitute(erf, deviation=sigma)
    s.define("erf-steps", erf(alpha*u/sqrt(2)), E(sign(alpha*u - v)), a=Eq(alpha, sqrt(2)*sigma), v=v, text="The error function is an average over steps from −1 to 1, for a standard Gaussian {v} and here with {a},")
    scaled = linear_substitute(erf, deviation=alpha/sqrt(2))
    step = sign(alpha*u - v)*density(v)
    s.step("erf-slope", sympy.Symbol("A"), smooth.slope, method="Gaussian integral over both variables", text="so its slope at mean 0 is a Gaussian integral,",
           check=lambda: integrals((step, [v], erf(alpha*u/sqrt(2))), (alpha/sqrt(2)*u*step*density(u), [u, v], scaled.slope*alpha**2/2), steps=STEPS, positive=[alpha]))
    s.step("erf-second", E(f**2), smooth.second, method="the derivative by the deviation is a Gaussian integral; both sides vanish at 0", text="and so is the derivative of its second moment by {s}; with the value 0 at 0 that gives", s=alpha,
           check=lambda: integrals((sqrt(8/pi)*u*exp(-alpha**2*u**2/2)*step*density(u), [u, v], scaled.second.diff(alpha)), steps=STEPS, positive=[alpha])
           if scaled.second.subs(alpha, 0) == 0 else False)
    s.equation("erf-explained", sympy.Symbol("R"), 2*sigma**2/((1 + 2*sigma**2)*asin(2*sigma**2/(1 + 2*sigma**2))), meaning={sympy.Symbol("R"): smooth.explained}, positive=[sigma],
               text="It explains the part")
    s.claim("erf-limits", "The part that is explained tends to 1 for small deviations, where the error function is linear, and to {r} for large ones, where it is a step.", r=2/pi, method="limits of a product with the arcsine",
            decide=lambda: sympy.limit(p_/asin(p_), p_, 0) == 1 and sg.equal(1/asin(sympy.Integer(1)), 2/pi).status == "proved")


def _angle(d):
    s = d.section("Two neurons at an angle", surrogate="neurons whose weights make a given angle, and Gaussian samples")
    P, k = sympy.Symbol("P"), symbols("k", real=True)
    s.text("Two neurons with any strictly increasing activations have weights at an angle {t}, strictly between 0 and 180 degrees. Two samples are drawn from a Gaussian law without a preferred direction. Their difference has, along the first weights and across them, two "
           "independent Gaussian components {u}, {v}; the neurons order the samples alike if {u} and {w} have one sign.", t=theta, u=u, v=v, w=u*sympy.cos(theta) + v*sympy.sin(theta))
    s.define("alike", P, 2*E(heaviside(u)*heaviside(k*u + v)), k=Eq(k, 1/tan(theta), evaluate=False), text="By symmetry the probability of that is, with unit steps and {k},")
    inner = (1 + erf(k*u/sqrt(2)))/2
    s.step("alike-derivative", Derivative(P, k), 1/(pi*(1 + k**2)), method="Gaussian integrals over v, then over u", text="The integral over {v} is that of a step; differentiated by {k} the other one is elementary,", v=v, k=k,
           check=lambda: integrals((heaviside(k*u + v)*density(v), [v], inner), (2*heaviside(u)*u*density(k*u)*density(u), [u], 1/(pi*(1 + k**2))), steps=STEPS))
    s.equation("alike-inner", Derivative(inner, k), u*exp(-k**2*u**2/2)/sqrt(2*pi), text="because the derivative under it is")
    s.step("alike-start", P, Rational(1, 2), method="Gaussian integral", condition="at a right angle, k = 0", text="and the value at a right angle is",
           check=lambda: integrals((2*heaviside(u)*heaviside(v)*density(u)*density(v), [u, v], Rational(1, 2)), steps=STEPS))
    s.equation("alike-all", Derivative(Rational(1, 2) + atan(k)/pi, k), 1/(pi*(1 + k**2)), text="So it is one half and the arc tangent of {k} over {p}, which has this derivative, and vanishes with its argument:", k=k, p=pi)
    alike = 1 - theta/pi
    s.claim("angle", "Two random Gaussian neurons at the angle {t} order a random pair of samples alike with probability {p}.", t=theta, p=alike,
            method="the arc tangent of cot θ is π/2 − θ on (0, π): equal at π/2, and of equal derivative",
            decide=lambda: all_proved((-(1 + tan(theta)**-2)/(1 + tan(theta)**-2)/pi, Derivative(alike, theta), "="),
                                      (alike.subs(theta, pi/2), Rational(1, 2), "="),
                                      (Derivative(sympy.cos(theta)/sympy.sin(theta), theta), -(1 + (sympy.cos(theta)/sympy.sin(theta))**2), "="), method="Gaussian integrals, and derivatives by the angle"))


def _basins(d):
    s = d.section("Attraction basins of a linear read-out", surrogate="the largest ball, in samples or in weights, that keeps a sample's class")
    W, A = sympy.symbols("w_1:4", real=True), sympy.symbols("e_1:4", real=True)
    M, rx, rw, nw, nx = symbols("M r_x r_w n_w n_x", positive=True)
    s.text("A read-out with weights {w} and bias {c} puts a sample into a class by the sign of its margin. The basin in *sample space* is the largest ball around the sample in which the sign stays, the "
           "basin in *weight space* the largest ball around the weights in which it does. On the boundary neither is defined.", w=sympy.Symbol("w"), c=c)
    dot, sq = sum(a_*b_ for a_, b_ in zip(W, A, strict=True)), sum(a_**2 for a_ in W)
    lagrange = sum((W[i]*A[j] - W[j]*A[i])**2 for i in range(3) for j in range(i))
    s.equation("cauchy", sq*sum(a_**2 for a_ in A) - dot**2, lagrange, e=sympy.Symbol("e"), w=sympy.Symbol("w"),
               text="A step {e} of the sample changes the margin by its product with {w}. By Lagrange's identity, here in three dimensions (a step and {w} span two), that is at most the product of their lengths,")
    step = {A[i]: -M*W[i]/sq for i in range(3)}
    s.equations("sample-step", [(sympy.Symbol("w e"), -M), (sympy.Symbol("e e"), M**2/sq)], meaning={sympy.Symbol("w e"): dot.subs(step), sympy.Symbol("e e"): sum(a_**2 for a_ in A).subs(step)}, nonzero=[sq], m=M,
                text="with equality for a step along {w}; the one that takes the margin {m} away has the square", w=sympy.Symbol("w"))
    s.text("With the sample in place of the weights this is the basin in weight space.")
    s.system("radii", [(rx, M/nw), (rw, M/nx)], definition=True, m=M, w=nw, x=nx, text="Hence, with the margin {m} and the lengths {w} of the weights and {x} of the sample, the radii in sample space and in weight space are")
    s.equation("duality", rx*nw, rw*nx, M, meaning={rx: M/nw, rw: M/nx}, text="and they are dual: each times the length of what is held fixed is the margin,")
    a1, b1 = sympy.symbols("a_1:3", real=True), sympy.symbols("b_1:3", real=True)
    s.equation("parallelogram", 2*sum(t**2 for t in (*a1, *b1)) - sum((s_ - t)**2 for s_, t in zip(a1, b1, strict=True)), sum((s_ + t)**2 for s_, t in zip(a1, b1, strict=True)),
               text="With several classes the margin to each other class counts. In sample space the length is that of the difference of two rows. In weight space both rows can move, against each other, by the parallelogram law at best equally: ")
    half = sympy.Symbol("q", positive=True)
    s.equation("classes", half**2 + half**2, M**2/(2*nx**2), meaning={half: M/(2*nx)}, q=Eq(half, M/(2*nx)), text="each moves by {q}, together")
    s.text("So the squared radius in weight space is the least margin squared over twice the squared length of the sample, and that in sample space is the least of margin squared over squared distance of the rows.")


def _network(d, net, rows, ours):
    s = d.section("Attraction basins of a network", surrogate="ReLU networks on the linear region of a sample")
    found = computed.regions(net, rows)
    s.text("A ReLU network is linear on a region around each sample that is on no kink. The walls of the region are where a hidden pre-activation vanishes. The largest ball on which the network is linear "
           "and the class stays has as its squared radius the least of finitely many rational numbers. If a class boundary is what is nearest, that is the basin itself; if a wall is, it is a lower bound of the basin.")
    across = computed.crossings(net, rows, found)
    finite = [part for part in found if part.squared_radius is not None]
    ranked = sorted(range(len(found)), key=lambda k: (found[k].squared_radius is None, found[k].squared_radius or 0))
    shown = [ranked[0], ranked[len(ranked)//2], ranked[-1]]
    s.table("samples", header=["sample", "class", "nearest", "squared radius", "radius", "another class at"],
            rows=[[sympy.Integer(k + 1), sympy.Integer(found[k].label), _limit(found[k].limit), "infinite" if found[k].squared_radius is None else _short(found[k].squared_radius),
                   "infinite" if found[k].squared_radius is None else computed.root_enclosed(found[k].squared_radius, 5),
                   "none found" if across[k] is None else computed.root_enclosed(across[k][0], 3)] for k in dict.fromkeys(shown)],
            caption="The least, the middle and the greatest radius among {n} samples, and the distance of a point of another class; layers and neurons are counted from 1, classes from 0.", n=sympy.Integer(len(rows)))
    if finite:
        s.figure("histogram", computed.radii_figure([part.squared_radius for part in finite], "radius", "Histogram of the radii of the samples' linear regions."),
                 caption="The radii of the largest balls of {n} samples, sorted into bars by their exact squares. " + _limited(sum(part.is_whole_basin for part in finite), len(finite)),
                 n=sympy.Integer(len(finite)))
    s.claim("regions", "For each of the {n} samples the radius is right: at the nearest point of what limits it the network, run there, is on that wall or boundary, and no other wall and no class boundary lies before it.",
            n=sympy.Integer(len(rows)), decide=lambda: computed.check_regions(net, rows, found), method="the network run at the nearest points, exact")
    s.claim("between", "So the attraction basin of each sample is known from both sides: its radius is at least that one, and at most the distance of a point of another class, " + ("found for every sample." if None not in across else "where one is found: for {k} of the {n} samples."),
            **({} if None not in across else {"k": sympy.Integer(sum(point is not None for point in across)), "n": sympy.Integer(len(across))}), decide=lambda: computed.check_crossings(net, rows, found, across), method="the network run at these points, exact")
    pairs = computed.read_out_basins(net, rows)
    s.text("Of the features that the last layer reads, and of its weights, the basins are those of a linear read-out, with no restriction to a region.")
    s.claim("read-out", "For each sample the two radii of the read-out are the least over all classes.", decide=lambda: computed.check_read_out(net, rows, pairs), method="all classes, exact")
    sizes = [a_.squared_radius for a_, _ in pairs if a_.squared_radius is not None]
    if sizes:
        s.figure("features", computed.radii_figure(sizes, "radius among features", "Histogram of the basin radii of the samples' features."),
                 caption="The radii of the attraction basins in the space of the features that the read-out sees: exact, and the whole basins.")


def _remaining(d):
    s = d.section("What is left open of the abstract")
    s.text("*Maximal information.* For a given network and samples the modes are counted exactly ({ref:counted}), and the different outputs of each layer could be; what the one says about the other is in the next section. That training maximises anything is a statement about training, of which the abstract gives no law: open.")
    s.text("*Optimal depth and width.* For a given finite list of trained networks their exact radii can be compared. That an optimum exists, or where, depends on data and training that are not known: open.")
    s.text("*Flat minima.* The ball in weight space in which no training sample changes class is flatness made exact for a read-out; its radius is the least of the radii above, and {ref:duality} ties it to margins. That flat networks generalise is a statement about unseen samples: open.")
    s.text("*Grokking and double descent.* Both are about curves over training time or size. With weights saved along the way each point of such a curve could be computed exactly; none is explained here: open.")
    s.text("*A hundred layers.* The modes of 100 layers are computed ({ref:hundred-layers}); the paper's networks of that depth are not known.")


def _theorem(d, net, rows):
    s = d.section("The surrogate theorems", surrogate="linear read-outs with two, three or more classes, ReLU layers, and finite sets of samples")
    nw, nx = symbols("n_w n_x", positive=True)
    M, N = symbols("M_1 M_2", positive=True)
    s.equation("same-order", (M/nx)**2 - (N/nx)**2, ((M/nw)**2 - (N/nw)**2)*(nw/nx)**2, m=M, k=N,
               text="*Basins, proved.* Among samples of one length and with one read-out, the sample with the larger basin in sample space has the larger one in weight space, and the other way round: with margins {m}, {k} the squared radii differ by")
    s.claim("any-length", "*Basins, refuted.* The same for samples of different lengths: of two samples of a read-out with two classes, the one with the larger basin in sample space has the larger one in weight space.",
            decide=_any_length, expected="refuted", method="exact counterexample")
    s.claim("same-class", "*Basins, refuted.* With three classes, the class that is nearest to a sample in sample space is nearest in weight space.", decide=_same_class, expected="refuted", method="exact counterexample")
    counts = computed.agreement(computed.read_out_basins(net, rows))
    s.claim("agreement", "On the network of this document the two basins of the read-out order {k} of the {n} pairs of samples alike, {r} oppositely.", k=sympy.Integer(counts.preserved), n=sympy.Integer(counts.total), r=sympy.Integer(counts.reversed),
            decide=lambda: _agreement_again(net, rows, counts), method="all pairs, exact")
    f1, f2 = sympy.symbols("f_00 f_11"), sympy.symbols("f_01 f_10")
    p1, p2, p0, g1, g2, g0, o1, o2, o0 = symbols("p_1 p_2 p_0 g_1 g_2 g_0 o_1 o_2 o_0", real=True)

    def output(i, j):
        return o0 + o1*(p0 + p1*i + p2*j) + o2*(g0 + g1*i + g2*j)
    s.equation("affine", f1[0] + f1[1] - f2[0] - f2[1], 0, meaning={f1[0]: output(0, 0), f1[1]: output(1, 1), f2[0]: output(0, 1), f2[1]: output(1, 0)},
               text="*Modes, proved.* Two ReLU neurons that clip none of the four corners of a square are order-preserving, but every read-out of them has at the corners")
    s.text("So no such layer separates the two diagonals (exclusive or): order-preserving neurons that clip nothing are a linear substitute.")
    s.claim("needs-mixing", "*Modes, refuted.* To separate the diagonals a layer of two ReLU neurons needs one that is order-mixing, with its own pre-activation as the reference.", decide=_needs_mixing, expected="refuted",
            method="exact counterexample: one clipped sample is still in order")
    s.claim("one-preserving", "*Information, proved.* A layer with one order-preserving neuron whose pre-activations of the samples differ gives different outputs to all samples, whatever its other neurons do, since a preserved pair is not tied. Gone through here for all outputs of up to four samples.",
            decide=_one_preserving, method="a preserved pair is not tied: all orders of up to four outputs")
    s.claim("none-preserving", "*Information, refuted.* A layer without order-preserving neurons gives one output to two of its samples.", decide=_none_preserving, expected="refuted", method="exact counterexample")
    s.text("So in this model the proportion of order-preserving neurons bounds what a layer keeps only in one direction: one such neuron suffices, none is needed; and the two basins measure the same thing just for samples of one length. "
           "The abstract's claim that proportions are allocated to maximise information is neither confirmed nor contradicted by that: it is about training.")


def _any_length():
    w_, first, second = [[1, 0]], (1, 10), (Fraction(1, 2), 0)
    near, flat = ([basin(w_, [0], sample).squared_radius for sample in (first, second)] for basin in (sample_basin, weight_basin))
    if near[0] > near[1] and flat[0] < flat[1]:
        return sg.Verdict("refuted", counterexample=f"w = (1, 0), samples (1, 10) and (1/2, 0): squared radii {near[0]} and {near[1]} in sample space, {flat[0]} and {flat[1]} in weight space")
    return None


def _same_class():
    weights, sample = [[2, 0], [1, 0], [0, 4]], (1, 0)
    near, flat = sample_basin(weights, [0, 0, 0], sample), weight_basin(weights, [0, 0, 0], sample)
    scores = "rows (2, 0), (1, 0), (0, 4), sample (1, 0)"
    if near.nearest != flat.nearest:
        return sg.Verdict("refuted", counterexample=f"{scores}: class {near.nearest} in sample space, class {flat.nearest} in weight space")
    return None


def _agreement_again(net, rows, counts):
    pairs = [(a_.squared_radius, b_.squared_radius) for a_, b_ in computed.read_out_basins(net, rows)]
    pairs = [pair for pair in pairs if None not in pair]
    products = [(a_ - c_)*(b_ - e_) for k, (a_, b_) in enumerate(pairs) for c_, e_ in pairs[:k]]
    return (sum(v_ > 0 for v_ in products), sum(v_ < 0 for v_ in products)) == (counts.preserved, counts.reversed)


def _needs_mixing():
    corners = [(0, 0), (0, 1), (1, 0), (1, 1)]
    neurons = [((1, 1), Fraction(-1, 2)), ((1, 1), 1)]
    modes = [neuron_counts(relu, weights, bias, corners).mode for weights, bias in neurons]
    net = DenseNetwork([[list(weights) for weights, _ in neurons], [[4, -3]]], [[bias for _, bias in neurons], [Fraction(7, 2)]])
    scores = [score for score, in net(corners)]
    if modes == ["preserving", "preserving"] and [score > 0 for score in scores] == [True, False, False, True] and 0 not in scores:
        return sg.Verdict("refuted", counterexample="h_1 = relu(x_1 + x_2 − 1/2), h_2 = relu(x_1 + x_2 + 1), output 4 h_1 − 3 h_2 + 7/2: "
                          f"both order-preserving, scores {', '.join(map(str, scores))} at 00, 01, 10, 11")
    return None


def _one_preserving():
    from itertools import product

    for size in range(2, 5):
        for outputs in product(range(size), repeat=size):
            kept = all(outputs[i] > outputs[j] for i in range(size) for j in range(i))
            if kept and len(set(outputs)) < size:
                return False
    return True


def _none_preserving():
    samples = [[-2], [-1], [1], [2]]
    modes = [neuron_counts(relu, [w_], 0, samples).mode for w_ in (1, -1)]
    net = DenseNetwork([[[1], [-1]], [[1, 0], [0, 1]]], [[0, 0], [0, 0]])
    outputs = [tuple(map(str, row)) for row in net(samples)]
    if modes == ["mixing", "mixing"] and len(set(outputs)) == len(samples):
        return sg.Verdict("refuted", counterexample=f"relu(x), relu(−x) on −2, −1, 1, 2: both order-mixing, outputs {', '.join('(' + ', '.join(o) + ')' for o in outputs)}")
    return None


def _kept(before, after, other_before, other_after):
    return (before - other_before)*(after - other_after) > 0


def _ends(root):
    return root.low, root.high


def _limited(count, total):
    if count in (0, total):
        return "None of them is limited by a class boundary: each is by a wall." if count == 0 else "All are limited by a class boundary."
    return f"{count} of them {'is' if count == 1 else 'are'} limited by a class boundary, the others by a wall."


def _limit(limit):
    if not limit:
        return "nothing"
    return f"layer {limit[1]}, neuron {limit[2]}" if limit[0] == "wall" else f"class {limit[1]}"


def _short(square):
    return rational(square) if square.denominator < 10**24 else f"a fraction with {len(str(square.denominator))} digits below"
