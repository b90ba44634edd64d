"""From LaTeX to PDF, by the LaTeX installation of the machine, if it has one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import UnableError

__all__ = ["HOW_TO_GET_LATEX", "Compiled", "compile_pdf", "find_latex"]

HOW_TO_GET_LATEX = (
    "no LaTeX installation was found, so no PDF was made; install one (Debian and Ubuntu: apt install "
    "texlive-latex-recommended texlive-latex-extra texlive-fonts-recommended texlive-pictures lmodern; macOS: "
    "MacTeX; Windows: MiKTeX) and run this again, or compile the .tex file elsewhere with pdflatex, twice"
)
_PASSES = 4
_ERROR = re.compile(r"^(!|.*:\d+: )")


@dataclass(frozen=True)
class Compiled:
    """A compiled document.

    Parameters
    ----------
    pdf : bytes
        The document.
    pages : int
        How many pages it has.
    overfull : tuple of str
        The log's lines on boxes that stick out by more than 10 pt.
    """

    pdf: bytes
    pages: int
    overfull: tuple[str, ...]


def find_latex() -> str | None:
    """Return the program that makes PDFs (latexmk where there is one, else pdflatex), or None."""
    if shutil.which("pdflatex") is None:
        return None
    return shutil.which("latexmk") or shutil.which("pdflatex")


def compile_pdf(tex: str, *, timeout: int = 300) -> Compiled:
    """Compile a LaTeX document in a temporary directory.

    Parameters
    ----------
    tex : str
        The document.
    timeout : int
        Seconds for each run.

    Returns
    -------
    Compiled

    Raises
    ------
    UnableError
        If there is no LaTeX, if it reports an error (the message shows the lines of its log), or if it takes
        too long.
    """
    program = find_latex()
    if program is None:
        raise UnableError(HOW_TO_GET_LATEX)
    with TemporaryDirectory(prefix="symrg-") as folder:
        source = Path(folder) / "document.tex"
        source.write_text(tex, encoding="utf-8")
        options = ["-interaction=nonstopmode", "-halt-on-error", "-file-line-error", "-no-shell-escape"]
        if Path(program).stem == "latexmk":
            _run([program, "-pdf", "-norc", *options, source.name], folder, timeout)
        else:
            for _ in range(_PASSES):
                before = _auxiliary(source)
                _run([program, *options, source.name], folder, timeout)
                if _auxiliary(source) == before:  # the references have settled
                    break
        log = _log(source)
        pdf = source.with_suffix(".pdf")
        if not pdf.exists():
            raise UnableError(_failure(log))
        pages = re.search(r"Output written on .*?\((\d+) pages?", log)
        return Compiled(pdf.read_bytes(), int(pages[1]) if pages else 0, _overfull(log))


def _run(command: list[str], folder: str, timeout: int) -> None:
    # max_print_line keeps the log's messages on one line each; the fixed date makes the PDF reproducible.
    environment = {
        **os.environ,
        "max_print_line": "1000",
        "SOURCE_DATE_EPOCH": "0",
        "FORCE_SOURCE_DATE": "1",
    }
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        message = f"{Path(command[0]).name} did not finish within {timeout} s; the .tex file may be far too long"
        raise UnableError(message) from error
    if done.returncode != 0:
        log = _log(Path(folder) / "document.tex") or done.stdout.decode("utf-8", "replace")
        raise UnableError(_failure(log))


def _auxiliary(source: Path) -> bytes:
    found = source.with_suffix(".aux"), source.with_suffix(".out")
    return b"".join(path.read_bytes() for path in found if path.exists())


def _log(source: Path) -> str:
    path = source.with_suffix(".log")
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _failure(log: str) -> str:
    lines = log.splitlines()
    start = next((place for place, line in enumerate(lines) if _ERROR.match(line)), None)
    relevant = lines[-12:] if start is None else lines[start : start + 8]
    shown = "\n".join("    " + line for line in relevant if line.strip())
    return f"LaTeX could not compile the document. Its log says:\n{shown}\nThe .tex file can still be written alone."


def _overfull(log: str) -> tuple[str, ...]:
    boxes = re.findall(r"^Overfull \\[hv]box \(([\d.]+)pt too (?:wide|high)\).*$", log, flags=re.MULTILINE)
    lines = re.findall(r"^Overfull \\[hv]box .*$", log, flags=re.MULTILINE)
    # Compare as text of digits before the point: points are lengths, and 10 pt is the limit.
    return tuple(line for size, line in zip(boxes, lines, strict=True) if int(size.split(".")[0]) >= 10)
