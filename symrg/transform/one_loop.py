"""The one-loop flow of φ⁴ theory near four dimensions: a flow of two couplings, with all its fixed points.

For −βH = −∫ ½(∇φ)² + ½ r φ² + u φ⁴ in 4 − ε dimensions, one fast mode at a time: its Gaussian weight 1 + r + 12 u φ²
gives −½ ln(1 + r + 12 u φ²), of which the terms in φ² and φ⁴ are kept. The volume of the shell is absorbed in u:

    dr/dl = 2 r + 12 u/(1 + r),        du/dl = ε u − 36 u²/(1 + r)².
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from ..errors import DomainError
from ..exact.numbers import as_fraction

__all__ = ["OneLoopFlow"]

_R, _U = sympy.symbols("r u", real=True)


@dataclass(frozen=True)
class OneLoopFlow:
    """The flow in 4 − ε dimensions, truncated at one loop: to first order in ε its numbers are those of φ⁴ theory.

    Parameters
    ----------
    epsilon : exact rational or SymPy symbol
        ε. Beyond first order in it the flow is a model of its own.

    Raises
    ------
    NotExactError
        For a float.

    Examples
    --------
    >>> flow = OneLoopFlow(sympy.Symbol("epsilon", positive=True))
    >>> flow.wilson_fisher
    (-epsilon/(epsilon + 6), epsilon/(epsilon + 6)**2)
    >>> flow.exponents_to_first_order(flow.wilson_fisher)
    (2 - epsilon/3, -epsilon)
    """

    epsilon: Any

    def __post_init__(self) -> None:
        value = self.epsilon
        if not isinstance(value, sympy.Expr) or value.is_number:
            number = as_fraction(value, what="epsilon")
            value = sympy.Rational(number.numerator, number.denominator)
        object.__setattr__(self, "epsilon", value)

    @property
    def couplings(self) -> tuple[Any, Any]:
        """The symbols (r, u)."""
        return _R, _U

    @property
    def velocities(self) -> dict[Any, Any]:
        """The right sides dr/dl and du/dl."""
        return {_R: 2 * _R + 12 * _U / (1 + _R), _U: self.epsilon * _U - 36 * _U**2 / (1 + _R) ** 2}

    @property
    def wilson_fisher(self) -> tuple[Any, Any]:
        """The fixed point with u ≠ 0.

        There du/dl = 0 says u = ε (1 + r)²/36, and dr/dl = 0 then 6 r + ε (1 + r) = 0.

        Raises
        ------
        DomainError
            At ε = 0, where it is the Gaussian one, and at ε = −6, where it is at infinity.
        """
        e = self.epsilon
        if e in (0, -6):
            message = f"at epsilon = {e} there is no fixed point with u ≠ 0; take epsilon > 0"
            raise DomainError(message)
        return -e / (6 + e), e / (6 + e) ** 2

    @property
    def fixed_points(self) -> tuple[tuple[Any, Any], ...]:
        """All fixed points (r, u) with r ≠ −1: the Gaussian one, and that of Wilson and Fisher where it exists."""
        gaussian = (sympy.S.Zero, sympy.S.Zero)
        return (gaussian,) if self.epsilon in (0, -6) else (gaussian, self.wilson_fisher)

    def jacobian(self, point: Any) -> Any:
        """Return the derivative of the velocities by (r, u) at a point, exactly."""
        rows = [[sympy.diff(v, x) for x in self.couplings] for v in self.velocities.values()]
        at = dict(zip(self.couplings, point, strict=True))
        return sympy.ImmutableMatrix([[sympy.cancel(entry.xreplace(at)) for entry in row] for row in rows])

    def characteristic_polynomial(self, point: Any) -> tuple[Any, Any]:
        """Return (trace, determinant) of the linearised flow at a point: y² − trace y + determinant = 0."""
        matrix = self.jacobian(point)
        return sympy.cancel(matrix.trace()), sympy.cancel(matrix.det())

    def exponents_to_first_order(self, point: Any) -> tuple[Any, Any]:
        """Return the exponents 2 + α ε and β ε at a point, to first order in the symbol ε.

        They are the roots of y² − trace y + determinant = 0, expanded at ε = 0, where they are 2 and 0.

        Raises
        ------
        DomainError
            If ε is a number.
        """
        if not self.epsilon.is_Symbol:
            message = f"epsilon = {self.epsilon} is a number; an order in it is asked of a symbol"
            raise DomainError(message)
        (t0, t1), (_, d1) = (
            [sympy.diff(value, self.epsilon, n).xreplace({self.epsilon: sympy.S.Zero}) for n in (0, 1)]
            for value in self.characteristic_polynomial(point)
        )
        # y = 2 + α ε: (2·2 − t0) α = 2 t1 − d1; y = β ε: −t0 β + d1 = 0
        return 2 + sympy.Rational(2 * t1 - d1, 4 - t0) * self.epsilon, sympy.Rational(d1, t0) * self.epsilon
