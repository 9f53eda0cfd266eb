import { crossValidateLeastSquares, gatherRows, instantiate, KernelError, KernelMemory, leastSquares, type FittedModel as KernelModel, type Kernels } from '../../kernels/index.ts';
import { Fault } from '../../schemas/index.ts';
import type { Design } from './design.ts';
import { planes, type KernelSeat } from './fit.ts';
import { powerOf, rowsModel, whitened, type Power } from './inspect/index.ts';
import { select, type SelectionAsk } from './selection/index.ts';
import { estimateResponse, forward, isEstimated, meanOf, type Response, type TransformChoice } from './response.ts';

/** Thread side of the linear analysis: fits of part of the rows, and the scale that rows ask for. */

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
  return { response: estimated(kernels, model, choice, confidence), power: powerOf(model, confidence) };
}

function estimated(kernels: Kernels, model: KernelModel, choice: ResponseTask['choice'], confidence: number): Response {
  const { x, n, p, intercept } = model;
  try {
    return estimateResponse(model, choice, confidence, (y) => leastSquares(kernels, { x, y, n, p, intercept, diagnostics: false }));
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
  /** terms are chosen anew from the training rows; the design holds every candidate */
  selection?: SelectionAsk | null;
}

export interface FoldFit {
  /** predictions of the test rows, in their order */
  predicted: Float64Array<ArrayBuffer>;
  /** predictions of the training rows */
  trained: Float64Array<ArrayBuffer>;
  /** terms that the training rows could not tell apart */
  aliased: number;
  lambda: number | null;
  /** candidates that the training rows chose; null without a selection */
  chosen: number[] | null;
}

/** Bytes of scratch a fold takes beyond the fit itself: its rows, made contiguous. */
export function foldBytes(design: Design, trainRows: number): number {
  return (design.p + 2) * trainRows * 16 + trainRows * 8 + 4096;
}

/** Fits on the training rows, predicts the test rows. An aliased term counts as 0, as in R. */
export async function fitFold({ module, slab, design, response, choice, confidence, train, test, selection = null }: FoldTask): Promise<FoldFit> {
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
  const given = raw === undefined ? gather(design.y, 1) as Float64Array : undefined;
  const rows: TrainingRows = { n, x, xLow: gather(design.xLow, p), yLow: gather(design.yLow, 1), weights: gather(design.weights, 1), intercept: design.intercept };
  /** the target on the scale of these columns' own regression */
  const scaled = ({ x: columns }: TrainingRows): { own: Response; y: Float64Array } => {
    if (raw === undefined) return { own: response, y: given as Float64Array };
    const width = columns.length / n;
    const own = !isEstimated(choice) ? response
      : estimated(kernels, { x: columns, y: raw, n, p: width, intercept: design.intercept, fit: leastSquares(kernels, { x: columns, y: raw, n, p: width, intercept: design.intercept }) }, choice, confidence);
    return { own, y: forward(own, raw) };
  };
  const chosen = selection === null ? null : chooseAgain(kernels, rows, scaled(rows).y, { ...selection, group: Int32Array.from(train, (row) => selection.group[row] as number) });
  const columns = chosen === null ? Array.from({ length: p }, (_, j) => j) : [...(selection?.forced ?? []), ...chosen.flatMap((candidate) => selection?.candidates[candidate]?.columns ?? [])].sort((a, b) => a - b);
  const used = chosen === null ? rows : withColumns(rows, columns);
  const { own, y } = scaled(used);
  const result = leastSquares(kernels, { ...used, y, p: columns.length, diagnostics: false });
  const offset = design.offset === null ? undefined : memory.float64(design.offset, design.n);
  const all = memory.float64(design.x, design.n * p);
  const back = meanOf(own, result.residuals);
  const predicted = new Float64Array(test.length);
  test.forEach((row, i) => {
    let sum = offset?.[row] ?? 0;
    columns.forEach((column, j) => {
      const coefficient = result.coefficients[j] as number;
      if (!Number.isNaN(coefficient)) sum += coefficient * (all[column * design.n + row] as number);
    });
    predicted[i] = back(sum);
  });
  return { predicted, trained: Float64Array.from(result.fitted, (value, i) => back(value + (offset?.[train[i] as number] ?? 0))), aliased: result.aliased.length, lambda: own.lambda, chosen };
}

/** The rows of a fold, contiguous. */
interface TrainingRows {
  n: number;
  x: Float64Array;
  xLow: Float64Array | undefined;
  yLow: Float64Array | undefined;
  weights: Float64Array | undefined;
  intercept: boolean;
}

function chooseAgain(kernels: Kernels, rows: TrainingRows, y: Float64Array, ask: SelectionAsk): number[] {
  const { n, x, weights, intercept } = rows;
  const p = x.length / n;
  const fit = leastSquares(kernels, { ...rows, y, p, diagnostics: false });
  return select({ ...whitened({ x, y, n, p, intercept, fit }, weights?.map(Math.sqrt)), intercept }, ask).chosen;
}

function withColumns(rows: TrainingRows, columns: readonly number[]): TrainingRows {
  const { n } = rows;
  const pick = (values: Float64Array): Float64Array => {
    const out = new Float64Array(columns.length * n);
    columns.forEach((column, j) => void out.set(values.subarray(column * n, (column + 1) * n), j * n));
    return out;
  };
  return { ...rows, x: pick(rows.x), xLow: rows.xLow === undefined ? undefined : pick(rows.xLow) };
}

export interface FoldGramTask extends KernelSeat {
  design: Design;
  foldOf: Int32Array;
  folds: number;
}

export interface FoldGramFit {
  /** each row by the fit without its fold; NaN in folds of too few digits */
  predicted: Float64Array<ArrayBuffer>;
  /** digits of each fold's coefficients; 0 where the training rows cannot tell all terms apart */
  digits: number[];
}

/** Every fold from one pass over the rows (kernels/gram): the training cross products are the total less the fold's. */
export async function fitFoldGrams({ module, slab, design, foldOf, folds }: FoldGramTask): Promise<FoldGramFit> {
  const memory = KernelMemory.attach(slab);
  const kernels = await instantiate(module, memory);
  const { n, p } = design;
  const { x, y, weights } = planes(kernels, design);
  const fits = crossValidateLeastSquares(kernels, { x, y, weights, n, p, foldOf, foldCount: folds });
  const predicted = design.offset === null ? new Float64Array(n) : Float64Array.from(memory.float64(design.offset, n));
  for (let j = 0; j < p; j += 1) for (let i = 0; i < n; i += 1) {
    predicted[i] = (predicted[i] as number) + (fits[foldOf[i] as number]?.coefficients[j] ?? NaN) * (x[j * n + i] as number);
  }
  return { predicted, digits: fits.map(({ digits }) => digits) };
}
