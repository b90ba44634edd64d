"""Mutants of an equation: one place of one side changed as a slip of the pen would."""

import sympy

from symrg.model.variables import Variable

_ATOMS = (sympy.Symbol, sympy.Number)


def occurrences(tree, path=()):
    """Yield (path, node) for every place in a tree; bound variables and matrix shapes are left out."""
    yield path, tree
    name = type(tree).__name__
    for position, argument in enumerate(tree.args):
        if (name in ("StateSum", "Sum", "Derivative") and position) or not isinstance(argument, sympy.Basic):
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
    others = [s for s in symbols if s != node]
    return draw.choice(others) if node.is_Symbol and others else None


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


KINDS = (changed_coefficient, changed_sign, changed_exponent, next_layer, swapped_variable, dropped, doubled)


def mutant(left, right, draw):
    """Return (kind, left, right) with one place changed, or None if the draw changes nothing."""
    sides = [left, right]
    side = draw.randrange(2)
    places = list(occurrences(sides[side]))
    symbols = sorted({n for tree in sides for _, n in occurrences(tree) if n.is_Symbol}, key=sympy.default_sort_key)
    kind = draw.choice(KINDS)
    candidates = [(path, node) for path, node in places if isinstance(node, sympy.Expr | sympy.Number)]
    candidates = [item for item in candidates if not isinstance(item[1], sympy.MatrixBase)]
    draw.shuffle(candidates)
    for path, node in candidates:
        new = kind(node, draw, symbols)
        if new is None or new == node:
            continue
        tree = replaced(sides[side], path, new)
        if tree == sides[side] or tree.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
            continue
        sides[side] = tree
        return kind.__name__, *sides
    return None
