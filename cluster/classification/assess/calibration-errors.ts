import { normalTails } from '../../../kernels/distributions/index.ts';

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
