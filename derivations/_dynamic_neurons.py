"""What stands behind derivations/dynamic_neurons.py: the computed objects it shows, and the checks of its statements.

No formula of the paper is typed in here; the readings that are decided stand in the script itself.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from itertools import combinations, product
from math import prod

import flint
import sympy

import symrg as sg
from symrg.exact.balls import certified_integral
from symrg.exact.deltas import sift, weak_limit
from symrg.exact.edge import from_sympy
from symrg.exact.exponentials import ExponentialField, equal_exponents
from symrg.exact.gaussian import density, equal_sums, gaussian_average, gaussian_integral
from symrg.exact.limits import limit_at
from symrg.exact.matrices import matrix_power, matrix_product, transpose
from symrg.exact.numbers import as_fraction
from symrg.exact.reals import count_real_roots
from symrg.exact.varieties import decompose
from symrg.ledger.deciding import equal
from symrg.ledger.verdicts import Verdict
from symrg.model.variables import states, variables_in
from symrg.transform.decimation import multiplicity
from symrg.transform.linearization import exponent
from symrg.transform.observables import Observables
from symrg.transform.strata import strata

MOST_FACTORS = 8  # beyond, the general route to the fixed points does not end in reasonable time
GRAPH_DEPTH = 9  # the depth of the paper's Figure 2

beta, beta_v = sg.Parameter("beta", positive=True), sg.Parameter("beta_v", positive=True)
u = sg.Parameter("u", positive=True)
m, M = sympy.Symbol("m", integer=True), sympy.Symbol("M", integer=True)
h, sigma = (sg.Variable(name, (0, 1)) for name in ("h", "sigma"))
A, B, C, D = sympy.symbols("A B C D")
Zm, Hm = sympy.symbols("Z_m H'_m")


class Work:
    """The computed objects that several sections show."""

    def __init__(self, network: sg.LayeredNetwork, scale: int) -> None:
        self.net, self.scale = network, scale
        self.chain = network.chain()
        if len(self.chain.factors) > MOST_FACTORS:
            message = (
                f"this derivation solves for fixed points in at most {MOST_FACTORS} factors, and the network has "
                f"{len(self.chain.factors)}; take one neuron a layer (width=1, samples=1) or smaller alphabets"
            )
            raise sg.ModelError(message)
        self.recursion = self.chain.recursion(scale)

    @property
    def is_paper(self):
        """Whether this is the paper's own example, whose printed equations are decided too."""
        return self.net == sg.LayeredNetwork() and self.scale == 2

    @property
    def parameter_names(self):
        return "weights" if self.net.biases is None else "weights and biases"

    def layer(self, place):
        """Return (h^{(place+1)}, the summed-out variables of layer `place`, σ^{(place)} as expression)."""
        return self.net.neurons_at(place + 1), self.parameters(place), self.net.activation_expressions(place)

    def parameters(self, place):
        return self.net.weights_at(place) + self.net.biases_at(place)

    def hidden(self, place):
        return self.parameters(place) + self.net.neurons_at(place)

    @property
    def removed(self):
        """Labels of the layers that one step sums out: m for p = 2, and m, m + 1, … beyond."""
        return [m + k for k in range(self.scale - 1)]

    @property
    def ends(self):
        """The neurons above and the activations below the removed layers."""
        return self.net.neurons_at(m + self.scale - 1), self.net.activations_at(m - 1)

    def two_ended(self, term):
        """Add up `term(neurons, activations)` over the scale's worth of layers, the lowest with σ as a variable."""
        total = term(self.net.neurons_at(m), self.net.activations_at(m - 1))
        for place in self.removed:
            total += term(self.net.neurons_at(place + 1), self.net.activation_expressions(place))
        return total

    @cached_property
    def summed_variables(self):
        return tuple(v for place in self.removed for v in self.hidden(place))

    @cached_property
    def initial(self):
        """The decimation of the dynamic Hamiltonian itself: weights in u."""
        return sg.decimate(self.two_ended(lambda h, s: -beta_v * squares(h, s)), over=self.summed_variables)

    @cached_property
    def general(self):
        """The decimation with the most general couplings on the polynomial basis."""
        exponent = self.two_ended(self.on_basis)
        # an activation with one value has no couplings; then the parameters only multiply the sum by their number
        return sg.decimate(exponent, over=[v for v in self.summed_variables if exponent.has(v)])

    def on_basis(self, neurons, activations):
        """Return the exponent of one layer, couplings times monomials, with other objects in the variables' places."""
        exchange = dict(zip(self.chain.rows + self.chain.columns, (*neurons, *activations), strict=True))
        return self.chain.exponent.xreplace(exchange)

    def to_ends(self, monomial):
        """Rename a monomial of the chain to the neurons and activations next to the removed layers."""
        exchange = dict(zip(self.chain.rows + self.chain.columns, sum(self.ends, ()), strict=True))
        return monomial.xreplace(exchange)

    @cached_property
    def start(self):
        """The couplings of the dynamic Hamiltonian, one layer: −β_v (h − σ)² on the polynomial basis."""
        exponent = -beta_v * squares(self.chain.rows, self.chain.columns)
        polynomial = sympy.Poly(
            sg.project(exponent, self.chain.rows + self.chain.columns), *self.chain.rows, *self.chain.columns
        )
        return [polynomial.coeff_monomial(monomial) for monomial in self.chain.coordinates.monomials]

    @cached_property
    def fixed(self):
        return self.recursion.fixed_points(projective=True)

    @cached_property
    def counts(self):
        """G read off the expressions of layer m by running through all (W, b)."""
        return multiplicity(self.net.activation_expressions(m), over=self.parameters(m))


