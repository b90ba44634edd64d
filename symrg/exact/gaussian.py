"""Gaussian integrals over R^n by completing the square: polynomial × exp(quadratic), with steps and error functions.

For a > 0, ∫ P(x) exp(−a x² + b x + c) dx = √(π/a) exp(c + b²/4a) Σ_j P^{(2j)}(b/2a) / (j! (4a)^j), one variable at a
time. What the outer variables do is of no concern: f is a generator in exp(−(h − f)²/2v²), whatever function
of the variables still to come it is. All parameters stand for real numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

import sympy
from sympy.core.sympify import _sympify

from ..errors import DomainError, ModelError, UnableError
from .gaussian_sums import GaussianField, GaussianSum, Key
from .polynomials import RationalFunction

__all__ = ["GaussianIntegral", "density", "equal_sums", "gaussian_average", "gaussian_integral"]

Steps = Mapping[Any, tuple[Any, Any]]
_METHOD = "Gaussian integral by completing the square, one variable after the other (Fubini)"


@dataclass(frozen=True)
class GaussianIntegral:
    """An integral over R^n that was done, and what it rests on.

    Attributes
    ----------
    integrand : SymPy expression
        What was integrated.
    variables : tuple of SymPy symbols
        Over which, the first one first.
    value : SymPy expression
        The integral.
    positive : tuple of SymPy expressions
        The pivots of the quadratic form in this order, proved positive: by Sylvester's criterion the form is positive
        definite and the integral converges absolutely.
    conditions : tuple of SymPy expressions
        Pivots whose sign the assumptions leave open; the value holds where all of them are positive. Where one is not,
        its Gaussian has no absolutely convergent integral over the whole line.
    method : str
        The theorem used.
    """

    integrand: Any
    variables: tuple[Any, ...]
    value: Any
    positive: tuple[Any, ...]
    conditions: tuple[Any, ...]
    method: str = _METHOD


def gaussian_integral(
    integrand: Any, variables: Iterable[Any], *, steps: Steps | None = None, positive: Iterable[Any] = ()
) -> GaussianIntegral:
    """Integrate a sum of polynomials times Gaussians over all real values of some variables, exactly.

    Parameters
    ----------
    integrand : SymPy expression
        A sum of products of polynomials in the variables and exponentials of quadratic polynomials in them; the
        coefficients are rational in other symbols, or any functions of variables still to come. At most one ``erf`` of
        a linear function, beside a constant, is integrated too.
    variables : iterable of SymPy symbols
        Integrated out in this order: the one that enters through functions of the others comes first.
    steps : mapping, optional
        Function class to its values (below, above) on negative and on positive arguments: numbers, or callables of
        the argument. ``{heaviside: (0, 1)}``. The value at 0 does not matter to an integral.
    positive : iterable of SymPy expressions
        Declared positive, beyond the symbols' own assumptions.

    Raises
    ------
    DomainError
        If the quadratic form is known not to be positive definite: the integral diverges.
    ModelError
        If the integrand is not of this form.
    UnableError
        If the order of steps, or their direction, depends on parameters of unknown sign.

    Examples
    --------
    >>> x = sympy.Symbol("x", real=True)
    >>> a = sympy.Symbol("a", positive=True)
    >>> done = gaussian_integral(x**2 * sympy.exp(-a * x**2), [x])
    >>> done.value, done.positive, done.conditions
    (sqrt(pi)/(2*a**(3/2)), (a,), ())
    """
    given = _sympify(integrand)
    order = tuple(variables)
    if len(set(order)) != len(order) or not all(getattr(x, "is_Symbol", False) for x in order):
        message = f"the variables {order} are no different symbols; give each variable once"
        raise ModelError(message)
    declared = tuple(positive)
    value, proved, undecided = given, {}, {}
    for variable in order:
        eliminate = _Elimination(value, variable, steps or {}, declared)
        value = eliminate.value()
        proved.update(dict.fromkeys(eliminate.pivots[True]))
        undecided.update(dict.fromkeys(eliminate.pivots[False]))
    return GaussianIntegral(given, order, value, tuple(proved), tuple(undecided))


def density(variable: Any, mean: Any = 0, deviation: Any = 1) -> Any:
    """Return the normal density exp(−(x − mean)²/2v²)/(v√(2π)) with v the deviation, as a SymPy expression.

    Centred at 0 it is the nascent delta function of Eq. (11) of Lee, Lee and Yi 2024.

    Examples
    --------
    >>> x, v = sympy.Symbol("x", real=True), sympy.Symbol("v", positive=True)
    >>> gaussian_integral(density(x, 3, v), [x]).value
    1
    """
    x, at, v = map(_sympify, (variable, mean, deviation))
    return sympy.exp(-((x - at) ** 2) / (2 * v**2)) / (v * sympy.sqrt(2 * sympy.pi))


def gaussian_average(function: Any, variable: Any, *, mean: Any = 0, deviation: Any = 1, **options: Any) -> Any:
    """Return the average of a function over a normal distribution.

    Parameters
    ----------
    function, variable, mean, deviation : SymPy expressions
        The function of the variable; the mean may be any function of other variables.
    **options
        ``steps`` and ``positive``, as for :func:`gaussian_integral`, which also says what is raised.

    Raises
    ------
    UnableError
        If the average exists only under a condition on parameters.

    Examples
    --------
    >>> h, f, y = sympy.symbols("h f y", real=True)
    >>> v, beta = sympy.symbols("v beta", positive=True)
    >>> gaussian_average(h**4, h, mean=f, deviation=v).expand()
    f**4 + 6*f**2*v**2 + 3*v**4
    >>> gaussian_average(sympy.exp(-beta * (y - h) ** 2), h, mean=f, deviation=v)
    exp(-beta*(f - y)**2/(2*beta*v**2 + 1))/sqrt(2*beta*v**2 + 1)
    """
    done = gaussian_integral(_sympify(function) * density(variable, mean, deviation), [variable], **options)
    if done.conditions:
        message = f"the average exists only if these are positive: {done.conditions}; declare that with positive=..."
        raise UnableError(message)
    return done.value


@dataclass(frozen=True)
class _Piece:
    """An integrand without steps on an interval; None is infinity."""

    integrand: Any
    lower: RationalFunction | None
    upper: RationalFunction | None


class _Elimination:
    """The integral over one variable, and the pivots met on the way (proved positive: True, or not: False)."""

    def __init__(self, integrand: Any, variable: Any, steps: Steps, positive: Sequence[Any]) -> None:
        self.variable, self.steps = variable, steps
        self.pivots: dict[bool, list[Any]] = {True: [], False: []}
        inner = [step.args[0] for step in self._steps_in(integrand)]
        self.field = GaussianField([integrand, variable, *inner], positive=positive)
        self.number = self.field.index(variable)
        for generator in self.field.generators:
            if generator != variable and generator.has(variable) and not isinstance(generator, tuple(steps)):
                message = (
                    f"{generator} is no polynomial in {variable}, nor a step function that was given with steps=...; "
                    "integrate first over the variable that enters through it, or give its steps"
                )
                raise ModelError(message)
        self.pieces = list(self._split(integrand, None, None))

    # -- steps ---------------------------------------------------------------------------------------

    def _steps_in(self, expression: Any) -> list[Any]:
        """Return the step functions of the variable, inner ones before those that contain them."""
        if not self.steps:
            return []
        found = [step for step in expression.atoms(*self.steps) if step.has(self.variable)]
        return sorted(found, key=lambda step: (sympy.count_ops(step), sympy.default_sort_key(step)))

    def _split(self, expression: Any, lower: Any, upper: Any) -> Iterator[_Piece]:
        found = self._steps_in(expression)
        if not found:
            yield _Piece(expression, lower, upper)
            return
        step = found[0]
        offset, slope = self._linear(self.field.rational(step.args[0]), step)
        direction = self.field.signs(slope)
        if direction is None:
            message = f"the direction of {step} depends on the sign of {self._write(slope)}; give it a sign"
            raise UnableError(message)
        at = -offset / slope
        values = [v(step.args[0]) if callable(v) else _sympify(v) for v in self.steps[step.func]][::direction]
        below, above = (expression.xreplace({step: value}) for value in values)
        if lower is not None and self._compare(at, lower, step) <= 0:
            yield from self._split(above, lower, upper)
        elif upper is not None and self._compare(at, upper, step) >= 0:
            yield from self._split(below, lower, upper)
        else:
            yield from self._split(below, lower, at)
            yield from self._split(above, at, upper)

    def _linear(self, argument: RationalFunction, step: Any) -> list[RationalFunction]:
        powers = self._powers(argument)
        if len(powers) != 2:
            message = f"the argument of {step} is not linear in {self.variable}; only linear arguments are understood"
            raise ModelError(message)
        return powers

    def _compare(self, first: RationalFunction, second: RationalFunction, step: Any) -> int:
        order = self.field.signs(first - second)
        if order is None:
            places = f"{self._write(first)} and {self._write(second)}"
            message = f"where {step} jumps depends on the order of {places}; give the parameters values"
            raise UnableError(message)
        return order

    # -- integrals -----------------------------------------------------------------------------------

    def value(self) -> Any:
        """Return the integral as a SymPy expression."""
        total = self.field.constant(0)
        for piece in self.pieces:
            for key, amplitude in self.field.read(piece.integrand):
                total = total + self._term(key, amplitude, piece)
        return total.to_sympy()

    def _term(self, key: Key, amplitude: RationalFunction, piece: _Piece) -> GaussianSum:
        pi, root, exponent, erfs = key
        kept = tuple(function for function in erfs if not function.has(self.variable))
        moving = [function for function in erfs if function.has(self.variable)]
        if len(self._powers(root)) > 1:
            message = f"√({self._write(root)}) depends on {self.variable}; roots of the variable are not understood"
            raise ModelError(message)
        rates = self._powers(exponent)
        if len(rates) > 3:
            message = f"the exponent {self._write(exponent)} is not quadratic in {self.variable}"
            raise ModelError(message)
        zero = self.field.ring.fraction(0)
        c, b, minus_a = [*rates, zero, zero][:3]
        a = -minus_a
        self._require_positive(a, exponent)
        gauss = _Gauss(self.field, a, b / (2 * a), self._powers(amplitude), c + b * b / (4 * a))
        if moving:
            if piece.lower is not None or piece.upper is not None or len(moving) > 1 or len(gauss.powers) > 1:
                message = (
                    f"{' '.join(map(str, moving))} has to be integrated over {self.variable} together with a step, a "
                    "polynomial or another error function; only one alone has an elementary integral here"
                )
                raise UnableError(message)
            integral = gauss.with_erf(*self._erf_argument(moving[0]))
        elif piece.lower is None and piece.upper is None:
            integral = gauss.full()
        else:
            integral = gauss.above(piece.lower) - gauss.above(piece.upper, infinite=piece.upper is None)
        return integral * self.field.constant(1, self.field.key(pi, root, erfs=kept))

    def _require_positive(self, a: RationalFunction, exponent: RationalFunction) -> None:
        sign = self.field.signs(a)
        if sign in (0, -1):
            message = (
                f"the integral over {self.variable} diverges: in the exponent {self._write(exponent)} the coefficient "
                f"of {self.variable}**2 is {self._write(-a)}, so the quadratic form is not positive definite"
            )
            raise DomainError(message)
        self.pivots[sign == 1].append(self._write(a))

    def _erf_argument(self, function: Any) -> tuple[RationalFunction, RationalFunction, RationalFunction]:
        """Return (α, δ, r) with argument √r (α x + δ)."""
        argument = self.field.read(function.args[0])
        (key, amplitude), *others = argument
        if others or key[0] or key[3] or key[2] or len(self._powers(key[1])) > 1:
            message = f"the argument of {function} is not a root of a number times a linear function of {self.variable}"
            raise UnableError(message)
        offset, slope = self._linear(amplitude, function)
        return slope, offset, key[1]

    def _powers(self, function: RationalFunction) -> list[RationalFunction]:
        """Return the coefficients of 1, x, x², … of a polynomial in the variable, no trailing zeros beyond 1."""
        k, context = self.number, self.field.ring.context
        if function.den.degrees()[k] > 0:
            message = f"{self._write(function)} is no polynomial in {self.variable}, so this is no Gaussian integral"
            raise ModelError(message)
        rows: list[dict[tuple[int, ...], Any]] = [{} for _ in range(max(function.num.degrees()[k], 0) + 1)]
        for exponents, coefficient in function.num.terms():
            rest = tuple(0 if i == k else e for i, e in enumerate(exponents))
            rows[exponents[k]][rest] = coefficient
        return [self.field.ring.fraction(context.from_dict(row), function.den) for row in rows]

    def _write(self, function: RationalFunction) -> Any:
        return function.to_sympy(self.field.generators)


class _Gauss:
    """P(x) exp(peak − a (x − μ)²), by the coefficients of P."""

    def __init__(
        self, field: GaussianField, a: RationalFunction, mean: RationalFunction, powers: list[Any], peak: Any
    ) -> None:
        self.field, self.a, self.mean, self.powers, self.peak = field, a, mean, powers, peak

    def _around_mean(self) -> list[RationalFunction]:
        """Return the coefficients of P in u = x − μ."""
        return [
            sum((p * comb(i, n) * self.mean ** (i - n) for i, p in enumerate(self.powers[n:], n)), start=0 * self.mean)
            for n in range(len(self.powers))
        ]

    def full(self) -> GaussianSum:
        """Integrate over all reals: ∫ u^{2j} exp(−a u²) du = (2j − 1)!!/(2a)^j √(π/a)."""
        total, moment = 0 * self.a, 1 / self.a**0
        for n, q in enumerate(self._around_mean()):
            if n % 2 == 0:
                total = total + q * moment
                moment = moment * (n + 1) / (2 * self.a)
        return self._root_of_pi_over_a(total)

    def above(self, lower: RationalFunction | None, *, infinite: bool = False) -> GaussianSum:
        """Integrate over x > lower (None: all; infinite: nothing): J_n = c^{n−1} e^{−a c²}/2a + (n − 1)/2a J_{n−2}."""
        if infinite:
            return self.field.constant(0)
        if lower is None:
            return self.full()
        c, zero = lower - self.mean, 0 * self.a
        half = self.field.constant(Fraction(1, 2))
        gauss: list[RationalFunction] = []  # J_n = areas[n] J_0 + gauss[n] e^{−a c²}
        areas: list[RationalFunction] = []
        for n in range(len(self.powers)):
            areas.append(1 + zero if n == 0 else zero if n == 1 else areas[n - 2] * (n - 1) / (2 * self.a))
            last = gauss[n - 2] * (n - 1) if n > 1 else zero
            gauss.append(zero if n == 0 else (c ** (n - 1) + last) / (2 * self.a))
        around = self._around_mean()
        area = sum((q * w for q, w in zip(around, areas, strict=True)), start=zero)
        edge = sum((q * w for q, w in zip(around, gauss, strict=True)), start=zero)
        outside, inside = self.field.root(self.a)
        reached = self.field.erf(self.field.constant(c * outside, self.field.key(root=inside)))
        tail = self._root_of_pi_over_a(area) * (half - half * reached)
        return tail + self.field.constant(edge, self.field.key(exponent=self.peak - self.a * c * c))

    def with_erf(self, slope: RationalFunction, offset: RationalFunction, root: RationalFunction) -> GaussianSum:
        """Integrate with a factor erf(√r (αx + δ)), whose average is erf(√r (αμ + δ)/√(1 + r α²/a))."""
        outside, inside = self.field.root(root / (1 + root * slope**2 / self.a))
        argument = (slope * self.mean + offset) * outside
        reached = self.field.erf(self.field.constant(argument, self.field.key(root=inside)))
        return self._root_of_pi_over_a(self.powers[0]) * reached

    def _root_of_pi_over_a(self, amplitude: RationalFunction) -> GaussianSum:
        outside, inside = self.field.root(1 / self.a)
        return self.field.constant(amplitude * outside, self.field.key(1, inside, self.peak))


def equal_sums(left: Any, right: Any, *, positive: Iterable[Any] = ()) -> bool:
    """Whether two expressions have one normal form as sums of R π^{k/2} √r ∏ erf e^q; True is a proof of equality.

    False is no proof that they differ.

    Parameters
    ----------
    left, right : SymPy expressions
        As :class:`~symrg.exact.gaussian_sums.GaussianField` reads them.
    positive : iterable of SymPy expressions
        Declared positive.

    Examples
    --------
    >>> v = sympy.Symbol("v", positive=True)
    >>> equal_sums(sympy.sqrt(1 / (2 * v**2 + 2)), sympy.sqrt(v**2 + 1) / (v**2 + 1) / sympy.sqrt(2))
    True
    """
    first, second = _sympify(left), _sympify(right)
    field = GaussianField([first, second], positive=tuple(positive))
    return field.read(first) == field.read(second)
