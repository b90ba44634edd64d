"""Sections of a derivation: the verbs a script writes its blocks with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..errors import ModelError
from .blocks import Block, Claim, Figure, Formula, FormulaRow, Paragraph, Statement, Table, cells, fields_of, prose, row
from .readings import read_rows
from .workers import BUDGET

__all__ = ["Section"]


class Section:
    """A section of a derivation; open one with :meth:`Derivation.section`, then add blocks in order.

    Examples
    --------
    >>> import sympy
    >>> from symrg import Derivation
    >>> s = Derivation("Hyperbolic functions").section("Rules")
    >>> x = sympy.Symbol("x")
    >>> s.equation("double", sympy.sinh(2 * x), 2 * sympy.sinh(x) * sympy.cosh(x), text="For every {x}", x=x)
    >>> [block.id for block in s.blocks]
    ['double']
    """

    def __init__(
        self, register: Callable[[str, str], None], title: str, id: str, surrogate: str | None = None
    ) -> None:  # fmt: skip
        self._register = register
        self.title = title
        self.id = id
        self.surrogate = surrogate
        self._blocks: list[Block] = []

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks, in order."""
        return tuple(self._blocks)

    def text(self, template: str, **values: Any) -> None:
        """Add a paragraph.

        Parameters
        ----------
        template : str
            ``{name}`` becomes inline mathematics, ``{ref:id}`` a reference; ``*emphasis*``, back-quoted code.
        **values : SymPy objects, exact numbers, text
            By name; each must be used.
        """
        self._blocks.append(Paragraph(prose(template, values, f"a paragraph of section {self.title!r}")))

    def define(
        self, id: str, *members: Any, relation: str | Sequence[str] = "=", text: str = "", cites: str = "",
        condition: str = "", **values: Any,
    ) -> None:  # fmt: skip
        """Add a definition as a displayed formula.

        Parameters
        ----------
        id : str
            Its name, unique in the derivation.
        *members : SymPy objects or text
            The sides.
        relation : str or sequence of str
            One of :data:`symrg.ledger.blocks.RELATIONS`, or one for each gap.
        text : str
            What it says in words, shown before the formula; a template with its values by name.
        cites : str
            The place in the paper.
        condition : str
            When it holds, shown after the formula.
        """
        when, values = _split(values, condition, text)
        rows = (row(*members, relation=relation, condition=condition, where=f"the definition {id!r}", **when),)
        self._formula(id, "definition", rows, text, values, cites=cites, expected="definition")

    def assume(self, id: str, text: str, *, cites: str = "", **values: Any) -> None:
        """Add an assumption in words.

        Parameters
        ----------
        id : str
            Its name, unique in the derivation.
        text : str
            A template; its values follow by name.
        cites : str
            The place in the paper.
        """
        said = prose(text, values, f"the assumption {id!r}")
        self._add(id, Claim(id, self.title, "assumption", said, cites=cites, expected="assumption"))

    def equation(
        self, id: str, /, *members: Any, meaning: Mapping[Any, Any] | None = None, positive: Iterable[Any] = (),
        nonzero: Iterable[Any] = (), relation: str | Sequence[str] = "=", seconds: float = BUDGET, text: str = "",
        cites: str = "", condition: str = "", expected: str | None = None, erratum: str | None = None,
        surrogate: str | None = None, **values: Any,
    ) -> None:  # fmt: skip
        """Add an equation (or inequality) that is decided from the very sides that are displayed.

        Parameters
        ----------
        id : str
            Its name, unique in the derivation.
        *members : SymPy objects, exact numbers, matrices
            The sides, at least two.
        meaning : mapping, optional
            What symbols (or sub-expressions) of the sides stand for; put in all at once, not displayed.
        positive, nonzero : iterable of SymPy expressions
            What is positive, or not zero, where the equation is asserted; other symbols are real.
        relation : str or sequence of str
            One of ``= != < <= > >=``, or one for each gap.
        seconds : float
            The budget.
        text, cites, condition, expected, erratum, surrogate
            As for :meth:`step`.

        Raises
        ------
        ModelError
            If a side is text, or the relation cannot be decided; such formulas are for :meth:`step`.

        Examples
        --------
        >>> import sympy
        >>> from symrg import Derivation
        >>> K, t = sympy.symbols("K t")
        >>> d = Derivation("The Ising chain")
        >>> s = d.section("Decimation")
        >>> s.equation("tanh", t**2, 1 - 1 / sympy.cosh(K) ** 2, meaning={t: sympy.tanh(K)})
        >>> s.equation("linear", t**2, t)
        >>> d.verify()["tanh"].verdict.status, d.verify()["linear"].verdict.counterexample
        ('proved', 't = 2: left = 4, right = 2')
        """
        where = f"the equation {id!r}"
        when, values = _split(values, condition, text)
        rows = (row(*members, relation=relation, condition=condition, where=where, **when),)
        reading = read_rows(
            rows, meaning=meaning, positive=positive, nonzero=nonzero, seconds=seconds, where=where
        )  # fmt: skip
        self._formula(
            id, "equation", rows, text, values, cites=cites, check=reading,
            expected=expected, erratum=erratum, surrogate=surrogate,
        )  # fmt: skip

    def equations(
        self, id: str, /, rows: Iterable[Any], *, meaning: Mapping[Any, Any] | None = None,
        positive: Iterable[Any] = (), nonzero: Iterable[Any] = (), relation: str = "=", seconds: float = BUDGET,
        text: str = "", cites: str = "", expected: str | None = None, erratum: str | None = None,
        surrogate: str | None = None, **values: Any,
    ) -> None:  # fmt: skip
        """Add aligned equations under one number, decided from the very sides that are displayed.

        Parameters
        ----------
        id : str
            Its name, unique in the derivation.
        rows : iterable
            As for :meth:`system`.
        meaning, positive, nonzero, seconds
            As for :meth:`equation`, the same for all rows; the budget is that of one row.
        relation, text, cites, expected, erratum, surrogate
            As for :meth:`equation`.

        Raises
        ------
        ModelError
            As for :meth:`equation`, and if there are no rows.

        Examples
        --------
        >>> import sympy
        >>> from symrg import Derivation
        >>> K, c, s = sympy.symbols("K c s")
        >>> d = Derivation("Hyperbolic functions")
        >>> rows = [(c**2 - s**2, 1), (2 * s * c, sympy.sinh(2 * K))]
        >>> d.section("Rules").equations("rules", rows, meaning={c: sympy.cosh(K), s: sympy.sinh(K)})
        >>> d.verify().ok
        True
        """
        where = f"the system {id!r}"
        built = _rows(rows, relation, where)
        if not built:
            message = f"{where} has no rows; leave it out, or give at least one"
            raise ModelError(message)
        reading = read_rows(
            built, meaning=meaning, positive=positive, nonzero=nonzero, seconds=seconds, where=where
        )  # fmt: skip
        self._formula(
            id, "equation", built, text, values, cites=cites, check=reading,
            expected=expected, erratum=erratum, surrogate=surrogate,
        )  # fmt: skip

    def step(
        self, id: str, *members: Any, check: Callable[[], Any], relation: str | Sequence[str] = "=",
        text: str = "", cites: str = "", method: str = "", condition: str = "", expected: str | None = None,
        erratum: str | None = None, surrogate: str | None = None, **values: Any,
    ) -> None:  # fmt: skip
        """Add a computed formula: a chain of sides, with the check that decides it.

        Parameters
        ----------
        id : str
            Its name, unique in the derivation.
        *members : SymPy objects or text
            The sides ``lhs, rhs, rhs2, ...``.
        check : callable
            Takes nothing; True: proved, False: refuted, None: undecided, or a Verdict.
        relation, text, cites, condition
            As for :meth:`define`.
        method : str
            How the check decides, in a few words.
        expected : str
            ``"proved"`` or ``"refuted"``; ``"refuted"`` by default where an erratum is given.
        erratum : str, optional
            For an equation of the paper that does not hold: the id of the statement that corrects it.
        surrogate : str, optional
            What the check decides in place of the formula: less than it, or a model of one's own in place of
            the paper's. Marked in every output.
        """
        when, values = _split(values, condition, text)
        rows = (row(*members, relation=relation, condition=condition, where=f"the step {id!r}", **when),)
        self._formula(
            id, "equation", rows, text, values, cites=cites, check=check, method=method,
            expected=expected, erratum=erratum, surrogate=surrogate,
        )  # fmt: skip

    def system(
        self, id: str, rows: Iterable[Any], *, check: Callable[[], Any] | None = None, relation: str = "=",
        text: str = "", cites: str = "", method: str = "", definition: bool = False,
        expected: str | None = None, erratum: str | None = None, surrogate: str | None = None, **values: Any,
    ) -> None:  # fmt: skip
        """Add aligned formulas under one number.

        Parameters
        ----------
        id : str
            Its name, unique in the derivation.
        rows : iterable
            Each a tuple of sides, a SymPy relational, or a :func:`symrg.ledger.blocks.row` with a condition of
            its own.
        check : callable
            Decides all of them; left out for a definition only.
        definition : bool
            Whether the rows define rather than assert.
        relation, text, cites, method, expected, erratum, surrogate
            As for :meth:`step`.
        """
        where = f"the system {id!r}"
        built = _rows(rows, relation, where)
        if not built:
            message = f"{where} has no rows; leave it out, or give at least one"
            raise ModelError(message)
        if definition:
            if check is not None:
                message = f"{where} is a definition, so its check would decide nothing; leave one of them out"
                raise ModelError(message)
            self._formula(id, "definition", built, text, values, cites=cites, expected="definition")
            return
        self._formula(
            id, "equation", built, text, values, cites=cites, check=check, method=method,
            expected=expected, erratum=erratum, surrogate=surrogate,
        )  # fmt: skip

    def claim(
        self, id: str, text: str, *, decide: Callable[[], Any], rows: Iterable[Any] = (), cites: str = "",
        method: str = "", expected: str | None = None, erratum: str | None = None,
        surrogate: str | None = None, **values: Any,
    ) -> None:  # fmt: skip
        """Add a claim in words, with the check that decides it.

        Parameters
        ----------
        id : str
            Its name, unique in the derivation.
        text : str
            A template; its values follow by name.
        decide : callable
            As ``check`` of :meth:`step`.
        rows : iterable
            Formulas displayed under the text, as for :meth:`system`.
        cites, method, expected, erratum, surrogate
            As for :meth:`step`.
        """
        where = f"the claim {id!r}"
        built = _rows(rows, "=", where)
        said = prose(text, values, where)
        fields = _decided(id, decide, expected, erratum)
        self._add(
            id,
            Claim(id, self.title, "claim", said, cites=cites, method=method, surrogate=surrogate, rows=built, **fields),
        )

    def table(
        self, id: str, *, header: Sequence[Any], rows: Iterable[Sequence[Any]], caption: str = "", **values: Any
    ) -> None:
        """Add a table.

        Parameters
        ----------
        id : str
            Its name, unique in the derivation.
        header : sequence
            The column headings: text, SymPy objects, or :func:`symrg.ledger.blocks.prose`.
        rows : iterable of sequences
            As many cells as there are headings.
        caption : str
            A template; its values follow by name.
        """
        where = f"the table {id!r}"
        head = cells(header, f"the header of {where}")
        body = tuple(cells(line, f"row {place} of {where}") for place, line in enumerate(rows, 1))
        for place, line in enumerate(body, 1):
            if len(line) != len(head):
                message = f"row {place} of {where} has {len(line)} cells, its header {len(head)}"
                raise ModelError(message)
        self._add(id, Table(id, head, body, prose(caption, values, f"the caption of {where}")))

    def figure(self, id: str, drawing: Any, *, caption: str = "", **values: Any) -> None:
        """Add a figure.

        Parameters
        ----------
        id : str
            Its name, unique in the derivation.
        drawing : object
            With ``svg()`` and ``tikz()``, both returning str.
        caption : str
            A template; its values follow by name.
        """
        for method in ("svg", "tikz"):
            if not callable(getattr(drawing, method, None)):
                message = f"the figure {id!r} is a {type(drawing).__name__} without {method}(); give a drawing"
                raise ModelError(message)
        self._add(id, Figure(id, drawing, prose(caption, values, f"the caption of the figure {id!r}")))

    def _formula(
        self, id: str, kind: str, rows: tuple[FormulaRow, ...], text: str, values: Mapping[str, Any], *,
        check: Callable[[], Any] | None = None, expected: str | None = None, erratum: str | None = None,
        **fields: Any,
    ) -> None:  # fmt: skip
        said = prose(text, values, f"the text of {id!r}")
        if kind == "definition":
            decided: dict[str, Any] = {"expected": "definition"}
        else:
            decided = _decided(id, check, expected, erratum)
        self._add(id, Formula(id, self.title, kind, said, rows=rows, **fields, **decided))

    def _add(self, id: str, block: Block) -> None:
        self._register(id, type(block).__name__.lower())
        if self.surrogate is not None and isinstance(block, Statement) and block.surrogate is None:
            block = replace(block, surrogate=self.surrogate, inherited=True)
        self._blocks.append(block)

    def __repr__(self) -> str:
        return f"Section({self.title!r}: {len(self._blocks)} blocks)"


