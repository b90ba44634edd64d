"""Writing a derivation up: tex, html, pdf and json, whole or not at all."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from ..errors import ModelError
from ..ledger.derivation import Derivation
from .html import page
from .latex import article
from .overview import paper_equations
from .pdf import HOW_TO_GET_LATEX, compile_pdf, find_latex

__all__ = ["FORMATS", "Written", "write", "write_files"]

FORMATS = ("tex", "html", "pdf")
"""What is written if nothing else is asked for."""

_KNOWN = (*FORMATS, "json")


@dataclass(frozen=True)
class Written:
    """The files that were written; iterates over their paths.

    Parameters
    ----------
    paths : tuple of Path
    message : str
        What a reader should know: how to get the PDF where it could not be made. Empty if all is well.
    pages : int, optional
        The pages of the PDF.
    """

    paths: tuple[Path, ...]
    message: str = ""
    pages: int | None = None

    def __iter__(self) -> Iterator[Path]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, place: int) -> Path:
        return self.paths[place]


def write(
    derivation: Derivation,
    directory: str | os.PathLike[str],
    formats: Sequence[str] = FORMATS,
    *,
    name: str | None = None,
) -> Written:
    """Write a derivation up in a directory.

    Everything is made first and the files are put in place last, each by renaming: if anything fails, no file
    is left half-written and older ones stay as they were.

    Parameters
    ----------
    derivation : Derivation
        It is verified first, unless it has been.
    directory : path
        Created if it does not exist.
    formats : sequence of str
        Out of ``"tex"``, ``"html"``, ``"pdf"``, ``"json"`` (the ledger as data, with the paper's equations and
        the provenance). Without a LaTeX installation the PDF is left out, the tex file
        is written whether asked for or not, and the message says how to get the PDF.
    name : str, optional
        The name of the files, without extension; made from the title if not given.

    Returns
    -------
    Written

    Raises
    ------
    ModelError
        For an unknown format, or a derivation that refers to what does not exist.
    UnableError
        If LaTeX cannot compile the document; the message shows its log.
    """
    wanted = [formats] if isinstance(formats, str) else list(dict.fromkeys(formats))
    unknown = [item for item in wanted if item not in _KNOWN]
    if unknown or not wanted:
        message = f"cannot write the format {', '.join(map(repr, unknown)) or 'none'}; choose from {', '.join(_KNOWN)}"
        raise ModelError(message)
    stem = name or _stem(derivation.title)
    if Path(stem).name != stem:
        message = f"the name {stem!r} is no file name; give one without a directory"
        raise ModelError(message)
    contents: dict[str, bytes] = {}
    notes: list[str] = []
    pages: int | None = None
    if "pdf" in wanted and find_latex() is None:
        notes.append(HOW_TO_GET_LATEX)
        wanted = [item for item in wanted if item != "pdf"] + ["tex"] * ("tex" not in wanted)
    if "tex" in wanted or "pdf" in wanted:
        tex = article(derivation)
        contents[f"{stem}.tex"] = tex.encode("utf-8")
    if "html" in wanted:
        contents[f"{stem}.html"] = page(derivation).encode("utf-8")
    if "json" in wanted:
        contents[f"{stem}.json"] = _ledger(derivation).encode("utf-8")
    if "pdf" in wanted:
        compiled = compile_pdf(tex)
        pages = compiled.pages
        contents[f"{stem}.pdf"] = compiled.pdf
        if compiled.overfull:
            notes.append("boxes wider than the page: " + "; ".join(compiled.overfull))
    order = [f"{stem}.{item}" for item in _KNOWN if item in wanted]
    paths = write_files(directory, {file: contents[file] for file in order})
    return Written(paths, "; ".join(notes), pages)


def write_files(directory: str | os.PathLike[str], contents: dict[str, bytes]) -> tuple[Path, ...]:
    """Write files into a directory so that none is ever seen half-written.

    Parameters
    ----------
    directory : path
        Created if it does not exist.
    contents : dict
        The bytes by file name.

    Returns
    -------
    tuple of Path

    Raises
    ------
    ModelError
        If the directory is a file, or cannot be written to.
    """
    folder = Path(directory)
    temporary: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, data in contents.items():
            with NamedTemporaryFile(dir=folder, prefix=".symrg-", suffix=".part", delete=False) as handle:
                temporary.append((Path(handle.name), folder / file))
                handle.write(data)
            # NamedTemporaryFile makes files that only their owner can read.
            Path(handle.name).chmod(0o666 & ~_umask())
        for source, target in temporary:
            source.replace(target)
    except OSError as error:
        message = f"cannot write to {folder}: {error.strerror or error}; choose another directory"
        raise ModelError(message) from error
    finally:
        for source, _ in temporary:
            source.unlink(missing_ok=True)
    return tuple(folder / file for file in contents)


def _ledger(derivation: Derivation) -> str:
    """Return the ledger as JSON: what ``symrg verify --json`` prints, with what the documents add to it."""
    equations = {
        str(equation.number): {"decided": equation.main, "correction": equation.correction, "also": equation.others}
        for equation in paper_equations(derivation)
    }
    found = {**derivation.verification.to_dict(), "equations": equations, "provenance": derivation.provenance}
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _stem(title: str) -> str:
    short = title.split(":")[0].lower()
    return re.sub(r"[^a-z0-9]+", "-", short).strip("-") or "derivation"
