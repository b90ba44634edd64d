"""Spectra of the linearised recursion at a point of each stratum of fixed points."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.benchmarks.fixed_points import check as check_strata
from tests.benchmarks.fixed_points import plain
from tests.benchmarks.jobs import Job, Side, Target
from tests.benchmarks.recursions import below, chain, places


def points(width: int) -> list[tuple[Fraction, ...]]:
    """Return the factors of a fixed point on each stratum that has finite couplings; they are checked."""
    fixed = chain(width).recursion(scale=2).fixed_points(projective=True)
    check_strata(width)(plain(fixed.components))
    return [factors(part.sample()[0], width) for part in fixed.components if not part.at_infinity]


def factors(bond: Any, width: int) -> tuple[Fraction, ...]:
    """Return the factors of a matrix V: alternating products of entries over the subsets."""
    size = 2 * width
    entry = {
        tuple(map(int, f"{i * 2**width + j:0{size}b}")): x for i, row in enumerate(bond) for j, x in enumerate(row)
    }
    found = []
    for place in places(width)[:-1]:
        value = Fraction(1)
        for state, x in entry.items():
            if below(state, place):
                value = value * x if (sum(place) - sum(state)) % 2 == 0 else value / x
        found.append(value)
    return tuple(found)


def prepared(width: int) -> Any:
    """Return a fresh recursion and the points."""
    return chain(width).recursion(scale=2), points(width)


def linearized(given: Any) -> Any:
    """Ours: the eigenvalues at each point."""
    recursion, at = given
    return [recursion.linearize(point).eigenvalues for point in at]


def from_jacobians(given: Any) -> Any:
    """Ours, by the way the rival takes: the Jacobian in the factors, and the eigenvalues of that matrix."""
    from symrg import Linearization

    recursion, at = given
    return [Linearization(recursion.jacobian(at=point), recursion.scale).eigenvalues for point in at]


def explicit(width: int) -> Any:
    """Return the recursion as SymPy expressions of the factors, and the points."""
    recursion = chain(width).recursion(scale=2)
    return list(recursion.factors), [recursion.images[f] for f in recursion.factors], points(width)


def by_sympy(given: Any) -> Any:
    """The rival: differentiate, put the points in, ask for the eigenvalues."""
    import sympy

    symbols, images, at = given
    derivatives = [[image.diff(x) for x in symbols] for image in images]
    found = []
    for point in at:
        values = {x: sympy.Rational(v.numerator, v.denominator) for x, v in zip(symbols, point, strict=True)}
        found.append(sympy.Matrix([[entry.subs(values) for entry in row] for row in derivatives]).eigenvals())
    return found


def spectra(found: Any) -> list[dict[str, int]]:
    """Return spectra as plain data."""
    return [{str(value): int(count) for value, count in sorted(spectrum.items())} for spectrum in found]


def same(ours: Any, other: Any) -> None:
    """Assert equality."""
    assert ours == other


def check(width: int) -> Any:
    """Return the check: the spectra of the structure theorem."""

    def checked(answer: list[dict[str, int]]) -> None:
        size = 2**width
        assert answer
        for rank, spectrum in enumerate(answer, start=1):
            wanted = {"0": (size - rank) ** 2, "1": 2 * rank * (size - rank), "2": rank * rank - 1}
            assert spectrum == {value: count for value, count in wanted.items() if count}

    return checked


JOBS = [
    Job(
        "jacobian-2",
        "Jacobian spectrum at a point of each stratum, N = 2",
        Side(prepare=lambda: prepared(2), run=linearized, answer=spectra),
        (Target("ratio", 500),),
        {
            "SymPy diff, subs, eigenvals": Side(
                prepare=lambda: explicit(2),
                run=by_sympy,
                answer=spectra,
                note="on the explicit recursion, factored",
                cost=50,
                limit=150,
            )
        },
        agree=same,
        check=check(2),
    ),
    Job(
        "jacobian-2-matrix",
        "the same by the Jacobian matrix in the factors",
        Side(prepare=lambda: prepared(2), run=from_jacobians, answer=spectra),
        (),
        check=check(2),
    ),
    Job(
        "jacobian-3",
        "Jacobian spectrum at a point of each stratum, N = 3",
        Side(prepare=lambda: prepared(3), run=linearized, answer=spectra),
        (Target("seconds", 1),),
        check=check(3),
    ),
]
