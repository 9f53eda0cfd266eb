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

/** Lawson & Hanson (1974), chapter 23. b is taken relative to its own length. Cost: about 2q steps of (rows + q^2) q. */
export function nonNegativeLeastSquares(rows: readonly Float64Array[], b: Float64Array): NonNegativeSolution {
  const length = Math.hypot(...b);
  const target = b.map((value) => -value / (length || 1));
  let support: number[] = [];
  let weights: number[] = [];
  let residual: Float64Array = target.map((value) => -value);
  const refused = new Set<number>();
  for (let step = 0; step < 20 * b.length + 100; step++) {
    const entering = mostNegative(rows, residual, support, refused);
    if (entering < 0) break;
    let trial = [...support, entering];
    let solution = leastSquares(trial.map((i) => rows[i] as Float64Array), target);
    // A row that depends on the support, or would leave at once, cannot help.
    if (!solution || !((solution.at(-1)) > 0)) { refused.add(entering); continue; }
    let current = [...weights, 0];
    while (solution && solution.some((value) => value <= 0)) {
      const values = solution;
      const reach = Math.min(...values.map((value, k) => (value <= 0 ? (current[k] as number) / ((current[k] as number) - value) : 1)));
      current = current.map((value, k) => value + reach * ((values[k] as number) - value));
      // The row that stopped the step leaves, whatever rounding says.
      const stopped = values.map((value, k) => value <= 0 && (current[k] as number) <= 1e-14);
      const smallest = current.indexOf(Math.min(...current));
      const stay = trial.map((_, k) => !stopped[k] && k !== smallest);
      trial = trial.filter((_, k) => stay[k]);
      current = current.filter((_, k) => stay[k]);
      solution = leastSquares(trial.map((i) => rows[i] as Float64Array), target);
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
  rows.forEach((row, i) => {
    let product = 0;
    for (let j = 0; j < row.length; j++) product += (row[j] as number) * (residual[j] as number);
    if (product < best && !refused.has(i) && !support.includes(i)) { best = product; entering = i; }
  });
  return entering;
}

function residualOf(rows: readonly Float64Array[], support: readonly number[], weights: readonly number[], target: Float64Array): Float64Array {
  const residual = target.map((value) => -value);
  support.forEach((i, k) => { for (let j = 0; j < residual.length; j++) residual[j] = (residual[j] as number) + (weights[k] as number) * ((rows[i] as Float64Array)[j] as number); });
  return residual;
}

/** min || sum u_k columns_k - target || by modified Gram-Schmidt, twice; undefined when a column depends on those before it. */
function leastSquares(columns: readonly Float64Array[], target: Float64Array): number[] | undefined {
  const basis: Float64Array[] = [];
  const triangle: number[][] = [];
  for (const column of columns) {
    const v = column.slice();
    const coefficients = basis.map(() => 0);
    for (let pass = 0; pass < 2; pass++) {
      basis.forEach((q, k) => {
        let product = 0;
        for (let j = 0; j < v.length; j++) product += (q[j] as number) * (v[j] as number);
        coefficients[k] = (coefficients[k] as number) + product;
        for (let j = 0; j < v.length; j++) v[j] = (v[j] as number) - product * (q[j] as number);
      });
    }
    const length = Math.hypot(...v);
    if (length <= ZERO) return undefined;
    basis.push(v.map((value) => value / length));
    triangle.push([...coefficients, length]);
  }
  const solution = basis.map(() => 0);
  const rest = target.slice();
  const projections = basis.map((q) => {
    let product = 0;
    for (let j = 0; j < rest.length; j++) product += (q[j] as number) * (rest[j] as number);
    for (let j = 0; j < rest.length; j++) rest[j] = (rest[j] as number) - product * (q[j] as number);
    return product;
  });
  for (let k = basis.length - 1; k >= 0; k--) {
    let value = projections[k] as number;
    for (let l = k + 1; l < basis.length; l++) value -= (triangle[l]?.[k] as number) * (solution[l] as number);
    solution[k] = value / (triangle[k]?.[k] as number);
  }
  return solution;
}