def squares(first, second):
    return sympy.Add(*((x - y) ** 2 for x, y in zip(first, second, strict=True)))


def primed(symbol):
    return sympy.Symbol(f"{symbol}'")


def starred(symbol):
    return sympy.Symbol(f"{symbol}^*")


def preactivations(net):
    biases = (0,) if net.biases is None else net.biases
    return [(w * h, b) for w, h, b in product(net.weights, net.neurons, biases)]


def translation(net, depth):
    table = {}
    for place in range(depth, -1, -1):
        for group in (net.neurons_at, net.weights_at, net.biases_at):
            table.update(zip(group(place), group(place + 1), strict=True))
    return table


def penalty_limit(work, x):
    """Decide lim Z_new = Z_original for depth 2 at one input."""
    net = work.net
    original = -beta * net.original_hamiltonian(depth=2, inputs=x)
    dynamic = sympy.expand(-beta * net.dynamic_hamiltonian(depth=2, inputs=x, penalties=beta_v / beta))
    left = sum_over(dynamic, work.parameters(0) + work.hidden(1))
    right = sum_over(original, work.parameters(0) + work.parameters(1))
    field = ExponentialField([left, right])
    generators = list(field.ring.fractions())
    total = field.read(left)
    for place, name in enumerate(field.ring.names):
        if name.startswith(("exp(beta_v)", "exp(beta_v/")):
            # no penalty is negative, so the sum is a polynomial in e^{-β_v}, which tends to zero
            generators[place] = 1 / generators[place]
            total = total.compose(generators)
            generators[place] = field.ring.fraction(0)
            total = total.compose(generators)
    return total == field.read(right)


def sum_over(exponent, variables):
    """Sum e^exponent over variables; one that does not occur (a weight of an input 0) counts its letters."""
    present = [v for v in variables if exponent.has(v)]
    absent = [v for v in variables if v not in present]
    return prod(len(v.alphabet) for v in absent) * sg.decimate(exponent, over=present).summed


def in_u(expression):
    """Write exponentials of multiples of β_v as powers of u."""
    return expression.replace(lambda e: isinstance(e, sympy.exp), lambda e: u ** sympy.expand(e.args[0] / beta_v))


def decimated_by_matrices(work):
    """Compare the symbolic sum with V Gᵀ V … built from one layer's weights and the factorised count G."""
    done, net = work.initial, work.net
    weights = done.weights_in({})
    steps = [-beta_v * squares(a, b) for a, b in product(net.neuron_states, net.activation_states)]
    field = ExponentialField(weights.values(), exponents=steps)
    bond = [[field.exponential(-beta_v * squares(a, b)) for b in net.activation_states] for a in net.neuron_states]
    image = bond
    for _ in range(work.scale - 1):
        image = [
            [
                sum(
                    (
                        bond[i][k] * net.multiplicity[j][k] * image[j][c]
                        for j in range(len(bond))
                        for k in range(len(bond[0]))
                    ),
                    start=field.ring.fraction(0),
                )
                for c in range(len(bond[0]))
            ]
            for i in range(len(bond))
        ]
    flat = [entry for row in image for entry in row]
    return [field.read(weight) for weight in weights.values()] == flat


