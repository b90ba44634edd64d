"use strict";
/* The page's arithmetic: a layer is V = [[1, c], [b, a b c]], a step is V -> (V G^T)^(p-1) V. All entries are positive, so
   nothing cancels; the coupling A = ln(1 + det V / (V10 V01)) is taken from the determinant, whose logarithm is known at
   every level, and so keeps its digits where a itself rounds to 1. */
const data = JSON.parse(document.getElementById("data").textContent);
const G = data.multiplicity;
const byId = (name) => document.getElementById(name);

function product(X, Y) {
  return [0, 1].map((i) => [0, 1].map((j) => X[i][0] * Y[0][j] + X[i][1] * Y[1][j]));
}

const transposed = [[G[0][0], G[1][0]], [G[0][1], G[1][1]]];
const lnDetG = Math.log(Math.abs(G[0][0] * G[1][1] - G[0][1] * G[1][0]));
const signDetG = Math.sign(G[0][0] * G[1][1] - G[0][1] * G[1][0]);

/* V up to its largest entry, and sign and logarithm of its determinant. */
function layer(A, B, C) {
  const top = Math.max(0, B, C, A + B + C);
  return {
    V: [[Math.exp(-top), Math.exp(C - top)], [Math.exp(B - top), Math.exp(A + B + C - top)]],
    lnDet: B + C - 2 * top + Math.log(Math.abs(Math.expm1(A))),
    sign: Math.sign(A),
  };
}

function step(from, p) {
  const T = product(from.V, transposed);
  let V = from.V;
  for (let k = 1; k < p; k++) V = product(T, V);
  const top = Math.max(...V.flat());
  return {
    V: V.map((row) => row.map((entry) => entry / top)),
    lnDet: p * from.lnDet + (p - 1) * lnDetG - 2 * Math.log(top),
    sign: signDetG ** (p - 1) * from.sign ** p,
  };
}

/* Couplings; A also as sign and logarithm, for it soon is smaller than any number of the machine. */
function couplings({ V, lnDet, sign }) {
  const lnRatio = lnDet - Math.log(V[1][0]) - Math.log(V[0][1]);
  const A = sign === 0 ? 0 : lnRatio > 700 ? lnRatio : Math.log1p(sign * Math.exp(lnRatio));
  return {
    A, B: Math.log(V[1][0] / V[0][0]), C: Math.log(V[0][1] / V[0][0]),
    sign, lnA: lnRatio < -30 ? lnRatio : Math.log(Math.abs(A)),
  };
}

/* The gap length 1 / ln(l1 / |l2|) of T = V G^T, from its trace and determinant. */
function gapLength({ V, lnDet, sign }) {
  if (sign === 0 || signDetG === 0) return 0;
  const T = product(V, transposed);
  const trace = T[0][0] + T[1][1];
  const first = (trace + Math.hypot(T[0][0] - T[1][1], 2 * Math.sqrt(T[0][1] * T[1][0]))) / 2;
  return 1 / (2 * Math.log(first) - lnDet - lnDetG);
}

function orbit(A, B, C, p, steps) {
  const levels = [layer(A, B, C)];
  for (let k = 0; k < steps; k++) levels.push(step(levels[k], p));
  return levels.map((level) => ({ ...couplings(level), length: gapLength(level) }));
}

/* One step in the factors, for the portrait with negative factors; null where it is not defined. */
function factorStep([a, b, c], p) {
  let V = [[1, c], [b, a * b * c]];
  const T = product(V, transposed);
  for (let k = 1; k < p; k++) V = product(T, V);
  const below = [V[1][0] * V[0][1], V[0][0]];
  if (below.some((x) => Math.abs(x) < 1e-9)) return null;
  return [(V[1][1] * V[0][0]) / below[0], V[1][0] / below[1], V[0][1] / below[1]];
}

/* -- fixed points in a plane of two factors or couplings ---------------------------------------------------- */

/* A polynomial in the factors, [[coefficient, [i, j, k]], ...], where the third factor has a value: by powers of the two
   others. The value is e^x for a rational x, so a coefficient vanishes only at x = 0, where nothing is rounded. */
function restricted(terms, h, v, third, value) {
  const found = new Map();
  for (const [coefficient, powers] of terms) {
    const key = `${powers[h]},${powers[v]}`;
    found.set(key, (found.get(key) ?? 0) + coefficient * value ** powers[third]);
  }
  return [...found].filter(([, c]) => c !== 0).map(([key, c]) => [c, ...key.split(",").map(Number)]);
}

