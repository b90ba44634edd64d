import copy
import os
import pickle
import subprocess
import sys
from fractions import Fraction

import pytest
import sympy

from symrg.errors import ModelError, NotExactError
from symrg.model.variables import (
    Parameter,
    Variable,
    as_alphabet,
    as_layer,
    refuse_floats,
    require_finite,
    require_known_symbols,
    states,
    variables_in,
)

M = sympy.Symbol("m", integer=True)


def test_alphabet_keeps_order_and_exactness():
    variable = Variable("h", [1, Fraction(-1, 2), sympy.Rational(3, 4)])
    assert variable.alphabet == (1, sympy.Rational(-1, 2), sympy.Rational(3, 4))
    assert all(isinstance(value, sympy.Rational) for value in variable.alphabet)


def test_continuous_alphabet():
    variable = Variable("W", sympy.S.Reals, kind="weight")
    assert variable.alphabet is sympy.S.Reals
    assert not variable.is_finite_alphabet


@pytest.mark.parametrize(
    ("alphabet", "error", "words"),
    [
        ((), ModelError, "empty"),
        ((0, 1, 0), ModelError, "more than once"),
        ((1, Fraction(2, 2)), ModelError, "more than once"),
        ((0, 0.5), NotExactError, r"Fraction\(1, 2\)"),
        ((0, sympy.Float(0.5)), NotExactError, "exact"),
        ((0, float("nan")), NotExactError, "no exact value"),
        ((False, True), NotExactError, "bool"),
        ((0, "1"), NotExactError, "exact"),
        ((0, sympy.sqrt(2)), NotExactError, "exact"),
        ({0, 1}, ModelError, "order"),
        ("01", ModelError, "tuple"),
        (3, ModelError, "tuple"),
        (None, ModelError, "tuple"),
        (sympy.FiniteSet(0, 1), ModelError, "order"),
        (sympy.Interval(0, 1), ModelError, "tuple"),
    ],
)
def test_bad_alphabets(alphabet, error, words):
    with pytest.raises(error, match=words):
        Variable("h", alphabet)
    with pytest.raises(error, match=words):
        as_alphabet(alphabet)


def test_bad_names_kinds_layers_and_indices():
    with pytest.raises(ModelError, match="name"):
        Variable("", (0, 1))
    with pytest.raises(ModelError, match="name"):
        Variable(sympy.Symbol("h"), (0, 1))
    with pytest.raises(ModelError, match="'neuron'"):
        Variable("h", (0, 1), kind="neurone")
    for layer in ("1", 1.0, True, sympy.Float(1), sympy.Rational(1, 2)):
        with pytest.raises(ModelError, match="layer"):
            Variable("h", (0, 1), layer=layer)
    with pytest.raises(NotExactError):
        Variable("h", (0, 1), index=(1.0,))
    with pytest.raises(ModelError, match="index"):
        Variable("h", (0, 1), index=(Fraction(1, 2),))


def distinct_variables():
    return [
        Variable("h", (0, 1)),
        Variable("h", (1, 0)),
        Variable("h", (-1, 1)),
        Variable("h", (-1, 0, 1)),
        Variable("h", sympy.S.Reals),
        Variable("h", (0, 1), kind="neuron"),
        Variable("h", (0, 1), kind="weight"),
        Variable("h", (0, 1), layer=0),
        Variable("h", (0, 1), layer=1),
        Variable("h", (0, 1), layer=M),
        Variable("h", (0, 1), layer=M + 1),
        Variable("h", (0, 1), index=(1, 1)),
        Variable("h", (0, 1), index=(1, 2)),
        Variable("h", (0, 1), index=(1,)),
        sympy.Symbol("h"),
        sympy.Symbol("h", real=True),
        Parameter("h"),
        Parameter("h", real=True),
    ]


def test_everything_given_is_identity():
    listed = distinct_variables()
    assert len(set(listed)) == len(listed)
    for i, first in enumerate(listed):
        for j, second in enumerate(listed):
            assert (first == second) is (i == j)
            assert (sympy.Basic.compare(first, second) == 0) is (i == j)
            assert (first - second == 0) is (i == j)
    assert len(sympy.Add(*listed).args) == len(listed)


def test_sorting_has_no_ties_among_variables():
    variables = [symbol for symbol in distinct_variables() if isinstance(symbol, Variable)]
    assert len({variable.sort_key() for variable in variables}) == len(variables)
    backwards = variables[::-1]
    assert sorted(variables, key=sympy.default_sort_key) == sorted(backwards, key=sympy.default_sort_key)


def test_equal_data_give_equal_variables_after_clearing_the_cache():
    before = Variable("h", (0, 1), kind="neuron", layer=M + 1, index=(1, 2))
    sympy.core.cache.clear_cache()
    after = Variable("h", (0, 1), kind="neuron", layer=M + 1, index=(1, 2))
    assert before is not after
    assert before == after
    assert hash(before) == hash(after)
    assert before - after == 0


@pytest.mark.parametrize("alphabet", [(0, 1), (Fraction(-1, 3), 2), sympy.S.Reals])
@pytest.mark.parametrize("layer", [None, 2, M + 1])
def test_copies_are_equal(alphabet, layer):
    variable = Variable("h", alphabet, kind="neuron", layer=layer, index=(1, 2))
    rebuilt = (copy.copy(variable), copy.deepcopy(variable), pickle.loads(pickle.dumps(variable)))
    for other in rebuilt:
        assert other == variable
        assert (other.alphabet, other.role, other.layer, other.index) == (alphabet, "neuron", layer, (1, 2))
        assert other.is_real
    expression = copy.deepcopy(variable**2 + 1)
    assert expression.free_symbols == {variable}


