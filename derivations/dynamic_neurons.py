"""The renormalization group of "Dynamic neurons" (Lee, Lee and Yi, 2024), derived for a given network.

Sections II to V of the paper up to its Eq. (33). Every displayed formula is the object that was computed from the
network's own Hamiltonian; run it on another network or scale and it derives another document:

    symrg derive derivations/dynamic_neurons.py --to out --weights=-1,0,1 --biases none --scale 3
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import sympy
from _dynamic_neurons import (
    GRAPH_DEPTH,
    A,
    B,
    C,
    D,
    Hm,
    M,
    Work,
    Zm,
    activation_correlations,
    agrees_on_line,
    all_of,
    all_verdicts,
    beta,
    beta_v,
    complex_couplings,
    consistent,
    constant_drops,
    continuous_limit,
    couplings_right,
    decided,
    decimated_by_matrices,
    decimation_agrees,
    derivative_on_lines,
    determinant_falls,
    difference,
    eigenvalue_of,
    ends_only,
    exponents_agree,
    factors_agree,
    figure_two,
    gap_is_open,
    h,
    imaginary,
    in_u,
    in_u_exponents,
    larger_networks,
    last_neuron,
    levels_differ,
    limit_inside,
    limiting_counts,
    line_invariant,
    m,
    measure_needed,
    nascent_delta,
    nearest_layer_pairs,
    no_real_puncture,
    not_unstable,
    open_chain_depends,
    own_length,
    penalty_limit,
    plain,
    point_correlations,
    preactivations,
    primed,
    puncture_undefined,
    rates_matter,
    reproduces,
    ring_is_homogeneous,
    same_set,
    same_zeros,
    scaling_form_holds,
    sigma,
    sign_of_ratio,
    square_commutes,
    squares,
    starred,
    starts_right,
    steps_confirmed,
    superattracting,
    tends_to_one,
    translation,
    triangular,
    u,
    unstable_somewhere,
    value_of,
    vanishes_beyond,
    weight_kept,
    weight_layers,
    widths_do_not_matter,
)

import symrg as sg
from symrg.exact.limits import limit_at
from symrg.ledger.blocks import prose
from symrg.ledger.deciding import equal
from symrg.model.sums import StateSum
from symrg.transform.asymptotics import gap_asymptotics, weight_asymptotics
from symrg.transform.observables import Observables
from symrg.transform.recheck import check_fixed, check_physical, check_spectrum
from symrg.view.drawing import contrast_figure
from symrg.view.flows import FlowFigure

PAPER = {
    "authors": ["Donghee Lee", "Hye-Sung Lee", "Jaeok Yi"],
    "title": "Dynamic neurons: A statistical physics approach for analyzing deep neural networks",
    "identifier": "arXiv v1, October 2024",
}
ORDINALS = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}


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
            + (
                " Then the paper's numbered equations and its claims are read as they are printed, and decided; what does "
                "not hold is collected at the end, with counterexamples and corrections."
                if work.is_paper
                else ""
            )
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
    if work.is_paper:
        as_printed(d, work)
    return d


def assumptions(s, work):
    net = work.net
    s.assume(
        "width",
        "One neuron a layer, {N}, and one data point, {L}; the depth is large.",
        N=sympy.Eq(sympy.Symbol("N"), net.width),
        L=sympy.Eq(sympy.Symbol("L"), net.samples),
        cites="assumption (i) of the paper",
    )
    reached = sorted({sum(setting) for setting in preactivations(net)})
    values = [(sg.project(lambda z: net.activation(z), [sg.Variable("z", [z])])) for z in reached]
    s.assume(
        "activation",
        "The activation is {name}, with the values below on all pre-activations that occur.",
        name=getattr(net.activation, "__name__", "as given"),
        cites="assumption (ii) and Eq. (16) of the paper",
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
        cites="assumption (iii) of the paper",
        W=set(net.weights),
        h=set(net.neurons),
        **({} if net.biases is None else {"b": set(net.biases)}),
    )


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
        "Where every neuron equals its activation, {H} is {Ho}: here at depth {M}.",
        decide=on_shell,
        M=sympy.Integer(depth),
        H=new,
        Ho=sympy.Symbol("H_original"),
        cites="Eqs. (7) and (13)",
        method="substitution of Eq. (1) of the paper, layer by layer; both sides are then one expression",
    )
    s.claim(
        "delta",
        "For {M} and every input {x}, the sum over neurons, weights and biases of the Boltzmann weight of "
        "{H}, each penalty being {penalty}, tends to the partition function of {Ho} as {b} grows: the delta function "
        "of Eqs. (10) to (12) of the paper needs no normalisation on a finite alphabet.",
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
        text="Let {tau} move every layer up by one. With one penalty {penalty} and free ends the Hamiltonian, here with {M}, "
        "changes at its two ends only:",
        M=sympy.Eq(M, depth),
        tau=sympy.Symbol("tau"),
        penalty=sympy.Symbol("lambda"),
        check=lambda: sympy.expand(shifted - ends - left) == 0,
        method="the translation is applied to the expression",
    )
    graphs(s, net)


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
        text="One step sums out the neurons, "
        + work.parameter_names
        + (" of every second layer" if p == 2 else " of {n} of every {p} layers")
        + ". The terms that "
        "contain {hm} are those of the layers on both sides of it, so that with {sigma} for the activation below",
        **({} if p == 2 else {"n": sympy.Integer(p - 1), "p": sympy.Integer(p)}),
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

# -- the equations as printed ----------------------------------------------------------------------------
#
# From here on the members of a formula are *readings*: what the paper prints, typed in to be decided. `meaning` says
# what their symbols stand for in this document; the decision is made on the members that are displayed.


def printed(s, id, /, *members, meaning=None, positive=(), **options):
    """Add an equation as the paper prints it, decided from the very members that are shown."""
    s.step(id, *members, check=lambda: decided(members, meaning, positive), **options)


def printed_system(s, id, /, rows, *, meaning=None, positive=(), **options):
    """The same for aligned equations."""
    s.system(
        id, rows, check=lambda: all_verdicts(decided(row, meaning, positive) for row in rows), **options
    )


def evaluated(s, id, /, left, right, meaning, known=None, **options):
    """Add an equation whose right side has integrals or limits; they are done on the very object that is displayed."""
    s.step(id, left, right, check=lambda: equal(left, value_of(right.xreplace(known or {})), meaning=meaning), **options)


def as_printed(d, work):
    """The ledger of the paper's numbered equations and of its claims, for its own example."""
    hamiltonians(d.section("Printed: networks and Hamiltonians", id="printed-hamiltonians"), work)
    partition_functions(d.section("Printed: dynamic neurons", id="printed-neurons"), work)
    transformation(d.section("Printed: the transformation", id="printed-transformation"), work)
    criticality(d.section("Printed: critical phenomena", id="printed-criticality"), work)
    appendix(d.section("Printed: spin glass", id="printed-spin-glass"), work)
    prose_claims(d.section("Claims in prose and figures", id="printed-claims"), work)