const evaluated = (terms, x, y) => terms.reduce((sum, [c, i, j]) => sum + c * x ** i * y ** j, 0);

/* Whether two restricted polynomials have the same zeros by being multiples of each other. */
function proportional(one, two) {
  if (one.length !== two.length || !one.length) return false;
  const other = new Map(two.map(([c, i, j]) => [`${i},${j}`, c]));
  const ratio = (other.get(`${one[0][1]},${one[0][2]}`) ?? 0) / one[0][0];
  return ratio !== 0 && one.every(([c, i, j]) => other.get(`${i},${j}`) === c * ratio);
}

/* Where f changes its sign between two places. */
function crossing(f, from, to) {
  const positive = f(...from) >= 0;
  let [near, far] = [0, 1];
  const at = (part) => [0, 1].map((k) => from[k] + part * (to[k] - from[k]));
  for (let k = 0; k < 48; k++) {
    const middle = (near + far) / 2;
    if (f(...at(middle)) >= 0 === positive) near = middle; else far = middle;
  }
  return at((near + far) / 2);
}

/* The zeros of f in a window as lines of points, by changes of sign along the edges of triangles. What is drawn here is
   of degree 1 in each factor, and so has its extrema over the window at corners: it has a zero iff the corners differ. */
function zeroLines(f, low, high, count = 120) {
  const at = (k) => low + (k / count) * (high - low);
  const positive = [];
  for (let i = 0; i <= count; i++) for (let j = 0; j <= count; j++) positive.push(f(at(i), at(j)) >= 0);
  const number = (i, j) => i * (count + 1) + j;
  const place = (n) => [at(Math.floor(n / (count + 1))), at(n % (count + 1))];
  const edges = new Map(); // those crossed, each with its neighbours across a triangle
  const triangle = (...corners) => {
    const crossed = [];
    for (const [m, n] of [[0, 1], [1, 2], [0, 2]]) {
      const [from, to] = [corners[m], corners[n]].sort((x, y) => x - y);
      if (positive[from] !== positive[to]) crossed.push(`${from},${to}`);
    }
    if (crossed.length !== 2) return;
    for (const key of crossed) if (!edges.has(key)) edges.set(key, []);
    edges.get(crossed[0]).push(crossed[1]);
    edges.get(crossed[1]).push(crossed[0]);
  };
  for (let i = 0; i < count; i++) for (let j = 0; j < count; j++) {
    triangle(number(i, j), number(i + 1, j), number(i + 1, j + 1));
    triangle(number(i, j), number(i, j + 1), number(i + 1, j + 1));
  }
  const lines = [], seen = new Set();
  const ends = [...edges.keys()].filter((key) => edges.get(key).length === 1);
  for (const start of [...ends, ...edges.keys()]) {
    if (seen.has(start)) continue;
    const line = [];
    for (let key = start; key !== undefined; key = edges.get(key).find((next) => !seen.has(next))) {
      seen.add(key);
      line.push(crossing(f, ...key.split(",").map((n) => place(Number(n)))));
    }
    lines.push(line);
  }
  return lines;
}

/* What there is of each component in the plane: the list that is drawn, and that the caption is written from. */
function fixedInPlane(components, { h, v, third, value, kind, low, high }) {
  const asFactor = (x) => (kind === "factors" ? x : Math.exp(x));
  const asCoordinate = (x) => (kind === "factors" ? x : Math.log(x));
  const curves = (terms) => zeroLines((x, y) => evaluated(terms, asFactor(x), asFactor(y)), low, high);
  return components.map((part) => {
    const found = { text: part.text, stability: part.stability ?? "unknown", where: "nowhere", lines: [], gaps: [], gapLines: [] };
    if (kind === "couplings" && part.physical === false) return { ...found, where: "not real" };
    if (part.point) {
      const centre = [h, v].map((k) => asCoordinate(part.point[k]));
      const where = part.point[third] === value ? "point" : "projected";
      return centre.every((x) => x >= low && x <= high) ? { ...found, where, centre } : { ...found, where: where === "point" ? "nowhere" : "elsewhere" };
    }
    const generators = part.generators.map((terms) => restricted(terms, h, v, third, value)).filter((terms) => terms.length);
    const punctures = part.punctures.map((terms) => restricted(terms, h, v, third, value));
    if (!generators.length) {
      return { ...found, where: "everywhere", gapLines: punctures.flatMap(curves) };
    }
    const [generator] = generators;
    if (punctures.some((terms) => !terms.length || proportional(generator, terms))) return { ...found, where: "undefined" };
    const lines = curves(generator);
    const factorsZero = kind === "factors" ? [[[1, 1, 0]], [[1, 0, 1]]] : [];
    const gaps = [];
    for (const terms of [...punctures, ...factorsZero]) {
      const f = (x, y) => evaluated(terms, asFactor(x), asFactor(y));
      for (const line of lines) for (let k = 0; k + 1 < line.length; k++) {
        if (f(...line[k]) >= 0 !== f(...line[k + 1]) >= 0) gaps.push(crossing(f, line[k], line[k + 1]));
      }
    }
    return { ...found, where: lines.length ? "curve" : "nowhere", lines, gaps };
  });
}

