"""Recursions that are given by formulas: images and scale are read, and what is no rational map is refused."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import sympy

from ..errors import ModelError, UndefinedPointError
from ..exact.edge import from_sympy
from ..exact.polynomials import RationalFunction, ring

__all__ = ["checked_scale", "read_images"]


def checked_scale(scale: Any) -> Any:
    """Return a scale factor: an integer p ≥ 2, or an exact real number above 1 as SymPy writes it.

    Raises
    ------
    ModelError
        If it is anything else.

    Examples
    --------
    >>> checked_scale(2), checked_scale(sympy.sqrt(3)), checked_scale(sympy.Integer(3))
    (2, sqrt(3), 3)
    """
    if isinstance(scale, Fraction):
        scale = sympy.Rational(scale.numerator, scale.denominator)
    if isinstance(scale, sympy.Integer):
        scale = int(scale)
    if isinstance(scale, sympy.Expr):
        if scale.is_number and scale.is_extended_real and scale.is_finite and not scale.has(sympy.Float) and scale > 1:
            return scale
    elif isinstance(scale, int) and not isinstance(scale, bool) and scale > 1:
        return scale
    message = (
        f"the scale is {scale!r}; a scale factor is an integer p ≥ 2, or an exact SymPy number > 1 such as sqrt(3)"
    )
    raise ModelError(message)


def read_images(images: Mapping[Any, Any]) -> tuple[tuple[Any, ...], tuple[RationalFunction, ...]]:
    """Return the coordinates, and their images as rational functions of them.

    Raises
    ------
    ModelError
        If a key is no symbol, or an image is no rational function of the keys; the message says what would be.
    NotExactError
        For a float.

    Examples
    --------
    >>> x, q = sympy.symbols("x q")
    >>> read_images({x: q * x**2})
    Traceback (most recent call last):
    ...
    symrg.errors.ModelError: q in the image of x is no coordinate: give it a number, or add q: q to the images so ...
    """
    if not isinstance(images, Mapping) or not images:
        raise ModelError("the keys of the images are the coordinates: give a mapping with at least one SymPy symbol")
    for key in images:
        if isinstance(key, str):
            message = f"the key {key!r} is a str; give sympy.Symbol({key!r})"
            raise ModelError(message)
        if not isinstance(key, sympy.Symbol):
            message = f"the key {key!r} is no SymPy symbol; the keys of the images are the coordinates"
            raise ModelError(message)
    factors = tuple(images)
    names = [str(f) for f in factors]
    repeated = next((f for k, f in enumerate(factors) if names.index(str(f)) < k), None)
    if repeated is not None:
        message = f"two keys of the images are named {repeated}, with other assumptions; give one of them another name"
        raise ModelError(message)
    base = ring(*names)
    generators = dict(zip(factors, base.fractions(), strict=True))
    functions = []
    for factor, image in images.items():
        expression = _expression(image, factor)
        _check(expression, factor, factors)
        try:
            functions.append(from_sympy(expression, base, generators))
        except UndefinedPointError as error:
            message = f"the image of {factor} divides by zero: a denominator in {expression} is zero identically"
            raise ModelError(message) from error
    return factors, tuple(functions)


def _expression(image: Any, factor: Any) -> Any:
    try:
        expression = sympy.sympify(image, strict=True)
    except sympy.SympifyError as error:
        message = f"the image of {factor} is {image!r} ({type(image).__name__}); give a SymPy expression"
        raise ModelError(message) from error
    if not isinstance(expression, sympy.Expr):
        message = f"the image of {factor} is {image!r} ({type(image).__name__}); give a SymPy expression"
        raise ModelError(message)
    return expression


def _check(expression: Any, factor: Any, factors: tuple[Any, ...]) -> None:
    """Refuse what is no rational function of the coordinates, with what would be."""
    if expression.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
        message = f"the image of {factor} is {expression}: there is a division by zero, or something infinite, in it"
        raise ModelError(message)
    for symbol in sorted(expression.free_symbols - set(factors), key=sympy.default_sort_key):
        same = next((f for f in factors if str(f) == str(symbol)), None)
        if same is not None:
            message = (
                f"{symbol} in the image of {factor} is another symbol than the coordinate {same}: it is "
                f"{sympy.srepr(symbol)}, the coordinate is {sympy.srepr(same)}; use one and the same symbol"
            )
            raise ModelError(message)
        message = (
            f"{symbol} in the image of {factor} is no coordinate: give it a number, or add {symbol}: {symbol} to the "
            "images so that it is carried along"
        )
        raise ModelError(message)
    for node in sympy.preorder_traversal(expression):
        if node.free_symbols and not (node.is_Symbol or node.is_Add or node.is_Mul or _is_power(node)):
            message = (
                f"{node} in the image of {factor} is no rational function of {', '.join(map(str, factors))}: write the "
                "map in a variable such as e^x or tanh x in which it is rational"
            )
            raise ModelError(message)


def _is_power(node: Any) -> bool:
    return bool(node.is_Pow and node.exp.is_Integer)