def reproduces(done):
    """Decide that the polynomial with the found couplings has the logarithms of the weights as its values."""
    return all(
        equal_exponents(done.exponent.xreplace(dict(zip(done.variables, state, strict=True))), sympy.log(weight))
        for state, weight in done.weights_in({}).items()
    )


def starts_right(work):
    chain = work.chain
    exponent = chain.exponent.xreplace(dict(zip(chain.couplings, work.start, strict=True)))
    variables = chain.rows + chain.columns
    constant = None
    for state in product(*(v.alphabet for v in variables)):
        table = dict(zip(variables, state, strict=True))
        target = (-beta_v * squares(chain.rows, chain.columns)).xreplace(table)
        difference = sympy.expand(target - exponent.xreplace(table))
        constant = difference if constant is None else constant
        if difference != constant:  # both are rational multiples of beta_v
            return False
    return True


def decimation_agrees(work):
    found, images = work.general.couplings, work.recursion.coupling_images
    return all(
        equal_exponents(images[coupling], found[work.to_ends(monomial)])
        for coupling, monomial in zip(work.chain.couplings, work.chain.coordinates.monomials, strict=True)
    )


def factors_agree(work):
    coordinates, images = work.chain.coordinates, work.recursion.coupling_images
    exponentials = dict(zip(work.chain.factors, coordinates.exponentials(work.chain.couplings), strict=True))
    through = coordinates.exponents([images[k] for k in work.chain.couplings])
    return all(
        equal_exponents(exponent, sympy.log(image.xreplace(exponentials)))
        for exponent, image in zip(through, work.recursion.images.values(), strict=True)
    )


def consistent(work):
    start = dict(zip(work.chain.couplings, work.start, strict=True))
    found, images = work.initial.couplings, work.recursion.coupling_images
    return all(
        equal_exponents(images[coupling].xreplace(start), found[work.to_ends(monomial)])
        for coupling, monomial in zip(work.chain.couplings, work.chain.coordinates.monomials, strict=True)
    )


def difference(R, factor):
    index = R.factors.index(factor)
    return (R.functions[index] - R.ring.fractions()[index]).to_sympy(R.factors)


def agrees_on_line(R, index, factor):
    """Evaluate the factored form at rational points and compare with the map itself."""
    written = difference(R, factor)
    for k in range(2, 8):
        point = [sympy.Rational(k + j, 2 * j + 3) for j in range(len(R.factors))]
        value = written.xreplace(dict(zip(R.factors, point, strict=True)))
        if value != R(tuple(point))[index] - point[index]:
            return False
    return True


def couplings_right(chain, part):
    values = chain.coordinates.exponentials(list(part.couplings.values()))
    return all(sympy.expand(v, complex=True) == f for v, f in zip(values, map(sympy.S, part.point), strict=True))


def all_of(answers):
    """Return False if an answer is False, else None (undecided) if one is None, else True."""
    known = list(answers)
    return False if False in known else None if None in known else True


def eigenvalue_of(value):
    return value.to_sympy() if hasattr(value, "to_sympy") else sympy.Rational(value.numerator, value.denominator)


def derivative_on_lines(R, point, J):
    """Compare J with the first-order term of the map along each axis, by exact division of polynomials."""
    t = sympy.Symbol("t")
    for j in range(len(R.factors)):
        line = [sympy.S(v) + (t if i == j else 0) for i, v in enumerate(point)]
        for i, image in enumerate(R(tuple(line))):
            top, bottom = sympy.fraction(sympy.together(image - sympy.S(point[i])))
            top, bottom = sympy.Poly(top, t), sympy.Poly(bottom, t)
            if top.eval(0) != 0 or top.coeff_monomial(t) / bottom.eval(0) != J[i, j]:
                return False
    return True

