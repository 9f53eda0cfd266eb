import {
  gatherRows, instantiate, inverseLink, KernelMemory, logistic, logisticInTasks, profileIntervals, profileIntervalsInTasks, runLogisticTask, successProbabilities,
  type BinaryLink, type Kernels, type LogisticFit, type LogisticInput, type LogisticResult, type LogisticTask, type OneClass, type OverlapProof, type PassAnswer, type ProfileIntervals, type Separation,
} from '../../../kernels/index.ts';
import { Fault } from '../../../schemas/index.ts';
import type { Design } from '../design.ts';
import type { KernelSeat } from '../fit.ts';
import { standardDeviation } from '../numbers.ts';
import { takeTurns, type Done, type Share } from '../spread.ts';
import { selectRows, type BinarySelectionAsk } from './selection/index.ts';
import { sandwich, type SandwichKind } from './sandwich.ts';
import { scoreProbabilities, type BinaryScore } from '../../scores/index.ts';

/** Thread side of a binary target: fits on the job's shared memory. `design.y` holds 0 and 1, the offset not taken off. */

export interface BinaryOptions {
  link: BinaryLink;
  /** bias-reduced estimates: where the likelihood has no maximum, in any case, or never */
  firth: 'auto' | 'always' | 'never';
  confidence: number;
}

/** Where the standard errors of the whole fit come from. */
export interface BinaryCovariance {
  kind: 'classical' | SandwichKind;
  /** cluster per row */
  cluster: Int32Array | null;
}

export interface BinaryFit {
  kind: 'fit';
  /** `firth_flic`: slopes by Firth's penalty, the constant so that the mean prediction is the mean outcome */
  method: 'ml' | 'firth' | 'firth_flic';
  fit: LogisticFit;
  separation: Verdict;
  /** null where it would cost more than the fit is worth, and under another covariance than the likelihood's */
  profile: ProfileIntervals | null;
  /** of the coefficients; null: the classical one of the fit */
  robust: { covariance: Float64Array; clusters: number | null } | null;
  /** sample standard deviation of each design column */
  spread: Float64Array;
}

/** Whether finite estimates exist, and what decided it. */
export type Verdict = Separation & { proof: OverlapProof['by'] };

export type BinaryAnswer = BinaryFit | OneClass | { kind: 'separated'; separation: Separation };
/** What the folds need too. */
type PlainAnswer = Omit<BinaryFit, 'profile' | 'robust' | 'spread'> | OneClass | { kind: 'separated'; separation: Separation };

/** Newton fits of a profile cost about so many multiplications per n·p³; beyond this bound Wald intervals have to do. */
export const mostProfileWork = 2e9;

export interface BinaryTask extends KernelSeat {
  design: Design;
  options: BinaryOptions;
  covariance: BinaryCovariance;
}

/** A fit with what follows from the likelihood, not yet from the rows. */
type ProfiledAnswer = Omit<BinaryFit, 'robust' | 'spread'> | Exclude<PlainAnswer, { kind: 'fit' }>;

/** Rows of one pass below which there is nothing to share, and n·p² below which sharing costs more than it gives. */
const aloneRows = 16_384;
const aloneWork = 1e7;

/** Whether a fit is spread over the threads, some thousand rows at a time. */
export function isSpread({ n, p }: Design): boolean {
  return n > aloneRows && n * p * p > aloneWork;
}

/** Who does the passes over the rows. */
interface Passes {
  fit(input: LogisticInput): LogisticResult | Promise<LogisticResult>;
  profile(input: LogisticInput): ProfileIntervals | Promise<ProfileIntervals>;
}

export const here = (kernels: Kernels): Passes => ({ fit: (input) => logistic(kernels, input), profile: (input) => profileIntervals(kernels, input) });

/** The model on all rows; a task of one thread. */
export async function fitBinary({ module, slab, design, options, covariance }: BinaryTask): Promise<BinaryAnswer> {
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  return withRows(kernels, design, await profiled(here(kernels), kernels, { design, options, covariance }), options, covariance);
}

/**
 * The same, bit for bit, with its passes over the rows done by whoever `run` asks. Drives from the calling thread; `concludeBinary` does the rest.
 * @param slab scratch of the driver @param place where the results by row go: `logisticRowValues` doubles of the job's memory
 */
export async function fitBinaryInTasks({ module, slab, ...task }: BinaryTask, place: Float64Array, run: (tasks: LogisticTask[]) => Promise<PassAnswer[]>): Promise<ProfiledAnswer> {
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  const passes: Passes = { fit: (input) => logisticInTasks(kernels, input, run, place), profile: (input) => profileIntervalsInTasks(kernels, input, run) };
  return profiled(passes, kernels, task);
}

/** Rows of one pass, one run after the other as they are left; a task. */
export async function fitLogisticTasks(share: Share<LogisticTask>): Promise<Done<PassAnswer>> {
  const kernels = await instantiate(share.module, KernelMemory.attach(share.slab));
  return takeTurns(share, (task) => runLogisticTask(kernels, task));
}

