"""A small derivation of its own, the Ising chain by hand, and one of formulas that are too large for a line."""

from itertools import product

import pytest
import sympy
from sympy import Eq, Function, I, ImmutableMatrix, Integer, Piecewise, Rational, Symbol, exp, log, pi, symbols

from symrg.ledger import Derivation, Verdict, row


class Triangle:
    """The least a figure can be."""

    def svg(self):
        return (
            '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 60" width="320" role="img">'
            '<title>A chain</title><defs><marker id="dot"/></defs><g stroke="currentColor" fill="none">'
            '<path d="M20 30H300"/></g><g fill="currentColor">'
            + "".join(f'<circle cx="{20 + 70 * k}" cy="30" r="5"/>' for k in range(5))
            + "</g></svg>"
        )

    def tikz(self):
        return (
            r"\begin{tikzpicture}\draw (0,0)--(8,0);\foreach \x in {0,2,...,8}\fill (\x,0) circle (2.5pt);"
            r"\end{tikzpicture}"
        )


def ising_derivation():
    K, Kp, x = symbols("K K' x")
    s1, s2, s3 = symbols("s_1 s_2 s_3")
    H = Symbol("H")
    f = Function("f")
    d = Derivation(
        "Decimation of the Ising chain: every second spin summed out",
        paper={
            "authors": ["D. R. Nelson", "M. E. Fisher"],
            "title": "Soluble renormalization groups and scaling fields for low-dimensional Ising systems",
            "identifier": "Ann. Phys. 91, 226 (1975)",
        },
        abstract="Summing out every second spin of the chain gives the recursion {r} for {x}; its two fixed points, "
        "{p}, are found, and the flow between them is decided. The sums run over all states, so that nothing is "
        "left to trust.",
        values={"r": Eq(Symbol("x'"), 2 * x / (1 + x**2)), "x": Eq(x, exp(2 * K)), "p": {0, 1}},
        inputs={"spins": "-1, 1", "scale": 2},
    )
    s = d.section("The chain")
    s.text(
        "Each site carries a spin {s} and neighbours are coupled by {K}. The *exponent* of the Boltzmann weight is "
        "what every step transforms; `scale` is the number of bonds that become one.",
        s=sympy.Contains(s1, sympy.FiniteSet(-1, 1), evaluate=False),
        K=Eq(K, sympy.Symbol("beta") * sympy.Symbol("J")),
    )
    site, count = symbols("i N")
    energy = sympy.Sum(K * sympy.Indexed("s", site) * sympy.Indexed("s", site + 1), (site, 1, count))
    s.define("exponent", -Symbol("beta") * H, energy, cites="Eq. (1)")
    s.assume("open", "The chain is long and its ends are open: {N}.", N=sympy.Gt(Symbol("N"), 2))
    s = d.section("Decimation")
    s.step(
        "sum",
        Function("Z_2")(s1, s3),
        sympy.Sum(exp(K * s1 * s2 + K * s2 * s3), (s2, -1, 1)),
        exp(K * (s1 + s3)) + exp(-K * (s1 + s3)),
        check=lambda: all(
            sum((x**a * x**b) for a, b in [((p + q), 0), (-(p + q), 0)]) == x ** (p + q) + x ** -(p + q)
            for p, q in product((-1, 1), repeat=2)
        ),
        method="all 4 states of the remaining spins",
        text="The spin {s2} between two kept ones is summed out, from {e} of {ref:exponent}:",
        s2=s2,
        e=exp(K * s1 * s2),
        cites="Eq. (7)",
    )
    s.system(
        "recursion",
        [
            row(Kp, log(sympy.cosh(2 * K)) / 2),
            row(f(K), log(4 * sympy.cosh(2 * K)) / 2, condition="for each bond, {K} real", K=K),
        ],
        check=lambda: True,
        method="equality of rational functions",
        text="On the basis {b} this reads",
        b=(Integer(1), s1 * s3),
    )
    s.step(
        "wrong", Kp, K**2, check=lambda: Verdict("refuted", "evaluation", "", "K = 1"), erratum="recursion",
        text="Now and then one finds the leading term in place of the whole,", cites="Eq. (9)",
    )  # fmt: skip
    s = d.section("Fixed points")
    s.claim(
        "two",
        "There are exactly two fixed points, {a} and {b}; at the second the coupling does not exist "
        "({c}), see {ref:points} and {ref:chain}.",
        a=Eq(x, 1),
        b=Eq(x, 0),
        c=Eq(K, -sympy.oo),
        decide=lambda: True,
        method="factorisation of x(x − 1)(x + 1)",
        rows=[Eq(Symbol("R") - x, x * (1 - x) * (1 + x) / (1 + x**2))],
    )
    far = "The chain with long-range couplings {J} behaves alike."
    s.claim("open-question", far, J=Symbol("J_ij"), decide=lambda: None)
    s.table(
        "points",
        header=["Point", Symbol("lambda"), "Exponent", "Stable", "Remark"],
        rows=[
            [(Integer(1), Rational(-2, 3)), Integer(0), -sympy.oo, True, "infinite temperature"],
            [sympy.ImmutableMatrix([[1, 2], [3, 4]]), Integer(2), Integer(1), False, "zero temperature"],
            [
                (I * pi + log(2), log(Rational(1, 3))),
                (1 + sympy.sqrt(5)) / 2,
                log(3) / log(2),
                None,
                "complex couplings",
            ],
        ],
        caption="The fixed points of {eq}, with eigenvalues {l}.",
        eq=Symbol("R"),
        l=Symbol("lambda"),
    )
    s.figure("chain", Triangle(), caption="Five spins of the chain; every second one ({s}) is summed out.", s=s2)
    return d


