"""Networks from files: every float is the rational number that it is; what is no network is refused."""

import itertools
import json
from fractions import Fraction
from random import Random

import pytest
import sympy

import symrg as sg
from symrg.model.dense import DenseNetwork
from symrg.model.weight_files import exact_float, read_network, read_samples

LAYERS = [{"weights": [[0.1, -2.5], [3, 1e-3]], "bias": [0.5, "1/3"]}, {"weights": [[1, 2]], "bias": [-0.7]}]


def write(path, data):
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_json_floats_are_taken_exactly(tmp_path):
    net = read_network(write(tmp_path / "net.json", {"layers": LAYERS}))
    assert net.weights[0] == (
        (Fraction(*(0.1).as_integer_ratio()), Fraction(-5, 2)),
        (3, Fraction(*(1e-3).as_integer_ratio())),
    )
    assert net.biases == ((Fraction(1, 2), Fraction(1, 3)), (Fraction(*(-0.7).as_integer_ratio()),))
    assert "exactly the rational number" in net.source
    assert float(net.weights[0][0][0]) == 0.1


def test_npz_of_every_width(tmp_path):
    np = pytest.importorskip("numpy")
    draw = np.random.default_rng(Random().randrange(10**9))
    arrays = [
        draw.normal(size=(4, 3)).astype("f4"),
        draw.normal(size=4),
        draw.normal(size=(2, 4)).astype("f2"),
        draw.integers(-3, 3, size=2),
    ]
    np.savez(tmp_path / "net.npz", *arrays)
    net = read_network(tmp_path / "net.npz")
    for matrix, array in zip(net.weights, arrays[::2], strict=True):
        assert [list(map(float, row)) for row in matrix] == array.astype("f8").tolist()
    assert [list(map(float, bias)) for bias in net.biases] == [a.astype("f8").tolist() for a in arrays[1::2]]
    arrays[1][2] = float("inf")
    np.savez(tmp_path / "bad.npz", *arrays)
    with pytest.raises(sg.NotExactError, match="bias 3 of layer 1 is inf"):
        read_network(tmp_path / "bad.npz")
    np.savez(tmp_path / "order.npz", arrays[0], arrays[2])
    with pytest.raises(sg.ModelError, match="matrices and vectors come in turn"):
        read_network(tmp_path / "order.npz")
    np.savez(tmp_path / "objects.npz", np.array([{}], dtype=object))
    with pytest.raises(sg.ModelError, match="cannot be read as arrays"):
        read_network(tmp_path / "objects.npz")


def test_outputs_against_plain_fractions():
    draw = Random()
    widths = (3, 5, 2)
    weights = [
        [[Fraction(draw.randint(-9, 9), draw.randint(1, 9)) for _ in range(a)] for _ in range(b)]
        for a, b in itertools.pairwise(widths)
    ]
    biases = [[Fraction(draw.randint(-9, 9), draw.randint(1, 9)) for _ in range(b)] for b in widths[1:]]
    net = DenseNetwork(weights, biases)
    x = [Fraction(draw.randint(-9, 9), draw.randint(1, 9)) for _ in range(3)]
    h = [
        max(sum(w * v for w, v in zip(row, x, strict=True)) + b, 0)
        for row, b in zip(weights[0], biases[0], strict=True)
    ]
    assert net([x, x])[1] == [
        sum(w * v for w, v in zip(row, h, strict=True)) + b for row, b in zip(weights[1], biases[1], strict=True)
    ]


@pytest.mark.parametrize(
    ("data", "kind", "said"),
    [
        ({"layers": [{"weights": [[float("nan")]], "bias": [0]}]}, sg.NotExactError, "weight 1, 1 of layer 1 is nan"),
        ({"layers": [{"weights": [[1]], "bias": [float("-inf")]}]}, sg.NotExactError, "bias 1 of layer 1 is -inf"),
        ({"layers": [{"weights": [["x"]], "bias": [0]}]}, sg.NotExactError, "no rational number"),
        ({"layers": [{"weights": [[None]], "bias": [0]}]}, sg.NotExactError, "weight 1, 1 of layer 1"),
        ({"layers": [{"weights": [[1, 2]], "bias": [0]}] * 2}, sg.ModelError, "layer 2 takes 2 numbers"),
        ({"layers": [{"weights": [[1, 2], [3]], "bias": [0, 0]}]}, sg.ModelError, "layer 1 are no matrix"),
        ({"layers": [{"weights": [[1]], "bias": [0, 0]}]}, sg.ModelError, "1 neurons and 2 biases"),
        ({"layers": [{"weights": [1], "bias": [0]}]}, sg.ModelError, "list of lists"),
        ({"layers": []}, sg.ModelError, "at least one"),
        ({"weights": []}, sg.ModelError, "no list of layers"),
        ([1], sg.ModelError, "holds a list"),
        ({"layers": LAYERS, "activation": "gelu"}, sg.ModelError, "activation 'gelu'"),
    ],
)  # fmt: skip
def test_bad_files(tmp_path, data, kind, said):
    with pytest.raises(kind, match=said):
        read_network(write(tmp_path / "net.json", data))


def test_files_that_are_none(tmp_path):
    with pytest.raises(sg.ModelError, match="cannot be read"):
        read_network(tmp_path / "absent.json")
    (tmp_path / "text.json").write_text("weights", encoding="utf-8")
    with pytest.raises(sg.ModelError, match="is no JSON"):
        read_network(tmp_path / "text.json")
    with pytest.raises(sg.ModelError, match="a label each"):
        read_samples(write(tmp_path / "s.json", {"samples": [[1]], "labels": []}))


def test_no_floats_inside():
    with pytest.raises(sg.NotExactError, match="weight 1, 1 of layer 1"):
        DenseNetwork([[[0.5]]], [[0]])
    with pytest.raises(sg.NotExactError, match="bias 1 of layer 1"):
        DenseNetwork([[[1]]], [[sympy.Float(1) * sympy.Symbol("x")]])
    with pytest.raises(sg.NotExactError, match="nan"):
        exact_float(float("nan"))
