"""One-sided limits and leading asymptotics of elementary expressions, by exact power series with a remainder order.

Near the point every part is a germ (:mod:`symrg.exact.germs`): exponentials that grow or decay beyond all powers,
times series in powers of the distance t with coefficients exact in the parameters. No numerical step is involved,
except balls that certify that a constant is not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy
from sympy.core.sympify import _sympify

from ..errors import ModelError, UnableError
from .constants import ConstantField
from .gaussian_sums import GaussianField
from .germs import Germ, GermField, Leading, MoreTerms
from .numbers import as_fraction

__all__ = ["Expansion", "expand_at", "leading_at", "limit_at"]

_MOST = 48  # units of t beyond the leading term that are tried before giving up
_METHOD = "expansion in exact power series; the remainder is bounded by its order"


@dataclass(frozen=True)
class Expansion:
    """What an expression is near a point, from one side.

    Attributes
    ----------
    expression, variable, point : SymPy objects
        What was expanded, in what, where (a number, ``oo`` or ``-oo``).
    side : str
        ``"+"``: variable > point, ``"-"``: variable < point.
    local : SymPy expression
        The small positive distance t: variable − point, point − variable, or 1/|variable| at infinity.
    factor : SymPy expression
        exp(Σ c t^{-r}), growing or decaying faster than all powers, in front of all terms; 1 if there is none.
    terms : tuple of (coefficient, power)
        Σ coefficient · t^power, powers rising; coefficients free of the variable, or rational in ln(1/t).
    order : SymPy rational, oo or None
        The remainder, beside the factor, is o(t^r) for every r < order, and O(t^order) if there are no logarithms;
        None if there is none, ``oo`` if it decays faster than every power.
    limit : SymPy expression
        The limit from this side; ``oo`` or ``-oo`` where it diverges.
    method : str
        How it was found.
    """

    expression: Any
    variable: Any
    point: Any
    side: str
    local: Any
    factor: Any
    terms: tuple[tuple[Any, Any], ...]
    order: Any
    limit: Any
    method: str = _METHOD

    @property
    def leading(self) -> Any:
        """The leading term as a SymPy expression in the variable; 0 if the expression is zero.

        Raises
        ------
        UnableError
            If all that is known is that the expression is smaller than a high power of the distance.
        """
        if self.terms:
            return self.factor * self.terms[0][0] * self.local ** self.terms[0][1]
        if self.order is not None:
            message = f"{self.expression} is O(t^{self.order}) at {self.variable} = {self.point}; no more is known"
            raise UnableError(message)
        return sympy.S.Zero

    @property
    def truncated(self) -> Any:
        """All known terms as a SymPy expression in the variable."""
        return self.factor * sympy.Add(*(c * self.local**power for c, power in self.terms))


def expand_at(
    expression: Any,
    variable: Any,
    point: Any,
    *,
    side: str = "+",
    terms: int = 1,
    positive: Iterable[Any] = (),
) -> Expansion:
    """Expand an elementary expression near a point, from one side, exactly.

    Parameters
    ----------
    expression : SymPy expression
        Built by the four operations, rational powers, exp, log, erf, Abs and sign from exact numbers, π, the variable
        and real parameters; functions free of the variable are taken as parameters.
    variable : SymPy symbol
        What tends to the point.
    point : exact number, SymPy expression free of the variable, oo or -oo
        Where.
    side : {"+", "-"}
        From above or from below; at infinity it does not matter.
    terms : int
        How many terms are wanted (fewer come if the series ends, or if what follows decays beyond all powers).
    positive : iterable of SymPy expressions
        Expressions in the parameters that are declared positive, beyond the symbols' own assumptions: ``(y - f)**2``
        says that y is not f.

    Raises
    ------
    UnableError
        If a sign that decides the answer depends on parameters, if cancellation goes on further than is tried, or for
        a function that is not among those above.
    ModelError
        For a side that is none.
    NotExactError
        For a float.

    Examples
    --------
    >>> a = sympy.Symbol("a", real=True)
    >>> near = expand_at(1 / sympy.log(sympy.Abs((a - 1) / 2)), a, 3, terms=2)
    >>> near.terms, near.leading, near.limit
    (((2, -1), (1/2, 0)), 2/(a - 3), oo)
    """
    given, at = _sympify(expression), _sympify(point)
    if side not in ("+", "-"):
        message = f"the side is {side!r}; choose '+' (from above) or '-' (from below)"
        raise ModelError(message)
    if terms < 1:
        message = f"{terms} terms are asked for; ask for 1 or more"
        raise ModelError(message)
    if at in (sympy.oo, -sympy.oo):
        side = "-" if at == sympy.oo else "+"
        local = variable**-1 if at == sympy.oo else -(variable**-1)
        inside = 1 / _T if at == sympy.oo else -1 / _T
    else:
        local = variable - at if side == "+" else at - variable
        inside = at + _T if side == "+" else at - _T
    moved = given.xreplace({variable: inside})
    declared = tuple(map(_sympify, positive))
    if any(part.has(variable) for part in declared):
        message = f"{', '.join(map(str, declared))} are declared positive; only what is free of {variable} can be"
        raise ModelError(message)
    precision = max(terms, 2)
    found: _Found | None = None
    order: Fraction | None = None
    while precision <= max(_MOST, terms):
        reader = _Reader(moved, precision, declared)
        order = None
        try:
            germ = reader.read(moved)
            order = reader.field.vanishing_order(germ)
            lead = reader.field.leading(germ)
        except MoreTerms:
            if found is None and _is_zero(moved):
                return Expansion(given, variable, at, side, local, sympy.S.One, (), None, sympy.S.Zero)
        else:
            before, found = found, _present(reader, lead, local, terms)
            stuck = before is not None and len(before.terms) == len(found.terms)
            if found.order is None or len(found.terms) >= terms or stuck:
                factor, limit = reader.factor(lead, local), reader.limit(lead)
                return Expansion(given, variable, at, side, local, factor, found.terms, found.order, limit)
        precision *= 2
    if order is None or order <= 0:
        message = f"the first orders of {given} at {variable} = {at} cancel, and it is not known to be zero"
        raise UnableError(message)
    return Expansion(given, variable, at, side, local, sympy.S.One, (), _rational(order), sympy.S.Zero)


def limit_at(expression: Any, variable: Any, point: Any, *, side: str = "+", positive: Iterable[Any] = ()) -> Any:
    """Return the one-sided limit of an elementary expression, exactly; ``oo`` or ``-oo`` where it diverges.

    Parameters and errors are those of :func:`expand_at`.

    Examples
    --------
    >>> v, c = sympy.symbols("v c", positive=True)
    >>> limit_at(sympy.exp(-c / v**2) / v, v, 0), limit_at(sympy.erf(-c / v), v, 0), limit_at(c / v, v, 0)
    (0, -1, oo)
    """
    return expand_at(expression, variable, point, side=side, positive=positive).limit


def leading_at(expression: Any, variable: Any, point: Any, *, side: str = "+", positive: Iterable[Any] = ()) -> Any:
    """Return the leading term of an elementary expression near a point, as a SymPy expression.

    Parameters and errors are those of :func:`expand_at`.

    Examples
    --------
    >>> x = sympy.Symbol("x", real=True)
    >>> leading_at(sympy.sqrt(x**2 - 4), x, 2), leading_at(x**2 / (x + 1), x, sympy.oo)
    (2*sqrt(x - 2), x)
    """
    return expand_at(expression, variable, point, side=side, positive=positive).leading


_T = sympy.Dummy("t", positive=True)


class _Reader:
    """Reads a SymPy expression in t as a germ."""

    def __init__(self, expression: Any, precision: int, positive: Sequence[Any]) -> None:
        parameters: set[Any] = set()
        for part in (expression, *positive):
            _collect(part, parameters)
        self.constants = ConstantField(sorted(parameters, key=sympy.default_sort_key))
        self.field = GermField(self.constants, precision)
        self._known: dict[Any, Germ] = {_T: self.field.variable}
        for part in positive:
            lead = self.field.leading(self.read(part))
            if lead is None:
                message = f"{part} is 0, and was declared positive"
                raise ModelError(message)
            self.constants.declare_positive(lead.coefficient)

    def read(self, node: Any) -> Germ:
        """Return the germ of a sub-expression."""
        if node not in self._known:
            self._known[node] = self._read(node)
        return self._known[node]

    def _read(self, node: Any) -> Germ:
        field, constants = self.field, self.constants
        if node.is_Rational:
            return field.number(node)
        if not node.has(_T) and (node in constants.generators or node is sympy.pi):
            return field.constant(constants.generator(node))
        if node.is_Add or node.is_Mul:
            combine, germ = (field.add, field.number(0)) if node.is_Add else (field.multiply, field.number(1))
            for argument in node.args:
                germ = combine(germ, self.read(argument))
            return germ
        if isinstance(node, sympy.exp) or node is sympy.E:
            return field.exp(self.read(node.as_base_exp()[1]))
        if node.is_Pow and node.exp.is_Rational:
            return field.power(self.read(node.base), as_fraction(node.exp))
        if node.is_Pow:
            return field.exp(field.multiply(self.read(node.exp), field.log(self.read(node.base))))
        for kind, operation in _FUNCTIONS.items():
            if isinstance(node, kind):
                return getattr(field, operation)(self.read(node.args[0]))
        message = f"{type(node).__name__} is not among the functions that are expanded: {node}; rewrite it in those"
        raise UnableError(message)

    def factor(self, lead: Leading | None, local: Any) -> Any:
        """Return what grows or decays beyond all powers, as a SymPy expression."""
        if lead is None:
            return sympy.S.One
        exponent = (self.constants.write(c, -sympy.log(local)) * local ** _rational(p) for p, c in lead.rate)
        return sympy.exp(sympy.Add(*exponent))

    def limit(self, lead: Leading | None) -> Any:
        """Return the limit that a leading term has."""
        if lead is None:
            return sympy.S.Zero
        growth = self.field.growth(lead.rate) or (-1 if lead.power > 0 else 1 if lead.power < 0 else 0)
        growth = growth or self.constants.logarithmic_degree(lead.coefficient)
        top = self.constants.leading_part(lead.coefficient)
        if growth == 0:
            return self.constants.write(top)
        if growth < 0:
            return sympy.S.Zero
        sign = self.constants.sign(lead.coefficient)
        if sign is None:
            message = f"the expression diverges, to a side that depends on the sign of {self.constants.write(top)}"
            raise UnableError(message)
        return sign * sympy.oo


_FUNCTIONS = {sympy.log: "log", sympy.erf: "erf", sympy.Abs: "absolute", sympy.sign: "signum"}


def _collect(node: Any, parameters: set[Any]) -> None:
    """Collect the parameters: symbols, and unknown functions free of t."""
    if node.is_Float:
        as_fraction(node, what="a number in the expression")
    known = isinstance(node, (sympy.exp, *_FUNCTIONS))
    if (node.is_Symbol and node != _T) or (isinstance(node, sympy.Function) and not known and not node.has(_T)):
        parameters.add(node)
    else:
        for argument in node.args:
            _collect(argument, parameters)


@dataclass(frozen=True)
class _Found:
    terms: tuple[tuple[Any, Any], ...]
    order: Any


def _present(reader: _Reader, lead: Leading | None, local: Any, terms: int) -> _Found:
    if lead is None:
        return _Found((), None)
    constants = reader.constants
    order = None if lead.order is None else _rational(lead.power + lead.order)
    relative = {Fraction(0): constants.one, **lead.rest}
    found: list[tuple[Any, Any]] = []
    for power in sorted(relative):
        value = constants.reduce(relative[power] * lead.coefficient)
        if not constants.is_zero(value):
            if len(found) == terms:
                return _Found(tuple(found), _rational(lead.power + power))
            found.append((constants.write(value, -sympy.log(local)), _rational(lead.power + power)))
    if not lead.alone and order is None:
        order = sympy.oo
    return _Found(tuple(found), order)


def _rational(value: Fraction) -> Any:
    return sympy.Rational(value.numerator, value.denominator)


def _is_zero(expression: Any) -> bool:
    """Whether an expression is zero by its normal form as a sum of roots and exponentials."""
    try:
        return not len(GaussianField([expression]).read(expression))
    except ModelError:
        return False
