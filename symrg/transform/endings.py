"""Where flows end: V_k = T^{p^k − 1} V for k → ∞, projectively, from the eigenvalues of largest modulus.

If one eigenvalue λ₁ of T exceeds all others in modulus, V_k tends to P₁ V, which is u (wᵀ V) with its right and left
eigenvectors u and w. If several share the largest modulus, the flow sees (λ_i/λ_j)^{p^k}: it ends, or runs into a
cycle, if these ratios are roots of unity, and never settles otherwise (x ↦ p x on the circle has only repelling
cycles). For rational starting points all of that is decided exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import flint
import sympy

from ..exact.powers import IntegerPowers, certified
from ..exact.spectra import Eigenvalue, Spectrum
from ..exact.surds import Surd
from .end_points import AlgebraicLimit, BallLimit, EndPoint, SurdLimit
from .infinite import inverse_log
from .modes import Blurred, Mode, Start, modes
from .reduced import Reduced
from .two_level import TwoLevel

__all__ = ["PERRON_FLOW", "ball_end", "exact_end", "symbolic_end"]

PERRON_FLOW = (
    "real couplings make V > 0 and T = V G^T > 0 (no row of G is zero), so one eigenvalue of T is simple and larger in "
    "modulus than all others, with positive eigenvectors u and w (Perron and Frobenius): V_k tends to the fixed point "
    "u (w^T V), which has rank 1 and real couplings"
)
"""The theorem behind every flow of real couplings."""

_FIRST_PRECISION, _MOST_PRECISION = 128, 4096  # bits, for eigenvalues that are known as balls only

# -- rational starting points ---------------------------------------------------------------------------------


def exact_end(at: Reduced, scale: int, digits: int | None = None) -> EndPoint:
    """Return the end of the flow from a rational bond matrix: decided exactly, algebraic numbers or balls of them."""
    chain, spectrum = at.chain, Spectrum(at.powers)
    shells = spectrum.shells
    if shells is None:
        return EndPoint(chain, scale, None, "whether two eigenvalues of T have equal moduli is beyond the bounds")
    if not shells:
        return EndPoint(chain, scale, False, "T is nilpotent: after finitely many steps all weights are zero")
    order = max(e.order for e in shells[0])
    leading = [e for e in shells[0] if e.order == order]

    def gap() -> Any:
        if order > 1:
            return sympy.oo
        return inverse_log(shells[0][0], shells[1][0], digits) if len(shells) > 1 else sympy.S.Zero

    turns = _common_order(leading, at.powers)
    if turns is None:
        reason = (
            f"{len(leading)} eigenvalues of T share the largest modulus, and their ratios are no roots of unity: the "
            "flow never settles"
        )
        return EndPoint(chain, scale, False, reason)
    residues = _cycle(scale, turns)
    limits = tuple(_limit(at, turns, residue - 1, digits) for residue in residues)
    rank = sum(_blocks(spectrum, e) for e in leading)
    if len(residues) > 1:
        reason = (
            f"{len(leading)} eigenvalues of T share the largest modulus; their ratios are roots of unity, of common "
            f"order {turns}, and {scale}^k runs through {len(residues)} residues modulo {turns}"
        )
        return EndPoint(chain, scale, False, reason, len(residues), rank, (), limits, gap)
    if order > 1:
        reason = (
            "the largest eigenvalue of T has a Jordan block, so T is nilpotent at the limit and the map is not defined "
            "there; the approach is slow, like 1/p^k"
        )
        return EndPoint(chain, scale, True, reason, 1, rank, (), limits, gap)
    if at.is_positive:
        reason = PERRON_FLOW
    elif len(leading) == 1 and rank == 1:
        reason = "one eigenvalue of T is simple and larger in modulus than all others: V_k tends to u (w^T V)"
    elif len(leading) == 1:
        reason = (
            f"one eigenvalue of T, of multiplicity {rank}, is larger in modulus than all others, with no Jordan block"
        )
    else:
        reason = (
            f"{len(leading)} eigenvalues of T share the largest modulus; their ratios are roots of unity, of common "
            f"order {turns}, and {scale}^k is {residues[0]} modulo {turns} from some k on"
        )
    vector = _multiplicities(leading, residues[0], scale)
    return EndPoint(chain, scale, True, reason, 1, rank, vector, limits, gap)


def _limit(at: Reduced, turns: int, residue: int, digits: int | None) -> AlgebraicLimit:
    """Return the limit of T^n V for n ≡ residue modulo ``turns``: a limit of powers of T^turns."""
    powers = at.powers if turns == 1 else IntegerPowers(at.powers(turns))
    spectrum = Spectrum(powers)
    (top,) = _leading(spectrum)
    first = (residue - 1) % turns  # T^n V = L M^{n−1} F V
    images = [at.left * (at.powers(first + turns * j) * at.right) for j in range(len(powers.first))]
    rows, columns = at.chain.shape
    entries = [
        [flint.fmpz_poly(spectrum.projected([image[i, j] for image in images])) for j in range(columns)]
        for i in range(rows)
    ]
    return AlgebraicLimit(entries, spectrum, top, digits)


def _leading(spectrum: Spectrum) -> list[Eigenvalue]:
    """Return the eigenvalues of largest modulus with the largest Jordan blocks."""
    top = (spectrum.shells or ((),))[0]
    return [e for e in top if e.order == max(other.order for other in top)]


def _common_order(leading: Sequence[Eigenvalue], powers: IntegerPowers) -> int | None:
    """Return the least m for which all λ^m are equal, None if there is none: decided."""
    orders = [1]
    for other in leading[1:]:
        # a root of unity of order m has degree φ(m) ≥ √(m/2), and the ratio's degree is at most the product of both
        most = 2 * ((len(leading[0].factor) - 1) * (len(other.factor) - 1)) ** 2
        angle = _angle(other, leading[0])
        near = (m for m in range(1, most + 1) if (angle * m).contains_integer())
        order = next(near, None)
        if order is None:
            return None
        orders.append(order)
    found = lcm(*orders)
    # an angle below the accuracy is seen as zero, though the eigenvalues differ
    return found if len(leading) == 1 or len(_leading(Spectrum(IntegerPowers(powers(found))))) == 1 else None


def _angle(first: Eigenvalue, second: Eigenvalue) -> Any:
    """Return the angle of λ/λ' in turns, up to whole turns."""
    with flint.ctx.workprec(256):
        ratio = first.refined(256) / second.refined(256)
        # a ball around a negative number may lie across the cut of the logarithm
        is_left = ratio.real < 0
        angle = ((-ratio if is_left else ratio).log() / (2 * flint.acb.pi())).imag
        return angle + flint.arb("0.5") if is_left else angle


