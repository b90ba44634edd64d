"""The Ising chain in a field, renormalized: a tutorial for ledgers of your own.

    symrg verify derivations/ising_chain.py              # decide every statement; exit code 0 only if all hold
    symrg derive derivations/ising_chain.py --to out     # write it up as LaTeX, HTML and PDF

Formulas are typed in as a paper prints them. `equation` and `equations` decide the very sides that they display;
`meaning` says what the symbols in them stand for. A `claim` is words, with a decision of its own.
"""

import sympy
from sympy import Eq, Matrix, cosh, exp, log, sinh, sqrt, tanh

import symrg as sg
from symrg.exact.decisions import decide_sets
from symrg.ledger.deciding import as_verdict
from symrg.model.sums import StateSum

PAPER = {"authors": ["D. R. Nelson", "M. E. Fisher"], "identifier": "Ann. Phys. 91, 226 (1975)",
         "title": "Soluble renormalization groups and scaling fields for low-dimensional Ising systems"}
K, F, t, x, y, m, J, L = sympy.symbols("K F t x y m J lambda")  # couplings are dimensionless: divided by kT
K1, F1, G, t1, x1, y1 = sympy.symbols("K' F' G t' x' y'")  # after one step
left, spin, right = (sg.Variable(name, (-1, 1)) for name in ("s_1", "s_2", "s_3"))  # neighbours on the chain


def derivation():
    d = sg.Derivation("The Ising chain in a field", paper=PAPER, abstract="Every second spin of the chain is summed out.")
    s = d.section("Decimation")
    s.assume("spins", "The spins are {a}; {K} couples neighbours, {F} is the field.", a={-1, 1}, K=K, F=F)
    after = {K1: log(cosh(2*K + F) * cosh(2*K - F) / cosh(F)**2) / 4,
             F1: F + log(cosh(2*K + F) / cosh(2*K - F)) / 2,
             G: log(16 * cosh(2*K + F) * cosh(2*K - F) * cosh(F)**2) / 4}
    s.system("after", after.items(), definition=True, text="After one step there are a coupling, a field and a constant,")
    s.equation("sum", StateSum(exp(K * (left*spin + spin*right) + F * (left/2 + spin + right/2)), spin),
               exp(K1 * left*right + F1 * (left/2 + right/2) + G), meaning=after,
               text="because summing out {s} gives, in all states of its neighbours,", s=spin)
    s.equation("tanh", t1, t**2, meaning={t1: tanh(after[K1].subs(F, 0)), t: tanh(K)},
               text="Without a field one step is a square, in {t}:", t=Eq(t, tanh(K)))

    s = d.section("Recursion and fixed points")
    coordinates = {x: exp(-4*K), y: exp(-2*F)}
    s.system("coordinates", coordinates.items(), definition=True, text="With a field the recursion is rational in")
    recursion = {x1: x * (1 + y)**2 / ((x + y) * (1 + x*y)), y1: y * (x + y) / (1 + x*y)}
    s.equations("recursion", recursion.items(), meaning={x1: exp(-4*after[K1]), y1: exp(-2*after[F1]), **coordinates})
    line, cold, complex_ = fixed = [Eq(x, 1)], [Eq(x, 0), Eq(y, 1)], [Eq(x, -3), Eq(y, 1)]
    s.claim("fixed-points", "Where the recursion is defined, its fixed points over the complex numbers are {l} (no coupling, any field), "
            "{c} (zero temperature, no field), {z} (complex couplings) and no others.", l=line, c=cold, z=complex_,
            decide=lambda: as_verdict(decide_sets([recursion[x1] - x, recursion[y1] - y], fixed, symbols=[x, y],
                                                  nonzero=[(x + y) * (1 + x*y)])))
    s.equation("no-order", x1, x, relation=">", meaning=recursion, positive=[x, 1 - x, y],
               text="There is no transition at {K}: from every temperature above zero the flow leads to higher ones,", K=K > 0)
    at_cold = Matrix(list(recursion.values())).jacobian([x, y]).subs([e.args for e in cold])
    s.equation("jacobian", J, sympy.diag(2**2, 2**1), meaning={J: at_cold},
               text="At zero temperature the exponents are 2 and 1, as the linearised recursion shows:")

    s = d.section("A claim of your own")
    transfer = Matrix([[exp(K + F), exp(-K)], [exp(-K), exp(K - F)]])
    largest = exp(K) * (cosh(F) + sqrt(sinh(F)**2 + exp(-4*K)))
    s.equation("eigenvalue", (transfer - L * sympy.eye(2)).det(), 0, meaning={L: largest},
               text="The transfer matrix {t} has the eigenvalue {l}:", t=transfer, l=Eq(L, largest))
    magnetisation = sinh(F) / sqrt(sinh(F)**2 + exp(-4*K))
    s.equation("magnetisation", m, magnetisation, meaning={m: sympy.Derivative(log(largest), F)},
               text="and the derivative of its logarithm by {F} is the magnetisation", F=F)
    s.claim("unchanged", "Summing spins out does not change {m}: the spins that stay are as magnetised as before.", m=m,
            decide=lambda: sg.equal(magnetisation.xreplace({K: K1, F: F1}), magnetisation, meaning=after))
    return d