def hamiltonians(s, work):
    """Eqs. (1) to (15), for general width on small explicit networks where something is decided."""
    i, j, l = (sympy.Symbol(name, integer=True, positive=True) for name in "ijl")
    N, L = sympy.Symbol("N", integer=True, positive=True), sympy.Symbol("L", integer=True, positive=True)
    act = sympy.Function("sigma")
    y_, z_ = sympy.Symbol("y_i^[l]"), sympy.Symbol("z_i^[l]")
    weighted = sympy.Sum(sympy.Symbol("W_ij^(m)") * sympy.Symbol("h_j^(m)"), (j, 1, N)) + sympy.Symbol("b_i^(m)")
    s.define("eq-1", sympy.Symbol("h_i^(m+1)"), act(weighted), sympy.Symbol("sigma_i^(m)"), relation=["=", "equiv"],
             cites="Eq. (1)", text="A layer follows from the one before it; the input is {x}, and the output {z}:", x=sympy.Eq(sympy.Symbol("x"), sympy.Symbol("h^(0)")),
             z=sympy.Eq(sympy.Symbol("z"), sympy.Symbol("h^(M)")))
    cost = sympy.Sum(sympy.Sum((y_ - z_) ** 2, (l, 1, L)), (i, 1, N))
    C_ = sympy.Symbol("C")
    s.define("eq-2", C_, cost, cites="Eq. (2)")
    eta = sympy.Symbol("eta")
    s.system("eq-3", [
        (sympy.Symbol("Delta W_ij^(m)"), -eta * sympy.Derivative(sympy.Function("C")(sympy.Symbol("W_ij^(m)")),
                                                                sympy.Symbol("W_ij^(m)"))),
        (sympy.Symbol("Delta b_i^(m)"), -eta * sympy.Derivative(sympy.Function("C")(sympy.Symbol("b_i^(m)")),
                                                               sympy.Symbol("b_i^(m)"))),
    ], definition=True, cites="Eq. (3)", text="The rule of gradient descent, which defines the dynamics:")
    Z, observable = sympy.Symbol("Z"), sympy.Symbol("O")
    s.assume("eq-4", "After long training the law of the parameters is {P}, the paper says with reference to the "
             "literature; it is taken over as an assumption.", P=sympy.Eq(sympy.Function("P")(*sympy.symbols("W b")),
             sympy.exp(-beta * C_) / Z, evaluate=False), cites="Eq. (4)")
    first = [sg.Variable("W", work.net.weights), sg.Variable("b", work.net.biases)]
    s.define("eq-5", Z, StateSum(sympy.exp(-beta * C_), *first), cites="Eq. (5)", text="The sum is over all parameters:")
    s.define("eq-6", sympy.Function("langle")(observable), StateSum(observable * sympy.exp(-beta * C_), *first) / Z, cites="Eq. (6)")
    s.define("eq-7", sympy.Symbol("H_original"), cost, cites="Eq. (7)")
    nested(s, work)


def nested(s, work):
    """Eq. (8), read for width 2 and M = 1, where it has the two weight layers W^(1) and W^(0)."""
    net = sg.LayeredNetwork(width=2)
    W1, W0 = ({v.index: v for v in net.weights_at(k)} for k in (1, 0))
    b1, b0 = ({v.index[0]: v for v in net.biases_at(k)} for k in (1, 0))
    x = {v.index[0]: v for v in net.neurons_at(0)}
    z = sympy.Symbol("z_1")

    def tower(inner_bias):
        inner = {k: sg.heaviside(sum(W0[k, n] * x[n] for n in (1, 2)) + b0[inner_bias(k)]) for k in (1, 2)}
        return sg.heaviside(sum(W1[1, k] * inner[k] for k in (1, 2)) + b1[1])

    def iterate(depth):
        """Apply Eq. (1) to the input, layer by layer."""
        values = dict(x)
        for layer in range(depth):
            rows = net.activation_expressions(layer)
            exchange = {v: values[v.index[0]] for v in net.neurons_at(layer)}
            values = {n: row.xreplace(exchange) for n, row in enumerate(rows, 1)}
        return values[1]

    as_read = tower(lambda k: 1)
    printed(s, "eq-8", z, as_read, meaning={z: iterate(2)}, cites="Eq. (8)", erratum="eq-8-erratum",
            text="Read for two neurons a layer and {M}, where the printed tower has the weight layers {a} and {b}; {l} is "
                 "written for the unbound index of the input, and the inner biases have the index of the output, as printed:",
            M=sympy.Eq(M, 1), a=sympy.Symbol("W^(1)"), b=sympy.Symbol("W^(0)"), l=sympy.Symbol("i_k"))
    printed(s, "eq-8-erratum", z, tower(lambda k: k), meaning={z: iterate(2)},
            text="Each bias has the index of its own neuron: {b} in place of {wrong}, and the input {x}:",
            b=sympy.Symbol("b_i_1^(0)"), wrong=sympy.Symbol("b_i^(0)"), x=sympy.Symbol("x_i_M"))
    printed(s, "eq-8-discrepancy", as_read, tower(lambda k: k).xreplace({b0[2]: b0[1]}),
            text="The printed tower is the right one with the inner biases all equal to the first:")
    printed(s, "eq-8-depth", z, iterate(1), meaning={z: tower(lambda k: k)}, expected="refuted", cites="Eqs. (1) and (8)",
            text="Even so, Eqs. (1) and (8) of the paper disagree by one layer: {z} means {n} applications of Eq. (1) of the paper, and the tower from "
                 "{a} to {b} has one more. With {M} the value after one application would have to be the tower:",
            z=sympy.Eq(sympy.Symbol("z"), sympy.Symbol("h^(M)")), n=M, a=sympy.Symbol("W^(M)"), b=sympy.Symbol("W^(0)"),
            M=sympy.Eq(M, 1))


