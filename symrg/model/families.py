"""Exponential families of one variable: statistics, natural parameters, cumulants, and what block sums do to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sympy
from sympy import Rational, besselk, exp, log, pi, sqrt

from ..errors import DomainError, ModelError, UnableError
from ..exact.decisions import Decision, decide_equal
from ..exact.numbers import as_fraction
from .cumulants import check_count, moments_from_cumulants

__all__ = ["BlockStep", "ExponentialFamily"]

_T = sympy.Symbol("t", real=True)
_W = sympy.Symbol("w", positive=True)
_X = sympy.Symbol("phi", real=True)


@dataclass(frozen=True)
class ExponentialFamily:
    """The laws base(φ) exp(Σ θ_i T_i(φ) − A(θ)) of one variable.

    Make one with :meth:`normal`, :meth:`gamma`, :meth:`exponential`, :meth:`poisson` or :meth:`even_polynomial`.

    Attributes
    ----------
    name : str
    statistics : tuple of SymPy expressions in ``variable``
        The sufficient statistics T_i.
    parameters : tuple of SymPy symbols
        The natural parameters θ_i.
    log_partition : SymPy expression or None
        A(θ), where it has a closed form.
    support : SymPy set
        The values φ takes.
    base : SymPy expression
        The base density (for the natural numbers: weight).
    conditions : tuple of SymPy expressions
        What has to be positive for a law, in the natural parameters.
    ordinary : mapping of SymPy symbol to SymPy expression
        The usual parameters, in terms of the natural ones.
    natural : mapping of SymPy symbol to SymPy expression
        The natural parameters, in terms of the usual ones.
    fitted : tuple of SymPy expressions, or None
        The natural parameters in terms of the first cumulants.

    Examples
    --------
    >>> gamma = ExponentialFamily.gamma()
    >>> gamma.statistics, gamma.log_partition
    ((log(phi), phi), -theta_1*log(-theta_2) + loggamma(theta_1))
    >>> [gamma.cumulant(n) for n in (1, 2)]
    [-theta_1/theta_2, theta_1/theta_2**2]
    """

    name: str
    statistics: tuple[Any, ...]
    parameters: tuple[Any, ...]
    log_partition: Any
    support: Any
    base: Any
    conditions: tuple[Any, ...]
    ordinary: Mapping[Any, Any] = field(default_factory=dict)
    natural: Mapping[Any, Any] = field(default_factory=dict)
    fitted: tuple[Any, ...] | None = None
    variable: Any = _X

    # -- the families ------------------------------------------------------------------------------------

    @classmethod
    def normal(cls) -> ExponentialFamily:
        """Return the normal laws, in φ and φ²."""
        one, two = _thetas(2)
        mean, variance = sympy.Symbol("mu", real=True), sympy.Symbol("v", positive=True)
        k1, k2 = _cumulants(2)
        return cls(
            "normal", (_X, _X**2), (one, two), -(one**2) / (4 * two) + log(pi / -two) / 2, sympy.S.Reals,
            sympy.S.One, (-two,), {mean: -one / (2 * two), variance: -1 / (2 * two)},
            {one: mean / variance, two: -1 / (2 * variance)}, (k1 / k2, -1 / (2 * k2)),
        )  # fmt: skip

    @classmethod
    def gamma(cls) -> ExponentialFamily:
        """Return the gamma laws φ^{k−1} e^{−r φ} r^k/Γ(k), in ln φ and φ; the base density is 1/φ."""
        one, two = _thetas(2)
        shape, rate = sympy.symbols("k r", positive=True)
        k1, k2 = _cumulants(2)
        return cls(
            "gamma", (log(_X), _X), (one, two), sympy.loggamma(one) - one * log(-two), sympy.Interval.open(0, sympy.oo),
            1 / _X, (one, -two), {shape: one, rate: -two}, {one: shape, two: -rate}, (k1**2 / k2, -k1 / k2),
        )  # fmt: skip

    @classmethod
    def exponential(cls) -> ExponentialFamily:
        """Return the exponential laws r e^{−r φ}, in φ."""
        (one,) = _thetas(1)
        rate = sympy.Symbol("r", positive=True)
        return cls(
            "exponential", (_X,), (one,), -log(-one), sympy.Interval(0, sympy.oo), sympy.S.One, (-one,),
            {rate: -one}, {one: -rate}, (-1 / _cumulants(1)[0],),
        )  # fmt: skip

    @classmethod
    def poisson(cls) -> ExponentialFamily:
        """Return the Poisson laws e^{−λ} λ^φ/φ!, in φ, on the natural numbers."""
        (one,) = _thetas(1)
        mean = sympy.Symbol("lambda", positive=True)
        return cls(
            "Poisson", (_X,), (one,), exp(one), sympy.S.Naturals0, 1 / sympy.factorial(_X), (),
            {mean: exp(one)}, {one: log(mean)}, (log(_cumulants(1)[0]),),
        )  # fmt: skip

    @classmethod
    def even_polynomial(cls, degree: int) -> ExponentialFamily:
        """Return the laws exp(−θ_2 φ² − … − θ_{2K} φ^{2K} − A).

        Parameters
        ----------
        degree : int
            2K, an even number ≥ 2. A(θ) is closed for degree 2, and for degree 4 where θ_2 > 0.

        Raises
        ------
        ModelError
            For an odd degree, or one below 2.
        """
        if isinstance(degree, bool) or not isinstance(degree, int) or degree < 2 or degree % 2:
            message = f"the degree is {degree!r}; an even polynomial that falls off has an even degree 2, 4, 6, …"
            raise ModelError(message)
        thetas = tuple(sympy.Symbol(f"theta_{k}", real=True) for k in range(2, degree + 1, 2))
        closed, fitted = None, None
        if degree == 2:
            closed, fitted = log(pi / thetas[0]) / 2, (1 / (2 * _cumulants(2)[1]),)
        elif degree == 4:
            z = thetas[0] ** 2 / (8 * thetas[1])
            closed = log(sqrt(thetas[0] / thetas[1]) / 2) + z + log(besselk(Rational(1, 4), z))
        statistics = tuple(-(_X ** (2 * k)) for k in range(1, degree // 2 + 1))
        return cls(
            f"even polynomial of degree {degree}", statistics, thetas, closed, sympy.S.Reals, sympy.S.One,
            (thetas[-1],), {t: t for t in thetas}, {t: t for t in thetas}, fitted,
        )  # fmt: skip

    # -- parameters --------------------------------------------------------------------------------------

    def law(self, **ordinary: Any) -> dict[Any, Any]:
        """Return the natural parameters of one law, checked, from its usual ones by name.

        Parameters
        ----------
        **ordinary : exact numbers or SymPy expressions
            ``mu`` and ``v`` (the variance) of a normal law, ``k`` and ``r`` of a gamma law, ``r`` of an exponential
            one, ``lambda_`` of a Poisson law, ``theta_2``, ``theta_4``, … of an even polynomial.

        Raises
        ------
        ModelError
            If a parameter is missing or unknown.
        DomainError
            If there is no such law: variance zero, a negative leading coefficient, ….
        NotExactError
            For a float.

        Examples
        --------
        >>> ExponentialFamily.normal().law(mu=1, v=2)
        {theta_1: 1/2, theta_2: -1/4}
        >>> ExponentialFamily.normal().law(mu=1, v=0)
        Traceback (most recent call last):
        ...
        symrg.errors.DomainError: the normal family has no law with v = 0: v has to be positive
        """
        names = {str(symbol): symbol for symbol in self.ordinary}
        given = {name.rstrip("_"): value for name, value in ordinary.items()}
        if set(given) != set(names):
            message = f"a law of the {self.name} family has the parameters {', '.join(names)}; got {', '.join(given)}"
            raise ModelError(message)
        values = {}
        for name, symbol in names.items():
            value = given[name]
            if not isinstance(value, sympy.Expr) or value.is_number:
                number = as_fraction(value, what=f"the parameter {name}")
                value = sympy.Rational(number.numerator, number.denominator)
                if symbol.is_positive and number <= 0:
                    message = f"the {self.name} family has no law with {name} = {number}: {name} has to be positive"
                    raise DomainError(message)
            values[symbol] = value
        return self.require({theta: value.xreplace(values) for theta, value in self.natural.items()})

    def require(self, parameters: Mapping[Any, Any]) -> dict[Any, Any]:
        """Return natural parameters as they are, after checking that a law has them.

        Raises
        ------
        DomainError
            If a condition is known to fail.

        Examples
        --------
        >>> quartic = ExponentialFamily.even_polynomial(4)
        >>> quartic.require(dict(zip(quartic.parameters, (1, -2))))
        Traceback (most recent call last):
        ...
        symrg.errors.DomainError: no law of the even polynomial of degree 4 family has theta_4 = -2: theta_4 has to be
        positive
        """
        values = {theta: sympy.S(value) for theta, value in parameters.items()}
        for condition in self.conditions:
            at = condition.xreplace(values)
            if at.is_number and not at.is_positive:
                (theta,) = condition.free_symbols
                message = (
                    f"no law of the {self.name} family has {theta} = {values[theta]}: {condition} has to be positive"
                )
                raise DomainError(message)
        return values

    # -- what a law has ----------------------------------------------------------------------------------

    @cached_property
    def generating_function(self) -> Any:
        """The cumulant generating function ln⟨e^{tφ}⟩ in the symbol t, or None where it has no closed form."""
        if self.log_partition is None:
            return None
        if self.variable in self.statistics:
            theta = self.parameters[self.statistics.index(self.variable)]
            return self.log_partition.xreplace({theta: theta + _T}) - self.log_partition
        if self.statistics == (-(self.variable**2),):
            return _T**2 / (4 * self.parameters[0])
        return None

    def cumulant(self, order: int) -> Any:
        """Return κ_n of φ in the natural parameters.

        Raises
        ------
        UnableError
            If the family has no closed generating function.

        Examples
        --------
        >>> [ExponentialFamily.poisson().cumulant(n) for n in (1, 2, 3)]
        [exp(theta_1), exp(theta_1), exp(theta_1)]
        """
        generating = self.generating_function
        if generating is None:
            message = (
                f"the {self.name} family has no closed cumulant generating function; its moments are tied by "
                "moment_identity, and parameters_from_moments goes back from moments to parameters"
            )
            raise UnableError(message)
        found = sympy.diff(generating, _T, order).xreplace({_T: sympy.S.Zero})
        # the derivatives of these functions are rational in exponentials: cancelling loses nothing
        return sympy.cancel(found) if not found.has(sympy.exp) else found

    def moment(self, order: int) -> Any:
        """Return m_n = ⟨φⁿ⟩ in the natural parameters; raises as :meth:`cumulant` does.

        Examples
        --------
        >>> ExponentialFamily.exponential().moment(3)
        -6/theta_1**3
        """
        return moments_from_cumulants([self.cumulant(n) for n in range(1, order + 1)])[-1]

    @property
    def density(self) -> Any:
        """base(φ) exp(Σ θ_i T_i − A); without −A where A has no closed form."""
        exponent = sympy.Add(
            *(theta * statistic for theta, statistic in zip(self.parameters, self.statistics, strict=True))
        )
        return self.base * exp(exponent - (self.log_partition or 0))

    # -- block sums --------------------------------------------------------------------------------------

    def block_step(self, block: Any, *, rescaling: Any = None) -> BlockStep:
        """Sum b independent copies and rescale: φ' = s (φ_1 + … + φ_b).

        Parameters
        ----------
        block : int, or SymPy symbol that is positive
            b ≥ 2.
        rescaling : exact number or SymPy expression, optional
            s > 0; without it 1/√b.

        Raises
        ------
        ModelError
            If b is no integer ≥ 2.
        UnableError
            If the family has no closed cumulant generating function.

        Examples
        --------
        >>> gamma = ExponentialFamily.gamma().block_step(2)
        >>> gamma.images, gamma.stays
        ({theta_1: 2*theta_1, theta_2: sqrt(2)*theta_2}, True)
        >>> ExponentialFamily.exponential().block_step(2).stays
        False
        """
        b = check_count(block)
        s = 1 / sqrt(b) if rescaling is None else rescaling
        if not isinstance(s, sympy.Expr):
            value = as_fraction(s, what="the rescaling")
            s = sympy.Rational(value.numerator, value.denominator)
        if s.is_number and not s.is_positive:
            message = f"the rescaling is {s}; sums are rescaled by a positive number"
            raise DomainError(message)
        if self.generating_function is None or self.fitted is None:
            self.cumulant(1)  # says why
            raise UnableError(f"the {self.name} family is not given by its first cumulants")
        return BlockStep(self, b, s)


@dataclass(frozen=True)
class BlockStep:
    """The step from a law to that of s (φ_1 + … + φ_b), seen in the parameters of a family.

    Attributes
    ----------
    family : ExponentialFamily
    block, rescaling : SymPy expressions
        b and s.
    """

    family: ExponentialFamily
    block: Any
    rescaling: Any

    def cumulant(self, order: int) -> Any:
        """Return κ_n' = b sⁿ κ_n, in the parameters before the step."""
        return self.block * self.rescaling**order * self.family.cumulant(order)

    @cached_property
    def images(self) -> dict[Any, Any]:
        """The natural parameters of the law of the family that has the first cumulants of the image."""
        fitted = self.family.fitted or ()
        needed = sorted({s for value in fitted for s in value.free_symbols}, key=str)
        cumulants = {symbol: self.cumulant(int(str(symbol).rpartition("_")[2])) for symbol in needed}
        values = [value.xreplace(cumulants) for value in fitted]
        return {
            theta: sympy.cancel(value) if not value.has(exp) else sympy.expand_log(value)
            for theta, value in zip(self.family.parameters, values, strict=True)
        }

    @cached_property
    def sides(self) -> tuple[Any, Any]:
        """The derivatives by w of b K(−s w) before the step and of K(−w) at the images, in the usual parameters.

        K is the cumulant generating function, 0 at w = 0: the image is a law of the family if and only if the two are
        equal for all w > 0.
        """
        family = self.family
        at = {_T: -_W}, {_T: -self.rescaling * _W}
        after = family.generating_function.xreplace(at[0]).xreplace(self.images)
        before = self.block * family.generating_function.xreplace(at[1])
        return tuple(sympy.diff(side.xreplace(dict(family.natural)), _W) for side in (before, after))

    @cached_property
    def decision(self) -> Decision:
        """Whether the image is a law of the family, decided on the cumulant generating functions."""
        left, right = self.sides
        return decide_equal(left, right, positive=[self.rescaling])

    @property
    def stays(self) -> bool | None:
        """Whether the image is a law of the family; None if that could not be decided."""
        return {"proved": True, "refuted": False}.get(self.decision.status)


def _thetas(count: int) -> tuple[Any, ...]:
    return sympy.symbols(f"theta_1:{count + 1}", real=True)


def _cumulants(count: int) -> tuple[Any, ...]:
    return sympy.symbols(f"kappa_1:{count + 1}", real=True)
