import { instantiate, KernelMemory, leastSquares, gatherRows, type Kernels, type KernelSlab, type LeastSquaresResult } from '../../kernels/index.ts';
import { packColumns } from '../arrow/columns.ts';
import type { Design } from './design.ts';

/** Thread side of the linear analysis: fits on the job's shared memory. */

export interface KernelSeat {
  module: WebAssembly.Module;
  /** scratch of this task alone, on the job's memory */
  slab: KernelSlab;
}

export interface FitTask extends KernelSeat {
  design: Design;
  confidence: number;
}

export interface Fit extends Omit<LeastSquaresResult, 'fitted' | 'residuals' | 'diagnostics'> {
  press: number;
  /** Arrow IPC, one row per design row: fitted, residual, leverage, standardised, studentised, cook, dffits, press */
  rows: Uint8Array<ArrayBuffer>;
}

/** The model on all rows, with diagnostics. Column 0 of the design is the intercept. */
export async function fitAll({ module, slab, design, confidence }: FitTask): Promise<Fit> {
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  const { fitted, residuals, diagnostics, ...result } = leastSquares(kernels, { ...planes(kernels, design), n: design.n, p: design.p, intercept: true, confidence });
  if (diagnostics === undefined) throw new Error('least squares left its diagnostics out');
  return {
    ...result,
    press: diagnostics.press,
    rows: packColumns({
      fitted,
      residual: residuals,
      leverage: diagnostics.leverage,
      standardised: diagnostics.standardised,
      studentised: diagnostics.studentised,
      cook: diagnostics.cooksDistance,
      dffits: diagnostics.dffits,
      press: diagnostics.pressResiduals,
    }),
  };
}

export interface FoldTask extends KernelSeat {
  design: Design;
  train: Int32Array;
  test: Int32Array;
}

export interface FoldFit {
  /** predictions of the test rows, in their order */
  predicted: Float64Array<ArrayBuffer>;
  /** predictions of the training rows */
  trained: Float64Array<ArrayBuffer>;
  /** terms that the training rows could not tell apart */
  aliased: number;
}

/** Bytes of scratch a fold takes beyond the fit itself: its rows, made contiguous. */
export function foldBytes(design: Design, trainRows: number): number {
  return (design.p + 1) * trainRows * 16 + trainRows * 8 + 4096;
}

/** Fits on the training rows, predicts the test rows. An aliased term counts as 0, as in R. */
export async function fitFold({ module, slab, design, train, test }: FoldTask): Promise<FoldFit> {
  const memory = KernelMemory.attach(slab);
  const kernels = await instantiate(module, memory);
  const n = train.length;
  const { p } = design;
  const gather = (pointer: number | null, columns: number): Float64Array | undefined => {
    if (pointer === null) return undefined;
    const out = memory.alloc(columns * n * 8);
    gatherRows(kernels, pointer, design.n, columns, train, out, n);
    return memory.float64(out, columns * n);
  };
  const x = gather(design.x, p) as Float64Array;
  const y = gather(design.y, 1) as Float64Array;
  const xLow = gather(design.xLow, p);
  const yLow = gather(design.yLow, 1);
  const result = leastSquares(kernels, { x, xLow, y, yLow, n, p, intercept: true, diagnostics: false });
  const all = memory.float64(design.x, design.n * p);
  const predicted = new Float64Array(test.length);
  test.forEach((row, i) => {
    let sum = 0;
    for (let j = 0; j < p; j += 1) {
      const coefficient = result.coefficients[j] as number;
      if (!Number.isNaN(coefficient)) sum += coefficient * (all[j * design.n + row] as number);
    }
    predicted[i] = sum;
  });
  return { predicted, trained: Float64Array.from(result.fitted), aliased: result.aliased.length };
}

function planes(kernels: Kernels, design: Design): { x: Float64Array; xLow?: Float64Array; y: Float64Array; yLow?: Float64Array } {
  const { memory } = kernels;
  return {
    x: memory.float64(design.x, design.n * design.p),
    xLow: design.xLow === null ? undefined : memory.float64(design.xLow, design.n * design.p),
    y: memory.float64(design.y, design.n),
    yLow: design.yLow === null ? undefined : memory.float64(design.yLow, design.n),
  };
}
