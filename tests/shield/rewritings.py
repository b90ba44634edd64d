"""Equivalent forms of an equation: each side rewritten by SymPy, and the equation as a whole transformed."""

from functools import cache

import sympy

# -- one side ------------------------------------------------------------------------------------------


def shuffled(expression, draw):
    """The same sums and products, their terms in another order and not put in order again."""
    if not expression.args or not isinstance(expression, sympy.Expr):
        return expression
    name = type(expression).__name__
    if name in ("StateSum", "Sum", "Derivative", "Integral") or isinstance(expression, sympy.MatrixBase):
        return expression
    arguments = [shuffled(argument, draw) for argument in expression.args]
    if isinstance(expression, sympy.Add | sympy.Mul):
        draw.shuffle(arguments)
        return expression.func(*arguments, evaluate=False)
    return expression.func(*arguments)


def rational_form(function):
    return lambda e: e if e.has(sympy.log) else function(e)


SIDE = {
    "expand": sympy.expand,
    "expand_log": lambda e: sympy.expand_log(e, force=True),
    "logcombine": lambda e: sympy.logcombine(e, force=True),
    "factor": rational_form(sympy.factor),
    "factor_terms": sympy.factor_terms,
    "together": sympy.together,
    "cancel": rational_form(sympy.cancel),
    "powsimp": sympy.powsimp,
    "expand_power_exp": sympy.expand_power_exp,
    "in exponentials": lambda e: e.rewrite(sympy.exp),
    "collect": lambda e: sympy.collect(e, sorted(e.free_symbols, key=sympy.default_sort_key)[:1]),
}
"""Rewritings of one side that hold wherever logarithms and powers have positive arguments."""


def is_scalar(expression):
    return isinstance(expression, sympy.Expr) and not expression.has(
        sympy.Sum, sympy.Derivative, sympy.Integral, sympy.MatrixExpr
    )


@cache
def forms(expression):
    """Return the different forms of a scalar: (name, expression)."""
    found = {"as it is": expression}
    if isinstance(expression, sympy.MatrixBase):
        for name in ("expand", "together", "in exponentials"):
            found[name] = expression.applyfunc(SIDE[name])
    elif isinstance(expression, sympy.MatrixExpr):
        found["written out"] = expression.doit()
    elif is_scalar(expression) and not any(
        type(node).__name__ == "StateSum" for node in sympy.preorder_traversal(expression)
    ):
        for name, function in SIDE.items():
            try:
                new = function(expression)
            except (sympy.PolynomialError, NotImplementedError):
                continue
            if new not in found.values():
                found[name] = new
    return tuple(found.items())


# -- the whole equation --------------------------------------------------------------------------------


def plain(left, right, draw, case):
    return left, right


def swapped(left, right, draw, case):
    return right, left


def added(left, right, draw, case):
    """Add one thing to both sides."""
    term = summand(draw, case)
    if isinstance(left, sympy.MatrixBase):
        return left + term * sympy.ones(*left.shape), right + term * sympy.ones(*left.shape)
    return sympy.Add(left, term, evaluate=False), right + term


def added_and_subtracted(left, right, draw, case):
    term = summand(draw, case)
    if isinstance(left, sympy.MatrixBase):
        return left.applyfunc(lambda e: sympy.Add(e, term, -term, evaluate=False)), right
    return sympy.Add(left, term, sympy.Mul(-1, term, evaluate=False), evaluate=False), right


def multiplied(left, right, draw, case):
    factor = summand(draw, case) ** 2 + 1
    return sympy.expand(left * factor) if draw.random() < 0.3 else left * factor, factor * right


def difference(left, right, draw, case):
    return left - right, 0 * left


def squared(left, right, draw, case):
    if isinstance(left, sympy.MatrixBase):
        return left.T, right.T
    return left**2, sympy.expand(right * right)


def exponentiated(left, right, draw, case):
    if isinstance(left, sympy.MatrixBase) or not left.has(sympy.log):
        return left, right
    return sympy.exp(left), sympy.exp(right)


def couplings_as_logarithms(left, right, draw, case):
    """Write e^A as a: every free coupling becomes the logarithm of a positive symbol."""
    symbols = sorted(
        (s for s in (left - right).free_symbols if type(s) is sympy.Symbol and not s.is_positive and not s.is_integer),
        key=sympy.default_sort_key,
    )
    if case.meaning or case.positive or not symbols or left.has(sympy.Derivative):
        return left, right
    logs = {s: sympy.log(sympy.Symbol(f"e_{s}", positive=True)) for s in symbols}
    return left.xreplace(logs), right.xreplace(logs)


def squared_letters(left, right, draw, case):
    """h² = h for letters 0 and 1, s³ = s for −1, 0, 1."""
    letters = [s for s in left.free_symbols if isinstance(getattr(s, "alphabet", None), tuple)]
    if case.meaning or not letters:
        return left, right
    powers = {s: s**3 for s in letters}
    return left.xreplace(powers), right


def reordered(left, right, draw, case):
    return shuffled(left, draw), shuffled(right, draw)


WHOLE = (
    plain, swapped, added, added_and_subtracted, multiplied, difference, squared, exponentiated,
    couplings_as_logarithms, squared_letters, reordered,
)  # fmt: skip


_NO_SCALAR = (sympy.Tuple, sympy.MatrixExpr)


def summand(draw, case):
    symbols = sorted(
        {s for side in case.sides for s in side.free_symbols if s.is_Symbol and s not in case.meaning},
        key=sympy.default_sort_key,
    )
    symbol = draw.choice(symbols or [sympy.Symbol("q", positive=True)])
    return draw.choice([symbol, 3 * symbol + 1, symbol**2, sympy.exp(symbol), 1 + symbol * draw.choice([*symbols, 2])])


def rewriting(case, draw):
    """Return (name, left, right): an equivalent form of an equation."""
    (first, left), (second, right) = (draw.choice(forms(side)) for side in case.sides)
    kinds = {sympy.MatrixBase if isinstance(s, sympy.MatrixBase) else isinstance(s, _NO_SCALAR) for s in (left, right)}
    whole = draw.choice((plain, swapped) if True in kinds or len(kinds) > 1 else WHOLE)
    return f"{first} = {second}, {whole.__name__}", *whole(left, right, draw, case)
