"""What the atlas teaches: which networks have an isolated fixed point, what replaces it, and whether any of it is physical.

    symrg atlas --to derivations/atlas                                                  # the rows, from the beginning
    symrg derive derivations/atlas/lessons.py --to derivations/atlas --format html      # this page, from the rows

Theorems are proved in words, for every width. Claims and equations are what the computer decides: the lemmas, as formulas,
and the consequences, for the widths that are named. Observations are about the rows and about no others.
"""

import json
from fractions import Fraction
from functools import cache
from itertools import product
from math import comb
from pathlib import Path

import sympy
from sympy import Matrix, Rational, Symbol, binomial, symbols

import symrg as sg
from symrg.ledger.blocks import fields_of

ROWS = json.loads((Path(__file__).parent / "atlas.json").read_text(encoding="utf-8"))["rows"]
ACTIVATIONS = {"heaviside": sg.heaviside, "sign": sg.sign}
BINARY, TERNARY = (-1, 1), (-1, 0, 1)
MOST = 16  # widths to which formulas for one data point are checked; for two data points, half as many

N, L, p, q, r, k, j, m, s = symbols("N L p q r k j m s")
G, T, V, W, b, h, sigma = symbols("G T V W b h sigma")
n_h, n_s, r_i, S_k, P_k, f_k = symbols("n_h n_sigma r_i S_k P_k f_k")
a_0, a_1, a_p, a_m = symbols("a_0 a_1 a_+ a_-", nonnegative=True)
A, B, X, Y = symbols("A B X Y")
xi_h, xi_gap = symbols("xi_h xi_gap")
SYMBOLS = {
    "N": N, "L": L, "p": p, "q": q, "r": r, "k": k, "m": m, "s": s, "G": G, "T": T, "V": V, "W": W, "b": b, "h": h, "sigma": sigma,
    "n_h": n_h, "n_s": n_s, "r_i": r_i, "S_k": S_k, "P_k": P_k, "f_k": f_k, "A": A, "B": B, "X": X, "Y": Y, "xi_h": xi_h, "xi_gap": xi_gap,
    "a_0": a_0, "a_1": a_1, "a_p": a_p, "a_m": a_m, "binary": {-1, 1}, "ternary": {-1, 0, 1}, "bits": {0, 1}, "half": Rational(1, 2),
    "orbits": binomial(N + q - 1, N), "forms": binomial(N + s - 1, N), "top": r * (n_h - r) + r * (n_s - r),
    "first": n_h + n_s - 2, "second": r * (n_s - r), "squares": r**2 - sympy.Sum(r_i**2, (Symbol("i"), 1, p - 1)),
}  # fmt: skip


def using(template, **more):
    """Return the template with the symbols that it names."""
    return template, {**{name: SYMBOLS[name] for name in fields_of(template) if name in SYMBOLS}, **more}


def say(section, template, **more):
    text, values = using(template, **more)
    section.text(text, **values)


def claim(section, id, template, decide, method, **more):
    text, values = using(template, **more)
    section.claim(id, text, decide=decide, method=method, **values)


def over(above, below=2):
    """A quotient that stays one."""
    return sympy.Mul(Rational(1, below), above, evaluate=False)


# -- what is checked ---------------------------------------------------------------------------------------------


@cache
def network(width, samples, weights, biases, activation="heaviside"):
    neurons = (-1, 1) if activation == "sign" else (0, 1)
    return sg.LayeredNetwork(width=width, samples=samples, weights=weights, biases=biases, neurons=neurons, activation=ACTIVATIONS[activation])


def of(row):
    """The network of a row."""
    weights, biases = (None if row[name] == "none" else tuple(map(int, row[name].split(","))) for name in ("weights", "biases"))
    return network(row["width"], row["samples"], weights, biases, row["activation"])


def histograms(net):
    """The distinct counts of one neuron, one for each distinct row of G."""
    return sorted({orbit.counts for orbit in net.row_orbits})


def independent(rows):
    """The rank of a few rows of integers."""
    return sympy.Matrix(rows).rank()


