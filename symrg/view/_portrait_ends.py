"""Where the orbits of a recursion end, in floating point: for colours of pictures, they decide nothing.

Every orbit is followed until it is told apart: at an attracting fixed point that is known exactly, settled elsewhere,
in a cycle, or beyond all bounds. What is left after a bounded amount of work is called undecided, and is no basin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Any

from ..exact.algebraic import AlgebraicNumber
from ..transform.component import Component
from ..transform.coupling_plane import CouplingChart
from ..transform.float_orbits import float_logarithms, float_orbits
from ..transform.stability import is_exponential, isolated_points, known_components
from ._portrait_page import near, need, point_words

if TYPE_CHECKING:
    from ..transform.recursion import Recursion

__all__ = ["BOUND", "Ending", "coupling_words", "endings"]

_TOGETHER = 12  # steps between two looks, so that cycles whose length divides it are seen
_MOST_STEPS = 3000
_WORK = 1e9  # terms of the map that are evaluated, all points and steps together: some seconds
_NEAR = 1e-4  # relative, to an attracting fixed point
_SETTLED = 1e-9  # relative, of a step
_HUGE = 1e30
BOUND = "10^30"  # the same in words
_TINY = 1e-300
_LARGE = 1e8  # before an orbit leaves the range of floats
_ON = 60  # steps in which orbits that are far away are followed on
_TURNS = 5  # less one: steps in which a sign that goes to and fro is seen to
_AWAY = 40.0  # a logarithm after them that is no longer one of a finite limit
_ROUNDING = 1e-10  # of the logarithms that a coupling is the difference of
_LASTING = 0.7  # of the step before it: a logarithm whose steps do not become smaller runs to infinity
_MOST_NAMED = 4  # coordinates of a fixed point that are written out
_MOST_PATTERNS = 6  # of infinite couplings that are told apart


@dataclass(frozen=True, eq=False)
class Ending:
    """A way in which orbits end.

    Attributes
    ----------
    label : str
    kind : {"point", "elsewhere", "far", "undecided"}
    members : numpy array of bool
        Which orbits end so.
    """

    label: str
    kind: str
    members: Any


def endings(
    recursion: Recursion, starts: Any, chart: CouplingChart | None = None, *, axes: Sequence[Any] = ()
) -> tuple[list[Ending], int]:
    """Tell the orbits of many points apart by how they end.

    Parameters
    ----------
    recursion : Recursion
        Without a chain.
    starts : array of shape (n, number of coordinates)
    chart : CouplingChart, optional
        If ends are to be named by couplings.
    axes : sequence of coordinates, optional
        Those that are named first.

    Returns
    -------
    list of Ending
        Those that have members; every orbit belongs to one.
    int
        The number of steps that were taken.
    """
    np = need("numpy")
    ends = _Ends(np, recursion, starts, chart, axes)
    steps = ends.follow()
    return ends.told(steps), steps


class _Ends:
    UNDECIDED, FAR, SETTLED = -1, -2, -3  # codes; a fixed point has its number, a cycle −10 less its length

    def __init__(
        self, np: Any, recursion: Recursion, starts: Any, chart: CouplingChart | None, axes: Sequence[Any]
    ) -> None:
        order = [*(f for f in axes if f in recursion.factors), *(f for f in recursion.factors if f not in axes)]
        self.order = [recursion.factors.index(f) for f in order]
        self.np, self.recursion, self.chart = np, recursion, chart
        self.exponential = is_exponential(recursion)
        self.state = np.array(starts, dtype=float)
        self.codes = np.full(len(starts), self.UNDECIDED)
        self.patterns = np.zeros(self.state.shape, dtype=int)  # of those that end far away: see _pattern
        self.points: list[tuple[Sequence[Any], str | None]] = []
        components, self.unknown = known_components(recursion)
        for component in components:
            if isinstance(component, Component) and component.dimension == 0:
                self.points += [(p, kind) for p, _, kind in isolated_points(component) if all(map(_is_real, p))]
        self.floats = [np.array([float(near(x)) for x in p]) for p, _ in self.points]

    def follow(self) -> int:
        """Iterate until every orbit has an ending, or the work is done; return the number of steps."""
        np = self.np
        terms = sum(len(p.coeffs()) for f in self.recursion.functions for p in (f.num, f.den))
        steps, work, alive = 0, 0.0, np.arange(len(self.state))
        while alive.size and steps < _MOST_STEPS and work < _WORK:
            orbit = float_orbits(self.recursion, self.state[alive], _TOGETHER)
            self.codes[alive] = self._look(orbit)
            away = self.codes[alive] == self.FAR
            if away.any():
                self.patterns[alive[away]], self.codes[alive[away]] = self._pattern(orbit[:, away])
            self.state[alive] = orbit[-1]
            steps += _TOGETHER
            work += float(_TOGETHER * alive.size * (terms + 2))
            alive = alive[(self.codes[alive] == self.UNDECIDED) & np.isfinite(orbit[-1]).all(axis=1)]
        return steps

    def _look(self, orbit: Any) -> Any:
        """Return a code for each piece of orbit; array of shape (steps + 1, n, coordinates)."""
        np = self.np
        codes = np.full(orbit.shape[1], self.UNDECIDED)
        with np.errstate(all="ignore"):
            last = orbit[-1]
            size = np.abs(last) if self.exponential else 1 + np.abs(last)
            steps = [np.max(np.abs(last - orbit[-1 - k]) / size, axis=1) for k in (1, 2, 3, 4, 6)]
            before = np.max(np.abs(orbit[1] - orbit[0]) / size, axis=1)
            for length, step in zip((6, 4, 3, 2), reversed(steps[1:]), strict=True):
                codes[step <= _SETTLED] = -10 - length
            codes[(steps[0] <= _SETTLED) & (steps[0] <= before)] = self.SETTLED
            codes[(steps[0] <= _SETTLED) & (steps[0] > before)] = self.UNDECIDED  # it begins to leave
            codes[self._is_far(orbit)] = self.FAR
            for k, ((_, kind), point) in enumerate(zip(self.points, self.floats, strict=True)):
                distance = [np.max(np.abs(orbit[i] - point) / (1 + np.abs(point)), axis=1) for i in (0, -1)]
                close = (distance[1] <= _NEAR) & (distance[1] <= distance[0])
                infinite = self.exponential and not point.all()
                if kind != "attracting":
                    close &= codes == (self.FAR if infinite else self.SETTLED)
                codes[close] = self.FAR if infinite and (kind != "attracting" or self.chart) else k
        return codes

    def _pattern(self, orbit: Any) -> tuple[Any, Any]:
        """Return for coordinates far away where they go; array n × coordinates.

        −1 is to 0, 1 to ∞, −2 to −∞, 2 to infinity with both signs, 0 to neither. Of couplings −1 is to −∞. And the
        codes, since some end at attracting fixed points with factors 0. Which coordinates are first beyond the range
        of floats says little: the orbits are followed on in logarithms.
        """
        np = self.np
        held = np.isfinite(orbit) & (orbit != 0) if self.exponential else np.isfinite(orbit)
        fine = np.cumprod(held.all(axis=2), axis=0).sum(axis=0)
        start = orbit[np.maximum(fine - 1, 0), np.arange(orbit.shape[1])]
        if not self.exponential:
            start = np.where(start == 0, _TINY, start)  # which has a logarithm
        signs, logs = float_logarithms(self.recursion, start, _ON)
        if self.chart is not None:
            rows = np.array([[float(x) for x in row] for row in self.chart.inverse]).T
            rounding = _ROUNDING * (np.abs(logs) @ np.abs(rows))
            logs = logs @ rows
            logs[np.abs(logs) <= rounding] = 0
        with np.errstate(all="ignore"):
            steps = np.diff(logs, axis=0)
            on = (steps[-1] * logs[-1] > _SETTLED) & (np.abs(steps[-1]) >= _LASTING * np.abs(steps[-2]))
            steady = (np.sign(logs[-_TOGETHER:]) == np.sign(logs[-1])).all(axis=0)  # not to and fro
            on &= (steps[-_TOGETHER:] * steps[-1] > 0).all(axis=0)
            found = np.where(steady & ((np.abs(logs[-1]) > _AWAY) | on), np.sign(logs[-1]), 0).astype(int)
            codes = np.full(len(found), self.FAR)
            if self.chart is not None:
                return found, codes
            if not self.exponential:
                return self._sides(start, signs, found), codes
            last = signs * np.exp(logs[-1])
            for k, ((_, kind), point) in enumerate(zip(self.points, self.floats, strict=True)):
                if kind == "attracting" and not point.all():
                    codes[np.max(np.abs(last - point) / (1 + np.abs(point)), axis=1) <= _NEAR] = k
        return np.where((found > 0) & (signs < 0), -2, found), codes

    def _sides(self, start: Any, signs: Any, found: Any) -> Any:
        """Return to which side plain coordinates run; those whose sign changes on the way, to both."""
        np = self.np
        on = np.sign(float_orbits(self.recursion, start, _ON))
        # what grows too fast for floats is seen for some more steps in logarithms
        after = np.stack([float_logarithms(self.recursion, start, k)[0] for k in range(1, _TURNS)])
        steady = (np.isnan(on) | (on == signs)).all(axis=0) & (after == signs).all(axis=0)
        return np.where(found <= 0, 0, np.where(~steady, 2, np.where(signs < 0, -2, 1)))

    def _is_far(self, orbit: Any) -> Any:
        """Tell which orbits leave all bounds; for factors 0 is as far away as infinity."""
        np = self.np
        last, bound = np.abs(orbit[-1]), np.full(orbit.shape[1], _HUGE)
        lost = np.flatnonzero(~np.isfinite(last).all(axis=1))
        if lost.size:  # a high power of a large number is no float any more: look at what was before
            finite = np.isfinite(orbit[:, lost]).all(axis=2)
            lasting = np.cumprod(finite, axis=0).sum(axis=0) - 1
            last[lost] = np.abs(orbit[np.maximum(lasting, 0), lost])
            bound[lost] = _LARGE
        far = (last > bound[:, None]).any(axis=1)
        return far | (last < 1 / bound[:, None]).any(axis=1) if self.exponential else far

    def told(self, steps: int) -> list[Ending]:
        """Return the endings that there are: fixed points, the more orbits the earlier, then the others."""
        np = self.np
        codes, counts = np.unique(self.codes, return_counts=True)
        known = dict(zip(codes.tolist(), counts.tolist(), strict=True))
        order = sorted((c for c in known if c >= 0), key=lambda c: (-known[c], c))
        order += sorted((c for c in known if c <= -10), reverse=True)
        order += [c for c in (self.SETTLED, self.FAR, self.UNDECIDED) if c in known]
        found: list[Ending] = []
        for code in order:
            members = self.codes == code
            parts = self._infinite(members) if code == self.FAR else []
            found += parts or [Ending(*self._words(code, steps), members)]
        return found

    def _infinite(self, members: Any) -> list[Ending]:
        """Return the ends at infinity by what goes to 0 or ±∞; none if they are one, or too many."""
        np = self.np
        patterns, counts = np.unique(self.patterns[members], axis=0, return_counts=True)
        count = sum(self._is_infinite(c) for c in set(self.codes.tolist()))
        if len(patterns) + count > _MOST_PATTERNS or not patterns.any(axis=1).all():
            return []
        ordered = sorted(zip(counts.tolist(), patterns.tolist(), strict=True), key=lambda pair: (-pair[0], pair[1]))
        return [
            Ending(self._told_pattern(pattern), "far", members & (self.patterns == pattern).all(axis=1))
            for _, pattern in ordered
        ]

    def _told_pattern(self, pattern: Sequence[int]) -> str:
        """Return "ends where f → ∞, k → 0", or "ends where r → −∞"."""
        names = list(map(str, self.recursion.factors if self.chart is None else self.chart.couplings))
        goals = {1: "{} → ∞", -2: "{} → −∞", 2: "|{}| → ∞", -1: "{} → 0" if self.chart is None else "{} → −∞"}
        told = [(goal, name) for name, goal in zip(names, pattern, strict=True) if goal]
        if self.exponential:
            told.sort(key=lambda pair: list(goals).index(pair[0]))
        parts = [goals[goal].format(name) for goal, name in told]
        return f"ends where {', '.join(parts)}" if len(parts) <= _MOST_NAMED else self._far

    @property
    def _far(self) -> str:
        return "ends at infinite couplings" if self.exponential else "leaves all bounds"

    def _is_infinite(self, code: int) -> bool:
        return self.exponential and code >= 0 and not self.floats[code].all()

    def _words(self, code: int, steps: int) -> tuple[str, str]:
        if code >= 0:
            infinite = self._is_infinite(code)
            words = f"ends at {self._named(code)}" + (", infinite coupling" if infinite else "")
            return words, "far" if infinite else "point"
        if code <= -10:
            return f"ends in a cycle of {-10 - code} points", "point"
        if code == self.SETTLED:
            # one that is not known, or one of a line of them
            return f"ends at a fixed point{'' if self.unknown else ' that depends on the start'}", "elsewhere"
        if code == self.FAR:
            return self._far, "far"
        return f"undecided after {steps} steps", "undecided"

    def _named(self, code: int) -> str:
        point = self.points[code][0]
        if len(point) > _MOST_NAMED:
            return f"the fixed point number {code + 1}"
        if self.chart is not None:
            return coupling_words(self.chart, point)
        return point_words([self.recursion.factors[i] for i in self.order], [point[i] for i in self.order])


def coupling_words(chart: CouplingChart, point: Sequence[Any]) -> str:
    """Return the couplings of a point with positive factors as names and first digits."""
    exact = all(x == 1 for x in point)
    logs = [0.0 if exact else log(near(x)) for x in point]
    values = [sum(float(x) * y for x, y in zip(row, logs, strict=True)) for row in chart.inverse]
    names, written = map(str, chart.couplings), [f"{v:.6g}".replace("-", "−") for v in values]
    left, right = (", ".join(texts) for texts in (names, written))
    sign = "=" if exact else "≈"
    return f"{left} {sign} {right}" if len(values) == 1 else f"({left}) {sign} ({right})"


def _is_real(value: Any) -> bool:
    return not isinstance(value, AlgebraicNumber) or value.is_real
