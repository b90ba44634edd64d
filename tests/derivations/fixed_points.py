"""Fixed points, their couplings, Jacobians and spectra as displayed, each confirmed by brute force."""

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import sympy

from tests.derivations.displayed import (
    chart,
    content,
    evaluate,
    flat,
    fraction,
    image_rows,
    logarithms,
    maths,
    monomial,
    numbers,
    one_row,
    rational,
    scaled,
    unmarked,
    vanishes,
)
from tests.oracles import layered as oracle


@dataclass
class Component:
    """A component as the document displays it: equations in the factors or, at infinity, in the entries of V."""

    dimension: int
    rank: int
    at_infinity: bool
    symbols: list
    equations: list

    def bond(self, net, values):
        entries = [values[s] for s in self.symbols]
        if not self.at_infinity:
            return net.bond_of(entries)
        columns = net.shape[1]
        return [entries[i : i + columns] for i in range(0, len(entries), columns)]

    def defined(self, net, values):
        """Whether the map is defined at a point with these values."""
        if self.at_infinity:
            return any(v for line in net.transformed(self.bond(net, values)) for v in line)
        try:
            net.step([values[s] for s in self.symbols])
        except ZeroDivisionError:
            return False
        return True

    def contains(self, net, bond):
        """Whether V satisfies the displayed equations; at finite couplings V has no zeros."""
        entries = [v for line in bond for v in line]
        if not self.at_infinity and not all(entries):
            return False
        values = entries if self.at_infinity else net.factors_of(bond)
        at = dict(zip(self.symbols, values, strict=True))
        return all(evaluate(equation, at) == 0 for equation in self.equations)


def read(case, block):
    """Read a component off its block: the numbers from its text, the equations from its rows."""
    text = flat(block.text)
    (rank,) = re.findall(r"rank (\d+)", text)
    sizes = re.findall(r"dimension (\d+)", text)
    assert bool(sizes) != ("isolated" in text)
    at_infinity = "infinite" in text
    symbols = list(map(sympy.Symbol, case.factor_names()))
    if at_infinity:
        symbols = [sympy.Symbol(f"V_{i}{j}") for i, j in product(*map(range, case.oracle.shape))]
    equations = []
    for left, right in (line.members for line in block.rows):
        if str(left).endswith("^*"):
            equations.append(sympy.Symbol(unmarked(left, "^*")) - right)
        else:
            assert right == 0
            equations.append(left)
    for equation in equations:
        assert equation.is_polynomial(*symbols), f"{equation} = 0 is no polynomial equation"
        assert equation.free_symbols <= set(symbols)
        if at_infinity:
            assert sympy.Poly(equation, *symbols).is_homogeneous, f"{equation} = 0 is not homogeneous in V"
    return Component(int(sizes[0]) if sizes else 0, int(rank), at_infinity, symbols, equations)


def all_components(case):
    blocks = [b for b in case.blocks if re.fullmatch(r"component-\d+", getattr(b, "id", ""))]
    return [read(case, block) for block in blocks]


def named_in(case, identifier):
    return read(case, case[re.match(r"component-\d+", identifier).group()])


def random_point(case, part, extra=(), draw=None):
    """A random rational point of the displayed equations, and how many coordinates were free; (None, None) if none.

    Coordinates are drawn one by one; an equation that is left with one unknown is solved for it.
    """
    for _ in range(400):
        values, free = {}, 0
        order = case.rng.sample(part.symbols, len(part.symbols))
        left = [*part.equations, *extra]
        while len(values) < len(order):
            table = {s: rational(v) for s, v in values.items()}
            left = [e for e in (sympy.expand(e.xreplace(table)) for e in left) if e != 0]
            if any(e.is_Rational for e in left):
                break
            single = next((e for e in left if len(e.free_symbols) == 1), None)
            if single is None:
                symbol, roots = next(s for s in order if s not in values), [(draw or case.rational)()]
                free += 1
            else:
                (symbol,) = single.free_symbols
                roots = [fraction(r) for r in sympy.Poly(single, symbol).ground_roots()]
                roots = [r for r in roots if r or part.at_infinity]  # no factor is 0
            if not roots:
                break
            values[symbol] = case.rng.choice(roots)
        else:
            if all(evaluate(e, values) == 0 for e in (*part.equations, *extra)):
                return values, free
    return None, None


def defined_points(case, part, count):
    """Random points of a component at which the map is defined, with the number of free coordinates."""
    found = []
    for _ in range(20 * count):
        values, free = random_point(case, part)
        assert values is not None, "no rational point on the displayed equations was found"
        if part.defined(case.oracle, values):
            found.append((values, free))
        if len(found) == count:
            return found
    raise AssertionError("the map is not defined on the displayed component")


def component(case, block):
    """Every point is fixed, the rank is that of V, and the dimension the number of free coordinates."""
    part = read(case, block)
    for values, free in defined_points(case, part, 3):
        bond = part.bond(case.oracle, values)
        assert case.oracle.is_fixed(bond)
        assert oracle.rank(bond) == part.rank
        assert all(v for line in bond for v in line) != part.at_infinity
        assert part.dimension == free - part.at_infinity  # V counts up to a factor


