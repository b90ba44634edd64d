"""The command line: ``symrg derive | verify | fixed-points | flow | graph | atlas | explore``.

Only Typer is imported with this module; a command imports what it needs when it runs, so that help is fast.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import __version__
from ._options import ActivationName, build_network, count_factors, data_points, describe_network
from .errors import SymrgError

if TYPE_CHECKING:
    from ._console import Progress, Report
    from .ledger.derivation import Derivation
    from .ledger.verdicts import Verification

__all__ = ["app", "run"]

app = typer.Typer(
    name="symrg",
    help="Exact renormalization group by computer algebra: derive, verify, find all fixed points, draw.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(StrEnum):
    """The forms in which a derivation is written up."""

    tex = "tex"
    html = "html"
    pdf = "pdf"
    json = "json"


def _option(*names: str, help: str, metavar: str | None = None, panel: str | None = None) -> Any:
    return typer.Option(*names, help=help, metavar=metavar, rich_help_panel=panel, show_default=False,
                        case_sensitive=False)  # fmt: skip


def _network_option(*names: str, help: str, metavar: str | None = None) -> Any:
    return _option(*names, help=help, metavar=metavar, panel="Network options (default: the founding paper's example)")


_SCRIPT = "A derivation script: its path, or the name of a shipped one."
_NEURONS = "Alphabet of the neurons; the first is the reference state."
_ACTIVATION = f"The activation function: {', '.join(ActivationName)}; heaviside and sign are 1 at 0."
_JSON = "Write JSON to a file; - prints it, and nothing else, on stdout."
_INPUT = (
    "The input x: 1 for all, or 1,0 for two neurons, or 1,0;0,1 for two data points; default: the last neuron state."
)

Script = Annotated[str, typer.Argument(help=_SCRIPT, metavar="SCRIPT", show_default=False)]
Width = Annotated[int | None, _network_option("--width", help="Neurons a layer, N.", metavar="N")]
Samples = Annotated[int | None, _network_option("--samples", help="Data points, L.", metavar="L")]
Weights = Annotated[str | None, _network_option("--weights", help="Alphabet of the weights.", metavar="-1,1/2,…")]
Biases = Annotated[str | None, _network_option("--biases", help="Alphabet of the biases, or none.", metavar="-1,1,…")]
Neurons = Annotated[str | None, _network_option("--neurons", help=_NEURONS, metavar="0,1,…")]
Activation = Annotated[ActivationName | None, _network_option("--activation", help=_ACTIVATION, metavar="NAME")]
Scale = Annotated[int | None, _option("--scale", help="Keep every P-th layer; default: 2.", metavar="P")]
JsonTarget = Annotated[str | None, _option("--json", help=_JSON, metavar="FILE|-")]
Directory = Annotated[Path, _option("--to", help="The directory to write to.", metavar="DIR")]
_FORMATS = "What to write; may be given several times; default: tex, html and pdf."
Formats = Annotated[list[Format] | None, _option("--format", help=_FORMATS, metavar="tex|html|pdf|json")]
ClaimId = Annotated[str | None, _option("--claim", help="Decide only this one.", metavar="ID")]
Depth = Annotated[int, _option("--depth", help="Weight layers, M.", metavar="M")]
GraphFile = Annotated[
    Path,
    _option("--to", help="The file: a drawing (.svg, .pdf, .png, .tex) or data (.json, .graphml).", metavar="FILE"),
]
PageFile = Annotated[Path, _option("--to", help="The page to write: .html or .htm.", metavar="FILE.html")]
_EXPLORED = "The scale with which the page opens, 2 or 3; it has a menu for it. Default: 2."
ExploredScale = Annotated[int | None, _option("--scale", help=_EXPLORED, metavar="P")]
Input = Annotated[str | None, _option("--input", help=_INPUT, metavar="X")]
_FAMILY = (
    "The family: all combinations; an option may be given several times (default: the atlas that comes with symrg)"
)
_NEURONS_LIST = (
    "Alphabet of the neurons; may be repeated; default: -1,1 for sign, else 0,1: the activation's own values."
)
_SCHEDULER = "Compute on the Dask cluster of this scheduler, in place of this machine (extra: cluster)."
_SECONDS = "Budget of a row; one that takes longer is killed and fails; default: 300."


def _family_option(*names: str, help: str, metavar: str) -> Any:
    return _option(*names, help=help, metavar=metavar, panel=_FAMILY)


Widths = Annotated[list[str] | None, _family_option("--width", help="Neurons a layer, N.", metavar="1,2,…")]
SampleCounts = Annotated[list[str] | None, _family_option("--samples", help="Data points, L.", metavar="1,2,…")]
WeightLists = Annotated[
    list[str] | None, _family_option("--weights", help="Alphabet of the weights; may be repeated.", metavar="-1,1")
]
BiasLists = Annotated[
    list[str] | None,
    _family_option("--biases", help="Alphabet of the biases, or none; may be repeated.", metavar="-1,1|none"),
]
NeuronLists = Annotated[list[str] | None, _family_option("--neurons", help=_NEURONS_LIST, metavar="0,1")]
Activations = Annotated[list[ActivationName] | None, _family_option("--activation", help=_ACTIVATION, metavar="NAME")]
Scales = Annotated[list[str] | None, _family_option("--scale", help="Every P-th layer is kept.", metavar="2,3,…")]
Jobs = Annotated[int | None, _option("--jobs", help="Processes; default: one for each processor.", metavar="N")]
Scheduler = Annotated[str | None, _option("--scheduler", help=_SCHEDULER, metavar="tcp://…")]
Seconds = Annotated[float | None, _option("--seconds", help=_SECONDS, metavar="S")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Compute again what is there already.", show_default=False)]
PictureFile = Annotated[Path, _option("--to", help="The picture: .svg, .pdf or .png.", metavar="FILE.svg|pdf|png")]
_WINDOW = "Left, right, bottom, top, in the units of the axes; default: 0,3,0,3, or -2,2,-2,2 with --couplings."
_AXES = "Two factors, or two couplings such as A,B; default: the first two."
_FIXED = "A factor that is not on an axis; may be repeated; 1 if not given."
_SLAVED = "A factor that is not on an axis as a formula in those that are; may be repeated."
_DATA = "Where to write the data behind the picture, as .json or .csv; default: beside the picture, as JSON."
_SIGNS = "With --couplings: the signs of the two factors whose logarithms are drawn."
AxisNames = Annotated[str | None, _option("--axes", help=_AXES, metavar="a,b")]
Window = Annotated[str | None, _option("--window", help=_WINDOW, metavar="L,R,B,T")]
FixedValues = Annotated[list[str] | None, _option("--fixed", help=_FIXED, metavar="c=1/2")]
SlavedFactors = Annotated[list[str] | None, _option("--slaved", help=_SLAVED, metavar="c=1/(a*b)")]
Couplings = Annotated[bool, typer.Option("--couplings", help="Couplings on the axes.", show_default=False)]
Signs = Annotated[str | None, _option("--signs", help=_SIGNS, metavar="1,-1")]
Grid = Annotated[int | None, _option("--grid", help="Starts along each side; default: 12.", metavar="N")]
Steps = Annotated[int | None, _option("--steps", help="Steps of the map from each start; default: 1.", metavar="N")]
Infinitesimal = Annotated[
    bool, typer.Option("--infinitesimal", help="Draw the flow T ln T in place of the map.", show_default=False)
]
BasinColours = Annotated[
    bool, typer.Option("--basins", help="Colour the window by where flows end.", show_default=False)
]
DataFile = Annotated[Path | None, _option("--data", help=_DATA, metavar="FILE")]
Version = Annotated[bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)]


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit.

    Parameters
    ----------
    arguments : sequence of str, optional
        In place of ``sys.argv[1:]``.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # an ASCII terminal gets escapes in place of Greek letters, not an error
            stream.reconfigure(errors="backslashreplace")
    try:
        app(args=None if arguments is None else list(arguments), prog_name="symrg")
    except Exception:  # not the user's fault, so the traceback is wanted; 1 would say that a verdict is unexpected
        from ._console import complain

        traceback.print_exc()
        complain("this is a fault of symrg itself; please report it with the lines above")
        sys.exit(2)


@app.callback()
def _main(version: Version = False) -> None:
    if version:
        typer.echo(f"symrg {__version__}")
        raise typer.Exit


# -- the commands --------------------------------------------------------------------------------------


@app.command()
def derive(
    script: Script,
    to: Directory,
    format: Formats = None,
    width: Width = None,
    samples: Samples = None,
    weights: Weights = None,
    biases: Biases = None,
    neurons: Neurons = None,
    activation: Activation = None,
    scale: Scale = None,
) -> None:
    """Run a derivation script, decide its claims, and write it up.

    Exits with 1 if a verdict is not as expected; the documents are written all the same, and show it.

    Example:  [bold]symrg derive dynamic_neurons --to out --format pdf --format html[/bold]
    """
    with _errors():
        from ._console import Progress, Report
        from .view.document import FORMATS, write

        report = Report()
        given = _given(width, samples, weights, biases, neurons, activation)
        with Progress() as progress:
            derivation, stem = _load(script, given, scale, progress)
            verification = _verify(derivation, None, progress)
            progress("writing the documents")
            formats = [item.value for item in format] if format else list(FORMATS)
            written = write(derivation, to, formats, name=stem)
        for path in written:
            pages = f"  ({written.pages} pages)" if written.pages and path.suffix == ".pdf" else ""
            report.path(f"{path}{pages}")
        if written.message:
            report.line(f"note: {written.message}")
        _conclude(report, verification)


@app.command()
def verify(
    script: Script,
    claim: ClaimId = None,
    json: JsonTarget = None,
    width: Width = None,
    samples: Samples = None,
    weights: Weights = None,
    biases: Biases = None,
    neurons: Neurons = None,
    activation: Activation = None,
    scale: Scale = None,
) -> None:
    """Decide every claim of a derivation script.

    Exits with 0 only if every verdict is the expected one, else with 1.

    Example:  [bold]symrg verify dynamic_neurons --json -[/bold]
    """
    with _errors():
        from ._console import Progress, Report, write_json
        from ._reports import show_verdicts

        report = Report(silent=json == "-")
        given = _given(width, samples, weights, biases, neurons, activation)
        with Progress() as progress:
            derivation, _ = _load(script, given, scale, progress)
            verification = _verify(derivation, claim, progress)
        if json is not None:
            write_json(verification.to_dict(), json)
        report.line(derivation.title, style="bold")
        show_verdicts(report, verification)
        _conclude(report, verification)


@app.command("fixed-points")
def fixed_points(
    width: Width = None,
    samples: Samples = None,
    weights: Weights = None,
    biases: Biases = None,
    neurons: Neurons = None,
    activation: Activation = None,
    scale: Scale = None,
    json: JsonTarget = None,
) -> None:
    """Find all fixed points of a network's recursion, infinite couplings included.

    The answer says whether it is complete, and why.

    Example:  [bold]symrg fixed-points --weights=-1,0,1 --biases none --scale 3[/bold]
    """
    with _errors():
        from ._console import Progress, Report, write_json
        from ._reports import show_fixed_points, show_notation
        from .transform.fixed_points import check_budget
        from .transform.records import fixed_points_record

        report = Report(silent=json == "-")
        with Progress() as progress:
            progress("counting parameter settings")
            network = build_network(_given(width, samples, weights, biases, neurons, activation))
            # before the chain is built: a wide network has more factors than can be listed
            per_neuron = len(network.neuron_alphabet) * len(network.activation_alphabet)
            check_budget(count_factors(network), chain=True, per_neuron=per_neuron)
            chain = network.chain()
            progress("composing the recursion")
            recursion = chain.recursion(2 if scale is None else scale)
            progress("splitting the fixed-point equations")
            fixed = recursion.fixed_points(projective=True)
            progress("linearising on each component")
            record = fixed_points_record(fixed)
        if json is not None:
            write_json(record, json)
        report.line(f"Fixed points of the recursion with scale {recursion.scale}", style="bold")
        report.line(describe_network(network))
        show_notation(report, chain)
        show_fixed_points(report, fixed, record)


@app.command()
def flow(
    to: PictureFile,
    axes: AxisNames = None,
    window: Window = None,
    fixed: FixedValues = None,
    slaved: SlavedFactors = None,
    couplings: Couplings = False,
    signs: Signs = None,
    grid: Grid = None,
    steps: Steps = None,
    infinitesimal: Infinitesimal = False,
    basins: BasinColours = False,
    data: DataFile = None,
    width: Width = None,
    samples: Samples = None,
    weights: Weights = None,
    biases: Biases = None,
    neurons: Neurons = None,
    activation: Activation = None,
    scale: Scale = None,
) -> None:
    """Draw the recursion in a plane of two factors or couplings: arrows of the map, fixed points, poles, basins.

    Factors may be negative. Needs the extra "plot".

    Example:  [bold]symrg flow --fixed c=-1/3 --window=-1,5,-2,2 --to flow.svg[/bold]
    """
    with _errors():
        from ._console import Progress, Report
        from ._flow_options import assignments, axes_of, formulas, sign_pair, window_of
        from .view.portrait import FORMATS, Portrait

        for path, name, suffixes in ((to, "--to", FORMATS), (data, "--data", (".json", ".csv"))):
            if path is not None and path.suffix.lower() not in suffixes:
                message = f"{path} has the suffix {path.suffix or 'none'}; end it in one of {', '.join(suffixes)}"
                raise typer.BadParameter(message, param_hint=name)
        options: dict[str, Any] = {
            "axes": None if axes is None else axes_of(axes),
            "window": None if window is None else window_of(window),
            "fixed": assignments(fixed or ()),
            "slaved": formulas(slaved or ()),
            "signs": None if signs is None else sign_pair(signs),
            "grid": grid,
            "steps": steps,
        }
        report = Report()
        with Progress() as progress:
            progress("counting parameter settings")
            network = build_network(_given(width, samples, weights, biases, neurons, activation))
            progress("restricting the recursion to the plane")
            portrait = Portrait(
                network.chain().recursion(2 if scale is None else scale),
                kind="couplings" if couplings else None,
                infinitesimal=infinitesimal,
                basins=basins,
                about=describe_network(network),
                **{name: value for name, value in options.items() if value is not None},
            )
            progress("drawing")
            written = portrait.write(to, data=data)
        report.line(portrait.caption)
        for path in written:
            report.path(str(path))


@app.command()
def graph(
    depth: Depth,
    to: GraphFile,
    input: Input = None,
    width: Width = None,
    samples: Samples = None,
    weights: Weights = None,
    biases: Biases = None,
    neurons: Neurons = None,
    activation: Activation = None,
) -> None:
    """Draw the coupling graphs of the original and the dynamic Hamiltonian, and compare them.

    Two degrees of freedom are joined if the Hamiltonian couples them directly.

    A .tex file compiles with pdflatex; documents with tikz can input it.

    PDF and PNG need the extra "plot".

    Example:  [bold]symrg graph --depth 9 --biases none --to couplings.svg[/bold]
    """
    with _errors():
        from ._console import Progress, Report
        from ._reports import contrast_at_zero
        from .view.document import write_files
        from .view.graph_files import SUFFIXES, contrast_file
        from .view.graph_words import input_in_words
        from .view.graphs import compare_graphs, coupling_graph

        suffix = to.suffix.lower()
        if suffix not in SUFFIXES:
            message = f"{to} has the suffix {suffix or 'none'}; end it in one of {', '.join(SUFFIXES)}"
            raise typer.BadParameter(message, param_hint="--to")
        report = Report()
        network = build_network(_given(width, samples, weights, biases, neurons, activation))
        rows = data_points(str(network.neurons[-1]) if input is None else input, network.width, network.samples)
        data = input_in_words(rows)
        with Progress() as progress:
            progress("reading couplings off the original Hamiltonian")
            original = coupling_graph(network.original_hamiltonian(depth, inputs=rows))
            progress("reading couplings off the dynamic Hamiltonian")
            dynamic = coupling_graph(network.dynamic_hamiltonian(depth, ends="free"))
            at_zero = None
            if 0 in network.neurons and any(map(any, rows)):
                progress("reading couplings off the original Hamiltonian at input 0")
                at_zero = coupling_graph(
                    network.original_hamiltonian(depth, inputs=data_points("0", network.width, network.samples))
                )
            progress("measuring the graphs")
            comparison = compare_graphs(original, dynamic)
            about = {"network": describe_network(network), "depth": depth}
            progress("drawing")
            words = f"Depth {depth}, {describe_network(network)}; dynamic neurons with free ends"
            contents = contrast_file(original, dynamic, suffix, data=data, words=words, about=about)
            (path,) = write_files(to.parent, {to.name: contents})
        report.line(f"Direct couplings at depth {depth}", style="bold")
        report.line(f"{describe_network(network)}; original Hamiltonian at {data}")
        report.table(("", "original", "dynamic"), comparison.table(), numeric=(1, 2))
        if at_zero is not None:
            report.line(contrast_at_zero(original, at_zero))
        report.path(str(path))


@app.command()
def atlas(
    to: Directory,
    width: Widths = None,
    samples: SampleCounts = None,
    weights: WeightLists = None,
    biases: BiasLists = None,
    neurons: NeuronLists = None,
    activation: Activations = None,
    scale: Scales = None,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    seconds: Seconds = None,
    fresh: Fresh = False,
) -> None:
    """Tabulate the fixed points of a family of networks as CSV, JSON and a page to look at.

    A row that fails says why and stops nothing. After an interruption the same command goes on where it was.

    Example:  [bold]symrg atlas --to out --width 1,2,3 --weights=-1,1 --weights=-1,0,1 --biases none[/bold]
    """
    with _errors():
        from contextlib import nullcontext

        from ._atlas import SECONDS, AtlasFamily, cluster, write_atlas
        from ._console import Progress, Report
        from ._reports import show_atlas

        if scheduler is not None and jobs is not None:
            raise typer.BadParameter("the cluster has workers of its own; leave it out", param_hint="--jobs")
        given: dict[str, Any] = {
            "widths": _integers(width, "--width"),
            "samples": _integers(samples, "--samples"),
            "weights": weights,
            "biases": biases,
            "neurons": neurons,
            "activations": activation,
            "scales": _integers(scale, "--scale"),
        }
        family = AtlasFamily(**{name: values for name, values in given.items() if values})
        try:
            with Progress() as progress, cluster(scheduler) if scheduler else nullcontext() as executor:
                record = write_atlas(
                    to,
                    family,
                    executor=executor,
                    processes=jobs,
                    seconds=SECONDS if seconds is None else seconds,
                    fresh=fresh,
                    progress=progress,
                )
        except KeyboardInterrupt:
            _fail(f"interrupted; the finished rows are kept in {to}, and the same command goes on from there", code=130)
        show_atlas(Report(), record, to)


@app.command()
def explore(
    to: PageFile,
    weights: Weights = None,
    biases: Biases = None,
    activation: Activation = None,
    scale: ExploredScale = None,
    width: Annotated[int | None, typer.Option(hidden=True)] = None,
    samples: Annotated[int | None, typer.Option(hidden=True)] = None,
    neurons: Annotated[str | None, typer.Option(hidden=True)] = None,
) -> None:
    """Write a page with sliders for the couplings of one neuron: orbit, portrait, and the derivation step by step.

    The page is for one neuron and one data point with the two states 0 and 1: so no --width, --samples or --neurons.
    It is one file, needs no network, and works on a telephone.

    Example:  [bold]symrg explore --to page.html[/bold]
    """
    with _errors():
        from ._console import Progress, Report
        from .view.document import write_files
        from .view.explore import explore_page

        if to.suffix.lower() not in (".html", ".htm"):
            message = f"{to} has the suffix {to.suffix or 'none'}; the page is HTML: end it in .html or .htm"
            raise typer.BadParameter(message, param_hint="--to")
        report = Report()
        with Progress() as progress:
            progress("deriving the recursion")
            network = build_network(_given(width, samples, weights, biases, neurons, activation))
            page = explore_page(network, scale=2 if scale is None else scale, description=describe_network(network))
            (path,) = write_files(to.parent, {to.name: page.encode()})
        report.path(str(path))


# -- what the commands share ------------------------------------------------------------------------------


@contextmanager
def _errors() -> Iterator[None]:
    """Turn what went wrong into a message on stderr and an exit code, without a traceback."""
    try:
        yield
    except SymrgError as error:
        _fail(str(error), getattr(error, "__notes__", ()))
    except RecursionError:
        _fail("an expression is nested too deeply for this; take a smaller depth, width or scale")
    except MemoryError:
        _fail("this needs more memory than there is; take a smaller depth, width or scale")
    except BrokenPipeError:  # the reader of our output has gone, as in "symrg ... | head"
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(141) from None
    except KeyboardInterrupt:
        _fail("interrupted; nothing was written", code=130)


def _fail(message: str, notes: Sequence[str] = (), *, code: int = 2) -> None:
    from ._console import complain

    complain(message, notes=notes)
    raise typer.Exit(code)


def _integers(texts: Sequence[str] | None, name: str) -> list[int]:
    """Read lists of whole numbers."""
    found = [part.strip() for text in texts or () for part in text.split(",")]
    for part in found:
        if not (part.isascii() and part.isdigit() and len(part) < 10):
            message = f"{part[:60]!r} is no whole number; write them as in {name} 1,2,3"
            raise typer.BadParameter(message, param_hint=name)
    return [int(part) for part in found]


def _given(
    width: int | None,
    samples: int | None,
    weights: str | None,
    biases: str | None,
    neurons: str | None,
    activation: ActivationName | None,
) -> dict[str, Any]:
    """Return the network options that were given."""
    options = {
        "width": width,
        "samples": samples,
        "weights": weights,
        "biases": biases,
        "neurons": neurons,
        "activation": activation,
    }
    return {name: value for name, value in options.items() if value is not None}


def _load(script: str, given: dict[str, Any], scale: int | None, progress: Progress) -> tuple[Derivation, str]:
    """Run a script on the options that were given; return its derivation and the name for its files."""
    from ._console import stdout_kept_clean
    from .ledger.scripts import find_script, run_script

    path = find_script(script)
    network = build_network(given) if given else None
    progress(f"running {path.name}")
    with stdout_kept_clean():
        return run_script(path, network=network, scale=scale), path.stem


def _verify(derivation: Derivation, claim: str | None, progress: Progress) -> Verification:
    from ._console import stdout_kept_clean

    def tell(done: int, total: int, identifier: str) -> None:
        progress(f"deciding {done + 1} of {total}: {identifier}")

    with stdout_kept_clean():
        return derivation.verify(claim, progress=tell)


def _conclude(report: Report, verification: Verification) -> None:
    """Say how the claims stand, and exit with 1 if one is not as expected."""
    from ._reports import show_summary

    show_summary(report, verification)
    if not verification.ok:
        raise typer.Exit(1)
