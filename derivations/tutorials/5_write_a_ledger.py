# %% [markdown]
# # Writing a paper's ledger
#
# A *ledger* is a paper's formulas as a program: every equation typed in as printed, every claim with a decision, and a
# verdict beside each. This tutorial writes one for a page of textbook physics, the Potts chain, with a misprint in it.
#
# ## The derivation
#
# A derivation script defines a function `derivation()`. It opens sections, and calls one verb for each statement:
#
# | verb | what it is | verdict |
# | --- | --- | --- |
# | `define`, `assume` | what words and symbols mean | none is needed |
# | `equation`, `equations` | formulas; the very sides that are displayed are decided | exact |
# | `claim` | words with a decision of your own | what the decision answers |
# | `text`, `table`, `figure` | what a reader wants to see | none |
#
# In texts `{name}` stands for mathematics, given as keyword. `meaning` says what symbols of the sides stand for; `positive`,
# what is known of them.

# %%
import inspect
import subprocess
import sys
import tempfile
from pathlib import Path

import sympy
from sympy import Eq, Matrix, log, symbols

import symrg as sg


# %%
def derivation():
    q, u, u1, t, t1, lam = symbols("q u u' t t' lambda")
    d = sg.Derivation("The Potts chain", paper={"title": "A page of lecture notes", "identifier": "Chapter 1"},
                      abstract="Every second spin of the chain with q states is summed out.")
    s = d.section("Decimation")
    s.assume("weights", "Neighbours on the chain have the weight {u} where their states are equal, and 1 where they "
             "differ; a spin has {q} states.", u=u, q=q)
    T = Matrix(3, 3, lambda i, j: u if i == j else 1)
    s.equation("three", T**2, (2*u + 1) * T.subs(u, u1), meaning={u1: (u**2 + 2) / (2*u + 1)}, cites="Eq. (1)",
               text="For three states, the sum over the spin between two others has the same form:")
    # T = (u - 1) 1 + J, and J J = q J for the matrix J of ones; so T T = (u - 1)^2 1 + (2 (u - 1) + q) J
    different = 2*(u - 1) + q
    squared = ((u - 1)**2 + different) / different
    s.equation("printed", u1, (u**2 + q) / (2*u + q - 2), meaning={u1: squared}, erratum="step", cites="Eq. (2)",
               text="For any number of states the weight of equal neighbours becomes")
    after = (u**2 + q - 1) / (2*u + q - 2)
    s.equation("step", u1, after, meaning={u1: squared}, text="It is rather")
    ratio = (u - 1) / (u + q - 1)
    s.define("t", t, ratio, text="With the ratio of the two eigenvalues of the transfer matrix,", cites="Eq. (3)")
    s.equation("square", t1, t**2, meaning={t: ratio, t1: ratio.subs(u, after)}, cites="Eq. (4)",
               nonzero=[q, 2*u + q - 2, u + q - 1], text="one step is a square:")

    s = d.section("Fixed points")
    s.claim("all", "Its fixed points at finite weights are {one}, where nothing is coupled, and {other}.",
            one=Eq(u, 1), other=Eq(u, 1 - q), cites="after Eq. (4)",
            decide=lambda: sg.equal(after - u, (1 - u) * (u + q - 1) / (2*u + q - 2)))
    s.equation("slope", lam, 2, meaning={lam: sympy.diff(t**2, t).subs(t, 1)}, cites="Eq. (5)",
               text="Zero temperature is at {t}, where the derivative of the recursion is", t=Eq(t, 1))
    s.equation("exponent", log(lam) / log(2), 1, meaning={lam: 2}, cites="Eq. (6)", text="and the exponent is")
    return d

# %% [markdown]
# ## Verdicts
#
# `verify` decides everything. In a terminal the same is `symrg verify my_paper.py`, with exit code 0 only if every verdict
# is the expected one.

# %%
d = derivation()
verification = d.verify()
for record in verification.records:
    print(f"{record.id:9} {record.kind:10} {record.verdict.status}")
print(verification.ok)
#> weights   assumption assumption
#> three     equation   proved
#> printed   equation   refuted
#> step      equation   proved
#> t         definition definition
#> square    equation   proved
#> all       claim      proved
#> slope     equation   proved
#> exponent  equation   proved
#> True

# %% [markdown]
# Equation (2) is refuted, and that is *expected*, because it names its `erratum`: the statement `step` that corrects it,
# which has to be proved. In the document the two stand side by side, with the counterexample, and all errata are collected
# as a letter to the authors:

# %%
print(verification["printed"].verdict.counterexample)
assert verification["printed"].verdict.status == "refuted"
assert verification["step"].verdict.status == "proved"
#> q = 2, u = 3: left = 5/3, right = 11/6

# %% [markdown]
# What happens to a misprint that nobody has noticed? A formula typed in wrongly, with no erratum, is an unexpected verdict:

# %%
draft = sg.Derivation("A draft")
K, t, t1 = symbols("K t t'")
draft.section("Decimation").equation("cube", t1, t**3, meaning={t: sympy.tanh(K), t1: sympy.tanh(K) ** 2})
print(draft.verify().ok, "|", draft.verify()["cube"].verdict.counterexample)
#> False | K = ln 2: left = 9/25, right = 27/125

# %% [markdown]
# ## From the shell
#
# The function `derivation` with its imports is a complete script. Save it as a file and run `symrg verify`, or `symrg derive` to get
# the ledger as LaTeX, as a web page, and as PDF where LaTeX is installed. This cell does so in a folder of its own:

# %%
HEAD = "import sympy\nfrom sympy import Eq, Matrix, log, symbols\nimport symrg as sg\n"
with tempfile.TemporaryDirectory() as folder:
    script = Path(folder, "potts_chain.py")
    script.write_text(HEAD + inspect.getsource(derivation), encoding="utf-8")
    command = [sys.executable, "-m", "symrg", "derive", str(script), "--format", "html", "--format", "tex", "--to", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    print("exit code", done.returncode)
    print(sorted(path.name for path in Path(folder).iterdir()))
#> exit code 0
#> ['potts_chain.html', 'potts_chain.py', 'potts_chain.tex']

# %% [markdown]
# Longer ledgers of the same kind come with symrg: `derivations/ising_chain.py` is some sixty lines, and
# `derivations/dynamic_neurons.py` is that of a whole paper.
#
# ## Exercises
#
# 1. Add the statement that the flow leads to weaker couplings, u′ < u, where u > 1 and q > 1: `relation="<"`, and in
#    `positive=[...]` each factor whose sign matters. (Why is `positive=[u - 1, q - 1]` not enough to decide?)
# 2. Take the erratum away, `erratum=None`. What is `verification.ok`, and what does `symrg verify` exit with?
#
# Answers: 1. `s.equation("weaker", u1, u, relation="<", meaning={u1: after}, positive=[u - 1, q - 1, u + q - 1,
# 2*u + q - 2])` is proved: u − u′ = (u − 1)(u + q − 1)/(2u + q − 2), and symrg does not find out by itself that sums of
# what is positive are positive. 2. False, and 1.
