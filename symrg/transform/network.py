"""The layered network with its transformation: what ``sg.LayeredNetwork`` is."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.network import NetworkModel
from ..model.occupations import check_size
from .chain import Chain
from .symmetric import SymmetricSector, bulk_variables

__all__ = ["LayeredNetwork"]


@dataclass(frozen=True)
class LayeredNetwork(NetworkModel):  # noqa: D101  (it is the model's own docstring)
    __doc__ = NetworkModel.__doc__

    def chain(self) -> Chain:
        """Return the chain (V, G) of the network's bulk, with the most general couplings on the polynomial basis.

        Raises
        ------
        BudgetExceeded
            If V would have more than 4 million entries; :meth:`symmetric_sector` goes further.

        Examples
        --------
        >>> LayeredNetwork().chain().couplings
        (A, B, C)
        """
        neurons, activations = bulk_variables(self.neurons_at(0)), bulk_variables(self.activations_at(0))
        self.require_finite("the chain")
        check_size(
            "the bond matrix of the chain",
            len(self.neuron_alphabet) * len(self.activation_alphabet),
            self.width * self.samples,
            "take a smaller width, fewer samples or smaller alphabets, or the chain of the symmetric_sector",
        )
        return Chain(self.multiplicity, neurons, activations)

    def symmetric_sector(self) -> SymmetricSector:
        """Return the couplings that are invariant under relabelling the neurons, with a chain of their own.

        Examples
        --------
        >>> sector = LayeredNetwork(width=20).symmetric_sector()
        >>> len(sector.chain.couplings)
        440
        """
        return SymmetricSector(self)
