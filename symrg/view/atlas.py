"""An atlas as files: CSV and JSON for programs, and one self-contained page to look at."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from .stylesheet import STYLE

__all__ = ["atlas_csv", "atlas_files", "atlas_json", "atlas_page"]

Row = Mapping[str, Any]

_SHORT = 7  # characters of a length on the page; all digits are in the data
_NO_BREAK = "\u00a0"
_IN = f"{_NO_BREAK}∈{_NO_BREAK}"
_GROUP = ("activation", "weights", "biases", "neurons")

_STYLE = """
.atlas table { width: 100%; font-size: 0.84rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
.atlas th, .atlas td { padding: 0.22rem 0.9rem 0.22rem 0; white-space: nowrap; }
.atlas th[scope=row] { border-bottom: 1px solid var(--rule); }
.atlas tbody tr:last-child th { border-bottom: 2px solid var(--ink); }
.atlas tbody tr.next td, .atlas tbody tr.next th { border-top: 1px solid var(--ink); }
.atlas .r { text-align: right; }
.atlas .point { font-weight: 700; }
.atlas .none { color: var(--soft); }
.atlas .why { white-space: normal; }
.atlas h3 { font-size: 1.02rem; font-weight: 600; margin: 2.2rem 0 0.5rem; }
.atlas dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.15rem 1rem; font-size: 0.88rem; }
.atlas dt { white-space: nowrap; }
.atlas dd { margin: 0; color: var(--soft); }
@media screen and (max-width: 46rem) {
  .atlas th:first-child { position: sticky; left: 0; background: var(--paper); }
  .atlas th, .atlas td { padding-right: 0.6rem; }
  .atlas .glance th:first-child { white-space: normal; min-width: 8.5rem; }
}
"""


def atlas_files(record: Mapping[str, Any], *, lessons: bool = False) -> dict[str, bytes]:
    """Return the files of an atlas by name.

    Parameters
    ----------
    record : mapping
        ``schema``, ``columns``, ``rows`` and ``provenance``, as :func:`symrg.write_atlas` returns it.
    lessons : bool
        Whether ``lessons.html``, on what the atlas teaches, lies beside them: the page then leads there.
    """
    texts = {
        "atlas.csv": atlas_csv(record),
        "atlas.json": atlas_json(record),
        "atlas.html": atlas_page(record, lessons=lessons),
    }
    return {name: text.encode("utf-8") for name, text in texts.items()}


def atlas_json(record: Mapping[str, Any]) -> str:
    """Return an atlas as JSON, one line a row.

    Examples
    --------
    >>> record = {"schema": 1, "columns": {}, "rows": [{"rank": 1}], "provenance": {}}
    >>> json.loads(atlas_json(record)) == record
    True
    """
    parts = []
    for name, value in record.items():
        if name == "rows":
            lines = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in value)
            parts.append(f'  "rows": [\n{lines}\n  ]')
        else:
            shown = json.dumps(value, indent=2, ensure_ascii=False).replace("\n", "\n  ")
            parts.append(f"  {json.dumps(name)}: {shown}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def atlas_csv(record: Mapping[str, Any]) -> str:
    """Return the rows of an atlas as CSV, one column for each of the record's.

    Strata are written ``multiplicities:dimension`` and separated by spaces, multiplicities joined by ``+``.

    Examples
    --------
    >>> print(atlas_csv({"columns": {"rank": "", "strata": ""}, "rows": [{"rank": 2, "strata": [[[1, 1], 4]]}]}))
    rank,strata
    2,1+1:4
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(record["columns"])
    for row in record["rows"]:
        writer.writerow([_plain(name, row[name]) for name in record["columns"]])
    return text.getvalue()


def _plain(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "strata":
        return " ".join(f"{'+'.join(map(str, counts))}:{dimension}" for counts, dimension in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


# -- the page ------------------------------------------------------------------------------------------------


def atlas_page(record: Mapping[str, Any], *, lessons: bool = False) -> str:
    """Return an atlas as a self-contained HTML page: ranks at a glance, then every row, family by family.

    Parameters
    ----------
    record, lessons
        As for :func:`atlas_files`. Nothing but its links leads outside: to the data and the lessons beside it.
    """
    rows = record["rows"]
    made = record["provenance"]
    title = "Atlas of fixed points"
    groups = [(key, list(found)) for key, found in groupby(rows, key=lambda row: tuple(row[n] for n in _GROUP))]
    failed = sum(bool(row["error"]) for row in rows)
    networks = len({tuple(v for n, v in _inputs(row) if n != "scale") for row in rows})
    scales = sorted({row["scale"] for row in rows})
    at = f"scale{'s' if len(scales) > 1 else ''} {_listed(scales)}"
    said = f"{len(rows)} rows: {networks} network{'s' if networks != 1 else ''} at {at}" + (
        f"; {failed} rows failed" if failed else ""
    )
    learnt = ' What they teach is in <a href="lessons.html">the lessons</a>.' if lessons else ""
    legend = "".join(f"<dt>{escape(name)}</dt><dd>{_column(text)}</dd>" for name, text in record["columns"].items())
    inputs = "; ".join(f"{escape(n)}: {_input(n, v)}" for n, v in made.get("inputs", {}).items() if v is not None)
    footer = "; ".join(f"{escape(n.replace('_', ' '))}: {escape(str(v))}" for n, v in made.items() if n != "inputs")
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en">',
            '<head>\n<meta charset="utf-8"/>',
            '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
            f"<title>{title}</title>\n<style>{STYLE}{_STYLE}</style>\n</head>\n<body>",
            f'<header><h1>{title}</h1><p class="source">{escape(said)}.{learnt}</p></header>\n<main class="atlas">',
            _glance(groups),
            "<section><h2>All rows</h2>",
            "<p>A point is a fixed point that is isolated; ∞ says that it has infinite couplings. Lengths are cut "
            "off here; all certified digits, and the strata one by one, are in "
            '<a href="atlas.csv">atlas.csv</a> and <a href="atlas.json">atlas.json</a>.</p>',
            *(_group(key, found) for key, found in groups),
            "</section>",
            f"<section><h2>Columns of the data</h2><dl>{legend}</dl></section>",
            f"</main>\n<footer><h2>Provenance</h2><p>{footer}.</p><p>{inputs}.</p></footer>",
            "</body>\n</html>\n",
        ]
    )


