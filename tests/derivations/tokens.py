"""The tokens that a script's readings are typed in with: where they are, and what a slip of the pen makes of them.

A reading is the sides of a statement, as far as they are arithmetic: names are followed to where they were assigned in
the same function, and calls are entered only where they build mathematics.
"""

import ast
from dataclasses import dataclass

VERBS = {"printed", "printed_system", "sifted", "equation", "equations", "step", "system"}
OPERATORS = {ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*")}
BUILDERS = {"X", "StateSum", "G", "exp", "log", "cosh", "sinh", "tanh", "sqrt"}


@dataclass(frozen=True)
class Token:
    """A token in the source: a place in it, and the names of the statements in whose sides it stands."""

    start: int
    end: int
    kind: str
    text: str
    ids: tuple[str, ...]

    def __str__(self):
        return f"{self.kind} {self.text!r} in {', '.join(self.ids)}"


class Script:
    """A derivation script as text, with the tokens of the readings whose ids satisfy a condition."""

    def __init__(self, source, wanted, symbols):
        self.source = source.encode()
        self.lines = [0]
        for line in self.source.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))
        self.symbols = set(symbols)
        found = {}
        for function in ast.walk(ast.parse(source)):
            if isinstance(function, ast.FunctionDef):
                for identifier, sides in self.statements(function):
                    if wanted(identifier):
                        for token in self.tokens(function, sides):
                            found.setdefault(token, set()).add(identifier)
        self.found = [Token(*token, tuple(sorted(ids))) for token, ids in sorted(found.items())]

    def statements(self, function):
        for node in ast.walk(function):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", None))
            texts = [k for k, a in enumerate(node.args) if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if name in VERBS and texts:
                yield node.args[texts[0]].value, node.args[texts[0] + 1 :]

    def tokens(self, function, sides):
        assigned = self.assignments(function)
        seen = set()

        def walk(node):
            if isinstance(node, ast.Constant):
                if type(node.value) is int:
                    yield self.token(node, "integer")
            elif isinstance(node, ast.Name):
                if node.id in self.symbols | assigned.keys() and self.is_symbol(node, assigned):
                    yield self.token(node, "symbol")
                    return
                before = [value for line, value in assigned.get(node.id, ()) if line < node.lineno]
                if before and before[-1] not in seen:
                    seen.add(before[-1])
                    yield from walk(before[-1])
            elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
                yield self.place(node), self.place(node) + 1, "sign", "-"
                yield from walk(node.operand)
            elif isinstance(node, ast.BinOp):
                if type(node.op) in OPERATORS:
                    sign = OPERATORS[type(node.op)][0]
                    between = self.source[self.place(node.left, end=True) : self.place(node.right)]
                    place = self.place(node.left, end=True) + between.index(sign.encode())
                    yield place, place + 1, "operator", sign
                yield from walk(node.left)
                yield from walk(node.right)
            elif isinstance(node, ast.Tuple | ast.List):
                for item in node.elts:
                    yield from walk(item)
            elif isinstance(node, ast.Dict):
                for item in node.values:
                    yield from walk(item)
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "items":
                yield from walk(node.func.value)
            elif isinstance(node, ast.Call) and self.builds(node.func):
                for item in node.args:
                    yield from walk(item)

        for side in sides:
            yield from walk(side)

    def assignments(self, function):
        """Return name ↦ [(line, value)] for what is assigned once and whole, in the order of the lines."""
        found = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign):
                (target,) = node.targets[:1]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=False))
                elif isinstance(target, ast.Tuple):
                    pairs = [(name, node.value) for name in target.elts]
                else:
                    pairs = [(target, node.value)]
                for name, value in pairs:
                    if isinstance(name, ast.Name):
                        found.setdefault(name.id, []).append((node.lineno, value))
        return {name: sorted(values, key=lambda item: item[0]) for name, values in found.items()}

    def is_symbol(self, node, assigned):
        before = [value for line, value in assigned.get(node.id, ()) if line < node.lineno]
        if not before:
            return node.id in self.symbols
        value = before[-1]
        maker = getattr(value.func, "attr", "") if isinstance(value, ast.Call) else ""
        return maker in ("Symbol", "symbols", "Parameter", "Variable")

    def builds(self, function):
        """Return whether a call makes mathematics of its arguments; a symbol's name is text, so it stays whole."""
        if isinstance(function, ast.Attribute):
            return getattr(function.value, "id", "") == "sympy" and function.attr not in (
                "Symbol",
                "symbols",
                "Function",
            )
        return getattr(function, "id", "") in BUILDERS

    def place(self, node, *, end=False):
        line, column = (node.end_lineno, node.end_col_offset) if end else (node.lineno, node.col_offset)
        return self.lines[line - 1] + column

    def token(self, node, kind):
        start, end = self.place(node), self.place(node, end=True)
        return start, end, kind, self.source[start:end].decode()

    def changes(self, token, draw):
        """Return the text that a slip of the pen puts in the place of a token, or None."""
        if token.kind == "integer":
            return str(
                draw.choice([n for n in (int(token.text) - 1, int(token.text) + 1, int(token.text) + 2) if n >= 0])
            )
        if token.kind == "sign":
            return " "
        if token.kind == "operator":
            if token.text in "*/":
                return draw.choice("+" + "*/".replace(token.text, ""))
            return {"+": "-", "-": "+"}[token.text]
        others = {t.text for t in self.found if t.kind == "symbol" and set(t.ids) & set(token.ids)} - {token.text}
        return draw.choice(sorted(others)) if others else None

    def changed(self, token, text):
        return (self.source[: token.start] + text.encode() + self.source[token.end :]).decode()
