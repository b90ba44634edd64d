"""The derivation as a LaTeX article."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..ledger.blocks import Block, Claim, Figure, Formula, Paragraph, Prose, Statement, Table
from ..ledger.derivation import Derivation
from ..ledger.verdicts import STATUSES, Record, Verification
from .breaking import fit
from .layout import layout, tex_formula
from .letter import Item, Passage, counterexample, letter
from .overview import PaperEquation, counts, paper_equations
from .tex_prose import prose_width, reference, tex_prose
from .texmath import escape, tex
from .wording import Numbering, authors, certificate, ours, readable, remarks, summary_sentence

__all__ = ["article"]

_PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\pdfinfoomitdate=1 \pdftrailerid{} \pdfsuppressptexinfo=-1
\usepackage[utf8]{inputenc}
\IfFileExists{lmodern.sty}{\usepackage[T1]{fontenc}\usepackage{lmodern}}{}
\usepackage{textcomp}
\usepackage{amsmath,amssymb,amsthm}
\usepackage{array,booktabs,longtable,float}
\IfFileExists{placeins.sty}{\usepackage[section]{placeins}}{} % figures stay in their section
\usepackage{graphicx,xcolor}
\usepackage[a4paper,textwidth=15.6cm,textheight=23.4cm,centering]{geometry}
\usepackage[font=small,labelfont=bf,margin=1.5em]{caption}
\IfFileExists{microtype.sty}{\usepackage{microtype}}{}
%TIKZ%
\usepackage[colorlinks,allcolors=link,bookmarksnumbered]{hyperref}
\definecolor{link}{HTML}{1F4E79}
\definecolor{proved}{HTML}{2A6B3C}
\definecolor{refuted}{HTML}{A1260D}
\definecolor{undecided}{HTML}{8A6100}
\hypersetup{pdftitle={%TITLE%},pdfcreator={symrg}}
\renewcommand{\topfraction}{0.9}\renewcommand{\bottomfraction}{0.7}\renewcommand{\textfraction}{0.08}
\renewcommand{\floatpagefraction}{0.85}
\allowdisplaybreaks[1]
\setlength{\emergencystretch}{3em}
\tolerance=1500
\setlength{\jot}{5pt}
\makeatletter
\g@addto@macro\normalsize{%
  \setlength{\abovedisplayskip}{10pt plus 2pt minus 2pt}%
  \setlength{\belowdisplayskip}{10pt plus 2pt minus 1pt}%
  \setlength{\abovedisplayshortskip}{5pt plus 2pt}%
  \setlength{\belowdisplayshortskip}{\belowdisplayskip}}
\makeatother
\postdisplaypenalty=10000 % a formula and the remark under it stay on one page
\setlength{\parskip}{0.35\baselineskip plus 1pt}
\setlength{\parindent}{0pt}
\newtheoremstyle{ledger}{0.9\baselineskip}{0.5\baselineskip}{}{}{\bfseries}{.}{0.6em}{}
\theoremstyle{ledger}
\newtheorem{claim}{Claim}
\newtheorem{assumption}{Assumption}
% A formula that is measured, and scaled down if it is too large for the page.
\newsavebox{\fitbox}
\newcommand{\fitmath}[1]{%
  \sbox{\fitbox}{$\displaystyle #1$}%
  \ifdim\wd\fitbox>\dimexpr\linewidth-3.2em\relax
    \sbox{\fitbox}{\resizebox{\dimexpr\linewidth-3.2em\relax}{!}{\usebox{\fitbox}}}\fi
  \ifdim\dimexpr\ht\fitbox+\dp\fitbox\relax>0.9\textheight
    \sbox{\fitbox}{\resizebox{!}{0.9\textheight}{\raisebox{\dp\fitbox}{\usebox{\fitbox}}}}%
    \vcenter{\hbox{\usebox{\fitbox}}}%
  \else\usebox{\fitbox}\fi}
\newcommand{\fitfigure}[1]{%
  \sbox{\fitbox}{#1}%
  \ifdim\wd\fitbox>\linewidth\resizebox{\linewidth}{!}{\usebox{\fitbox}}\else\usebox{\fitbox}\fi}
% Start a new page unless there is room for this much.
\newcommand{\roomfor}[1]{\par\penalty0\relax
  \ifdim\dimexpr\pagegoal-\pagetotal\relax<\dimexpr#1\relax\vfil\break\fi}
% The line under a statement: verdict, method, place in the paper.
\newcommand{\remark}[1]{\par\nobreak\vspace{-0.55\baselineskip}\smallprint{#1}\vspace{0.25\baselineskip}}
\newcommand{\claimremark}[1]{\par\nobreak\smallprint{#1}}
\newcommand{\smallprint}[1]{{\raggedleft\footnotesize\interlinepenalty=10000 \leavevmode\color{black!60}#1\par}}
\newcommand{\verdict}[2]{\textcolor{#1}{#2~#1}}
% Told apart without colour: by the mark and the word, and a refutation by its weight.
\newcommand{\markproved}{$\checkmark$}
\newcommand{\markrefuted}{$\boldsymbol{\times}$}
\newcommand{\markundecided}{\textbf{?}}
\newcommand{\markdefinition}{$:=$}
\newcommand{\markassumption}{$\vdash$}
\newcommand{\proved}{\verdict{proved}{\markproved}}
\newcommand{\refuted}{{\bfseries\verdict{refuted}{\markrefuted}}}
\newcommand{\undecided}{{\itshape\verdict{undecided}{\markundecided}}}
\newcommand{\surrogate}{{\setlength{\fboxsep}{1.5pt}\fcolorbox{black!60}{white}{\scriptsize\bfseries surrogate}}}
% Under the title of a section: it stays with the title and with what follows.
\newcommand{\ours}[1]{\par\nobreak\noindent
  \fcolorbox{black!60}{white}{\parbox{\dimexpr\linewidth-2\fboxsep-2\fboxrule}{\small #1}}%
  \par\nobreak\vspace{0.5\baselineskip}}
\newcommand{\definition}{{\color{black!60}\markdefinition~definition}}
\newcommand{\assumed}{{\color{black!60}\markassumption~assumption}}
% The counterexample at the end of a remark: its first line stays with the verdict.
\newcommand{\refutation}[1]{\par\nobreak\vspace{0.1\baselineskip}%
  \interlinepenalty=0 \clubpenalty=10000 \leavevmode #1}
\newcommand{\letteritem}[2]{\par\roomfor{7\baselineskip}\vspace{0.7\baselineskip}%
  \noindent\textbf{#1}\enspace{\small\color{black!60}#2}\par\nobreak}
\newcommand{\passage}[1]{\noindent\textit{\color{black!70}#1.}\enspace}
\newcommand{\afterpassage}[1]{\par\nobreak\vspace{-0.5\baselineskip}%
  {\raggedleft\footnotesize\leavevmode\color{black!60}#1\par}}
"""
_DOT = r"\enspace\textperiodcentered\enspace "
_LINE = 40.0  # em; the text width
_SURROGATES = (
    r"{\small\noindent What a surrogate was decided for is said under the title of its section, or else under the "
    r"statement.\par}"
)
_SHORT = 58  # letters; a longer method stands in the appendix only
_BLOCKS = 3  # equations side by side in the table of verdicts


