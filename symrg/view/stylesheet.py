"""The style of the HTML page: restrained, readable on a phone, in the dark and on paper."""

from __future__ import annotations

__all__ = ["STYLE"]

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fdfdfb; --ink: #1d1d1b; --soft: #62605a; --rule: #dcd9d2; --wash: #f4f2ec; --link: #1f4e79;
  --shade: rgba(40, 30, 10, 0.32);
  --proved: #2a6b3c; --refuted: #a1260d; --undecided: #7d5800;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161614; --ink: #e6e3dc; --soft: #a29e94; --rule: #3a3833; --wash: #201f1c; --link: #93bbe6;
    --shade: rgba(255, 250, 235, 0.3);
    --proved: #82c493; --refuted: #f0937e; --undecided: #e0b860;
  }
}
* { box-sizing: border-box; }
html { font-size: 106.25%; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink); line-height: 1.6;
  font-family: "Iowan Old Style", "Palatino Linotype", Palatino, Charter, "Bitstream Charter", "Sitka Text",
    Cambria, "Latin Modern Roman", Georgia, serif;
  text-rendering: optimizeLegibility; overflow-wrap: break-word;
}
math {
  font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", "XITS Math", "TeX Gyre Pagella Math",
    "Noto Sans Math", math;
  font-size: 1.02em;
}
main, header, footer { max-width: 46rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 3.5rem; }
footer { padding-bottom: 4rem; color: var(--soft); font-size: 0.85rem; }
h1 { font-size: 1.9rem; line-height: 1.25; margin: 0 0 0.6rem; font-weight: 600; text-wrap: balance; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 3.2rem 0 0.9rem; font-weight: 600; }
h2 .n { color: var(--soft); font-weight: 400; margin-right: 0.7em; }
p { margin: 0 0 0.9rem; }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
.skip { position: absolute; left: -100rem; top: 0.6rem; padding: 0.2rem 0.6rem; background: var(--wash); }
.skip:focus { left: 1rem; z-index: 2; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.85em; }
.source, .made { color: var(--soft); margin: 0 0 0.3rem; }
.made { font-size: 0.85rem; }
.abstract { margin: 2rem 0 0; padding: 0 0 0 1.2rem; border-left: 2px solid var(--rule); }
.abstract p:last-child { margin: 0; color: var(--soft); font-size: 0.92rem; }
nav { margin: 2rem 0 0; font-size: 0.95rem; }
nav h2 { font-size: 0.95rem; margin: 0 0 0.3rem; color: var(--soft); font-weight: 400; }
nav ol { margin: 0; padding-left: 1.6rem; }
nav li::marker { color: var(--soft); }
nav li.plain { list-style: none; }
.keep { white-space: nowrap; }
.formula { margin: 1.3rem 0 1.5rem; }
.line { display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: center; column-gap: 0.8rem; }
/* The shade at an edge says that more is to be had there: at the very end the paper, which scrolls along, covers it. */
.scroll {
  overflow-x: auto; overflow-y: hidden; padding: 0.25rem 0; scrollbar-width: thin;
  background:
    linear-gradient(to right, var(--paper) 40%, transparent) left / 2.5rem 100% no-repeat local,
    linear-gradient(to left, var(--paper) 40%, transparent) right / 2.5rem 100% no-repeat local,
    linear-gradient(to right, var(--shade), transparent) left 1px center / 0.8rem calc(100% - 2px) no-repeat scroll,
    linear-gradient(to left, var(--shade), transparent) right 1px center / 0.8rem calc(100% - 2px) no-repeat scroll;
}
.scroll math { margin: 0 auto; }
.scroll:focus-visible { outline: 1px solid var(--link); outline-offset: 2px; }
.number { color: var(--soft); }
.number a { color: inherit; }
.narrow { display: none; }
.remark {
  margin: 0.15rem 0 0; color: var(--soft); font-size: 0.82rem; line-height: 1.45; text-align: right;
  text-wrap: pretty;
}
.verdict { white-space: nowrap; }
.proved { color: var(--proved); }
.refuted { color: var(--refuted); }
.undecided { color: var(--undecided); }
.definition, .assumption { color: var(--soft); }
.surrogate {
  border: 1px solid currentColor; border-radius: 2px; padding: 0 0.3em; font-weight: 600; white-space: nowrap;
}
.ours { color: var(--soft); border-left: 3px double currentColor; padding-left: 0.7rem; }
/* Told apart without colour: by their mark and word, and a refutation by its weight and the line under it. */
.refuted, .undecided { font-weight: 600; }
.verdict.refuted { border-bottom: 2px solid currentColor; }
.verdict.undecided { border-bottom: 2px dotted currentColor; }
.unexpected { font-weight: 700; outline: 1px solid currentColor; outline-offset: 2px; }
a > .verdict, a > .proved, a > .refuted, a > .undecided { text-decoration: none; }
details > summary { cursor: pointer; }
details.remark > summary { list-style: none; }
details.remark > summary::-webkit-details-marker { display: none; }
details.remark > summary::after { content: "▸"; margin-left: 0.5em; }
details.remark[open] > summary::after { content: "▾"; }
.remark > summary > * + *::before, p.remark > * + *::before {
  content: "·"; margin: 0 0.5em 0 0.2em; color: var(--soft); font-weight: 400; display: inline-block;
}
.remark dl {
  display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.15rem 0.9rem; margin: 0.4rem 0 0;
  padding: 0.6rem 0.8rem; background: var(--wash); text-align: left;
}
.remark dt { color: var(--soft); }
.remark dd { margin: 0; color: var(--ink); overflow-wrap: anywhere; }
.summary { margin-top: 2.6rem; }
.counts th, .counts td { padding: 0.25rem 1.1rem 0.25rem 0; }
.counts td { text-align: right; font-variant-numeric: tabular-nums; }
.counts thead th { text-align: right; }
.counts thead td { border-top: 2px solid var(--ink); border-bottom: 1px solid var(--ink); }
.counts tbody th { border-bottom: 1px solid var(--rule); }
.counts tbody tr:last-child th { border-bottom: 2px solid var(--ink); }
.summary .scroll > table { min-width: 0; margin: 0; }
.summary p { color: var(--soft); font-size: 0.88rem; line-height: 1.5; margin: 1.2rem 0 0.6rem; }
.equations {
  list-style: none; margin: 0; padding: 0; display: grid; gap: 0 1.2rem; font-size: 0.84rem; line-height: 1.4;
  grid-template-columns: repeat(auto-fill, minmax(9.6rem, 1fr)); border-bottom: 2px solid var(--ink);
  border-top: 2px solid var(--ink); overflow: hidden;
}
/* The lines under the last row are pushed out of sight, so that a short row has none of its own. */
.equations li { padding: 0.3rem 0 0.3rem 2.5em; text-indent: -2.5em; margin-bottom: -1px;
  border-bottom: 1px solid var(--rule); font-variant-numeric: tabular-nums; }
