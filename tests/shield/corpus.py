"""True equations in the style of the papers: what the shield mutates and rewrites."""

from dataclasses import dataclass, field

import sympy
from sympy import ImmutableMatrix as Matrix
from sympy import Integer, Rational, Sum, Symbol, cosh, exp, log, sinh, sqrt, tanh

from symrg.ledger.deciding import Equality
from symrg.ledger.workers import BUDGET
from symrg.model.activations import heaviside
from symrg.model.sums import StateSum
from symrg.model.variables import Parameter, Variable


@dataclass(frozen=True)
class Case:
    """An equation `left = right` (or an inequality), what its symbols mean, and what is positive or not zero."""

    name: str
    left: object
    right: object
    meaning: dict = field(default_factory=dict)
    positive: tuple = ()
    nonzero: tuple = ()
    relation: str = "="

    @property
    def sides(self):
        return self.left, self.right

    def equality(self, left=None, right=None, *, seconds=BUDGET):
        members = (self.left if left is None else left, self.right if right is None else right)
        return Equality(members, self.meaning, self.positive, self.nonzero, self.relation, seconds)


def neuron(layer):
    return Variable(f"h^({layer})", (0, 1), kind="neuron", layer=layer)


u, v = Parameter("u", positive=True), Parameter("v", positive=True)
beta = Parameter("beta_v", positive=True)
a, b, c = (Symbol(name, positive=True) for name in "abc")
A, B, C, K, F = sympy.symbols("A B C K F")
J = Symbol("J", positive=True)
x, y, n = sympy.symbols("x y n")
k = Symbol("k", integer=True)
p, lam, r = (Symbol(name, positive=True) for name in ("p", "lambda", "r"))
h0, h1, h2 = neuron(0), neuron(1), neuron(2)
h, s = Variable("h", (0, 1)), Variable("sigma", (0, 1), kind="activation")
W, bias = Variable("W", (-1, 1), kind="weight"), Variable("b", (-1, 1), kind="bias")
s0, s1, s2 = (Variable(f"s_{i}", (-1, 1)) for i in range(3))
t = Variable("t", (-1, 0, 1))

WEIGHT = 3 * u**-2 * u ** (2 * h + 2 * s) + (u ** (2 * s) + 2 * u ** (2 * h)) / u + 2
P, Q, R, S = 3 * u**2 + 3 * u + 2, 2 * u**2 + 3 * u + 3, u**2 + 5 * u + 2, 2 * u**2 + 5 * u + 1
LINE_1 = (
    h * s * log(P)
    + (1 - h) * s * log(u + 2 / u + 5)
    + h * (1 - s) * log(2 * u + 1 / u + 5)
    + (1 - h) * (1 - s) * log(3 / u**2 + 3 / u + 2)
)
LINE_2 = h * s * log(P * Q / (R * S)) + h**2 * log(u * S / Q) + s**2 * log(u * R / Q) + log(Q / u**2)

# one decimation of the general layer, as a sum over what is between
STEP = heaviside(W * h1 + bias)
GENERAL = StateSum(exp(A * h * STEP + B * h + C * STEP + A * h1 * s + B * h1 + C * s), W, bias, h1)
Z = {(i, j): Symbol(f"Z_{i}{j}") for i in (0, 1) for j in (0, 1)}
ENDS = {Z[i, j]: GENERAL.xreplace({h: Integer(i), s: Integer(j)}) for i in (0, 1) for j in (0, 1)}

D1 = 2 + 2 * exp(A + C) + exp(B) + 3 * exp(A + B + C)
D2 = 2 + 2 * exp(C) + exp(B) + 3 * exp(B + C)
D3 = 2 + 2 * exp(C) + exp(A + B) + 3 * exp(A + B + C)
D4 = 2 + 2 * exp(A + C) + exp(A + B) + 3 * exp(2 * A + B + C)
PRIMED = sympy.symbols("A' B' C'")
FACTORS = {
    PRIMED[0]: log(D4 / D1 * D2 / D3),
    PRIMED[1]: B + log(D1 / D2),
    PRIMED[2]: C + log(D3 / D2),
}

V = Matrix([[1, exp(C)], [exp(B), exp(A + B + C)]])
G = Matrix([[2, 2], [1, 3]])
T = V * G.T
ISING = Matrix([[exp(J + F), exp(-J)], [exp(-J), exp(J - F)]])
ROOT = sqrt(exp(2 * J) * sinh(F) ** 2 + exp(-2 * J))
PLUS, MINUS = exp(J) * cosh(F) + ROOT, exp(J) * cosh(F) - ROOT
KP = Symbol("K'")

