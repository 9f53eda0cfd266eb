import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { STATUS_OK } from '../status.ts';
import { runHere } from './blocks.ts';
import type { LeastSquaresBlock, Steps } from './blocks.ts';
import type { Planes } from './planes.ts';
import type { LeastSquaresInput, Operand } from './types.ts';
import { layOutWeights } from './weights.ts';

/** The checked input as pointers. Pointer 0 means the plane is absent. Lives until the caller releases its mark. */
export interface Problem {
  n: number;
  p: number;
  ld: number;
  x: number;
  xLow: number;
  y: number;
  yLow: number;
  /** p powers of two for the columns of x, then one for y. */
  scales: number;
  yScale: number;
  /** Weights times weightScale, their roots (two planes), and what a leverage is multiplied with; 0 without weights. */
  weights: number;
  roots: Planes;
  leverageWeights: number;
  /** A power of four that brings the largest weight near 1. */
  weightScale: number;
  /** Observations: rows of positive weight, or the sum of frequencies. */
  count: number;
}

/** Runs of columns whose scales are found at a time. */
const COLUMN_RUNS = 16;

/** Checks shapes and finiteness, copies what is not in the kernel memory. Throws kernel_shape, no_rows, non_finite_input. */
export function layOut(kernels: Kernels, input: LeastSquaresInput): Problem {
  return runHere(kernels, layOutInBlocks(kernels, input));
}

/** The same with the columns shared out. */
export function* layOutInBlocks(kernels: Kernels, input: LeastSquaresInput): Steps<Problem> {
  const { n, p } = input;
  const ld = input.leadingDimension ?? n;
  checkCount('n', n);
  checkCount('p', p);
  if (n === 0) throw new KernelError('no_rows', 'least squares of zero rows', { n, p });
  if (ld < n) throw new KernelError('kernel_shape', `leading dimension ${ld} is below n = ${n}`, { leadingDimension: ld, n });
  const length = p === 0 ? 0 : (p - 1) * ld + n;
  const place = (name: string, view: Operand | undefined, needed: number): number => {
    if (view === undefined) return 0;
    if (typeof view === 'number') return checkPointer(kernels, name, view, needed);
    if (view.length < needed) throw new KernelError('kernel_shape', `${name} holds ${view.length} values, ${needed} are needed`, { name, length: view.length, needed });
    return pointerTo(kernels, view, needed);
  };
  const problem: Problem = {
    n, p, ld,
    x: place('x', input.x, length),
    xLow: place('xLow', input.xLow, length),
    y: place('y', input.y, n),
    yLow: place('yLow', input.yLow, n),
    scales: kernels.memory.alloc((p + 1) * 8),
    yScale: 1,
    weights: 0, roots: { hi: 0, lo: 0 }, leverageWeights: 0, weightScale: 1, count: n,
  };
  const requireFinite = (name: string, pointer: number, columns: number, scales: number): void => {
    if (pointer === 0 || kernels.exports.columnScales(pointer, n, columns, ld, scales) === STATUS_OK) return;
    refuseNonFinite(kernels, name, pointer, columns, n, ld);
  };
  const discarded = kernels.memory.alloc((p + 1) * 8);
  requireFinite('xLow', problem.xLow, p, discarded);
  requireFinite('yLow', problem.yLow, 1, discarded);
  if (p > 0) {
    yield columnRuns(p).map(({ first, columns }): LeastSquaresBlock => ({ kind: 'scales', problem, from: 0, rows: n, first, columns }));
    if (kernels.memory.float64(problem.scales, p).some(Number.isNaN)) refuseNonFinite(kernels, 'x', problem.x, p, n, ld);
  }
  requireFinite('y', problem.y, 1, problem.scales + p * 8);
  problem.yScale = kernels.memory.float64(problem.scales, p + 1)[p] as number;
  if (input.weights === undefined) return problem;
  return { ...problem, ...layOutWeights(kernels, place('weights', input.weights, n), n, input.weightKind ?? 'analytic') };
}

function columnRuns(p: number): { first: number; columns: number }[] {
  const columns = Math.ceil(p / COLUMN_RUNS);
  return Array.from({ length: Math.ceil(p / columns) }, (_, run) => ({ first: run * columns, columns: Math.min(columns, p - run * columns) }));
}

function checkCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** 31) throw new KernelError('kernel_shape', `${name} = ${value} is not a size`, { [name]: value });
}

function checkPointer(kernels: Kernels, name: string, pointer: number, length: number): number {
  const end = kernels.memory.memory.buffer.byteLength;
  if (!Number.isSafeInteger(pointer) || pointer <= 0 || pointer % 8 !== 0 || pointer + length * 8 > end) {
    throw new KernelError('kernel_shape', `${name}: ${length} doubles at ${pointer} do not lie in the memory`, { name, pointer, length });
  }
  return pointer;
}

function pointerTo(kernels: Kernels, view: Float64Array, length: number): number {
  const inPlace = kernels.memory.pointerOf(view);
  if (inPlace !== undefined) return inPlace;
  const pointer = kernels.memory.alloc(length * 8);
  kernels.memory.float64(pointer, length).set(view.subarray(0, length));
  return pointer;
}

function refuseNonFinite(kernels: Kernels, name: string, pointer: number, columns: number, n: number, ld: number): never {
  for (let column = 0; column < columns; column++) {
    const row = kernels.memory.float64(pointer + column * ld * 8, n).findIndex((value) => !Number.isFinite(value));
    if (row >= 0) throw new KernelError('non_finite_input', `${name} is not finite in column ${column}, row ${row}`, { name, column, row });
  }
  throw new KernelError('non_finite_input', `${name} is not finite`, { name });
}
