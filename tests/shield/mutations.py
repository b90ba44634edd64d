"""Mutants of an equation: one place of one side, or of a meaning, changed as a slip of the pen would."""

from dataclasses import replace

import sympy

from symrg.model.variables import Variable

_BINDING = ("StateSum", "Sum", "Derivative", "Integral")
_WHOLE = (sympy.MatrixSymbol, sympy.Identity, sympy.ZeroMatrix)
_FUNCTIONS = (
    (sympy.sinh, sympy.cosh, sympy.tanh), (sympy.sin, sympy.cos, sympy.tan), (sympy.exp, sympy.log),
    (sympy.asin, sympy.acos, sympy.atan), (sympy.atanh, sympy.asinh), (sympy.erf, sympy.erfc),
)  # fmt: skip


def occurrences(tree, path=()):
    """Yield (path, node) for every place in a tree; bound variables and matrix shapes are left out."""
    yield path, tree
    name = type(tree).__name__
    for position, argument in enumerate(() if isinstance(tree, _WHOLE) else tree.args):
        if (name in _BINDING and position) or not isinstance(argument, sympy.Basic):
            continue
        if isinstance(tree, sympy.MatrixBase) and position < 2:
            continue
        yield from occurrences(argument, (*path, position))


def replaced(tree, path, new):
    """Return the tree with the node at a path replaced."""
    if not path:
        return new
    arguments = list(tree.args)
    arguments[path[0]] = replaced(arguments[path[0]], path[1:], new)
    return tree.func(*arguments)


def changed_coefficient(node, draw, symbols):
    if not node.is_Rational:
        return None
    return draw.choice([node + 1, node - 1, 2 * node, node + sympy.Rational(1, 2)])


def changed_sign(node, draw, symbols):
    if not isinstance(node, sympy.Expr) or node.is_Number:
        return None
    return -node


def changed_exponent(node, draw, symbols):
    if isinstance(node, sympy.Pow):
        return node.base ** (node.exp + draw.choice([1, -1]))
    if isinstance(node, sympy.exp):
        return sympy.exp(draw.choice([2, -1, sympy.Rational(1, 2)]) * node.args[0])
    return node**2 if node.is_Symbol or isinstance(node, sympy.Function) else None


def next_layer(node, draw, symbols):
    """h^(m) becomes h^(m+1) or h^(m-1)."""
    if not isinstance(node, Variable) or not isinstance(node.layer, int):
        return None
    layer = node.layer + draw.choice([1, -1])
    return Variable(f"h^({layer})", node.alphabet, kind=node.role, layer=layer)


def swapped_variable(node, draw, symbols):
    """Another symbol, or another matrix of the same shape."""
    shape = getattr(node, "shape", None)
    others = [s for s in symbols if s != node and getattr(s, "shape", None) == shape]
    return draw.choice(others) if node in symbols and others else None


def changed_function(node, draw, symbols):
    """Sinh for cosh, cos for sin, log for exp; a matrix becomes its transpose."""
    if isinstance(node, sympy.MatrixExpr) and node.rows == node.cols:
        return node.T
    others = [f for family in _FUNCTIONS if node.func in family for f in family if f != node.func]
    return draw.choice(others)(*node.args) if others else None


def dropped(node, draw, symbols):
    if not isinstance(node, sympy.Add | sympy.Mul):
        return None
    arguments = list(node.args)
    arguments.pop(draw.randrange(len(arguments)))
    return node.func(*arguments)


def doubled(node, draw, symbols):
    if not isinstance(node, sympy.Add | sympy.Mul):
        return None
    return node.func(*node.args, draw.choice(node.args))


KINDS = (
    changed_coefficient, changed_sign, changed_exponent, changed_function, next_layer, swapped_variable,
    dropped, doubled,
)  # fmt: skip


def mutant(left, right, draw):
    """Return (kind, left, right) with one place changed, or None if the draw changes nothing."""
    sides = [left, right]
    side = draw.randrange(2)
    places = list(occurrences(sides[side]))
    symbols = sorted(
        {n for tree in sides for _, n in occurrences(tree) if getattr(n, "is_symbol", False)},
        key=sympy.default_sort_key,
    )
    kind = draw.choice(KINDS)
    candidates = [(path, node) for path, node in places if isinstance(node, sympy.Expr | sympy.Number)]
    candidates = [item for item in candidates if not isinstance(item[1], sympy.MatrixBase)]
    draw.shuffle(candidates)
    for path, node in candidates:
        try:
            new = kind(node, draw, symbols)
            tree = None if new is None or new == node else replaced(sides[side], path, new)
        except (TypeError, ValueError):  # no such product of matrices
            continue
        if tree is None or tree == sides[side] or tree.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
            continue
        sides[side] = tree
        return kind.__name__, *sides
    return None


def mutant_of_sides(case, draw):
    """Return (kind, case) with one place of a side changed, or None."""
    found = mutant(*case.sides, draw)
    return found and (found[0], replace(case, left=found[1], right=found[2]))


def mutant_of_any(case, draw):
    """Return (kind, case) with one place of a side or, one time in four, of a meaning changed; or None."""
    if not case.meaning or draw.random() < 0.75:
        return mutant_of_sides(case, draw)
    name = draw.choice(sorted(case.meaning, key=sympy.default_sort_key))
    value = case.meaning[name]
    found = mutant(value, value, draw)
    if found is None:
        return None
    kind, first, second = found
    return f"{kind} in {name}", replace(case, meaning={**case.meaning, name: second if first == value else first})
