import type { Kernels } from '../module.ts';
import type { BinnedRows } from './binning.ts';
import type { TargetedRows } from './boost.ts';
import type { Grower } from './grow-state.ts';
import { FLAT, OBJECTIVE_CODE, renewalLevel } from './objectives.ts';
import type { CheckedOptions } from './options.ts';

/** What a boosting loop does with its rows around each tree. */
export interface Training {
  /** Chooses rows and works out the gradients of all outputs. */
  begin(iteration: number): void;
  /** Puts the records of one output's tree into the arena. */
  fill(output: number): void;
  /** After a tree has grown: leaf values are final on return, scores hold them. */
  advance(output: number): void;
  loss(): number;
}

/** Records that keep their gradients from tree to tree: squared error and log-loss of unweighted rows that all take part. */
export function travel({ exports, memory }: Kernels, rows: BinnedRows, grower: Grower, y: Float64Array, base: number): Training {
  const mark = memory.mark();
  const target = memory.alloc(y.length * 8);
  memory.float64(target, y.length).set(y);
  exports.treeFillTravelling(grower.pointer, rows.pointer, rows.stride, rows.rows, target, base);
  memory.release(mark);
  return { begin: () => undefined, fill: () => undefined, advance: () => exports.treeAdvance(grower.pointer), loss: () => Number.NaN };
}

/** Gradients by row number from scores in kernel memory: every objective, weights, samples of rows. */
export function byRow(kernels: Kernels, input: TargetedRows, grower: Grower, base: readonly number[], options: CheckedOptions): Training {
  const { exports, memory } = kernels;
  const { rows, weights } = input;
  const n = rows.rows;
  const outputs = base.length;
  const scored = scoresOf(kernels, input, base, options);
  const { target, weight, score } = scored;
  const code = OBJECTIVE_CODE[options.objective];
  const isGoss = options.dataSampleStrategy === 'goss';
  const isFlat = FLAT.has(options.objective) && weights === undefined && !isGoss;
  const gradients = memory.alloc(n * 8 * outputs);
  const hessians = isFlat ? 0 : memory.alloc(n * 8 * outputs);
  const level = renewalLevel(options);
  const scratch = level === undefined ? undefined : { residual: memory.alloc(n * 8), order: memory.alloc(n * 4) };
  const bagged = options.baggingFraction < 1;
  const counts = bagged || isGoss ? memory.alloc(n) : 0;
  const goss = isGoss ? gradientSample(kernels, { n, outputs, gradients, hessians, counts }, options) : undefined;
  grower.set({ counts });
  return {
    begin(iteration) {
      if (bagged && iteration % options.baggingFreq === 0) exports.treeSampleRows(counts, n, Math.max(1, Math.floor(options.baggingFraction * n)), options.seed | 0, iteration);
      if (options.objective === 'softmax') exports.treeSoftmaxGradients(outputs, n, score, target, weight, gradients, hessians);
      else exports.treeGradients(code, n, score, target, weight, gradients, hessians, options.alpha);
      goss?.(iteration);
    },
    fill(output) {
      grower.set({ gradients: gradients + output * n * 8, hessianValues: hessians === 0 ? 0 : hessians + output * n * 8 });
      exports.treeFill(grower.pointer, rows.pointer, rows.stride, n);
    },
    advance(output) {
      const plane = score + output * n * 8;
      if (scratch !== undefined) exports.treeRenew(grower.pointer, plane, target, weight, level as number, scratch.residual, scratch.order);
      exports.treeAddScores(grower.pointer, plane);
      if (counts !== 0) exports.treeWalkAdd(grower.pointer, rows.pointer, rows.stride, n, counts, plane);
    },
    loss: scored.loss,
  };
}

/** Chooses rows by their gradients and weighs up the drawn ones of the small ones. */
function gradientSample({ exports, memory }: Kernels, { n, outputs, gradients, hessians, counts }: { n: number; outputs: number; gradients: number; hessians: number; counts: number }, options: CheckedOptions): (iteration: number) => void {
  const sorted = memory.alloc(n * 8);
  const scratch = memory.alloc(exports.treeSortWorkspace(n));
  const top = Math.max(1, Math.floor(options.topRate * n));
  const other = Math.max(1, Math.floor(options.otherRate * n));
  memory.uint8(counts, n).fill(1);
  return (iteration) => {
    if (iteration < Math.floor(1 / options.learningRate)) return;
    exports.treeInfluence(gradients, hessians, outputs, n, sorted);
    exports.treeSort(sorted, n, scratch);
    exports.treeSampleGradients(gradients, hessians, outputs, n, top, other, counts, sorted, options.seed | 0, iteration);
  };
}

/** Rows that are only watched: scores with every tree added. */
export function watch(kernels: Kernels, input: TargetedRows, grower: Grower, base: readonly number[], options: CheckedOptions): { add(output: number): void; loss(): number } {
  const { rows } = input;
  const { score, loss } = scoresOf(kernels, input, base, options);
  return { add: (output) => kernels.exports.treeWalkAdd(grower.pointer, rows.pointer, rows.stride, rows.rows, 0, score + output * rows.rows * 8), loss };
}

/** Target, weights and scores (f64[outputs][n], at their start) in kernel memory, and their mean loss. */
function scoresOf({ exports, memory }: Kernels, { rows, y, weights }: TargetedRows, base: readonly number[], options: CheckedOptions): { target: number; weight: number; score: number; loss: () => number } {
  const n = rows.rows;
  const doubles = (values: Float64Array): number => {
    const pointer = memory.alloc(n * 8);
    memory.float64(pointer, n).set(values);
    return pointer;
  };
  const target = doubles(y);
  const weight = weights === undefined ? 0 : doubles(weights);
  const total = weights === undefined ? n : weights.reduce((sum, w) => sum + w, 0);
  const score = memory.alloc(n * 8 * base.length);
  base.forEach((start, k) => memory.float64(score + k * n * 8, n).fill(start));
  const loss = options.objective === 'softmax' ? () => exports.treeSoftmaxLoss(base.length, n, score, target, weight) / total
    : () => exports.treeLoss(OBJECTIVE_CODE[options.objective], n, score, target, weight, options.alpha) / total;
  return { target, weight, score, loss };
}