# -- the printed equations and claims --------------------------------------------------------------------


def in_u_exponents(values):
    """Write couplings that are multiples of β_v as multiples of ln u."""
    return [value.xreplace({beta_v: sympy.log(u)}) for value in values]


def plain(work, expression):
    """Write an object of the decimated layer with the paper's h, σ and u."""
    (top,), (bottom,) = work.ends
    return in_u(expression).xreplace({top: h, bottom: sigma})


def decided(members, meaning=None, positive=()):
    """Decide displayed members; expressions that are one after substitution need no states to be gone through."""
    written = [sympy.S(side).xreplace(dict(meaning or {})) for side in members]
    if all(side == written[0] for side in written):
        return Verdict("proved", "one expression after substitution")
    return equal(*members, meaning=meaning, positive=positive)


def all_verdicts(verdicts):
    """Return the first verdict that is not "proved", or the last one."""
    found = list(verdicts)
    return next((v for v in found if v.status != "proved"), found[-1])


def same_set(work, rows, part):
    """Decide whether printed equations (exponentials of starred couplings) describe a component's prime ideal."""
    a, b, c = work.chain.factors
    names = {sympy.exp(starred(k)): f for k, f in zip((A, B, C), (a, b, c), strict=True)}
    base = work.chain.coordinates.ring
    generators = dict(zip(work.chain.factors, base.fractions(), strict=True))
    system = [from_sympy((left - right).xreplace(names), base, generators).num for left, right in rows]
    found = decompose(base, system, nonzero=[*base.gens, *work.recursion.denominators])
    if not found.complete or len(found.varieties) != 1:
        return None
    (variety,) = found.varieties
    return variety.contains(part.variety) and part.variety.contains(variety)


def no_real_puncture(part):
    """No puncture has positive factors: its polynomial has positive coefficients only."""
    return all(min(sympy.Poly(q, *part.symbols).coeffs()) > 0 for q in part.punctures)


def puncture_undefined(work, part):
    """Find a rational point of the plane on a puncture, and see the recursion fail there as 0/0."""
    (q,) = part.punctures
    free = sorted(q.free_symbols, key=str)
    values = {free[0]: sympy.Integer(1)}
    values[free[1]] = sympy.solve(q.xreplace(values), free[1])[0]
    point = {f: values.get(f, sympy.Integer(1)) for f in work.chain.factors}
    try:
        work.recursion(point)
    except sg.UndefinedPointError as error:
        return "0/0" in str(error)
    return False


def same_zeros(first, second):
    """Whether two functions of finite-alphabet variables vanish at the same states."""
    variables = variables_in(sympy.Tuple(first, second))
    return all(
        (first.xreplace(at) == 0) == (second.xreplace(at) == 0)
        for at in (dict(zip(variables, state, strict=True)) for state in states(variables))
    )


def levels_differ(weights):
    """At no u > 1 do three of the weights agree, and no two agree identically."""
    for first, second in combinations(weights, 2):
        if count_real_roots is None or sympy.Poly(sympy.numer(sympy.together(first - second)), u).is_zero:
            return False
    for three in combinations(weights, 3):
        common = None
        for first, second in combinations(three, 2):
            difference = sympy.Poly(sympy.numer(sympy.together(first - second)), u)
            common = difference if common is None else common.gcd(difference)
        if common.degree() > 0 and count_real_roots([as_fraction(c) for c in common.all_coeffs()[::-1]], 1):
            return False
    return True


def numerator_at(expression, t):
    top, bottom = sympy.fraction(sympy.together(expression))
    return sympy.Poly(top, t), bottom


def vanishes_beyond(difference, along, t, order):
    """Whether a difference is divisible by t^order after substitution."""
    top, bottom = numerator_at(difference.xreplace(along), t)
    return bottom.subs(t, 0) != 0 and all(n >= order or sympy.expand(c) == 0 for (n,), c in top.terms())


