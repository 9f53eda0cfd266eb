import { nonNegativeLeastSquares } from './nonnegative.ts';
import type { NonNegativeSolution } from './nonnegative.ts';
import { SeparationProblem } from './problem.ts';
import { Echelon, integers } from './rational.ts';
import type { DivergingCoefficient, Separation, SeparationInput } from './types.ts';

/** A product of a unit row and a direction of largest entry 1 below this is zero; confirmed exactly afterwards. */
const ON_PLANE = 1e-9;
/** Rows looked at first; more are added only while they contradict a direction. */
const FIRST_ROWS = 400;
/** Values up to which a verdict is confirmed in rational arithmetic (about a second at most). */
const EXACT_VALUES = 40_000;
const EXACT_COLUMNS = 60;

/**
 * Decides whether finite maximum-likelihood estimates exist (Albert & Anderson 1984; Konis 2007), before any fit. The linear program "maximise the
 * sum of s_i x_i'd over d with all s_i x_i'd >= 0" has a non-zero optimum exactly if minus the sum of the rows is not in their cone (Farkas),
 * which non-negative least squares decides: a zero residual is a positive combination of the rows that vanishes, so they overlap; a non-zero
 * residual is a separating direction. It is asked for again on the rows still undecided, so that the direction found separates as many rows as any can.
 * Rows enter only as needed: a few hundred that overlap settle it for all.
 * Floating point decides, rational arithmetic confirms (`exact`) for up to 40,000 values: rows on the plane must have a common exact null vector
 * beside the direction; an overlap must close exactly or with a full, well-conditioned set of rows. The link does not matter: all three are monotone.
 */
export function separation(input: SeparationInput): Separation {
  const problem = new SeparationProblem(input);
  const search = new Search(problem);
  const direction = new Float64Array(problem.q);
  const undecided = new Undecided(problem);
  let closing: NonNegativeSolution | undefined;
  while (undecided.count > 0) {
    const found = search.direction(undecided);
    closing = found.solution;
    if (!found.direction) break;
    // A direction that moves no undecided row by more than rounding is none.
    if (!undecided.remove(problem.products(found.direction))) break;
    for (let k = 0; k < problem.q; k++) direction[k] = (direction[k] as number) + (found.direction[k] as number);
  }
  const rows = distinctRows(problem, () => true);
  if (direction.every((value) => value === 0)) {
    return { kind: 'overlap', exact: overlapIsExact(problem, search, closing), direction, separatedRows: 0, remainingRows: rows, diverging: [] };
  }
  const confirmed = confirm(problem, direction, undecided);
  const remainingRows = distinctRows(problem, (side) => undecided.has(side));
  return {
    kind: remainingRows === 0 ? 'complete' : 'quasi_complete',
    exact: confirmed !== undefined,
    direction: toRaw(problem, confirmed ?? direction),
    separatedRows: rows - remainingRows, remainingRows,
    diverging: diverging(problem, search),
  };
}

/** Rows that have such a side. */
function distinctRows(problem: SeparationProblem, wanted: (side: number) => boolean): number {
  let count = 0;
  let before = -1;
  problem.rows.forEach((row, side) => {
    if (row === before || !wanted(side)) return;
    before = row;
    count++;
  });
  return count;
}

/** Sides that no direction found so far is strictly right of. It only shrinks. */
class Undecided {
  count: number;
  readonly #open: Uint8Array;

  constructor(problem: SeparationProblem) {
    this.count = problem.rows.length;
    this.#open = new Uint8Array(this.count).fill(1);
  }

