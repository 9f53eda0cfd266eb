import {
  finishElasticNetCv, gramTask, instantiate, KernelError, KernelMemory, leastSquares, leastSquaresInBlocks, leastSquaresRowValues, prepareElasticNetCv, ridgePath, sumFolds,
  type ElasticNetCv, type ElasticNetCvInput, type FoldSums, type Kernels, type LeastSquaresBlock, type LeastSquaresInput, type LeastSquaresResult,
} from '../../../kernels/index.ts';
import { Fault, type PenaltyParameters } from '../../../schemas/index.ts';
import type { Design } from '../design.ts';
import { planes, type KernelSeat } from '../fit.ts';

/** Thread side: the penalised path, its cross-validation, and least squares on what stays. */

export interface PenaltyAsk extends Pick<PenaltyParameters, 'l1_ratio' | 'lambda' | 'choose' | 'count' | 'standardize'> {
  kind: Exclude<PenaltyParameters['kind'], 'none'>;
  /** design columns whose coefficients are left alone, the constant aside */
  unpenalized: number[];
  /** number of the term of each design column, the constant included: columns of a term enter and leave together; null: each on its own */
  groupOf: number[] | null;
  /** fold of each row; rows of one condition together */
  fold: Int32Array;
}

export interface PenaltyTask extends KernelSeat {
  design: Design;
  ask: PenaltyAsk;
}

/** One penalty with its solution, on the scale of the fit. Coefficients are of every design column, the constant included. */
export interface PenaltyPoint {
  lambda: number;
  coefficients: Float64Array;
  nonzero: number;
  r2: number;
  cvMse: number;
  cvSe: number;
}

export interface PenaltyFit {
  path: PenaltyPoint[];
  indexMin: number;
  index1Se: number;
  /** the one that is used: of the path, or for the penalty that was given */
  used: PenaltyPoint;
  /** of ridge, by penalty: hat matrix trace, generalised cross-validation, mean squared leave-one-out error; null for others, with weights, with groups and with unpenalised columns */
  ridge: { effectiveDf: Float64Array; gcv: Float64Array; looMse: Float64Array } | null;
  /** least squares on the columns that stay; NaN for the others. null of ridge, which keeps all */
  refit: { coefficients: Float64Array; standardErrors: Float64Array } | null;
  /** standard deviation of every design column */
  deviations: Float64Array;
}

/** A task. @throws Fault `penalty_no_columns` */
export async function fitPenalty({ module, slab, design, ask }: PenaltyTask): Promise<PenaltyFit> {
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  requireColumns(design, ask);
  const input = inputOf(design, ask, planes(kernels, design));
  const prepared = asFault(() => prepareElasticNetCv(kernels, input));
  const sums = sumFolds(kernels, prepared, prepared.tasks.map((task) => gramTask(kernels, prepared.data, task)));
  const validate = (own: ElasticNetCvInput): ElasticNetCv => asFault(() => finishElasticNetCv(kernels, own, prepared, sums));
  const fit = conclude(kernels, { design, ask, sums, validated: validate(input), given: ask.lambda === null ? null : validate({ ...input, lambdas: [ask.lambda] }) });
  return ask.kind === 'ridge' ? { ...fit, ridge: ridgeOf(kernels, design, ask, fit.path) } : { ...fit, refit: refitOf(kernels, design, fit) };
}

/** What a ridge path has beside the other penalties, from all rows; a task. */
export async function judgeRidge({ module, slab, design, ask, path }: PenaltyTask & Pick<PenaltyFit, 'path'>): Promise<PenaltyFit['ridge']> {
  return ridgeOf(await instantiate(module, KernelMemory.attach(slab)), design, ask, path);
}

/** The cross products of all folds, and their paths. */
export interface Found {
  design: Design;
  ask: PenaltyAsk;
  sums: FoldSums;
  validated: ElasticNetCv;
  /** of the penalty that was asked for, if one was */
  given: ElasticNetCv | null;
}

/** @throws Fault `penalty_no_columns` */
export function requireColumns({ p, intercept }: Design, { unpenalized }: PenaltyAsk): void {
  if (p - (intercept ? 1 : 0) - unpenalized.length < 1) throw nothingToPenalise();
}

export function inputOf({ x, n, p, intercept }: Design, ask: PenaltyAsk, { y, weights }: Pick<ReturnType<typeof planes>, 'y' | 'weights'>): ElasticNetCvInput {
  const skip = intercept ? 1 : 0;
  const free = new Set(ask.unpenalized);
  return {
    x: x + skip * n * 8, y, n, p: p - skip, weights, intercept, folds: ask.fold,
    l1Ratio: ask.kind === 'ridge' ? 0 : ask.kind === 'lasso' ? 1 : ask.l1_ratio,
    penaltyFactors: Float64Array.from({ length: p - skip }, (_, j) => (free.has(j + skip) ? 0 : 1)),
    standardise: ask.standardize, lambdaCount: ask.count, ...(ask.groupOf === null ? {} : { groups: ask.groupOf.slice(skip) }),
  };
}

/** Up to the refit, and to what only a ridge has. */
export function conclude(kernels: Kernels, { design, ask, sums, validated, given }: Found): PenaltyFit {
  const { n, p, intercept } = design;
  const { x, weights } = planes(kernels, design);
  const path = pointsOf(validated, design);
  const { indexMin, index1Se } = validated;
  const used = given === null ? path[ask.choose === 'min' ? indexMin : index1Se] as PenaltyPoint : pointsOf(given, design)[0] as PenaltyPoint;
  return {
    path, indexMin, index1Se, used, ridge: null, refit: null,
    deviations: intercept && weights === undefined ? deviationsOf(design, sums) : Float64Array.from({ length: p }, (_, j) => deviation(x.subarray(j * n, (j + 1) * n))),
  };
}

