"""The reference of all public names as HTML pages: ``python -m symrg.reference --to DIR``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module

import symrg

from .errors import ModelError
from .view.reference import Entry, Group, reference_pages

__all__ = ["groups", "main"]

_TITLES = {
    "model": "Models",
    "transform": "Transformations",
    "ledger": "Ledgers",
    "view": "Pictures",
    "": "Atlases and errors",
}
"""A page for each floor of the package; the last one is for what stands on none."""


def groups() -> list[Group]:
    """Return the public names by page; those of ``symrg.testing`` only where Hypothesis is installed.

    Examples
    --------
    >>> [group.title for group in groups()][:2]
    ['Models', 'Transformations']
    """
    found = []
    for floor, title in _TITLES.items():
        names = [name for name, home in symrg._HOME.items() if home.rpartition(".")[0] == floor]
        entries = [Entry(name, getattr(symrg, name)) for name in names]
        text = (import_module(f"symrg.{floor}").__doc__ or "") if floor else ""
        found.append(Group(floor or "others", title, text, entries))
    try:
        testing = import_module("symrg.testing")
    except ImportError:
        return found
    entries = [Entry(name, getattr(testing, name), "symrg.testing") for name in testing.__all__]
    return [*found, Group("testing", "Tests of your own", testing.__doc__ or "", entries)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the reference into a directory.

    Parameters
    ----------
    arguments : sequence of str, optional
        In place of ``sys.argv[1:]``.
    """
    from .view.document import write_files

    parser = argparse.ArgumentParser(prog="python -m symrg.reference", description=__doc__)
    parser.add_argument("--to", metavar="DIR", required=True, help="the directory to write to")
    directory = parser.parse_args(arguments).to
    pages = {name: page.encode() for name, page in reference_pages(groups()).items()}
    try:
        for path in write_files(directory, pages):
            print(path)
    except ModelError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
