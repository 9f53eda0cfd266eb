import { randomStream } from '../../kernels/random/index.ts';
import type { Matrix } from '../../kernels/trees/index.ts';
import { shuffled } from './shuffled.ts';

export interface SobolIndices {
  /** share of the variance that a feature explains alone */
  first: Float64Array;
  /** and with all that it does together with others */
  total: Float64Array;
  /** of the function over the independent features */
  variance: number;
}

/**
 * Sobol' indices, the functional analysis of variance of a function whose features are drawn from their columns, each for itself: first order by Saltelli et al. 2010 (b), total by Jansen 1999.
 * Sampling lets a small index fall below 0; it is told as 0. Cost: draws × (features + 2) evaluations.
 */
export function sobolIndices(f: (x: Matrix) => Float64Array, x: Matrix, { seed, draws }: { seed: number; draws: number }): SobolIndices {
  const p = x.columns;
  // every value of a column as often as any other: rows in random order, over and over
  const sample = (stream: number): Float64Array[] => Array.from({ length: p }, (_, j) => {
    const draw = randomStream(seed, stream, j);
    const out = new Float64Array(draws);
    for (let from = 0; from < draws; from += x.rows) {
      shuffled(x.rows, draw).subarray(0, draws - from).forEach((row, at) => { out[from + at] = x.values[x.order === 'column-major' ? j * x.rows + row : row * p + j] as number; });
    }
    return out;
  });
  const [a, b] = [sample(0x5361), sample(0x5362)];
  const evaluate = (columns: readonly Float64Array[]): Float64Array => {
    const values = new Float64Array(draws * p);
    columns.forEach((column, j) => { values.set(column, j * draws); });
    return f({ values, rows: draws, columns: p, order: 'column-major' });
  };
  const [ofA, ofB] = [evaluate(a), evaluate(b)];
  const mean = (ofA.reduce((sum, value) => sum + value, 0) + ofB.reduce((sum, value) => sum + value, 0)) / (2 * draws);
  const square = (sum: number, value: number): number => sum + (value - mean) ** 2;
  const variance = (ofA.reduce(square, 0) + ofB.reduce(square, 0)) / (2 * draws);
  const [first, total] = [new Float64Array(p), new Float64Array(p)];
  if (!(variance > 0)) return { first, total, variance: 0 };
  for (let j = 0; j < p; j++) {
    const mixed = evaluate(a.map((column, k) => (k === j ? b[j] as Float64Array : column)));
    let [alone, withOthers] = [0, 0];
    for (let i = 0; i < draws; i++) {
      alone += ((ofB[i] as number) - mean) * ((mixed[i] as number) - (ofA[i] as number));
      withOthers += ((ofA[i] as number) - (mixed[i] as number)) ** 2;
    }
    first[j] = Math.max(0, alone / draws / variance);
    total[j] = withOthers / (2 * draws) / variance;
  }
  return { first, total, variance };
}
