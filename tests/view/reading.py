"""Reads MathML back as SymPy, knowing the usual notation of algebra and nothing of how symrg writes it.

Enough for polynomials, rational functions, exponentials, logarithms and applied functions; lines of a broken
formula are read one after the other, as a person would.
"""

from xml.etree import ElementTree

import sympy

_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_CLOSING = {"(": ")", "[": "]"}


def read_formula(text, functions=()):
    """Return the sides of a formula, as written between its equals signs."""
    tokens = list(_tokens(ElementTree.fromstring(text)))
    sides, current = [], []
    for token in tokens:
        if token == ("op", "="):
            sides.append(current)
            current = []
        else:
            current.append(token)
    return [_Reader(side, functions).everything() for side in [*sides, current]]


def _tokens(element):
    tag = element.tag.removeprefix(_MATHML)
    parts = list(element)
    if tag in ("math", "mrow", "mtable", "mtr", "mtd", "mstyle", "mpadded"):
        for part in parts:
            yield from _tokens(part)
    elif tag == "mi":
        yield "name", element.text
    elif tag == "mn":
        yield "number", element.text
    elif tag == "mo":
        if element.text == "′":
            yield "prime", element.text
        else:
            yield "op", element.text
    elif tag == "mfrac":
        top, bottom = (_Reader(list(_tokens(part)), ()) for part in parts)
        yield "fraction", (top.tokens, bottom.tokens)
    elif tag == "msqrt":
        yield "root", [token for part in parts for token in _tokens(part)]
    elif tag in ("msub", "msubsup"):
        (kind, base), *more = _tokens(parts[0])
        assert kind == "name"
        assert all(token[0] == "prime" for token in more)
        yield "name", base + "_" + "".join(parts[1].itertext())
        yield from more
        if tag == "msubsup":
            yield "power", list(_tokens(parts[2]))
    elif tag == "msup":
        base = list(_tokens(parts[0]))
        if len(base) > 1 and base[1][0] != "prime":
            base = [("op", "("), *base, ("op", ")")]
        yield from base
        yield "power", list(_tokens(parts[1]))
    elif tag != "mspace":
        raise AssertionError(f"no reading of <{tag}>")


class _Reader:
    def __init__(self, tokens, functions):
        self.tokens = tokens
        self.functions = functions
        self.place = 0

    def _next(self):
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")

    def _take(self):
        token = self._next()
        self.place += 1
        return token

    def everything(self):
        value = self._sum()
        assert self._next()[0] == "end", f"left over: {self.tokens[self.place :]}"
        return value

    def _again(self, tokens):
        return _Reader(tokens, self.functions).everything()

    def _sum(self):
        value = sympy.S.Zero
        sign = 1
        first = True
        while True:
            token = self._next()
            if token in (("op", "+"), ("op", "−")):
                self.place += 1
                sign = 1 if token[1] == "+" else -1
            elif not first:
                return value
            value = value + sign * self._product()
            sign, first = 1, False

    def _product(self):
        value = self._factor()
        while True:
            kind, text = self._next()
            if kind == "op" and text in "·×":
                self.place += 1
                value = value * self._factor()
            elif (kind, text) == ("op", "/"):
                self.place += 1
                value = value / self._factor()
            elif kind in ("name", "number", "fraction", "root") or (kind, text) in (("op", "("), ("op", "[")):
                value = value * self._factor()
            else:
                return value

    def _factor(self):
        kind, text = self._take()
        if (kind, text) == ("name", "ln"):
            return sympy.log(self._factor())
        if (kind, text) == ("name", "exp"):
            return sympy.exp(self._bracket())
        if kind == "fraction":
            value = self._again(text[0]) / self._again(text[1])
        elif kind == "root":
            value = sympy.sqrt(self._again(text))
        elif kind == "number":
            value = sympy.Integer(text)
        elif (kind, text) == ("op", "−"):
            return -self._factor()
        elif kind == "name" and text in self.functions:
            value = sympy.Function(text)(self._bracket())
        elif kind == "name":
            while self._next()[0] == "prime":
                text += self._take()[1]
            if text == "e":
                return sympy.exp(self._again(self._take()[1]) if self._next()[0] == "power" else 1)
            value = sympy.Symbol(text)
        else:
            assert kind == "op", (kind, text)
            self.place -= 1
            value = self._bracket()
        while self._next()[0] == "power":
            value = value ** self._again(self._take()[1])
        return value

    def _bracket(self):
        kind, opening = self._take()
        assert kind == "op", (kind, opening)
        assert opening in _CLOSING, opening
        value = self._sum()
        assert self._take() == ("op", _CLOSING[opening])
        return value