  has(side: number): boolean { return this.#open[side] === 1; }

  sides(): number[] {
    const out: number[] = [];
    for (let side = 0; side < this.#open.length; side++) if (this.#open[side] === 1) out.push(side);
    return out;
  }

  /** Takes out what has a positive product; false when that is nothing. */
  remove(products: Float64Array): boolean {
    const before = this.count;
    for (let side = 0; side < products.length; side++) {
      if (this.#open[side] === 0 || !((products[side] as number) > ON_PLANE)) continue;
      this.#open[side] = 0;
      this.count--;
    }
    return this.count < before;
  }
}

/** Row generation around non-negative least squares. The working set only grows, in every round of a question by one row at least: it ends. */
class Search {
  readonly working: number[];
  readonly units: Float64Array[];
  readonly #problem: SeparationProblem;
  readonly #inside: Set<number>;

  constructor(problem: SeparationProblem) {
    const count = problem.rows.length;
    const first = Math.min(count, Math.max(FIRST_ROWS, 10 * problem.q));
    this.#problem = problem;
    this.working = [];
    this.units = [];
    this.#inside = new Set();
    // Evenly spaced, so that data sorted by outcome show both.
    for (let i = 0; i < first; i++) this.#add(Math.floor((i * count) / first));
  }

  /** A direction that no row contradicts and that one of `wanted` is strictly right of, largest entry 1; none when there is none. */
  direction(wanted: Undecided): { direction?: Float64Array; solution: NonNegativeSolution } {
    for (;;) {
      const goal = new Float64Array(this.#problem.q);
      this.working.forEach((side, k) => { if (wanted.has(side)) this.units[k]?.forEach((value, j) => { goal[j] = (goal[j] as number) + value; }); });
      const found = this.towards(goal);
      if (found.direction) return found;
      // Nothing separates the wanted rows of the working set. If all rows are undecided that settles it: more rows only forbid more.
      if (wanted.count === this.#problem.rows.length) return found;
      const missing = wanted.sides().filter((i) => !this.#inside.has(i));
      if (missing.length === 0) return found;
      for (const side of missing.slice(0, FIRST_ROWS)) this.#add(side);
    }
  }

  /** A direction that no row contradicts and with a positive product with `goal`. */
  towards(goal: Float64Array): { direction?: Float64Array; solution: NonNegativeSolution } {
    const size = Math.hypot(...goal);
    for (;;) {
      const solution = nonNegativeLeastSquares(this.units, goal);
      const largest = solution.residual.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
      if (!(largest > ON_PLANE * size)) return { solution };
      const direction = solution.residual.map((value) => value / largest);
      const products = this.#problem.products(direction);
      const against = [...products.keys()].filter((i) => (products[i] as number) < -ON_PLANE && !this.#inside.has(i));
      if (against.length === 0) return { direction, solution };
      against.sort((a, b) => (products[a] as number) - (products[b] as number) || a - b);
      for (const side of against.slice(0, 4 * this.#problem.q)) this.#add(side);
    }
  }

  #add(side: number): void {
    if (this.#inside.has(side)) return;
    this.#inside.add(side);
    this.working.push(side);
    this.units.push(this.#problem.unit(side));
  }
}

/** Which coefficients some separating direction moves, and which way: 2q questions to the cone. */
function diverging(problem: SeparationProblem, search: Search): DivergingCoefficient[] {
  const out: DivergingCoefficient[] = [];
  for (let coefficient = 0; coefficient < problem.q; coefficient++) {
    const can = (sign: number): boolean => {
      const { direction } = search.towards(Float64Array.from({ length: problem.q }, (_, k) => (k === coefficient ? sign : 0)));
      // A combination of dependent columns moves no row.
      return direction !== undefined && problem.products(direction).some((product) => product > ON_PLANE);
    };
    const up = can(1);
    const down = can(-1);
    if (up || down) out.push({ coefficient, towards: up && down ? 'either' : up ? 'plus_infinity' : 'minus_infinity' });
  }
  return out;
}

const affordable = (problem: SeparationProblem): boolean => problem.rows.length * problem.q <= EXACT_VALUES && problem.q <= EXACT_COLUMNS;

/** Columns of the rows as integers; a column's common factor is a power of two, applied to the direction's entry instead. */
function integerRows(problem: SeparationProblem, sides: Iterable<number>): bigint[][] {
  const rows = [...new Set([...sides].map((i) => problem.rows[i] as number))];
  const columns = Array.from({ length: problem.q }, (_, k) => integers(rows.map((row) => problem.value(row, k))));
  const distinct = new Map<string, bigint[]>();
  rows.forEach((_, i) => {
    const vector = columns.map((column) => column[i] as bigint);
    distinct.set(vector.join(), vector);
  });
  return [...distinct.values()];
}

/** The direction moved onto the exact null space of the rows on the plane; undefined when there is none beside it, or checking costs too much. */
function confirm(problem: SeparationProblem, direction: Float64Array, onPlane: Undecided): Float64Array | undefined {
  if (onPlane.count === 0) return direction;
  if (!affordable(problem)) return undefined;
  // Per column: integer = value × 2^k, so the null vector of the integers is that of the values with entries divided by 2^k.
  const rows = [...new Set(onPlane.sides().map((i) => problem.rows[i] as number))];
  const powers = Float64Array.from({ length: problem.q }, (_, k) => powerOf(rows.map((row) => problem.value(row, k))));
  const span = new Echelon();
  for (const row of integerRows(problem, onPlane.sides())) span.add(row);
  if (span.rank === problem.q) return undefined;
  const near = direction.map((value, k) => (value * (problem.scales[k] as number)) / (powers[k] as number));
  const size = near.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  const exact = span.nullVector(near.map((value) => value / size)).map((value, k) => (value * size * (powers[k] as number)) / (problem.scales[k] as number));
  const moved = exact.reduce((top, value, k) => Math.max(top, Math.abs(value - (direction[k] as number))), 0);
  const largest = direction.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  if (!(moved <= ON_PLANE * largest)) return undefined;
  // Rows off the plane keep their sign: they are further from it than the direction moved.
  const products = problem.products(exact);
  return products.every((value, i) => onPlane.has(i) || value > 0) ? exact : undefined;
}

/** integer / value of a column that `integers` made. */
function powerOf(values: readonly number[]): number {
  const at = values.findIndex((value) => value !== 0);
  return at < 0 ? 1 : Number(integers(values)[at]) / (values[at] as number);
}

/** Whether minus the sum of the working rows is in the span of the support exactly: then the weights, close to those found, are positive and exact. */
function overlapIsExact(problem: SeparationProblem, search: Search, closing: NonNegativeSolution | undefined): boolean {
  if (!closing) return false;
  const largest = Math.max(0, ...closing.weights);
  if (!closing.weights.every((weight) => weight > ON_PLANE * largest)) return false;
  // A full set of independent rows spans everything.
  if (closing.support.length === problem.q) return true;
  if (!affordable(problem)) return false;
  // Otherwise all rows must lie in the span of the support: then so does their sum, whatever their lengths.
  const vectors = integerRows(problem, problem.rows.keys());
  const span = new Echelon();
  const rows = [...new Set(problem.rows)];
  const columns = Array.from({ length: problem.q }, (_, k) => integers(rows.map((row) => problem.value(row, k))));
  for (const k of closing.support) {
    const row = problem.rows[search.working[k] as number] as number;
    const at = rows.indexOf(row);
    span.add(columns.map((column) => column[at] as bigint));
  }
  return vectors.every((vector) => span.reduce(vector) === undefined);
}

function toRaw(problem: SeparationProblem, direction: Float64Array): Float64Array {
  const largest = direction.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  return direction.map((value, k) => (value / largest) * (problem.scales[k] as number));
}
