import os
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from itertools import combinations, pairwise
from xml.etree import ElementTree

import networkx
import pytest

from symrg.errors import ModelError, UnableError
from symrg.model.network import NetworkModel
from symrg.model.variables import Variable
from symrg.view.arcs import arrange
from symrg.view.drawing import GraphFigure, contrast_figure
from symrg.view.graph_words import input_in_words
from symrg.view.graphs import coupling_graph

SVG = "{http://www.w3.org/2000/svg}"
SPINS = [Variable(f"s_{k}", (-1, 1)) for k in range(1, 6)]


def networks():
    for width, depth, biases, samples in [(1, 3, None, 1), (1, 2, (-1, 1), 2), (2, 2, (-1, 1), 1), (3, 2, None, 1)]:
        net = NetworkModel(width=width, samples=samples, biases=biases)
        data = [[1] * width] * samples
        yield coupling_graph(net.original_hamiltonian(depth, inputs=data))
        yield coupling_graph(net.dynamic_hamiltonian(depth, ends="free"))


GRAPHS = [*networks(), coupling_graph(SPINS[0] * SPINS[2] + SPINS[2] * SPINS[4] + SPINS[1] + SPINS[3])]
each_graph = pytest.mark.parametrize("graph", GRAPHS, ids=range(len(GRAPHS)))


def drawn_graph(panel):
    """The graph that a reader sees: links run between the marks where they end."""
    seen = networkx.Graph()
    seen.add_nodes_from(range(len(panel.marks)))

    def mark_at(x, y):
        distances = [((mark.x - x) ** 2 + (mark.y - y) ** 2) ** 0.5 - mark.radius for mark in panel.marks]
        nearest = min(range(len(distances)), key=distances.__getitem__)
        assert distances[nearest] < 1e-6
        return nearest

    for link in panel.links:
        seen.add_edge(mark_at(link.x1, link.y1), mark_at(link.x2, link.y2), far=link.far)
    return seen


@each_graph
def test_the_drawing_shows_the_graph(graph):
    panel = arrange(graph)
    seen = drawn_graph(panel)
    assert len(panel.links) == graph.number_of_edges()
    far = sum(1 for _, _, length in graph.edges(data="range") if length is not None and length > 1)
    assert sum(link.far for link in panel.links) == far
    assert networkx.is_isomorphic(seen, graph)


@each_graph
def test_marks_and_names_keep_apart_and_inside(graph):
    panel = arrange(graph)
    for first, second in combinations(panel.marks, 2):
        assert (first.x - second.x) ** 2 + (first.y - second.y) ** 2 > (first.radius + second.radius) ** 2
    for y in {label.y for label in panel.labels}:
        line = sorted((label for label in panel.labels if label.y == y), key=lambda label: label.x)
        for left, right in pairwise(line):
            assert right.x - left.x > (left.text.width * left.size + right.text.width * right.size) / 2
    for thing in (*panel.marks, *panel.labels):
        assert 0 < thing.x < panel.width
        assert 0 < thing.y < panel.height
    assert all(min(link.y1, link.y2) - max(link.height, 0) >= 0 for link in panel.links)
    assert all(max(link.y1, link.y2) - min(link.height, 0) < panel.height for link in panel.links)


@each_graph
def test_no_line_runs_through_a_mark(graph):
    panel = arrange(graph)
    for link in panel.links:
        if not link.height and link.y1 == link.y2:
            ends = sorted((link.x1, link.x2))
            assert not any(mark.y == link.y1 and ends[0] < mark.x < ends[1] for mark in panel.marks)


def test_weights_stand_on_one_line_and_neurons_on_another():
    panel = arrange(coupling_graph(NetworkModel(biases=None).dynamic_hamiltonian(9, ends="free")))
    discs = [mark for mark in panel.marks if mark.shape == "disc"]
    rings = [mark for mark in panel.marks if mark.shape == "ring"]
    assert len(discs) == 9
    assert len(rings) == 10
    assert len({mark.y for mark in discs}) == len({mark.y for mark in rings}) == 1
    assert all(a.x < b.x < c.x for a, b, c in zip(rings, discs, rings[1:], strict=False))