def punctures(case, paragraph):
    """Where the paragraph says so, and nowhere else, the map is not defined on the component."""
    (name,) = paragraph.text.references
    part = named_in(case, name)
    (shown,) = maths(paragraph.text)
    left_out = [e.lhs - e.rhs for e in (shown if isinstance(shown, sympy.Tuple) else [shown])]
    for equation in left_out:
        values, _ = random_point(case, part, [equation])
        assert values is None or not part.defined(case.oracle, values)
    for _ in range(4):
        values, _ = random_point(case, part)
        assert part.defined(case.oracle, values) == all(evaluate(e, values) != 0 for e in left_out)


def couplings(case, block):
    """The couplings make, on the polynomial basis, ln V with the principal logarithm of each factor."""
    monomials, _ = chart(case)
    part, net = named_in(case, block.id), case.oracle
    values, free = random_point(case, part)
    assert free == 0
    bond = part.bond(net, values)
    images = image_rows(block, "^*")
    assert set(images) == {str(k) for k in monomials}
    split = {}
    for name, value in images.items():
        turns, positive = Fraction(0), []
        for term in sympy.Add.make_args(sympy.expand(value)):
            if term.has(sympy.I):
                turns += fraction(term / (sympy.I * sympy.pi))
            else:
                positive += logarithms(term, {}, {})
        split[name] = turns, positive
    negative = dict(zip(net.places, (v < 0 for v in net.factors_of(bond)), strict=True))
    first = net.neurons[0], net.outputs[0]
    for (i, h), (j, s) in product(enumerate(net.neurons), enumerate(net.outputs)):
        terms, turns = [(Fraction(-1), abs(bond[i][j] / bond[0][0]))], Fraction(0)
        for k, exponents in monomials.items():
            by = monomial(exponents, (h, s)) - monomial(exponents, first)
            terms += scaled(split[str(k)][1], by)
            turns += split[str(k)][0] * by
        assert vanishes(terms)
        # ln V[i][j] is the sum of ln factor over the sub-states, each with the imaginary part π where negative
        assert turns == sum(negative[t] for t in {(i, 0), (0, j), (i, j)} if t in negative)


def real(case, block):
    """By Perron and Frobenius V > 0 is fixed at rank 1 only; there, a positive point is found."""
    part = named_in(case, block.id)
    said = not re.search(r"\bno\b", flat(block.text))
    assert said == (part.rank == 1 and not part.at_infinity)
    if said:
        points = (random_point(case, part, draw=case.positive)[0] for _ in range(50))
        assert any(values and all(v > 0 for v in values.values()) for values in points)


def complete(case, block):
    """The displayed components are the strata of the structure theorem: no fewer, no more, and the same points."""
    shown = all_components(case)
    assert numbers(block.text) == [len(shown)]
    expected = sorted((dimension, r, bool(zeros)) for dimension, r, zeros, _ in case.strata)
    assert sorted((part.dimension, part.rank, part.at_infinity) for part in shown) == expected
    for _, _, zeros, points in case.strata:
        for bond in points:
            assert case.oracle.is_fixed(bond)
            if zeros or all(v for line in bond for v in line):
                assert sum(part.contains(case.oracle, bond) for part in shown) == 1


def jacobian(case, block):
    part = named_in(case, block.id.replace("jacobian", "component"))
    values, free = random_point(case, part)
    assert free == 0
    _, shown = one_row(block)
    wanted = case.oracle.jacobian([values[s] for s in part.symbols])
    assert [[fraction(n) for n in line] for line in shown.tolist()] == wanted


def exponents(case, block):
    """Each component's eigenvalues at random points of it, by dual numbers; and y = ln λ / ln p."""
    spectra = {}
    for line in block.rows:
        (name,) = line[0].references
        eigenvalue, count, y = (content(cell) for cell in line[1:])
        spectra.setdefault(name, []).extend([fraction(eigenvalue)] * int(count))
        if eigenvalue == 0:
            assert y == -sympy.oo
        else:
            power = fraction(y)
            assert fraction(eigenvalue) ** power.denominator == Fraction(case.scale) ** power.numerator
    parts = all_components(case)
    assert list(spectra) == [f"component-{k}" for k in range(1, len(parts) + 1)]
    for part, roots in zip(parts, spectra.values(), strict=True):
        for values, _ in defined_points(case, part, 2):
            matrices = [case.oracle.projective_jacobian(part.bond(case.oracle, values))]
            if not part.at_infinity:
                matrices.append(case.oracle.jacobian([values[s] for s in part.symbols]))
            for matrix in matrices:
                assert oracle.characteristic_polynomial(matrix) == oracle.polynomial_of(roots)


def spectra(case, block):
    exponents(case, case["exponents"])


FIXED_POINTS = {
    "complete": complete,
    "component-N": component,
    "component-N-couplings": couplings,
    "component-N-real": real,
    "jacobian-N": jacobian,
    "exponents": exponents,
    "spectra": spectra,
}
