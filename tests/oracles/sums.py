"""Sums over all states, one state at a time, in plain Python with Fractions; nothing is shared with the package.

An exponent is a list of (coupling, coefficient, {variable: power}), variables by position in a list of alphabets; of
each coupling a pair (root, index) is given with e^coupling = root^index.
"""

from fractions import Fraction
from itertools import product


def weight(terms, state, values):
    """∏ e^(coupling · coefficient · monomial)."""
    powers = dict.fromkeys(values, Fraction(0))
    for coupling, coefficient, monomial in terms:
        number = Fraction(coefficient)
        for variable, power in monomial.items():
            number *= Fraction(state[variable]) ** power
        powers[coupling] += number
    result = Fraction(1)
    for coupling, power in powers.items():
        root, index = values[coupling]
        exponent = power * index
        assert exponent.denominator == 1, "choose a larger index"
        result *= Fraction(root) ** int(exponent)
    return result


def summed(terms, alphabets, kept, values):
    """State of the kept variables ↦ sum of the weights over all others."""
    table = {}
    for state in product(*alphabets):
        key = tuple(state[i] for i in kept)
        table[key] = table.get(key, 0) + weight(terms, state, values)
    return table


def ring_of_spins(length, bond):
    """Σ ∏ bond^(s s′) over all states of a ring of ±1 spins: the trace of a power of [[w, 1/w], [1/w, w]]."""
    row, column = (Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))
    for _ in range(length):
        row, column = ((x * bond + y / bond, x / bond + y * bond) for x, y in (row, column))
    return row[0] + column[1]