/* -- what is shown -------------------------------------------------------------------------------------- */

const NAMES = ["A", "B", "C"];
const STEPS = 8;
const state = { A: 2, B: 1, C: -1, p: data.scale, plane: "AB", kind: "couplings" };

const minus = (x) => String(x).replace("-", "−");

function written(x, sign, ln) {
  if (x === 0 && sign === 0) return "0";
  if (ln !== undefined && ln < -13) {
    const power = Math.floor(ln / Math.LN10);
    return `${sign < 0 ? "−" : ""}${Math.exp(ln - power * Math.LN10).toFixed(4)}·10<sup>${minus(power)}</sup>`;
  }
  if (!isFinite(x)) return "∞";
  return minus(String(Number(x.toPrecision(6))));
}

function showOrbit() {
  const found = orbit(state.A, state.B, state.C, state.p, STEPS);
  byId("orbit").replaceChildren(...found.map((at, k) => {
    const row = document.createElement("tr");
    const cells = [k, written(at.A, at.sign, at.lnA), written(at.B), written(at.C), written(at.length)];
    row.append(...cells.map((text, place) => {
      const cell = document.createElement(place ? "td" : "th");
      if (!place) cell.scope = "row";
      cell.innerHTML = text;
      return cell;
    }));
    row.dataset.values = JSON.stringify([at.sign, at.lnA, at.B, at.C, at.length]);
    return row;
  }));
  const first = found[0].length;
  byId("length").textContent = first === 0
    ? "The transfer matrix is singular here: the gap length is 0, and one step ends the flow."
    : `The gap length 1/ln(λ₁/|λ₂|) of the transfer matrix is ${written(first)} layers; each step divides it by ${state.p}.`;
  return found;
}

const SIZE = 360, MARGIN = 44;
const WINDOWS = { couplings: [-4, 4], factors: [-2, 4] };