def stress_derivation():
    a, b, c, A, B, C, h, u = symbols("a b c A B C h u")
    letters = (a, b, c)
    terms = [
        (k + 1) * sympy.Mul(*(letter**power for letter, power in zip(letters, powers, strict=True)))
        for k, powers in enumerate(product(range(4), range(5), range(3)))
    ]
    waves = [(k + 2) * exp(p * A + q * B + r * C) for k, (p, q, r) in enumerate(product(range(2), range(3), range(2)))]
    sixty = sympy.Add(*terms)
    ratio = sympy.Add(*waves) / sympy.Add(*(wave * exp(A) for wave in waves[:11]), 7)
    long = sympy.Add(*terms[:9])
    matrix = ImmutableMatrix(4, 4, lambda i, j: sympy.Add(*terms[i + j : i + j + 7]))
    sigma = Function("sigma")
    nested = h
    for layer in range(9):
        nested = sigma(Symbol(f"W^({layer})") * nested + Symbol(f"b^({layer})"))
    huge = sympy.Add(*(k * a ** (k % 40) * b ** (k % 37) * c ** (k % 31) for k in range(1, 300)))
    d = Derivation("Stress: formulas larger than a line", inputs={"seed": 0})
    s = d.section("Wide")
    s.text(
        "An inline formula {l} that is longer than a phone is wide, a tuple {t}, a matrix {m} and text after it; "
        "a reference to {ref:log}, 50 % of A_1 & {{braces}} – “quotes”, α ≥ β, é ü ø, 한 and a \\ backslash.",
        l=long,
        t=tuple(terms[:14]),
        m=matrix[:2, :2],
    )
    for name, value in {
        "log": log(ratio),
        "matrix": matrix,
        "rational": sixty / (sympy.Add(*terms[:40])),
        "sum": sixty,
        "product": (a + b) ** 2 * long * (1 + long**2) * (3 + long) * log(ratio) / 7,
        "nested": (Symbol("y") - nested) ** 2,
        "exponential": exp(-Symbol("beta") * long),
        "number": Integer(7) ** 90,
        "cases": Piecewise((long, h < 0), (long**2 / u, Eq(h, 0)), (0, True)),
        "set": sympy.FiniteSet(*terms[:30]),
        "difference": 3 * log(ratio) - 2 * log(1 / ratio) / 3 + B,
        "wide-matrix": ImmutableMatrix(2, 14, lambda i, j: a**i * b**j + c),
    }.items():
        s.define(name, Symbol("X_" + name.replace("-", "")), value, cites="Eq. (1)")
    s.define("huge", Symbol("Y"), huge / (1 + huge), text="One that is longer than a page:")
    s.define("huge-log", sympy.Symbol("Y_2"), Symbol("B") + log(huge) ** 2)
    s.define("wide-left", long + long**2, a, relation="propto", condition="for every {h} that is any good", h=h)
    s.system("both", [(Symbol("A'"), log(ratio)), (Symbol("B'"), B + log(ratio)), (Symbol("C'"), C)], definition=True)
    s.define("chain", *([long] * 4))
    s.table(
        "table", header=["Left", "Middle", "Right"], rows=[[long, "words and " * 12, ratio], [1, 2, 3]], caption="Wide"
    )
    s.table("tall", header=["k", "value"], rows=[[k, a**k] for k in range(30)], caption="Tall")
    return d


@pytest.fixture(scope="session")
def ising():
    return ising_derivation()


@pytest.fixture(scope="session")
def stress():
    return stress_derivation()
