import { chiSquaredTails, normalTails } from '../../../kernels/distributions/index.ts';

/** Bins of equal width in the usual figure. */
export const WIDTH_BINS = 15;

/** Expected and largest distance of observed share and mean probability over bins of equal width (Naeini, Cooper & Hauskrecht 2015); a probability of 1 lies in the last one. */
export function widthErrors(y: ArrayLike<number>, probability: ArrayLike<number>, bins = WIDTH_BINS): { expected: number; largest: number } {
  const sums = Array.from({ length: bins }, () => ({ n: 0, predicted: 0, observed: 0 }));
  for (let i = 0; i < y.length; i++) {
    const p = probability[i] as number;
    const bin = sums[Math.min(Math.floor(p * bins), bins - 1)] as (typeof sums)[number];
    bin.n += 1;
    bin.predicted += p;
    bin.observed += y[i] as number;
  }
  const distances = sums.map(({ n, predicted, observed }) => (n === 0 ? 0 : Math.abs(observed - predicted) / n));
  return { expected: distances.reduce((sum, distance, k) => sum + distance * (sums[k]?.n as number), 0) / y.length, largest: Math.max(...distances) };
}

/** Spiegelhalter 1986: whether the Brier score is what calibrated probabilities would have; z is normal then, p two-sided. Null where all are 0, ½ or 1. */
export function spiegelhalter(y: ArrayLike<number>, probability: ArrayLike<number>): { z: number; p: number } | null {
  let [sum, variance] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    const p = probability[i] as number;
    sum += ((y[i] as number) - p) * (1 - 2 * p);
    variance += (1 - 2 * p) ** 2 * p * (1 - p);
  }
  if (!(variance > 0)) return null;
  const z = sum / Math.sqrt(variance);
  return { z, p: 2 * normalTails(Math.abs(z)).upper };
}

/**
 * Hosmer & Lemeshow 1980: observed and expected counts in groups between the quantiles of the probability (R's type 7, each group with its upper end, the first with both).
 * @param fitted the probabilities come from a fit to these rows, which costs two degrees of freedom; of unseen rows none
 */
export function hosmerLemeshow(y: ArrayLike<number>, probability: ArrayLike<number>, { groups = 10, fitted = false } = {}): { chi2: number; df: number; p: number } | null {
  const n = y.length;
  const sorted = Float64Array.from(probability).sort();
  const cuts = [...new Set(Array.from({ length: groups + 1 }, (_, g) => {
    const place = g * (n - 1) / groups;
    const below = Math.floor(place + 4 * Number.EPSILON);
    const from = sorted[below] as number;
    return from + (place - below) * ((sorted[Math.min(below + 1, n - 1)] as number) - from);
  }))];
  const sums = Array.from({ length: cuts.length - 1 }, () => ({ n: 0, observed: 0, expected: 0 }));
  for (let i = 0; i < n; i++) {
    const p = probability[i] as number;
    const at = cuts.findIndex((cut, g) => g > 0 && p <= cut);
    const own = sums[(at < 0 ? cuts.length - 1 : at) - 1];
    if (own === undefined) return null;
    own.n += 1;
    own.observed += y[i] as number;
    own.expected += p;
  }
  const df = sums.length - (fitted ? 2 : 0);
  if (df < 1 || sums.some((own) => own.n === 0 || own.expected <= 0 || own.expected >= own.n)) return null;
  const chi2 = sums.reduce((sum, own) => sum + (own.observed - own.expected) ** 2 / (own.expected * (1 - own.expected / own.n)), 0);
  return { chi2, df, p: chiSquaredTails(chi2, df).upper };
}