def test_svg_is_self_contained_and_says_what_it_shows():
    net = NetworkModel(biases=None)
    figure = contrast_figure(
        coupling_graph(net.original_hamiltonian(9, inputs=1)),
        coupling_graph(net.dynamic_hamiltonian(9, ends="free")),
        data="x = 1",
    )
    text = figure.svg()
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title").text == "Direct couplings without and with dynamic neurons"
    described = root.find(f"{SVG}desc").text
    assert "9 degrees of freedom, 36 couplings, treewidth 8, range up to 8 layers." in described
    assert "19 degrees of freedom, 27 couplings, treewidth 2, range up to 1 layer." in described
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "url(" not in text
    assert not root.findall(".//*[@id]")
    names = ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
    assert [names.count(f"W({m})") for m in range(10)] == [2] * 9 + [0]
    assert [names.count(f"h({m})") for m in range(10)] == [1] * 10
    assert "(a) Original Hamiltonian, x = 1" in names
    # Dark ink on a ground of its own: the same in a light and in a dark page, on a light and on a dark system.
    inks = set(re.findall(r'(?:fill|stroke)="([^"]+)"', text))
    assert inks == {"none", "#1B1B1B", "#FFFFFF", "#C8553D"}
    assert not re.search("currentColor|var\\(|@media|<style", text)
    ground = root.find(f"{SVG}rect")
    assert (ground.get("fill"), ground.get("width")) == ("#FFFFFF", root.get("width"))
    data = [path.get("d") for path in root.iter(f"{SVG}path")]
    assert sum(d.count("M") for d in data) == 36 + 27 + 2  # the legend has a line of each kind
    width, height = map(float, root.get("viewBox").split()[2:])
    assert all(0 <= float(element.get("x")) <= width for element in root.iter(f"{SVG}text"))
    assert all(0 <= float(element.get("y")) <= height for element in root.iter(f"{SVG}text"))


def test_tikz_draws_each_coupling_once():
    graph = coupling_graph(NetworkModel(width=2).original_hamiltonian(2, inputs=[[1, -1]]))
    text = GraphFigure(graph, "Two layers").tikz()
    assert text.startswith(r"\begin{tikzpicture}")
    links = text[: text.index(r"\fill")]
    assert text.count("circle") == len(graph) - 4 + 1  # discs, and one in the legend; 4 biases are diamonds
    assert links.count("arc[") + links.count(" -- ") == graph.number_of_edges()
    assert text.count("{") == text.count("}")
    assert "$W^{(0)}$" in text
    assert "Two layers" in text


def test_captions_are_escaped_for_both():
    figure = GraphFigure(coupling_graph(SPINS[0] * SPINS[1]), "50 % of <A & B_1>", title="a < b")
    root = ElementTree.fromstring(figure.svg())
    assert "50 % of <A & B_1>" in ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
    assert root.find(f"{SVG}title").text == "a < b"
    assert r"50 \% of \textless{}A \& B\_1\textgreater{}" in figure.tikz()


def test_the_measures_are_data():
    net = NetworkModel(biases=None)
    figure = contrast_figure(
        coupling_graph(net.original_hamiltonian(4, inputs=1)), coupling_graph(net.dynamic_hamiltonian(4, ends="free"))
    )
    panels = figure.to_json()["panels"]
    assert [panel["caption"] for panel in panels] == ["Original Hamiltonian", "Hamiltonian with dynamic neurons"]
    assert [(panel["nodes"], panel["edges"]) for panel in panels] == [(4, 6), (9, 12)]
    assert panels[1]["mean_degree"] == "8/3"


def test_names_with_several_scripts_are_written_out():
    names = ["alpha_12^(0)", "beta'", "W_i,j^(m+1)[2]", "xhat"]
    graph = networkx.Graph()
    graph.add_nodes_from(Variable(name, (0, 1)) for name in names)
    root = ElementTree.fromstring(GraphFigure(graph).svg())
    texts = ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
    assert texts[:4] == ["α12(0)", "β′", "Wi,j(m+1)[2]", "x\u0302"]


def test_an_empty_graph_is_drawn_empty():
    figure = GraphFigure(networkx.Graph())
    assert "0 degrees of freedom, 0 couplings" in figure.svg()
    assert figure.tikz().endswith("\\end{tikzpicture}\n")


@pytest.mark.parametrize(
    ("graphs", "captions", "words"),
    [
        ((), (), "0 graphs"),
        (GRAPHS[0], ("one", "two"), "1 graphs got 2 captions"),
        (networkx.path_graph(3), (), "node 0, which is no Variable"),
    ],
)
def test_what_cannot_be_drawn_is_refused(graphs, captions, words):
    with pytest.raises(ModelError, match=words):
        GraphFigure(graphs, captions)