.equations b { display: inline-block; min-width: 2.2em; font-weight: 400; text-indent: 0; }
.equations .verdict { text-indent: 0; }
.equations .others { white-space: normal; margin-left: 0.3em; letter-spacing: 0.05em; }
.letter { margin-top: 3.2rem; }
.letter h3 { font-size: 1.08rem; font-weight: 600; margin: 2.4rem 0 0.6rem; }
.letter h4 { font-size: 1rem; font-weight: 600; margin: 0 0 0.5rem; }
.letter .here { font-weight: 400; color: var(--soft); font-size: 0.85rem; margin-left: 0.5em; }
.item { margin: 1.8rem 0 2rem; padding-left: 1.2rem; border-left: 2px solid var(--rule); }
.item p { margin: 0.5rem 0 0; }
.item .scroll { margin: 0.35rem 0; }
.item i { color: var(--soft); }
.item .after { color: var(--soft); font-size: 0.85rem; margin: 0; text-align: right; }
.claim { margin: 1.4rem 0 1.6rem; padding-left: 1.2rem; border-left: 2px solid var(--rule); }
.claim p { margin: 0; }
.claim .scroll { margin-top: 0.4rem; }
.claim .remark { margin-top: 0.25rem; }
.claim b { font-weight: 600; margin-right: 0.3em; }
figure { margin: 2rem 0; }
figure.table { width: fit-content; min-width: min(100%, 26rem); max-width: 100%; margin: 2rem auto; }
figure svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
figcaption, caption { color: var(--soft); font-size: 0.88rem; line-height: 1.5; text-align: left; }
figcaption { margin-top: 0.7rem; }
.table figcaption { margin: 0 0 0.4rem; contain: inline-size; }
caption { padding-bottom: 0.6rem; }
figcaption b, caption b { color: var(--ink); font-weight: 600; }
table { border-collapse: collapse; margin: 0 auto; font-size: 0.92rem; }
.scroll > table { min-width: min(100%, 26rem); }
th, td { text-align: left; vertical-align: baseline; padding: 0.4rem 1.1rem 0.4rem 0; font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-bottom: 1px solid var(--ink); border-top: 2px solid var(--ink); color: var(--soft); }
tbody td { border-bottom: 1px solid var(--rule); }
tbody tr:last-child td { border-bottom: 2px solid var(--ink); }
td.keep { font-variant-numeric: tabular-nums; }
.ledger table { width: 100%; font-size: 0.84rem; line-height: 1.4; }
:target { scroll-margin-top: 1.5rem; }
.formula:target, .claim:target { --paper: var(--wash); background: var(--wash); box-shadow: 0 0 0 0.5rem var(--wash); }
@media screen and (max-width: 46rem) {
  .wide { display: none; }
  .narrow { display: block; }
  header { padding-top: 2rem; }
  h1 { font-size: 1.5rem; }
  h2 { margin-top: 2.4rem; }
  .line { display: block; }
  /* The number moves down to the start of the line of remarks. */
  .number { float: left; margin: 0.15rem 0.8rem 0 0; font-size: 0.82rem; line-height: 1.45; }
  .formula::after { content: ""; display: block; clear: both; }
  .remark dl { clear: both; grid-template-columns: minmax(0, 1fr); gap: 0; }
  .remark dd { margin-bottom: 0.4rem; }
  .equations { grid-template-columns: repeat(auto-fill, minmax(8.6rem, 1fr)); }
  .claim, .abstract, .item { padding-left: 0.8rem; }
  .ledger .method { display: none; }
  .table th, .table td { padding: 0.3rem 0.7rem 0.3rem 0; }
  .table td:not(.keep) { min-width: 4.8rem; }
  .stays th:first-child, .stays td:first-child {
    position: sticky; left: 0; min-width: 0; background: var(--paper);
  }
}
@media print {
  :root {
    color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --rule: #bbb; --wash: #fff; --link: #000;
    --proved: #000; --refuted: #000; --undecided: #000;
  }
  html { font-size: 10pt; }
  body { line-height: 1.45; }
  main, header, footer { max-width: 44rem; padding: 0; }
  header { padding-top: 0; }
  .skip { display: none; }
  .formula, .claim, figure, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  .scroll { overflow: visible; background: none; }
  details.remark > summary::after { content: none; }
  nav { display: none; }
}
"""