def ring_is_homogeneous(work):
    """Tr(T^m h T^r h T^(M-m-r)) = Tr(T^(M-r) h T^r h) for all m, and the same with one h: T^m and the rest are any matrices."""
    values = [state[0] for state in work.net.neuron_states]
    h_ = sympy.diag(*values)
    before, between, after = (sympy.Matrix(len(values), len(values), lambda i, j, n=n: sympy.Symbol(f"{n}_{i}{j}")) for n in "ABC")
    pairs = [(before * h_ * between * h_ * after, after * before * h_ * between * h_), (before * h_ * after, after * before * h_)]
    return all_verdicts(equal(first.trace(), second.trace()) for first, second in pairs)


def open_chain_depends(work):
    seen = Observables(work.chain, factors=(2, 3, 5))
    first, second = (seen.correlation(separation=1, depth=4, ends="open", layer=place) for place in (0, 1))
    return first != second


def sign_of_ratio(closed, a):
    """The product of the eigenvalues has the sign of a − 1 for positive factors."""
    base = closed.ring
    quotient = closed.determinant / (base.fraction(base.gens[0]) - 1)
    return {int(x) > 0 for p in (quotient.num, quotient.den) for x in p.coeffs()} == {True}


def triangular(chain, star, b, c):
    T = chain.transfer.xreplace({b: star[b], c: star[c]}).applyfunc(sympy.expand)
    return T[0, 1] == 0 and T[1, 0] != 0


def line_invariant(R, star, a, b, c):
    image = R({a: a, b: star[b], c: star[c]})
    return image[b] == star[b] and image[c] == star[c]


def scaling_form_holds(line):
    """(37) makes rings of one depth agree wherever r |A − A*| does; compare r = 1 and r = 2 exactly."""
    a = line.chain.factors[0]
    values = {r: line.correlation(separation=r, depth=4) for r in (1, 2)}
    # a function of r|A − A*| that does not depend on r does not depend on A either
    if values[1] != values[2] or not values[1].has(a):
        return None
    first, second = (values[1].xreplace({a: sympy.S(n)}) for n in (2, 4))
    return Verdict("refuted", "exact correlations on rings of 4 layers", "independent of r, but not of A",
                   f"the correlation at the distances 1 and 2 is the same, but it is {first} where {a} = 2 and {second} where {a} = 4")


def own_length(line):
    """Whether the neuron's own correlation length is anything but 0 on the line."""
    if line.correlation_length(of="observable") != 0:
        return True
    a = line.chain.factors[0]
    return Verdict("refuted", "the residue of the second eigenvalue, as a function on the line", "the residue is 0",
                   f"at {a} = 2 the correlation length of the neurons is 0, while the gap length is not")


def tends_to_one(ratio, symbol, point):
    return all(limit_at(ratio, symbol, point, side=side) == 1 for side in "+-")


def point_correlations(chain, star):
    seen = Observables(chain, factors=star)
    return {distance: seen.correlation(separation=distance, depth=6) for distance in range(1, 6)}


def weight_layers(depth):
    hamiltonian = sg.LayeredNetwork(width=2, biases=None).original_hamiltonian(depth=depth)
    return len({v.layer for v in variables_in(hamiltonian) if v.role == "weight"})


def figure_two(net):
    bare = replace(net, biases=None)
    return (
        sg.coupling_graph(bare.original_hamiltonian(depth=GRAPH_DEPTH, inputs=1)),
        sg.coupling_graph(bare.dynamic_hamiltonian(depth=GRAPH_DEPTH, ends="free")),
    )


def nearest_layer_pairs(net):
    pairs = set()
    for layer in range(GRAPH_DEPTH):
        (W,), (low,), (high,) = net.weights_at(layer), net.neurons_at(layer), net.neurons_at(layer + 1)
        pairs |= {frozenset(pair) for pair in ((W, low), (W, high), (low, high))}
    return pairs


def weight_kept(chain, R):
    """tr T² of the original is tr T' of the decimated chain, for V' with its own scale."""
    T = chain.transfer
    decimated = T * chain.bond
    G = sympy.Matrix(chain.multiplicity)
    images = dict(zip(chain.factors, R.images.values(), strict=True))
    same = (decimated * G.T - T**2).applyfunc(sympy.expand) == sympy.zeros(2, 2)
    rescaled = chain.bond.xreplace(images) * decimated[0, 0] - decimated
    return same and all(sympy.cancel(entry) == 0 for entry in rescaled)