/** A domain that the kernels refuse as the fault that it is here. */
export function asFault<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof KernelError && error.code === 'kernel_domain') throw nothingToPenalise();
    throw error;
  }
}

function nothingToPenalise(): Fault {
  return new Fault('penalty_no_columns', 'no penalised term varies with the target', { where: { field: 'parameters.penalty' } });
}

function pointsOf({ path, meanErrors, standardErrors }: ElasticNetCv, { p, intercept }: Design): PenaltyPoint[] {
  const skip = intercept ? 1 : 0;
  const width = p - skip;
  return Array.from(path.lambdas, (lambda, l): PenaltyPoint => {
    const coefficients = new Float64Array(p);
    if (intercept) coefficients[0] = path.intercepts[l] as number;
    coefficients.set(path.coefficients.subarray(l * width, (l + 1) * width), skip);
    return { lambda, coefficients, nonzero: path.degreesOfFreedom[l] as number, r2: path.devianceRatios[l] as number, cvMse: meanErrors[l] as number, cvSe: standardErrors[l] as number };
  });
}

function ridgeOf(kernels: Kernels, { x, y, n, p, intercept, weights }: Design, { unpenalized, standardize, groupOf }: PenaltyAsk, path: readonly PenaltyPoint[]): PenaltyFit['ridge'] {
  if (weights !== null || unpenalized.length > 0 || groupOf !== null || !standardize || !intercept) return null;
  const found = ridgePath(kernels, { x, y, n, p, intercept, lambdas: path.map(({ lambda }) => lambda) });
  return { effectiveDf: found.effectiveDegreesOfFreedom, gcv: found.generalisedCrossValidation, looMse: found.leaveOneOut ?? new Float64Array(path.length).fill(NaN) };
}

/** Columns that stay, moved next to each other: from pointer to pointer, n doubles. */
export interface ColumnMove {
  from: number;
  to: number;
  n: number;
}

/** Who does the pieces of a refit. */
export interface RefitSteps {
  moves: (moves: ColumnMove[]) => Promise<unknown>;
  blocks: (blocks: LeastSquaresBlock[]) => Promise<unknown>;
}

/** Least squares on the columns that stay, bit for bit that of a single thread, its columns and blocks of rows done by whoever `run` asks. Drives from the calling thread. */
export async function refitInBlocks({ module, slab, design }: Omit<PenaltyTask, 'ask'>, fit: PenaltyFit, run: RefitSteps): Promise<PenaltyFit> {
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  const { memory } = kernels;
  const kept = keptColumns(design, fit.used.coefficients);
  if (!canRefit(kept, design)) return { ...fit, refit: placed(design, kept, null) };
  const values = leastSquaresRowValues(design.n);
  const place = memory.float64(memory.alloc(8 * values), values);
  const { input, moves } = refitInput(kernels, design, kept);
  await run.moves(moves);
  return { ...fit, refit: placed(design, kept, await leastSquaresInBlocks(kernels, input, run.blocks, place)) };
}

/** Does one move. */
export function moveColumn({ memory }: Kernels, { from, to, n }: ColumnMove): void {
  memory.float64(to, n).set(memory.float64(from, n));
}

function refitOf(kernels: Kernels, design: Design, fit: PenaltyFit): PenaltyFit['refit'] {
  const kept = keptColumns(design, fit.used.coefficients);
  if (!canRefit(kept, design)) return placed(design, kept, null);
  const mark = kernels.memory.mark();
  const { input, moves } = refitInput(kernels, design, kept);
  for (const move of moves) moveColumn(kernels, move);
  const result = leastSquares(kernels, input);
  kernels.memory.release(mark);
  return placed(design, kept, result);
}

function keptColumns({ intercept }: Design, penalised: Float64Array): number[] {
  return Array.from(penalised.keys()).filter((j) => (intercept && j === 0) || penalised[j] !== 0);
}

const canRefit = (kept: readonly number[], { n }: Design): boolean => kept.length > 0 && kept.length < n;

/** The columns that stay, next to each other once they are moved. */
function refitInput(kernels: Kernels, design: Design, kept: readonly number[]): { input: LeastSquaresInput; moves: ColumnMove[] } {
  const { memory } = kernels;
  const { n, intercept } = design;
  const { y, weights } = planes(kernels, design);
  const columns = memory.float64(memory.alloc(kept.length * n * 8), kept.length * n);
  const moves = kept.map((column, j): ColumnMove => ({ from: design.x + column * n * 8, to: columns.byteOffset + j * n * 8, n }));
  return { input: { x: columns, y, weights, n, p: kept.length, intercept, diagnostics: false }, moves };
}

/** By design column; NaN for those that did not stay. */
function placed({ p }: Design, kept: readonly number[], fit: LeastSquaresResult | null): NonNullable<PenaltyFit['refit']> {
  const wide = (values: ArrayLike<number> | undefined): Float64Array => {
    const out = new Float64Array(p).fill(NaN);
    if (values !== undefined) kept.forEach((column, j) => void (out[column] = values[j] as number));
    return out;
  };
  return { coefficients: wide(fit?.coefficients), standardErrors: wide(fit?.standardErrors) };
}

/** Of every column from the cross products about its shift; the constant has none. */
function deviationsOf({ n, p }: Design, { grams }: FoldSums): Float64Array {
  const width = p - 1;
  const order = Math.sqrt(grams[0]?.length ?? 0);
  const total = (at: number): number => grams.reduce((sum, gram) => sum + (gram[at] as number), 0) / n;
  return Float64Array.from({ length: p }, (_, j) => (j === 0 ? 0 : Math.sqrt(total((j - 1) * (order + 1)) - total((j - 1) * order + width + 1) ** 2)));
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