def formula_holds(rank, *, weights, biases, activation="heaviside", samples=1, most=MOST):
    """Whether the rank of G is as said for all widths up to the largest, and in the rows."""
    computed = all(network(n, samples, weights, biases, activation).multiplicity_rank == rank(n) for n in range(1, most + 1))
    wanted = network(1, samples, weights, biases, activation)
    rows = [row for row in ROWS if row["activation"] == activation and row["samples"] == samples and of(row).weights == wanted.weights and of(row).biases == wanted.biases]
    return bool(rows) and computed and all(row["rank"] == rank(row["width"]) for row in rows)


def rank_is_bounded(net):
    """Whether min(m, N + 1) ≤ rank G ≤ min(m, C(N + s − 1, N)), with equality on the left for s = 2."""
    found = histograms(net)
    count, span, rank = len(found), independent(found), net.multiplicity_rank
    upper = min(count, comb(net.width + span - 1, net.width))
    return min(count, net.width + 1 if span > 1 else 1) <= rank <= upper


def gap(row):
    return Fraction(row["xi_gap"])


def pairs():
    """Rows of one and of two data points that agree in everything else."""
    names = ("width", "weights", "biases", "activation", "scale")
    one, two = ({tuple(row[n] for n in names): row for row in ROWS if row["samples"] == count} for count in (1, 2))
    return [(one[key], two[key]) for key in one]


def classes_decide():
    """[X ≥ −1][Y < 1] − [X ≥ −1][Y < −1] − [X ≥ 1][Y < 1] + [X ≥ 1][Y < −1] = [−1 ≤ X < 1][−1 ≤ Y < 1]: X and Y matter
    only through being below −1, in {−1, 0}, or above 0."""
    return all(
        (x >= -1 and y < 1) - (x >= -1 and y < -1) - (x >= 1 and y < 1) + (x >= 1 and y < -1) == (-1 <= x < 1 and -1 <= y < 1)
        for x, y in product((-2, -1, 1), repeat=2)
    )  # fmt: skip


def one_neuron_matrix(samples):
    """G of one neuron of two states with two outputs, from how many (W, b) copy, invert, or give a constant."""
    states = list(product((0, 1), repeat=samples))
    rows = []
    for state in states:
        images = [(a_p, state), (a_m, tuple(1 - x for x in state)), (a_0, (0,) * samples), (a_1, (1,) * samples)]
        rows.append([sympy.Add(*(count for count, image in images if image == other)) for other in states])
    return Matrix(rows)


def has_zero_off_the_pairs():
    """For two data points: V = (Gᵀ)⁻¹ vanishes at h = (0, 1), σ = (0, 0), whatever the counts: so does that minor."""
    return one_neuron_matrix(2).T.cofactor(0, 1).expand() == 0


# -- the page ----------------------------------------------------------------------------------------------------


def derivation():
    d = sg.Derivation(
        "What the atlas teaches",
        abstract="For which widths, alphabets and activations does the isolated fixed point of full rank, which the founding paper "
        "calls fictitious, exist at all? What replaces it? Can any of it be physical? In short: it never exists for two or more "
        "neurons a layer; for one neuron it exists unless as many parameters copy the neuron as invert it, but at finite couplings only for a "
        "single data point. It is replaced by surfaces of fixed points, of every rank up to that of the multiplicity matrix, for which there "
        "are formulas. None of them is physical, except the one of rank 1, which always is.",
    )
    setting(d)
    isolated(d)
    ranks(d)
    physical(d)
    lengths(d)
    observed(d)
    return d


