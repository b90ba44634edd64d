"""Inner loops are guarded by counts, not by time: terms that are written out, matrices that are drawn.

Counts of products stand beside the code that makes them, in the tests of matrices, powers, factored images,
elimination and multiplicities.
"""

from math import comb

import pytest

import symrg as sg
from symrg.transform import strata


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_entries_of_a_recursion_have_one_term_for_each_state_of_the_layer_between(width):
    found = sg.LayeredNetwork(width=width).chain().recursion(scale=2).factored
    states = 4**width  # of a layer's neurons and activations
    assert len(found.polynomials) == states
    assert all(len(entry) <= states for entry in found.polynomials)
    assert len(found.images) == states - 1
    # a factor of k variables is a quotient of 2^k entries at most: no more polynomials than that, none multiplied out
    assert sum(len(image.above) + len(image.below) for image in found.images) <= 9**width - 1


@pytest.mark.parametrize("scale", [2, 3, 8, 20])
def test_entries_at_large_scales_are_forms_in_the_entries_of_v(scale):
    found = sg.LayeredNetwork().chain().recursion(scale=scale).factored
    assert all(len(entry) <= comb(scale + 3, 3) for entry in found.polynomials)


@pytest.mark.parametrize(("width", "scale"), [(2, 2), (2, 5), (3, 3), (5, 2)])
def test_few_matrices_are_drawn_for_a_certificate(width, scale, monkeypatch):
    drawn = 0
    original = strata.candidates

    def counted(*given):
        nonlocal drawn
        for proof in original(*given):
            drawn += 1
            yield proof

    monkeypatch.setattr(strata, "candidates", counted)
    parts = sg.LayeredNetwork(width=width).chain().recursion(scale).fixed_points(projective=True).components
    assert all(part.certificate.check() for part in parts)
    assert drawn <= 4 * len(parts)