function showPortrait(found) {
  const [low, high] = WINDOWS[state.kind];
  const [h, v] = [...state.plane].map((name) => NAMES.indexOf(name));
  const third = 3 - h - v;
  const now = [state.A, state.B, state.C];
  const place = ([x, y]) => [MARGIN + ((x - low) / (high - low)) * SIZE, MARGIN / 2 + SIZE - ((y - low) / (high - low)) * SIZE];
  const inside = (point) => point.every((x) => x >= low && x <= high);
  const parts = [];
  const line = (from, to, kind, head) => {
    const [[x, y], [X, Y]] = [place(from), place(to)];
    parts.push(`<line x1="${x.toFixed(2)}" y1="${y.toFixed(2)}" x2="${X.toFixed(2)}" y2="${Y.toFixed(2)}" class="${kind}"` +
      `${head ? ` marker-end="url(#head-${kind})"` : ""}/>`);
  };
  const arrow = (from, to, kind) => {
    if (Math.hypot(to[0] - from[0], to[1] - from[1]) < 1e-9) return; // it stays, and a head would say that it moves
    // cut off where it leaves the window, and then without a head
    let part = 1;
    for (const k of [0, 1]) {
      if (to[k] > high) part = Math.min(part, (high - from[k]) / (to[k] - from[k]));
      if (to[k] < low) part = Math.min(part, (low - from[k]) / (to[k] - from[k]));
    }
    line(from, from.map((x, k) => x + part * (to[k] - x)), kind, part === 1);
  };
  const image = (point) => {
    if (state.kind === "factors") return factorStep(point, state.p);
    const at = couplings(step(layer(...point), state.p));
    return [at.A, at.B, at.C];
  };
  const fixedAt = state.kind === "factors" ? Math.exp(now[third]) : now[third];
  const count = 13;
  for (let i = 0; i < count; i++) for (let j = 0; j < count; j++) {
    const point = [0, 0, 0];
    point[h] = low + ((i + 0.5) / count) * (high - low);
    point[v] = low + ((j + 0.5) / count) * (high - low);
    point[third] = fixedAt;
    const to = image(point);
    if (to && to.every(isFinite)) arrow([point[h], point[v]], [to[h], to[v]], "flow");
  }
  if (state.kind === "factors") {
    line([0, low], [0, high], "zero");
    line([low, 0], [high, 0], "zero");
  }
  const drawn = fixedInPlane(data.fixed[state.p], { h, v, third, value: Math.exp(now[third]), kind: state.kind, low, high });
  state.drawn = drawn;
  const curve = (points, kind) => {
    const places = points.map((point) => place(point).map((x) => x.toFixed(2)).join(" "));
    parts.push(`<path d="M${places.join("L")}" class="${kind}"/>`);
  };
  const ring = (centre, radius, kind) => {
    const [x, y] = place(centre);
    parts.push(`<circle cx="${x.toFixed(2)}" cy="${y.toFixed(2)}" r="${radius}" class="${kind}"/>`);
  };
  for (const part of drawn) {
    if (part.where === "everywhere") {
      parts.push(`<rect x="${MARGIN}" y="${MARGIN / 2}" width="${SIZE}" height="${SIZE}" class="fixed all"/>`);
    }
    for (const points of part.lines) curve(points, `fixed ${part.stability}`);
    for (const points of part.gapLines) curve(points, "gap");
    if (part.centre) ring(part.centre, 6, `fixed ring ${part.stability}`);
  }
  for (const part of drawn) for (const centre of part.gaps) ring(centre, 3.4, "gap");
  const path = found.map((at) => [at.A, at.B, at.C].map((x) => (state.kind === "factors" ? Math.exp(x) : x)));
  for (let k = 0; k + 1 < path.length; k++) {
    const [from, to] = [path[k], path[k + 1]].map((point) => [point[h], point[v]]);
    if (inside(from)) arrow(from, to, "orbit");
    if (k === 0 && inside(from)) ring(from, 2.6, "orbit");
  }
  const ticks = [low, (low + high) / 2, high].map((value) => {
    const [x] = place([value, low]), [, y] = place([low, value]);
    const text = minus(value);
    return `<text x="${x}" y="${MARGIN / 2 + SIZE + 16}" text-anchor="middle">${text}</text>` +
      `<text x="${MARGIN - 6}" y="${y + 4}" text-anchor="end">${text}</text>`;
  });
  const name = (k) => (state.kind === "factors" ? NAMES[k].toLowerCase() : NAMES[k]);
  byId("portrait").innerHTML =
    `<svg viewBox="0 0 ${SIZE + MARGIN + 12} ${SIZE + 1.5 * MARGIN}" role="img" aria-labelledby="portrait-text">` +
    `<defs>${["flow", "orbit"].map((kind) => `<marker id="head-${kind}" viewBox="0 0 6 6" refX="5.4" refY="3" markerWidth="${kind === "flow" ? 6 : 10}" ` +
      `markerHeight="${kind === "flow" ? 6 : 10}" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L6 3L0 6z" class="${kind}-head"/></marker>`).join("")}</defs>` +
    `<rect x="${MARGIN}" y="${MARGIN / 2}" width="${SIZE}" height="${SIZE}" class="frame"/>${parts.join("")}${ticks.join("")}` +
    `<text x="${MARGIN + SIZE / 2}" y="${MARGIN / 2 + SIZE + 34}" text-anchor="middle" class="axis">${name(h)}</text>` +
    `<text x="12" y="${MARGIN / 2 + SIZE / 2}" class="axis">${name(v)}</text></svg>`;
  byId("portrait-text").innerHTML =
    `Arrows lead from ${count * count} points with ${name(third)} = ${written(fixedAt)} to their images under one step of scale ` +
    `${state.p}, projected on the plane; arrows without a head leave it. Points that stay have none. The heavy arrows are the orbit of the ` +
    `sliders' point, the dot. ` +
    fixedText(drawn, `${name(third)} = ${written(fixedAt)}`);
}

