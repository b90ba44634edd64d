"""Recursions as rational functions."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

from tests.benchmarks.jobs import Job, Side, Target
from tests.benchmarks.multiplicities import network

PRIMES = (2**61 - 1, 2**31 - 1)


def chain(width: int) -> Any:
    """Return a fresh chain, of which nothing but G is known."""
    return network(width).chain()


def places(width: int) -> list[tuple[int, ...]]:
    """Return which variables each coupling couples, in the order of the couplings; the constant is last."""
    return list(product((1, 0), repeat=2 * width))


def below(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    """Return whether every variable of the first is one of the second."""
    return all(a <= b for a, b in zip(first, second, strict=True))


def by_sympy(G: Any, *, in_place: bool) -> Any:
    """Return the new couplings as logarithms: exponentials summed, a linear system solved, nothing simplified.

    Parameters
    ----------
    G : matrix
    in_place : bool
        Hand the logarithms themselves to the solver; otherwise symbols for them, which are replaced in the solution.
    """
    import sympy

    width = (len(G) - 1).bit_length()
    subsets = places(width)
    states = list(product((0, 1), repeat=width))
    old = {place: sympy.Symbol("K_" + "".join(map(str, place))) for place in subsets[:-1]}
    new = {place: sympy.Symbol("K'_" + "".join(map(str, place))) for place in subsets}

    def exponent(couplings: Any, state: tuple[int, ...]) -> Any:
        return sympy.Add(*(k for place, k in couplings.items() if below(place, state)))

    V = {(h, s): sympy.exp(exponent(old, h + s)) for h in states for s in states}
    logarithms, equations, stand_in = {}, [], {}
    for h in states:
        for s in states:
            terms = (G[j][i] * V[h, t] * V[g, s] for i, t in enumerate(states) for j, g in enumerate(states))
            logarithm = sympy.log(sympy.Add(*terms))
            symbol = sympy.Symbol("L_" + "".join(map(str, h + s)))
            stand_in[symbol] = logarithm
            logarithms[h + s] = logarithm if in_place else symbol
            equations.append(exponent(new, h + s) - logarithms[h + s])
    if in_place:
        solution = sympy.solve(equations, list(new.values()))
        return [solution[k] for k in new.values()]
    (solution,) = sympy.linsolve(equations, list(new.values()))
    return [value.xreplace(stand_in) for value in solution]


def point(count: int, p: int) -> list[int]:
    """Return values of the factors modulo a prime, the same in every process."""
    draw = Random(f"{count} {p}")
    return [draw.randrange(2, p) for _ in range(count)]


def sympy_values(couplings: Any) -> list[list[int]]:
    """Return the new factors at a random point modulo each prime: exponentials of the new couplings."""
    import sympy

    width = (len(couplings).bit_length() - 1) // 2
    names = ["K_" + "".join(map(str, place)) for place in places(width)[:-1]]
    return [_modular(couplings[:-1], dict(zip(names, point(len(names), p), strict=True)), p, sympy) for p in PRIMES]


def _modular(couplings: Any, values: dict[str, int], p: int, sympy: Any) -> list[int]:
    known: dict[Any, int] = {}

    def summed(weight: Any) -> int:
        if weight not in known:
            total = 0
            for term in sympy.Add.make_args(weight):
                result = 1
                for factor in sympy.Mul.make_args(term):
                    if factor.is_Integer:
                        result = result * int(factor) % p
                    else:
                        for symbol, times in factor.exp.as_coefficients_dict().items():
                            result = result * pow(values[symbol.name], int(times), p) % p
                total += result
            known[weight] = total % p
        return known[weight]

    images = []
    for coupling in couplings:
        image = 1
        for term, times in coupling.as_coefficients_dict().items():
            image = image * pow(summed(term.args[0]), int(times), p) % p
        images.append(image)
    return images


def same(ours: Any, other: Any) -> None:
    """Assert equality."""
    assert ours == other


# -- ours -----------------------------------------------------------------------------------------------------


def factored(fresh: Any, scale: int = 2) -> Any:
    """Return the images of all factors as quotients of products of polynomials."""
    return tuple(fresh.recursion(scale=scale).factored.images)


def entries(fresh: Any) -> Any:
    """Return the map: its sums, and which of them stand above and below each bar; quotients wait to be asked for."""
    return fresh.recursion(scale=2).factored


def values(images: Any) -> list[list[int]]:
    """Return the images at the same point modulo each prime."""
    return [_factored_modular(images, point(len(images), p), p) for p in PRIMES]


def _factored_modular(images: Any, at: list[int], p: int) -> list[int]:
    known: dict[int, int] = {}

    def entry(polynomial: Any) -> int:
        if id(polynomial) not in known:
            known[id(polynomial)] = _polynomial(polynomial, at, p)
        return known[id(polynomial)]

    found = []
    for image in images:
        value = image.unit.numerator * pow(image.unit.denominator, -1, p) % p
        for x, power in zip(at, image.powers, strict=True):
            value = value * pow(x, power, p) % p
        for polynomial in image.above:
            value = value * entry(polynomial) % p
        for polynomial in image.below:
            value = value * pow(entry(polynomial), -1, p) % p
        found.append(value)
    return found


def _polynomial(polynomial: Any, at: list[int], p: int) -> int:
    return int(polynomial(*at) % p)


def by_matrices(width: int, scale: int, at: list[int], p: int) -> list[int]:
    """Return the factors of (V Gᵀ)^(p−1) V at a point modulo a prime, by matrix products and quotients of entries."""
    G = network(width).multiplicity
    subsets = places(width)[:-1]
    states = list(product((0, 1), repeat=width))

    def weight(state: tuple[int, ...]) -> int:
        value = 1
        for x, place in zip(at, subsets, strict=True):
            if below(place, state):
                value = value * x % p
        return value

    V = [[weight(h + s) for s in states] for h in states]
    T = times(V, [list(column) for column in zip(*G, strict=True)], p)
    image = V
    for _ in range(scale - 1):
        image = times(T, image, p)
    entry = {h + s: image[i][j] for i, h in enumerate(states) for j, s in enumerate(states)}
    found = []
    for place in subsets:
        value = 1
        for state, x in entry.items():
            if below(state, place):
                value = value * (x if (sum(place) - sum(state)) % 2 == 0 else pow(x, -1, p)) % p
        found.append(value)
    return found


def times(left: list[list[int]], right: list[list[int]], p: int) -> list[list[int]]:
    """Return a product of matrices modulo a prime."""
    columns = list(zip(*right, strict=True))
    return [[sum(x * y for x, y in zip(row, column, strict=True)) % p for column in columns] for row in left]


def check(width: int, scale: int = 2) -> Any:
    """Return the check of images at the random point: by matrix products."""

    def checked(answer: list[list[int]]) -> None:
        for found, p in zip(answer, PRIMES, strict=True):
            assert found == by_matrices(width, scale, point(len(found), p), p)

    return checked


def multiplied_out(fresh: Any) -> Any:
    """Return the images of all factors in lowest terms, numerators and denominators as one polynomial each."""
    return fresh.recursion(scale=64).functions


def values_of_functions(functions: Any) -> list[list[int]]:
    """Return the images at the random point modulo each prime."""
    return [
        [_polynomial(f.num, at, p) * pow(_polynomial(f.den, at, p), -1, p) % p for f in functions]
        for p in PRIMES
        for at in [point(len(functions), p)]
    ]


def _wide(width: int, limit: float) -> Job:
    return Job(
        f"recursion-{width}",
        f"recursion N = {width}, p = 2 ({4**width - 1} couplings) as rational functions",
        Side(prepare=lambda: chain(width), run=factored, answer=values),
        (Target("seconds", limit),),
        check=check(width),
    )


LEANEST = Side(
    prepare=lambda: network(2).multiplicity,
    run=lambda G: by_sympy(G, in_place=False),
    answer=sympy_values,
    note="the leanest form",
)

JOBS = [
    Job(
        "recursion-2",
        "recursion N = 2, p = 2 as rational functions",
        Side(prepare=lambda: chain(2), run=factored, answer=values, note="quotients of products of polynomials"),
        (Target("ratio", 500),),
        {
            "SymPy, symbols for the logarithms": LEANEST,
            "SymPy, solve with logarithms in place": Side(
                prepare=lambda: network(2).multiplicity,
                run=lambda G: by_sympy(G, in_place=True),
                answer=sympy_values,
                note="as one would write it",
                cost=20,
            ),
        },
        agree=same,
        check=check(2),
    ),
    Job(
        "recursion-2-entries",
        "the same, each quotient put together when it is asked for",
        Side(prepare=lambda: chain(2), run=entries, answer=lambda found: values(tuple(found))),
        (),
        {"SymPy, symbols for the logarithms": LEANEST},
        agree=same,
        check=check(2),
    ),
    _wide(3, 0.2),
    _wide(4, 1.0),
    Job(
        "recursion-64",
        "recursion N = 1, p = 64 as rational functions",
        Side(prepare=lambda: chain(1), run=lambda fresh: factored(fresh, 64), answer=values, cost=0.4),
        (Target("seconds", 2),),
        check=check(1, 64),
    ),
    Job(
        "recursion-64-lowest",
        "the same in lowest terms, products multiplied out",
        Side(prepare=lambda: chain(1), run=multiplied_out, answer=values_of_functions, cost=10),
        (),
        check=check(1, 64),
    ),
]