def partition_functions(s, work):
    """Eqs. (9) to (15): the integrals are done, for one neuron a layer, one data point and two weight layers."""
    net, oo = work.net, sympy.oo
    y_, v = sg.Parameter("y", real=True), sg.Parameter("v", positive=True)
    (W0,), (b0,), (W1,), (b1,) = net.weights_at(0), net.biases_at(0), net.weights_at(1), net.biases_at(1)
    x = sg.Variable("x", net.neurons)
    h1, h2 = sympy.Symbol("h^(1)", real=True), sympy.Symbol("h^(2)", real=True)
    first, second = sg.heaviside(W0 * x + b0), sg.heaviside(W1 * h1 + b1)
    H = sympy.Symbol("H_original")
    original = {H: (y_ - second.xreplace({h1: first})) ** 2}
    weight = sympy.exp(-beta * H)
    s.define("eq-9", sympy.Symbol("Z"), sympy.Integral(weight, sympy.Symbol("W"), sympy.Symbol("b")), cites="Eq. (9)")
    s.claim("eq-9-diverges", "Over all real {W} and {b}, Eq. (9) of the paper is infinite for one neuron, one data point and one layer, with Heaviside and with "
            "a linear activation: it needs a measure. Everything after assumption (iii) of the paper uses the sum over {a}.",
            W=sympy.Symbol("W"), b=sympy.Symbol("b"), a={-1, 1}, decide=measure_needed, cites="Eq. (9)",
            method="Gaussian integrals by completing the square; the last one has a constant integrand")
    cost = sympy.exp(-beta * (y_ - h2) ** 2)
    deltas = [sympy.DiracDelta(h1 - first), sympy.DiracDelta(h2 - second)]
    as_read = sympy.Mul(*(cost * delta for delta in deltas))
    corrected = cost * sympy.Mul(*deltas)
    over = ((h1, -oo, oo), (h2, -oo, oo))
    evaluated(s, "eq-10", weight, sympy.Integral(as_read, *over), original, method="sifting of the delta functions", cites="Eq. (10)", erratum="eq-10-erratum",
           text="At fixed weights and biases, for {M}. As printed, the cost stands under the product over {m}, once for every layer:",
           M=sympy.Eq(M, 2), m=m)
    evaluated(s, "eq-10-erratum", weight, sympy.Integral(corrected, *over), original, method="sifting of the delta functions",
           text="The cost belongs outside the product over layers:")
    evaluated(s, "eq-10-discrepancy", sympy.exp(-2 * beta * H), sympy.Integral(as_read, *over), original,
              text="As printed, {b} is multiplied by the depth, which is 2 here: the right side is", b=beta, method="sifting of the delta functions")
    z = sympy.Symbol("z", real=True)
    narrow = sympy.exp(-(z**2) / (2 * v**2)) / (v * sympy.sqrt(2 * sympy.pi))
    as_limit = sympy.Limit(narrow, v, 0)
    delta = sympy.DiracDelta(z)
    s.step("eq-11", delta, as_limit, relation="approx", cites="Eq. (11)",
           check=lambda: nascent_delta(as_limit, *delta.args),
           text="Eq. (11) of the paper holds in the weak sense: integrated with a polynomial (here of any degree up to 8) or a bounded "
           "continuous function, *then* {v}:",
           v=sympy.Symbol("v -> 0"), method="Gaussian moments up to order 8 and dominated convergence")
    s.claim("eq-11-pointwise", "As a limit of functions it does not hold: at {z} the right side tends to 0, and the integral of that is 0.",
            z=sympy.Ne(z, 0), decide=lambda: limit_at(narrow, v, 0, positive=[z**2]) == 0, cites="Eq. (11)",
            method="leading behaviour for small v")
    Wr, br = sympy.symbols("W b", real=True)  # a linear activation, the polynomial example
    s0, s1 = sympy.Symbol("sigma^(0)", real=True), Wr * h1 + br
    n = sympy.Symbol("n")
    integrand = (1 / (v * sympy.sqrt(2 * sympy.pi))) ** n * sympy.exp(
        -beta * (y_ - s1) ** 2 - beta_v * (h1 - s0) ** 2
    )
    known = {n: sympy.S.One, beta_v: 1 / (2 * v**2)}
    target = {H: (y_ - (Wr * s0 + br)) ** 2}
    s.step("eq-12", weight, sympy.Integral(sympy.Limit(integrand, v, 0), (h1, -oo, oo)), cites="Eq. (12)", erratum="eq-12-erratum",
           check=lambda: limit_inside(integrand.xreplace(known), h1, s0, v),
           text="With {n} dynamic neuron, the paper's unbound index {j} read as {i}, and an activation that is linear in the second "
                "layer. As printed, the limit stands under the integral:", n=sympy.Eq(n, 1), j=sympy.Symbol("j"), i=sympy.Symbol("i"))
    evaluated(s, "eq-12-erratum", weight, sympy.Limit(sympy.Integral(integrand, (h1, -oo, oo)), v, 0), target, known, cites="Eq. (12)",
           text="The limit belongs outside, with {n} the number of dynamic neurons, {N} for {M} layers of {k} data points:", n=n,
           N=(M - 1) * sympy.Symbol("N") * sympy.Symbol("L"), M=M, k=sympy.Symbol("L"),
           method="Gaussian integral by completing the square, then the leading term for small v")
    s.claim("eq-12-discrepancy", "With the limit inside, the right side of {ref:eq-12} is 0 and that of {ref:eq-12-erratum} is {w}: they "
            "differ by all of it.", w=weight, decide=lambda: limit_inside(integrand.xreplace(known), h1, s0, v).status == "refuted",
            method="the integrand tends to 0 at all but one value of the neuron")
    s.claim("eq-12-continuous", "{ref:eq-12-erratum} holds for bounded continuous activations, here for the logistic one in a chain of {n} "
            "dynamic neurons, at every rate at which the widths {v} of the layers vanish.", n=sympy.Integer(3), v=v, decide=continuous_limit, cites="Eq. (12), footnote 5",
            method="weak convergence along the chain of layers, with different widths")
    s.claim("footnote-5", "One may take the same {v} in all terms: with one neuron a layer the limit does not depend on it, for the logistic "
            "activation in a chain of {n} dynamic neurons, and for a step at its jump.", n=sympy.Integer(3), v=v,
            cites="footnote 5 of the paper", decide=lambda: continuous_limit() and widths_do_not_matter(),
            method="different widths in each layer, for continuous activations and for a step at its jump")
    s.claim("footnote-5-rates", "For two neurons and the Heaviside function at its jump other choices have other limits: two "
            "pre-activations {a} and {b} are both positive with probability {p}.", a=sympy.Symbol("v_1") * sympy.Symbol("z_1")
            + sympy.Symbol("v_2") * sympy.Symbol("z_2"), b=sympy.Symbol("v_1") * sympy.Symbol("z_1") - sympy.Symbol("v_2")
            * sympy.Symbol("z_2"), p=sympy.atan(sympy.Symbol("v_1") / sympy.Symbol("v_2")) / sympy.pi, cites="footnote 5 of the paper",
            surrogate="three ratios of the widths, in certified balls", decide=rates_matter,
            method="ball quadrature of the Gaussian measure of the wedge")
    limits = limiting_counts(net)
    s.claim("eq-12-heaviside", "For the Heaviside function and parameters in {a} the limit of Eq. (12) of the paper with real neurons is not its Eq. (9): a "
            "pre-activation 0 counts half in it, so that {G} takes the place of the count of parameters. Assumption (iii) of the paper, "
            "neurons in {h}, is what avoids this.", a={-1, 1}, h={0, 1}, G=sympy.Matrix(limits), cites="Eqs. (12) and (14)",
            decide=lambda: sympy.Matrix(limits) != sympy.Matrix(work.chain.multiplicity) and steps_confirmed(net, limits),
            method="Gaussian averages of the step for every parameter setting, and their limits")
    lam = sympy.Symbol("lambda_m")
    i, l = sympy.symbols("i l", integer=True, positive=True)
    N, L = sympy.symbols("N L", integer=True, positive=True)
    square = lam * (sympy.Symbol("h_i^(m+1)[l]") - sympy.Symbol("sigma_i^(m)[l]")) ** 2
    s.define("eq-13", sympy.Symbol("H_new"), sympy.Sum(square, (i, 1, N), (l, 1, L), (sympy.Symbol("m", integer=True), 0, M)),
             cites="Eq. (13)", text="The penalties are {a}, except {b}; this needs {c} for the label, a neuron that Eq. (10) of the paper does not have:",
             a=sympy.Eq(lam, beta_v / beta), b=sympy.Eq(sympy.Symbol("lambda_M"), 1), c=sympy.Eq(sympy.Symbol("h^(M+1)"), sympy.Symbol("y")))
    s.claim("eq-13-last", "Eqs. (10) and (13) of the paper treat the last layer differently: the first has {h} in the cost, the second {s}. Integrating {h} out "
            "turns the first into the second with {b} in place of {c}: they agree in the limit only.",
            h=sympy.Symbol("h^(M)"), s=sympy.Symbol("sigma^(M)"), b=1 / (1 / beta + 1 / beta_v), c=beta, decide=last_neuron,
            cites="Eqs. (10) and (13)", method="one Gaussian convolution")
    bare = sympy.exp(-beta * (y_ - s1) ** 2 - beta_v * (h1 - s0) ** 2)
    factor = (v * sympy.sqrt(2 * sympy.pi)) ** n
    Z = sympy.Symbol("zeta")
    evaluated(s, "eq-14", weight, sympy.Limit(sympy.Integral(bare, (h1, -oo, oo)), v, 0), target, known, cites="Eq. (14)",
              erratum="eq-14-erratum", text="Eq. (14) of the paper omits the limit, as the paper says, and the prefactor, "
           "which it does not say:", method="the same integral without the prefactor")
    evaluated(s, "eq-14-erratum", weight, sympy.Limit(sympy.Integral(bare, (h1, -oo, oo)) / factor, v, 0), target, known,
              cites="Eq. (14)",
           text="The prefactor depends on no degree of freedom and drops out of averages, but not of {Z}:", Z=sympy.Symbol("Z"),
           method="the same integral with the prefactor")
    normalised = value_of(sympy.Integral(integrand.xreplace(known), (h1, -oo, oo)))
    evaluated(s, "eq-14-discrepancy", factor * Z, sympy.Integral(bare, (h1, -oo, oo)), {**known, Z: normalised}, known,
           text="Without the limit, the printed integral on the right is a factor times the normalised one, {Z}:", Z=Z, method="both integrals in closed form")
    free = net.dynamic_hamiltonian(depth=3, ends="free", penalties=sympy.Symbol("lambda"))
    s.claim("eq-15", "Translating neurons, weights and biases by one layer changes the Hamiltonian at its ends only, if the penalties "
            "are equal, here for {n} layers; what is left over stands in {ref:translation}. Where {p} differs, {q}, the last term is another end effect.",
            p=sympy.Symbol("lambda_M"), q=sympy.Eq(sympy.Symbol("lambda_M"), 1), n=sympy.Integer(3), cites="Eq. (15)",
            decide=lambda: sympy.expand(free.xreplace(translation(net, 3)) - free - sympy.Symbol("lambda")
                                        * (net.layer_hamiltonian(3) - net.layer_hamiltonian(0))) == 0,
            method="the translation is applied to the expression")