const MANNERS = { attracting: "solid", repelling: "dashed", saddle: "dash-dotted", marginal: "dotted", unknown: "dotted" };

/* What is drawn of the fixed points, and what is not. */
function fixedText(drawn, plane) {
  const manner = ({ stability }) => `${MANNERS[stability]}: ${stability === "unknown" ? "eigenvalues vary" : stability}`;
  const those = (where) => drawn.filter((part) => part.where === where);
  const kept = ({ text }) => text.split(", ").map((equation) => `<span class="keep">${equation}</span>`).join(", ");
  const list = (where, written = kept) => those(where).map(written).join("; ");
  const shown = [
    ...those("everywhere").map((part) => `all of it, by ${kept(part)} (shaded: ${part.stability})`),
    ...those("curve").map((part) => `${kept(part)} (${manner(part)})`),
    ...those("point").map((part) => `the point ${kept(part)} (ring, ${manner(part)})`),
  ];
  const inFactors = state.kind === "couplings" ? `, in the factors ${NAMES.map((n) => `<span class="keep">${n.toLowerCase()} = e<sup>${n}</sup></span>`).join(", ")}` : "";
  const sentences = [
    shown.length
      ? `Blue: the fixed points of the recursion in this plane, from their exact equations${inFactors}: ${shown.join("; ")}.`
      : `No fixed point of the recursion is in this window of the plane, by their exact equations${inFactors}.`,
  ];
  const zero = state.kind === "factors" ? ", or a factor is 0 and a coupling infinite" : "";
  if (drawn.some((part) => part.gaps.length)) sentences.push(`The small circles are left out: there the recursion is not defined${zero}.`);
  if (drawn.some((part) => part.gapLines.length)) sentences.push("The dotted curve is left out: there the recursion is not defined.");
  if (those("projected").length) {
    sentences.push(`The ring is the fixed point ${list("projected", (part) => `${kept(part)} (${manner(part)})`)}, projected: ` +
      `it is not in this plane, which has ${plane}.`);
  }
  const rest = [
    ["nowhere", "Not in this window"], ["elsewhere", "Not in this plane"], ["not real", "Not in any plane of real couplings"],
    ["undefined", "In this plane only where the recursion is not defined"],
  ];
  for (const [where, words] of rest) if (those(where).length) sentences.push(`${words}: ${list(where)}.`);
  sentences.push(`Fixed points at infinite couplings are not drawn${state.kind === "factors" ? " (a factor 0: the thin dotted lines)" : ""}.`);
  return sentences.join(" ");
}

function show() {
  for (const name of NAMES) {
    byId(`slide-${name}`).value = state[name];
    byId(`number-${name}`).value = state[name];
  }
  for (const choice of byId("plane").options) {
    choice.textContent = [...(state.kind === "factors" ? choice.value.toLowerCase() : choice.value)].join(", ");
  }
  for (const part of document.querySelectorAll("#steps [data-scale]")) part.hidden = part.dataset.scale !== String(state.p);
  showPortrait(showOrbit());
}

for (const name of NAMES) {
  for (const input of [byId(`slide-${name}`), byId(`number-${name}`)]) {
    input.addEventListener("input", () => {
      const value = Number(input.value);
      if (input.value !== "" && Math.abs(value) <= 20) {
        state[name] = value;
        show();
      }
    });
  }
}
for (const key of ["p", "plane", "kind"]) {
  byId(key).addEventListener("change", (event) => {
    state[key] = key === "p" ? Number(event.target.value) : event.target.value;
    show();
  });
}

/* -- the derivation, one step after the other ----------------------------------------------------------------- */

const steps = [...document.querySelectorAll("#steps > details")];
function open(k) {
  steps.forEach((part, place) => { part.open = place <= k; });
  byId("back").disabled = k < 0;
  byId("next").disabled = k >= steps.length - 1;
  state.step = k;
}
byId("back").addEventListener("click", () => open(state.step - 1));
byId("next").addEventListener("click", () => { open(state.step + 1); steps[state.step].scrollIntoView({ block: "nearest" }); });

byId("p").value = state.p;
open(0);
show();
