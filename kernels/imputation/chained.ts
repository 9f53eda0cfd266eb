import { randomStream } from '../random/index.ts';

export interface ChainedOptions {
  seed: number;
  /** which imputation: each draws from streams of its own */
  imputation: number;
  /** rounds over the columns; default 10 */
  rounds?: number;
  /** measured values nearest to the prediction, of which one is taken; default 5 */
  donors?: number;
}

/** Relative ridge that keeps a regression on columns that repeat one another solvable, as in R mice. */
const RIDGE = 1e-5;

/**
 * Fills gaps (NaN) by chained equations with predictive mean matching (van Buuren & Groothuis-Oudshoorn 2011): column after column is regressed on
 * all others, coefficients are drawn from their posterior, and each gap takes a measured value of one of the rows whose prediction is nearest. Only
 * values that were measured are filled in. Deterministic in (seed, imputation). @returns new columns, filled; those without gaps as they are
 * @param fixed further columns without gaps that predict (the target among them)
 */
export function fillByChainedEquations(columns: readonly Float64Array[], fixed: readonly Float64Array[], { seed, imputation, rounds = 10, donors = 5 }: ChainedOptions): Float64Array[] {
  const next = randomStream(seed, imputation);
  const gaps = columns.map((column) => [...column.keys()].filter((i) => Number.isNaN(column[i])));
  const known = columns.map((column) => [...column.keys()].filter((i) => !Number.isNaN(column[i])));
  const filled = columns.map((column, j) => {
    if (gaps[j]?.length === 0) return column;
    const out = column.slice();
    for (const i of gaps[j] ?? []) out[i] = column[(known[j] as number[])[Math.floor(next() * (known[j] as number[]).length)] as number] as number;
    return out;
  });
  // fewest gaps first
  const order = [...columns.keys()].filter((j) => (gaps[j] as number[]).length > 0 && (known[j] as number[]).length > 0).sort((a, b) => (gaps[a] as number[]).length - (gaps[b] as number[]).length || a - b);
  for (let round = 0; round < rounds; round++) {
    for (const j of order) {
      const others = [...filled.filter((_, other) => other !== j), ...fixed];
      match(filled[j] as Float64Array, columns[j] as Float64Array, others, known[j] as number[], gaps[j] as number[], donors, next);
    }
  }
  return filled;
}

/** Posterior draw of a regression of the measured rows, then a donor for each gap. */
function match(target: Float64Array, measured: Float64Array, others: readonly Float64Array[], known: readonly number[], gaps: readonly number[], donors: number, next: () => number): void {
  const scaled = others.map((column) => standardised(column, known));
  const p = scaled.length + 1;
  const at = (i: number, k: number): number => (k === 0 ? 1 : (scaled[k - 1] as Float64Array)[i] as number);
  const gram = new Float64Array(p * p);
  const right = new Float64Array(p);
  for (const i of known) for (let k = 0; k < p; k++) {
    right[k] = (right[k] as number) + at(i, k) * (measured[i] as number);
    for (let l = 0; l <= k; l++) gram[k * p + l] = (gram[k * p + l] as number) + at(i, k) * at(i, l);
  }
  for (let k = 0; k < p; k++) gram[k * p + k] = (gram[k * p + k] as number) * (1 + RIDGE) || 1;
  const triangle = cholesky(gram, p);
  const estimate = solveUpper(triangle, solveLower(triangle, right, p), p);
  const predict = (b: Float64Array, i: number): number => b.reduce((sum, value, k) => sum + value * at(i, k), 0);
  const degrees = Math.max(1, known.length - p);
  const squares = known.reduce((sum, i) => sum + ((measured[i] as number) - predict(estimate, i)) ** 2, 0);
  let chi = 0;
  for (let k = 0; k < degrees; k++) chi += normal(next) ** 2;
  const sigma = Math.sqrt(squares / chi);
  const step = solveUpper(triangle, Float64Array.from({ length: p }, () => normal(next)), p);
  const drawn = estimate.map((value, k) => value + sigma * (step[k] as number));
  const candidates = known.map((i) => ({ i, predicted: predict(estimate, i) })).sort((a, b) => a.predicted - b.predicted || a.i - b.i);
  for (const i of gaps) target[i] = measured[nearest(candidates, predict(drawn, i), donors, next)] as number;
}

/** One of the rows whose predictions are nearest, each as likely. */
function nearest(candidates: readonly { i: number; predicted: number }[], wanted: number, donors: number, next: () => number): number {
  let low = 0;
  let high = candidates.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((candidates[middle]?.predicted as number) < wanted) low = middle + 1;
    else high = middle;
  }
  // a window of `donors`, grown towards the nearer side
  let [from, to] = [low, low];
  while (to - from < Math.min(donors, candidates.length)) {
    const below = from > 0 ? wanted - (candidates[from - 1]?.predicted as number) : Infinity;
    const above = to < candidates.length ? (candidates[to]?.predicted as number) - wanted : Infinity;
    if (below <= above) from--;
    else to++;
  }
  return candidates[from + Math.floor(next() * (to - from))]?.i as number;
}

/** Centred and scaled by the rows that are known; a column that is the same in all of them is left at 0. */
function standardised(column: Float64Array, known: readonly number[]): Float64Array {
  const mean = known.reduce((sum, i) => sum + (column[i] as number), 0) / known.length;
  const spread = Math.sqrt(known.reduce((sum, i) => sum + ((column[i] as number) - mean) ** 2, 0) / known.length);
  return column.map((value) => (spread > 0 ? (value - mean) / spread : 0));
}

function cholesky(gram: Float64Array, p: number): Float64Array {
  for (let i = 0; i < p; i++) for (let j = 0; j <= i; j++) {
    let sum = gram[i * p + j] as number;
    for (let k = 0; k < j; k++) sum -= (gram[i * p + k] as number) * (gram[j * p + k] as number);
    gram[i * p + j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / (gram[j * p + j] as number);
  }
  return gram;
}

function solveLower(l: Float64Array, b: Float64Array, p: number): Float64Array {
  const x = b.slice();
  for (let i = 0; i < p; i++) {
    for (let k = 0; k < i; k++) x[i] = (x[i] as number) - (l[i * p + k] as number) * (x[k] as number);
    x[i] = (x[i] as number) / (l[i * p + i] as number);
  }
  return x;
}

function solveUpper(l: Float64Array, b: Float64Array, p: number): Float64Array {
  const x = b.slice();
  for (let i = p - 1; i >= 0; i--) {
    for (let k = i + 1; k < p; k++) x[i] = (x[i] as number) - (l[k * p + i] as number) * (x[k] as number);
    x[i] = (x[i] as number) / (l[i * p + i] as number);
  }
  return x;
}

function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
