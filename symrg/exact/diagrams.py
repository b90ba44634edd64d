"""Decision diagrams: functions on a finite product of alphabets, each with exactly one form.

A diagram reads its variables in a fixed order and branches on the value of each. Equal branches are
merged and equal diagrams are stored once, so two functions are equal iff their node numbers are: a
zero test needs no enumeration of states. A network with a narrow layer has small diagrams however
many weights it has, because what was read so far matters only through the state of one layer.

Variables and values are any hashable objects; nothing here knows SymPy.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from math import prod

from ..errors import BudgetExceeded, DomainError, ModelError

__all__ = ["DEFAULT_BUDGET", "Diagrams"]

DEFAULT_BUDGET = 2_000_000
"""Steps (one step makes at most one node) that a :class:`Diagrams` may take: some tens of seconds."""


class Diagrams:
    """A store of multi-valued decision diagrams over variables with finite alphabets.

    Diagrams are named by integers; equal integers mean equal functions.

    Parameters
    ----------
    alphabets : mapping of variable to sequence of values
        Each variable's values, without repetition. The order of the mapping is the order in which
        diagrams read the variables; sizes depend on it strongly.
    budget : int
        How many steps may be taken in total before :class:`~symrg.errors.BudgetExceeded` is raised.

    Examples
    --------
    >>> store = Diagrams({"s": (-1, 1), "t": (-1, 1)})
    >>> product = store.apply(lambda s, t: s * t, store.variable("s"), store.variable("t"))
    >>> square = store.apply(lambda f: f * f, product)
    >>> square == store.terminal(1), store.support(product), store.support(square)
    (True, ('s', 't'), ())
    """

    def __init__(self, alphabets: Mapping[Hashable, Sequence[Hashable]], *, budget: int = DEFAULT_BUDGET) -> None:
        self._alphabets = {variable: tuple(alphabet) for variable, alphabet in alphabets.items()}
        for variable, alphabet in self._alphabets.items():
            if not alphabet or len(set(alphabet)) != len(alphabet):
                message = f"the alphabet {alphabet} of {variable} is empty or repeats a value"
                raise ModelError(message)
        self._order = tuple(self._alphabets)
        self._level_of_variable = {variable: level for level, variable in enumerate(self._order)}
        self._budget = budget
        self._steps = 0
        # One entry a node. Terminals sit below every variable; a child's number is always smaller
        # than its parent's, so increasing numbers are a bottom-up order.
        self._levels: list[int] = []
        self._children: list[tuple[int, ...]] = []
        self._values: list[Hashable] = []
        self._terminals: dict[Hashable, int] = {}
        self._unique: dict[tuple[int, tuple[int, ...]], int] = {}
        self._applied: dict[Callable[..., Hashable], dict[tuple[int, ...], int]] = {}
        self._restricted: dict[tuple[Hashable, int], dict[int, int]] = {}

    @property
    def variables(self) -> tuple[Hashable, ...]:
        """The variables, in reading order."""
        return self._order

    @property
    def steps(self) -> int:
        """Steps taken so far, to compare with the budget."""
        return self._steps

    def alphabet(self, variable: Hashable) -> tuple[Hashable, ...]:
        """Return the values of a variable, the reference value first."""
        return self._alphabets[variable]

    def terminal(self, value: Hashable) -> int:
        """Return the diagram of the constant function with this value."""
        if value not in self._terminals:
            self._terminals[value] = self._append(len(self._order), (), value)
        return self._terminals[value]

    def variable(self, variable: Hashable, values: Sequence[Hashable] | None = None) -> int:
        """Return the diagram of a function of one variable.

        Parameters
        ----------
        variable : hashable
            One of the variables of the store.
        values : sequence of hashable, optional
            The function's value for each letter of the alphabet; default: the letter itself.
        """
        letters = self._alphabets[variable] if values is None else tuple(values)
        if len(letters) != len(self._alphabets[variable]):
            message = f"{variable} has {len(self._alphabets[variable])} letters, got {len(letters)} values"
            raise DomainError(message)
        return self._node(self._level_of_variable[variable], tuple(self.terminal(value) for value in letters))

    def apply(self, operation: Callable[..., Hashable], *diagrams: int) -> int:
        """Return the diagram of ``operation(f(state), g(state), ...)``.

        Results are kept under the identity of ``operation``: pass the same function object again to
        profit from them.

        Parameters
        ----------
        operation : callable
            A pure function of as many values as there are diagrams, returning a value.
        *diagrams : int
            Diagrams of this store.

        Raises
        ------
        BudgetExceeded
            When the budget is used up; ``estimate`` is the number of states of all variables.
        """
        known = self._applied.setdefault(operation, {})
        pending = [diagrams]
        while pending:  # an explicit stack: a network may be deeper than Python's recursion limit
            nodes = pending[-1]
            if nodes in known:
                pending.pop()
                continue
            level = min(self._levels[node] for node in nodes)
            if level == len(self._order):
                known[nodes] = self.terminal(operation(*(self._values[node] for node in nodes)))
                pending.pop()
                self._spend()
                continue
            branches = [
                tuple(self._children[node][letter] if self._levels[node] == level else node for node in nodes)
                for letter in range(len(self._alphabets[self._order[level]]))
            ]
            missing = [branch for branch in branches if branch not in known]
            if missing:
                pending.extend(reversed(missing))
                continue
            known[nodes] = self._node(level, tuple(known[branch] for branch in branches))
            pending.pop()
            self._spend()
        return known[diagrams]

    def restrict(self, diagram: int, variable: Hashable, letter: int) -> int:
        """Return the diagram with one variable fixed to the letter at a position of its alphabet.

        Examples
        --------
        >>> store = Diagrams({"s": (-1, 1), "t": (0, 1, 2)})
        >>> f = store.apply(lambda s, t: s * t, store.variable("s"), store.variable("t"))
        >>> store.restrict(f, "s", 1) == store.variable("t")
        True
        """
        target = self._level_of_variable[variable]
        known = self._restricted.setdefault((variable, letter), {})
        for node in self._reachable(diagram, known):
            level = self._levels[node]
            if level > target:
                known[node] = node
            elif level == target:
                known[node] = self._children[node][letter]
            else:
                known[node] = self._node(level, tuple(known[child] for child in self._children[node]))
            self._spend()
        return known[diagram]

    def support(self, diagram: int) -> tuple[Hashable, ...]:
        """Return the variables on which the function really depends, in reading order.

        Diagrams are reduced, so a variable that is read somewhere changes the value of some state.
        """
        levels = {self._levels[node] for node in self._reachable(diagram)}
        return tuple(self._order[level] for level in sorted(levels) if level < len(self._order))

    def values(self, diagram: int) -> tuple[Hashable, ...]:
        """Return the distinct values that the function takes, in a stable order."""
        bottom = len(self._order)
        return tuple(self._values[node] for node in self._reachable(diagram) if self._levels[node] == bottom)

    def size(self, diagram: int) -> int:
        """Return the number of nodes of the diagram, terminals included."""
        return len(self._reachable(diagram))

    def evaluate(self, diagram: int, state: Mapping[Hashable, Hashable]) -> Hashable:
        """Return the value at one state, given as a mapping from variables to letters.

        Examples
        --------
        >>> store = Diagrams({"s": (-1, 1)})
        >>> store.evaluate(store.variable("s", ("down", "up")), {"s": 1})
        'up'
        """
        while self._levels[diagram] < len(self._order):
            variable = self._order[self._levels[diagram]]
            diagram = self._children[diagram][self._alphabets[variable].index(state[variable])]
        return self._values[diagram]

    def _append(self, level: int, children: tuple[int, ...], value: Hashable) -> int:
        self._levels.append(level)
        self._children.append(children)
        self._values.append(value)
        return len(self._levels) - 1

    def _node(self, level: int, children: tuple[int, ...]) -> int:
        if all(child == children[0] for child in children):
            return children[0]
        key = (level, children)
        if key not in self._unique:
            self._unique[key] = self._append(level, children, None)
        return self._unique[key]

    def _reachable(self, diagram: int, done: Mapping[int, int] | None = None) -> list[int]:
        """Nodes of a diagram that are not done yet, children before parents."""
        done = {} if done is None else done
        seen: set[int] = set()
        pending = [diagram]
        while pending:
            node = pending.pop()
            if node not in seen and node not in done:
                seen.add(node)
                pending.extend(self._children[node])
        return sorted(seen)

    def _spend(self) -> None:
        self._steps += 1
        if self._steps <= self._budget:
            return
        states = prod(len(alphabet) for alphabet in self._alphabets.values())
        message = (
            f"functions of {len(self._order)} variables ({states} states) need more than {self._budget} steps "
            "of decision diagrams; take a smaller model (a narrower layer, fewer samples), or raise the budget"
        )
        raise BudgetExceeded(message, estimate=states, limit=self._budget)
