"""The networks that the derivation is run on: two fixed ones, and networks drawn anew in every run."""

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from random import Random, SystemRandom

import symrg as sg
from symrg.ledger.scripts import run_script
from tests.oracles import layered as oracle

SCRIPT = Path(__file__).parents[2] / "derivations" / "dynamic_neurons.py"
NAMES = ("heaviside", "sign", "relu", "clipped_relu")


@dataclass
class Case:
    """A network, the derivation that the script makes of it, and the oracle's view of the same network."""

    weights: tuple
    biases: tuple | None
    neurons: tuple
    activation: str
    scale: int
    seed: int = 0
    rng: Random = field(init=False, repr=False)

    def __post_init__(self):
        self.reseed("")

    def reseed(self, purpose):
        """Draw the same values for the same purpose, whatever was drawn before."""
        self.rng = Random(f"{self.seed} {purpose}")

    def __str__(self):
        def shown(values):
            return None if values is None else tuple(map(str, values))

        return (
            f"weights {shown(self.weights)}, biases {shown(self.biases)}, neurons {shown(self.neurons)}, "
            f"{self.activation}, scale {self.scale} (repeat with SYMRG_TEST_SEED={self.seed})"
        )

    @cached_property
    def oracle(self):
        def exact(values):
            return None if values is None else tuple(map(Fraction, values))

        activation = oracle.ACTIVATIONS[self.activation]
        return oracle.OneNeuron(exact(self.weights), exact(self.biases), exact(self.neurons), activation, self.scale)

    @cached_property
    def derivation(self):
        net = sg.LayeredNetwork(
            weights=self.weights, biases=self.biases, neurons=self.neurons, activation=getattr(sg, self.activation)
        )
        return run_script(SCRIPT, network=net, scale=self.scale)

    @cached_property
    def verification(self):
        return self.derivation.verify()

    @cached_property
    def blocks(self):
        """All blocks of the document, but for a paper's own equations as printed: those are not derived."""
        sections = [section for section in self.derivation.sections if not section.id.startswith("printed-")]
        return [block for section in sections for block in section.blocks]

    def __getitem__(self, identifier):
        (found,) = (block for block in self.blocks if getattr(block, "id", None) == identifier)
        return found

    @cached_property
    def strata(self):
        return self.oracle.strata(self.rational)

    @cached_property
    def delta_holds(self):
        return all(self.oracle.delta_holds(x) for x in self.oracle.neurons)

    @cached_property
    def _graphs(self):
        return {}

    def original_graph(self, depth, x):
        if (depth, x) not in self._graphs:
            self._graphs[depth, x] = oracle.original_graph(self.oracle, depth, x)
        return self._graphs[depth, x]

    def rational(self):
        return Fraction(self.rng.choice((-1, 1)) * self.rng.randint(1, 40), self.rng.randint(1, 9))

    def positive(self):
        return Fraction(self.rng.randint(1, 12), self.rng.randint(1, 7))

    def factor_values(self):
        """Random factors, negative ones too, at which the recursion is defined; with their image."""
        for _ in range(100):
            values = [self.rational() for _ in self.oracle.places]
            try:
                return values, self.oracle.step(values)
            except ZeroDivisionError:
                continue
        raise AssertionError("the recursion is defined nowhere")

    def factor_names(self):
        """The factors in the order of the oracle's places, as the document lists them."""
        listed = [str(line.members[0]).removesuffix("'") for line in self["factors"].rows]
        assert len(listed) == len(self.oracle.places)
        if self.oracle.shape == (2, 2):
            assert listed == ["a", "b", "c"]
        return listed

    @contextmanager
    def reported(self, what=""):
        try:
            yield
        except BaseException as error:
            error.add_note(f"{what or 'network'}: {self}")
            raise


@cache
def paper():
    return Case((-1, 1), (-1, 1), (0, 1), "heaviside", 2)


@cache
def ternary():
    return Case((-1, 0, 1), None, (0, 1), "heaviside", 3)


def drawn(kind):
    """A random network of a kind, another one in every run."""
    seed = int(os.environ.get("SYMRG_TEST_SEED") or SystemRandom().randrange(10**6))
    rng = Random(f"{kind} {seed}")

    def some(values, *sizes):
        return tuple(rng.sample(values, rng.choice(sizes)))

    wholes = [-2, -1, 0, 1, 2]
    while True:
        weights = some([*wholes, Fraction(1, 2), Fraction(-1, 2)], 1, 2, 2, 3)
        biases = rng.choice((None, some([*wholes, Fraction(1, 2), Fraction(-1, 2)], 1, 2, 2)))
        neurons, activation, scale, values = some(wholes[1:4], 2), rng.choice(NAMES), rng.choice((2, 3)), 2
        if kind == "steps":
            activation = rng.choice(NAMES[:2])
        elif kind == "rationals":
            neurons, scale = some([*wholes[1:], Fraction(1, 2)], 2), 2
        elif kind == "three values":
            weights, biases = some(wholes, 2, 3), biases and some(wholes, 1, 2)
            neurons, activation, scale, values = (0, 1), "relu", 2, 3
        elif kind == "three letters":
            neurons, scale = some(wholes[1:4], 3), 2
        elif kind == "one value":
            values = 1
        case = Case(weights, biases, neurons, activation, scale, seed=seed)
        if len(case.oracle.outputs) == values:
            return case


KINDS = ("steps", "rationals", "three values", "three letters", "one value")
MADE = {"paper": paper, "ternary": ternary, **{kind: lambda kind=kind: drawn(kind) for kind in KINDS}}
