"""The Gaussian chain −βH = Σ −(a/2) φ_i² + J φ_i φ_{i+1}: decimation, its recursions, and which points are laws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import sympy

from ..errors import DomainError, ModelError, UnableError
from ..exact.numbers import as_fraction
from ..model.cumulants import check_count
from ..model.variables import Variable
from .component import Component
from .gaussian_elimination import GaussianDecimation, decimate_gaussian
from .recursion import Recursion

__all__ = ["FixedRatio", "GaussianChain"]

_A, _J, _RHO, _U = sympy.symbols("a J rho u")


@dataclass(frozen=True)
class FixedRatio:
    """A fixed point of the map of ρ = J/a.

    Attributes
    ----------
    ratio : SymPy expression
        ρ; ``zoo`` where the stiffness vanishes.
    multiplier : SymPy expression
        The derivative of the map there (at infinity: in 1/ρ).
    kind : str
        ``"law"``: |ρ| < ½, an infinite chain has it; ``"boundary"``: |ρ| = ½, no law, but a limit of parameters of
        laws; ``"algebra"``: |ρ| > ½, neither.
    """

    ratio: Any
    multiplier: Any
    kind: str


@dataclass(frozen=True)
class GaussianChain:
    """A chain of real variables with stiffness a and coupling J of neighbours.

    Parameters
    ----------
    stiffness, coupling : exact rationals or SymPy expressions
        a and J, dimensionless.

    Raises
    ------
    DomainError
        If a is a number that is not positive.
    NotExactError
        For a float.

    Examples
    --------
    >>> chain = GaussianChain(2, sympy.Rational(1, 2))
    >>> chain.ratio, chain.is_law, chain.decimated(2)
    (1/4, True, GaussianChain(stiffness=7/4, coupling=1/8))
    """

    stiffness: Any = _A
    coupling: Any = _J

    def __post_init__(self) -> None:
        for name in ("stiffness", "coupling"):
            value = getattr(self, name)
            if not isinstance(value, sympy.Expr) or value.is_Rational or value.has(sympy.Float):
                number = as_fraction(value, what=f"the {name}")
                value = sympy.Rational(number.numerator, number.denominator)
            object.__setattr__(self, name, value)
        if self.stiffness.is_number and not self.stiffness.is_positive:
            message = f"the stiffness is a = {self.stiffness}; a chain of real variables needs a > 0 (and |J| < a/2)"
            raise DomainError(message)

    # -- laws --------------------------------------------------------------------------------------------

    @property
    def ratio(self) -> Any:
        """ρ = J/a, which alone is left when the variables are measured in a unit of their own."""
        return self.coupling / self.stiffness

    @property
    def is_law(self) -> bool | None:
        """Whether an infinite chain has this probability law: a > 0 and |ρ| < ½; None for symbols."""
        known = (self.stiffness - 2 * sympy.Abs(self.coupling)).is_positive
        return None if known is None else bool(known)

    def require_law(self) -> None:
        """Raise :class:`DomainError` if no infinite chain has this law."""
        if self.is_law is False:
            message = (
                f"ρ = J/a = {self.ratio}: an infinite chain is a probability law only for |ρ| < 1/2; its decimation "
                "is algebra beyond, which recursion() gives without asking for a law"
            )
            raise DomainError(message)

    def exponent(self, sites: int, *, periodic: bool = False) -> Any:
        """Return −βH of a finite chain in continuous variables φ_1, …, φ_n.

        Raises
        ------
        ModelError
            For fewer than two sites, or three on a ring.
        """
        if isinstance(sites, bool) or not isinstance(sites, int) or sites < 2 + periodic:
            message = f"the chain has {sites!r} sites; give an integer ≥ {2 + periodic}"
            raise ModelError(message)
        phi = self.variables(sites)
        bonds = [x * y for x, y in pairwise(phi)] + ([phi[-1] * phi[0]] if periodic else [])
        return sympy.Add(*(-self.stiffness * x**2 / 2 for x in phi), *(self.coupling * bond for bond in bonds))

    @staticmethod
    def variables(sites: int) -> tuple[Variable, ...]:
        """Return φ_1, …, φ_n."""
        return tuple(Variable(f"phi_{i}", sympy.S.Reals) for i in range(1, sites + 1))

    def law(self, sites: int, *, periodic: bool = False) -> GaussianDecimation:
        """Return the partition function of a finite chain as a decimation of all sites, refused where it diverges."""
        exponent = self.exponent(sites, periodic=periodic)
        return decimate_gaussian(exponent, over=self.variables(sites))

    # -- decimation --------------------------------------------------------------------------------------

    @classmethod
    def block(cls, scale: int) -> GaussianDecimation:
        """Return the elimination of p − 1 neighbouring sites between two that stay, in symbols a and J.

        The sites that stay have half of their own a: the other half belongs to the next block.
        """
        check_count(scale)
        chain = cls()
        phi = chain.variables(scale + 1)
        outer = _A * (phi[0] ** 2 + phi[-1] ** 2) / 4  # taken away again: half of two sites
        return decimate_gaussian(chain.exponent(scale + 1) + outer, over=phi[1:-1])

    @classmethod
    def recursion(cls, scale: int = 2) -> Recursion:
        """Return the map of (a, J) under decimation of all but every p-th site.

        Examples
        --------
        >>> GaussianChain.recursion(2)
        Recursion(a' = (-2*J**2 + a**2)/a, J' = J**2/a; scale 2)
        """
        precision = cls.block(scale).precision
        return Recursion.from_images({_A: 2 * precision[0, 0], _J: -precision[0, 1]}, scale=scale)

    @classmethod
    def ratio_recursion(cls, scale: int = 2) -> Recursion:
        """Return the map of ρ = J/a.

        Examples
        --------
        >>> GaussianChain.ratio_recursion(2)
        Recursion(rho' = -rho**2/(2*rho**2 - 1); scale 2)
        """
        at = {_A: sympy.S.One, _J: _RHO}
        images = {f: image.xreplace(at) for f, image in cls.recursion(scale).images.items()}
        return Recursion.from_images({_RHO: images[_J] / images[_A]}, scale=scale)

    @staticmethod
    def chebyshev_images(scale: Any, stiffness: Any = _A, coupling: Any = _J) -> tuple[Any, Any]:
        """Return (a', J') in closed form: with u = a/2J, a' = 2J T_p(u)/U_{p−1}(u) and J' = J/U_{p−1}(u).

        Examples
        --------
        >>> a, J = GaussianChain.chebyshev_images(2)
        >>> sympy.cancel(a), sympy.cancel(J)
        ((-2*J**2 + a**2)/a, J**2/a)
        """
        p = check_count(scale)
        u = stiffness / (2 * coupling)
        below = sympy.chebyshevu(p - 1, u)
        return 2 * coupling * sympy.chebyshevt(p, u) / below, coupling / below

    def decimated(self, scale: int = 2) -> GaussianChain:
        """Return the chain of every p-th site.

        Raises
        ------
        DomainError
            If a pivot vanishes on the way, or the new stiffness is not positive.
        """
        p = int(check_count(scale))
        a, J = self.stiffness, self.coupling
        # D_n: determinants of n neighbouring sites
        determinants = [sympy.S.One, a]
        while len(determinants) < p:
            determinants.append(sympy.expand(a * determinants[-1] - J**2 * determinants[-2]))
        if determinants[p - 1] == 0:
            message = (
                f"the determinant of {p - 1} neighbouring sites vanishes at a = {a}, J = {J}: they do not integrate"
            )
            raise DomainError(message)
        after = a - 2 * J**2 * determinants[p - 2] / determinants[p - 1]
        return GaussianChain(sympy.cancel(after), sympy.cancel(J**p / determinants[p - 1]))

    @classmethod
    def fixed_ratios(cls, scale: int = 2) -> tuple[FixedRatio, ...]:
        """Return all p + 1 fixed points of the map of ρ on the projective line, with their multipliers.

        Raises
        ------
        UnableError
            If the fixed points could not all be found.

        Examples
        --------
        >>> [(f.ratio, f.multiplier, f.kind) for f in GaussianChain.fixed_ratios(2)]
        [(0, 0, 'law'), (-1, -2, 'algebra'), (1/2, 4, 'boundary')]
        """
        recursion = cls.ratio_recursion(scale)
        found: list[FixedRatio] = []
        fixed = recursion.fixed_points()
        if fixed.complete is not True:
            raise UnableError(f"the fixed points at scale {scale} could not all be found: {fixed.reason}")
        for part in fixed:
            if not isinstance(part, Component) or part.spectrum is None:  # one unknown: not met
                raise UnableError(f"a fixed point at scale {scale} has no exact multiplier")
            (multiplier,) = (_number(value) for value in part.spectrum)
            found.extend(FixedRatio(_number(point[0]), multiplier, _kind(_number(point[0]))) for point in part.points)
        found.sort(key=lambda f: f.ratio != 0)  # stable: ρ = 0, the attracting one, first
        function = recursion.functions[0]
        if function.num.total_degree() > function.den.total_degree():  # ρ = ∞ is fixed
            inverse = Recursion.from_images({_U: 1 / recursion.images[_RHO].xreplace({_RHO: 1 / _U})}, scale=scale)
            found.append(FixedRatio(sympy.zoo, inverse.jacobian(at=(0,))[0, 0], "algebra"))
        return tuple(found)

    # -- observables -------------------------------------------------------------------------------------

    @cached_property
    def decay(self) -> Any:
        """μ with ⟨φ_0 φ_r⟩ ∝ μ^r: the root of ρ μ² − μ + ρ = 0 inside the unit circle; raises if no law."""
        self.require_law()
        ratio = self.ratio
        return 2 * ratio / (1 + sympy.sqrt(1 - 4 * ratio**2))

    def correlation(self, distance: int) -> Any:
        """Return ⟨φ_0 φ_r⟩ = μ^r/√(a² − 4J²) of the infinite chain; raises :class:`DomainError` if it is no law.

        Examples
        --------
        >>> GaussianChain(5, 2).correlation(1)
        1/6
        """
        return self.decay ** abs(distance) / sympy.sqrt(self.stiffness**2 - 4 * self.coupling**2)

    @property
    def correlation_length(self) -> Any:
        """ξ = −1/ln|μ| of ⟨φ_0 φ_r⟩, in sites; 0 without a coupling."""
        decay = self.decay
        return sympy.S.Zero if decay == 0 else -1 / sympy.log(sympy.Abs(decay))


def _number(value: Any) -> Any:
    return value.to_sympy() if hasattr(value, "to_sympy") else sympy.Rational(value.numerator, value.denominator)


def _kind(ratio: Any) -> str:
    size = sympy.Abs(ratio) - sympy.Rational(1, 2)
    if size.is_zero:
        return "boundary"
    return "law" if size.is_negative else "algebra"