/** What follows from the rows of a fit that was made in tasks; a task. */
export async function concludeBinary({ module, slab, design, options, covariance, answer }: BinaryTask & { answer: ProfiledAnswer }): Promise<BinaryAnswer> {
  return withRows(await instantiate(module, KernelMemory.attach(slab)), design, answer, options, covariance);
}

async function profiled(passes: Passes, kernels: Kernels, { design, options, covariance }: Omit<BinaryTask, keyof KernelSeat>): Promise<ProfiledAnswer> {
  const input = inputOf(kernels, design, options);
  const answer = await fitOnce(passes, input, options.firth);
  if (answer.kind !== 'fit') return answer;
  const affordable = design.n * design.p ** 3 <= mostProfileWork;
  const isLikelihood = covariance.kind === 'classical' || answer.method !== 'ml';
  return { ...answer, profile: affordable && isLikelihood ? await passes.profile({ ...input, firth: answer.method !== 'ml' }) : null };
}

function withRows(kernels: Kernels, design: Design, answer: ProfiledAnswer, { link }: BinaryOptions, covariance: BinaryCovariance): BinaryAnswer {
  if (answer.kind !== 'fit') return answer;
  return {
    ...answer, robust: covariance.kind === 'classical' || answer.method !== 'ml' ? null : robustOf(kernels, design, answer.fit, link, covariance),
    spread: Float64Array.from({ length: design.p }, (_, j) => standardDeviation(kernels.memory.float64(design.x + j * design.n * 8, design.n))),
  };
}

function robustOf({ memory }: Kernels, design: Design, fit: LogisticFit, link: BinaryLink, { kind, cluster }: BinaryCovariance): BinaryFit['robust'] {
  const { n, p } = design;
  const { diagnostics } = fit;
  if (kind === 'classical' || diagnostics === undefined) return null;
  const weights = design.weights === null ? undefined : memory.float64(design.weights, n);
  const inverse = inverseLink(link);
  const mean = new Float64Array(3);
  // Pearson's residual times the root of the working weight
  const score = diagnostics.pearson.map((residual, i) => {
    inverse(fit.linearPredictor[i] as number, mean);
    return residual * (mean[2] as number) * Math.sqrt((weights?.[i] ?? 1) / ((mean[0] as number) * (mean[1] as number)));
  });
  return sandwich({ x: memory.float64(design.x, n * p), n, p, bread: fit.covariance, score, leverage: diagnostics.leverage, rank: fit.rank }, kind, cluster);
}

export async function fitOnce(passes: Pick<Passes, 'fit'>, input: LogisticInput, firth: BinaryOptions['firth']): Promise<PlainAnswer> {
  const first = await passes.fit(input);
  if (first.kind === 'one_class') return first;
  const verdict = first.kind === 'separated' ? { ...first.separation, proof: 'linear_program' as const } : overlap(input, first.overlap);
  if (first.kind === 'fit' && firth !== 'always') return { kind: 'fit', method: 'ml', fit: first, separation: verdict };
  if (firth === 'never' || input.link !== 'logit') return first.kind === 'fit' ? { kind: 'fit', method: 'ml', fit: first, separation: verdict } : { kind: 'separated', separation: verdict };
  const reduced = await passes.fit({ ...input, firth: true, flic: input.intercept ?? true });
  if (reduced.kind !== 'fit') throw new Fault('internal_error', 'Firth gave no fit', { class: 'bug' });
  return { kind: 'fit', method: input.intercept ?? true ? 'firth_flic' : 'firth', fit: reduced, separation: verdict };
}

/** The verdict on data that have a fit. */
function overlap({ n, p, intercept = true }: LogisticInput, proof: OverlapProof | undefined): Verdict {
  if (proof === undefined) throw new Error('the fit was not asked whether the outcomes overlap');
  return { kind: 'overlap', exact: proof.exact, proof: proof.by, direction: new Float64Array(p + Number(intercept)), separatedRows: 0, remainingRows: n, diverging: [] };
}

export interface BinaryFold {
  /** probabilities of the test rows, in their order */
  predicted: Float64Array<ArrayBuffer>;
  trained: Float64Array<ArrayBuffer>;
  aliased: number;
  /** the training rows of the fold had no finite estimate: bias-reduced instead, or (one label only, or not allowed) their plain share */
  fallback: 'none' | 'firth' | 'share';
  /** candidates that the training rows chose; null without a selection */
  chosen: number[] | null;
}