def superattracting(R, plane):
    a = R.factors[0]
    top, bottom = sympy.fraction(sympy.together(R.images[a] - 1))
    quotient, remainder = sympy.div(sympy.Poly(sympy.expand(top), a), sympy.Poly((a - 1) ** 2, a))
    positive = all(coefficient > 0 for coefficient in sympy.Poly(sympy.expand(bottom), *R.factors).coeffs())
    return remainder.is_zero and not quotient.is_zero and positive and 0 in plane.spectrum


def determinant_falls(chain):
    """The map of d = det T/(tr T)² under T to T², and that 0 <= d < 1/4 falls under it; d < 1/4 is the gap."""
    T = sympy.Matrix(2, 2, sympy.symbols("t_00 t_01 t_10 t_11"))
    d = sympy.Symbol("d")
    after = d**2 / (1 - 2 * d) ** 2
    answer = all_verdicts([
        equal((T**2).det() / (T**2).trace() ** 2, after, meaning={d: T.det() / T.trace() ** 2}),
        equal(d - after, d * (1 - 4 * d) * (1 - d) / (1 - 2 * d) ** 2),
        equal(1 - 4 * after, (1 - 4 * d) / (1 - 2 * d) ** 2),
    ])
    return answer if gap_is_open(chain) else False


def gap_is_open(chain):
    """(tr T)² − 4 det T = (T00 − T11)² + 4 T01 T10, and T01, T10 have positive coefficients."""
    T = chain.transfer.applyfunc(sympy.expand)
    discriminant = sympy.expand(T.trace() ** 2 - 4 * T.det())
    square = sympy.expand((T[0, 0] - T[1, 1]) ** 2 + 4 * T[0, 1] * T[1, 0])
    entries = [sympy.Poly(T[k], *chain.factors).coeffs() for k in ((0, 1), (1, 0))]
    return discriminant == square and all(value > 0 for coefficients in entries for value in coefficients)


def imaginary(point):
    """Whether all couplings are imaginary numbers: real part zero."""
    for name, value in point.couplings.items():
        if sympy.re(value) != 0:
            return Verdict("refuted", "real parts of the principal logarithms", f"Re {name} = {sympy.re(value)}",
                           f"the coupling {name} is {value}, a real number")
    return True


def complex_couplings(point):
    first, *others = point.couplings.values()
    return sympy.im(first) == 0 and first > 0 and all(
        sympy.im(v) == sympy.pi and not sympy.re(v).is_zero and sympy.re(v).is_real for v in others
    )


