"""The layered network with its transformation: what ``sg.LayeredNetwork`` is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..model.network import NetworkModel
from ..model.variables import Variable
from .chain import Chain

__all__ = ["LayeredNetwork"]


@dataclass(frozen=True)
class LayeredNetwork(NetworkModel):  # noqa: D101  (it is the model's own docstring)
    __doc__ = NetworkModel.__doc__

    def chain(self) -> Chain:
        """Return the chain (V, G) of the network's bulk, with the most general couplings on the polynomial basis.

        Examples
        --------
        >>> LayeredNetwork().chain().couplings
        (A, B, C)
        """
        return Chain(self.multiplicity, _bulk(self.neurons_at(0)), _bulk(self.activations_at(0)))


def _bulk(variables: Iterable[Variable]) -> tuple[Variable, ...]:
    """Return variables of the same alphabets that belong to no particular layer."""
    return tuple(Variable(v.name.replace("^(0)", ""), v.alphabet, kind=v.role, index=v.index) for v in variables)
