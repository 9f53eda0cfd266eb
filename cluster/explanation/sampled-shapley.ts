import { randomStream } from '../../kernels/random/index.ts';
import type { Matrix } from '../../kernels/trees/index.ts';
import { shuffled } from './shuffled.ts';

export interface SampledShapley {
  /** f64[rows][features]: what each feature adds */
  values: Float64Array;
  /** mean of the function over the background */
  base: number;
}

/**
 * Interventional Shapley values of any function by permutations, each with its reverse (Castro, Gómez & Tejada 2009; Mitchell et al. 2022): against every background row features change over one after
 * the other. Base and values sum to the function of the row whatever the permutations; functions with products of at most two features, such as quadratic surfaces, come out exact.
 * Cost: rows × background × 2 features evaluations. Row `first + i` draws from (seed, row, background row) only: blocks of rows give the same as all at once.
 */
export function sampledShapley(f: (x: Matrix) => Float64Array, rows: Matrix, background: Matrix, { seed, first = 0 }: { seed: number; first?: number }): SampledShapley {
  const p = rows.columns;
  const others = Array.from({ length: background.rows }, (_, b) => rowOf(background, b));
  const ofBackground = f(background);
  const ofRows = f(rows);
  const base = ofBackground.reduce((sum, value) => sum + value, 0) / background.rows;
  const values = new Float64Array(rows.rows * p);
  const steps = Math.max(0, p - 1);
  for (let i = 0; i < rows.rows; i++) {
    const x = rowOf(rows, i);
    const own = ofRows[i] as number;
    const orders = others.map((_, b) => shuffled(p, randomStream(seed, first + i, b)));
    // of each background row p − 1 rows on the way there and p − 1 on the way back; both ends are known
    const between = new Float64Array(others.length * 2 * steps * p);
    orders.forEach((order, b) => {
      const forth = Float64Array.from(others[b] as Float64Array);
      const back = Float64Array.from(others[b] as Float64Array);
      for (let step = 0; step < steps; step++) {
        const [a, z] = [order[step] as number, order[p - 1 - step] as number];
        forth[a] = x[a] as number;
        back[z] = x[z] as number;
        between.set(forth, ((2 * b) * steps + step) * p);
        between.set(back, ((2 * b + 1) * steps + step) * p);
      }
    });
    const passed = steps === 0 ? new Float64Array() : f({ values: between, rows: others.length * 2 * steps, columns: p, order: 'row-major' });
    const share = 0.5 / others.length;
    orders.forEach((order, b) => {
      for (const way of [0, 1]) {
        let before = ofBackground[b] as number;
        for (let step = 0; step < p; step++) {
          const after = step === steps ? own : passed[(2 * b + way) * steps + step] as number;
          const feature = order[way === 0 ? step : p - 1 - step] as number;
          values[i * p + feature] = (values[i * p + feature] as number) + share * (after - before);
          before = after;
        }
      }
    });
  }
  return { values, base };
}

export function rowOf({ values, rows, columns, order }: Matrix, row: number): Float64Array {
  return Float64Array.from({ length: columns }, (_, j) => values[order === 'row-major' ? row * columns + j : j * rows + row] as number);
}
