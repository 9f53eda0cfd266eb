import {
  concludeElasticNetCv, gramTask, instantiate, KernelMemory, leastSquaresBlockBytes, planElasticNetCv, prepareElasticNetCv, solvePathPiece,
  type GramData, type GramTask, type KernelSlab, type LeastSquaresBlock, type PathAnswer, type PathPiece,
} from '../../../kernels/index.ts';
import type { JobContext } from '../../job/context.ts';
import type { Design } from '../design.ts';
import { isLarge, planes, type KernelSeat } from '../fit.ts';
import { spread, takeTurns, type Done, type Share } from '../spread.ts';
import { asFault, inputOf, refitInBlocks, requireColumns, type Found, type PenaltyAsk, type PenaltyFit } from './fit-penalty.ts';

/** Rows of one fold, to be summed into its cross products. */
export interface GramPiece {
  data: GramData;
  task: GramTask;
}

/** Small work as one task; of large work the pass over the rows, the paths of the folds and the refit on every thread. The same bytes for any number of threads. */
export async function fitWholePenalty({ job, module, slabs, design, ask }: { job: JobContext; module: WebAssembly.Module; slabs: readonly KernelSlab[]; design: Design; ask: PenaltyAsk }): Promise<PenaltyFit> {
  const [first, ...others] = slabs;
  if (first === undefined) throw new Error('a pool without threads');
  if (!isLarge(design)) return job.pool.run('fitPenalty', { module, slab: first, design, ask }, { signal: job.signal });
  const [held, rest] = divide(first, heldBytes(design));
  const [blocks, driver] = divide(rest, leastSquaresBlockBytes(design.p) + 65_536);
  const threads = { pool: job.pool, module, signal: job.signal };
  return crossValidateInTasks({ module, slab: held, design, ask }, {
    grams: (pieces) => spread('sumGrams', { ...threads, slabs: [rest, ...others] }, pieces),
    paths: (pieces) => spread('solvePaths', { ...threads, slabs: [rest, ...others.filter(({ bytes }) => bytes >= pathBytes(design.p, ask.count))] }, pieces),
    finish: (task) => job.pool.run('finishPenalty', { ...task, slab: rest }, { signal: job.signal }),
    refit: { slab: driver, blocks: (pieces) => spread('fitBlocks', { ...threads, slabs: [blocks, ...others] }, pieces) },
  });
}

export interface PenaltySteps {
  grams: (pieces: GramPiece[]) => Promise<Float64Array[]>;
  paths: (pieces: readonly PathPiece[]) => Promise<PathAnswer[]>;
  finish: (task: Found & { module: WebAssembly.Module }) => Promise<PenaltyFit>;
  /** slab: for what the refit lays out, from the calling thread */
  refit: { slab: KernelSlab; blocks: (blocks: LeastSquaresBlock[]) => Promise<unknown> };
}

/** Drives from the calling thread. @param seat.slab holds the layout of the rows until the end: `heldBytes` */
export async function crossValidateInTasks({ module, slab, design, ask }: KernelSeat & { design: Design; ask: PenaltyAsk }, run: PenaltySteps): Promise<PenaltyFit> {
  requireColumns(design, ask);
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  const prepared = asFault(() => prepareElasticNetCv(kernels, inputOf(design, ask, planes(kernels, design))));
  const partials = await run.grams(prepared.tasks.map((task) => ({ data: prepared.data, task })));
  const plan = asFault(() => planElasticNetCv(kernels, inputOf(design, ask, planes(kernels, design)), prepared, partials));
  const validated = concludeElasticNetCv(plan, await run.paths(plan.pieces));
  const fit = await run.finish({ module, design, ask, prepared, partials, validated });
  return ask.kind === 'ridge' ? fit : refitInBlocks({ module, slab: run.refit.slab, design }, fit, run.refit.blocks);
}

/** Cross products of runs of rows, one after the other as they are left; a task. */
export async function sumGrams(share: Share<GramPiece>): Promise<Done<Float64Array>> {
  const kernels = await instantiate(share.module, KernelMemory.attach(share.slab));
  return takeTurns(share, ({ data, task }) => gramTask(kernels, data, task));
}

/** Paths of training sets; a task. @throws Fault `penalty_no_columns` */
export async function solvePaths(share: Share<PathPiece>): Promise<Done<PathAnswer>> {
  const kernels = await instantiate(share.module, KernelMemory.attach(share.slab));
  return takeTurns(share, (piece) => asFault(() => solvePathPiece(kernels, piece)));
}

/** Bytes that the layout of the rows takes: response and roots of weights twice, row numbers by fold, and the same once more on the way; and what the largest penalty takes. */
export function heldBytes({ n, p }: Design): number {
  return 8 * (5 * n + 4 * p) + pathBytes(p, 1) + 65_536;
}

/** Of a path: its Gram, the factor of the active set with its copy, and the solutions. */
const pathBytes = (p: number, count: number): number => 8 * (3 * (p + 1) * (p + 1) + 20 * (p + 1) + count * (p + 8)) + 4096;

/** Two regions of one: so many bytes, and what is left. */
function divide({ memory, offset, bytes, id }: KernelSlab, head: number): [KernelSlab, KernelSlab] {
  const whole = Math.ceil(head / 64) * 64;
  return [{ memory, offset, bytes: whole, id }, { memory, offset: offset + whole, bytes: bytes - whole, id }];
}
