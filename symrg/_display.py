"""How results show themselves in notebooks: by printers that the viewing floor registers, loaded when first asked."""

from __future__ import annotations

from importlib import import_module

__all__ = ["Displayed"]


class Displayed:
    """A result that a notebook shows by the printer that :mod:`symrg.view.display` has for its class.

    The printer is looked up by the names of the class and its bases, so that a result knows nothing of LaTeX or HTML.
    None, as the answer of both methods, tells the notebook to fall back on the text.
    """

    def _repr_html_(self) -> str | None:
        return _printed(self, "html")

    def _repr_latex_(self) -> str | None:
        return _printed(self, "latex")


def _printed(result: object, form: str) -> str | None:
    shown: str | None = getattr(import_module("symrg.view.display"), form)(result)
    return shown
