"""Reading displayed formulas: exact values are put into the SymPy objects of a document, here, not by SymPy."""

from collections import Counter
from fractions import Fraction
from itertools import product
from math import lcm, prod

import sympy

from symrg.model.sums import StateSum
from symrg.model.variables import Variable
from tests.oracles import layered as oracle

m = sympy.Symbol("m", integer=True)


# -- prose and cells -----------------------------------------------------------------------------------


def flat(text):
    """Prose as text."""
    return "".join(str(segment.value) for segment in text.segments)


def maths(text):
    """The formulas inside prose."""
    return [segment.value for segment in text.segments if segment.kind == "math"]


def numbers(text):
    """The integers among the formulas inside prose."""
    return [int(value) for value in maths(text) if getattr(value, "is_Integer", False)]


def content(cell):
    (segment,) = cell.segments
    return segment.value


def one_row(block):
    (line,) = block.rows
    return line.members


def unmarked(symbol, mark):
    name = str(symbol)
    assert name.endswith(mark), f"{name} is not marked with {mark}"
    return name.removesuffix(mark)


def image_rows(block, mark="'"):
    """Rows such as a' = …, by the name without its mark."""
    return {unmarked(line.members[0], mark): line.members[1] for line in block.rows}


def named(expression, name):
    (found,) = (s for s in expression.free_symbols if s.name == name)
    return found


def role(variable):
    """(kind, layer): the layer counted from m where it is symbolic."""
    layer = variable.layer
    if isinstance(layer, sympy.Expr):
        layer = int(sympy.expand(layer - m))
    return variable.role, layer


def variables(*expressions):
    return {role(v): v for e in expressions for v in e.atoms(Variable)}


# -- exact values --------------------------------------------------------------------------------------


def fraction(number):
    assert isinstance(number, sympy.Rational), f"{number} is no rational number"
    return Fraction(int(number.p), int(number.q))


def rational(number):
    return sympy.Rational(number.numerator, number.denominator)


def whole(number):
    assert number.denominator == 1, f"{number} is no whole exponent"
    return number.numerator


def letters(variable):
    return [fraction(letter) for letter in variable.alphabet]


def evaluate(expression, at, roots=None):
    """The exact value of a displayed expression.

    ``at`` gives values to symbols. ``roots`` maps a symbol s to (r, D): where s stands in an exponential, e^{s q} is
    r^(D q); where it is the base of a power, s^q is r^(D q), so that q may be a fraction.
    """
    roots = roots or {}
    if expression.is_Symbol:
        if expression in at:
            return at[expression]
        assert expression in roots, f"{expression} has no value"
        root, denominator = roots[expression]
        return root**denominator
    if expression.is_Rational:
        return fraction(expression)
    if expression.is_Add:
        return sum((evaluate(part, at, roots) for part in expression.args), start=Fraction(0))
    if expression.is_Mul:
        return prod((evaluate(part, at, roots) for part in expression.args), start=Fraction(1))
    if expression.is_Pow:
        exponent = evaluate(expression.exp, at, roots)
        if expression.base in roots:
            root, denominator = roots[expression.base]
            return root ** whole(exponent * denominator)
        return evaluate(expression.base, at, roots) ** whole(exponent)
    if isinstance(expression, sympy.exp):
        powers = [(roots[s], q) for s, q in linear(expression.args[0], at).items()]
        return prod((root ** whole(q * denominator) for (root, denominator), q in powers), start=Fraction(1))
    assert type(expression).__name__ in oracle.ACTIVATIONS, f"the oracle cannot evaluate {expression!r}"
    return oracle.ACTIVATIONS[type(expression).__name__](evaluate(expression.args[0], at, roots))


def linear(exponent, at):
    """An exponent as symbol ↦ coefficient, after putting in values."""
    unknown = sorted(exponent.free_symbols - set(at), key=str)
    zero = {**at, **dict.fromkeys(unknown, Fraction(0))}
    found = {s: evaluate(exponent, {**zero, s: Fraction(1)}) for s in unknown}
    assert evaluate(exponent, zero) == 0
    twice = {s: Fraction(k) for k, s in enumerate(unknown, 2)}
    assert evaluate(exponent, {**at, **twice}) == sum(found[s] * twice[s] for s in unknown)
    return found


def distribution(total, at):
    """A displayed sum of exponentials over states: how often each exponent occurs, in units of its one symbol."""
    assert isinstance(total, StateSum)
    assert isinstance(total.summand, sympy.exp)
    found = Counter()
    for state in product(*map(letters, total.variables)):
        values = {**at, **dict(zip(total.variables, state, strict=True))}
        ((_, coefficient),) = linear(total.summand.args[0], values).items()
        found[coefficient] += 1
    return found


# -- logarithms, exponentiated -------------------------------------------------------------------------