def _listed(values: Sequence[Any]) -> str:
    *first, last = map(str, values) if values else ("none",)
    return f"{', '.join(first)} and {last}" if first else last


def _column(text: str) -> str:
    return re.sub(r"β_v\b", "β<sub>v</sub>", escape(text))


def _input(name: str, value: Any) -> str:
    """Write what was asked for: alphabets as sets, lists with an and."""
    if not isinstance(value, list):
        return escape(str(value))
    return escape(_listed([_set(item) if name in ("weights", "biases", "neurons") else item for item in value]))


def _set(values: str) -> str:
    return values if values == "none" else f"{{{values.replace(',', f',{_NO_BREAK}').replace('-', '−')}}}"


def _inputs(row: Row) -> list[tuple[str, Any]]:
    return [(name, row[name]) for name in (*_GROUP, "width", "samples", "scale")]


def _glance(groups: Sequence[tuple[tuple[Any, ...], list[Row]]]) -> str:
    """Show the rank of G of each network; a point, where there is one, is in bold."""
    shapes = sorted({(row["samples"], row["width"]) for _, rows in groups for row in rows})
    head = "".join(f'<th scope="col" class="r">{width}, {samples}</th>' for samples, width in shapes)
    body = []
    for key, rows in groups:
        known = {(row["samples"], row["width"]): row for row in reversed(rows)}
        cells = "".join(f'<td class="r">{_rank(known.get(shape))}</td>' for shape in shapes)
        body.append(f'<tr><th scope="row">{_name(key)}</th>{cells}</tr>')
    top = f'<thead><tr><th scope="col">N, L</th>{head}</tr></thead>'
    table = f'<table class="glance">{top}<tbody>{"".join(body)}</tbody></table>'
    return (
        "<section><h2>The rank of G at a glance</h2><p>By neurons a layer N and data points L. In bold where the "
        f"rank is full, so that an isolated fixed point exists; ∞ if it has infinite couplings.</p>{_scroll(table)}"
        "</section>"
    )


def _rank(row: Row | None) -> str:
    if row is None or row["error"]:
        return '<span class="none">–</span>'
    infinite = " ∞" if row["isolated_at_infinity"] else ""
    return f'<b class="point">{row["rank"]}{infinite}</b>' if row["isolated"] else str(row["rank"])


def _name(key: tuple[Any, ...]) -> str:
    activation, weights, biases, neurons = key
    bias = "no biases" if biases == "none" else f"b ∈ {_set(biases)}"
    return escape(f"{activation}, W ∈ {_set(weights)}, {bias}, h ∈ {_set(neurons)}".replace(" ∈ ", _IN))


_HEAD = (
    ("N", True), ("L", True), ("p", True), ("n<sub>h</sub> × n<sub>σ</sub>", True), ("rank G", True), ("strata", True),
    ("dimensions", False), ("point", False), ("real", False), ("ξ gap", False), ("ξ of h", False), ("s", True),
)  # fmt: skip


def _group(key: tuple[Any, ...], rows: Iterable[Row]) -> str:
    head = "".join(f'<th scope="col"{_right(right)}>{name}</th>' for name, right in _HEAD)
    body, before = [], None
    for row in rows:
        new = ' class="next"' if before not in (None, row["samples"]) else ""
        before = row["samples"]
        inputs = (
            f'<th scope="row" class="r">{row["width"]}</th><td class="r">{before}</td><td class="r">{row["scale"]}</td>'
        )
        body.append(f"<tr{new}>{inputs}{_answers(row)}</tr>")
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{chr(10).join(body)}</tbody></table>"
    return f"<h3>{_name(key)}</h3>{_scroll(table)}"


def _answers(row: Row) -> str:
    if row["error"]:
        return f'<td class="why" colspan="{len(_HEAD) - 3}">{escape(row["error"])}</td>'
    dimensions = [dimension for _, dimension in row["strata"]]
    point = "no"
    if row["isolated"]:
        point = f'<b class="point">yes{" ∞" if row["isolated_at_infinity"] else ""}</b>'
    real = ", ".join(map(str, row["physical"]))
    cells = (
        f"{row['n_h']} × {row['n_sigma']}",
        str(row["rank"]),
        str(len(dimensions)),
        _span(dimensions),
        point,
        f"rank {real}" if real else "none",
        _cut(row["xi_gap"]),
        _cut(row["xi_h"]),
        f"{row['seconds']}",
    )
    return "".join(f"<td{_right(right)}>{cell}</td>" for cell, (_, right) in zip(cells, _HEAD[3:], strict=True))


def _span(dimensions: Sequence[int]) -> str:
    if len(dimensions) <= 4:
        return ", ".join(map(str, dimensions))
    return f"{min(dimensions)} to {max(dimensions)}"


def _cut(length: str | None) -> str:
    if length is None:
        return "undecided"
    return escape(length if len(length) <= _SHORT else f"{length[:_SHORT]}…")


def _right(right: bool) -> str:
    return ' class="r"' if right else ""


def _scroll(table: str) -> str:
    return f'<div class="scroll" tabindex="0" role="group">{table}</div>'
