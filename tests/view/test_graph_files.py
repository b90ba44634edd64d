"""Coupling graphs as files: data that others can read back, drawings that are whole."""

import json

import networkx
import pytest
import sympy

import symrg as sg
from symrg.view.graph_files import SUFFIXES, contrast_file, contrast_record, graph_record


@pytest.fixture(scope="module")
def graphs():
    net = sg.LayeredNetwork()
    original = sg.coupling_graph(net.original_hamiltonian(2, inputs=1))
    return original, sg.coupling_graph(net.dynamic_hamiltonian(2, ends="free"))


def test_graphml_holds_both_graphs_with_their_attributes(graphs):
    union = networkx.parse_graphml(contrast_file(*graphs, ".graphml", data="x = 1").decode())
    for name, graph in zip(("original", "dynamic"), graphs, strict=True):
        part = union.subgraph(node for node, values in union.nodes(data=True) if values["hamiltonian"] == name)
        relabelled = networkx.relabel_nodes(part, {node: values["label"] for node, values in part.nodes(data=True)})
        assert {str(node) for node in graph} == set(relabelled)
        assert {frozenset(map(str, edge)) for edge in graph.edges} == set(map(frozenset, relabelled.edges))
        for node, values in graph.nodes(data=True):
            assert relabelled.nodes[str(node)]["kind"] == values["kind"]
            assert relabelled.nodes[str(node)]["layer"] == str(values["layer"])


def test_json_holds_the_graphs_and_their_measures(graphs):
    record = json.loads(contrast_file(*graphs, ".json", data="x = 1", about={"depth": 2}))
    assert record == contrast_record(*graphs, data="x = 1", about={"depth": 2})
    assert (record["schema"], record["depth"], record["data"]) == (1, 2, "x = 1")
    for name, graph in zip(("original", "dynamic"), graphs, strict=True):
        assert len(record[name]["nodes"]) == graph.number_of_nodes()
        assert len(record[name]["edges"]) == graph.number_of_edges()


def test_symbolic_layers_are_text_and_integer_ones_numbers():
    m = sympy.Symbol("m", integer=True)
    bulk = graph_record(sg.coupling_graph(sg.LayeredNetwork(biases=None).layer_hamiltonian(m)))
    assert {node["layer"] for node in bulk["nodes"]} == {"m", "m + 1"}
    first = graph_record(sg.coupling_graph(sg.LayeredNetwork(biases=None).layer_hamiltonian(0)))
    assert {node["layer"] for node in first["nodes"]} == {0, 1}


def test_terms_that_double_with_each_layer_are_left_out_in_time():
    net = sg.LayeredNetwork(width=2, biases=None)
    record = graph_record(sg.coupling_graph(net.original_hamiltonian(9, inputs=[[1, 1]])))
    terms = [edge["term"] for edge in record["edges"]]
    assert None in terms
    assert all(len(term) < 100_000 for term in terms if term is not None)


def test_terms_of_deep_networks_are_left_out_in_place_of_failing():
    net = sg.LayeredNetwork(biases=None)
    deep = sg.coupling_graph(net.original_hamiltonian(120, inputs=1))
    terms = [edge["term"] for edge in graph_record(deep)["edges"]]
    assert len(terms) == 120 * 119 // 2
    assert None in terms


def test_another_suffix_is_refused(graphs):
    with pytest.raises(sg.ModelError, match=r"choose from \.svg"):
        contrast_file(*graphs, ".jpg")
    assert SUFFIXES == (".svg", ".tex", ".pdf", ".png", ".json", ".graphml")


@pytest.mark.parametrize(
    ("suffix", "start"), [(".svg", b"<svg"), (".tex", b"%"), (".pdf", b"%PDF"), (".png", b"\x89PNG")]
)
def test_drawings_in_every_format(graphs, suffix, start):
    if suffix in (".pdf", ".png"):
        pytest.importorskip("matplotlib")
    assert contrast_file(*graphs, suffix, data="x = 1", words="depth 2").startswith(start)
