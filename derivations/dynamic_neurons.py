"""The renormalization group of "Dynamic neurons" (Lee, Lee and Yi, 2024), derived for a given network.

Sections II to V of the paper up to its Eq. (33). Every displayed formula is the object that was computed from the
network's own Hamiltonian; run it on another network or scale and it derives another document:

    symrg derive derivations/dynamic_neurons.py --to out --weights=-1,0,1 --biases none --scale 3
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from itertools import product

import sympy

import symrg as sg
from symrg.exact.exponentials import ExponentialField, equal_exponents
from symrg.ledger.blocks import prose
from symrg.model.sums import StateSum
from symrg.transform.decimation import multiplicity
from symrg.transform.recheck import check_fixed, check_physical, check_spectrum
from symrg.view.drawing import contrast_figure

PAPER = {
    "authors": ["Donghee Lee", "Hye-Sung Lee", "Jaeok Yi"],
    "title": "Dynamic neurons: A statistical physics approach for analyzing deep neural networks",
    "identifier": "arXiv v1, October 2024",
}
MOST_FACTORS = 8  # beyond, the general route to the fixed points does not end in reasonable time
ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}
GRAPH_DEPTH = 9  # the depth of the paper's Figure 2

beta, beta_v, u = sg.Parameter("beta", positive=True), sg.Parameter("beta_v", positive=True), sg.Parameter("u")
m, M = sympy.Symbol("m", integer=True), sympy.Symbol("M", integer=True)
E = sympy.E


def derivation(network: sg.LayeredNetwork | None = None, scale: int = 2) -> sg.Derivation:
    """Return the derivation for a network of one neuron a layer and one data point (by default the paper's)."""
    work = Work(network or sg.LayeredNetwork(), scale)
    d = sg.Derivation(
        "Dynamic neurons: the renormalization group, derived",
        paper=PAPER,
        abstract=(
            "The cost of a deep network is rewritten with its neurons as degrees of freedom, all but every {p} "
            "layer is summed out; the recursion of the couplings, its fixed points and its exponents follow. "
            "Each formula below is an object that was computed from the Hamiltonian, and each carries the verdict of a "
            "check that is independent of the route by which it was found."
        ),
        values={"p": ORDINALS.get(scale, f"{scale}-th")},
        inputs={
            "width": work.net.width,
            "samples": work.net.samples,
            "weights": work.net.weights,
            "biases": work.net.biases,
            "neurons": work.net.neurons,
            "activation": getattr(work.net.activation, "__name__", str(work.net.activation)),
            "scale": scale,
        },
        notation={"heaviside": "sigma", "sign": "sigma", "relu": "sigma", "clipped_relu": "sigma"},
    )
    assumptions(d.section("Assumptions and notation"), work)
    fundamentals(d.section("Fundamentals"), work)
    dynamic_neurons(d.section("Dynamic neurons"), work)
    decimation(d.section("Renormalization group transformation"), work)
    recursion(d.section("The recursion of the couplings"), work)
    fixed_points(d.section("Fixed points"), work)
    critical(d.section("Linearisation and exponents"), work)
    return d


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


# -- II ------------------------------------------------------------------------------------------------


def assumptions(s, work):
    net = work.net
    s.assume(
        "width",
        "One neuron a layer, {N}, and one data point, {L}; the depth is large.",
        N=sympy.Eq(sympy.Symbol("N"), net.width),
        L=sympy.Eq(sympy.Symbol("L"), net.samples),
        cites="assumption (i)",
    )
    reached = sorted({sum(setting) for setting in preactivations(net)})
    values = [(sg.project(lambda z: net.activation(z), [sg.Variable("z", [z])])) for z in reached]
    s.assume(
        "activation",
        "The activation is {name}, with the values below on all pre-activations that occur.",
        name=getattr(net.activation, "__name__", "as given"),
        cites="assumption (ii), Eq. (16)",
    )
    s.table(
        "activation-values",
        header=[sympy.Symbol("z"), *map(sympy.Rational, reached)],
        rows=[[sympy.Function("sigma")(sympy.Symbol("z")), *values]],
        caption="The activation on the pre-activations {z} of this network.",
        z=sympy.Symbol("z"),
    )
    biases = "there are no biases" if net.biases is None else "biases in {b}"
    s.assume(
        "alphabets",
        "Weights in {W}, " + biases + ", neurons in {h}.",
        cites="assumption (iii)",
        W=set(net.weights),
        h=set(net.neurons),
        **({} if net.biases is None else {"b": set(net.biases)}),
    )


def preactivations(net):
    biases = (0,) if net.biases is None else net.biases
    return [(w * h, b) for w, h, b in product(net.weights, net.neurons, biases)]


def fundamentals(s, work):
    net = work.net
    depth = 2
    (neuron,), _, (sigma,) = work.layer(m)
    s.define(
        "layer",
        neuron,
        sigma,
        cites="Eq. (1)",
        text="A neuron is the activation of the layer before it; the input is {x}.",
        x=sympy.Symbol("x"),
    )
    cost = net.original_hamiltonian(depth=depth)
    degrees = sum((work.parameters(k) for k in range(depth)), ())
    H = sympy.Symbol("H_original")
    s.define(
        "H-original",
        H,
        cost,
        cites="Eqs. (7) and (8)",
        text="The cost function of a network is its Hamiltonian. With {M} and the label {y}, it is nested:",
        M=sympy.Eq(M, depth),
        y=sympy.Symbol("y"),
    )
    Z = sympy.Symbol("Z")
    s.define(
        "Z-original",
        Z,
        StateSum(sympy.exp(-beta * H), *degrees),
        cites="Eqs. (4) to (6) and (9)",
        text=work.parameter_names.capitalize() + " follow the Gibbs law {P}, normalised by",
        P=sympy.exp(-beta * H) / Z,
    )


# -- III -----------------------------------------------------------------------------------------------


def dynamic_neurons(s, work):
    net, depth = work.net, 3
    new = sympy.Symbol("H_new")
    hamiltonian = net.dynamic_hamiltonian(depth=depth)
    original = net.original_hamiltonian(depth=depth)
    s.define(
        "H-new",
        new,
        hamiltonian,
        cites="Eq. (13)",
        text="The neurons of the inner layers become degrees of freedom. Each layer is tied to the one before it "
        "by a penalty. With {M}:",
        M=sympy.Eq(M, depth),
    )

    def on_shell():
        expression = hamiltonian
        for place in range(depth - 1, 0, -1):
            neurons = net.neurons_at(place)
            expression = expression.xreplace(dict(zip(neurons, net.activation_expressions(place - 1), strict=True)))
        (x,) = (symbol for symbol in original.free_symbols if symbol.name == "x")
        return expression.xreplace({net.neurons_at(0)[0]: x}) == original

    s.claim(
        "on-shell",
        "Where every neuron equals its activation, {H} is {Ho}.",
        decide=on_shell,
        H=new,
        Ho=sympy.Symbol("H_original"),
        cites="Eqs. (7) and (13)",
        method="substitution of Eq. (1), layer by layer; both sides are then one expression",
    )
    s.claim(
        "delta",
        "For {M} and every input {x}, the sum over neurons, weights and biases of the Boltzmann weight of "
        "{H}, each penalty being {penalty}, tends to the partition function of {Ho} as {b} grows: the delta function "
        "of Eqs. (10) to (12) needs no normalisation on a finite alphabet.",
        decide=lambda: all(penalty_limit(work, x) for x in net.neurons),
        # a value of the activation that no neuron has is penalised in every state
        expected="proved" if set(net.activation_alphabet) <= set(net.neuron_alphabet) else "refuted",
        M=sympy.Eq(M, 2),
        x=sympy.Symbol("x"),
        H=new,
        Ho=sympy.Symbol("H_original"),
        penalty=beta_v / beta,
        b=beta_v,
        cites="Eqs. (10) to (14)",
        method="both sums as Laurent polynomials in exponentials; the limit is the part free of u",
    )
    ends = net.dynamic_hamiltonian(depth=depth, ends="free", penalties=sympy.Symbol("lambda"))
    shifted = ends.xreplace(translation(net, depth))
    left = sympy.Symbol("lambda") * (net.layer_hamiltonian(depth) - net.layer_hamiltonian(0))
    s.step(
        "translation",
        sympy.Function("tau")(new) - new,
        left,
        cites="Eq. (15)",
        text="Let {tau} move every layer up by one. With one penalty {penalty} and free ends the Hamiltonian changes "
        "at its two ends only:",
        tau=sympy.Symbol("tau"),
        penalty=sympy.Symbol("lambda"),
        check=lambda: sympy.expand(shifted - ends - left) == 0,
        method="the translation is applied to the expression",
    )
    graphs(s, net)


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
    left = sg.decimate(dynamic, over=[v for v in work.parameters(0) + work.hidden(1) if dynamic.has(v)])
    right = sg.decimate(original, over=[v for v in work.parameters(0) + work.parameters(1) if original.has(v)])
    field = ExponentialField([left.summed, right.summed])
    generators = list(field.ring.fractions())
    total = field.read(left.summed)
    for place, name in enumerate(field.ring.names):
        if name.startswith("exp(beta_v/"):
            # no penalty is negative, so the sum is a polynomial in e^{-β_v}, which tends to zero
            generators[place] = 1 / generators[place]
            total = total.compose(generators)
            generators[place] = field.ring.fraction(0)
            total = total.compose(generators)
    return total == field.read(right.summed)


def graphs(s, net):
    bare = replace(net, biases=None)
    x = net.neurons[-1]
    upper = sg.coupling_graph(bare.original_hamiltonian(depth=GRAPH_DEPTH, inputs=x))
    lower = sg.coupling_graph(bare.dynamic_hamiltonian(depth=GRAPH_DEPTH, ends="free"))
    s.figure(
        "coupling-graphs",
        contrast_figure(upper, lower, data=f"x = {x}"),
        caption="Degrees of freedom that are directly coupled, without biases, at depth {M}. Read off the expressions.",
        M=sympy.Integer(GRAPH_DEPTH),
    )
    s.table(
        "contrast",
        header=["", "original", "dynamic"],
        rows=sg.compare_graphs(upper, lower).table(),
        caption="The contrast between the two graphs of {ref:coupling-graphs}.",
    )
    if 0 in net.neurons and x != 0:
        at_zero = sg.coupling_graph(bare.original_hamiltonian(depth=GRAPH_DEPTH, inputs=0))
        lost = [pair for pair in upper.edges if not at_zero.has_edge(*pair)]
        gone = [v for v in upper if upper.degree(v) and not (v in at_zero and at_zero.degree(v))]
        zero = sympy.Eq(sympy.Symbol("x"), 0)
        if gone:
            what = gone[0] if len(gone) == 1 else gone
            s.text("The original graph depends on the input: at {x}, {what} is coupled to nothing.", x=zero, what=what)
        elif lost:
            s.text("The original graph depends on the input: at {x} it has {n} couplings less.", x=zero, n=len(lost))
        else:
            s.text("At {x} the original graph has the same couplings.", x=zero)


# -- IV ------------------------------------------------------------------------------------------------


def decimation(s, work):
    net, p = work.net, work.scale
    (h,), (sigma,) = work.ends
    (hm,) = net.neurons_at(m)
    Hm = net.layer_hamiltonian(m)
    s.define(
        "H-m",
        sympy.Symbol("H_m"),
        Hm,
        cites="Eqs. (18) and (19)",
        text="In the bulk the Hamiltonian is a sum of terms of one form,",
    )
    exponent = work.two_ended(lambda a, b: -beta_v * squares(a, b))
    s.define(
        "Z-m",
        sympy.Symbol("Z_m"),
        StateSum(sympy.exp(exponent), *work.summed_variables),
        cites="Eqs. (17) and (20)",
        text="One step sums out the neurons, " + work.parameter_names + " of {n} of every {p} layers. The terms that "
        "contain {hm} are those of the layers on both sides of it, so that with {sigma} for the activation below",
        n=sympy.Integer(p - 1),
        p=sympy.Integer(p),
        hm=hm,
        sigma=sigma,
    )
    rows = work.counts
    columns = sorted({value for counts in rows.values() for value in counts})
    G = sympy.ImmutableMatrix([[counts.get(value, 0) for value in columns] for counts in rows.values()])
    s.step(
        "G",
        sympy.Symbol("G"),
        G,
        text="The sum over "
        + work.parameter_names
        + " counts how often a neuron state (rows, {h}) leads to an activation state "
        "(columns, {s}):",
        h=sympy.Tuple(*(state[0] for state in rows)),
        s=sympy.Tuple(*(value[0] for value in columns)),
        check=lambda: G.tolist() == [list(row) for row in net.multiplicity],
        method="all settings run through the expression, against the count factorised over the parameters",
    )
    s.define(
        "u", u, sympy.exp(beta_v), cites="Eq. (22)", text="Write {h} and {sigma} for what stays, and", h=h, sigma=sigma
    )
    summed = in_u(work.initial.summed)
    s.step(
        "Z-summed",
        sympy.Symbol("Z_m"),
        summed,
        cites="Eq. (21)",
        text="The sum is",
        check=lambda: decimated_by_matrices(work),
        method="state by state against the matrices V and G of one layer, multiplied out",
    )
    couplings = work.initial.couplings_in({beta_v: u})
    s.table(
        "weights",
        header=[h, sigma, sympy.Symbol("Z_m")],
        rows=[[*state, weight] for state, weight in work.initial.weights_in({beta_v: u}).items()],
        caption="The sum of {ref:Z-summed} at every state of {h} and {s}; its logarithm is the renormalized "
        "exponent {H}.",
        h=h,
        s=sigma,
        H=-beta * sympy.Symbol("H'_m"),
    )
    s.step(
        "H-renormalized",
        -beta * sympy.Symbol("H'_m"),
        sympy.Add(*(c * k for k, c in couplings.items() if k != 1)) + sympy.Symbol("const"),
        cites="Eqs. (23) and (24)",
        text="On a finite alphabet a function is one polynomial of the basis, and so",
        check=lambda: reproduces(work.initial),
        method="exponentiated at every state, in the field of exponentials",
    )


def in_u(expression):
    """Write exponentials of multiples of β_v as powers of u."""
    return expression.replace(lambda e: isinstance(e, sympy.exp), lambda e: u ** sympy.expand(e.args[0] / beta_v))


def decimated_by_matrices(work):
    """Compare the symbolic sum with V Gᵀ V … built from one layer's weights and the factorised count G."""
    done, net = work.initial, work.net
    weights = done.weights_in({})
    field = ExponentialField(weights.values(), exponents=[beta_v])
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


def recursion(s, work):
    chain, p = work.chain, work.scale
    s.define(
        "general",
        -beta * sympy.Symbol("H_m"),
        chain.exponent + sympy.Symbol("D"),
        cites="Eq. (25)",
        text="The step reproduces this form with other couplings, so take the most general one,",
    )
    s.system(
        "start",
        list(zip(chain.couplings, work.start, strict=True)),
        text="The dynamic Hamiltonian itself starts at",
        check=lambda: starts_right(work),
        method="evaluation at every state",
    )
    images = work.recursion.coupling_images
    s.system(
        "recursion",
        [(primed(k), images[k]) for k in chain.couplings],
        cites="Eq. (26)",
        text="Summing out the layers between and projecting again gives the couplings after one step of scale {p}:",
        p=sympy.Integer(p),
        check=lambda: decimation_agrees(work),
        method="the Hamiltonian with these couplings, summed symbolically, against V and G as matrices",
    )
    factors = work.recursion.images
    s.system(
        "factors",
        [(primed(f), factors[f]) for f in chain.factors],
        text="In the factors {f} the recursion is rational:",
        f=sympy.Tuple(*chain.factors),
        check=lambda: factors_agree(work),
        method="exponentials of the couplings' images",
    )
    s.claim(
        "consistent",
        "At the couplings of {ref:start} the recursion {ref:recursion} gives the couplings of {ref:H-renormalized}.",
        decide=lambda: consistent(work),
        method="substitution, in the field of rational functions of u",
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


# -- fixed points and exponents --------------------------------------------------------------------------


def fixed_points(s, work):
    chain, fixed, R = work.chain, work.fixed, work.recursion
    s.system(
        "fixed-point-equations",
        [(primed(f) - f, difference(R, f)) for f in chain.factors],
        cites="Eq. (27)",
        text="A fixed point has {x}. The differences factor:",
        x=sympy.Eq(primed(chain.factors[0]), chain.factors[0]),
        check=lambda: all(
            (R.functions[i] - x).to_sympy(R.factors) == difference(R, f) and agrees_on_line(R, i, f)
            for i, (f, x) in enumerate(zip(chain.factors, R.ring.fractions(), strict=True))
        ),
        method="exact factorisation, multiplied out again on rational points",
    )
    s.claim(
        "complete",
        "The complex fixed points, projectively in {V}, are the {n} components below and no others.",
        decide=lambda: fixed.complete,
        V=sympy.Symbol("V"),
        n=sympy.Integer(len(fixed.components)),
        cites="Eqs. (28) and (29)",
        method=fixed.reason,
    )
    for number, part in enumerate(fixed.components, 1):
        name = f"component-{number}"
        rows = [(generator, sympy.S.Zero) for generator in part.generators]
        if part.point is not None and not part.at_infinity:
            rows = [(starred(f), value) for f, value in zip(chain.factors, part.point, strict=True)]
        method = "substitution of the parametrisation into the recursion"
        if rows:
            text, values = description(part)
            cites = "Eq. (29)" if part.dimension == 0 else "Eq. (28)"
            s.system(
                name, rows, text=text, cites=cites, check=lambda part=part: check_fixed(part), method=method, **values
            )
        else:
            s.claim(
                name,
                "Every point where the map is defined is fixed, a component of dimension {d} on which {V} "
                "has rank {r}.",
                decide=lambda part=part: check_fixed(part),
                method=method,
                d=part.dimension,
                r=part.rank,
                V=sympy.Symbol("V"),
            )
        if part.punctures:
            s.text(
                "On {ref:" + name + "} the points with {q} are left out: there the map is not defined.",
                q=[sympy.Eq(q, 0) for q in part.punctures]
                if len(part.punctures) > 1
                else sympy.Eq(part.punctures[0], 0),
            )
        if part.couplings:
            s.system(
                f"{name}-couplings",
                [(starred(k), v) for k, v in part.couplings.items()],
                text="Its couplings, with the principal branch of the logarithm, are",
                check=lambda part=part: couplings_right(chain, part),
                method="their exponentials are the factors",
            )
        answer = "There are real couplings" if part.physical else "There are no real couplings"
        s.claim(
            f"{name}-real",
            answer + " on {ref:" + name + "}.",
            decide=lambda part=part: check_physical(part),
            method=part.physical_reason,
        )


def description(part):
    """Return the sentence before a component's equations, with its values."""
    where = "At infinite coupling, where an entry of the bond matrix {V} vanishes, the" if part.at_infinity else "The"
    values = {"r": sympy.Integer(part.rank), "V": sympy.Symbol("V")}
    if part.dimension == 0:
        return where + " fixed points include an isolated one, at which {V} has rank {r}:", values
    values["d"] = sympy.Integer(part.dimension)
    return where + " fixed points include a component of dimension {d}, on which {V} has rank {r}:", values


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


def critical(s, work):
    fixed, p = work.fixed, work.scale
    for number, part in enumerate(fixed.components, 1):
        if part.dimension == 0 and part.point is not None and not part.at_infinity:
            J = work.recursion.jacobian(at=part.point)
            s.step(
                f"jacobian-{number}",
                sympy.Symbol("J"),
                J,
                cites="Eqs. (32) and (33)",
                text="At {ref:component-" + str(number) + "} the derivative of the recursion in the factors is",
                check=lambda part=part, J=J: derivative_on_lines(work.recursion, part.point, J),
                method="exact differentiation against the first order of the map along lines",
            )
    rows = []
    for number, part in enumerate(fixed.components, 1):
        for eigenvalue, count in (part.spectrum or {}).items():
            name = prose("{ref:component-" + str(number) + "}")
            rows.append([name, eigenvalue_of(eigenvalue), sympy.Integer(count), part.exponents[eigenvalue]])
    s.table(
        "exponents",
        header=["component", sympy.Symbol("lambda"), "multiplicity", sympy.Symbol("y")],
        rows=rows,
        caption="Eigenvalues {l} of the linearised recursion and exponents {y}, the same on the whole of each "
        "component. An exponent {minus} belongs to a direction that one step removes; 0 is marginal.",
        l=sympy.Symbol("lambda"),
        y=sympy.Eq(sympy.Symbol("y"), sympy.log(sympy.Symbol("lambda")) / sympy.log(p)),
        minus=-sympy.oo,
    )
    s.claim(
        "spectra",
        "Each spectrum of {ref:exponents} is that of the Jacobian on the whole component.",
        decide=lambda: all_of(check_spectrum(part) for part in fixed.components),
        cites="Eq. (33)",
        method="traces of the Jacobian's powers modulo the component, and its spectrum at exact points",
    )


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
