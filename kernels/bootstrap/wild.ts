import { addScaled, dot, influenceRows, orthonormalBasis } from '../regression/index.ts';
import { randomStream } from '../random/index.ts';

/** What replicates of a fit are made from. n rows, `rank` columns that the fit kept; column-major. */
export interface WildInfluence {
  n: number;
  rank: number;
  /** orthonormal basis of the columns */
  q: Float64Array;
  /** X (X'X)⁻¹: row i is the influence of observation i on the coefficients */
  influence: Float64Array;
  /** residuals blown up by what the fit has taken from them: e/(1 − h); of clustered errors e itself */
  residuals: Float64Array;
  /** 1/(1 − h) of the errors' estimate; of clustered errors 1 */
  inflation: Float64Array;
  /** cluster per row, numbered from 0; null: every row for itself */
  cluster: Int32Array | null;
  /** HC3 (of clusters: the sandwich of their sums) of the fit itself, per column */
  standardErrors: Float64Array;
}

/** 1 − h below this is a row that the fit passes through: it has no error to draw. */
const NO_ERROR = 1e-10;

/** @param columns that the fit kept (times √w), residuals (times √w) and leverages of the fit. 6 n p² flop */
export function wildInfluence(n: number, columns: readonly Float64Array[], residuals: Float64Array, leverage: Float64Array, cluster: Int32Array | null): WildInfluence {
  const basis = orthonormalBasis(n, columns, 0);
  const open = leverage.map((h) => (1 - h > NO_ERROR ? 1 / (1 - h) : 0));
  const inflation = cluster === null ? open : new Float64Array(n).fill(1);
  const drawn = residuals.map((e, i) => e * (inflation[i] as number));
  const influence = influenceRows(basis);
  const shared = { n, rank: basis.rank, q: basis.q, influence, residuals: drawn, inflation, cluster };
  return { ...shared, standardErrors: standardErrors({ ...shared, standardErrors: new Float64Array(0) }, drawn) };
}

/** √ of Σ (a_ik e_i)², the sum of each cluster taken first. */
function standardErrors({ n, rank, influence, cluster }: WildInfluence, errors: Float64Array): Float64Array {
  const sums = new Float64Array(cluster === null ? 0 : cluster.reduce((most, group) => Math.max(most, group), 0) + 1);
  return Float64Array.from({ length: rank }, (_, k) => {
    const own = influence.subarray(k * n, (k + 1) * n);
    let sum = 0;
    if (cluster === null) for (let i = 0; i < n; i++) sum += ((own[i] as number) * (errors[i] as number)) ** 2;
    else {
      sums.fill(0);
      for (let i = 0; i < n; i++) sums[cluster[i] as number] = (sums[cluster[i] as number] as number) + (own[i] as number) * (errors[i] as number);
      sum = dot(sums, sums);
    }
    return Math.sqrt(sum);
  });
}

/**
 * Studentised wild bootstrap (Liu 1988; Davidson & Flachaire 2008): the sign of every residual (of every cluster's) is drawn anew, the model
 * fitted again, and each coefficient's error divided by its HC3 standard error of that sample. Replicate b depends on (seed, b) alone.
 * @returns t* of replicates `from` … `to` − 1, replicate by replicate, `rank` each. 6 n p flop a replicate
 */
export function wildReplicates(made: WildInfluence, seed: number, from: number, to: number): Float64Array {
  const { n, rank, q, influence, residuals, inflation, cluster } = made;
  const out = new Float64Array((to - from) * rank);
  const drawn = new Float64Array(n);
  const signs = new Float64Array(cluster === null ? n : cluster.reduce((most, group) => Math.max(most, group), 0) + 1);
  for (let b = from; b < to; b++) {
    const next = randomStream(seed, b);
    for (let g = 0; g < signs.length; g++) signs[g] = next() < 0.5 ? -1 : 1;
    for (let i = 0; i < n; i++) drawn[i] = (residuals[i] as number) * (signs[cluster === null ? i : cluster[i] as number] as number);
    const errors = drawn.slice();
    for (let k = 0; k < rank; k++) addScaled(errors, q.subarray(k * n, (k + 1) * n), -dot(q.subarray(k * n, (k + 1) * n), drawn));
    for (let i = 0; i < n; i++) errors[i] = (errors[i] as number) * (inflation[i] as number);
    const spread = standardErrors(made, errors);
    for (let k = 0; k < rank; k++) {
      // a sample without spread says nothing about its error
      const t = dot(influence.subarray(k * n, (k + 1) * n), drawn) / (spread[k] as number);
      out[(b - from) * rank + k] = Number.isFinite(t) ? t : 0;
    }
  }
  return out;
}

export interface WildInterval {
  low: number;
  high: number;
  /** share of replicates (the fit counted in) whose |t*| reaches |t|: of the hypothesis that the coefficient is 0 */
  p: number;
}

/**
 * Equal-tailed bootstrap-t interval: the estimate less the quantiles of t* times its standard error. Quantiles are order statistics
 * (B + 1) α/2 from either end: of 999 replicates and 95 % exactly the 25th.
 * @param t replicates of this coefficient, in any order
 */
export function wildIntervals(estimate: number, standardError: number, t: Float64Array, confidence: number): WildInterval {
  const sorted = t.slice().sort();
  const from = Math.max(0, Math.floor((sorted.length + 1) * (1 - confidence) / 2 + 1e-9) - 1);
  const own = Math.abs(estimate / standardError);
  return {
    low: estimate - standardError * (sorted[sorted.length - 1 - from] as number),
    high: estimate - standardError * (sorted[from] as number),
    p: (1 + t.reduce((count, value) => count + Number(Math.abs(value) >= own), 0)) / (t.length + 1),
  };
}
