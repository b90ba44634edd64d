"""Degrees of freedom with an alphabet, and the parameters that are none.

A :class:`Variable` is a SymPy symbol that knows which values it takes, so a Hamiltonian is an ordinary
SymPy expression and yet says by itself over what it is to be summed. A :class:`Parameter` is a symbol that
is known *not* to be a degree of freedom: an input, a label, an inverse temperature.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import sympy
from sympy.core.cache import cacheit

from ..errors import ModelError
from ..exact.numbers import as_fraction
from .alphabets import as_alphabet, as_rational, refuse_floats

__all__ = [
    "Parameter",
    "Variable",
    "as_alphabet",
    "as_layer",
    "as_rational",
    "refuse_floats",
    "require_finite",
    "require_known_symbols",
    "states",
    "variables_in",
]

_ROLES = ("", "neuron", "weight", "bias", "activation", "input")
_SYMBOL_KEY = sympy.Symbol.class_key()


class Variable(sympy.Symbol):
    """A degree of freedom: a real SymPy symbol that carries the values it takes.

    Alphabet, kind, layer and index belong to its identity: two variables are equal only if all of them
    and the name agree. It stays one in every SymPy operation, as any symbol does.

    Parameters
    ----------
    name : str
        Its name, in SymPy's conventions for sub- and superscripts: ``"W_12^(0)"``.
    alphabet : iterable of exact rationals, or sympy.S.Reals
        The values it takes, each once, the reference state first; ``S.Reals`` for a continuous one.
    kind : {"", "neuron", "weight", "bias", "activation", "input"}
        What it is in a layered network; read it back as ``role`` (``kind`` is SymPy's own, and means
        another thing).
    layer : int or SymPy expression, optional
        The layer m it belongs to; a symbol for a general layer.
    index : tuple of int
        Its 1-based indices inside the layer: (i, l) for a neuron or an activation, (i, j) for a weight,
        (i,) for a bias.

    Attributes
    ----------
    alphabet : tuple of SymPy rationals, or sympy.S.Reals
        The values.
    is_finite_alphabet : bool
        Whether the alphabet is a finite one.
    role, layer, index
        As given; an integer layer is an ``int``.

    Raises
    ------
    ModelError
        For an empty or repeated alphabet, an unknown kind, an empty name.
    NotExactError
        For a float in the alphabet.

    Examples
    --------
    >>> h = Variable("h", (0, 1))
    >>> h.alphabet, h.is_finite_alphabet
    ((0, 1), True)
    >>> h == Variable("h", (-1, 1)), (h**2 + 1).free_symbols == {h}
    (False, True)
    """

    __slots__ = ("_content", "alphabet", "index", "layer", "role")

    def __new__(  # noqa: D102 - the class describes it
        cls,
        name: str,
        alphabet: Any,
        *,
        kind: str = "",
        layer: Any = None,
        index: Sequence[int] = (),
    ) -> Variable:
        if not isinstance(name, str) or not name:
            message = f"a variable is named {name!r}; its name is a non-empty string"
            raise ModelError(message)
        if kind not in _ROLES:
            message = f"the kind of variable {name} is {kind!r}; choose one of {', '.join(map(repr, _ROLES))}"
            raise ModelError(message)
        values = as_alphabet(alphabet, what=f"the alphabet of {name}")
        level = sympy.Tuple() if layer is None else as_layer(layer)
        places = tuple(_as_index(place, name) for place in index)
        return cls._build(name, values, kind, level, places)

    @classmethod
    @cacheit
    def _build(cls, name: str, values: Any, role: str, level: Any, places: tuple[int, ...]) -> Variable:
        variable = sympy.Symbol.__xnew__(cls, name, real=True)
        variable.alphabet = values
        variable.role = role
        variable.layer = None if level == sympy.Tuple() else (int(level) if level.is_Integer else level)
        variable.index = places
        # Entries of equal type at equal places: SymPy orders symbols by comparing these one by one.
        set_ = values if values is sympy.S.Reals else sympy.Tuple(*values)
        variable._content = (name, set_, role, level, places, *variable._assumptions0)
        return variable

    @property
    def is_finite_alphabet(self) -> bool:
        """Whether the variable takes finitely many values."""
        return self.alphabet is not sympy.S.Reals

    @property
    def symbol(self) -> sympy.Symbol:
        """A bare symbol of the same name.

        Examples
        --------
        >>> type(Variable("h", (0, 1)).symbol)
        <class 'sympy.core.symbol.Symbol'>
        """
        # SymPy's code printers (and so lambdify) have a Variable of their own, go by the class name, and ask
        # for this.
        return sympy.Symbol(self.name, real=True)

    def _hashable_content(self) -> tuple[Any, ...]:
        return self._content

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        options = {"kind": self.role, "layer": self.layer, "index": self.index}
        return (self.name, self.alphabet), options

    @classmethod
    def class_key(cls) -> Any:
        """Sort among plain symbols, by name: W x, not x W."""
        return _SYMBOL_KEY

    @cacheit
    def sort_key(self, order: Any = None) -> Any:
        """Return SymPy's sorting key, without ties between different variables of one name."""
        # SymPy's own key knows the name only; with a tie the order of terms would depend on the hash seed.
        # The name has to come first: that is how SymPy compares a symbol with a power of a symbol.
        return self.class_key(), (1, (self.name, *_identity_key(self))), sympy.S.One.sort_key(), sympy.S.One

    def _latex(self, printer: Any) -> str:
        name, bracket, point = self.name.partition("[")  # SymPy takes sigma[1] for one word
        if not bracket or self in printer._settings["symbol_names"]:
            return str(printer._print_Symbol(self))
        return str(printer._print(sympy.Symbol(name))) + bracket + point

    def _sympyrepr(self, printer: Any) -> str:
        return f"Variable({self.name!r}, {self.alphabet!r})"


