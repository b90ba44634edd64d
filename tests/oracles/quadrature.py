"""Numerical quadrature and limits by mpmath, sharing nothing with the package: functions in, numbers out."""

import math
from functools import cache
from itertools import pairwise

import mpmath


def integrate(function, *, breaks=(), width=20.0, panels=40):
    """Integrate a function of one real argument with Gaussian decay, smooth between the breaks, in plain floats."""
    nodes = [(float(x), float(w)) for x, w in _legendre(12)]
    ends = [-width, *sorted(float(p) for p in breaks), width]
    total = []
    for low, high in pairwise(ends):
        half = (high - low) / (2 * panels)
        for k in range(panels):
            middle = low + (2 * k + 1) * half
            total += [half * w * function(middle + half * x) for x, w in nodes]
    return math.fsum(total)


@cache
def _legendre(count):
    """Nodes and weights of Gauss and Legendre."""
    nodes = []
    for x in mpmath.polyroots(mpmath.taylor(lambda t: mpmath.legendre(count, t), 0, count)[::-1], maxsteps=200):
        slope = mpmath.diff(lambda t: mpmath.legendre(count, t), x)
        nodes.append((x, 2 / ((1 - x**2) * slope**2)))
    return nodes


def integrate_plane(function, *, width=12.0, step=0.2):
    """Integrate an entire function with Gaussian decay over the plane, in plain floats.

    For such functions the trapezoidal rule on an infinite grid converges faster than every power of the step.
    """
    count = int(width / step)
    points = [k * step for k in range(-count, count + 1)]
    return step**2 * math.fsum(function(s, t) for s in points for t in points)


def number(value):
    """Return a rational as mpmath's number."""
    return mpmath.mpf(value.numerator) / value.denominator if hasattr(value, "numerator") else mpmath.mpf(value)


def average(function, mean, deviation, *, breaks=(), digits=25):
    """Average a function over a normal distribution."""
    with mpmath.workdps(digits):
        m, v = number(mean), number(deviation)
        inside = sorted((number(p) - m) / v for p in breaks)
        line = [-14, *(p for p in inside if abs(p) < 14), 14]
        weight = 1 / mpmath.sqrt(2 * mpmath.pi)
        return mpmath.quad(lambda z: weight * mpmath.exp(-z * z / 2) * function(m + v * z), line)


def chain_average(function, step, parameters, start, deviation):
    """Average over a chain h' = step(W h + b) + v z of neurons, by carrying the law of 0/1 outputs exactly.

    The next output depends on h only through the step, so two numbers, the probabilities of the outputs, are all
    that has to be carried. Returns the average of function(last h) for a list of (W, b), from the first output `start`.
    """
    with mpmath.workdps(25):
        v = number(deviation)
        law = {start: mpmath.mpf(1)}
        for w, b in parameters:
            following = {0: mpmath.mpf(0), 1: mpmath.mpf(0)}
            for output, probability in law.items():
                reached = mpmath.ncdf((w * output + b) / (abs(w) * v)) if w else mpmath.mpf(step(b))
                following[1] += probability * reached
                following[0] += probability * (1 - reached)
            law = following
        return sum(probability * average(function, output, v) for output, probability in law.items())