def test_variables_survive_sympy():
    h, s = Variable("h", (0, 1), layer=1), Variable("s", (-1, 1))
    x = sympy.Symbol("x")
    expression = sympy.exp((h + x * s) ** 2)
    results = [
        expression.expand(),
        expression.subs(x, 3),
        expression.xreplace({x: sympy.Integer(3)}),
        expression.diff(x),
        expression.func(*expression.args),
        sympy.expand_log(sympy.log(expression), force=True),
        expression.subs(h, h + 1),
        expression.doit(),
    ]
    for result in results:
        found = {symbol for symbol in result.free_symbols if symbol != x}
        assert found == {h, s}
        assert {symbol.alphabet for symbol in found} == {(0, 1), (-1, 1)}
    assert expression.subs(h, 1).free_symbols == {s, x}
    assert sympy.Poly((h + s) ** 2, h, s).gens == (h, s)
    assert sympy.lambdify([h], h + 1)(2) == 3


def test_real_assumption_and_sympys_kind():
    h = Variable("h", (0, 1), kind="neuron")
    assert h.is_real
    assert (h + 1).kind == sympy.Symbol("x").kind
    assert h.role == "neuron"
    assert sympy.Eq(h, 1).lhs == h


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("W_12^(0)", "W^{(0)}_{12}"),
        ("h_1^(2)[1]", "h^{(2)}_{1}[1]"),
        ("sigma^(m+1)", r"\sigma^{(m+1)}"),
        ("h", "h"),
    ],
)
def test_default_latex_is_right(name, latex):
    assert sympy.latex(Variable(name, (0, 1))) == latex


def test_states_in_product_order():
    h, s = Variable("h", (1, 0)), Variable("s", (-1, 0, 1))
    assert states([h, s]) == ((1, -1), (1, 0), (1, 1), (0, -1), (0, 0), (0, 1))
    assert states([]) == ((),)


def test_require_finite_refuses():
    h = Variable("h", (0, 1))
    with pytest.raises(ModelError, match="continuous"):
        states([Variable("W", sympy.S.Reals)])
    with pytest.raises(ModelError, match="more than once"):
        states([h, h])
    with pytest.raises(ModelError, match=r"Variable\('x', \(0, 1\)\)"):
        require_finite([sympy.Symbol("x")])
    assert require_finite(h) == (h,)


def test_variables_in_is_sorted_by_layer_number():
    layers = [Variable(f"h^({layer})", (0, 1), layer=layer) for layer in (10, 2, 1, 9)]
    expression = sympy.prod(layers) + Parameter("x") + sympy.Symbol("y")
    assert [variable.layer for variable in variables_in(expression)] == [1, 2, 9, 10]


def test_require_known_symbols():
    h, x = Variable("h", (0, 1)), Parameter("x")
    require_known_symbols(h * x)
    with pytest.raises(ModelError, match="symbol q, which is no variable"):
        require_known_symbols(h * x + sympy.Symbol("q"))


def test_refuse_floats():
    with pytest.raises(NotExactError, match=r"Fraction\(1, 2\)"):
        refuse_floats(0.5 * sympy.Symbol("x"))


def test_as_layer():
    assert as_layer(2) == 2
    assert as_layer(M - 1) == M - 1
    assert Variable("h", (0, 1), layer=sympy.Integer(4)) == Variable("h", (0, 1), layer=4)


SCRIPT = """
import sympy
from symrg.model.basis import project
from symrg.model.network import NetworkModel
from symrg.model.sums import StateSum
from symrg.model.variables import Variable, Parameter, variables_in
u, v = sympy.Symbol("u"), sympy.Symbol("v")
net = NetworkModel(width=2, samples=2)
H = net.dynamic_hamiltonian(3)
same = [Variable("h", a) for a in ((0, 1), (-1, 1), (-1, 0, 1))]
h, s = Variable("h", (0, 1)), Variable("s", (-1, 0, 1))
print(H, variables_in(H), net.original_hamiltonian(2))
print(sympy.Add(*same), sympy.srepr(sympy.Mul(*same)))
print(project(sympy.log(u + h * s) / (v + h), [h, s]))
print(StateSum(sympy.exp(u * h * s + v * s), h, s).doit())
"""


def test_output_does_not_depend_on_the_hash_seed():
    outputs = set()
    for seed in ("0", "1", "7"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True
        )
        outputs.add(run.stdout)
    assert len(outputs) == 1


def test_sympys_latex_printer_knows_greek_letters_before_a_data_point():
    spin = Variable("sigma_1^(0)[2]", (0, 1))
    assert sympy.latex(Variable("sigma[1]", (0, 1)) / 2) == r"\frac{\sigma[1]}{2}"
    assert sympy.latex(spin) == r"\sigma^{(0)}_{1}[2]"
    assert sympy.latex(spin, symbol_names={spin: "s"}) == "s"
    assert sympy.latex(Variable("W_12^(0)", (0, 1))) == sympy.latex(sympy.Symbol("W_12^(0)"))