def _rows(rows: Iterable[Any], relation: str, where: str) -> tuple[FormulaRow, ...]:
    return tuple(
        row(*(item if isinstance(item, tuple | list) else (item,)), relation=relation, where=where) for item in rows
    )


def _split(values: dict[str, Any], condition: str, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Share values out between a formula's condition and its text; both may use the same ones."""
    inside, outside = fields_of(condition), fields_of(text)
    when = {name: value for name, value in values.items() if name in inside}
    rest = {name: value for name, value in values.items() if name in outside or name not in inside}
    return when, rest


def _decided(id: str, check: Callable[[], Any] | None, expected: str | None, erratum: str | None) -> dict[str, Any]:
    if not callable(check):
        message = (
            f"{id!r} asserts something, so it needs a check (a callable that answers True, False, None or a "
            "Verdict); what is not asserted is a definition or an assumption: use define or assume"
        )
        raise ModelError(message)
    if expected is None:
        expected = "proved" if erratum is None else "refuted"
    if expected not in ("proved", "refuted"):
        message = f"{id!r} expects the verdict {expected!r}; only 'proved' or 'refuted' can be expected"
        raise ModelError(message)
    if erratum is not None and expected != "refuted":
        message = f"{id!r} has an erratum but expects to be proved; an erratum corrects what is refuted"
        raise ModelError(message)
    return {"check": check, "expected": expected, "erratum": erratum}
