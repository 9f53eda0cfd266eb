import {
  concludeElasticNetCv, gramBytes, gramOrder, gramTask, instantiate, KernelMemory, leastSquaresBlockBytes, planElasticNetCv, prepareElasticNetCv, solvePathPiece, sumFolds,
  type ElasticNetCvInput, type GramData, type GramTask, type KernelSlab, type PathAnswer, type PathPiece,
} from '../../../kernels/index.ts';
import type { JobContext } from '../../job/context.ts';
import type { Design } from '../design.ts';
import { isLarge, planes, type KernelSeat } from '../fit.ts';
import { spread, takeTurns, type Done, type Share } from '../spread.ts';
import { asFault, conclude, inputOf, moveColumn, refitInBlocks, requireColumns, type ColumnMove, type PenaltyAsk, type PenaltyFit, type PenaltyTask, type RefitSteps } from './fit-penalty.ts';

/** Rows of one fold, to be summed into its cross products. */
export interface GramPiece {
  data: GramData;
  task: GramTask;
  /** where the sums go; 0: they are the answer */
  out: number;
}

/** Small work as one task; of large work the pass over the rows, the paths of the folds and the refit on every thread. The same bytes for any number of threads. */
export async function fitWholePenalty({ job, module, slabs, design, ask }: { job: JobContext; module: WebAssembly.Module; slabs: readonly KernelSlab[]; design: Design; ask: PenaltyAsk }): Promise<PenaltyFit> {
  const [first, ...others] = slabs;
  if (first === undefined) throw new Error('a pool without threads');
  if (!isLarge(design)) return job.pool.run('fitPenalty', { module, slab: first, design, ask }, { signal: job.signal });
  const sums = sumBytes(design, ask);
  // few rows of many columns: the sums go by message, as the place for them is the columns' too
  const inPlace = sums <= first.bytes / 4;
  const [held, rest] = divide(first, heldBytes(design) + (inPlace ? sums : 0));
  const [blocks, driver] = divide(rest, leastSquaresBlockBytes(design.p) + 65_536);
  const threads = { pool: job.pool, module, signal: job.signal };
  return crossValidateInTasks({ module, slab: held, design, ask }, {
    grams: (pieces) => spread('sumGrams', { ...threads, slabs: [rest, ...others] }, pieces),
    paths: (pieces) => spread('solvePaths', { ...threads, slabs: [rest, ...others.filter(({ bytes }) => bytes >= pathBytes(design.p, ask.count))] }, pieces),
    ridge: (task) => job.pool.run('judgeRidge', { ...task, slab: rest }, { signal: job.signal }),
    refit: { slab: driver, moves: (moves) => spread('moveColumns', { ...threads, slabs: [blocks, ...others] }, moves), blocks: (pieces) => spread('fitBlocks', { ...threads, slabs: [blocks, ...others] }, pieces) },
  }, inPlace);
}

export interface PenaltySteps {
  /** the answer of a piece with a place of its own is not looked at */
  grams: (pieces: GramPiece[]) => Promise<(Float64Array | null)[]>;
  paths: (pieces: readonly PathPiece[]) => Promise<PathAnswer[]>;
  ridge: (task: Omit<PenaltyTask, 'slab'> & Pick<PenaltyFit, 'path'>) => Promise<PenaltyFit['ridge']>;
  /** slab: for what the refit lays out, from the calling thread */
  refit: RefitSteps & { slab: KernelSlab };
}

