import { add, divide } from '../double-double/arithmetic.ts';
import type { DoubleDouble } from '../double-double/arithmetic.ts';
import type { Kernels } from '../module.ts';
import type { Planes } from './planes.ts';
import type { Problem } from './problem.ts';

/** Where the response is measured from. */
export interface Centre {
  /** Weighted mean of the response in scaled units, or 0 where the model has no constant. */
  mean: DoubleDouble;
  /** Σ w. */
  weight: number;
}

/** Doubles that a block of the last sweep leaves: Σ w r² and Σ w (y - mean)², two each. */
export const SUMS = 4;

export function centreOf({ exports, memory }: Kernels, { n, y, yLow, yScale, weights }: Problem, intercept: boolean): Centre {
  const mark = memory.mark();
  const out = memory.alloc(32);
  exports.weightedSums(y, yLow, yScale, weights, n, out);
  const [sum, low, weight, weightLow] = memory.float64(out, 4) as unknown as [number, number, number, number];
  memory.release(mark);
  return { mean: intercept ? divide([sum, low], [weight, weightLow]) : [0, 0], weight };
}

/** The sums of all blocks, in their order. */
export function addSums(kernels: Kernels, sums: number, blocks: number): { rss: DoubleDouble; tss: DoubleDouble } {
  const parts = kernels.memory.float64(sums, blocks * SUMS);
  let rss: DoubleDouble = [0, 0];
  let tss: DoubleDouble = [0, 0];
  for (let at = 0; at < parts.length; at += SUMS) {
    rss = add(rss, [parts[at] as number, parts[at + 1] as number]);
    tss = add(tss, [parts[at + 2] as number, parts[at + 3] as number]);
  }
  return { rss, tss };
}

/** Sums `count` arrays of planes into the first, in their order. */
export function addUp(kernels: Kernels, parts: Planes, count: number, length: number): void {
  kernels.exports.addPlanes(parts.hi, parts.lo, count, length);
}