def setting(d):
    s = d.section("The rows", id="rows")
    say(s, "The atlas has {count} rows: widths {N} from 1 to 4 neurons a layer, one or two data points {L}, weights {binary} or {ternary}, "
        "biases {binary} or none, at the scales 2 and 3. Neurons have the values of their activation, so that the Hamiltonian "
        "{H}, summed over neurons and data points, compares like with like: {bits} for the Heaviside function, {binary} for sign. All entries of "
        "the rows, with 20 certified digits of the lengths, are in `atlas.csv` and `atlas.json`; `atlas.html` shows them.", count=len(ROWS), H=(h - sigma)**2)
    say(s, "The multiplicity matrix {G} counts for each state of the neurons ({n_h} of them) and of the activations ({n_s}) the weights and biases that "
        "lead from the one to the other. All neurons of the next layer see the same inputs through weights of their own. So a row of {G} is the "
        "{N}-fold Kronecker power of the counts of *one* neuron, which depend on the inputs only as a multiset.")
    claim(s, "no-failure", "Every combination of these is in the atlas at both scales, and no row has failed.",
          lambda: len({tuple(row[n] for n in ("width", "samples", "weights", "biases", "activation", "scale")) for row in ROWS}) == len(ROWS) == 128
          and not any(row["error"] for row in ROWS), "counting rows")
    say(s, "The fixed points of rank {r} whose transfer matrix {T} has the ({p1})-th roots of one number as eigenvalues, {r_i} times each, form a stratum. "
        "By the structure theorem there is one for every such list of multiplicities with {r} at most the rank of {G}, up to a common root, and no other "
        "fixed point; its dimension is", p1=p - 1)
    s.define("dimension", Symbol("dim"), r * (n_h - r) + r * (n_s - r) + SYMBOLS["squares"])
    claim(s, "strata", "At scale 2 there is one stratum for each rank; at scale 3, where 1 and −1 are the roots, one for each rank and each way to split it "
          "between two roots, in no order. The rows have these strata with these dimensions.",
          lambda: all(strata_are_complete(row) for row in ROWS), "all rows, by listing multiplicities")


