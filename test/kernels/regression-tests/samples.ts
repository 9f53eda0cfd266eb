import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { uniform } from '../kernels.ts';

/** Output of statsmodels, scipy and R (peer.py). */
export const peer = JSON.parse(readFileSync(join(import.meta.dirname, 'peer.json'), 'utf8')) as {
  cluster: { group: number[]; CR0: number[]; CR1: number[] };
  white: { statistic: number; p: number };
  breuschPagan: { statistic: number; p: number };
  samples: { n: number; seed: number; power: number; shapiro: [number, number]; jarqueBera: [number, number]; andersonDarling?: [number, number]; dagostino?: [number, number] }[];
  durbinWatson: { n?: number; seed?: number; rho?: number; intercept?: boolean; d: number; p: number }[];
  lilliefors: { n: number; quantiles: Record<string, number> }[];
};

/** The sample peer.py drew: sums of twelve uniforms, raised to a power. */
export function sample({ n, seed, power }: { n: number; seed: number; power: number }): Float64Array {
  const next = uniform(seed);
  return Float64Array.from({ length: n }, () => Array.from({ length: 12 }, next).reduce((sum, u) => sum + u, 0) ** power);
}

/** The regression peer.py fitted for Durbin–Watson: errors are an autoregression, the columns 1, t and a random one (or that alone). */
export function autoregression({ n, seed, rho, intercept }: { n: number; seed: number; rho: number; intercept: boolean }): { x: Float64Array; y: Float64Array; p: number } {
  const next = uniform(seed);
  const u = Float64Array.from({ length: 2 * n }, () => next() - 0.5);
  const y = u.slice(n);
  for (let i = 1; i < n; i++) y[i] = (y[i] as number) + rho * (y[i - 1] as number);
  const x = new Float64Array(intercept ? 3 * n : n);
  if (intercept) {
    x.fill(1, 0, n);
    for (let i = 0; i < n; i++) x[n + i] = i;
  }
  x.set(u.subarray(0, n), x.length - n);
  return { x, y, p: x.length / n };
}
