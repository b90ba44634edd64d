"""Brute force for layered networks: plain Python, every state listed, nothing shared with the package."""

from collections import Counter
from fractions import Fraction
from itertools import product


def step(x):
    return 1 if x >= 0 else 0


def plus_minus(x):
    return 1 if x >= 0 else -1


def rectifier(x):
    return x if x > 0 else Fraction(0)


def clipped_rectifier(x):
    if x < 0:
        return Fraction(0)
    return x if x < 1 else Fraction(1)


def layer_settings(width, weights, biases):
    """All (W, b) of one layer: W as rows of a matrix, b a vector; no biases count as zero biases."""
    bias_values = (0,) if biases is None else biases
    for flat in product(weights, repeat=width * width):
        matrix = [flat[i * width : (i + 1) * width] for i in range(width)]
        for vector in product(bias_values, repeat=width):
            yield matrix, vector


def layer_output(matrix, vector, state, samples, activation):
    """σ(W h + b) for a state with index (i, l), l fastest; returned with the same index."""
    width = len(matrix)
    result = []
    for i in range(width):
        for sample in range(samples):
            total = vector[i]
            for j in range(width):
                total += matrix[i][j] * state[j * samples + sample]
            result.append(activation(total))
    return tuple(result)


def count_settings(width, samples, weights, biases, neurons, activation):
    """For each neuron state, how many (W, b) give each activation state."""
    return {
        state: Counter(
            layer_output(matrix, vector, state, samples, activation)
            for matrix, vector in layer_settings(width, weights, biases)
        )
        for state in product(neurons, repeat=width * samples)
    }


def forward(settings, state, samples, activation):
    """The output of a network whose layers have the (W, b) of the list, in order."""
    for matrix, vector in settings:
        state = layer_output(matrix, vector, state, samples, activation)
    return state


def squared_distance(first, second):
    return sum((a - b) ** 2 for a, b in zip(first, second, strict=True))


def dynamic_energy(settings, layers, penalties, samples, activation):
    """Σ_m λ_m |h^(m+1) − σ^(m)|² with all layers' neurons given, first to last."""
    total = 0
    for m, (matrix, vector) in enumerate(settings):
        output = layer_output(matrix, vector, layers[m], samples, activation)
        total += penalties[m] * squared_distance(layers[m + 1], output)
    return total