def run_latex(folder, name):
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", name]
    run = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    log = run.stdout.decode("utf-8", "replace")
    assert run.returncode == 0, log[-2000:]
    return log


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX installation")
@pytest.mark.parametrize("number", range(len(GRAPHS)))
def test_the_tex_file_compiles_by_itself_on_one_page_and_inside_a_document(tmp_path, number):
    figure = GraphFigure(GRAPHS[number], "A graph of " + 12 * "many words ")
    figure.write(tmp_path / "figure.tex")
    log = run_latex(tmp_path, "figure.tex")
    assert "(1 page" in log
    assert "Overfull" not in log
    page = "\\documentclass{book}\\usepackage{tikz}\\begin{document}\nBefore.\n\n\\input{figure}\n\nAfter.\n"
    (tmp_path / "book.tex").write_text(page + "\\input{figure}\n\\end{document}\n", encoding="utf-8")
    run_latex(tmp_path, "book.tex")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX installation")
def test_tikz_compiles(tmp_path):
    pictures = [GraphFigure(graph, "A graph").tikz() for graph in GRAPHS]
    page = "\\documentclass[a4paper]{article}\\usepackage{tikz}\\begin{document}\n" + "\n\n".join(pictures)
    (tmp_path / "figures.tex").write_text(page + "\n\\end{document}\n", encoding="utf-8")
    run_latex(tmp_path, "figures.tex")


def test_names_of_every_kind_are_drawn_by_matplotlib_too(tmp_path):
    pytest.importorskip("matplotlib")
    names = ["alpha_12^(0)", "beta'", "W_i,j^(m+1)[2]", "xhat", "Delta", "h^(m+1)", "rate"]
    graph = networkx.Graph()
    graph.add_nodes_from(Variable(name, (0, 1)) for name in names)
    figure = GraphFigure(graph, "50 % of $A_1")
    assert figure.rendered(".pdf").startswith(b"%PDF")
    assert figure.rendered(".png") == figure.rendered(".png")
    path = figure.write(tmp_path / "new" / "g.PNG")
    assert path.read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ModelError, match=r"suffix \.jpg .*\.svg, \.tex, \.pdf, \.png"):
        figure.write(tmp_path / "g.jpg")


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UnableError, match=r"symrg\[plot\]"):
        GraphFigure(GRAPHS[0]).rendered(".png")


@pytest.mark.parametrize(("width", "depth"), [(1, 1), (1, 9), (2, 2), (1, 40)])
def test_all_text_is_inside_the_page_and_is_legible(width, depth):
    net = NetworkModel(width=width, biases=tuple(range(-6, 7)))
    figure = GraphFigure(coupling_graph(net.dynamic_hamiltonian(depth, ends="free")), "An essay. " * 30)
    root = ElementTree.fromstring(figure.svg())
    right, bottom = map(float, root.get("viewBox").split()[2:])
    texts = [element for element in root.iter(f"{SVG}text") if "font-family" not in element.attrib]
    assert sum("An essay." in element.text for element in texts) > 1
    for element in texts:
        x, y, size = (float(element.get(name)) for name in ("x", "y", "font-size"))
        length = 0.58 * size * len(element.text)
        left = x if element.get("text-anchor") == "start" else x - length / 2
        assert left > 0
        assert left + length < right
        assert size < y < bottom
        assert size / right > 0.009  # 9 pixels where the figure is 1000 wide
    words = " ".join(element.text for element in texts)
    assert f"Width {width}" in words
    assert "b ∈ {−6, −5, −4, −3, −2, −1, 0, 1, 2, 3, 4, 5, 6}" in words
    assert {"weight", "bias", "neuron"} <= {element.text for element in texts}


def test_the_given_parameters_are_drawn_in_place_of_what_the_graph_tells():
    figure = contrast_figure(GRAPHS[0], GRAPHS[1], data="x = -1", about="Depth 3, W ∈ {-1, 1}")
    assert "Depth 3, W ∈ {−1, 1}" in figure.svg()
    assert "Original Hamiltonian, x = −1" in figure.svg()
    assert "heaviside" not in figure.svg()
    assert "36 couplings" not in repr(figure)
    assert "3 couplings" in repr(figure)


def test_the_input_is_written_out():
    assert input_in_words([[1, 0], [0, Fraction(-1, 2)]]) == (
        "x₁ = 1, x₂ = 0 at data point 1; x₁ = 0, x₂ = −1/2 at data point 2"
    )


SCRIPT = """
from symrg.model.network import NetworkModel
from symrg.view.drawing import GraphFigure
from symrg.view.graphs import coupling_graph
net = NetworkModel(width=2, samples=2)
figure = GraphFigure(coupling_graph(net.dynamic_hamiltonian(2, ends="free")))
print(figure.svg(), figure.tikz())
"""


def test_same_drawing_for_every_hash_seed():
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "42")
    }
    assert len(outputs) == 1
