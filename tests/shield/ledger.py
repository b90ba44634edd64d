"""The equations of real ledgers, as cases for the shield."""

from symrg.ledger.deciding import Equality
from symrg.ledger.scripts import run_script
from symrg.ledger.verdicts import decide

from .corpus import Case


def proved_equations(script, monkeypatch):
    """Return every equation that a script's checks decide and find proved, whatever way they ask for it."""
    found = []
    call = Equality.__call__

    def recording(self):
        verdict = call(self)
        if verdict.status == "proved":
            found.append((self, current))
        return verdict

    monkeypatch.setattr(Equality, "__call__", recording)
    derivation = run_script(script)
    for statement in derivation.statements:
        current = statement.id
        check = statement.check
        # a formula whose sides are one expression after substitution is proved without being decided
        for equality in getattr(check, "equalities", ()):
            decide(equality)
        if check is not None and not hasattr(check, "equalities"):
            decide(check)
    monkeypatch.undo()
    return [
        Case(f"{name}: {number}", left, right, dict(equality.meaning), equality.positive)
        for number, (equality, name) in enumerate(found)
        for left, right, relation in zip(equality.members, equality.members[1:], equality.relation, strict=False)
        if relation == "="
    ]


def displayed_equations(script):
    """Return every displayed equation and inequality of a script that is to be proved from its sides, undecided yet."""
    return [
        Case(f"{script} {statement.id}", left, right, dict(row.meaning), row.positive, row.nonzero, relation)
        for statement in run_script(script).statements
        if statement.expected == "proved"
        for row in getattr(statement.check, "equalities", ())
        for left, right, relation in zip(row.members, row.members[1:], row.relation, strict=False)
    ]