/** Drives from the calling thread. @param seat.slab holds the layout of the rows until the end: `heldBytes`, and `sumBytes` when the sums are put in place */
export async function crossValidateInTasks({ module, slab, design, ask }: KernelSeat & { design: Design; ask: PenaltyAsk }, run: PenaltySteps, inPlace: boolean): Promise<PenaltyFit> {
  requireColumns(design, ask);
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  const input = inputOf(design, ask, planes(kernels, design));
  const prepared = asFault(() => prepareElasticNetCv(kernels, input));
  const order = gramOrder(prepared.data.p);
  const pieces = prepared.tasks.map((task): GramPiece => ({ data: prepared.data, task, out: inPlace ? kernels.memory.alloc(8 * order * order) : 0 }));
  const answers = await inOrderOfSize(pieces, run.grams);
  const partials = pieces.map(({ out }, at) => (inPlace ? kernels.memory.float64(out, order * order) : answers[at] as Float64Array));
  const sums = sumFolds(kernels, prepared, partials, inPlace);
  const planOf = (own: ElasticNetCvInput) => asFault(() => planElasticNetCv(kernels, own, prepared, sums));
  const plan = planOf(input);
  const single = ask.lambda === null ? null : planOf({ ...input, lambdas: [ask.lambda] });
  const paths = await run.paths([...plan.pieces, ...single?.pieces ?? []]);
  const given = single === null ? null : concludeElasticNetCv(single, paths.slice(plan.pieces.length));
  const fit = conclude(kernels, { design, ask, sums, validated: concludeElasticNetCv(plan, paths.slice(0, plan.pieces.length)), given });
  if (ask.kind === 'ridge') return { ...fit, ridge: await run.ridge({ module, design, ask, path: fit.path }) };
  return refitInBlocks({ module, slab: run.refit.slab, design }, fit, run.refit);
}

/** The longest first, so that the threads end together. */
async function inOrderOfSize<Answer>(pieces: GramPiece[], run: (pieces: GramPiece[]) => Promise<Answer[]>): Promise<Answer[]> {
  const order = pieces.map((_, at) => at).sort((a, b) => rowsOf(pieces[b]) - rowsOf(pieces[a]) || a - b);
  const answers: Answer[] = [];
  (await run(order.map((at) => pieces[at] as GramPiece))).forEach((answer, k) => void (answers[order[k] as number] = answer));
  return answers;
}

const rowsOf = (piece: GramPiece | undefined): number => (piece === undefined ? 0 : piece.task.to - piece.task.from);

/** Cross products of runs of rows, one after the other as they are left; a task. */
export async function sumGrams(share: Share<GramPiece>): Promise<Done<Float64Array | null>> {
  const kernels = await instantiate(share.module, KernelMemory.attach(share.slab));
  return takeTurns(share, ({ data, task, out }) => {
    const sums = gramTask(kernels, data, task, out);
    return out === 0 ? sums : null;
  });
}

/** Paths of training sets; a task. @throws Fault `penalty_no_columns` */
export async function solvePaths(share: Share<PathPiece>): Promise<Done<PathAnswer>> {
  const kernels = await instantiate(share.module, KernelMemory.attach(share.slab));
  return takeTurns(share, (piece) => asFault(() => solvePathPiece(kernels, piece)));
}

/** Columns of a refit; a task. */
export async function moveColumns(share: Share<ColumnMove>): Promise<Done<void>> {
  const kernels = await instantiate(share.module, KernelMemory.attach(share.slab));
  return takeTurns(share, (move) => moveColumn(kernels, move));
}

/** Bytes that the layout of the rows takes: response and roots of weights twice, row numbers by fold, and the same once more on the way; and what the largest penalty takes. */
export function heldBytes({ n, p }: Design): number {
  return 8 * (5 * n + 4 * p) + pathBytes(p, 1) + 65_536;
}

/** Bytes of the sums of all runs of rows. */
export function sumBytes({ n, p, intercept }: Design, { fold }: PenaltyAsk): number {
  const folds = fold.reduce((most, one) => Math.max(most, one), 0) + 1;
  return gramBytes(n, p - (intercept ? 1 : 0), folds) + 64 * (64 + 2 * folds);
}

/** Of a path: its Gram, the factor of the active set with its copy, and the solutions. */
const pathBytes = (p: number, count: number): number => 8 * (3 * (p + 1) * (p + 1) + 20 * (p + 1) + count * (p + 8)) + 4096;

/** Two regions of one: so many bytes, and what is left. */
function divide({ memory, offset, bytes, id }: KernelSlab, head: number): [KernelSlab, KernelSlab] {
  const whole = Math.ceil(head / 64) * 64;
  return [{ memory, offset, bytes: whole, id }, { memory, offset: offset + whole, bytes: bytes - whole, id }];
}
