import { leastSquares } from '../least-squares/index.ts';
import type { AliasedColumn } from '../least-squares/index.ts';
import type { Kernels } from '../module.ts';
import { cholesky } from './cholesky.ts';
import { once } from './drive.ts';
import type { Steps } from './drive.ts';
import { order } from './passes.ts';
import type { GlmData, PassSums } from './passes.ts';
import type { LogisticInput } from './types.ts';

/** A squared share this small may be rounding of the Gram: least squares (in double-double when it must) decides. */
export const DOUBTFUL = 1e-8;

export interface Reduction {
  readonly data: GlmData;
  readonly input: LogisticInput;
  readonly aliased: AliasedColumn[];
  /** Coefficients kept (constant first), when not all are. */
  readonly columns: readonly number[] | undefined;
  /** The score pass that was looked at, if it is still that of the model: the first of the fit. */
  readonly first?: PassSums;
}

/** The model without the columns that are combinations of earlier ones, each named with its dependency. */
export function* independentColumns(kernels: Kernels, data: GlmData, input: LogisticInput, theta: Float64Array): Steps<Reduction> {
  const first = yield* once(data, { theta, kind: 'score' });
  const all: Reduction = { data, input, aliased: [], columns: undefined, first };
  const q = order(data);
  if (cholesky(first.information, q).pivots.every((pivot) => pivot > DOUBTFUL)) return all;
  const { memory } = kernels;
  const { n, p, ld } = data;
  const mark = memory.mark();
  const x = memory.alloc(8 * n * q);
  const columnAt = (j: number): Float64Array => memory.float64(data.x + 8 * j * ld, n);
  if (data.intercept) memory.float64(x, n).fill(1);
  for (let j = 0; j < p; j++) memory.float64(x + 8 * n * (j + q - p), n).set(columnAt(j));
  const { kept, aliased } = leastSquares(kernels, { x, y: data.y, n, p: q, diagnostics: false });
  memory.release(mark);
  if (aliased.length === 0) return all;
  const used = kept.map((k) => k - (q - p)).filter((j) => j >= 0);
  const compact = memory.alloc(8 * n * Math.max(used.length, 1));
  const shift = memory.allocFloat64(Math.max(used.length, 1));
  const means = memory.float64(data.shift, Math.max(p, 1));
  used.forEach((j, k) => {
    memory.float64(compact + 8 * n * k, n).set(columnAt(j));
    shift[k] = means[j] as number;
  });
  const reduced = { ...data, x: compact, ld: n, p: used.length, shift: shift.byteOffset };
  return { data: reduced, input: { ...input, p: used.length }, aliased, columns: kept };
}
