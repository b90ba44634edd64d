"""The page of an atlas: its links lead to what lies beside it, and nothing on it is written for machines."""

from xml.etree import ElementTree

import pytest
import sympy

from symrg import LayeredNetwork
from symrg.transform.atlas import COLUMNS, atlas_row
from symrg.view.atlas import atlas_files, atlas_page

XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def record():
    rows = [atlas_row(LayeredNetwork(), scale, digits=8) for scale in (2, 3)]
    inputs = {"digits": 8, "weights": ["-1,1", "-1,0,1"], "biases": ["none"], "neurons": None, "scales": [2, 3]}
    return {
        "schema": 1,
        "columns": dict(COLUMNS),
        "rows": rows,
        "provenance": {"symrg": "0", "inputs": inputs, "input_hash": "sha256:00"},
    }


def links(page):
    return [link.attrib["href"] for link in ElementTree.fromstring(page).iter(f"{XHTML}a")]


def test_links_lead_to_what_lies_beside_the_page(record):
    assert links(atlas_page(record)) == ["atlas.csv", "atlas.json"]
    assert links(atlas_page(record, lessons=True)) == ["lessons.html", "atlas.csv", "atlas.json"]
    assert {"atlas.csv", "atlas.json"} < set(atlas_files(record))


def test_what_is_on_the_page_is_written_for_people(record):
    assert "W\u00a0∈\u00a0{" in atlas_page(record)  # on one line
    text = "".join(ElementTree.fromstring(atlas_page(record)).itertext()).replace("\u00a0", " ")
    assert "2 rows: 1 network at scales 2 and 3." in text
    assert "weights: {−1, 1} and {−1, 0, 1}; biases: none; scales: 2 and 3." in text
    assert "with βv = 1, in layers" in text  # a subscript
    assert not any(sign in text.split("Columns of the data")[1] for sign in ("^", '"', "[", "null"))


def test_an_activation_without_a_name_is_written_as_a_map():
    z = sympy.Symbol("z")
    network = LayeredNetwork(activation=sympy.Lambda(z, z**2), outputs=(0, 1, 4))
    assert atlas_row(network, digits=6)["activation"] == "z -> z**2"
