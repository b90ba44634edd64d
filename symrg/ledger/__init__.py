"""Floor 4: what is asserted, how it was decided, what it cites.

Pure data: a :class:`~symrg.ledger.derivation.Derivation` holds sections of text, formulas, claims, tables
and figures; :meth:`~symrg.ledger.derivation.Derivation.verify` decides every claim. Nothing here knows how
a formula is written down; that is floor 5, ``symrg.view``.
"""

from .blocks import FormulaRow, Prose, row
from .derivation import Derivation
from .sections import Section
from .verdicts import Record, Verdict, Verification

__all__ = ["Derivation", "FormulaRow", "Prose", "Record", "Section", "Verdict", "Verification", "row"]
