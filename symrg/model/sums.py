"""Sums over states that stay written as sums until asked for."""

from __future__ import annotations

from typing import Any

import sympy

from ..errors import ModelError
from .alphabets import as_rational, refuse_floats
from .variables import Variable, require_finite

__all__ = ["StateSum"]


class StateSum(sympy.Expr):
    """The sum of an expression over all states of some variables, not carried out.

    The variables are bound: they are no free symbols of the sum, and putting in values or expressions
    leaves them alone.

    Parameters
    ----------
    summand : SymPy expression or exact number
        What is summed.
    *variables : Variable
        The variables summed over, all different and with finite alphabets.

    Raises
    ------
    ModelError
        If a variable is continuous, comes twice, or is no :class:`Variable`.
    NotExactError
        If there is a float in the summand.

    Examples
    --------
    >>> h, W = Variable("h", (0, 1)), Variable("W", (-1, 1))
    >>> Z = StateSum(sympy.exp(W * h), h, W)
    >>> Z
    Sum_{h, W}(exp(W*h))
    >>> Z.doit(), Z.free_symbols
    (exp(-1) + 2 + E, set())
    """

    is_commutative = True

    def __new__(cls, summand: Any, *variables: Variable) -> StateSum:  # noqa: D102 - the class describes it
        bound = require_finite(variables)
        given = summand if isinstance(summand, sympy.Expr) else as_rational(summand, what="the summand")
        refuse_floats(given, what="the summand")
        return sympy.Expr.__new__(cls, given, *bound)

    @property
    def summand(self) -> sympy.Expr:
        """What is summed.

        Examples
        --------
        >>> h = Variable("h", (0, 1))
        >>> StateSum(h**2, h).summand
        h**2
        """
        return self.args[0]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables summed over.

        Examples
        --------
        >>> h = Variable("h", (0, 1))
        >>> StateSum(h**2, h).variables
        (h,)
        """
        return tuple(self.args[1:])

    @property
    def bound_symbols(self) -> list[Variable]:
        """The variables summed over, by SymPy's name for them."""
        return list(self.args[1:])

    @property
    def free_symbols(self) -> set[sympy.Basic]:
        """The symbols of the summand that are not summed over."""
        return set(self.summand.free_symbols - set(self.variables))

    def doit(self, **hints: Any) -> sympy.Expr:
        """Carry the sum out, exactly, and merge equal terms.

        One variable is put in at a time, and terms that have become equal are counted, not repeated.

        Examples
        --------
        >>> h, s, x = Variable("h", (0, 1)), Variable("s", (-1, 1)), sympy.Symbol("x")
        >>> StateSum(x ** (h * s), h, s).doit()
        x + 2 + 1/x
        """
        summand = self.summand.doit(**hints) if hints.get("deep", True) else self.summand
        terms: dict[sympy.Expr, int] = {summand: 1}
        for variable in self.variables:
            counted: dict[sympy.Expr, int] = {}
            for term, count in terms.items():
                for value in variable.alphabet:
                    at = term.xreplace({variable: value})
                    counted[at] = counted.get(at, 0) + count
            terms = counted
        return sympy.Add(*(count * term for term, count in terms.items()))

    def _xreplace(self, rule: Any) -> tuple[sympy.Expr, bool]:
        if self in rule:
            return rule[self], True
        bound = set(self.variables)
        kept = {old: new for old, new in rule.items() if old not in bound}
        summand, changed = self.summand._xreplace(kept)
        if not changed:
            return self, False
        for old, new in kept.items():
            self._refuse_capture(old, new)
        return self.func(summand, *self.variables), True

    def _eval_subs(self, old: sympy.Basic, new: sympy.Basic) -> sympy.Expr:
        if old in self.variables:
            return self
        summand = self.summand._subs(old, new)
        if summand == self.summand:
            return self
        self._refuse_capture(old, new)
        return self.func(summand, *self.variables)

    def _refuse_capture(self, old: sympy.Basic, new: sympy.Basic) -> None:
        # A bound variable that comes in from outside is another one that happens to look the same.
        captured = [variable for variable in self.variables if variable in new.free_symbols]
        if captured and self.summand.has(old):
            message = (
                f"putting {new} for {old} would mix its {captured[0]} with the {captured[0]} that is summed over; "
                "sum over a variable of another name"
            )
            raise ModelError(message)

    def _eval_derivative(self, symbol: sympy.Symbol) -> sympy.Expr:
        if symbol in self.variables:
            return sympy.S.Zero
        return self.func(self.summand.diff(symbol), *self.variables)

    def _sympystr(self, printer: Any) -> str:
        names = ", ".join(printer._print(variable) for variable in self.variables)
        return f"Sum_{{{names}}}({printer._print(self.summand)})"
