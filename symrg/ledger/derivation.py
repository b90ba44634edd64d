"""Derivations: a paper's ledger as a script writes it down, section by section."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from .._display import Displayed
from ..errors import ModelError
from ..exact.provenance import input_hash, versions
from .blocks import Claim, Figure, Formula, Paragraph, Prose, Statement, Table, prose
from .sections import Section
from .verdicts import Record, Verdict, Verification
from .workers import BUDGET, Worker

__all__ = ["Derivation"]

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9._-]*\Z")
Progress = Callable[[int, int, str], None]


class Derivation(Displayed):
    """A derivation: a title, an abstract, and sections of text, formulas, claims, tables and figures.

    Parameters
    ----------
    title : str
        The title of the document.
    paper : mapping, optional
        The paper it is about: ``authors`` (str, or a sequence of str), ``title``, ``identifier``, and whatever
        else is worth recording.
    abstract : str
        A template as for :meth:`Section.text`, its values in ``values``.
    inputs : mapping, optional
        What this derivation was run on (``{"scale": 2}``): recorded in the provenance.
    notation : mapping, optional
        How functions (by class name) and symbols (by name) are to be written, as symbol names:
        ``{"heaviside": "sigma"}``.
    values : mapping, optional
        The values of the abstract.

    Examples
    --------
    >>> import sympy
    >>> K, t = sympy.symbols("K t")
    >>> d = Derivation("The Ising chain", paper={"title": "Statistics of ferromagnetism"})
    >>> s = d.section("Decimation")
    >>> s.define("t", t, sympy.tanh(K))
    >>> s.step("scale", "t'", t**2, check=lambda: True, method="two states")
    >>> d.verify().ok
    True
    """

    def __init__(
        self,
        title: str,
        *,
        paper: Mapping[str, Any] | None = None,
        abstract: str = "",
        inputs: Mapping[str, Any] | None = None,
        notation: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        if not title.strip():
            message = "a derivation needs a title"
            raise ModelError(message)
        self.title = title
        self.paper = dict(paper or {})
        self.abstract = prose(abstract, values, "the abstract")
        self.inputs = dict(inputs or {})
        self.notation = dict(notation or {})
        self._sections: list[Section] = []
        self._ids: dict[str, str] = {}
        self._records: dict[str, Record] = {}

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections, in order."""
        return tuple(self._sections)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Every entry of the ledger (definitions, assumptions, equations, claims), in order."""
        return tuple(block for section in self._sections for block in section.blocks if isinstance(block, Statement))

    @property
    def ids(self) -> Mapping[str, str]:
        """What each id names: ``"section"``, ``"formula"``, ``"claim"``, ``"table"`` or ``"figure"``."""
        return dict(self._ids)

    @property
    def provenance(self) -> dict[str, str]:
        """The versions and inputs behind the derivation, as text.

        Returns
        -------
        dict
            ``symrg``, ``sympy``, ``python-flint`` and ``python`` versions, each input by name, and the
            SHA-256 hash of the inputs.

        Examples
        --------
        >>> from fractions import Fraction
        >>> d = Derivation("Three points", inputs={"line": [Fraction(-3, 2), 0, Fraction(1, 3)]})
        >>> d.provenance["input line"]
        '-3/2, 0, 1/3'
        """
        found = versions()
        inputs = sorted(self.inputs.items())
        found.update({f"input {name}": _said(value) for name, value in inputs})
        found["input hash"] = input_hash({name: str(value) for name, value in inputs})[:23]
        return found

    def section(self, title: str, *, id: str | None = None, surrogate: str | None = None) -> Section:
        """Open a new section.

        Parameters
        ----------
        title : str
            Its heading.
        id : str, optional
            Its name for references; made from the title if not given.
        surrogate : str, optional
            The model of one's own that the section is about, where the paper's is not known; all its statements
            are marked as surrogates, in every output.

        Returns
        -------
        Section

        Examples
        --------
        >>> d = Derivation("A paper of which we have the abstract")
        >>> s = d.section("A model in which it can be decided", surrogate="two spins")
        >>> s.claim("decided", "One is odd.", decide=lambda: True)
        >>> d.verify()["decided"].surrogate
        'two spins'
        """
        name = id or "sec-" + (re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or str(len(self._sections)))
        self._register(name, "section")
        section = Section(self._register, title, name, surrogate)
        self._sections.append(section)
        return section

    def _register(self, identifier: str, what: str) -> None:
        if not _IDENTIFIER.match(identifier):
            message = f"{identifier!r} cannot be an id: letters, digits, '.', '_' and '-', starting with a letter"
            raise ModelError(message)
        if identifier in self._ids:
            message = f"the id {identifier!r} is used twice; ids name one thing each, so choose another"
            raise ModelError(message)
        self._ids[identifier] = what

    def check_references(self) -> None:
        """Raise ModelError if the text refers to an id that does not exist, or an erratum names none."""
        for where, text in self._prose():
            for target in text.references:
                self._known(target, where)
        for statement in self.statements:
            if statement.erratum is not None:
                self._known(statement.erratum, f"the erratum of {statement.id!r}", statements_only=True)

    def _known(self, identifier: str, where: str, *, statements_only: bool = False) -> None:
        names = [statement.id for statement in self.statements] if statements_only else list(self._ids)
        if identifier not in names:
            near = get_close_matches(identifier, names, 3) or sorted(names)[:8]
            message = f"{where} refers to {identifier!r}, which does not exist; there is {', '.join(near) or 'none'}"
            raise ModelError(message)

    def _prose(self) -> Iterator[tuple[str, Prose]]:
        yield "the abstract", self.abstract
        for section in self._sections:
            for block in section.blocks:
                where = f"section {section.title!r}"
                if isinstance(block, Paragraph | Statement):
                    yield where, block.text
                if isinstance(block, Formula | Claim):
                    for item in block.rows:
                        yield where, item.condition
                if isinstance(block, Table | Figure):
                    yield where, block.caption
                if isinstance(block, Table):
                    for line in (block.header, *block.rows):
                        for entry in line:
                            yield where, entry

    def verify(
        self, claim: str | None = None, *, progress: Progress | None = None, seconds: float = BUDGET
    ) -> Verification:
        """Decide every statement of the ledger, or one.

        Checks run in one worker process. One that takes too long, or crashes, is killed and left undecided with the
        reason; the others go on in a new worker.

        Parameters
        ----------
        claim : str, optional
            The id of the one to decide.
        seconds : float
            The budget of each statement.
        progress : callable, optional
            Called as ``progress(done, total, id)`` before each statement is decided.

        Returns
        -------
        Verification

        Raises
        ------
        ModelError
            If there is no statement of that id, or a reference leads nowhere.
        """
        self.check_references()
        statements = {statement.id: statement for statement in self.statements}
        if claim is not None:
            self._known(claim, "verify", statements_only=True)
        wanted = list(statements.values()) if claim is None else [statements[claim]]
        needed = {statement.id: statement for statement in wanted}
        for statement in wanted:
            if statement.erratum is not None:
                needed.setdefault(statement.erratum, statements[statement.erratum])
        answers: dict[str, tuple[Verdict, float]] = {}
        checks = {name: statement.check for name, statement in needed.items() if statement.check is not None}
        methods = {name: statement.method for name, statement in needed.items()}
        with Worker(checks, methods=methods, seconds=seconds) as worker:
            for done, (identifier, statement) in enumerate(needed.items()):
                if progress is not None:
                    progress(done, len(needed), identifier)
                if statement.check is None:
                    answers[identifier] = Verdict(statement.kind), 0.0
                else:
                    answers[identifier] = worker.run(identifier)
        records = tuple(self._record(statement, answers) for statement in wanted)
        self._records.update({record.id: record for record in records})
        return Verification(self.paper, records)

    def _record(self, statement: Statement, answers: Mapping[str, tuple[Verdict, float]]) -> Record:
        verdict, seconds = answers[statement.id]
        erratum = statement.erratum
        return Record(
            id=statement.id,
            section=statement.section,
            kind=statement.kind,
            verdict=verdict,
            expected=statement.expected,
            cites=statement.cites,
            erratum=erratum,
            erratum_verdict=None if erratum is None else answers[erratum][0].status,
            surrogate=statement.surrogate,
            seconds=seconds,
        )

    @property
    def verification(self) -> Verification:
        """The decided ledger; decided now if it was not before, so that documents never show unchecked marks."""
        if any(statement.id not in self._records for statement in self.statements):
            return self.verify()
        return Verification(self.paper, tuple(self._records[statement.id] for statement in self.statements))

    def __repr__(self) -> str:
        return f"Derivation({self.title!r}: {len(self._sections)} sections, {len(self.statements)} statements)"


def _said(value: Any) -> str:
    """Write an input as one says it: fractions as such, and what is listed without the marks of a program."""
    if isinstance(value, list | tuple):
        return ", ".join(f"({_said(item)})" if isinstance(item, list | tuple) else _said(item) for item in value)
    return str(value)
