import { randomStream } from '../../kernels/random/index.ts';
import type { Matrix } from '../../kernels/trees/index.ts';
import { rowOf } from './sampled-shapley.ts';
import { shuffled } from './shuffled.ts';

/**
 * Shapley interaction values of pairs of features (Lundberg et al. 2020, Fujimoto et al. 2006), by sampling: half of E[f(S∪ab) − f(S∪a) − f(S∪b) + f(S)] with the features of S taken from the row and the rest
 * from a background row, where S is the head, of any length with equal probability, of the other features in random order. Exact for functions with products of at most two features.
 * Cost: rows × background × pairs × 4 evaluations.
 * @returns f64[rows][pairs], units of f; a pair's value stands on both sides of the diagonal of the matrix that sums to f
 */
export function sampledInteractions(f: (x: Matrix) => Float64Array, rows: Matrix, background: Matrix, pairs: readonly (readonly [number, number])[], { seed }: { seed: number }): Float64Array {
  const p = rows.columns;
  const others = Array.from({ length: background.rows }, (_, b) => rowOf(background, b));
  const values = new Float64Array(rows.rows * pairs.length);
  const cells = new Float64Array(others.length * pairs.length * 4 * p);
  for (let i = 0; i < rows.rows; i++) {
    const x = rowOf(rows, i);
    others.forEach((other, b) => {
      const draw = randomStream(seed, 0x696e, i, b);
      const order = shuffled(p, draw);
      pairs.forEach(([first, second], k) => {
        const rest = order.filter((j) => j !== first && j !== second);
        const head = rest.subarray(0, Math.floor(draw() * (rest.length + 1)));
        const from = (b * pairs.length + k) * 4 * p;
        // with both, with the first, with the second, with neither
        for (let side = 0; side < 4; side++) {
          const own = cells.subarray(from + side * p, from + (side + 1) * p);
          own.set(other);
          for (const j of head) own[j] = x[j] as number;
          if (side < 2) own[first] = x[first] as number;
          if (side % 2 === 0) own[second] = x[second] as number;
        }
      });
    });
    const answers = f({ values: cells, rows: others.length * pairs.length * 4, columns: p, order: 'row-major' });
    others.forEach((_, b) => {
      pairs.forEach((_pair, k) => {
        const at = (b * pairs.length + k) * 4;
        const difference = (answers[at] as number) - (answers[at + 1] as number) - (answers[at + 2] as number) + (answers[at + 3] as number);
        values[i * pairs.length + k] = (values[i * pairs.length + k] as number) + difference / 2 / others.length;
      });
    });
  }
  return values;
}
