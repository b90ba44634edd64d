"""Fixed-point sets as plain data for JSON: exact numbers as text, a schema version, and provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..errors import BudgetExceeded
from ..exact.algebraic import AlgebraicNumber
from ..exact.numbers import format_fraction
from ..exact.provenance import input_hash, versions
from .fixed_points import Component, FixedPointSet
from .projective import entry_symbols
from .strata import Stratum

if TYPE_CHECKING:
    from .recursion import Recursion

__all__ = ["BRANCH", "exact_text", "fixed_points_record", "provenance"]

BRANCH = "principal: imaginary part in (-pi, pi]"

_MOST_NUMBERS = 2_000_000  # in the certificates of one record: they take 10 s and 0.3 GB
_MOST_LISTED = 255  # couplings, for which it is listed which ones are complex at the point of a certificate


def exact_text(value: Any) -> str:
    """Write an exact number or expression as text.

    Parameters
    ----------
    value : int, Fraction, AlgebraicNumber or SymPy expression
        An irrational algebraic number is written as the root of its minimal polynomial, in SymPy's notation.

    Examples
    --------
    >>> from symrg.exact.algebraic import roots_of
    >>> exact_text(Fraction(-2, 3)), exact_text(roots_of((-2, 0, 1))[1])
    ('-2/3', 'CRootOf(x**2 - 2, 1)')
    """
    if isinstance(value, int | Fraction):
        return format_fraction(value)
    if isinstance(value, AlgebraicNumber):
        return str(value.to_sympy())
    return str(value)


def fixed_points_record(fixed: FixedPointSet) -> dict[str, Any]:
    """Return a fixed-point set as ``symrg fixed-points --json`` prints it.

    Parameters
    ----------
    fixed : FixedPointSet

    Returns
    -------
    dict
        ``schema``, ``complete``, ``reason``, ``projective``, ``exponential`` (whether the factors are exponentials of
        couplings: ``physical`` says of others whether there is a real point), ``couplings``, ``factors``, ``scale``,
        ``components``, ``provenance``; numbers and polynomials are text. A chain's components carry certificates, see
        :func:`~symrg.transform.certificates.check_record`.

    Raises
    ------
    BudgetExceeded
        If the certificates of all strata are too many numbers.

    Examples
    --------
    >>> from symrg import Chain
    >>> record = fixed_points_record(Chain([[2, 2], [1, 3]]).recursion().fixed_points())
    >>> [(part["dimension"], part["spectrum"]) for part in record["components"]]
    [(2, {'0': 1, '1': 2}), (0, {'2': 3})]
    >>> record["components"][1]["point"]
    {'a': '3', 'b': '-2/3', 'c': '-1/3'}
    """
    _check_budget(fixed)
    recursion = fixed.recursion
    scale = recursion.scale if isinstance(recursion.scale, int) else exact_text(recursion.scale)
    inputs: dict[str, Any] = {"scale": scale}
    if recursion.chain is None:
        inputs["images"] = {str(factor): str(image) for factor, image in recursion.images.items()}
    else:
        chain = recursion.chain
        inputs["neurons"] = {v.name: [str(a) for a in v.alphabet] for v in chain.rows}
        inputs["activations"] = {v.name: [str(a) for a in v.alphabet] for v in chain.columns}
        inputs["multiplicity"] = [list(row) for row in chain.multiplicity]
    couplings, factors = _names(recursion)
    return {
        "schema": 1,
        "complete": fixed.complete,
        "reason": fixed.reason,
        "projective": fixed.projective,
        "exponential": recursion.exponential,
        "couplings": couplings,
        "factors": factors,
        "scale": scale,
        "components": [_component(part) for part in fixed.components],
        "provenance": provenance(inputs, _method(fixed)),
    }


def _check_budget(fixed: FixedPointSet) -> None:
    """Refuse to write certificates of thousands of strata of a large chain, before the first one."""
    parts = [part for part in fixed.components if isinstance(part, Stratum)]
    numbers = sum(part.rank * sum(part.chain.shape) for part in parts)
    if numbers > _MOST_NUMBERS:
        message = (
            f"the certificates of {len(parts)} strata of scale {fixed.recursion.scale} are about {numbers} numbers, at "
            f"most {_MOST_NUMBERS} are written: take a smaller scale, or ask the strata themselves, from Python, for "
            "those certificates that you want"
        )
        raise BudgetExceeded(message, estimate=numbers, limit=_MOST_NUMBERS)


def _names(recursion: Recursion) -> tuple[list[str], list[str]]:
    """Return the names of couplings and factors; a chain may have too many for symbols."""
    if recursion.chain is None:
        return [], [factor.name for factor in recursion.factors]
    coordinates = recursion.chain.coordinates
    return list(coordinates.coupling_names), list(coordinates.factor_names)


def _method(fixed: FixedPointSet) -> str:
    if any(isinstance(part, Stratum) for part in fixed.components):
        return "structure theorem for chains: ranks and multiplicities of eigenvalues of the transfer matrix"
    return "exact factorisation and elimination over Q; Jacobians on whole components"


def _theorem(part: Stratum) -> dict[str, Any]:
    """Return what the structure theorem says of a component of a chain, with the certificate."""
    rows, columns = part.chain.shape
    shown = part.complex_couplings if rows * columns <= _MOST_LISTED + 1 else None
    return {
        "multiplicities": list(part.multiplicities),
        "splits_into": part.splits_into,
        "splitting": part.splitting,
        "parametrisation": part.parametrisation,
        "zero_entries": [list(place) for place in part.zero_entries],
        "infinite_couplings": [coupling.name for coupling in part.infinite_couplings],
        "complex_couplings": None if shown is None else [coupling.name for coupling in shown],
        "certificate": part.certificate.to_record(),
    }


def _stratum(part: Stratum) -> dict[str, Any]:
    """Return a stratum of a chain that is too large for generators: matrix equations in their place."""
    point = None
    if part.point is not None:
        comma = "," if max(part.chain.shape) > 10 else ""
        point = {f"V_{i}{comma}{j}": exact_text(x) for i, row in enumerate(part.point) for j, x in enumerate(row)}
    return {
        "dimension": part.dimension,
        "rank": part.rank,
        "equations": list(part.equations),
        "point": point,
        "conjugates": [],
        "punctures": list(part.punctures),
        "spectrum": {exact_text(value): count for value, count in part.spectrum.items()},
        "exponents": {exact_text(value): exact_text(y) for value, y in part.exponents.items()},
        "physical": part.physical,
        "physical_reason": part.physical_reason,
        "at_infinity": part.at_infinity,
        "couplings": None,
        **_theorem(part),
    }


def _component(part: Component | Stratum) -> dict[str, Any]:
    if isinstance(part, Stratum):
        return _stratum(part)
    record: dict[str, Any] = {
        "dimension": part.dimension,
        "rank": part.rank,
        "generators": [str(generator) for generator in part.generators],
        "point": _point(part, part.points[0]) if len(part.points) == 1 else None,
        "conjugates": [_point(part, point) for point in part.points] if len(part.points) > 1 else [],
        "punctures": [str(puncture) for puncture in part.punctures],
    }
    if part.spectrum is None:
        coefficients = (c.to_sympy(part.symbols) for c in part.characteristic_polynomial)
        record["characteristic_polynomial"] = [str(c) for c in coefficients]
        if part.spectra:  # one for each of the conjugates
            record["spectra"] = [_texts(spectrum) for spectrum in part.spectra]
            record["point_exponents"] = [_texts(exponents) for exponents in part.point_exponents]
    else:
        record["spectrum"] = _texts(part.spectrum)
        record["exponents"] = _texts(part.exponents or {})
    if len(part.points) > 1:
        record["physical_points"] = list(part.physical_points)
    record["physical"] = part.physical
    record["physical_reason"] = part.physical_reason
    record["at_infinity"] = part.at_infinity
    couplings = part.couplings
    record["couplings"] = (
        None
        if couplings is None
        else {"branch": BRANCH, "values": {str(name): exact_text(value) for name, value in couplings.items()}}
    )
    return record if part.stratum is None else {**record, **_theorem(part.stratum)}


def _texts(table: Mapping[Any, Any]) -> dict[str, Any]:
    """Write eigenvalues, and what they have: a number of times, or an exponent."""
    return {exact_text(key): value if isinstance(value, int) else exact_text(value) for key, value in table.items()}


def _point(part: Component, values: Sequence[Any]) -> dict[str, str]:
    """Return a point by coordinate: the factors or, at infinity, the entries of V with one of them set to 1."""
    symbols = [str(symbol) for symbol in part.symbols]
    written = [exact_text(value) for value in values]
    if part.chart is not None and part.recursion.chain is not None:
        symbols = [str(symbol) for symbol in entry_symbols(part.recursion.chain)]
        written.insert(part.chart, "1")
    return dict(zip(symbols, written, strict=True))


def provenance(inputs: Mapping[str, Any], method: str) -> dict[str, Any]:
    """Return what a result was made from and by: versions, method, inputs and their hash.

    Parameters
    ----------
    inputs : mapping
        Plain data that JSON can hold.
    method : str
        How the result was found.

    Examples
    --------
    >>> sorted(provenance({"scale": 2}, "by hand"))
    ['input_hash', 'inputs', 'method', 'python', 'python-flint', 'sympy', 'symrg']
    """
    plain = dict(inputs)
    return {**versions(), "method": method, "inputs": plain, "input_hash": input_hash(plain)}
