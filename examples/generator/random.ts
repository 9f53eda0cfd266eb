import { mix, uniform } from '../../bench/generators/counter.ts';

/** Draws of one kind, one per counter; `seed` and `kind` choose the stream. */
export interface Stream {
  /** In [0, 1) */
  uniform: (counter: number) => number;
  /** Standard normal (Box–Muller on two uniforms of this counter) */
  normal: (counter: number) => number;
}

/** Kinds of draws are streams of their own, so that one more of them never moves the others. */
export function stream(seed: number, kind: number): Stream {
  const key = mix(mix(seed) ^ Math.imul(kind + 1, 0x9e3779b1));
  return {
    uniform: (counter) => uniform(key, 2 * counter),
    normal: (counter) => Math.sqrt(-2 * Math.log(1 - uniform(key, 2 * counter))) * Math.cos(2 * Math.PI * uniform(key, 2 * counter + 1)),
  };
}

/** P(Z ≤ z) of a standard normal, absolute error below 8e-8 (Abramowitz & Stegun 26.2.17): only used to choose among a few levels. */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI)
    * t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}

/** Lower triangular L with L·L' = matrix (row-major, n×n, positive definite). */
export function cholesky(matrix: readonly (readonly number[])[]): number[][] {
  const lower: number[][] = [];
  matrix.forEach((row, i) => {
    const out: number[] = [];
    for (let j = 0; j <= i; j++) {
      const other = j === i ? out : lower[j] ?? [];
      let sum = row[j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (out[k] ?? 0) * (other[k] ?? 0);
      out.push(j === i ? Math.sqrt(sum) : sum / (other[j] ?? 1));
    }
    lower.push(out);
  });
  return lower;
}
