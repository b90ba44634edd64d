"""Checks of a component of fixed points by routes that do not use the solver that found it.

They take the component's own equations and parametrisation as the certificate: substitution into the map, traces of
powers of the Jacobian, exact points, signs.
"""

from __future__ import annotations

from fractions import Fraction

import sympy

from ..exact.algebraic import AlgebraicNumber
from ..exact.matrices import matrix_product
from .fixed_points import Component
from .real_parts import is_physical

__all__ = ["check_fixed", "check_physical", "check_spectrum"]


def check_fixed(part: Component) -> bool:
    """Decide whether every point of a component is fixed, by substituting its parametrisation into the map.

    Examples
    --------
    >>> from symrg import Chain
    >>> parts = Chain([[2, 2], [1, 3]]).recursion().fixed_points().components
    >>> [check_fixed(part) and check_spectrum(part) and check_physical(part) for part in parts]
    [True, True]
    """
    variety = part.variety
    return all(
        variety.is_zero(variety.restrict(image) - coordinate)
        for image, coordinate in zip(part.recursion.functions, variety.coordinates, strict=True)
    )


def check_spectrum(part: Component) -> bool | None:
    """Decide whether a component's spectrum is that of the Jacobian on the whole of it.

    The traces of the first n powers of the Jacobian, modulo the component, fix the spectrum (Newton's identities);
    it is compared with the eigenvalues at exact points, too. Spectra of conjugate points are compared with those at
    the points one by one.

    Returns
    -------
    bool or None
        None if the spectrum varies along a curve or beyond, or is constant but not rational.
    """
    spectrum = part.spectrum
    if spectrum is None and part.spectra:
        return all(
            part.recursion.linearize(point).eigenvalues == found
            for point, found in zip(part.points, part.spectra, strict=True)
        )
    if spectrum is None or any(isinstance(value, AlgebraicNumber) for value in spectrum):
        return None
    variety = part.variety
    jacobian = [[variety.restrict(entry) for entry in row] for row in part.recursion.derivatives]
    power = jacobian
    for k in range(1, len(jacobian) + 1):
        trace = sum((power[i][i] for i in range(len(jacobian))), start=variety.ring.fraction(0))
        expected = sum((n * value**k for value, n in spectrum.items() if isinstance(value, Fraction)), Fraction(0))
        if not variety.is_zero(trace - expected):
            return False
        power = [[variety.reduced(entry) for entry in row] for row in matrix_product(power, jacobian)]
    return all(part.recursion.linearize(point).eigenvalues == spectrum for point in part.sample(3))


def check_physical(part: Component) -> bool | None:
    """Decide whether the witness or the obstruction of ``part.physical`` holds, from the component's equations."""
    if part.physical is None:
        return None
    if part.at_infinity:
        # an entry of V, or a factor, is zero on it
        return not part.physical and any(len(sympy.Add.make_args(g)) == 1 for g in part.generators)
    if part.dimension == 0:
        return part.physical == any(is_physical(part, point) for point in part.points)
    if not part.recursion.exponential:
        return None if not part.physical or not part.sample() else part.contains(part.sample()[0])
    if part.physical:
        return any(all(x > 0 for x in point) and part.contains(point) for point in part.sample(20))
    if part.rank is not None and part.rank > 1:
        return True  # positive V has rank 1 (Perron and Frobenius); the rank is found by elimination
    return any(len({bool(c > 0) for c in sympy.Poly(g, *part.symbols).coeffs()}) == 1 for g in part.generators)