/** Chooses terms where asked to, fits on the training rows, predicts the test rows. */
export async function fitBinaryFold({ module, slab, design, train, test, options, selection = null }: KernelSeat & { design: Design; train: Int32Array; test: Int32Array; options: BinaryOptions; selection?: BinarySelectionAsk | null }): Promise<BinaryFold> {
  const memory = KernelMemory.attach(slab);
  const kernels = await instantiate(module, memory);
  const n = train.length;
  const gather = (pointer: number | null, columns: number): Float64Array | undefined => {
    if (pointer === null) return undefined;
    const out = memory.alloc(columns * n * 8);
    gatherRows(kernels, pointer, design.n, columns, train, out, n);
    return memory.float64(out, columns * n);
  };
  const skip = design.intercept ? 1 : 0;
  const x = gather(design.x + skip * design.n * 8, design.p - skip) ?? new Float64Array(0);
  const rows = { n, y: gather(design.y, 1) as Float64Array, trials: gather(design.weights, 1), offset: gather(design.offset, 1), intercept: design.intercept, link: options.link };
  const chosen = selection === null ? null : selectRows(kernels, { ...rows, x }, { ...selection, group: Int32Array.from(train, (row) => selection.group[row] as number) }).chosen;
  const columns = chosen === null || selection === null ? null : [...selection.forced, ...chosen.flatMap((candidate) => selection.candidates[candidate]?.columns ?? [])].filter((column) => column >= skip).sort((a, b) => a - b);
  const input: LogisticInput = { ...rows, x: columns === null ? x : together(x, n, columns.map((column) => column - skip)), p: columns?.length ?? design.p - skip, diagnostics: false };
  const answer = await fitOnce(here(kernels), input, options.firth);
  if (answer.kind === 'fit') {
    const { aliased } = answer.fit;
    const coefficients = columns === null ? answer.fit.coefficients : atColumns(answer.fit.coefficients, columns, design);
    return {
      predicted: successProbabilities(options.link, linearPredictor(kernels, design, coefficients, test)),
      trained: Float64Array.from(answer.fit.fitted), aliased: aliased.length,
      fallback: answer.method !== 'ml' && options.firth === 'auto' ? 'firth' : 'none', chosen,
    };
  }
  const y = input.y as Float64Array;
  const share = y.reduce((sum, value) => sum + value, 0) / n;
  return { predicted: new Float64Array(test.length).fill(share), trained: new Float64Array(n).fill(share), aliased: 0, fallback: 'share', chosen };
}

/** Some columns of n rows next to each other. */
export function together(x: Float64Array, n: number, columns: readonly number[]): Float64Array {
  const out = new Float64Array(n * columns.length);
  columns.forEach((column, j) => void out.set(x.subarray(column * n, (column + 1) * n), j * n));
  return out;
}

/** Coefficients of some columns, the constant first when there is one, at their places among those of the design; 0 elsewhere. */
function atColumns(values: Float64Array, columns: readonly number[], { p, intercept }: Design): Float64Array {
  const out = new Float64Array(p);
  if (intercept) out[0] = values[0] as number;
  columns.forEach((column, j) => void (out[column] = values[j + (intercept ? 1 : 0)] as number));
  return out;
}

/** Σ x b (+ offset) of rows of the design. An aliased column counts as 0. */
export function linearPredictor(kernels: Kernels, design: Design, coefficients: Float64Array, rows: Int32Array): Float64Array {
  const all = kernels.memory.float64(design.x, design.n * design.p);
  const offset = design.offset === null ? undefined : kernels.memory.float64(design.offset, design.n);
  return Float64Array.from(rows, (row) => {
    let sum = offset?.[row] ?? 0;
    for (let j = 0; j < design.p; j += 1) {
      const coefficient = coefficients[j] as number;
      if (!Number.isNaN(coefficient)) sum += coefficient * (all[j * design.n + row] as number);
    }
    return sum;
  });
}

export interface Calibration extends BinaryScore {
  /** of outcome ~ logit(probability): 0 and 1 when the probabilities are right; null when they leave nothing to fit (Cox 1958) */
  intercept: number | null;
  slope: number | null;
}

/** Calibration of out-of-fold probabilities. */
export async function calibrate({ module, slab, actual, probability, confidence }: KernelSeat & { actual: Float64Array; probability: Float64Array; confidence: number }): Promise<Calibration> {
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  const x = Float64Array.from(probability, (p) => Math.log(p / (1 - p)));
  const score = scoreProbabilities(actual, probability, confidence);
  if (x.some((value) => !Number.isFinite(value))) return { ...score, intercept: null, slope: null };
  const fit = logistic(kernels, { x, y: actual, n: actual.length, p: 1, diagnostics: false });
  if (fit.kind !== 'fit' || fit.aliased.length > 0) return { ...score, intercept: null, slope: null };
  return { ...score, intercept: fit.coefficients[0] ?? null, slope: fit.coefficients[1] ?? null };
}

/** Bytes of scratch of a fit and of a fold, an upper bound: per-row arrays, the rows made contiguous and once more without aliased columns, p × p tables. */
export function binaryBytes(n: number, p: number): number {
  return 8 * (n * (2 * p + 48) + 16 * (p + 1) ** 2) + 4 * 1_048_576;
}

export function inputOf({ memory }: Kernels, design: Design, { link, confidence }: BinaryOptions): LogisticInput {
  const { n, p } = design;
  const skip = design.intercept ? 1 : 0;
  return {
    x: memory.float64(design.x + skip * n * 8, n * (p - skip)), y: memory.float64(design.y, n), n, p: p - skip, intercept: design.intercept, link, confidence,
    trials: design.weights === null ? undefined : memory.float64(design.weights, n), offset: design.offset === null ? undefined : memory.float64(design.offset, n),
  };
}
