"""The entry point of the command line, ``symrg`` or ``python -m symrg``."""

from __future__ import annotations

import sys

from . import __version__

__all__ = ["main"]


def main() -> None:
    """Run the command line; exits with 0, 1 (a verdict is not as expected) or 2 (bad usage or input)."""
    if sys.argv[1:] == ["--version"]:  # answered before anything else is imported
        print(f"symrg {__version__}")
        return
    from .cli import run

    run()


if __name__ == "__main__":
    main()
