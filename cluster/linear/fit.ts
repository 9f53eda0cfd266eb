import { instantiate, KernelMemory, leastSquares, gatherRows, type Kernels, type KernelSlab, type LeastSquaresResult } from '../../kernels/index.ts';
import { packColumns } from '../arrow/columns.ts';
import type { Design } from './design.ts';
import { inspect, type Ask, type Inspection } from './inspect/index.ts';

/** Thread side of the linear analysis: fits on the job's shared memory. */

export interface KernelSeat {
  module: WebAssembly.Module;
  /** scratch of this task alone, on the job's memory */
  slab: KernelSlab;
}

export interface FitTask extends KernelSeat {
  design: Design;
  confidence: number;
  ask: Ask;
}

export interface Fit extends Omit<LeastSquaresResult, 'fitted' | 'residuals' | 'diagnostics'> {
  press: number;
  inspection: Inspection;
  /** Arrow IPC, one row per design row: fitted, residual, leverage, standardised, studentised, cook, dffits, press */
  rows: Uint8Array<ArrayBuffer>;
}

/** The model on all rows, with diagnostics. */
export async function fitAll({ module, slab, design, confidence, ask }: FitTask): Promise<Fit> {
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  const whole = leastSquares(kernels, { ...planes(kernels, design), n: design.n, p: design.p, intercept: design.intercept, confidence });
  const { fitted, residuals, diagnostics, ...result } = whole;
  if (diagnostics === undefined) throw new Error('least squares left its diagnostics out');
  return {
    ...result,
    press: diagnostics.press,
    inspection: inspect(kernels, design, whole, ask),
    rows: packColumns({
      fitted: withOffset(fitted, kernels, design),
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
  return (design.p + 2) * trainRows * 16 + trainRows * 8 + 4096;
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
  const weights = gather(design.weights, 1);
  const result = leastSquares(kernels, { x, xLow, y, yLow, weights, n, p, intercept: design.intercept, diagnostics: false });
  const offset = design.offset === null ? undefined : memory.float64(design.offset, design.n);
  const all = memory.float64(design.x, design.n * p);
  const predicted = new Float64Array(test.length);
  test.forEach((row, i) => {
    let sum = offset?.[row] ?? 0;
    for (let j = 0; j < p; j += 1) {
      const coefficient = result.coefficients[j] as number;
      if (!Number.isNaN(coefficient)) sum += coefficient * (all[j * design.n + row] as number);
    }
    predicted[i] = sum;
  });
  return { predicted, trained: Float64Array.from(result.fitted, (value, i) => value + (offset?.[train[i] as number] ?? 0)), aliased: result.aliased.length };
}

/** The fit is of y − offset; what is told is on the scale of y. */
function withOffset(fitted: Float64Array, kernels: Kernels, design: Design): Float64Array {
  if (design.offset === null) return fitted;
  const offset = kernels.memory.float64(design.offset, design.n);
  return fitted.map((value, i) => value + (offset[i] as number));
}

function planes(kernels: Kernels, design: Design): { x: Float64Array; xLow?: Float64Array; y: Float64Array; yLow?: Float64Array; weights?: Float64Array } {
  const { memory } = kernels;
  return {
    x: memory.float64(design.x, design.n * design.p),
    xLow: design.xLow === null ? undefined : memory.float64(design.xLow, design.n * design.p),
    y: memory.float64(design.y, design.n),
    yLow: design.yLow === null ? undefined : memory.float64(design.yLow, design.n),
    weights: design.weights === null ? undefined : memory.float64(design.weights, design.n),
  };
}
