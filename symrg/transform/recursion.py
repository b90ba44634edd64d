"""Recursions: rational maps of factors, exact at points, iterated, composed, differentiated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sympy

from .._display import Displayed
from ..errors import DomainError, ModelError, UndefinedPointError
from ..exact.polynomials import PolynomialRing, RationalFunction, irreducible_factors, ring
from .given import checked_scale, read_images
from .points import as_sympy, check_steps, exact_value, field_of, in_number_field, is_zero, undefined_message

if TYPE_CHECKING:
    from ..exact.algebraic import AlgebraicNumber
    from .chain import Chain
    from .fixed_points import FixedPointSet
    from .linearization import Linearization

__all__ = ["Recursion"]


class Recursion(Displayed):
    """One step of a renormalization group: a rational map of the factors to themselves.

    Chains have a :class:`ChainRecursion`; :meth:`from_images` makes one from formulas of your own.

    Parameters
    ----------
    factors : tuple of SymPy symbols
        The coordinates.
    expand : callable
        Returns the images, over the ring whose generators are the factors in order, and a sequence of polynomials at
        whose zeros the map is not defined beyond the zeros of the reduced denominators: a factor that numerators and
        denominators of a projective map have in common cancels, but where it vanishes all weights do. Called when
        they are first needed, since expanding costs more than all else.
    scale : int, or a SymPy real number > 1
        The scale factor p of the step, for exponents; that of a chain is an integer p ≥ 2.
    chain : Chain, optional
        Where it comes from.
    exponential : bool
        Whether the coordinates are factors, exponentials of couplings; those of a chain are.

    Examples
    --------
    >>> x, y = sympy.symbols("x y")
    >>> ising = Recursion.from_images(
    ...     {x: x * (1 + y)**2 / ((x + y) * (1 + x * y)), y: y * (x + y) / (1 + x * y)}, scale=2)
    >>> ising({x: 1, y: 3})
    {x: Fraction(1, 1), y: Fraction(3, 1)}
    >>> ising((0, 5))
    (Fraction(0, 1), Fraction(25, 1))
    """

    def __init__(
        self,
        factors: Sequence[Any],
        expand: Callable[[], tuple[Sequence[RationalFunction], Sequence[Any]]],
        *,
        scale: Any,
        chain: Chain | None = None,
        exponential: bool = False,
    ) -> None:
        self._factors: tuple[Any, ...] = tuple(factors)
        self._expand = expand
        self.scale = scale
        self.chain = chain
        self._exponential = exponential

    @property
    def exponential(self) -> bool:
        """Whether the coordinates are factors, exponentials of couplings: then 0 is an infinite coupling.

        Examples
        --------
        >>> from symrg import Chain, IsingChain
        >>> Chain([[2, 2], [1, 3]]).recursion().exponential
        True
        >>> [IsingChain(sympy.Symbol("K")).recursion(2, coordinates=c).exponential for c in ("xy", "t")]
        [True, False]
        """
        return self._exponential or self.chain is not None

    @property
    def factors(self) -> tuple[Any, ...]:
        """The coordinates, SymPy symbols."""
        return self._factors

    @cached_property
    def _expanded(self) -> tuple[tuple[RationalFunction, ...], tuple[Any, ...]]:
        functions, undefined = self._expand()
        return tuple(functions), tuple(undefined)

    @property
    def functions(self) -> tuple[RationalFunction, ...]:
        """The images of the factors, expanded on first use."""
        return self._expanded[0]

    @property
    def _undefined(self) -> tuple[Any, ...]:
        return self._expanded[1]

    @classmethod
    def from_images(cls, images: Mapping[Any, Any], *, scale: Any, exponential: bool = False) -> Recursion:
        """Return the recursion with the given images.

        Parameters
        ----------
        images : mapping of SymPy symbol to SymPy expression
            One rational function of the symbols for each symbol.
        scale : int, or a SymPy real number > 1
            p; √3, say, where lengths shrink by it.
        exponential : bool
            Whether the symbols are factors, exponentials of couplings as e^{−4K}: then real couplings are positive
            symbols, and where a symbol is 0 a coupling is infinite. Otherwise they are coordinates as t = tanh K or r
            and u, which have no such meaning.

        Raises
        ------
        ModelError
            If an image contains anything but the symbols, rationals and the four operations.
        NotExactError
            If there is a float in an image.

        Examples
        --------
        >>> t = sympy.Symbol("t")
        >>> print(Recursion.from_images({t: t**3}, scale=3).fixed_points())
        FixedPointSet (complete; all finite points): 3 components
        dim  λ (how many)  real  where
        0    0 (1)         yes   t = 0
        0    3 (1)         yes   t = 1
        0    3 (1)         yes   t = -1
        """
        scale = checked_scale(scale)
        factors, functions = read_images(images)
        return cls(factors, lambda: (functions, ()), scale=scale, exponential=exponential)

    def __repr__(self) -> str:
        if len(self.factors) > 3:
            return f"Recursion of {len(self.factors)} factors, scale {self.scale}"
        rows = ", ".join(f"{f}' = {image}" for f, image in self.images.items())
        return f"Recursion({rows}; scale {self.scale})"

    # -- the map as expressions ------------------------------------------------------------------

    @property
    def ring(self) -> PolynomialRing:
        """The polynomial ring in the factors."""
        return self.functions[0].ring if self.functions else ring()

    @property
    def couplings(self) -> tuple[Any, ...]:
        """The couplings whose factors these are; for a recursion without a chain, none."""
        return () if self.chain is None else self.chain.couplings

    @cached_property
    def images(self) -> Mapping[Any, Any]:
        """Each factor's image as a SymPy expression, numerator and denominator in irreducible factors."""
        return {f: image.to_sympy(self.factors) for f, image in zip(self.factors, self.functions, strict=True)}

    @cached_property
    def coupling_images(self) -> dict[Any, Any]:
        """Each coupling's image; raises :class:`DomainError` but for the recursion of a chain."""
        raise DomainError("this recursion was given by its factors alone; only a chain's recursion has couplings")

    @cached_property
    def denominators(self) -> tuple[Any, ...]:
        """The irreducible polynomials (flint) whose zeros are where the map is not defined."""
        seen: list[Any] = []
        for polynomial in (*(function.den for function in self.functions), *self._undefined):
            seen.extend(f for f, _ in irreducible_factors(polynomial) if not any(f == g for g in seen))
        return tuple(seen)

    # -- at points ----------------------------------------------------------------------------------

    def __call__(self, point: Any) -> Any:
        """Return the image of a point, exactly.

        Parameters
        ----------
        point : mapping or sequence
            A value for every factor: exact rationals, SymPy algebraic numbers, or SymPy expressions. A mapping
            may have symbols or names as keys; the image comes back in the same form.

        Raises
        ------
        ModelError
            If a factor is unknown or missing.
        NotExactError
            If a value is a float.
        DomainError
            If a value is a number, but no algebraic one.
        UndefinedPointError
            Where a denominator vanishes (0/0 included).
        """
        values = self.values_of(point)
        return self._as_given(point, self._apply(values))

    def iterate(self, point: Any, steps: int) -> list[Any]:
        """Return the orbit of a point: itself and its first ``steps`` images.

        Parameters
        ----------
        point : as in calling the recursion
        steps : int
            Not negative.

        Raises
        ------
        ModelError
            If ``steps`` is negative or no integer.
        UndefinedPointError
            If the orbit meets a point where the map is not defined; the message names the step.

        Examples
        --------
        >>> from symrg import Chain
        >>> Chain([[2, 2], [1, 3]]).recursion().iterate((1, 2, 3), 2) == [(1, 2, 3)] * 3
        True
        """
        check_steps(steps, "the number of steps")
        values = self.values_of(point)
        orbit = [self._as_given(point, values)]
        for step in range(steps):
            try:
                values = self._apply(values)
            except UndefinedPointError as error:
                message = f"step {step + 1} of the orbit: {error}"
                raise UndefinedPointError(message) from error
            orbit.append(self._as_given(point, values))
        return orbit

    def level(self, point: Any, depth: int) -> Any:
        """Return the last point of the orbit of ``depth`` ≥ 0 steps; raises as :meth:`iterate` does."""
        check_steps(depth, "the level")
        return self.iterate(point, depth)[-1]

    def _as_given(self, point: Any, values: Sequence[Any]) -> Any:
        """Return values in the order of the factors in the form of a point: a mapping with its keys, or a tuple."""
        if isinstance(point, Mapping):
            return dict(zip(point, (values[self._index(key)] for key in point), strict=True))
        return tuple(values)

    def float_orbits(self, points: Any, steps: int) -> Any:
        """Return the orbits of many points as a numpy array of floats: for pictures only, they decide nothing.

        See :func:`~symrg.transform.float_orbits.float_orbits`; numpy comes with the extra ``plot``.

        Examples
        --------
        >>> from symrg import Chain
        >>> Chain([[2, 2], [1, 3]]).recursion().float_orbits([[1, 2, 3], [0.5, 2, -3]], 10).shape
        (11, 2, 3)
        """
        from .float_orbits import float_orbits

        return float_orbits(self, points, steps)

    def _index(self, key: Any) -> int:
        for index, factor in enumerate(self.factors):
            if key in (factor, str(factor)):
                return index
        message = f"{key!r} is none of the factors of this recursion, which are {', '.join(map(str, self.factors))}"
        raise ModelError(message)

    def values_of(self, point: Any) -> list[Any]:
        """Return the values of a point in the order of the factors, checked to be exact.

        Raises
        ------
        ModelError
            If a factor is unknown or missing.
        NotExactError
            If a value is a float.
        """
        if isinstance(point, Mapping):
            given = {self._index(key): value for key, value in point.items()}
            if len(given) < len(point):
                message = f"the point has two values for one factor: {', '.join(map(repr, point))}; give one for each"
                raise ModelError(message)
            missing = [str(f) for i, f in enumerate(self.factors) if i not in given]
            if missing:
                message = f"the point has no value for {', '.join(missing)}; give one for every factor"
                raise ModelError(message)
            values = [given[i] for i in range(len(self.factors))]
        else:
            if not isinstance(point, Iterable):
                message = f"{point!r} is no point; give a value for each of the factors {self.factors}"
                raise ModelError(message)
            values = list(point)
            if len(values) != len(self.factors):
                message = f"the point has {len(values)} values for the {len(self.factors)} factors {self.factors}"
                raise ModelError(message)
        return [exact_value(v, f) for v, f in zip(values, self.factors, strict=True)]

    def _apply(self, values: Sequence[Any]) -> list[Any]:
        kind = field_of(values)
        images = [kind.evaluate(f, name) for f, name in zip(self.functions, self.factors, strict=True)]
        for polynomial in self._undefined:
            if is_zero(kind.evaluate(self.ring.fraction(polynomial), self.factors[0])):
                raise UndefinedPointError(undefined_message(self.factors[0], values, True))
        return images

    # -- maps from maps -----------------------------------------------------------------------------

    def compose(self, other: Recursion) -> Recursion:
        """Return "first ``other``, then this": a recursion of the product of the scales.

        Where ``other`` is not defined, the composition is not either. Recursions are equal (``==``) if their images,
        factors and scales are: a composition may equal a recursion that is defined at more points.

        Raises
        ------
        ModelError
            If the two do not have the same factors.

        Examples
        --------
        >>> x = sympy.Symbol("x")
        >>> square, shift = (Recursion.from_images({x: image}, scale=2) for image in (x**2, x + 1))
        >>> square.compose(shift)
        Recursion(x' = (x + 1)**2; scale 4)
        """
        if self.factors != other.factors:
            message = f"recursions of {self.factors} and {other.factors} cannot be composed; rename the factors"
            raise ModelError(message)
        chain = self.chain if self.chain == other.chain else None

        def expand() -> tuple[Sequence[RationalFunction], Sequence[Any]]:
            later = (self.ring.fraction(f).compose(other.functions).num for f in self._undefined)
            # a pole of the first map may be none of the composition, which is not defined there all the same; steps of
            # one chain pass through infinite couplings
            before = other.denominators if chain is None else other._undefined
            undefined = [*before, *(f for p in later for f, _ in irreducible_factors(p))]
            return [f.compose(other.functions) for f in self.functions], undefined

        exponential = self.exponential and other.exponential
        return Recursion(self.factors, expand, scale=self.scale * other.scale, chain=chain, exponential=exponential)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Recursion):
            return NotImplemented
        return (self.factors, self.functions, self.scale) == (other.factors, other.functions, other.scale)

    def __hash__(self) -> int:
        return hash((self.factors, self.scale))

    @cached_property
    def derivatives(self) -> tuple[tuple[RationalFunction, ...], ...]:
        """The Jacobian as rational functions: row i holds the derivatives of image i."""
        return tuple(tuple(f.derivative(j) for j in range(len(self.factors))) for f in self.functions)

    def jacobian(self, *, at: Any = None) -> Any:
        """Return the Jacobian in the factors, symbolic or exact at a point.

        Parameters
        ----------
        at : mapping or sequence, optional
            A point, as in calling the recursion.

        Returns
        -------
        sympy.ImmutableMatrix
            Shape n × n; entry (i, j) is ∂(image i)/∂(factor j).

        Raises
        ------
        UndefinedPointError
            If the map is not defined at the point.

        Examples
        --------
        >>> from symrg import Chain
        >>> Chain([[2, 2], [1, 3]]).recursion().jacobian(at=(1, 1, 1))
        Matrix([
        [  0, 0, 0],
        [5/8, 1, 0],
        [1/2, 0, 1]])
        """
        if at is None:
            return sympy.ImmutableMatrix([[entry.to_sympy(self.factors) for entry in row] for row in self.derivatives])
        values = self.values_of(at)
        self._apply(values)  # raises where the map is not defined
        kind = field_of(values)
        rows = [[kind.evaluate(entry, name) for entry in row]
                for row, name in zip(self.derivatives, self.factors, strict=True)]  # fmt: skip
        return sympy.ImmutableMatrix([[as_sympy(entry) for entry in row] for row in rows])

    def linearize(self, point: Any) -> Linearization:
        """Return the linearised recursion at a fixed point: eigenvalues and exponents (Eq. (32) of the paper).

        Parameters
        ----------
        point : mapping or sequence
            A fixed point: exact rationals, or algebraic numbers as :attr:`Component.points` has them.

        Raises
        ------
        DomainError
            If the point is not fixed.
        UndefinedPointError
            If the map is not defined there.

        Examples
        --------
        >>> x = sympy.Symbol("x")
        >>> golden = Recursion.from_images({x: (x + 1) / x}, scale=2)
        >>> (part,) = golden.fixed_points()
        >>> golden.linearize(part.points[1]).eigenvalues
        {root 1 of x**2 + 3*x + 1 near -0.381966011: 1}
        """
        from .linearization import Linearization

        values = self.values_of(point)
        found = in_number_field(values)
        if found is not None:
            return self._linearize_in(*found)
        image = self._apply(values)
        if any(not is_zero(x - y) for x, y in zip(values, image, strict=True)):
            message = (
                f"({', '.join(map(str, values))}) is not a fixed point: its image is ({', '.join(map(str, image))})"
            )
            raise DomainError(message)
        return Linearization(self.jacobian(at=values), self.scale)

    def _linearize_in(self, theta: AlgebraicNumber, at: Any) -> Linearization:
        """Linearise at a point of the number field Q(θ)."""
        from .linearization import Linearization

        images = [at.evaluate(f, name) for f, name in zip(self.functions, self.factors, strict=True)]
        for polynomial in self._undefined:
            if not at.evaluate(self.ring.fraction(polynomial), self.factors[0]):
                raise UndefinedPointError(undefined_message(self.factors[0], at.given, True))
        if any(x - y for x, y in zip(at.values, images, strict=True)):
            message = f"({', '.join(map(str, at.given))}) is not a fixed point: its image is another point"
            raise DomainError(message)
        rows = [[at.evaluate(f, name) for f in row] for row, name in zip(self.derivatives, self.factors, strict=True)]
        return Linearization(lambda: self.jacobian(at=at.given), self.scale, field=(theta, rows))

    def fixed_points(self, *, projective: bool = False) -> FixedPointSet:
        """Return all fixed points over the complex numbers.

        Those of a chain have no factor 0 or infinite, unless they are asked for projectively. A recursion without a
        chain has all finite ones, coordinates 0 included.

        Parameters
        ----------
        projective : bool
            For a chain: also list the components at infinite coupling, where entries of V vanish.

        Raises
        ------
        DomainError
            If ``projective`` is asked of a recursion without a chain.
        """
        from .fixed_points import fixed_points

        return fixed_points(self, projective=projective)