def article(derivation: Derivation) -> str:
    """Write a derivation as a LaTeX article.

    Parameters
    ----------
    derivation : Derivation
        It is verified first, unless it has been.

    Returns
    -------
    str
        Compiles with pdfLaTeX and the packages of Debian's texlive-latex-recommended, -latex-extra,
        -fonts-recommended and -pictures.
    """
    return _Article(derivation).write()


class _Article:
    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.names: Mapping[str, str] = derivation.notation
        self.numbering = Numbering(derivation)
        self.verification: Verification = derivation.verification
        self.records = {record.id: record for record in self.verification.records}

    def write(self) -> str:
        figures = any(isinstance(block, Figure) for part in self.derivation.sections for block in part.blocks)
        tikz = r"\usepackage{tikz}" if figures else ""
        title = escape(self.derivation.title)
        parts = [
            _PREAMBLE.replace("%TIKZ%", tikz).replace("%TITLE%", title),
            r"\begin{document}",
            self._title(title),
            self._summary(),
        ]
        for section in self.derivation.sections:
            room = 12 if section.surrogate else 7  # lines: the title is not to stand at the foot of a page
            parts.append(
                f"\\roomfor{{{room}\\baselineskip}}\n\\section{{{escape(section.title)}}}\\label{{{section.id}}}"
            )
            if section.surrogate:
                parts[-1] += "\n" + rf"\ours{{{escape(ours(section.surrogate))}}}"
            for before, block in zip((None, *section.blocks), section.blocks, strict=False):
                if isinstance(before, Paragraph) and isinstance(block, Formula) and not block.text:
                    parts[-1] += "\n" + self._block(block)  # the sentence goes on into the formula
                else:
                    parts.append(self._block(block))
        parts += [self._letter(), self._provenance(), self._certificates(), r"\end{document}"]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _title(self, title: str) -> str:
        paper = self.derivation.paper
        source = [
            escape(authors(paper)),
            rf"\emph{{{escape(str(paper['title']))}}}" if paper.get("title") else "",
            escape(str(paper.get("identifier", ""))),
        ]
        if len(self.derivation.title) > 36:  # a long title reads better broken after its colon
            title = title.replace(": ", r":\\ ", 1)
        lines = [rf"{{\LARGE\bfseries {title}\par}}"]
        if any(source):
            lines.append(rf"\medskip{{\normalsize after {', '.join(part for part in source if part)}\par}}")
        version = escape(self.derivation.provenance["symrg"])
        lines.append(rf"\smallskip{{\small\color{{black!60}}computed and checked by symrg {version}\par}}")
        head = "\\begin{center}\n" + "\n".join(lines) + "\n\\end{center}\n\\medskip"
        abstract = [tex_prose(self.derivation.abstract, self.numbering, self.names)]
        abstract.append(escape(summary_sentence(self.verification)))
        text = "\n\n\\noindent ".join(part for part in abstract if part)
        return head + f"\n\\begin{{abstract}}\n\\noindent {text}\n\\end{{abstract}}"

    def _prose(self, text: Prose) -> str:
        return tex_prose(text, self.numbering, self.names)

    def _block(self, block: Block) -> str:
        if isinstance(block, Paragraph):
            return self._prose(block.text)
        if isinstance(block, Formula):
            return self._formula(block)
        if isinstance(block, Claim):
            return self._claim(block)
        return self._table(block) if isinstance(block, Table) else self._figure(block)

    def _formula(self, block: Formula) -> str:
        shown = tex_formula(block.rows, label=block.id, names=self.names)
        remark = self._remark(block)
        text = self._prose(block.text)
        below = rf"\remark{{{remark}{self._refutation(block)}}}" if remark else r"\par\penalty0"
        return "\n".join(part for part in (text, shown, below) if part)

    def _claim(self, block: Claim) -> str:
        kind = "claim" if block.kind == "claim" else "assumption"
        lines = [rf"\begin{{{kind}}}\label{{{block.id}}}", self._prose(block.text)]
        if block.rows:
            lines.append(tex_formula(block.rows, names=self.names))
        remark = self._remark(block)
        below = remark + self._refutation(block)
        lines.append(rf"\{'remark' if block.rows else 'claimremark'}{{{below}}}" if remark else "")
        lines.append(rf"\end{{{kind}}}")
        return "\n".join(line for line in lines if line)

    def _remark(self, statement: Statement) -> str:
        record = self.records[statement.id]
        parts = [self._prose(text) for text in remarks(statement, record)]
        method = record.verdict.method
        if record.kind in ("equation", "claim"):
            parts = [*_marks(record), *([escape(method)] if method and len(method) <= _SHORT else []), *parts]
        elif record.surrogate:
            parts.insert(0, r"\surrogate")
        return _DOT.join(parts)

    def _refutation(self, statement: Statement) -> str:
        """Write the small grey paragraph under a refuted statement."""
        found = self.records[statement.id].verdict
        if found.status != "refuted" or not found.counterexample:
            return ""
        return rf"\refutation{{Counterexample: {self._prose(counterexample(self.records[statement.id]))}}}"

    def _summary(self) -> str:
        """Show the ledger at a glance: counts by kind and verdict, and the paper's equations one by one."""
        rows = counts(self.verification)
        if not rows:
            return ""
        present = [status for status in STATUSES if any(status in row for _, row in rows)]
        columns = [status for status in present if status in ("proved", "refuted", "undecided")]
        lines = [
            r"\section*{Verdicts}\label{symrg:verdicts}",
            r"{\small",
            rf"\noindent\begin{{tabular}}{{@{{}}l{'r' * (len(columns) + 1)}@{{}}}}",
            r"\toprule",
            " & ".join(["", *(rf"\{status}" for status in columns), "all"]) + r" \\",
            r"\midrule",
        ]
        for kind, row in rows:
            cells = (
                [str(row.get(status, "")) for status in columns]
                if kind in ("equation", "claim")
                else [""] * len(columns)
            )
            lines.append(" & ".join([f"{kind}s", *cells, str(sum(row.values()))]) + r" \\")
        lines += [r"\bottomrule", r"\end{tabular}\par}"]
        equations = paper_equations(self.derivation)
        return "\n".join(lines) + ("\n\n" + self._grid(equations) if equations else "")

    def _grid(self, equations: Sequence[PaperEquation]) -> str:
        cells = [self._equation(equation) for equation in equations]
        height = -(-len(cells) // _BLOCKS)
        columns = [cells[start : start + height] for start in range(0, len(cells), height)]
        lines = [
            r"{\small\noindent The numbered equations of the paper. Each verdict leads to where it is decided; the "
            r"small marks lead to further statements about the equation, and an arrow to its correction.\par",
            r"\footnotesize\renewcommand{\arraystretch}{1.1}\setlength{\tabcolsep}{3pt}",
            r"\noindent\begin{longtable}{@{}" + r"@{\hspace{1.8em}}".join(["rll"] * len(columns)) + "@{}}",
            r"\toprule",
        ]
        for place in range(height):
            row = [column[place] if place < len(column) else " & & " for column in columns]
            lines.append(" & ".join(row) + r" \\")
        return "\n".join([*lines, r"\bottomrule", r"\end{longtable}\addtocounter{table}{-1}", "}"])

    def _equation(self, equation: PaperEquation) -> str:
        main = self.records[equation.main]
        shown = rf"\hyperref[{main.id}]{{{_mark(main)}}}"
        marks = [
            rf"\hyperref[{name}]{{\color{{{_colour(self.records[name])}}}\mark{self.records[name].verdict.status}}}"
            for name in equation.others
        ]
        if equation.correction:
            marks.insert(
                0,
                rf"$\to$\,\eqref{{{equation.correction}}}"
                if self._is_formula(equation.correction)
                else rf"$\to$\,{reference(equation.correction, self.numbering)}",
            )
        return f"{{}}({equation.number}) & {shown} & {r'~'.join(marks)}"

    def _is_formula(self, identifier: str) -> bool:
        return self.numbering.word(identifier) == "Eq."

    def _letter(self) -> str:
        found = letter(self.derivation)
        if found is None:
            return ""
        lines = [
            r"\clearpage",
            r"\section*{Errata: a letter to the authors}\label{symrg:errata}"
            r"\addcontentsline{toc}{section}{Errata: a letter to the authors}",
        ]
        if found.note:
            lines.append(rf"\textbf{{{escape(found.note)}}}")
        lines.append(escape(found.salutation))
        lines += [self._prose(text) for text in found.opening]
        both = bool(found.equations and found.claims)
        for title, items in (("Displayed equations", found.equations), ("Claims in words", found.claims)):
            if items and both:
                lines.append(rf"\subsection*{{{title}}}")
            lines += [self._item(item) for item in items]
        lines.append(r"\bigskip")
        lines += [self._prose(text) for text in found.closing]
        return "\n\n".join(lines)

    def _item(self, item: Item) -> str:
        head = rf"\letteritem{{{escape(item.title)}}}{{{reference(item.id, self.numbering)}}}"
        return "\n\n".join([head, *(self._passage(passage) for passage in item.passages)])

    def _passage(self, passage: Passage) -> str:
        lines = [rf"\passage{{{escape(passage.label)}}}{self._prose(passage.text)}"]
        if passage.rows:
            lines.append(tex_formula(passage.rows, names=self.names))
        if passage.after:
            command = "afterpassage" if passage.rows else "claimremark"
            lines.append(rf"\{command}{{{self._prose(passage.after)}}}")
        return "\n".join(lines)

    def _table(self, block: Table) -> str:
        body = [[self._prose(cell) for cell in line] for line in block.rows]
        head = [self._prose(cell) for cell in block.header]
        spec, widths = self._columns(block)
        if widths:
            body = [[self._cell(cell, room) for cell, room in zip(line, widths, strict=True)] for line in block.rows]
        rows = [" & ".join(line) + r" \\" for line in body]
        top = " & ".join(head) + r" \\"
        caption = rf"\caption{{{self._prose(block.caption)}}}\label{{{block.id}}}"
        if len(rows) > 18:
            lines = [
                rf"\begin{{longtable}}{{{spec}}}",
                caption + r"\\",
                r"\toprule",
                top,
                r"\midrule",
                r"\endfirsthead",
            ]
            lines += [r"\toprule", top, r"\midrule", r"\endhead", *rows, r"\bottomrule", r"\end{longtable}"]
            return "{\\small\\renewcommand{\\arraystretch}{1.2}\n" + "\n".join(lines) + "\n}"
        tabular = [
            rf"\begin{{tabular}}{{{spec}}}",
            r"\toprule",
            top,
            r"\midrule",
            *rows,
            r"\bottomrule",
            r"\end{tabular}",
        ]
        inner = "\\fitfigure{%\n" + "\n".join(tabular) + "}"
        return "\n".join([r"\begin{table}[H]", r"\centering\small", caption, inner, r"\end{table}"])

    def _columns(self, block: Table) -> tuple[str, list[float]]:
        """Return the column specification, and the widths in em of the columns that must wrap (if any must)."""
        count = len(block.header)
        if not count:
            return "l", []
        lines = (block.header, *block.rows)
        natural = [max(prose_width(line[place], self.names) for line in lines) for place in range(count)]
        room = _LINE * 1.08 - 1.2 * count  # the table is set in \small
        if sum(natural) <= room:
            return "@{}" + "l" * count + "@{}", []
        share = room / count
        for _ in range(count):
            wide = [width for width in natural if width > share]
            share = (room - sum(width for width in natural if width <= share)) / max(len(wide), 1)
        widths = [min(width, max(share, 4.0)) + 0.3 for width in natural]
        columns = "".join(
            "l" if width <= share else rf">{{\raggedright\arraybackslash}}p{{{room:.1f}em}}"
            for width, room in zip(natural, widths, strict=True)
        )
        return f"@{{}}{columns}@{{}}", widths

    def _cell(self, cell: Prose, room: float) -> str:
        if len(cell.segments) == 1 and cell.segments[0].kind == "math":
            node = layout(cell.segments[0].value, names=self.names, inline=True)
            return f"${tex(fit(node, room)).strip()}$"
        return self._prose(cell)

    def _figure(self, block: Figure) -> str:
        lines = [
            r"\begin{figure}[!htb]",
            r"\centering",
            "\\fitfigure{%\n" + block.drawing.tikz().strip() + "}",
            rf"\caption{{{self._prose(block.caption)}}}\label{{{block.id}}}",
            r"\end{figure}",
        ]
        return "\n".join(lines)

    def _certificates(self) -> str:
        """Show the whole ledger, small, at the end: every statement with what can be checked again."""
        if not self.verification.records:
            return ""
        lines = [
            r"\clearpage\appendix",
            r"\section*{Appendix: the ledger and its certificates}"
            r"\addcontentsline{toc}{section}{Appendix: the ledger and its certificates}",
            *([_SURROGATES] if any(record.surrogate for record in self.verification.records) else []),
            r"{\scriptsize\renewcommand{\arraystretch}{1.05}\setlength{\tabcolsep}{4pt}",
            r"\begin{longtable}{@{}l>{\raggedright\arraybackslash}p{11em}l>{\raggedright\arraybackslash}p{27em}@{}}",
            r"\toprule",
            r"Statement & Name & Verdict & Method, certificate, source \\",
            r"\midrule",
            r"\endhead",
            r"\bottomrule",
            r"\endfoot",
        ]
        for statement, record in zip(self.derivation.statements, self.verification.records, strict=True):
            said = [r"\textbf{surrogate}"] if record.surrogate else []
            for term, text in certificate(record):
                if term == "counterexample":
                    said.append(f"counterexample: {self._prose(counterexample(record)).rstrip('.')}")
                elif term != "time":
                    said.append(_breaking(escape(text if term == "method" else f"{term}: {text}")))
            cells = (
                reference(statement.id, self.numbering),
                _breakable(statement.id),
                _mark(record),
                "; ".join([*said, *([escape(statement.cites)] if statement.cites else [])]),
            )
            lines.append(" & ".join(cells) + r" \\")
        return "\n".join([*lines, r"\end{longtable}", "}"])

    def _provenance(self) -> str:
        found = [f"{escape(name)}: {escape(readable(value))}" for name, value in self.derivation.provenance.items()]
        return (
            "\\section*{Provenance}\n{\\footnotesize\\raggedright\n"
            "Every formula above is the object that was computed. " + "; ".join(found) + ".\\par}"
        )


def _mark(record: Record) -> str:
    status = record.verdict.status
    if status in ("definition", "assumption"):
        return r"\definition" if status == "definition" else r"\assumed"
    return rf"\{status}" if record.ok else rf"\textbf{{\{status}}}"


def _marks(record: Record) -> list[str]:
    """Return the mark of the verdict and, for a model of ours, the mark that says so."""
    return [_mark(record), *([r"\surrogate"] if record.surrogate else [])]


def _colour(record: Record) -> str:
    status = record.verdict.status
    return status if status in ("proved", "refuted", "undecided") else "black!60"


def _breaking(written: str) -> str:
    """Let long formulas in plain text break after their signs."""
    return re.sub(r"(\\textperiodcentered\{\}|[/,])(?=\S)", r"\1\\allowbreak ", written)


def _breakable(identifier: str) -> str:
    return escape(identifier).replace("-", r"-\allowbreak ").replace(".", r".\allowbreak ")
