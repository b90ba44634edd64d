"""Single levels of a flow in certified balls: factors and their logarithms with relative accuracy, however deep.

Iterating the recursion in balls loses two to three bits a step, and in floating point the couplings that tend to zero
are lost within a few steps. A level is one power away, V_k = T^{p^k − 1} V, and a factor that tends to 1 is a ratio of
products of entries in which the largest eigenvalue's part, being of rank one, cancels identically: the rest
has full relative accuracy. For 2 × 2 matrices that is the identity a − 1 = det V_k/(V_01 V_10).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from math import comb
from typing import Any

import flint

from .._display import Displayed
from ..errors import BudgetExceeded, ModelError, SymrgError, UnableError, UndefinedPointError
from ..exact.numbers import to_fmpq
from ..exact.powers import certified
from .end_points import Limit
from .endings import exact_end, symbolic_end
from .entry_ratios import BallMatrix, EntryRatio, coupling_ratio
from .modes import Blurred, Mode, NumberStart, Start, modes

__all__ = ["BallLevel", "Balls", "written"]

_MOST_SHOWN = 12  # factors that are computed to be printed
_FEW = 256  # exponents up to here are reached by multiplying balls
_MOST_BITS = 1_000_000  # of p^k
_MOST_SQUARINGS = 20_000  # of balls, where there is no other way
_MOST_STEPS = 400  # of the test whether a factor is 1 on every level
_ENOUGH = 2000  # bits; eigenvalues that are not kept apart by so many are taken to coincide


class Balls(tuple[Any, ...]):
    """Certified numbers of a level, printed with all their digits.

    Examples
    --------
    >>> from symrg import Chain
    >>> Chain([[2, 2], [1, 3]]).flow((2, 1, 3)).level(9, digits=30).factors[1:]
    ([1.85479883506998886345384480627 +/- 3.32e-30], [4.70959767013997772690768961255 +/- 3.40e-30])
    """

    digits: int

    def __new__(cls, values: Iterable[Any], digits: int) -> Balls:  # noqa: D102 - the class describes it
        balls = super().__new__(cls, values)
        balls.digits = digits
        return balls

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self), self.digits

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return Balls(found, self.digits) if isinstance(key, slice) else found

    def __repr__(self) -> str:
        texts = [ball.str(self.digits) for ball in self]
        return f"({', '.join(texts)}{',' * (len(texts) == 1)})"


def written(ball: Any, digits: int) -> tuple[str, str]:
    """Return a certified number to so many digits, and a bound on the error of what is written ("0" if exact).

    Examples
    --------
    >>> written(flint.arb("0.1"), 5), written(flint.arb(3) / 2, 5)
    (('0.10000', '1e-10'), ('1.5000', '0'))
    """
    if isinstance(ball, flint.acb):
        real, imag = (written(part, digits) for part in (ball.real, ball.imag))
        return f"{real[0]} + ({imag[0]})*I", f"{real[1]}, {imag[1]}"
    middle, _, error = ball.str(digits).strip("[]").partition(" +/- ")
    return middle, error or "0"


class BallLevel(Displayed):
    """The bond matrix after k steps of the recursion, in balls.

    Get it from :meth:`Flow.level <symrg.transform.flows.Flow.level>`. Numbers are computed when they are asked for.

    Parameters
    ----------
    start : Start
    scale, level : int
        p and k.
    digits : int
        Decimal digits of relative accuracy of every number.

    Raises
    ------
    ModelError
        If the level or the digits are no whole numbers, or too small.
    BudgetExceeded
        If p^k has more than a million bits.
    UndefinedPointError
        If the weights of that level are all zero.

    Examples
    --------
    >>> from symrg import Chain
    >>> deep = Chain([[2, 2], [1, 3]]).flow((2, 1, 3)).level(20, digits=12)
    >>> [x.str(12, radius=False) for x in deep.factors]
    ['1.00000000000', '1.85479883507', '4.70959767014']
    >>> deep.logarithm("a").str(12, radius=False)
    '2.79948375565e-1854806'
    """

    def __init__(self, start: Start, scale: int, level: int, *, digits: int = 50) -> None:
        for name, value, least in (("level", level, 0), ("number of digits", digits, 1)):
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                message = f"the {name} is {value!r}; it is a whole number of at least {least}"
                raise ModelError(message)
        bits = level * (scale.bit_length() - 1)
        if bits > _MOST_BITS:
            message = (
                f"level {level} needs the power {scale}^{level} of the transfer matrix, a number of {bits} bits or "
                f"more; the limit is {_MOST_BITS}: ask for the end point instead"
            )
            raise BudgetExceeded(message, estimate=bits, limit=_MOST_BITS)
        self.start, self.level, self.digits = start, level, digits
        self.exponent = flint.fmpz(scale) ** level - 1
        self._chart = start.at.chain.coordinates
        self._matrices: dict[int, BallMatrix] = {}
        if start.is_rational and self._vanishes():
            message = f"all weights are zero on level {level}: the transfer matrix is nilpotent, and its powers vanish"
            raise UndefinedPointError(message)

    def _vanishes(self) -> bool:
        if self.exponent <= self.start.size:
            return not any(self._exact(int(self.exponent)).entries())
        return all(c == 0 for c in self.start.at.powers.matrix.charpoly().coeffs()[:-1])

    def __repr__(self) -> str:
        return f"<{self._listed(': ', ', ')}>"

    def __str__(self) -> str:
        return self._listed("\n", "\n")

    def _listed(self, first: str, between: str) -> str:
        count = len(self._chart.places)
        title = f"level {self.level} of a flow, {count} factors to {self.digits} digits"
        if count > _MOST_SHOWN:
            return title
        try:
            numbers = [f"{n} = {ball.str(self.digits)}" for n, ball in zip(self.names, self.factors, strict=True)]
        except SymrgError:  # a factor that is zero or infinite; asking for it says so
            return title
        return title + first + between.join(numbers)

    @property
    def names(self) -> tuple[Any, ...]:
        """The symbols of the factors."""
        return self._chart.factors

    # -- what it answers ------------------------------------------------------------------------------

    @cached_property
    def bond(self) -> tuple[tuple[Any, ...], ...]:
        """V_k in units of its entry at the reference state."""
        rows, columns = self.start.at.chain.shape

        def entry(i: int, j: int) -> Any:
            what = f"V[{i}, {j}]/V[0, 0] on level {self.level}"
            return self._certified(lambda matrix: matrix.entries[i, j] / matrix.entries[0, 0], what)

        return tuple(tuple(entry(i, j) for j in range(columns)) for i in range(rows))

    @cached_property
    def factors(self) -> tuple[Any, ...]:
        """The factors, in the chain's order; ``flint.arb``.

        Raises
        ------
        UnableError
            If a factor may be zero or infinite.
        """

        def factor(k: int) -> Any:
            return self._certified(lambda matrix: matrix.value(self._ratios[k]), self._name("the factor", k))

        return Balls((factor(k) for k in range(len(self._chart.places))), self.digits)

    @cached_property
    def logarithms(self) -> tuple[Any, ...]:
        """The logarithms of the factors, each with full relative accuracy, also where they are close to zero.

        ``flint.arb``; of negative factors ``flint.acb`` (principal branch).

        Raises
        ------
        UnableError
            If the leading part of one cancels, so that no precision within reach is enough.
        """
        return Balls((self._logarithm(k) for k in range(len(self._chart.places))), self.digits)

    def logarithm(self, factor: Any) -> Any:
        """Return the logarithm of one factor, given by its symbol or name; see :attr:`logarithms`."""
        for k, symbol in enumerate(self._chart.factors):
            if factor in (symbol, str(symbol)):
                return self._logarithm(k)
        known = ", ".join(map(str, self._chart.factors))
        message = f"{factor!r} is none of the factors of this chain, which are {known}"
        raise ModelError(message)

    @property
    def _ratios(self) -> list[EntryRatio]:
        return self.start.ratios

    def _logarithm(self, k: int) -> Any:
        return self._log_of(self._ratios[k], self._name("the logarithm of", k))

    def _log_of(self, ratio: EntryRatio, what: Callable[[], str]) -> Any:
        is_one: list[bool] = []

        def value(matrix: BallMatrix) -> Any:
            found = matrix.logarithm(ratio)
            if found.contains(0):
                if not is_one:
                    is_one.append(self._is_one(ratio))
                return flint.arb(0) if is_one[0] else found
            return found

        return self._certified(value, what)

    @cached_property
    def couplings(self) -> tuple[Any, ...]:
        """The couplings, with full relative accuracy; for {0, 1} variables they are the logarithms.

        Raises
        ------
        UnableError
            As for the logarithms.
        """
        return Balls((self._coupling(k, row) for k, row in enumerate(self._chart.coupling_matrix)), self.digits)

    def _coupling(self, k: int, row: Sequence[Any]) -> Any:
        terms = [(n, c) for n, c in enumerate(row) if c]
        if [c for _, c in terms] == [1]:
            return self._logarithm(terms[0][0])

        def what() -> str:
            return f"the coupling {self._chart.couplings[k]} on level {self.level}"

        if all(isinstance(self.factors[n], flint.arb) and self.factors[n] > 0 for n, _ in terms):
            return self._log_of(coupling_ratio(self._ratios, row), what)

        def value(matrix: BallMatrix) -> Any:  # principal logarithms of factors that are not positive
            total = flint.arb(0)
            for n, c in terms:
                total = total + matrix.logarithm(self._ratios[n]) * to_fmpq(c)
            return total

        return self._certified(value, what)

    def _name(self, what: str, k: int) -> Callable[[], str]:
        return lambda: f"{what} {self._chart.factors[k]} on level {self.level}"

    # -- precision ----------------------------------------------------------------------------------------

    def _certified(self, value: Callable[[BallMatrix], Any], what: str | Callable[[], str]) -> Any:
        def ball() -> Any:
            try:
                return value(self._matrix())
            except (Blurred, ZeroDivisionError):
                return flint.arb("nan")

        return certified(ball, self.digits, what=what)

    def _matrix(self) -> BallMatrix:
        """Return the level at the working precision, kept for the next question."""
        precision = flint.ctx.prec
        if precision not in self._matrices:
            self._matrices[precision] = self._from_modes() if self._has_modes else self._from_products()
        return self._matrices[precision]

    @cached_property
    def _has_modes(self) -> bool:
        """Whether to sum over eigenvalues; False where few factors do, or where an eigenvalue has a Jordan block."""
        if self.exponent <= max(_FEW, self.start.size):
            return False
        if not self.start.is_rational or self.start.size == 1:
            return True
        if self.start.size == 2:
            m = self.start.matrix
            return bool((m[0, 0] + m[1, 1]) ** 2 != 4 * m.det())
        return all(e.order == 1 for e in self.start.spectrum.eigenvalues)

    def _from_modes(self) -> BallMatrix:
        precision = flint.ctx.prec
        try:
            first, *others = modes(self.start, 0)
            largest = self._as_start(first.part)
            if self._are_negligible(others):
                around = flint.arb(0, flint.arb(2) ** (-2 * precision))
                entries = largest
                for mode in others:
                    part = mode.part * (around if isinstance(mode.part, flint.arb_mat) else flint.acb(around, around))
                    entries = entries + self._as_start(part)
                return BallMatrix(entries, largest if first.simple else None, self._rest, self._limit_is_one)
            rest, unique = self._summed()
        except Blurred:
            if precision < _ENOUGH:
                raise
            return self._from_products()
        return BallMatrix(
            largest + rest, largest if first.simple and unique else None, lambda: rest, self._limit_is_one
        )

    def _are_negligible(self, others: Sequence[Mode]) -> bool:
        """Whether the smaller eigenvalues are seen to have died out at the working precision."""
        return all(mode.bound(self.exponent - 1) < -2 * flint.ctx.prec for mode in others)

    def _summed(self) -> tuple[Any, bool]:
        """Return what the smaller eigenvalues add, and whether all of them are seen to be smaller."""
        more = int(self.exponent).bit_length() + 16
        first, *others = modes(self.start, more)
        rest, unique = first.part * 0, True
        for mode in others:
            with flint.ctx.workprec(flint.ctx.prec + more):
                weight = mode.weight(self.exponent - 1)
                unique = unique and abs(mode.ratio) < 1
            rest = rest + mode.part * +weight
        return self._as_start(rest), bool(unique)

    def _rest(self) -> Any:
        return self._summed()[0]

    def _as_start(self, matrix: Any) -> Any:
        """Return the real part of a sum over conjugate eigenvalues, if the starting point is real."""
        return matrix.real if isinstance(matrix, flint.acb_mat) and self.start.is_real else matrix

    def _from_products(self) -> BallMatrix:
        """Return V_k by multiplying balls, which lose a few bits with every squaring."""
        n, start = self.exponent, self.start
        with flint.ctx.workprec(flint.ctx.prec + 4 * int(n).bit_length() + 32):
            if n == 0:
                return BallMatrix(start.bond())
            left, m, right = start.ends()
            if n > _FEW and start.is_rational and start.size == 2:
                # one eigenvalue: M^{n−1} is proportional to τ + (n − 1)(2 M − τ)
                plain, raised = start.outer()
                trace = m[0, 0] + m[1, 1]
                return BallMatrix(plain * trace + (raised * 2 - plain * trace) * flint.arb(n - 1))
            if int(n).bit_length() > _MOST_SQUARINGS:
                message = (
                    f"level {self.level} is out of reach here: eigenvalues of the transfer matrix coincide, so it "
                    f"takes more than {_MOST_SQUARINGS} squarings of balls; ask for a smaller level"
                )
                raise UnableError(message)
            for bit in f"{int(n - 1):b}"[::-1]:
                if bit == "1":
                    right = m * right
                m = m * m
            return BallMatrix(left * right)

    # -- factors that are exactly one --------------------------------------------------------------------

    def _exact(self, n: int) -> Any:
        """Return V after n factors of T as integers, up to a scale."""
        at = self.start.at
        return at.matrix(at.bond) if n == 0 else at.left * (at.powers(n - 1) * at.right)

    def _is_one(self, ratio: EntryRatio) -> bool:
        """Decide whether a ratio of entries is 1 on this level or, on deep levels, whether it is 1 on all of them.

        Numerator minus denominator, as a function of n, combines products of d n-th powers of eigenvalues (at Jordan
        blocks times powers of n). There are at most D = C(d + r − 1, d) of them, so it vanishes for all n > r if it
        does so for D in a row. Entries in e are polynomials in it, which are equal only if they are identical.
        """
        start = self.start
        if isinstance(start, NumberStart) or (ratio.denominator > 1 and not start.is_positive):
            return False
        size, degree = start.size, len(ratio.sides[0])
        one = flint.fmpz(1) if start.at.ring is None else start.at.ring.one
        if self.exponent <= _FEW:
            tried = [int(self.exponent)]
        else:
            tried = list(range(size + 1, size + 1 + comb(degree + size - 1, degree)))
        if len(tried) > _MOST_STEPS:
            return False
        try:
            return all(ratio.is_one(self._exact(n).tolist(), one) for n in tried)
        except BudgetExceeded:
            return False

    def _limit_is_one(self, ratio: EntryRatio) -> bool:
        """Decide whether a ratio is 1 for the largest eigenvalue's part of V."""
        if ratio.denominator > 1 and not self.start.is_positive:
            return False
        return self._limit is not None and self._limit.is_one(*ratio.sides)

    @cached_property
    def _limit(self) -> Limit | None:
        """The largest eigenvalue's part of V in exact numbers, where it is known."""
        if isinstance(self.start, NumberStart):
            return None
        if self.start.is_rational:
            limits = exact_end(self.start.at, 2).limits
        else:
            limits = symbolic_end(self.start.at, 2).limits if self.start.size == 2 else ()
        return limits[0] if limits else None
