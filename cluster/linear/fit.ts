import { gatherRows, instantiate, KernelError, KernelMemory, leastSquares, type FittedModel as KernelModel, type Kernels, type KernelSlab, type LeastSquaresResult } from '../../kernels/index.ts';
import { Fault } from '../../schemas/index.ts';
import { packColumns } from '../arrow/columns.ts';
import type { Design } from './design.ts';
import { inspect, powerOf, rowsModel, type Ask, type Inspection, type Power } from './inspect/index.ts';
import { estimateResponse, forward, isEstimated, meanOf, type Response, type TransformChoice } from './response.ts';

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
  /** Arrow IPC, one row per design row: fitted, residual, leverage, standardised, studentised, cook, dffits, covratio, dfbetas (the largest of the row) and dfbetasTerm (whose it is), press */
  rows: Uint8Array<ArrayBuffer>;
}

/** n × p up to which each row's effect on each coefficient is worth its time. */
const mostDfbetas = 1e6;

/** The model on all rows, with diagnostics. */
export async function fitAll({ module, slab, design, confidence, ask }: FitTask): Promise<Fit> {
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  const whole = leastSquares(kernels, { ...planes(kernels, design), n: design.n, p: design.p, intercept: design.intercept, confidence, dfbetas: design.n * design.p <= mostDfbetas });
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
      covratio: diagnostics.covratio,
      ...largestDfbetas(diagnostics.dfbetas, design),
      press: diagnostics.pressResiduals,
    }),
  };
}

export interface ResponseTask extends KernelSeat {
  design: Design;
  choice: 'box_cox' | 'yeo_johnson' | 'auto';
  confidence: number;
}

/** The scale that the data ask for, from the fit of the untransformed target. @throws Fault `transform_undefined` */
export async function findResponse({ module, slab, design, choice, confidence }: ResponseTask): Promise<{ response: Response; power: Power[] }> {
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  const fit = leastSquares(kernels, { ...planes(kernels, design), n: design.n, p: design.p, intercept: design.intercept });
  const model = rowsModel(kernels, design, fit);
  return { response: estimated(model, choice, confidence), power: powerOf(model, confidence) };
}

function estimated(model: KernelModel, choice: ResponseTask['choice'], confidence: number): Response {
  try {
    return estimateResponse(model, choice, confidence);
  } catch (error) {
    if (error instanceof KernelError && error.code === 'kernel_domain') throw new Fault('transform_undefined', error.message, { where: { field: 'parameters.transform' }, values: { transform: choice } });
    throw error;
  }
}

export interface FoldTask extends KernelSeat {
  design: Design;
  /** the scale of the whole fit; where the data decide it is found anew without the fold */
  response: Response;
  choice: TransformChoice;
  confidence: number;
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
  lambda: number | null;
}

/** Bytes of scratch a fold takes beyond the fit itself: its rows, made contiguous. */
export function foldBytes(design: Design, trainRows: number): number {
  return (design.p + 2) * trainRows * 16 + trainRows * 8 + 4096;
}

/** Fits on the training rows, predicts the test rows. An aliased term counts as 0, as in R. */
export async function fitFold({ module, slab, design, response, choice, confidence, train, test }: FoldTask): Promise<FoldFit> {
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
  const raw = gather(design.raw, 1);
  const own = raw === undefined || !isEstimated(choice) ? response
    : estimated({ x, y: raw, n, p, intercept: design.intercept, fit: leastSquares(kernels, { x, y: raw, n, p, intercept: design.intercept }) }, choice, confidence);
  const y = raw === undefined ? gather(design.y, 1) as Float64Array : forward(own, raw);
  const xLow = gather(design.xLow, p);
  const yLow = gather(design.yLow, 1);
  const weights = gather(design.weights, 1);
  const result = leastSquares(kernels, { x, xLow, y, yLow, weights, n, p, intercept: design.intercept, diagnostics: false });
  const offset = design.offset === null ? undefined : memory.float64(design.offset, design.n);
  const all = memory.float64(design.x, design.n * p);
  const back = meanOf(own, result.residuals);
  const predicted = new Float64Array(test.length);
  test.forEach((row, i) => {
    let sum = offset?.[row] ?? 0;
    for (let j = 0; j < p; j += 1) {
      const coefficient = result.coefficients[j] as number;
      if (!Number.isNaN(coefficient)) sum += coefficient * (all[j * design.n + row] as number);
    }
    predicted[i] = back(sum);
  });
  return { predicted, trained: Float64Array.from(result.fitted, (value, i) => back(value + (offset?.[train[i] as number] ?? 0))), aliased: result.aliased.length, lambda: own.lambda };
}

/** Per row the DFBETAS largest in size and the column that it belongs to. */
function largestDfbetas(dfbetas: Float64Array | undefined, { n, p }: Design): { dfbetas: Float64Array; dfbetasTerm: Float64Array } {
  const largest = new Float64Array(n).fill(NaN);
  const term = new Float64Array(n).fill(NaN);
  for (let j = 0; j < (dfbetas === undefined ? 0 : p); j += 1) for (let i = 0; i < n; i += 1) {
    const value = dfbetas?.[j * n + i] ?? NaN;
    if (Number.isNaN(value) || Math.abs(value) <= Math.abs(largest[i] as number)) continue;
    largest[i] = value;
    term[i] = j;
  }
  return { dfbetas: largest, dfbetasTerm: term };
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