def transformation(s, work):
    """Eqs. (16) to (31)."""
    net, chain = work.net, work.chain
    z = sympy.Symbol("z")
    s.define("eq-16", sympy.Function("sigma")(z), sympy.Piecewise((0, z < 0), (1, True)), cites="Eq. (16)")
    every = [sg.Variable(name, alphabet) for name, alphabet in (("W", net.weights), ("b", net.biases), ("h", net.neurons))]
    s.define("eq-17", sympy.Symbol("Z"), StateSum(sympy.exp(-beta * sympy.Symbol("H")), *every), cites="Eq. (17)")
    m_ = sympy.Symbol("m", integer=True)
    s.define(
        "eq-18",
        sympy.Symbol("H"),
        sympy.Sum(sympy.Symbol("lambda_m") * sympy.Symbol("H_m"), (m_, 0, M)),
        cites="Eq. (18)",
    )
    s.define("eq-19", sympy.Symbol("H_m"), net.layer_hamiltonian(m), cites="Eq. (19)")
    # (20): which layers share h^(m)
    above, here, below = (net.layer_hamiltonian(m + k) for k in (1, 0, -1))
    names = dict(zip(net.activation_expressions(m - 1), net.activations_at(m - 1), strict=True))
    summed = work.hidden(m)
    right = StateSum(sympy.exp(-beta_v * (here + below.xreplace(names))), *summed)
    wrong = StateSum(sympy.exp(-beta_v * (above + here)), *summed)
    printed(
        s,
        "eq-20",
        Zm,
        wrong,
        meaning={Zm: right},
        cites="Eq. (20)",
        erratum="eq-20-erratum",
        text="The sum over the variables of layer {m} joins the two terms that contain {h}. As printed, with {penalty} "
        "written out, it joins those of layers {m} and {n}; but {h} is in those of layers {k} and {m}:",
        m=m,
        n=m + 1,
        k=m - 1,
        h=net.neurons_at(m)[0],
        penalty=sympy.Eq(beta * sympy.Symbol("lambda_m"), beta_v),
    )
    printed(
        s,
        "eq-20-erratum",
        Zm,
        right,
        meaning={Zm: work.initial.summed},
        text="The term {wrong} of {ref:eq-20} should be {right}:",
        wrong=sympy.Symbol("H_m+1"),
        right=sympy.Symbol("H_m-1"),
    )
    (top,) = net.neurons_at(m + 1)
    printed(
        s,
        "eq-20-discrepancy",
        wrong,
        sympy.exp(-beta_v * above) * (3 * sympy.exp(-beta_v * top) + 5 * sympy.exp(beta_v * (top - 1))),
        text="The sum as printed depends on layer {n} and not on {s}: it is",
        n=m + 1,
        s=net.activations_at(m - 1)[0],
    )
    meaning = {Zm: plain(work, work.initial.summed)}
    sum21 = 3 * u**-2 * u ** (2 * h + 2 * sigma) + (u ** (2 * sigma) + 2 * u ** (2 * h)) / u + 2
    printed(
        s, "eq-21", Zm, sum21, meaning=meaning, positive=[u], cites="Eq. (21)", erratum="eq-21-erratum",
        text="The result of the sum, with the notation of {ref:eq-22}. (It would stand if {ha} and {sa}, which contain nothing "
        "that is summed over, were left outside {Z}; but then they are missing where the logarithm becomes the renormalized "
        "exponent, in Eq. (23) of the paper.)", ha=h**2, sa=sigma**2, Z=Zm,
    )
    printed(
        s, "eq-21-erratum", Zm, u ** (-h - sigma) * sum21, meaning=meaning, positive=[u],
        text="The squares {h} and {s}, equal to {hh} and {ss}, have been dropped from the exponents:",
        h=h**2, s=sigma**2, hh=h, ss=sigma,
    )
    printed(
        s, "eq-21-discrepancy", sum21 / Zm, u ** (h + sigma), meaning=meaning, positive=[u],
        text="{ref:eq-21} differs from the sum by the factor",
    )
    s.define("eq-22", u, sympy.exp(beta_v), cites="Eq. (22)", text="Here {h} is {hm}, {s} is {sm}, and",
             h=h, s=sigma, hm=net.neurons_at(m + 1)[0], sm=net.activation_expressions(m - 1)[0])
    left = -beta * Hm
    exponent = {Hm: -sympy.log(plain(work, work.initial.summed)) / beta}
    printed(
        s, "eq-23", left, sympy.log(sum21), meaning=exponent, positive=[u], cites="Eq. (23)",
        erratum="eq-23-erratum", text="The logarithm inherits the missing factor of {ref:eq-21}:",
    )
    printed(s, "eq-23-discrepancy", sympy.log(sum21) + beta * Hm, (h + sigma) * sympy.log(u), meaning=exponent, positive=[u],
            text="The printed right side exceeds the renormalized exponent by")
    printed(s, "eq-23-erratum", left, sympy.log(sum21) - (h + sigma) * sympy.log(u), meaning=exponent, positive=[u],
            text="With the factor of {ref:eq-21-erratum} it is")
    line1 = (
        h * sigma * sympy.log(3 * u**2 + 3 * u + 2)
        + (1 - h) * sigma * sympy.log(u + 2 / u + 5)
        + h * (1 - sigma) * sympy.log(2 * u + 1 / u + 5)
        + (1 - h) * (1 - sigma) * sympy.log(3 / u**2 + 3 / u + 2)
    )
    constant = sympy.Symbol("const")
    one = (3 * u**2 + 3 * u + 2) * (2 * u**2 + 3 * u + 3) / ((u**2 + 5 * u + 2) * (2 * u**2 + 5 * u + 1))
    line2 = (
        h * sigma * sympy.log(one)
        + h**2 * sympy.log(u * (2 * u**2 + 5 * u + 1) / (2 * u**2 + 3 * u + 3))
        + sigma**2 * sympy.log(u * (u**2 + 5 * u + 2) / (2 * u**2 + 3 * u + 3))
        + constant
    )
    const = {constant: line1.xreplace({h: sympy.S.Zero, sigma: sympy.S.Zero})}
    printed(s, "eq-24-lines", sympy.log(sum21), line1, line2, meaning=const, positive=[u], cites="Eq. (24)",
            text="Both lines of Eq. (24) of the paper do follow from the printed right side of {ref:eq-23}, the constant being {c}:",
            c=const[constant])
    printed(s, "eq-24", left, line1, meaning=exponent, positive=[u], cites="Eq. (24)", erratum="eq-24-erratum",
            text="As the renormalized exponent, both lines of Eq. (24) of the paper inherit what {ref:eq-23} lacks:")
    printed(s, "eq-24-discrepancy", line1 + beta * Hm, (h + sigma) * sympy.log(u), meaning=exponent, positive=[u],
            text="Its first line exceeds the renormalized exponent by")
    true_line = (
        h * sigma * sympy.log(one)
        + h**2 * sympy.log((2 * u**2 + 5 * u + 1) / (2 * u**2 + 3 * u + 3))
        + sigma**2 * sympy.log((u**2 + 5 * u + 2) / (2 * u**2 + 3 * u + 3))
        + constant
    )
    printed(s, "eq-24-erratum", left, true_line, meaning={**exponent, **const}, positive=[u],
            text="The arguments of the last two logarithms lose their factor {u}:", u=u)
    at_start = dict(zip(chain.couplings, in_u_exponents(work.start), strict=True))
    printed(s, "eq-24-against-26", primed(B), sympy.log(u * (2 * u**2 + 5 * u + 1) / (2 * u**2 + 3 * u + 3)), erratum="eq-24-erratum",
            meaning={primed(B): work.recursion.coupling_images[B].xreplace(at_start)}, positive=[u], cites="Eqs. (24) and (26)",
            text="Eqs. (24) and (26) of the paper contradict each other: at {start} the second gives the coefficients of {ref:eq-24-erratum} and not "
            "that of {h} printed in Eq. (24) of the paper,", start=[sympy.Eq(k, v) for k, v in zip((A, B, C), work.start, strict=True)], h=h**2)
    s.define("eq-25", -beta * sympy.Symbol("H_m"), A * h * sigma + B * h + C * sigma + D, cites="Eq. (25)")
    X = sympy.exp
    q0 = 2 + 2 * X(C) + X(B) + 3 * X(B + C)
    qb = 2 + 2 * X(A + C) + X(B) + 3 * X(A + B + C)
    qc = 2 + 2 * X(C) + X(A + B) + 3 * X(A + B + C)
    qa = 2 + 2 * X(A + C) + X(A + B) + 3 * X(2 * A + B + C)
    images = work.recursion.coupling_images
    rows = [
        (primed(A), sympy.log(qa / qb * q0 / qc)),
        (primed(B), B + sympy.log(qb / q0)),
        (primed(C), C + sympy.log(qc / q0)),
    ]
    after = {primed(k): images[k] for k in (A, B, C)}
    printed_system(s, "eq-26", rows, meaning=after, cites="Eq. (26)", text="The printed recursion is right:")
    _, b, c = work.chain.factors
    s.define("eq-27", sympy.Tuple(*(X(primed(k)) for k in (A, B, C))), sympy.Tuple(*(X(k) for k in (A, B, C))),
             cites="Eq. (27)")
    plane, point = (next(p for p in work.fixed.components if (p.dimension == 0) is flag) for flag in (False, True))
    rows = [(X(starred(A)), sympy.S.One)]
    plane_rows = rows
    s.system("eq-28", rows, cites="Eq. (28)",
             text="Fixed for arbitrary {b} and {c}, as long as the couplings are real:", b=X(starred(B)), c=X(starred(C)),
             check=lambda: all_of([same_set(work, plane_rows, plane), no_real_puncture(plane)]),
             method="the printed equation and the computed component have one prime ideal; no puncture has positive factors")
    s.claim("eq-28-complex", "For complex couplings {ref:eq-28} needs an exception: at {q} the recursion is 0/0.",
            q=sympy.Eq(plane.punctures[0].xreplace({b: X(B), c: X(C)}), 0),
            decide=lambda: puncture_undefined(work, plane), cites="Eq. (28)",
            method="an exact point of the puncture, at which numerator and denominator vanish")
    point_rows = [(X(starred(A)), sympy.S(3)), (X(starred(B)), -sympy.Rational(2, 3)), (X(starred(C)), -sympy.Rational(1, 3))]
    s.system("eq-29", point_rows, cites="Eq. (29)", check=lambda: same_set(work, point_rows, point),
             text="The isolated fixed point is as printed:",
             method="the printed equations and the computed component have one prime ideal")

    constraint = net.layer_hamiltonian(m)
    s.claim("eq-30", "The constraint {H} holds exactly where Eq. (1) of the paper does: {rule}.", cites="Eq. (30)",
            H=sympy.Eq(constraint, 0), rule=sympy.Eq(net.neurons_at(m + 1)[0], net.activation_expressions(m)[0]),
            decide=lambda: same_zeros(constraint, net.neurons_at(m + 1)[0] - net.activation_expressions(m)[0]),
            method="all states")
    weights = {state: in_u(w) for state, w in work.initial.weights_in({}).items()}
    s.define("eq-31", sympy.Symbol("H'_m"), sympy.S.Zero, cites="Eq. (31)",
             text="The constraint of the renormalized system is said to be")
    s.claim(
        "eq-31-content",
        "Whatever the additive constant of {H}, at no {u} with {one} do more than two of the four states of {h} and {s} "
        "satisfy {ref:eq-31}, and at each but finitely many {u} only one does: the weights {w} are different functions. "
        "{ref:eq-31} is no relation between {h} and {s} like {ref:eq-30}.",
        H=sympy.Symbol("H'_m"), u=u, one=sympy.StrictGreaterThan(u, 1), h=h, s=sigma,
        w=list(weights.values()), cites="Eq. (31)", decide=lambda: levels_differ(list(weights.values())),
        method="differences of the weights as polynomials; their real roots above 1 by Sturm sequences",
    )