def _cycle(scale: int, modulus: int) -> list[int]:
    """Return the residues of p^k that come back for ever, in their order."""
    seen: list[int] = []
    residue = 1 % modulus
    while residue not in seen:
        seen.append(residue)
        residue = residue * scale % modulus
    return seen[seen.index(residue) :]


def _blocks(spectrum: Spectrum, eigenvalue: Eigenvalue) -> int:
    """Return how many Jordan blocks of the largest size an eigenvalue has."""
    if eigenvalue.order == 1:
        return eigenvalue.multiplicity
    quotient = flint.fmpz_poly(list(spectrum.minimal)) // flint.fmpz_poly(list(eigenvalue.factor))
    total = spectrum.powers.first[0] * 0
    for coefficient, power in zip(quotient.coeffs(), spectrum.powers.first, strict=False):
        total = total + power * coefficient
    return int(total.rank()) // (len(eigenvalue.factor) - 1)


def _multiplicities(leading: Sequence[Eigenvalue], residue: int, scale: int) -> tuple[int, ...]:
    """Return how often each (p−1)-th root of unity is an eigenvalue of T at the end, relative to the first one."""
    vector = [0] * (scale - 1)
    for eigenvalue in leading:
        place = _angle(eigenvalue, leading[0]) * residue * (scale - 1)
        vector[int(place.unique_fmpz()) % (scale - 1)] += eigenvalue.multiplicity
    return tuple(vector)


# -- symbolic and other starting points -------------------------------------------------------------------------


def symbolic_end(at: Reduced, scale: int) -> EndPoint:
    """Return the end of the flow in closed form, with the symbols in it; G has a rank of at most two.

    It holds for positive values of the symbols where V then is positive; elsewhere numbers carry their conditions.
    """
    closed = TwoLevel(at, at.insertion())
    fraction = closed.ring.fraction
    plain, raised = (
        [[fraction(entry) for entry in row] for row in matrix.tolist()]
        for matrix in (at.left * at.right, at.left * (at.powers.matrix * at.right))
    )
    rational = closed.rational_root if closed.levels == 2 else closed.trace
    zero = fraction(0)
    root = Surd(zero, fraction(1), closed.discriminant) if rational is None else Surd(rational, zero, zero)

    def table(which: int) -> list[list[Surd]]:
        # P_i V up to a factor: L (M − λ_j) F V with the other eigenvalue
        centre = Surd(closed.trace, zero, root.square)
        other = (centre - root if which == 0 else centre + root) * Fraction(1, 2)
        return [
            [Surd(y, zero, root.square) - other * x for x, y in zip(*rows, strict=True)]
            for rows in zip(plain, raised, strict=True)
        ]

    where = "for positive values of the symbols" if at.is_positive else "where the condition with it holds"
    reason = (
        f"{PERRON_FLOW} ({where})" if at.is_positive else f"one eigenvalue is larger in modulus than the other {where}"
    )
    vector = (1,) + (0,) * (scale - 2)
    limit = SurdLimit(closed, (table(0), table(1)))
    return EndPoint(at.chain, scale, True, reason, 1, 1, vector, (limit,), lambda: closed.gap_length)


def ball_end(start: Start, scale: int, digits: int) -> EndPoint:
    """Return the end of the flow from a starting point that is known as balls, if the balls show that it has one."""
    chain, precision = start.at.chain, _FIRST_PRECISION
    while precision <= _MOST_PRECISION:
        with flint.ctx.workprec(precision):
            try:
                found: list[Mode] = modes(start, 0)
            except Blurred:
                found = []
            if found and all(abs(mode.ratio) < 1 for mode in found[1:]):
                break
        precision *= 2
    else:
        reason = (
            f"with {_MOST_PRECISION} bits no eigenvalue of T is seen to be larger in modulus than all others; give "
            "rational factors, for which that is decided"
        )
        return EndPoint(chain, scale, None, reason)

    def first() -> Any:
        part = modes(start, 0)[0].part
        return part.real if isinstance(part, flint.acb_mat) and start.is_real else part

    def gap() -> Any:
        def ball() -> Any:
            try:
                return -1 / abs(modes(start, 0)[1].ratio).log()
            except Blurred:
                return flint.arb("nan")

        return certified(ball, digits, what="the gap length") if len(found) > 1 else flint.arb(0)

    reason = "balls show that one eigenvalue of T is simple and larger in modulus than all others"
    if start.is_positive:
        reason = PERRON_FLOW
    vector = (1,) + (0,) * (scale - 2)
    return EndPoint(chain, scale, True, reason, 1, 1, vector, (BallLimit(chain.shape, first, digits),), gap)
