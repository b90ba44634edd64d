"""Multiplicities of roots of unity against lists of all multisets and eigenspaces modulo primes."""

from itertools import count, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symrg.transform.roots import companion_of, components_over_c, multiplicities, representative, root_field, vectors
from tests.oracles import residues


def roots_of(vector):
    return tuple(k for k, n in enumerate(vector) for _ in range(n))


@pytest.mark.parametrize(("rank", "order"), [(r, n) for r in range(1, 5) for n in range(1, 8)])
def test_classes_are_those_of_all_multisets(rank, order):
    expected = residues.classes(rank, order)
    found = {residues.name_of(roots_of(v), order): components_over_c(v)[0] for v in vectors(rank, order)}
    assert found == expected
    assert len(vectors(rank, order)) == len(found)
    assert all(representative(v) == v for v in vectors(rank, order))


def eigenspaces(matrix, power):
    """The dimensions of the eigenspaces modulo a prime where x^n = power has all its roots c·ζ^i, n the exponent."""
    number, order = power
    for q in count(order + 1, order):
        is_prime = q > 100 and all(q % d for d in range(2, int(q**0.5) + 1))
        if is_prime and number % q and pow(number, (q - 1) // order, q) == 1:
            break
    c = next(x for x in range(1, q) if pow(x, order, q) == number % q)
    zeta = next(z for z in range(1, q) if pow(z, order, q) == 1 and all(pow(z, d, q) != 1 for d in range(1, order)))

    def nullity(value):
        rows = [[(x - value * (i == j)) % q for j, x in enumerate(row)] for i, row in enumerate(matrix)]
        found = 0
        for column in range(len(rows)):
            pivot = next((i for i in range(found, len(rows)) if rows[i][column]), None)
            if pivot is None:
                continue
            rows[found], rows[pivot] = rows[pivot], rows[found]
            unit = pow(rows[found][column], -1, q)
            for i in range(found + 1, len(rows)):
                ratio = rows[i][column] * unit
                rows[i] = [(x - ratio * y) % q for x, y in zip(rows[i], rows[found], strict=True)]
            found += 1
        return len(rows) - found

    return [nullity(c * pow(zeta, i, q) % q) for i in range(order)]


def integer_power(matrix, exponent):
    size = len(matrix)
    result = [[int(i == j) for j in range(size)] for i in range(size)]
    for _ in range(exponent):
        result = [
            [sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*matrix, strict=True)]
            for row in result
        ]
    return result


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 8).flatmap(lambda n: st.lists(st.integers(0, 2), min_size=n, max_size=n)), st.integers(1, 6))
def test_rational_matrices_exist_exactly_for_what_conjugation_rotates(vector, twist):
    if not 0 < sum(vector) <= 8:
        return
    vector, order = representative(tuple(vector)), len(vector)
    matrix = companion_of(vector, twist)
    assert (matrix is None) == (components_over_c(vector)[0] > 1)
    if matrix is not None:
        size = len(matrix)
        assert size == sum(vector)
        power = integer_power(matrix, order)
        number = power[0][0]
        assert number
        assert all(power[i][j] == number * (i == j) for i, j in product(range(size), repeat=2))
        found = eigenspaces(matrix, (number, order))
        assert residues.name_of(roots_of(found), order) == residues.name_of(roots_of(vector), order)
        traces = [sum(integer_power(matrix, k)[i][i] for i in range(size)) for k in range(order)]
        assert representative(multiplicities(traces, number)) == vector


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(-50, 50).filter(bool), st.integers(1, 50))
def test_root_fields_hold_all_roots(order, numerator, denominator):
    field = root_field(order, numerator, denominator, above=30)
    q = field.prime
    assert q > 30
    assert all(q % d for d in range(2, int(q**0.5) + 1))
    assert len(set(field.values())) == order
    assert all((pow(x, order, q) * denominator - numerator) % q == 0 for x in field.values())
