"""No slip of the pen passes: token changes in the readings of proved equations, drawn anew in every run.

A copy of the script with one token changed is run and the statements concerned are decided. Whether the change altered
a statement is settled by ``tests.oracles.evaluator`` on the displayed sides, at random points.
"""

import inspect
import os
from random import Random, SystemRandom

import mpmath
import pytest
import sympy

from symrg.errors import SymrgError
from symrg.ledger.readings import Reading
from symrg.ledger.scripts import find_script, run_script
from tests.derivations.tokens import Script
from tests.oracles import evaluator

SEED = int(os.environ.get("SYMRG_TEST_SEED") or SystemRandom().randrange(10**6))
SYMBOLS = {
    "dynamic_neurons": ("A", "B", "C", "D", "M", "beta", "beta_v", "h", "sigma", "u", "Zm", "Hm"),
    "ising_chain": ("K", "F", "G", "K1", "F1", "x", "y", "t", "left", "spin", "right"),
}
OPEN = {
    "eq-36",  # its factor p^0 is 1, whatever the base
    "eq-39",  # likewise |r|^0
}
CHANGES = {"dynamic_neurons": 18, "ising_chain": 12}


class Original:
    """A shipped script: its source, its tokens, and the derivation that it makes."""

    def __init__(self, name):
        self.name = name
        path = find_script(name)
        self.derivation = run_script(path)
        self.statements = {statement.id: statement for statement in self.derivation.statements}
        ours = {"dynamic_neurons": "eq-", "ising_chain": ""}[name]
        self.script = Script(path.read_text(encoding="utf-8"), self.decided(ours), SYMBOLS[name])

    def decided(self, prefix):
        def wanted(identifier):
            found = self.statements.get(identifier)
            proved = found is not None and found.kind == "equation" and found.expected == "proved"
            return proved and identifier.startswith(prefix) and identifier not in OPEN

        return wanted


@pytest.fixture(scope="module", params=list(CHANGES))
def original(request):
    return Original(request.param)


def reading(statement):
    """Return the displayed sides, what their symbols mean, and what is positive."""
    check = statement.check
    if isinstance(check, Reading):
        meaning, positive = check.equalities[0].meaning, check.equalities[0].positive
    else:
        inside = inspect.getclosurevars(check).nonlocals
        meaning, positive = inside.get("meaning") or {}, tuple(inside.get("positive") or ())
    return [side for row in statement.rows for side in row.members], meaning, positive


OPAQUE = (sympy.Integral, sympy.Limit, sympy.DiracDelta, sympy.core.function.AppliedUndef)


def fingerprint(node, meaning):
    """Put something that can be evaluated in the place of what cannot: it tells apart what has different parts."""
    if node in meaning:
        return node
    if not node.args:
        return {sympy.oo: sympy.Integer(7), -sympy.oo: sympy.Integer(-11)}.get(node, node)
    parts = [fingerprint(part, meaning) for part in node.args]
    if isinstance(node, OPAQUE):
        flat = [p for part in parts for p in (part.args if isinstance(part, sympy.Tuple) else (part,))]
        numbers = [p for p in flat if isinstance(p, sympy.Expr)]
        return sympy.Add(*((k + 2) * sympy.exp(p / (k + 3)) for k, p in enumerate(numbers)))
    return node.func(*parts)


def altered(old, new, draw):
    """Settle whether two readings state different things: True, False, or None if that is not clear."""
    (first, meaning, positive), (second, new_meaning, _) = old, new
    if first == second and meaning == new_meaning:
        return False
    if len(first) != len(second):
        return True
    pairs = []
    for left, right in zip(first, second, strict=True):
        if isinstance(left, str):
            continue
        one, other = evaluator.entries(left), evaluator.entries(right)
        if len(one) != len(other):
            return True
        pairs += [(fingerprint(a, meaning), fingerprint(b, new_meaning)) for a, b in zip(one, other, strict=True)]
    nodes = [side for pair in pairs for side in pair]
    symbols = evaluator.open_symbols([*nodes, *meaning.values(), *new_meaning.values(), *positive])
    clear = 0
    with mpmath.workdps(evaluator.DIGITS):
        for _ in range(24):
            values = {}
            for symbol in symbols:
                letters = getattr(symbol, "alphabet", None)
                finite = isinstance(letters, tuple)
                values[symbol] = (
                    mpmath.mpf(int(draw.choice(letters))) if finite else evaluator.draw_value(symbol, positive, draw)
                )
            for left, right in pairs:
                try:
                    a, b = evaluator.evaluate(left, values, meaning), evaluator.evaluate(right, values, new_meaning)
                except (evaluator.UndefinedHereError, evaluator.UnknownHereError, ZeroDivisionError, OverflowError):
                    continue
                if abs(a - b) > evaluator.APART * (1 + abs(a) + abs(b)):
                    return True
                clear += 1
    return False if clear > 2 * len(pairs) else None


def slip(original, token, text, path, draw):
    """Return what became of each statement concerned: "found", "passed", "unaltered" or "unclear"."""
    path.write_text(original.script.changed(token, text), encoding="utf-8")
    try:
        derivation = run_script(path)
    except SymrgError:
        return dict.fromkeys(token.ids, "found")
    statements = {statement.id: statement for statement in derivation.statements}
    answers = {}
    for identifier in token.ids:
        changed = altered(reading(original.statements[identifier]), reading(statements[identifier]), draw)
        if changed:
            verification = derivation.verify(claim=identifier)
            named = [record.id for record in verification.unexpected] == [identifier]
            answers[identifier] = "found" if named and not verification.ok else "passed"
        else:
            answers[identifier] = "unclear" if changed is None else "unaltered"
    return answers


def drawn(original, count, draw):
    """Draw tokens, every statement in turn."""
    queues = {}
    for token in original.script.found:
        for identifier in token.ids:
            queues.setdefault(identifier, []).append(token)
    names = sorted(queues)
    draw.shuffle(names)
    for number in range(count):
        yield draw.choice(queues[names[number % len(names)]])


def test_every_slip_that_alters_a_proved_equation_is_found(original, tmp_path):
    name = original.name
    draw = Random(f"{name} {SEED}")
    outcomes = []
    for token in drawn(original, CHANGES[name], draw):
        text = original.script.changes(token, draw)
        if text is None:
            continue
        for identifier, outcome in slip(original, token, text, tmp_path / "copy.py", draw).items():
            outcomes.append(outcome)
            assert outcome != "passed", f"{token} as {text!r}: {identifier} is still as expected ({SEED=})"
    assert outcomes.count("found") > len(outcomes) // 2, f"{outcomes} ({SEED=})"


def test_an_unchanged_copy_is_as_expected(original, tmp_path):
    path = tmp_path / "copy.py"
    path.write_bytes(original.script.source)
    copy = run_script(path)
    for identifier in sorted({identifier for token in original.script.found for identifier in token.ids}):
        assert copy.verify(claim=identifier).ok, identifier


def test_tokens_are_found_in_many_equations(original):
    seen = {identifier for token in original.script.found for identifier in token.ids}
    assert len(seen) >= (12 if original.name == "dynamic_neurons" else 5)
    assert {token.kind for token in original.script.found} == {"integer", "symbol", "sign", "operator"}
