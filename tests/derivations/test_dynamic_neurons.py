"""Every formula that the derivation of "Dynamic neurons" displays, against brute force over states.

The script is run on the paper's network, on W in {-1, 0, 1} without biases at scale 3, and on networks drawn anew in
every run. Each displayed formula is taken as the reader sees it, exact values are put in, and the result is compared
with ``tests.oracles.layered``, which lists states and shares nothing with the package. A block for which there is
neither a confirmation nor an entry among the definitions makes the test fail.
"""

import re
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
import sympy

import symrg as sg
from symrg.ledger.blocks import Claim, Figure, Formula, Paragraph, Prose, Segment, Table
from symrg.model.sums import StateSum
from symrg.view.latex import article
from tests.derivations.cases import MADE, paper, ternary
from tests.derivations.definitions import DEFINITIONS
from tests.derivations.displayed import flat, maths
from tests.derivations.fixed_points import FIXED_POINTS, all_components, punctures
from tests.derivations.transformation import TRANSFORMATION, input_sentence

CONFIRMED = TRANSFORMATION | FIXED_POINTS


def general_name(block):
    return re.sub(r"-\d+\b", "-N", getattr(block, "id", "paragraph"))


def confirm(case, block):
    """Confirm one block of the document, or fail."""
    name = general_name(block)
    case.reseed(getattr(block, "id", name))
    if isinstance(block, Paragraph):
        if any(reference.startswith("component") for reference in block.text.references):
            punctures(case, block)
        elif any(isinstance(value, sympy.Eq) for value in maths(block.text)):
            input_sentence(case, block)
        else:
            assert not maths(block.text), f"the oracle does not know the formulas of: {flat(block.text)}"
        return
    assert isinstance(block, Formula | Claim | Table | Figure)
    if getattr(block, "kind", "") in ("definition", "assumption"):
        assert name in DEFINITIONS, f"{block.id} is displayed as a definition, and nothing says what it must state"
        DEFINITIONS[name](case, block)
    else:
        assert name in CONFIRMED, f"{block.id} is displayed, and no oracle confirms it"
        CONFIRMED[name](case, block)


@pytest.fixture(scope="module", params=list(MADE))
def case(request):
    return MADE[request.param]()


@pytest.fixture(scope="module")
def example():
    return paper()


def test_every_displayed_formula_is_confirmed(case):
    with case.reported():
        for block in case.blocks:
            with case.reported(getattr(block, "id", "a paragraph")):
                confirm(case, block)
        # only isolated points have couplings and a Jacobian of their own
        seen = {general_name(block) for block in case.blocks} | {"component-N-couplings", "jacobian-N"}
        assert seen >= {*DEFINITIONS, *CONFIRMED}


def test_every_verdict_is_as_expected(case):
    with case.reported():
        unexpected = {record.id: record.verdict for record in case.verification.unexpected}
        assert not unexpected


PLACE = r"(?:Eqs?\. \(\d+\)|Figures? \d|[Aa]ssumption \([iv]+\))"
THEIRS = re.compile(rf"\bits {PLACE}|{PLACE}(?:(?:, | and | to )\(\d+\))* of the paper")


def test_numbers_of_the_paper_are_said_to_be_the_paper_s(example):
    """A bare number is one of this document, and those are links."""
    texts = [
        segment.value
        for section in example.derivation.sections
        for block in section.blocks
        for segment in (block.caption if isinstance(block, Table | Figure) else block.text).segments
        if segment.kind == "text"
    ]
    for record in example.verification.records:
        texts += [record.verdict.method, record.verdict.counterexample or ""]
    assert [text for text in texts if re.search(PLACE, THEIRS.sub("", text))] == []
    assert sum(len(THEIRS.findall(text)) for text in texts) > 25


