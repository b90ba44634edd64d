"""Brute force for chains: every state of every layer is listed, nothing shared with the package, only Fractions.

A bond between layer m and layer m + 1 has the weight V[h', s] G[h, s], with h of layer m, h' of layer m + 1 and s the
activation state between them. A ring of depth M has layers 0 … M − 1, an open chain has layers 0 … M.
"""

from fractions import Fraction
from itertools import product


def moments(bond, multiplicity, depth, values, places, *, ends=None, on_activations=False):
    """Z and the sum of weight × product of the observable at the places.

    ``ends`` is None for a ring, or a pair of weights of the states of layer 0 and of the last layer.
    """
    n_h, n_s = len(multiplicity), len(multiplicity[0])
    layers = depth if ends is None else depth + 1
    total, inserted = Fraction(0), Fraction(0)
    if not on_activations:
        step = [
            [sum(Fraction(bond[k][s]) * multiplicity[h][s] for s in range(n_s)) for h in range(n_h)] for k in range(n_h)
        ]
    for states in product(range(n_h), repeat=layers):
        weight = Fraction(1) if ends is None else Fraction(ends[0][states[0]]) * Fraction(ends[1][states[-1]])
        if on_activations:
            for between in product(range(n_s), repeat=depth):
                here = weight
                for m, s in enumerate(between):
                    here *= Fraction(bond[states[(m + 1) % layers]][s]) * multiplicity[states[m]][s]
                total += here
                for place in places:
                    here *= values[between[place % depth]]
                inserted += here
        else:
            for m in range(depth):
                weight *= step[states[(m + 1) % layers]][states[m]]
            total += weight
            for place in places:
                weight *= values[states[place % layers if ends is None else place]]
            inserted += weight
    return total, inserted


def connected(bond, multiplicity, depth, values, first, second, **options):
    """⟨o_first o_second⟩ − ⟨o_first⟩⟨o_second⟩."""
    total, both = moments(bond, multiplicity, depth, values, (first, second), **options)
    _, one = moments(bond, multiplicity, depth, values, (first,), **options)
    _, two = moments(bond, multiplicity, depth, values, (second,), **options)
    return both / total - one * two / total**2


def bond_of_binary(a, b, c):
    """V of one binary neuron: V[h, s] = a^{hs} b^h c^s."""
    return [[Fraction(1), Fraction(c)], [Fraction(b), Fraction(a) * b * c]]


def decimated(bond, multiplicity, scale):
    """V' = (V G^T)^(p-1) V, by multiplying matrices entry by entry."""
    result = [[Fraction(x) for x in row] for row in bond]
    n_h, n_s = len(multiplicity), len(multiplicity[0])
    step = [
        [sum(Fraction(bond[k][s]) * multiplicity[h][s] for s in range(n_s)) for h in range(n_h)] for k in range(n_h)
    ]
    for _ in range(scale - 1):
        result = [[sum(step[k][h] * result[h][s] for h in range(n_h)) for s in range(n_s)] for k in range(n_h)]
    return result
