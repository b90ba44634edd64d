"""The flow of a chain as a sum over the eigenvalues of its transfer matrix, in balls.

After n = p^k − 1 factors of T the bond matrix is V_k = Tⁿ V = Σ_i λ_i^{n−1} L P_i F V, with P_i the spectral projectors
of the reduced r × r matrix M (see :mod:`symrg.transform.reduced`). Up to a common factor only the ratios λ_i/λ_1
matter. Their powers need as many bits more as n has, all else does not, however deep the level.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import flint

from ..exact.spectra import Spectrum
from .contraction import Balls
from .entry_ratios import EntryRatio, factor_ratios
from .reduced import Reduced

if TYPE_CHECKING:
    from .chain import Chain

__all__ = ["Blurred", "Mode", "NumberStart", "Start", "modes"]


class Blurred(ArithmeticError):
    """Balls are too wide at this precision, or eigenvalues coincide: try more bits, or another route."""


@dataclass(frozen=True)
class Mode:
    """One eigenvalue's part of the flow.

    Attributes
    ----------
    ratio : ball or None
        λ_i/λ_1, with the bits that its power needs; None for the first one, where it is 1.
    part : matrix of balls, shape n_h × n_σ
        L P_i F V up to one factor that all parts share.
    simple : bool
        Whether the eigenvalue is simple, so that the part has rank one.
    """

    ratio: Any
    part: Any
    simple: bool = True

    def weight(self, exponent: Any) -> Any:
        """Return (λ_i/λ_1)^n as a ball, at the precision that the ratio was made with."""
        q = self.ratio
        if q.contains(0):
            size = flint.arb(0, self.bound(exponent).exp())
            return flint.acb(size, size) if isinstance(q, flint.acb) else size
        # a ball around a negative number may straddle the cut of the logarithm
        negative = q.real < 0 if isinstance(q, flint.acb) else q < 0
        size = ((-q if negative else q).log() * exponent).exp()
        return -size if negative and exponent % 2 else size

    def bound(self, exponent: Any) -> Any:
        """Return a bound on ln |λ_i/λ_1|^n."""
        return abs(self.ratio).upper().log() * exponent


class Start:
    """A starting point, whose matrices can be had as balls of any precision.

    Parameters
    ----------
    at : Reduced
        The chain; its entries are rational, or rational in exponentials of rationals.
    balls : type
        What makes balls of its entries.
    """

    def __init__(self, at: Reduced, balls: Any = Balls) -> None:
        self.at, self._balls = at, balls
        balls(at)  # a symbol without a value is said at once

    @property
    def is_rational(self) -> bool:
        """Whether all entries are rational."""
        return self.at.ring is None

    @cached_property
    def size(self) -> int:
        """The rank r of G: M is r × r."""
        return int(self.at.powers.matrix.nrows())

    @cached_property
    def ratios(self) -> list[EntryRatio]:
        """The factors as ratios of entries of V."""
        return factor_ratios(self.at.chain.coordinates)

    @property
    def is_real(self) -> bool:
        """Whether all entries are real."""
        return not isinstance(self.matrix[0, 0], flint.acb)

    @property
    def is_positive(self) -> bool:
        """Whether all entries are seen to be positive."""
        return self.is_real and all(entry > 0 for entry in self.bond().entries())

    def balls(self) -> Any:
        """Return what makes balls at the working precision."""
        return self._balls(self.at)

    @property
    def matrix(self) -> Any:
        """M: integers if all entries are rational, else balls at the working precision."""
        return self.at.powers.matrix if self.is_rational else self.balls().transfer

    @cached_property
    def _outer(self) -> tuple[Any, Any]:
        return self.at.left * self.at.right, self.at.left * (self.at.powers.matrix * self.at.right)

    def outer(self) -> tuple[Any, Any]:
        """Return L F V and L M F V as balls at the working precision."""
        if self.is_rational:
            return flint.arb_mat(self._outer[0]), flint.arb_mat(self._outer[1])
        left, m, right = self.ends()
        return left * right, left * (m * right)

    def bond(self) -> Any:
        """Return V, up to a scale, as balls at the working precision."""
        return self.balls().matrix(self.at.matrix(self.at.bond))

    def ends(self) -> tuple[Any, Any, Any]:
        """Return L, M and F V as balls at the working precision."""
        balls = self.balls()
        return balls.matrix(self.at.left), balls.transfer, balls.matrix(self.at.right)

    @cached_property
    def spectrum(self) -> Spectrum:
        """The exact eigenvalues of M, if it is rational."""
        return Spectrum(self.at.powers)


class NumberStart(Start):
    """A starting point of other numbers: roots, complex ones, anything that balls can hold.

    Parameters
    ----------
    chain : Chain
    bond : callable
        Returns the rows of V as ``flint.acb`` at the working precision.
    """

    is_rational = False

    def __init__(self, chain: Chain, bond: Callable[[], Any]) -> None:
        self.at, self._bond = Reduced(chain, bond=[[1] * chain.shape[1]] * chain.shape[0]), bond
        self.bond()

    @cached_property
    def size(self) -> int:
        """The rank r of G: M is r × r."""
        return len(self.at.splitting[1])

    @property
    def matrix(self) -> Any:
        """M as balls at the working precision."""
        return self.ends()[1]

    def bond(self) -> Any:
        """Return V as balls at the working precision, real ones if all entries are."""
        matrix = flint.acb_mat(self._bond())
        return matrix.real if all(entry.imag == 0 for entry in matrix.entries()) else matrix

    def ends(self) -> tuple[Any, Any, Any]:
        """Return L, M and F V as balls at the working precision."""
        bond = self.bond()
        columns, rows = (type(bond)(flint.fmpz_mat([list(row) for row in part])) for part in self.at.splitting[:2])
        left = bond * columns
        return left, rows * left, rows * bond


def modes(start: Start, more: int) -> list[Mode]:
    """Return the modes of a flow at the working precision, the largest eigenvalue first.

    Eigenvalues that are exactly zero have none, so the sum over modes holds for exponents n − 1 ≥ r only.

    Parameters
    ----------
    start : Start
    more : int
        How many bits more the ratios of eigenvalues get.

    Raises
    ------
    Blurred
        If eigenvalues are not kept apart at this precision, or some eigenvalue has a Jordan block.

    Examples
    --------
    >>> from symrg import Chain
    >>> first, second = modes(Start(Reduced(Chain([[2, 2], [1, 3]]), (2, 1, 3))), 0)
    >>> second.ratio.str(8, radius=False), second.weight(10**6).str(3, radius=False)
    ('0.017026211', '1.02e-1768882')
    """
    if start.size == 1:
        return [Mode(None, start.outer()[0])]
    if start.size == 2:
        return _two_modes(start, more)
    return _exact_modes(start, more) if start.is_rational else _ball_modes(start, more)


def _two_modes(start: Start, more: int) -> list[Mode]:
    """Return the modes of a 2 × 2 matrix: nothing cancels, as the smaller root is δ/λ₁."""
    with flint.ctx.workprec(flint.ctx.prec + more):
        m = start.matrix
        trace, determinant = m[0, 0] + m[1, 1], m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0]
        square = trace * trace - 4 * determinant
        if _is_zero(square):
            raise Blurred("one eigenvalue only")
        if not isinstance(square, flint.acb):
            square = flint.arb(square)
        if isinstance(square, flint.arb) and square > 0:
            root = square.sqrt()
            if not (_is_zero(trace) or trace > 0 or trace < 0):
                raise Blurred("it is not seen which eigenvalue is larger")
            top = (trace - root if trace < 0 else trace + root) / 2
        elif isinstance(square, flint.arb) and square < 0:
            top = flint.acb(trace, (-square).sqrt()) / 2
        else:
            root = flint.acb(square).sqrt()
            top = max((trace + root) / 2, (trace - root) / 2, key=lambda z: abs(z).mid())
        if not abs(top) > 0:
            raise Blurred("no eigenvalue is seen to be other than zero")
        other = determinant / top
        ratio = other / top
    plain, raised = start.outer()
    first = Mode(None, raised - plain * other)
    return [first] if _is_zero(determinant) else [first, Mode(ratio, plain * top - raised)]


def _exact_modes(start: Start, more: int) -> list[Mode]:
    """Return the modes from the exact spectrum and its projectors Σ_j g_j(λ) M^j / μ′(λ)."""
    spectrum = start.spectrum
    if any(e.order > 1 for e in spectrum.eigenvalues):
        raise Blurred("the transfer matrix has a Jordan block")
    at = start.at
    images = [flint.acb_mat(at.left * (power * at.right)) for power in at.powers.first]
    pairs = _ordered([(e, e.refined(flint.ctx.prec + more)) for e in spectrum.eigenvalues], key=lambda pair: pair[1])
    with flint.ctx.workprec(flint.ctx.prec + more):
        ratios = [ball / pairs[0][1] for _, ball in pairs]
    found: list[Mode] = []
    for (eigenvalue, ball), ratio in zip(pairs, ratios, strict=True):
        slope = flint.fmpz_poly(spectrum.slope)(ball)
        part = flint.acb_mat(at.left.nrows(), at.right.ncols())
        for j, image in enumerate(images):
            part += image * (flint.fmpz_poly([spectrum.hankel[j, m] for m in range(len(images))])(ball) / slope)
        found.append(Mode(ratio if found else None, part, simple=eigenvalue.multiplicity == 1))
    return found


def _ball_modes(start: Start, more: int) -> list[Mode]:
    """Return the modes from flint's certified eigenvectors."""
    left, _, right = start.ends()
    with flint.ctx.workprec(flint.ctx.prec + more):
        try:
            values, rows, columns = flint.acb_mat(start.matrix).eig(left=True, right=True)
        except ValueError as error:
            raise Blurred("eigenvalues are not kept apart") from error
        order = _ordered(range(len(values)), key=lambda i: values[i])
        ratios = [values[i] / values[order[0]] for i in order]
    size = len(values)
    found: list[Mode] = []
    for i, ratio in zip(order, ratios, strict=True):
        row = flint.acb_mat([[rows[i, j] for j in range(size)]])
        column = flint.acb_mat([[columns[j, i]] for j in range(size)])
        part = (flint.acb_mat(left) * column) * (row * flint.acb_mat(right)) * (1 / (row * column)[0, 0])
        found.append(Mode(ratio if found else None, part))
    return found


def _ordered(items: Sequence[Any], key: Any = lambda ball: ball) -> list[Any]:
    return sorted(items, key=lambda item: abs(key(item)).mid(), reverse=True)


def _is_zero(value: Any) -> bool:
    """Whether a number is exactly zero; balls are so only if they have no radius."""
    return bool(value == 0)