class Parameter(sympy.Symbol):
    """A symbol known not to be a degree of freedom: an input, a label, an inverse temperature.

    Parameters
    ----------
    name : str
        Its name, in SymPy's conventions for sub- and superscripts.
    **assumptions
        SymPy assumptions such as ``real=True``.

    Examples
    --------
    >>> x = Parameter("x", real=True)
    >>> x.is_real, x == sympy.Symbol("x", real=True)
    (True, False)
    """

    __slots__ = ()

    @classmethod
    def class_key(cls) -> Any:
        """Sort among plain symbols and variables, by name: W x, not x W."""
        return _SYMBOL_KEY


def as_layer(layer: Any) -> sympy.Expr:
    """Return a layer label as a SymPy expression: an integer, or an expression in a symbol such as m + 1.

    Parameters
    ----------
    layer : int or SymPy expression
        The label.

    Raises
    ------
    ModelError
        If the label is neither an integer nor a symbolic SymPy expression.

    Examples
    --------
    >>> as_layer(3), as_layer(sympy.Symbol("m") + 1)
    (3, m + 1)
    """
    if isinstance(layer, int) and not isinstance(layer, bool):
        return sympy.Integer(layer)
    if isinstance(layer, sympy.Expr) and (layer.is_Integer or (layer.free_symbols and not layer.has(sympy.Float))):
        return layer
    message = f"a layer is labelled {layer!r}; use an integer or a SymPy expression such as m + 1"
    raise ModelError(message)


def states(variables: Iterable[Variable]) -> tuple[tuple[sympy.Rational, ...], ...]:
    """Return all states of some variables in product order, the last variable fastest.

    Parameters
    ----------
    variables : iterable of Variable
        Variables with finite alphabets.

    Raises
    ------
    ModelError
        If a variable is continuous or comes twice.

    Examples
    --------
    >>> states([Variable("h", (0, 1)), Variable("s", (-1, 1))])
    ((0, -1), (0, 1), (1, -1), (1, 1))
    """
    return tuple(product(*(variable.alphabet for variable in require_finite(variables))))


def require_finite(variables: Any) -> tuple[Variable, ...]:
    """Return the variables as a tuple, all different and with finite alphabets.

    Parameters
    ----------
    variables : Variable or iterable of Variable
        What should be summed over, or projected on.

    Raises
    ------
    ModelError
        If something is no :class:`Variable`, is continuous, or comes twice.

    Examples
    --------
    >>> require_finite([Variable("h", (0, 1))])
    (h,)
    """
    listed = (variables,) if isinstance(variables, sympy.Basic) else tuple(variables)
    for position, variable in enumerate(listed):
        if not isinstance(variable, Variable):
            message = f"{variable!r} is no variable with an alphabet; make it one: Variable('{variable}', (0, 1))"
            raise ModelError(message)
        if not variable.is_finite_alphabet:
            message = f"variable {variable} is continuous; its states cannot be listed: give it a finite alphabet"
            raise ModelError(message)
        if variable in listed[:position]:
            message = f"variable {variable} is listed more than once; list each variable once"
            raise ModelError(message)
    return listed


def variables_in(expression: sympy.Basic) -> tuple[Variable, ...]:
    """Return the free variables of an expression, sorted by name, layers in numerical order.

    Parameters
    ----------
    expression : SymPy expression
        A Hamiltonian, say.

    Returns
    -------
    tuple of Variable
        Each once; bound variables of a sum are not among them.

    Examples
    --------
    >>> h, s = Variable("h", (0, 1)), Variable("s", (0, 1))
    >>> variables_in(s * h + Parameter("x"))
    (h, s)
    """
    found = (symbol for symbol in expression.free_symbols if isinstance(symbol, Variable))
    return tuple(sorted(found, key=lambda variable: (_natural(variable.name), _identity_key(variable))))


def require_known_symbols(expression: sympy.Basic, *, what: str = "the Hamiltonian") -> None:
    """Refuse an expression with a symbol that is neither a variable nor a parameter.

    Parameters
    ----------
    expression : SymPy expression
        A Hamiltonian, say.
    what : str
        How the error message names it.

    Raises
    ------
    ModelError
        If there is such a symbol; the message names it.

    Examples
    --------
    >>> require_known_symbols(Variable("h", (0, 1)) * Parameter("x"))
    """
    known = (Variable, Parameter)
    strangers = sorted(
        (symbol for symbol in expression.free_symbols if not isinstance(symbol, known)),
        key=sympy.default_sort_key,
    )
    if strangers:
        name = strangers[0]
        message = (
            f"{what} contains the symbol {name}, which is no variable; write Variable('{name}', (0, 1)) if it is "
            f"a degree of freedom, Parameter('{name}') if it is a given number"
        )
        raise ModelError(message)


def _identity_key(variable: Variable) -> tuple[Any, ...]:
    """Return what tells variables of one name apart, in a form that sorts."""
    values = () if variable.alphabet is sympy.S.Reals else variable.alphabet
    numbers = tuple((int(value.p), int(value.q)) for value in values)
    level = sympy.Tuple() if variable.layer is None else sympy.Tuple(variable.layer)
    return variable.role, variable.index, numbers, level.sort_key()


def _as_index(place: Any, name: str) -> int:
    exact = as_fraction(place, what=f"an index of {name}")
    if exact.denominator != 1:
        message = f"an index of {name} is {place}; indices are integers, counted from 1"
        raise ModelError(message)
    return int(exact)


def _natural(name: str) -> tuple[Any, ...]:
    parts = re.split(r"(\d+)", name)
    return tuple(int(part) if part.isdecimal() else part for part in parts)
