"""Brute force for coupling graphs: tabulate a function over all states and take mixed differences by hand.

Shares no code with the package: plain Python numbers, no SymPy.
"""

from fractions import Fraction
from itertools import combinations, product


def coupled_positions(function, alphabets):
    """Pairs of positions with a mixed difference that is not zero in some state of the others.

    ``function`` takes a tuple of letters and returns a number, or a tuple of numbers (the coefficients of
    independent parameters), of which any may couple.
    """
    table = {}
    for state in product(*alphabets):
        value = function(state)
        table[state] = value if isinstance(value, tuple) else (value,)

    def changed(state, *replacements):
        letters = list(state)
        for position, letter in replacements:
            letters[position] = letter
        return table[tuple(letters)]

    found = set()
    for i, j in combinations(range(len(alphabets)), 2):
        for state in table:
            a, b = state[i], state[j]
            corners = (
                (table[state], changed(state, (i, c)), changed(state, (j, d)), changed(state, (i, c), (j, d)))
                for c in alphabets[i]
                for d in alphabets[j]
                if c != a and d != b
            )
            if any(
                here - up - right + both != 0
                for corner in corners
                for here, up, right, both in zip(*corner, strict=True)
            ):
                found.add((i, j))
                break
    return found


def step(number):
    """1 for a number that is not negative, else 0."""
    return 1 if number >= 0 else 0


def original(width, depth, inputs, *, biases, activation=step):
    """Variables and function of the original Hamiltonian sum_i (y_i - z_i)^2, one data point.

    Variables are (letter, layer, indices). The function returns the coefficients of y_1, ..., y_N and of 1,
    up to constants: z_1, ..., z_N and the sum of z_i^2.
    """
    names = [
        name
        for m in range(depth)
        for name in (
            *(("W", m, (i, j)) for i in range(width) for j in range(width)),
            *(("b", m, (i,)) for i in range(width) if biases),
        )
    ]

    def function(state):
        value = dict(zip(names, state, strict=True))
        signal = list(inputs)
        for m in range(depth):
            signal = [
                activation(sum(value["W", m, (i, j)] * signal[j] for j in range(width)) + value.get(("b", m, (i,)), 0))
                for i in range(width)
            ]
        return (*signal, sum(z * z for z in signal))

    return names, function


def dynamic(width, depth, *, biases, activation=step):
    """Variables and function of the dynamic Hamiltonian with free ends: one coefficient for each layer's penalty."""
    names, _ = original(width, depth, [0] * width, biases=biases)
    names += [("h", m, (i,)) for m in range(depth + 1) for i in range(width)]

    def function(state):
        value = dict(zip(names, state, strict=True))
        return tuple(
            sum(
                (
                    value["h", m + 1, (i,)]
                    - activation(
                        sum(value["W", m, (i, j)] * value["h", m, (j,)] for j in range(width))
                        + value.get(("b", m, (i,)), 0)
                    )
                )
                ** 2
                for i in range(width)
            )
            for m in range(depth)
        )

    return names, function


def polynomial(terms):
    """Function of a state from terms (coefficient, exponents)."""

    def function(state):
        total = Fraction(0)
        for coefficient, exponents in terms:
            power = Fraction(coefficient)
            for letter, exponent in zip(state, exponents, strict=True):
                power *= Fraction(letter) ** exponent
            total += power
        return total

    return function


def mixed_derivative_pairs(terms, number):
    """Pairs of positions whose mixed derivative is not zero, for a polynomial of real variables."""
    collected = {}
    for coefficient, exponents in terms:
        collected[exponents] = collected.get(exponents, 0) + Fraction(coefficient)
    return {
        (i, j)
        for i, j in combinations(range(number), 2)
        if any(coefficient != 0 and powers[i] > 0 and powers[j] > 0 for powers, coefficient in collected.items())
    }