CORPUS = (
    Case("weights-as-logarithms", log(WEIGHT), LINE_1),
    Case("two-lines", LINE_1, LINE_2),
    Case("partition-function", Symbol("Z_m"), WEIGHT * u ** (-h - s), {
        Symbol("Z_m"): StateSum(exp(-beta * (h - STEP) ** 2 - beta * (h1 - s) ** 2), W, bias, h1), u: exp(beta),
    }),
    Case("A'", PRIMED[0], log(Z[1, 1] * Z[0, 0] / (Z[1, 0] * Z[0, 1])), {**ENDS, **FACTORS}),
    Case("B'", PRIMED[1], log(Z[1, 0]) - log(Z[0, 0]), {**ENDS, **FACTORS}),
    Case("C'", exp(PRIMED[2]), Z[0, 1] / Z[0, 0], {**ENDS, **FACTORS}),
    Case("transfer-square", T**2, T * T),
    Case("characteristic", T**2 - T.trace() * T + T.det() * Matrix(sympy.eye(2)), Matrix(sympy.zeros(2))),
    Case("recursion-matrix", T * V, Matrix([
        [2 + 2 * exp(C) + exp(B) + 3 * exp(B + C), exp(C) * D3],
        [exp(B) * D1, exp(B + C) * D4],
    ]).applyfunc(sympy.expand)),
    Case("layer-hamiltonian", (h2 - h1) ** 2 + (h1 - h0) ** 2, h2 + 2 * h1 + h0 - 2 * h1 * (h0 + h2)),
    Case("exclusive-or", (h0 + h1 - 2 * h0 * h1) ** 3, h0 + h1 - 2 * h0 * h1),
    Case("powers-of-u", u ** (2 * h + 2 * s), (1 + h * (u**2 - 1)) * (1 + s * (u**2 - 1))),
    Case("step", heaviside(W * h + bias), (1 - h) * (1 + bias) / 2 + h * (1 - (1 - W) * (1 - bias) / 4)),
    Case("step-squared", (h1 - STEP) ** 2, h1 + STEP - 2 * h1 * STEP),
    Case("spin-weight", exp(K * s1 * s2), cosh(K) * (1 + s1 * s2 * tanh(K))),
    Case("spin-one", exp(K * t), 1 + t * sinh(K) + t**2 * (cosh(K) - 1)),
    Case("ising-decimation", StateSum(exp(K * s0 * (s1 + s2)), s0), 2 * sqrt(cosh(2 * K)) * exp(KP * s1 * s2),
         {KP: log(cosh(2 * K)) / 2}),
    Case("tanh-squared", tanh(KP), tanh(K) ** 2, {KP: log(cosh(2 * K)) / 2}),
    Case("decimation-in-a-field", exp(4 * KP), cosh(2 * K + F) * cosh(2 * K - F) / cosh(F) ** 2,
         {KP: log(cosh(2 * K + F) * cosh(2 * K - F) / cosh(F) ** 2) / 4}),
    Case("half-log-cosh", log(cosh(2 * K)) / 2, K + log(1 + exp(-4 * K)) / 2 - log(2) / 2),
    Case("eigenvalues", PLUS * MINUS, 2 * sinh(2 * J)),
    Case("trace-of-square", (ISING**2).trace(), PLUS**2 + MINUS**2),
    Case("correlation-length", exp(-r / Symbol("xi")), tanh(J) ** r, {Symbol("xi"): -1 / log(tanh(J))}),
    Case("exponent-of-eigenvalue", p ** Symbol("y"), lam, {Symbol("y"): log(lam) / log(p)}),
    Case("scaling", (r * p) ** (2 * x - 2), p ** (2 * x) * r ** (2 * x) / (p**2 * r**2)),
    Case("symbolic-exponents", exp((n + 1) * A) * exp(-A), exp(A) ** n),
    Case("sigmoid", 1 / (1 + exp(-x)), (1 + tanh(x / 2)) / 2),
    Case("slope-of-sigmoid", sympy.Derivative(1 / (1 + exp(-x)), x), exp(-x) / (1 + exp(-x)) ** 2),
    Case("addition-theorem", tanh(x + y), (tanh(x) + tanh(y)) / (1 + tanh(x) * tanh(y))),
    Case("gaussian", exp(-((x - y) ** 2) / (2 * v**2)),
         exp(-(x**2) / (2 * v**2)) * exp((2 * x * y - y**2) / (2 * v**2))),
    Case("geometric", Sum(a**k, (k, 0, 5)), (1 - a**6) / (1 - a)),
    Case("partial-fractions", 1 / ((a + 1) * (a + 2)), 1 / (a + 1) - 1 / (a + 2)),
    Case("logarithms", log(a * b**2 / c) + log(c / b), log(a) + log(b)),
    Case("three-body", log(1 + h0 * h1 * h2 * (a - 1)), h0 * h1 * h2 * log(a)),
    Case("rational-recursion", (a * b + 1) / (a + 1) - 1, a * (b - 1) / (a + 1)),
    Case("bounded-argument", log((1 + x) / (1 - x)) / 2, sympy.atanh(x), {}, (1 + x, 1 - x)),
    Case("quarter", Rational(1, 4) * (s1 + s2) ** 2, (1 + s1 * s2) / 2),
)  # fmt: skip