def strata_are_complete(row):
    lists = [[rank] if row["scale"] == 2 else [rank - second, second] for rank in range(1, row["rank"] + 1)
             for second in range(1 if row["scale"] == 2 else rank // 2 + 1)]  # fmt: skip
    dims = [[x, sum(x) * (row["n_h"] + row["n_sigma"] - sum(x)) - sum(y * y for y in x)] for x in lists]
    return sorted(dims) == sorted(row["strata"])


def isolated(d):
    s = d.section("When an isolated fixed point exists", id="isolated")
    say(s, "*Theorem 1.* No network of two or more neurons a layer has an isolated fixed point, whatever the alphabets (of at least two neuron states), the activation, "
        "the number of data points and the scale.")
    say(s, "*Proof.* A state of the layer gives each neuron one of {q} states on the {L} data points. Exchanging two input neurons exchanges two columns of the weights, "
        "which the counting does not notice. So {G} has at most {orbits} different rows; for two neurons or more that is less than {all}, the number of rows, because "
        "states with two different neurons come in pairs. Hence the rank {r} of every fixed point is less than {n_h}. Of the three parts of {ref:dimension}, {rest} is positive then, "
        "and {second} and {squares} are never negative; so the dimension of its stratum is at least {rest}.", all=q**N, rest=r * (n_h - r))
    claim(s, "never-wide", "In no row with two neurons or more is a stratum a point, and the rank of {G} is at most {orbits}.",
          lambda: all((row["width"] == 1 or not row["isolated"]) and row["rank"] <= comb(row["width"] + 2**row["samples"] - 1, row["width"]) for row in ROWS),
          "all rows")
    say(s, "For one neuron a stratum is a point if and only if all three parts vanish: {r} is the number of rows of {G} and of its columns, and {T} has a single eigenvalue. "
        "So the isolated fixed point exists exactly if {G} is square and invertible, at every scale, and then it is one point, {V} proportional to the inverse of the transposed {G}.")
    say(s, "*Theorem 2.* For one neuron of two states and an activation of two values let {a_p} parameter settings copy the neuron, {a_m} invert it, and {a_0} and {a_1} of them "
        "give one of the two values always. The isolated fixed point exists if and only if {a_p} differs from {a_m}, that is, if the activation has not the same distribution "
        "for both states of the neuron. This holds for every number of data points; but for two or more data points the point always has infinite couplings, and for a "
        "single one exactly if an entry of {G} is zero.")
    say(s, "*Proof.* {G} is the sum of a matrix {K} and of a column of ones times a row with two entries other than zero, where {K} is {a_p} on the diagonal and {a_m} where all data points are inverted. "
        "The column of ones is an eigenvector, and modulo it {G} is {K}, which has the eigenvalue {plus} on what does not change when all data points are inverted, and {minus} on what changes its sign. So", K=Symbol("K"), plus=a_p + a_m, minus=a_p - a_m)
    total, half = a_0 + a_1 + a_p + a_m, 2 ** (L - 1)
    s.step("determinant", sympy.Function("det")(G), total * (a_p + a_m) ** (half - 1) * (a_p - a_m) ** half,
           check=lambda: all((one_neuron_matrix(n).det(method="berkowitz") - (total * (a_p + a_m) ** (2 ** (n - 1) - 1) * (a_p - a_m) ** 2 ** (n - 1))).expand() == 0 for n in (1, 2, 3)),
           method="expanding both sides", surrogate="one, two and three data points; the proof for any number is in the text")
    say(s, "and where {a_p} and {a_m} differ, no factor is zero. By the formula of Sherman and Morrison the inverse differs from that of {K} only in the rows of the two states in which "
        "all data points are alike; in any other row only two entries are not zero, and for two data points or more there are others. For one data point the inverse has the entries of {G} "
        "itself, rearranged and with signs.", K=Symbol("K"))
    claim(s, "infinite", "For two data points, whatever the four counts, {V} vanishes at a pair of states.", has_zero_off_the_pairs, "a minor of G that is identically zero")
    claim(s, "where-isolated", "In the rows an isolated fixed point exists for one neuron with the Heaviside function, always; it has finite couplings with biases and a single data point, "
          "and never otherwise. With sign and neurons {binary} it never exists.",
          lambda: all(row["isolated"] == (row["width"] == 1 and row["activation"] == "heaviside") for row in ROWS)
          and all(row["isolated_at_infinity"] == (row["samples"] == 2 or row["biases"] == "none") for row in ROWS if row["isolated"]), "all rows")
    say(s, "The last sentence holds for every width and number of data points, every alphabet of weights that has {minus} with {W}, every activation and any biases: turning a neuron of values {binary} around on all data points is undone by turning its "
        "weights around, so that {G} has equal rows.", minus=-W)


def ranks(d):
    s = d.section("What replaces it: the rank of G", id="ranks")
    say(s, "Where there is no isolated point, the fixed points of the largest rank {r}, that of {G}, form a stratum of dimension {top}, on which the recursion has the relevant eigenvalue {p} "
        "with multiplicity {relevant}; below it lie the strata of all lower ranks. So the question is what the rank of {G} is.", relevant=r**2 - 1)
    say(s, "*Theorem 3.* Let the counts of one neuron take {m} different values as the inputs vary, and let these span {s} dimensions. The rank of {G} is at most {m} and at most {forms}. If {m} is "
        "at most {most}, it is {m}. For one data point and two outputs it is the smaller of {m} and {most}.", most=N + 1)
    say(s, "*Proof.* The rows are the {N}-th powers of {m} points, no two of them proportional because all counts have the same sum. Such powers lie in the space of forms of degree {N} in {s} variables, which has dimension {forms}. For each point "
        "choose for every other one a linear form that vanishes there but not here; with at most {N} others their product, filled up to degree {N} with forms that do not vanish here, "
        "singles out this point: the powers are linearly independent. With more points take {most} of them. For one data point and two outputs {s} is at most 2, so the space has dimension {most} at most.", most=N + 1)
    claim(s, "bounds", "The bounds and the equalities of the theorem hold for the {G} of every row.", lambda: all(rank_is_bounded(of(row)) for row in ROWS if row["scale"] == 2), "ranks over the integers")

    say(s, "*One data point, neurons* {bits}, *Heaviside.* If {k} inputs are 1, the neuron sums {k} weights to {S_k} and has the value 1 with probability {P_k}. As everything is symmetric, {P_k} is {half} plus half the probability "
        "that the sum with its bias is zero. The rank of {G} is the number of different {P_k} for {k} from 0 to {N}. For the function sign on the same neurons the counts are the same ones.")
    say(s, "*Theorem 4.* There the rank of {G} is, for weights {binary} and biases {binary}, {even} at even widths {N} and {odd} at odd ones; for weights {binary} without biases, {even2} and {odd}; for weights {ternary} and biases {binary}, {N} from width 3 on and {more} below; "
        "for weights {ternary} without biases, {N} from width 2 on and 2 below.", even=over(N + 2), odd=over(N + 3), even2=over(N + 4), more=N + 1)
    say(s, "*Proof for weights* {binary}. The sum of an odd number of signs is never zero, and that of {two} signs with the probability {cj}, which decreases strictly, because", two=2 * j, cj=binomial(2 * j, j) / 4**j)
    s.equation("central", ((2 * j + 2) * (2 * j + 1)) / (4 * (j + 1) ** 2), (2 * j + 1) / (2 * j + 2), 1, relation=("=", "<"), positive=[j + Rational(1, 2)])
    say(s, "With a bias {k} weights make {odd} signs, so even {k} have {P_k} equal to {half} and odd ones all different values; without biases it is the other way round.", odd=k + 1)
    claim(s, "rank-binary", "For weights {binary}, with biases {binary} and without, the rank of {G} is that of the theorem in all rows and for all widths up to {most}.",
          lambda: formula_holds(lambda n: 1 + -(-n // 2), weights=BINARY, biases=BINARY) and formula_holds(lambda n: 2 + n // 2, weights=BINARY, biases=None), "ranks over the integers", most=MOST)
    ternary(s)
    spins(s)
    table(s)


def ternary(s):
    p0, p1, p2, p3, d0, d1, d2, e0, e1 = (Symbol(n) for n in ("p_0", "p_1", "p_2", "p_3", "d_0", "d_1", "d_2", "d'_0", "d'_1"))
    say(s, "*Proof for weights* {ternary}. Let {p_i} be the probability that {k} weights sum to {i}, and {d_i} the difference {difference}. One more weight takes {p_i} to the mean of it and its neighbours. As the distribution is symmetric, the differences become, with a prime,",
        p_i=Symbol("p_i"), i=Symbol("i"), d_i=Symbol("d_i"), difference=Symbol("p_i") - Symbol("p_{i+1}"))
    after = {e0: (p0 + 2 * p1 - p0 - p1 - p2) / 3, e1: (p0 - p3) / 3, d0: p0 - p1, d1: p1 - p2, d2: p2 - p3}
    s.equations("differences", [(e0, over(d1, 3)), (e1, over(d0 + d1 + d2, 3)), (e1 - e0, over(d0 + d2, 3))], meaning=after)
    say(s, "and all further ones the mean of themselves and their neighbours. After two weights the differences {list} are equal and positive, so from then on all of them are positive up to the largest sum, and {d1} is larger than {d0} from three weights on. "
        "Without biases {P_k} changes by a multiple of {minus}, which is zero at {k1} and negative otherwise: two of all values are equal, those at 1 and 2. With biases {binary} it changes by a multiple of {change}, which is positive at {k0}, negative at 1, zero at 2 and negative "
        "from 3 on, where {P_k} stays above {half}, its value at {k0}: again two are equal, those at 2 and 3.", list=(d0, d1, d2), d0=d0, d1=d1, minus=-d0, change=d0 - d1, k0=sympy.Eq(k, 0), k1=sympy.Eq(k, 1))
    claim(s, "rank-ternary", "For weights {ternary}, with biases {binary} and without, the rank of {G} is that of the theorem in all rows and for all widths up to {most}.",
          lambda: formula_holds(lambda n: n if n > 2 else n + 1, weights=TERNARY, biases=BINARY) and formula_holds(lambda n: max(n, 2), weights=TERNARY, biases=None), "ranks over the integers", most=MOST)


def spins(s):
    say(s, "*Theorem 5.* For neurons {binary} and weights that come with both signs, one data point, any activation and any biases, the rank of {G} is 1 at every width: there is one stratum, of dimension {first}, and nothing else. For sign and two data points it is, with biases {binary} and without, "
        "{even} at even widths {N} and {odd} at odd ones for weights {binary}, and {more} for weights {ternary}.", even=over(N + 2), odd=over(N + 3), more=N + 1)
    say(s, "*Proof.* The counts do not notice when a neuron is turned around on all data points: they depend only on how many neurons differ between data points, and where. For one data point they depend on nothing.")
    say(s, "For two data points let {k} neurons differ between them, {B} be their weighted sum and {A} that of the others with the bias: the preactivations are {X} = {plus} and {Y} = {minus}. How often each of the two outputs is 1 does not depend on {k}, and the outputs (1, −1) and (−1, 1) are equally frequent. So all counts follow from "
        "the probability {f_k} of the first, and the rank of {G} is the number of its different values, {k} from 0 to {N}. To raise {k} by one, single out a neuron that does not differ, with its weight {w}: if that is 0, nothing happens, else it is 1 or −1.",
        plus=A + B, minus=A - B, w=Symbol("w"))
    claim(s, "indicators", "Let {X} and {Y} be any integers, to which that neuron adds {w} once it does not differ, but {w} and {minus} once it does. Among the two signs of {w}, those with outputs (1, −1) are then more by one if both {X} and {Y} are −1 or 0, and as many if not.", classes_decide,
          "all nine cases of X and Y below −1, in {−1, 0}, or above", w=Symbol("w"), minus=-Symbol("w"))
    say(s, "As {difference} is even, that is so if {B} is 0 and {A} is −1 or 0. The latter always has a positive probability. With weights {ternary} so has the former, and {f_k} rises with every {k}; with weights {binary} it has one exactly for even {k}, so that the values at 1 and 2 are equal, those at 3 and 4, and so on.", difference=X - Y)
    claim(s, "rank-spins", "For sign the rank of {G} is that of the theorem in all rows, for one data point and all widths up to {most}, and for two and all widths up to {fewer}.",
          lambda: all(
              formula_holds(lambda n: 1, weights=weights, biases=biases, activation="sign")
              and formula_holds(rank, weights=weights, biases=biases, activation="sign", samples=2, most=MOST // 2)
              for weights, rank in ((BINARY, lambda n: 1 + -(-n // 2)), (TERNARY, lambda n: n + 1)) for biases in (BINARY, None)
          ), "ranks over the integers", most=MOST, fewer=MOST // 2)  # fmt: skip


def table(s):
    rows = []
    for activation, weights, biases, samples in product(ACTIVATIONS, (BINARY, TERNARY), (BINARY, None), (1, 2)):
        found = [network(n, samples, weights, biases, activation).multiplicity_rank for n in (1, 2, 3, 4)]
        rows.append([activation, set(weights), "none" if biases is None else set(biases), samples, *found])
    s.table("table-ranks", header=["activation", "weights", "biases", L, *(f"N = {n}" for n in (1, 2, 3, 4))], rows=rows,
            caption="The rank of {G} in the atlas. The full rank would be {full}.", G=G, full=2 ** (N * L))


def physical(d):
    s = d.section("What is physical", id="physical")
    say(s, "*Theorem 6.* The fixed points with real couplings are those of rank 1 whose {V} has positive entries. They exist for every network and every scale; no stratum of higher rank has one, and an isolated point never is one (but for a layer with a single state).")
    say(s, "*Proof.* Real couplings make {V} positive, up to a common factor. No row of {G} is zero, so the transfer matrix {T} is positive, too, and by the theorem of Perron and Frobenius it has one eigenvalue that is simple and larger in modulus than all others. At a fixed point all eigenvalues other than zero have the same modulus; "
        "so there is only this one, and as {T} is diagonalisable there, with the rank of {V}, that rank is 1. Conversely every product of a positive column and a positive row is a fixed point. These have dimension {first}; an isolated point has the rank {n_h}.")
    claim(s, "one-physical", "In every row the strata with real couplings are those of rank 1, of which there is one, of dimension {first}.",
          lambda: all(row["physical"] == [1] and [x for x in row["strata"] if sum(x[0]) == 1] == [[[1] if row["scale"] == 2 else [1, 0], row["n_h"] + row["n_sigma"] - 2]] for row in ROWS), "all rows")


def lengths(d):
    s = d.section("How far layers feel each other", id="lengths")
    say(s, "The rows have two lengths at the initial Hamiltonian with {u} = e: {xi_gap} of the two largest eigenvalues of {T}, and {xi_h} of the connected correlation of one neuron at one data point. They are not the same.", u=sympy.exp(Symbol("beta_v")))
    say(s, "*Theorem 7.* In all networks of the atlas {xi_h} does not depend on the number of data points, and {xi_gap} never falls when one is added. Where {G} has rank 1, both are zero.")
    say(s, "*Proof.* The weights of neuron states given an activation, {weight} for each neuron and data point, have the same sum for both values of the activation. So summing over the neurons at one data point leaves a constant, and what remains is the chain of the other data points alone: every correlation at these, and every eigenvalue of their {T}, is one of the "
        "whole chain, with the same constant in all of them, the largest eigenvalue included. If the rank is 1, neighbouring layers are independent.", weight=sympy.exp(-((h - sigma) ** 2)))
    claim(s, "data-points", "In the rows {xi_gap} with two data points is at least that with one, and {xi_gap} is at least {xi_h}, which is decided in every row.",
          lambda: all(gap(one) <= gap(two) and one["xi_h"] == two["xi_h"] for one, two in pairs()) and all(row["xi_h"] is not None and Fraction(row["xi_h"]) <= gap(row) for row in ROWS), "comparing 20 certified digits")
    claim(s, "rank-one", "Both lengths are zero exactly in the rows in which {G} has rank 1, and {xi_h} is zero in all rows with sign.",
          lambda: all((row["xi_gap"] == "0") == (row["rank"] == 1) and (row["xi_h"] == "0") == (row["activation"] == "sign") for row in ROWS), "all rows")


def observed(d):
    s = d.section("Seen in the rows", id="observed")
    say(s, "What follows is decided in the rows of this atlas, one by one, and is said of no other network. It is not known to us why it is so, nor whether it goes on.")
    s_rows = [row for row in ROWS if row["scale"] == 2]
    claim(s, "observed-rank", "In all networks of the atlas but one the rank of {G} is the number of its different rows. The exception has four neurons, two data points, the Heaviside function, weights {ternary} and biases {binary}: 32 different rows, of rank 31.",
          lambda: [(row["width"], row["samples"], row["activation"], row["weights"], row["biases"], len(histograms(of(row))), row["rank"]) for row in s_rows if len(histograms(of(row))) != row["rank"]]
          == [(4, 2, "heaviside", "-1,0,1", "-1,1", 32, 31)], "all networks of the atlas")
    claim(s, "observed-gap", "In the rows with sign and two data points {xi_gap} lies between {low} and {high} layers, in those with the Heaviside function always between {least} and {most}, although {xi_h} is zero in the former.",
          lambda: all(Rational(4, 5) < gap(row) < 14 for row in ROWS if row["activation"] == "sign" and row["samples"] == 2)
          and all(Rational(1, 5) < gap(row) < Rational(7, 10) for row in ROWS if row["activation"] == "heaviside"), "comparing 20 certified digits", low=Rational(4, 5), high=14, least=Rational(1, 5), most=Rational(7, 10))
    claim(s, "observed-slow", "Of all networks of the atlas that of one neuron with sign, weights {binary}, no biases and two data points has the largest {xi_gap}, more than 13 layers.",
          lambda: [row["width"] for row in s_rows if gap(row) == max(map(gap, s_rows))] == [1] and max(map(gap, s_rows)) > 13, "comparing 20 certified digits")
    say(s, "For two data points and the Heaviside function ({ref:table-ranks}) no formula for the rank is known to us.")
