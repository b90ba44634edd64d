"""What the commands report to a person: verdicts, fixed points, graphs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx

    from ._console import Report
    from .ledger.verdicts import Record, Verification
    from .transform.chain import Chain
    from .transform.fixed_points import Component, FixedPointSet
    from .transform.strata import Stratum

__all__ = ["contrast_at_zero", "show_atlas", "show_fixed_points", "show_notation", "show_summary", "show_verdicts"]

_MOST_COUNTS = 16  # of G, written out


def show_verdicts(report: Report, verification: Verification) -> None:
    """List every statement with its verdict and how it was decided."""
    report.table(("statement", "kind", "verdict", "how"), [_row(record) for record in verification.records])


def _row(record: Record) -> tuple[str, str, str, str]:
    verdict = record.verdict.status
    # definitions and assumptions are not decided
    kind = f"{record.kind}, surrogate" if record.surrogate else record.kind
    return record.id, kind, "" if verdict == record.kind else verdict, record.to_dict()["method"]


def show_summary(report: Report, verification: Verification) -> None:
    """Say how the claims stand, and which are not as expected."""
    summary = verification.summary
    counts = [f"{summary[name]} {name}" for name in ("proved", "refuted", "undecided") if summary[name]]
    others = summary["definition"] + summary["assumption"]
    if others:
        counts.append(f"{others} {'definitions and assumptions' if others > 1 else 'definition or assumption'}")
    if verification.ok:
        report.line(f"Every verdict is as expected: {', '.join(counts) or 'no claims'}.")
        return
    report.line(f"Not every verdict is as expected: {', '.join(counts)}.", style="bold")
    for record in verification.unexpected:
        reason = record.verdict.counterexample or record.verdict.certificate
        line = f"{record.id}: {record.verdict.status}, expected {record.expected}" + (f" ({reason})" if reason else "")
        if record.verdict.status == record.expected:  # so it is its erratum
            line = f"{record.id}: its erratum {record.erratum} is {record.erratum_verdict}"
        report.line(line, bullet="-")


def contrast_at_zero(original: networkx.Graph, at_zero: networkx.Graph) -> str:
    """Say what the input changes: which degrees of freedom lose all their couplings where it is zero."""
    if set(map(frozenset, original.edges)) == set(map(frozenset, at_zero.edges)):
        return "At x = 0 the original Hamiltonian has the same couplings."
    gone = [str(v) for v in original if original.degree(v) and not (v in at_zero and at_zero.degree(v))]
    text = f"At x = 0 the original Hamiltonian has {at_zero.number_of_edges()} couplings"
    return text + (f"; coupled to nothing any more: {', '.join(gone)}." if gone else ".")


def show_notation(report: Report, chain: Chain) -> None:
    """Say what the letters in a list of fixed points are."""
    rows, columns = chain.shape
    counts = f"G of {rows} x {columns}"
    if rows * columns <= _MOST_COUNTS:
        counts = f"G = [{', '.join('[' + ', '.join(map(str, row)) + ']' for row in chain.multiplicity)}]"
    report.line(
        f"V: the weights of a bond, by states of neurons and activations; {counts}: how many settings of the "
        "parameters lead from one to the other; T = V G^T; λ: eigenvalues of the linearised recursion; y = ln λ/ln p "
        "for the scale p."
    )


def show_fixed_points(report: Report, fixed: FixedPointSet, record: dict[str, Any]) -> None:
    """List the components with their spectra, then what each is, then whether these are all."""
    from .transform.certificates import check_record
    from .transform.linearization import exponent_text
    from .transform.listing import reality_word

    rows = []
    for number, (part, plain) in enumerate(zip(fixed.components, record["components"], strict=True), 1):
        spectrum = "varies"
        exponents = ""
        if "spectrum" in plain:
            spectrum = ", ".join(f"{value} ({count})" for value, count in plain["spectrum"].items())
            values = (part.exponents or {}).items()
            exponents = ", ".join(exponent_text(value, y) for value, y in values).replace("oo", "∞")
        real = reality_word(part, part.physical)
        where = {True: "infinite", False: "finite", None: "not known"}[part.at_infinity]
        rows.append((str(number), str(part.dimension), str(part.rank), spectrum, exponents, where, real))
    header = ("", "dimension", "rank of V", "λ (how many)", "y", "couplings", "real")
    report.table(header, rows, numeric=(1, 2))
    said: dict[str, int] = {}
    for number, (part, plain) in enumerate(zip(fixed.components, record["components"], strict=True), 1):
        for place, line in enumerate(_details(part, plain, number, said)):
            report.line(line, bullet=str(number) if place == 0 else " " * len(str(number)))
    report.line(("Complete: " if fixed.complete else "Not known to be complete: ") + fixed.reason + ".")
    if check_record(record):
        report.line(
            "Checked by products of integer matrices: for each component a point V = U D W with W G^T U = k and "
            "D^(p-1) = l, numbers that are not 0; and, for the largest rank, (G^T U)(W G^T) = k G^T. The JSON has them."
        )


def _details(part: Component | Stratum, plain: dict[str, Any], number: int, said: dict[str, int]) -> Iterator[str]:
    """Yield what a component is; a reason that was given for an earlier one is not given again."""
    point = plain["point"]
    if point is not None and part.at_infinity and part.point is not None:
        yield f"V = [{', '.join('[' + ', '.join(map(str, row)) + ']' for row in part.point)}]"
    elif point is not None:
        yield ", ".join(f"{name} = {value}" for name, value in point.items())
    else:
        conditions = plain.get("equations") or [f"{generator} = 0" for generator in plain["generators"]]
        yield "; ".join(conditions) if "equations" in plain else ", ".join(conditions)
    if plain["punctures"] and "generators" in plain:
        yield "the map is not defined where " + " or ".join(f"{p} = 0" for p in plain["punctures"])
    if "parametrisation" in plain and "equations" in plain and point is None:
        yield plain["parametrisation"]
    if plain.get("splitting"):
        yield plain["splitting"]
    if plain.get("infinite_couplings"):
        yield "infinite couplings: " + _shortened(plain["infinite_couplings"])
    if plain["couplings"] is not None:
        values = ", ".join(f"{name} = {value}" for name, value in plain["couplings"]["values"].items())
        yield f"couplings {values} (branch {plain['couplings']['branch']})"
    if part.at_infinity:
        return
    real = {True: "real couplings", False: "no real couplings", None: "real couplings not decided"}[part.physical]
    reason = plain["physical_reason"]
    yield f"{real}: {reason if reason not in said else f'as for {said[reason]}'}"
    said.setdefault(reason, number)


def show_atlas(report: Report, record: dict[str, Any], directory: Path) -> None:
    """Say how many rows there are, where a point is isolated, which rows failed and why, and which files hold them."""
    rows = record["rows"]
    failed = [row for row in rows if row["error"]]
    points = [row for row in rows if row["isolated"]]
    finite = sum(not row["isolated_at_infinity"] for row in points)
    report.line(f"Atlas of {len(rows)} rows, {len(failed)} of them failed", style="bold")
    report.line(f"An isolated fixed point exists in {len(points)} rows, in {finite} of them at finite couplings.")
    for row in failed:
        names = ("activation", "width", "samples", "weights", "biases", "neurons", "scale")
        report.line(f"{', '.join(f'{name} {row[name]}' for name in names)}: {row['error']}", bullet="-")
    for name in ("atlas.csv", "atlas.json", "atlas.html"):
        report.path(str(directory / name))


def _shortened(names: list[str]) -> str:
    """Return names separated by commas, the first ones of many."""
    most = 12
    return ", ".join(names[:most]) + (f", … ({len(names)} in all)" if len(names) > most else "")