def test_points_on_a_grid_are_fixed_iff_they_are_displayed(case):
    with case.reported():
        case.reseed("grid")
        parts = [part for part in all_components(case) if not part.at_infinity]
        grid = [Fraction(a, b) for a, b in ((1, 1), (2, 1), (3, 1), (1, 2), (2, 3), (1, 3))]
        grid += [-value for value in grid]
        places = len(case.oracle.places)
        points = list(product(grid, repeat=places)) if places <= 3 else []
        for point in case.rng.sample(points, 600) if len(points) > 600 else points:
            bond = case.oracle.bond_of(point)
            if any(v == 0 for line in case.oracle.transformed(bond) for v in line):
                continue  # the image has an infinite coupling, or none
            assert case.oracle.is_fixed(bond) == any(part.contains(case.oracle, bond) for part in parts), point


def test_the_two_ways_of_the_oracle_agree(case):
    with case.reported():
        case.reseed("oracle")
        net = case.oracle
        bond = net.bond_of([case.rational() for _ in net.places])
        assert net.decimated(bond) == net.transformed(bond)


def test_other_networks_give_another_document(example):
    """Every formula that depends on W, b or p is another one for W in {-1, 0, 1}, no biases, p = 3."""

    def displayed(case):
        return {block.id: [line.members for line in block.rows] for block in case.blocks if isinstance(block, Formula)}

    other = ternary()
    first, second = displayed(example), displayed(other)
    same = {name for name in first.keys() & second.keys() if first[name] == second[name]}
    # (h - σ)² on {0, 1} and its notation; and V of rank 1 is fixed for every G and p
    assert same == {"u", "general", "start", "component-1"}
    for name in ("weights", "exponents", "activation-values"):
        assert example[name].rows != other[name].rows
    assert article(example.derivation) != article(other.derivation)


# -- the test of the test ------------------------------------------------------------------------------


def altered(value):
    """Another value of the same kind, or None."""
    if isinstance(value, StateSum):
        return StateSum(value.summand**2, *value.variables)
    if isinstance(value, sympy.MatrixBase):
        return value + sympy.ones(*value.shape)
    if isinstance(value, sympy.Expr) and value.is_finite is not False:
        return value + 1
    return None


def alterations(block):
    """Copies of a block with one right-hand side, cell or number in its text made wrong."""
    if isinstance(block, Table):
        for i, line in enumerate(block.rows):
            for j, cell in enumerate(line):
                (segment,) = cell.segments
                wrong = altered(segment.value) if segment.kind == "math" and j else None
                if wrong is not None:
                    cells = (*line[:j], Prose((Segment("math", wrong),)), *line[j + 1 :])
                    yield replace(block, rows=(*block.rows[:i], cells, *block.rows[i + 1 :]))
    elif isinstance(block, Formula | Claim):
        for i, line in enumerate(block.rows):
            for j, member in enumerate(line.members):
                if j or general_name(block) == "component-N":
                    members = (*line.members[:j], altered(member), *line.members[j + 1 :])
                    yield replace(block, rows=(*block.rows[:i], replace(line, members=members), *block.rows[i + 1 :]))
        for i, segment in enumerate(block.text.segments):
            if segment.kind == "math" and segment.value.is_Integer and block.id != "recursion":
                wrong = Segment("math", segment.value + 1)
                yield replace(block, text=Prose((*block.text.segments[:i], wrong, *block.text.segments[i + 1 :])))


def test_a_wrong_formula_is_noticed(example):
    noticed = set()
    for block in example.blocks:
        for wrong in alterations(block):
            with pytest.raises(AssertionError):
                confirm(example, wrong)
            noticed.add(general_name(block))
    assert noticed >= {general_name(block) for block in example.blocks if isinstance(block, Formula | Table)} - {
        "contrast"
    }


def test_an_unconfirmed_formula_is_noticed(example):
    d = sg.Derivation("More")
    s = d.section("More")
    x = sympy.Symbol("x")
    s.define("more", x, x)
    s.step("even-more", x, x, check=lambda: True)
    s.table("most", header=["x"], rows=[[x]])
    s.text("And {x}.", x=x)
    for block in s.blocks:
        with pytest.raises(AssertionError):
            confirm(example, block)
