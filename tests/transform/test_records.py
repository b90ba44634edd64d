"""Fixed-point records: plain JSON, exact, stable."""

import json
from fractions import Fraction

import sympy

import symrg as sg
from symrg import Chain, LayeredNetwork, Recursion
from symrg.transform.records import exact_text, fixed_points_record, provenance


def golden():
    """x ↦ (x + 1)/x: fixed where x² = x + 1, at two irrational points that are conjugate."""
    x = sympy.Symbol("x")
    return Recursion.from_images({x: (x + 1) / x}, scale=2).fixed_points()


def assert_plain(value):
    assert value is None or type(value) in (dict, list, str, int, bool), value
    if isinstance(value, dict):
        assert all(type(key) is str for key in value)
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            assert_plain(item)


def test_records_are_plain_and_survive_json():
    for fixed in (LayeredNetwork().chain().recursion().fixed_points(projective=True), golden()):
        record = fixed_points_record(fixed)
        assert_plain(record)
        assert json.loads(json.dumps(record)) == record


def test_irrational_points_are_roots_of_their_minimal_polynomial():
    (part,) = fixed_points_record(golden())["components"]
    assert part["point"] is None
    roots = {point["x"] for point in part["conjugates"]}
    assert roots == {"CRootOf(x**2 - x - 1, 0)", "CRootOf(x**2 - x - 1, 1)"}
    assert part["rank"] is None


def test_a_spectrum_that_differs_between_conjugates_is_a_characteristic_polynomial():
    """The derivative of (x + 1)/x is −1/x², so det(λ − J) = λ + 1/x² with x² = x + 1."""
    (part,) = fixed_points_record(golden())["components"]
    assert "spectrum" not in part
    x = sympy.Symbol("x")
    constant, leading = (sympy.parse_expr(text, {"x": x}) for text in part["characteristic_polynomial"])
    above, below = sympy.fraction(sympy.together(constant - 1 / x**2))
    assert sympy.rem(above, x**2 - x - 1, x) == 0
    assert sympy.gcd(below, x**2 - x - 1) == 1
    assert leading == 1
    # at the points themselves: the roots of λ² + 3λ + 1
    assert [list(at) for at in part["spectra"]] == [[f"CRootOf(x**2 + 3*x + 1, {k})"] for k in (0, 1)]
    assert [len(at) for at in part["point_exponents"]] == [1, 1]
    assert part["physical_points"] == [True, True]


def test_records_tell_what_the_coordinates_are():
    x = sympy.Symbol("x")
    for exponential in (True, False):
        recursion = Recursion.from_images({x: x**2}, scale=sympy.sqrt(3), exponential=exponential)
        record = fixed_points_record(recursion.fixed_points())
        assert_plain(record)
        assert record["exponential"] is exponential
        assert record["scale"] == "sqrt(3)"
        assert {part["point"]["x"]: part["at_infinity"] for part in record["components"]} == {
            "0": exponential, "1": False
        }  # fmt: skip
    assert fixed_points_record(Chain([[2, 2], [1, 3]]).recursion().fixed_points())["exponential"] is True


def test_text_of_exact_numbers():
    assert exact_text(3) == "3"
    assert exact_text(Fraction(-6, 4)) == "-3/2"
    assert exact_text(-sympy.oo) == "-oo"
    assert exact_text(sympy.log(3) / sympy.log(2)) == "log(3)/log(2)"


def test_provenance_knows_its_inputs():
    one = fixed_points_record(Chain([[2, 2], [1, 3]]).recursion(2).fixed_points())["provenance"]
    same = fixed_points_record(Chain([[2, 2], [1, 3]]).recursion(2).fixed_points())["provenance"]
    other = fixed_points_record(Chain([[2, 2], [1, 3]]).recursion(3).fixed_points())["provenance"]
    assert one == same
    assert one["inputs"]["multiplicity"] == [[2, 2], [1, 3]]
    assert one["input_hash"] != other["input_hash"]


def test_the_hash_does_not_depend_on_the_order_of_the_inputs():
    assert provenance({"a": 1, "b": 2}, "m")["input_hash"] == provenance({"b": 2, "a": 1}, "m")["input_hash"]


def test_a_wide_chain_is_answered_by_the_structure_theorem():
    network = sg.LayeredNetwork(width=2, weights=(-1, 0, 1))
    fixed = network.chain().recursion(3).fixed_points(projective=True)
    record = fixed_points_record(fixed)
    assert record["complete"] is True
    assert "equations" in record["components"][0]
    total = len(network.neuron_states) * len(network.activation_states) - 1
    for part in record["components"]:
        assert sum(part["spectrum"].values()) == total
        assert part["spectrum"]["1"] == part["dimension"]
        assert part["physical"] == (part["rank"] == 1)
    json.dumps(record)