def square_commutes(chain):
    """(V Gᵀ V) Gᵀ = (V Gᵀ)², so that their powers agree; taken k times and 2k times between any two states."""
    base = chain.coordinates.ring
    counts = [[base.context.constant(n) for n in row] for row in transpose(chain.multiplicity)]
    once = matrix_product(chain.coordinates.bond, counts)
    renormalized = matrix_product(chain.decimated(2), counts)
    return all(matrix_power(renormalized, depth // 2) == matrix_power(once, depth) for depth in (2, 4, 6))


def constant_drops(chain):
    """Multiplying V by e^D multiplies the decimated V by e^{2D}: all ratios stay."""
    size = sympy.exp(D)
    G = sympy.Matrix(chain.multiplicity)
    shifted = (size * chain.bond) * G.T * (size * chain.bond)
    return (shifted - size**2 * chain.transfer * chain.bond).applyfunc(sympy.expand) == sympy.zeros(2, 2)


def activation_correlations(chain):
    (sigma_,) = chain.columns
    closed, neuron = Observables(chain).closed_form(sigma_), Observables(chain).closed_form()
    return closed.ratio == neuron.ratio and closed.weight != 0


def larger_networks():
    """Sum a layer out of networks of width 2 and of two data points, term by term, and compare with V Gᵀ V as polynomials.

    The layer's weight between σ below and h' above is the sum over its neurons h, weights W and biases b of
    V(h', σ(W h + b)) V(h, σ).
    """
    return all(summed_out(network) for network in (sg.LayeredNetwork(width=2), sg.LayeredNetwork(samples=2)))


def summed_out(network):
    rows, columns = network.neuron_states, network.activation_states
    names = [f"v_{i}_{j}" for i in range(len(rows)) for j in range(len(columns))]
    context = flint.fmpz_mpoly_ctx.get(names)
    V = [list(context.gens()[i * len(columns) : (i + 1) * len(columns)]) for i in range(len(rows))]
    neurons, parameters = network.neurons_at(0), network.weights_at(0) + network.biases_at(0)
    reached = []  # for every state of the layer: its neurons, and the activations that it causes
    for place, state in enumerate(rows):
        at = dict(zip(neurons, state, strict=True))
        fed = [expression.xreplace(at) for expression in network.activation_expressions(0)]
        for setting in states(parameters):
            values = dict(zip(parameters, setting, strict=True))
            reached.append((place, columns.index(tuple(expression.xreplace(values) for expression in fed))))
    summed = [
        [sum((row[caused] * V[place][c] for place, caused in reached), start=context.constant(0)) for c in range(len(columns))]
        for row in V
    ]
    counts = [[context.constant(n) for n in row] for row in transpose(network.multiplicity)]
    return summed == matrix_product(matrix_product(V, counts), V)


def ends_only(net):
    for depth in range(2, 7):
        free = net.dynamic_hamiltonian(depth=depth, ends="free", penalties=1)
        moved = free.xreplace(translation(net, depth))
        kept = set(sympy.Add.make_args(free)) & set(sympy.Add.make_args(moved))
        if len(kept) != depth - 1:
            return False
    return True


def unstable_somewhere():
    """Whether a stratum with real couplings of some small network has an eigenvalue beyond 1."""
    networks = [sg.LayeredNetwork(width=n) for n in (1, 2, 3)]
    networks += [
        sg.LayeredNetwork(samples=2),
        sg.LayeredNetwork(weights=(-1, 0, 1)),
        sg.LayeredNetwork(neurons=(-1, 1), activation=sg.sign, biases=None),
    ]
    return any(
        value > 1
        for network in networks
        for stratum in strata(network.chain(), 2)
        if stratum.physical
        for value in stratum.spectrum
    )


def not_unstable():
    if unstable_somewhere():
        return True
    return Verdict("refuted", "spectra of the strata with real couplings", "eigenvalues 0 and 1 only",
                   "widths 1 to 3, two data points, ternary weights, spins: no eigenvalue beyond 1 at real couplings")


def exponents_agree(chain, star):
    """The exponents at some scales; T at the point, up to a factor; and the first order of (1 + t X)^p, p any number."""
    found = set()
    for scale in (2, 3, 4, 5):
        isolated = next(part for part in strata(chain, scale) if part.dimension == 0)
        found |= {exponent(value, scale) for value in isolated.spectrum}
    T = chain.transfer.xreplace(star).applyfunc(sympy.expand)
    t, p = sympy.symbols("t p")
    whole_or_not = equal(sympy.diff((1 + t) ** p, t).subs(t, 0), p)
    return whole_or_not if found == {sympy.S.One} and T[0, 0] * sympy.eye(2) == T else False


def measure_needed():
    W, b, x, y_ = sympy.symbols("W b x y", real=True)
    for output in (sg.heaviside(W * x + b), W * x + b):
        try:
            gaussian_integral(sympy.exp(-beta * (y_ - output) ** 2), [b, W], steps={sg.heaviside: (0, 1)})
        except sg.DomainError:
            continue
        return False
    return True


def value_of(expression):
    """Do the limits, integrals and delta functions of a displayed expression, from the inside out."""
    if isinstance(expression, sympy.Limit):
        inner, variable, point, _ = expression.args
        return limit_at(value_of(inner), variable, point)
    if isinstance(expression, sympy.Integral):
        variables = [limit[0] for limit in expression.limits]
        if any(tuple(limit[1:]) != (-sympy.oo, sympy.oo) for limit in expression.limits):
            raise sg.UnableError("only integrals over all real numbers are done here")
        if expression.function.has(sympy.DiracDelta):
            return sift(expression.function, variables[::-1]).value
        return gaussian_integral(expression.function, variables).value
    if isinstance(expression, sympy.Mul):
        return sympy.Mul(*(value_of(part) for part in expression.args))
    return expression


def nascent_delta(as_limit, z):
    """Average polynomials over the displayed density, then take its limit; and the theorem for bounded functions."""
    narrow, v, point, _ = as_limit.args
    coefficients = sympy.symbols("c0:9", real=True)
    polynomial = sympy.Add(*(c * z**k for k, c in enumerate(coefficients)))
    average = gaussian_integral(sympy.expand(polynomial) * narrow, [z]).value
    if limit_at(average, v, point) != coefficients[0]:
        return False
    f, y_ = sympy.symbols("f y", real=True)
    bounded = sympy.exp(-beta * (y_ - z) ** 2)
    return weak_limit(bounded, [(z, f, v)]).value == bounded.xreplace({z: f})


def limit_inside(integrand, h, mean, v):
    """The limit of the integrand at every neuron value but one; its integral against a positive number."""
    inside = limit_at(integrand, v, 0, positive=[(h - mean) ** 2])
    if inside != 0:
        return None
    return Verdict("refuted", "leading behaviour of the integrand for small v", "the integrand tends to 0 for h != sigma",
                   "whatever the parameters and data, the right side is 0 and the left side is positive")


def continuous_limit():
    y_ = sympy.Symbol("y", real=True)
    W, b = sympy.symbols("W b", real=True)
    h = sympy.symbols("h^(1:4)", real=True)
    widths = sympy.symbols("v_1:4", positive=True)

    def logistic(t):
        return 1 / (1 + sympy.exp(-t))

    means = [logistic(W * sympy.Symbol("x", real=True) + b), logistic(W * h[0] + b), logistic(W * h[1] + b)]
    done = weak_limit(sympy.exp(-beta * (y_ - logistic(W * h[2] + b)) ** 2), list(zip(h, means, widths, strict=True)))
    nested_ = means[0]
    for _ in range(3):
        nested_ = logistic(W * nested_ + b)
    return done.value == sympy.exp(-beta * (y_ - nested_) ** 2)


def step_average(w, b, s, width):
    h = sympy.Symbol("h", real=True)
    return gaussian_average(sg.heaviside(w * h + b), h, mean=s, deviation=width, steps={sg.heaviside: (0, 1)})


def widths_do_not_matter():
    return all(step_average(w, -w, 1, v) == sympy.Rational(1, 2) for w in (-1, 1) for v in sympy.symbols("v_1 v_2", positive=True))


def rates_matter():
    """P(v₁z₁ + v₂z₂ > 0 and v₁z₁ − v₂z₂ > 0) in balls, against arctan(v₁/v₂)/π, which differs from ratio to ratio."""
    z = sympy.Symbol("z")
    found = []
    for ratio in (sympy.S(1), sympy.S(2), sympy.Rational(1, 3)):
        value = certified_integral(density(z) * sympy.erf(z * ratio / sympy.sqrt(2)), z, lower=0)
        expected = flint.arb(flint.fmpq(int(ratio.p), int(ratio.q))).atan() / flint.arb.pi()
        if not value.overlaps(expected):
            return False
        found.append(value)
    return not any(x.overlaps(y) for x, y in combinations(found, 2))


def limiting_counts(net):
    """What takes the place of G when real neurons are integrated over: a pre-activation 0 counts half on each side."""
    rows = []
    for s in net.neurons:
        values = [w * s + b for w, b in product(net.weights, net.biases)]
        one = sum((sympy.Rational(1, 2) if value == 0 else sympy.Integer(int(bool(value > 0)))) for value in values)
        rows.append((len(values) - one, one))
    return rows


def steps_confirmed(net, limits):
    """Check the table by doing the Gaussian averages."""
    v = sympy.Symbol("v", positive=True)
    return all(
        sum(limit_at(step_average(w, b, s, v), v, 0) for w, b in product(net.weights, net.biases)) == row[1]
        for s, row in zip(net.neurons, limits, strict=True)
    )


def last_neuron():
    h, s_, y_ = sympy.symbols("h s y", real=True)
    v = sympy.Symbol("v", positive=True)
    value = gaussian_average(sympy.exp(-beta * (y_ - h) ** 2), h, mean=s_, deviation=v)
    effective = 1 / (1 / beta + 2 * v**2)
    return equal_sums(value, sympy.sqrt(effective / beta) * sympy.exp(-effective * (y_ - s_) ** 2))