def logarithms(expression, at, roots):
    """An expression as a list of (rational c, positive v), standing for the sum of c·ln v."""
    if expression.is_Add:
        return [item for part in expression.args for item in logarithms(part, at, roots)]
    coefficient, rest = Fraction(1), []
    for part in sympy.Mul.make_args(expression):
        if isinstance(part, sympy.log) or (part in roots and part not in at):
            rest.append(part)
        else:
            coefficient *= evaluate(part, at, roots)
    if coefficient == 0:
        return []
    assert len(rest) == 1, f"{expression} is no multiple of one logarithm"
    if rest[0] in roots:
        root, denominator = roots[rest[0]]
        return [(coefficient * denominator, root)]
    found, positive = [], True
    for part in sympy.Mul.make_args(rest[0].args[0]):
        base, power = part.as_base_exp() if part.is_Pow and part.exp.is_Integer else (part, sympy.S.One)
        value = evaluate(base, at, roots)
        assert value != 0
        positive ^= value < 0 and int(power) % 2 == 1
        found.append((coefficient * int(power), abs(value)))
    assert positive, f"the logarithm of a negative number in {expression}"
    return found


def scaled(items, by):
    return [(coefficient * by, value) for coefficient, value in items]


def vanishes(items):
    """Whether the sum of c·ln v is zero, decided on integer powers."""
    common = lcm(*(c.denominator for c, _ in items))
    return oracle.is_one([(v, int(c * common)) for c, v in items])


def common_denominator(*expressions):
    return lcm(*(fraction(number).denominator for e in expressions for number in e.atoms(sympy.Rational)))


def exponents_in(block):
    """The arguments of all exponentials in the images of a block."""
    return [e.args[0] for line in block.rows for e in line.members[1].atoms(sympy.exp)]


# -- what several blocks are about -----------------------------------------------------------------------


def alphabets_agree(case, found):
    """Whether displayed variables, by role, have the alphabets of the network."""
    net = case.oracle
    wanted = {"weight": net.weights, "bias": net.biases, "neuron": net.neurons, "activation": net.outputs}
    return all(letters(variable) == list(wanted[kind]) for (kind, _), variable in found.items())


def settings_of(case, found, layer):
    """Every (W, b) of a layer, with the values for the variables that stand in a formula."""
    assert (("bias", layer) in found) == (case.biases is not None)
    for weight, bias in case.oracle.settings:
        at = {("weight", layer): weight, ("bias", layer): bias}
        yield (weight, bias), {found[key]: value for key, value in at.items() if key in found}


def random_settings(case, found, layers):
    chosen = {layer: case.rng.choice(list(settings_of(case, found, layer))) for layer in layers}
    settings = [chosen[layer][0] for layer in layers]
    return settings, {v: value for layer in layers for v, value in chosen[layer][1].items()}


def depth_of(found):
    return 1 + max(layer for kind, layer in found if kind == "weight")


def ends(case):
    """The neuron above and the activation below the layers that are summed out, as Eq. (20) displays them."""
    total = one_row(case["Z-m"])[1]
    found = variables(total, *total.variables)
    return found["neuron", case.scale - 1], found["activation", -1]


def beta_v(case):
    return named(one_row(case["Z-m"])[1], "beta_v")


def powers(case):
    """Exact values of u: (r, D) with u = r^D, and the function q ↦ u^q."""
    net = case.oracle
    common = lcm(*(((h - s) ** 2).denominator for h, s in product(net.neurons, net.outputs)))
    for root in (Fraction(2), Fraction(2, 3), Fraction(case.rng.randint(4, 9), case.rng.randint(1, 3))):
        yield (root, common), lambda q, root=root: root ** whole(q * common)


def by_monomial(expression, h, s):
    """A sum of multiples of h^i σ^j as exponents ↦ coefficient, read term by term."""
    found = {}
    for term in sympy.Add.make_args(expression):
        coefficient, rest = term.as_independent(h, s, as_Add=False)
        powers = rest.as_powers_dict()
        exponents = int(powers.get(h, 0)), int(powers.get(s, 0))
        assert rest == h ** exponents[0] * s ** exponents[1], f"{rest} is no monomial"
        assert exponents not in found
        found[exponents] = coefficient
    return found


def chart(case):
    """Coupling ↦ exponents of its monomial, and the two variables, as Eq. (25) displays them."""
    right = one_row(case["general"])[1]
    found = {v.role: v for v in right.atoms(Variable)}
    h, s = (found.get(kind, sympy.Symbol(f"no {kind}")) for kind in ("neuron", "activation"))
    couplings = {symbol: exponents for exponents, symbol in by_monomial(right, h, s).items() if any(exponents)}
    assert all(symbol.is_Symbol for symbol in couplings)
    return couplings, (h, s)


def new_couplings(case, block):
    """Exponents of the monomial ↦ coupling after one step, as Eq. (24) displays them."""
    _, shown = one_row(block)
    found = by_monomial(shown, *ends(case))
    constant = found.pop((0, 0))
    assert constant.is_Symbol
    return found


def monomial(exponents, state):
    return state[0] ** exponents[0] * state[1] ** exponents[1]