def criticality(s, work):
    """Eqs. (32) to (39), from the transfer matrix."""
    chain, R = work.chain, work.recursion
    a, b, c = chain.factors
    point = next(p for p in work.fixed.components if p.dimension == 0)
    star = dict(zip(chain.factors, map(sympy.S, point.point), strict=True))
    J = R.jacobian(at=point.point)
    linearised(s, work, star, J)
    r, M_, p, d = sympy.symbols("r M p d", positive=True, integer=True)
    yA, yB = sympy.symbols("y_A y_B")
    (exponent_value,) = point.exponents.values()
    scaling = {p: sympy.Integer(work.scale), d: sympy.S.One, yA: exponent_value, yB: exponent_value}
    J_ = [sympy.Symbol(f"J_{f}{g}") for f in R.factors for g in R.factors]
    printed(s, "eq-33", sympy.Matrix(3, 3, J_), sympy.diag(2, 2, 2), meaning=dict(zip(J_, J, strict=True)), cites="Eq. (33)",
            text="The derivative at the isolated point is as printed:")
    printed(s, "eq-33-exponents", p**yA, p**yB, p ** sympy.Symbol("y_C"), sympy.S(2),
            meaning={**scaling, sympy.Symbol("y_C"): exponent_value}, cites="Eq. (33)")
    G = sympy.Function("G_h")
    mean = sympy.Function("langle")
    hm, hn = sympy.symbols("h^(m) h^(n)")
    s.define("eq-34", G(sympy.Symbol("m") - sympy.Symbol("n")), mean(hm * hn) - mean(hm) * mean(hn), cites="Eq. (34)",
             text="The connected correlation, on a chain that has to be specified:")
    s.claim("eq-34-ring", "On a ring it depends on {m} and {n} through their distance only.", m=sympy.Symbol("m"),
            n=sympy.Symbol("n"), decide=lambda: ring_is_homogeneous(work), cites="Eq. (34)",
            method="traces are cyclic: with an independent symbol for every entry of the powers of T before, between and after the two neurons")
    s.claim("eq-34-open", "On an open chain of finite depth it depends on the position too.",
            decide=lambda: open_chain_depends(work), cites="Eq. (34)", method="an exact counterexample to homogeneity")
    seen = Observables(chain)
    closed = seen.closed_form()
    w, q, xi = sympy.symbols("w q xi")
    values = {w: closed.weight, q: closed.ratio}
    printed(s, "eq-35-closed", G(r), w * q**r, meaning={G(r): closed.infinite_correlation(r), **values},
            text="On the infinite chain with real couplings the correlation is exactly, for {r}, with the ratio {q} of the "
                 "eigenvalues of the transfer matrix and the weight {w}, which does not depend on the distance,", w=w, r=sympy.Ge(r, 1, evaluate=False), q=q, positive=[a, b, c])
    printed(s, "eq-35", G(r), w * sympy.exp(-sympy.Abs(r) / xi), meaning={G(r): w * q**r, xi: -1 / sympy.log(q)}, positive=[q],
            cites="Eq. (35)", text="so that Eq. (35) of the paper holds for all distances, not only for large ones, as long as {q} is positive, with "
            "{xi}:", q=q, xi=sympy.Eq(xi, -1 / sympy.log(q)))
    s.claim("eq-35-sign", "For {A} the correlation alternates in sign with the distance, which Eq. (35) of the paper does not say; for "
            "{B} it does not.", A=A < 0, B=A > 0, decide=lambda: sign_of_ratio(closed, a), cites="Eq. (35)",
            method="the product of the eigenvalues is a positive multiple of a − 1")
    rows = []
    for depth, distance in ((4, 2), (6, 2), (6, 4)):
        before = seen.correlation(separation=distance, depth=depth)
        renormalized = Observables(chain, factors=R.images)
        after = renormalized.correlation(separation=distance // work.scale, depth=depth // work.scale)
        rows.append((depth, distance, before, after))
    left, right = G(r / p, M_ / p), p ** (2 * d - 2 * yB) * G(r, M_)
    s.step(
        "eq-36", left, right, cites="Eq. (36)",
        check=lambda: all_verdicts(
            equal(
                *(side.xreplace({**scaling, r: sympy.Integer(n), M_: sympy.Integer(depth)}) for side in (left, right)),
                meaning={G(n // work.scale, depth // work.scale): after, G(n, depth): before},
            )
            for depth, n, before, after in rows
        ),
        text="With {d} and {y} the factor is 1, and Eq. (36) of the paper is an identity at *every* coupling, not near the fixed point "
             "only: here on rings of {M} layers at the distances {r}.",
        d=sympy.Eq(d, 1), y=sympy.Eq(yB, 1), M=[row[0] for row in rows], r=[row[1] for row in rows],
        method="both sides as rational functions of the factors",
    )
    line = Observables(chain, factors={b: star[b], c: star[c]})
    on_line = line.closed_form()
    s.claim("line", "On the line {b}, {c} that the paper takes, the transfer matrix is triangular, with {q}.",
            b=sympy.Eq(b, star[b]), c=sympy.Eq(c, star[c]), q=sympy.Eq(q, on_line.ratio), cites="prose after Eq. (33) of the paper",
            decide=lambda: triangular(chain, star, b, c), method="the entries of T on the line")
    s.claim("line-kept", "The recursion maps that line into itself.", decide=lambda: line_invariant(R, star, a, b, c),
            cites="prose after Eq. (33) of the paper", method="substitution into the recursion")
    x, A0 = sympy.symbols("x A_0", positive=True)
    printed(s, "choice-of-p", p**yA * x, A0, meaning={p: (x / A0) ** (-1 / yA)}, positive=[x, A0],
            cites="prose before Eq. (37) of the paper", text="With {x} for {d} the choice of {p} is consistent algebra, though a "
            "decimation has whole {p} only:", x=x, d=sympy.Abs(A - starred(A)), p=p)
    ring = on_line.ring_correlation(r, M_)
    form = q**M_ / (1 + q**M_) ** 2
    Psi = sympy.Function("Psi")
    s.claim("eq-37", "On rings, {G} is a function of {x} alone along the line.", G=G(r), cites="Eq. (37)",
            x=Psi(r * sympy.Abs((A - starred(A)) / A0) ** (1 / yA)), erratum="eq-37-erratum",
            decide=lambda: scaling_form_holds(line), method="two points with equal scaling variable, exactly")
    printed(s, "eq-37-discrepancy", G(r), G(r + 1), meaning={G(r): ring, G(r + 1): ring.xreplace({r: r + 1})},
            text="Neighbouring distances have the same correlation:")
    printed(s, "eq-37-erratum", G(r), form, meaning={G(r): ring, q: on_line.ratio},
            text="On a ring of {M} layers the correlation along the line does not depend on the distance at all; with {q} it "
                 "is a function of the depth,", M=M_, q=sympy.Eq(q, on_line.ratio))
    s.claim("eq-38", "Along the line, the correlation length of the neurons, defined by Eqs. (34) and (35) of the paper, diverges as "
            "{x} at the isolated point.", x=sympy.Abs(A - starred(A)) ** (-1 / yA), cites="Eq. (38)",
            erratum="eq-38-erratum", decide=lambda: own_length(line),
            method="the residue of the second eigenvalue in the connected correlation, as a function on the line")
    near = gap_asymptotics(on_line, a, star[a])
    gap = sympy.Symbol("xi_gap")
    s.step("eq-38-gap", gap, on_line.gap_length, cites="Eq. (38)", method="the eigenvalues of T",
           check=lambda: equal(gap, 1 / sympy.Abs(sympy.log(sympy.Abs(q))), meaning={gap: on_line.gap_length, q: on_line.ratio}),
           text="What does diverge is the gap length of the transfer matrix, the length that a quantity has whose residue "
                "does not vanish:")
    leading = near.amplitude / sympy.Abs(a - starred(a))
    s.step("eq-38-erratum", gap, leading, relation="sim", cites="Eq. (38)",
           check=lambda: near.exponent == 1 / exponent_value and tends_to_one(
               on_line.gap_length / leading.xreplace({starred(a): star[a]}), a, star[a]),
           text="The gap length diverges at the isolated point with the exponent {y} and this amplitude:", y=sympy.Eq(1 / yA, near.exponent),
           method="the leading term of the squared ratio of difference and sum of the eigenvalues, and artanh x = x + O(x³)")
    s.claim("eq-38-discrepancy", "On that line the neuron's own connected correlation on the infinite chain is zero at every "
            "distance {r}.", r=sympy.Ge(r, 1, evaluate=False), decide=lambda: on_line.weight == 0, cites="Eqs. (34) and (38)",
            method="the residue is the zero rational function")
    off_line(s, work, star)
    power = sympy.Abs(r) ** (-2 * d + 2 * yB)
    at_point = {sympy.Integer(n): value for n, value in point_correlations(chain, star).items()}
    s.step("eq-39", G(r), power, relation="propto", cites="Eq. (39)",
           check=lambda: all_verdicts(
               equal(G(r) * power.xreplace({r: sympy.S.One}), power * G(1),
                     meaning={G(r): value, G(1): at_point[sympy.S.One], r: n, **scaling})
               for n, value in at_point.items()
           ),
           text="At the isolated point itself Eq. (39) of the paper holds on rings, here of {M} layers: its exponent is 0, and the correlation "
                "is the same at all distances; it does not decay.", M=sympy.Integer(6), method="exact correlations at all distances on a ring of 6 layers at the point")
    s.claim("eq-39-origin", "The route to Eq. (39) of the paper by {x} constant does not need the point: on rings the correlation is the same at all "
            "distances on the whole line.", x=r / p, decide=lambda: on_line.weight == 0, cites="Eq. (39)",
            method="the residue is the zero rational function")


def linearised(s, work, star, J):
    """Eq. (32): the first order, and what is dropped."""
    R, t = work.recursion, sympy.Symbol("t")
    deltas = sympy.symbols("delta_a delta_b delta_c")
    line = tuple(star[f] + t * x for f, x in zip(R.factors, deltas, strict=True))
    images = R(line)
    entries = {sympy.Symbol(f"J_{f}{g}"): J[i, j] for i, f in enumerate(R.factors) for j, g in enumerate(R.factors)}
    rows = [
        (
            primed(f) - starred(f),
            sympy.Add(*(sympy.Symbol(f"J_{f}{g}") * (g - starred(g)) for g in R.factors)),
        )
        for f in R.factors
    ]
    along = {
        **entries,
        **{primed(f): image for f, image in zip(R.factors, images, strict=True)},
        **{starred(f): star[f] for f in R.factors},
        **dict(zip(R.factors, line, strict=True)),
    }
    s.system("eq-32", rows, relation="approx", cites="Eq. (32)",
             check=lambda: all(vanishes_beyond(left - right, along, t, 2) for left, right in rows),
             method="the map along an arbitrary line through the point: the sides differ by its second power",
             text="Eq. (32) of the paper holds to first order at the isolated point, {J} being the derivative there:", J=sympy.Symbol("J"))
    second = [sympy.factor(sympy.diff(image, t, 2).subs(t, 0) / 2) for image in images]
    s.system("eq-32-dropped", [(sympy.Symbol(f"R_{f}^(2)"), value) for f, value in zip(R.factors, second, strict=True)],
             text="The terms of second order that it drops are, with {d} for the deviations of {f} from the point,",
             d=sympy.Tuple(*deltas), f=sympy.Tuple(*R.factors),
             check=lambda: all(
                 vanishes_beyond(left - right - t**2 * term, along, t, 3)
                 for (left, right), term in zip(rows, second, strict=True)
             ),
             method="the remainder is divisible by the third power of the line's parameter")


def off_line(s, work, star):
    """The neuron's own length off the line: the residue has a non-zero limit in general directions."""
    t = sympy.Symbol("t")
    deltas = sympy.symbols("delta_a delta_b delta_c")
    factors = {f: star[f] + t * x for f, x in zip(work.chain.factors, deltas, strict=True)}
    closed = Observables(work.chain, factors=factors).closed_form()
    weight, order = weight_asymptotics(closed, t, 0)
    near = gap_asymptotics(closed, t, 0)
    root, w, xi = sympy.symbols("Delta w xi")
    square = sympy.expand(4 / near.amplitude**2)
    shown = sympy.factor(sympy.cancel(weight * square)) / root
    s.system("off-line", [(w, shown), (root, square)], cites="Eq. (38)",
             check=lambda: all_verdicts([
                 equal(w, shown, meaning={w: weight, root: square}), equal(root, square, meaning={root: 4 / near.amplitude**2}),
                 equal(sympy.Integer(order), 0), equal(weight.subs(dict(zip(deltas, (0, 1, 1), strict=True))), 0, relation="!="),
             ]),
             text="Off the line the route of the paper does hold: at {t} times a direction {d} from the isolated point the weight {w} of the "
                  "decaying part of the neuron's correlation tends, for small {t}, to a value that is not zero in general,", d=sympy.Tuple(*deltas), t=t, w=w,
             method="leading terms of rational functions in the distance t from the point")
    s.step("off-line-length", xi, 2 / (sympy.sqrt(root) * sympy.Abs(t)), relation="sim", cites="Eq. (38)",
           check=lambda: near.exponent == 1 and equal(4 / root, near.amplitude**2, meaning={root: square}),
           text="and there Eq. (38) of the paper holds for it with the same exponent, in the directions in which {D} is positive. Where it is "
           "negative the two eigenvalues have one modulus, and the infinite chain has no limit:", D=root,
           method="the leading term of the squared ratio of difference and sum of the eigenvalues, and artanh x = x + O(x³)")


def appendix(s, work):
    """Eqs. (40) and (41)."""
    i, j = sympy.symbols("i j", integer=True, positive=True)
    N = sympy.Symbol("N", integer=True, positive=True)
    Js, ss, Ks = sympy.Symbol("J_ij"), sympy.Symbol("s_i") * sympy.Symbol("s_j"), sympy.Symbol("K_i") * sympy.Symbol("s_i")
    s.define("eq-40", sympy.Symbol("H"), sympy.Sum(Js * ss, (i, 1, N), (j, 1, N)) + sympy.Sum(Ks, (i, 1, N)),
             cites="Eq. (40)", text="The Edwards–Anderson model, with spins {s}:", s={-1, 1})
    lam, W, hn, ho, b_, cW, cb = sympy.symbols("lambda_m W^(m) h^(m+1) h^(m) b^(m) c_W c_b")
    x = sympy.Symbol("x")
    linear = sympy.series(1 / (1 + sympy.exp(-x)), x, 0, 2).removeO()
    exact = lam * (hn - linear.subs(x, W * ho + b_)) ** 2 + cW * W**2 + cb * b_**2
    right = lam * W * hn * ho + lam * b_ * hn + cW * W**2 + cb * b_**2
    H, const = sympy.Symbol("H"), sympy.Symbol("const")
    at_zero = exact.subs(dict.fromkeys((W, hn, ho, b_), 0))
    printed(s, "eq-41", H, right + const, meaning={H: exact, const: at_zero}, cites="Eq. (41)", erratum="eq-41-erratum",
            text="Read for one neuron, one data point and one layer, {H} being the term of Eq. (13) of the paper with the sigmoid replaced by its "
                 "linear order {l}, and regularisers added:", H=H, l=linear)
    dropped = lam * (hn**2 - hn + (W * ho + b_) / 4 + (W * ho + b_) ** 2 / 16)
    printed(s, "eq-41-erratum", H, -lam * W * hn * ho / 2 - lam * b_ * hn / 2 + cW * W**2 + cb * b_**2 + dropped + const,
            meaning={H: exact, const: at_zero},
            text="The two couplings have the factor {f}; the bracket and the constant are what the paper drops:",
            f=-sympy.Rational(1, 2))
    printed(s, "eq-41-discrepancy", right - H, sympy.Rational(3, 2) * lam * (W * ho + b_) * hn - dropped - const,
            meaning={H: exact, const: at_zero}, text="The printed Hamiltonian differs from the expanded one by")


def flow_pictures(s, work, star):
    """Figures 4 and 5 of the paper, from exact steps of the recursion."""
    R = work.recursion
    a, b, c = R.factors
    near = [{a: sympy.Rational(i, 10), b: sympy.Rational(j, 5), c: sympy.S.One} for i in range(6, 15) for j in range(2, 10)]
    s.figure(
        "flow-4",
        FlowFigure(R, (a, b), ((sympy.Rational(1, 2), sympy.Rational(3, 2)), (0, 2)), near, lines=[1]),
        caption="Figure 4 of the paper, from exact points: one step of the recursion from {n} starts with {c}, seen in the "
        "plane of {a} and {b}. The line is the plane {p} of fixed points; {cc} changes too and is not shown.",
        n=len(near), c=sympy.Eq(c, 1), a=a, b=b, p=sympy.Eq(a, 1), cc=c,
    )
    around = [
        {a: star[a] + sympy.Rational(i, 20), b: star[b] + sympy.Rational(j, 60), c: star[c]}
        for i in range(-4, 5) for j in range(-4, 5)
    ]
    half = sympy.Rational(2, 5)
    s.figure(
        "flow-5",
        FlowFigure(R, (a, b), ((star[a] - half, star[a] + half), (star[b] - half / 3, star[b] + half / 3)), around, marks=[star]),
        caption="Figure 5 of the paper, from exact points: one step from {n} starts in the plane {c}, which the recursion keeps. The "
        "ring is the isolated fixed point; arrows without a head leave the window.",
        n=len(around), c=sympy.Eq(c, star[c]),
    )


def prose_claims(s, work):
    """What the paper says in words and figures."""
    net, chain, R = work.net, work.chain, work.recursion
    a, b, c = chain.factors
    V, V1, G_, T, T1 = (sympy.MatrixSymbol(name, 2, 2) for name in ("V", "V'", "G", "T", "T'"))
    plane = next(p for p in work.fixed.components if p.dimension)
    point = next(p for p in work.fixed.components if p.dimension == 0)
    star = dict(zip(chain.factors, map(sympy.S, point.point), strict=True))
    s.claim("figure-1", "The network of Figure 1 of the paper, {N} and {M}, has two weight layers by Eq. (1) of the paper, in agreement with "
            "the figure and in disagreement with Eq. (8) of the paper.", N=sympy.Eq(sympy.Symbol("N"), 2), M=sympy.Eq(M, 2), cites="Figure 1",
            decide=lambda: weight_layers(2) == 2, method="count of weight layers in the Hamiltonian of that depth")
    upper, lower = figure_two(net)
    s.claim("figure-2-upper", "In the original Hamiltonian all pairs of weights of Figure 2 of the paper are coupled.", cites="Figure 2",
            decide=lambda: {frozenset(e) for e in upper.edges} == set(map(frozenset, combinations(upper, 2))),
            method="mixed differences of the Hamiltonian at depth 9, input 1")
    s.claim("figure-2-lower", "In the new Hamiltonian there are couplings between {W} and {h}, between {W} and {n} and between {h} and {n}, and no others.",
            W=sympy.Symbol("W^(m)"), h=sympy.Symbol("h^(m)"), n=sympy.Symbol("h^(m+1)"), cites="Figure 2",
            decide=lambda: {frozenset(e) for e in lower.edges} == nearest_layer_pairs(net),
            method="mixed differences of the Hamiltonian at depth 9")
    s.claim("figure-3", "One step halves the depth and keeps the partition function: on rings of an even number {M} of layers, {e}.", cites="Figure 3",
            M=M, e=sympy.Eq(sympy.Trace(T**M), sympy.Trace(T1 ** (M / 2)), evaluate=False), decide=lambda: weight_kept(chain, R),
            method="T' = T² as polynomials in the factors, V scaled so that its reference entry is that of the decimated V; hence the "
                   "traces agree at every even depth M")
    flow_pictures(s, work, star)
    s.claim("figure-4", "Flows that start near the plane {e} converge to it: on the plane every direction across it has "
            "eigenvalue 0, and {x} is divisible by {y}.", e=sympy.Eq(a, 1), x=primed(a) - 1, y=(a - 1) ** 2, cites="Figure 4",
            decide=lambda: superattracting(R, plane), method="factorisation; the spectrum on the component")
    s.claim("figure-4-global", "Every flow from real couplings converges to the plane, not only nearby: with {T} for the transfer matrix after {k} steps, {d} is less "
            "than one quarter, from the first step on not negative, and falls to zero, so that the limit has rank 1.", k=sympy.Symbol("k"), T=sympy.Symbol("T_k"),
            d=sympy.Function("det")(sympy.Symbol("T_k")) / sympy.Function("Tr")(sympy.Symbol("T_k")) ** 2, cites="Figure 4", decide=lambda: determinant_falls(chain),
            method="with d for the ratio, d' = d²/(1 − 2d)², d − d' = d(1 − 4d)(1 − d)/(1 − 2d)² and 1 − 4d' = (1 − 4d)/(1 − 2d)²; 1 − 4d > 0 at "
                   "positive factors; a falling sequence tends to a fixed point, here 0; T^p/tr(T^p) tends to rank 1 (Perron)")
    s.claim("no-other-real", "There are no fixed points for real couplings but those of the plane {e}.", e=sympy.Eq(a, 1), cites="prose after Eq. (28) of the paper",
            decide=lambda: work.fixed.complete and all_of(
                None if p.physical is None else p.physical == (p is plane) for p in work.fixed.components),
            method="the complete list, and the sign of a factor at the isolated point")
    s.claim("no-transition", "There is no phase transition: the free energy per layer is analytic at all real couplings.",
            cites="prose after Eq. (28) of the paper", decide=lambda: gap_is_open(chain),
            method="the discriminant of T is a sum of positive terms, so the largest eigenvalue is a simple root")
    s.claim("only-imaginary", "The isolated point is reached only where couplings are not real.", cites="prose after Eq. (29) of the paper",
            decide=lambda: check_physical(point), method=point.physical_reason)
    s.claim("imaginary-wording", "The couplings of the isolated point are imaginary, as the paper puts it.", cites="prose after Eq. (29) of the paper",
            erratum="imaginary-erratum", decide=lambda: imaginary(point), method="real parts of the principal logarithms")
    s.claim("imaginary-erratum", "At the isolated point {A} is real, {B} and {C} are complex with the imaginary part {pi} and real parts that are not "
            "zero.", A=starred(A), B=starred(B), C=starred(C), pi=sympy.pi, decide=lambda: complex_couplings(point),
            method="real and imaginary parts of the principal logarithms")
    s.claim("figure-5", "Flows diverge from the isolated point: all eigenvalues exceed 1.", cites="Figure 5",
            decide=lambda: all(value > 1 for value in point.spectrum), method="the spectrum at the point")
    s.claim("figure-5-plane", "The plane {c} of Figure 5 of the paper is mapped into itself.", c=sympy.Eq(c, star[c]), cites="Figure 5",
            decide=lambda: R({a: a, b: b, c: star[c]})[c] == star[c], method="substitution into the recursion")
    s.claim("figure-6", "The square of Figure 6 of the paper commutes for the example: whatever {V}, summing out every second layer and then "
            "closing the rest gives the partition function of the network of full depth, for every even depth and between any two end states.",
            V=sympy.Symbol("V"), cites="Figure 6", decide=lambda: square_commutes(chain),
            method="V'Gᵀ = (VGᵀ)² as polynomials in the factors, and so their powers; depths 2, 4 and 6 multiplied out")
    s.claim("constant", "The constant {D} does not enter the recursion, and adds the same to the exponent of every layer.", D=D,
            cites="prose after Eq. (25) of the paper", decide=lambda: constant_drops(chain),
            method="the decimated V is homogeneous of degree p in V")
    s.claim("footnote-12", "Correlations of {s} can be defined alike, and on the infinite chain have the gap length too.",
            s=sigma, cites="footnote 12 of the paper", decide=lambda: activation_correlations(chain),
            method="closed form of the activation's correlation: the same ratio of eigenvalues, a residue that is not zero")
    s.claim("larger", "The discussion extends to larger networks: for {N} and one data point, and for one neuron and {L}, summing a layer out makes the bond "
            "matrix {e}, whatever {V}.",
            N=sympy.Eq(sympy.Symbol("N"), 2), L=sympy.Eq(sympy.Symbol("L"), 2), V=V, e=sympy.Eq(V1, sympy.MatMul(V, G_.T, V), evaluate=False),
            cites="assumption (i) of the paper", decide=lambda: larger_networks(),
            method="the sum over all neurons, weights and biases of the layer, term by term, with an independent symbol for every entry of V")
    s.claim("depth-restores", "At the depths {list} the translation takes one of the {M} terms of the Hamiltonian away at one end, and adds one at the other: a "
            "fraction that vanishes as the depth grows.", M=M, list=sympy.FiniteSet(*range(2, 7)), cites="prose after Eq. (15) of the paper", decide=lambda: ends_only(net),
            method="the terms of the translated expression at these depths")
    s.claim("unstable-elsewhere", "More general models of this kind have unstable fixed points at real couplings, the paper "
            "expects.", cites="prose after Eq. (29) of the paper", erratum="unstable-erratum", decide=lambda: not_unstable(),
            method="the spectra of all strata with real couplings, for widths 1 to 3, two data points, other alphabets")
    s.claim("unstable-erratum", "In none of the networks with one, two and three neurons a layer, with two data points, with weights in {w} and with neurons in "
            "{s} is there one: the eigenvalues at real couplings are 0 and 1 only. No other finite network can have one, by the theorem of Perron and "
            "Frobenius: real couplings make {V} positive, so that a fixed point has rank 1.", V=sympy.Symbol("V"), w={-1, 0, 1}, s={-1, 1},
            decide=lambda: unstable_somewhere() is False,
            method="the spectra of all strata with real couplings of these six networks; in general T > 0, as every row of G has a positive entry")
    s.claim("continuum", "The exponents of the isolated point are the same at the scales 2, 3, 4 and 5. There {T} is the identity, and a step of scale {p} "
            "takes a small change of it to {p} times itself, also where {p} is no whole number, as in the infinitesimal step {e}.",
            T=sympy.Symbol("T"), p=sympy.Symbol("p"), e=sympy.Eq(sympy.Symbol("p"), 1 + sympy.Symbol("epsilon")), cites="prose before Eq. (34) of the paper",
            decide=lambda: exponents_agree(chain, star), method="the spectra at these scales; the first order of (1 + t X)^p, the binomial series, for every p")
