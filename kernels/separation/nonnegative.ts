/** Smallest || A'u + b || over u >= 0, for unit rows A of dimension q. */
export interface NonNegativeSolution {
  /** A'u + b. Zero when -b lies in the cone of the rows; otherwise no row has a negative product with it, and b a positive one. */
  readonly residual: Float64Array;
  /** Rows with u > 0, independent, at most q of them; and their u. */
  readonly support: number[];
  readonly weights: number[];
}

/** A product of unit vectors below this is zero to rounding. */
const ZERO = 1e-11;

/**
 * Lawson & Hanson (1974), chapter 23. b is taken relative to its own length. Cost: about 2q steps of (rows + q) q.
 * Ends after at most 20 q + 100 entering rows, whatever rounding does, and each of them is followed by at most as many leaving rows as there are in the support.
 */
export function nonNegativeLeastSquares(rows: readonly Float64Array[], b: Float64Array): NonNegativeSolution {
  const length = Math.hypot(...b);
  const target = b.map((value) => -value / (length || 1));
  const basis = new Basis(rows, target);
  let support: number[] = [];
  let weights: number[] = [];
  let residual: Float64Array = target.map((value) => -value);
  const refused = new Set<number>();
  for (let step = 0; step < 20 * b.length + 100; step++) {
    const entering = mostNegative(rows, residual, support, refused);
    if (entering < 0) break;
    let solution = basis.set([...support, entering]) ? basis.solve() : undefined;
    // A row that depends on the support, or would leave at once, cannot help.
    if (!solution || !((solution.at(-1)) > 0)) { refused.add(entering); continue; }
    let trial = [...support, entering];
    let current = [...weights, 0];
    while (solution && solution.some((value) => value <= 0)) {
      const values: readonly number[] = solution;
      const reach = Math.min(...values.map((value, k) => (value <= 0 ? (current[k] as number) / ((current[k] as number) - value) : 1)));
      current = current.map((value, k) => value + reach * ((values[k] as number) - value));
      // The row that stopped the step leaves, whatever rounding says.
      const stopped = values.map((value, k) => value <= 0 && (current[k] as number) <= 1e-14);
      const smallest = current.indexOf(Math.min(...current));
      const stay = trial.map((_, k) => !stopped[k] && k !== smallest);
      trial = trial.filter((_, k) => stay[k]);
      current = current.filter((_, k) => stay[k]);
      solution = basis.set(trial) ? basis.solve() : undefined;
    }
    if (!solution) break;
    support = trial;
    weights = solution;
    const next = residualOf(rows, support, weights, target);
    if (Math.hypot(...next) < Math.hypot(...residual) * (1 - 1e-14)) refused.clear();
    residual = next;
  }
  return { residual: residual.map((value) => value * length), support, weights: weights.map((value) => value * length) };
}

function mostNegative(rows: readonly Float64Array[], residual: Float64Array, support: readonly number[], refused: ReadonlySet<number>): number {
  const size = Math.hypot(...residual);
  if (size <= ZERO) return -1;
  let best = -ZERO * size;
  let entering = -1;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as Float64Array;
    let product = 0;
    for (let j = 0; j < row.length; j++) product += (row[j] as number) * (residual[j] as number);
    if (product < best && !refused.has(i) && !support.includes(i)) { best = product; entering = i; }
  }
  return entering;
}

function residualOf(rows: readonly Float64Array[], support: readonly number[], weights: readonly number[], target: Float64Array): Float64Array {
  const residual = target.map((value) => -value);
  support.forEach((i, k) => { for (let j = 0; j < residual.length; j++) residual[j] = (residual[j] as number) + (weights[k] as number) * ((rows[i] as Float64Array)[j] as number); });
  return residual;
}

/** Orthogonal basis of chosen rows by modified Gram-Schmidt, twice; a change keeps what stands before it. */
class Basis {
  readonly #rows: readonly Float64Array[];
  readonly #chosen: number[] = [];
  readonly #basis: Float64Array[] = [];
  /** Column k of the triangle. */
  readonly #triangle: Float64Array[] = [];
  readonly #projections: number[] = [];
  /** What is left of the target after each vector. */
  readonly #rests: Float64Array[];

  constructor(rows: readonly Float64Array[], target: Float64Array) {
    this.#rows = rows;
    this.#rests = [target];
  }

  /** Chooses these rows, in this order; false when one depends on those before it. */
  set(chosen: readonly number[]): boolean {
    let same = 0;
    while (same < this.#chosen.length && this.#chosen[same] === chosen[same]) same++;
    for (const stack of [this.#chosen, this.#basis, this.#triangle, this.#projections]) stack.length = same;
    this.#rests.length = same + 1;
    return chosen.slice(same).every((i) => this.#push(i));
  }

  /** min || sum u_k row_k - target ||. */
  solve(): number[] {
    const solution = this.#projections.slice();
    for (let k = solution.length - 1; k >= 0; k--) {
      const column = this.#triangle[k] as Float64Array;
      const value = (solution[k] as number) / (column[k] as number);
      solution[k] = value;
      for (let l = 0; l < k; l++) solution[l] = (solution[l] as number) - (column[l] as number) * value;
    }
    return solution;
  }

  #push(i: number): boolean {
    const v = (this.#rows[i] as Float64Array).slice();
    const count = this.#basis.length;
    const column = new Float64Array(count + 1);
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < count; k++) column[k] = (column[k] as number) + project(v, this.#basis[k] as Float64Array);
    }
    const length = Math.hypot(...v);
    if (length <= ZERO) return false;
    for (let j = 0; j < v.length; j++) v[j] = (v[j] as number) / length;
    column[count] = length;
    const rest = (this.#rests[count] as Float64Array).slice();
    this.#projections.push(project(rest, v));
    this.#rests.push(rest);
    this.#chosen.push(i);
    this.#basis.push(v);
    this.#triangle.push(column);
    return true;
  }
}

/** Takes the part along a unit vector out of v; returns its size. */
function project(v: Float64Array, unit: Float64Array): number {
  let product = 0;
  for (let j = 0; j < v.length; j++) product += (v[j] as number) * (unit[j] as number);
  for (let j = 0; j < v.length; j++) v[j] = (v[j] as number) - product * (unit[j] as number);
  return product;
}
