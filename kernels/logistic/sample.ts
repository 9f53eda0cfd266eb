import { gatherRows } from '../least-squares/index.ts';
import type { Kernels } from '../module.ts';
import { once, over } from './drive.ts';
import type { Steps } from './drive.ts';
import { newtonOptions } from './model.ts';
import { provesOverlap } from './overlap.ts';
import { newton } from './newton.ts';
import type { GlmData } from './passes.ts';
import type { LogisticInput } from './types.ts';

/** Rows of the sample, and how many times as many there must be for it to pay. */
const SAMPLE_ROWS = 8192;
const WORTH_IT = 4;
/** Rows per coefficient below which the sample's fit is too far from that of all. */
const ROWS_PER_COEFFICIENT = 50;
/** A sample whose fit takes more steps is close to separated: no start. */
const STEPS = 8;
/** Standard errors of the sample: it lies several from the fit of all rows whatever else is done. */
const ENOUGH = 0.01;

export interface Sampled {
  readonly theta: Float64Array;
  /** The outcomes of the sample overlap, hence those of all rows do. */
  readonly overlaps: boolean;
}

/**
 * Coefficients of every k-th row, by Newton from `theta`: two or three passes over all rows are saved for less than the cost of one.
 * Undefined when it would not pay or the sample has no fit. Only where the fit of all rows begins depends on it, never where it ends.
 */
export function* sampledStart(kernels: Kernels, data: GlmData, input: LogisticInput, theta: Float64Array): Steps<Sampled | undefined> {
  const { n, p } = data;
  const { memory } = kernels;
  if (n < WORTH_IT * SAMPLE_ROWS || ROWS_PER_COEFFICIENT * theta.length > SAMPLE_ROWS) return undefined;
  const mark = memory.mark();
  try {
    const rows = memory.int32(memory.alloc(4 * SAMPLE_ROWS), SAMPLE_ROWS);
    for (let i = 0; i < SAMPLE_ROWS; i++) rows[i] = Math.floor((i * n) / SAMPLE_ROWS);
    const row = (): number => memory.alloc(8 * SAMPLE_ROWS);
    const sampled = (pointer: number): number => {
      if (pointer === 0) return 0;
      const target = row();
      gatherRows(kernels, pointer, n, 1, rows, target, SAMPLE_ROWS);
      return target;
    };
    const x = memory.alloc(8 * SAMPLE_ROWS * Math.max(p, 1));
    if (p > 0) yield* once(data, { theta: new Float64Array(0), kind: 'sample', sample: { rows: rows.byteOffset, count: SAMPLE_ROWS, out: x } });
    const sample: GlmData = {
      ...data, n: SAMPLE_ROWS, ld: SAMPLE_ROWS, x, y: sampled(data.y), trials: sampled(data.trials), offset: sampled(data.offset),
      eta: row(), root: row(), extra: memory.alloc(16 * SAMPLE_ROWS), leverage: row(),
    };
    const options = { ...newtonOptions(input), maxIterations: STEPS, enough: ENOUGH };
    const fit = yield* over(sample, newton({ ...options, ridge: (options.ridge * SAMPLE_ROWS) / n }, theta));
    return fit.converged && fit.theta.every(Number.isFinite) ? { theta: fit.theta, overlaps: provesOverlap(kernels, sample, fit) } : undefined;
  } finally {
    memory.release(mark);
  }
}
