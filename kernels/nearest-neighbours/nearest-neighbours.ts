import { KernelError } from '../errors.ts';
import { encodeColumns } from '../gaussian-process/index.ts';
import type { ColumnCode } from '../gaussian-process/index.ts';
import type { Kernels } from '../module.ts';
import type { Matrix } from '../trees/index.ts';

export interface NeighbourOptions {
  /** Default 5. */
  k?: number;
  /** distance: weights 1 / distance; rows at distance 0 alone where there are any. Default uniform. */
  weights?: 'uniform' | 'distance';
  /** euclidean: on standardised columns, two labels at distance 1. gower: mean absolute difference over the range, labels 0 or 1. Default euclidean. */
  metric?: 'euclidean' | 'gower';
  /** Columns (index) of labels. */
  categorical?: readonly number[];
}

/** Plain, structured-cloneable. */
export interface NeighbourModel {
  k: number;
  weights: 'uniform' | 'distance';
  metric: 'euclidean' | 'gower';
  columns: ColumnCode[];
  n: number;
  p: number;
  /** Coordinates, row-major n × p. */
  x: Float64Array;
  y: Float64Array;
  rowWeights?: Float64Array;
}

const QUERIES = 256;

/** Keeps the rows. Throws KernelError: kernel_shape, no_rows, non_finite_input, kernel_domain (k, weights). */
export function fitNeighbours(input: { x: Matrix; y: Float64Array; weights?: Float64Array }, options: NeighbourOptions = {}): NeighbourModel {
  const { k = 5, weights = 'uniform', metric = 'euclidean', categorical = [] } = options;
  if (!Number.isSafeInteger(k) || k < 1 || k > input.x.rows) throw new KernelError('kernel_domain', `k = ${k} must be an integer from 1 to the ${input.x.rows} rows`, { name: 'k', value: k });
  const { columns, coordinates, p } = encodeColumns(input, { categorical, scale: metric === 'gower' ? 'range' : 'deviation' });
  return { k, weights, metric, columns, n: input.x.rows, p, x: coordinates, y: input.y.slice(), ...(input.weights === undefined ? {} : { rowWeights: input.weights.slice() }) };
}

/** Weighted means of the nearest targets. With leaveOut, `coordinates` are the model's own rows and none sees itself. */
export function neighbourMeans(kernels: Kernels, model: NeighbourModel, coordinates: Float64Array, leaveOut = false): Float64Array {
  const { memory, exports } = kernels;
  const { n, p, k } = model;
  const m = coordinates.length / p;
  const mark = memory.mark();
  try {
    const x = memory.alloc(Math.ceil(n / 4) * 4 * p * 8);
    const panels = memory.float64(x, Math.ceil(n / 4) * 4 * p).fill(0);
    for (let i = 0; i < n; i++) for (let f = 0; f < p; f++) panels[(i >> 2) * 4 * p + 4 * f + (i & 3)] = model.x[i * p + f] as number;
    const size = leaveOut ? m : QUERIES;
    const queries = memory.alloc(size * p * 8);
    const ids = memory.alloc(size * k * 4);
    const far = memory.alloc(size * k * 8);
    const out = new Float64Array(m);
    for (let from = 0; from < m; from += size) {
      const count = Math.min(size, m - from);
      memory.float64(queries, count * p).set(coordinates.subarray(from * p, (from + count) * p));
      exports.nearestRows(x, n, p, queries, count, k, model.metric === 'gower' ? 1 : 0, leaveOut ? 1 : 0, ids, far);
      const near = memory.int32(ids, count * k);
      const distances = memory.float64(far, count * k);
      for (let i = 0; i < count; i++) out[from + i] = meanOf(model, near.subarray(i * k, (i + 1) * k), distances.subarray(i * k, (i + 1) * k));
    }
    return out;
  } finally {
    memory.release(mark);
  }
}

function meanOf(model: NeighbourModel, ids: Int32Array, distances: Float64Array): number {
  const exact = model.weights === 'distance' && distances[0] === 0;
  let sum = 0;
  let total = 0;
  ids.forEach((row, c) => {
    const distance = distances[c] as number;
    if (row < 0 || (exact && distance > 0)) return;
    const near = model.weights === 'uniform' || exact ? 1 : 1 / (model.metric === 'gower' ? distance : Math.sqrt(distance));
    const w = near * (model.rowWeights?.[row] ?? 1);
    sum += w * (model.y[row] as number);
    total += w;
  });
  return sum / total;
}
