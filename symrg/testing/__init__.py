"""Strategies and properties for tests of recursions, your own included: exact, with small counterexamples.

Strategies draw alphabets, networks, chains, points and recursions for Hypothesis. A property raises an
``AssertionError`` that shows an exact counterexample:

========================== ==================================================== ==========================
property                   what holds                                           what it needs
========================== ==================================================== ==========================
:func:`check_semigroup`    p layers, then q layers, are p·q layers              a chain, or several recursions
:func:`check_jacobian`     the Jacobian is the limit of difference quotients    any recursion
:func:`check_fixed_points` the points given are fixed, those found are given    any recursion
:func:`check_decimation`   Z and correlations of rings are kept                 a chain, own or given
:func:`check_projection`   the polynomial has the values it was made of         variables, or a chain
========================== ==================================================== ==========================

They draw their examples themselves, so they may be called alone or inside a test of Hypothesis.
Hypothesis comes with the extra ``test``.

Examples
--------
A formula with a typing error is refuted with the smallest point at which it fails:

>>> import symrg as sg, sympy
>>> from symrg.testing import check_decimation
>>> a, b, c = sympy.symbols("a b c")
>>> images = dict(sg.Chain([[2, 2], [1, 3]]).recursion().images)
>>> images[b] = images[b] + b
>>> typo = sg.Recursion.from_images(images, scale=2)
>>> check_decimation(typo, chain=sg.Chain([[2, 2], [1, 3]]))
Traceback (most recent call last):
...
AssertionError: the recursion is not the decimation of this chain by 2: at a = 1, b = 1, c = 1 ...
"""

from __future__ import annotations

try:
    import hypothesis as _hypothesis  # noqa: F401
except ImportError as error:
    _message = (
        "symrg.testing draws its examples with Hypothesis, which is not installed; "
        "install the extra that brings it: python -m pip install 'symrg[test]'"
    )
    raise ImportError(_message) from error

from .decimation import check_decimation
from .fixed_points import check_fixed_points
from .properties import check_jacobian, check_projection, check_semigroup
from .strategies import Steps, activations, alphabets, chains, factors, networks, recursions

__all__ = [
    "Steps",
    "activations",
    "alphabets",
    "chains",
    "check_decimation",
    "check_fixed_points",
    "check_jacobian",
    "check_projection",
    "check_semigroup",
    "factors",
    "networks",
    "recursions",
]
