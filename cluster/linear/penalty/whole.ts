import { gramTask, instantiate, KernelMemory, prepareElasticNetCv, type GramData, type GramTask, type KernelSlab } from '../../../kernels/index.ts';
import type { JobContext } from '../../job/context.ts';
import type { Design } from '../design.ts';
import { isLarge, planes, type KernelSeat } from '../fit.ts';
import { spread, takeTurns, type Done, type Share } from '../spread.ts';
import { asFault, inputOf, requireColumns, type Found, type PenaltyAsk, type PenaltyFit } from './fit-penalty.ts';

/** Rows of one fold, to be summed into its cross products. */
export interface GramPiece {
  data: GramData;
  task: GramTask;
}

/** Small work as one task; of large work the one pass over the rows on every thread, what follows from it as one task. The same bytes for any number of threads. */
export async function fitWholePenalty({ job, module, slabs, design, ask }: { job: JobContext; module: WebAssembly.Module; slabs: readonly KernelSlab[]; design: Design; ask: PenaltyAsk }): Promise<PenaltyFit> {
  const [first, ...others] = slabs;
  if (first === undefined) throw new Error('a pool without threads');
  if (!isLarge(design)) return job.pool.run('fitPenalty', { module, slab: first, design, ask }, { signal: job.signal });
  const [held, rest] = divide(first, heldBytes(design));
  return crossValidateInTasks({ module, slab: held, design, ask }, {
    grams: (pieces) => spread('sumGrams', { pool: job.pool, module, slabs: [rest, ...others], signal: job.signal }, pieces),
    finish: (task) => job.pool.run('finishPenalty', { ...task, slab: rest }, { signal: job.signal }),
  });
}

/** Drives from the calling thread. @param seat.slab holds the layout of the rows until the end: `heldBytes` */
export async function crossValidateInTasks<Answer>(
  { module, slab, design, ask }: KernelSeat & { design: Design; ask: PenaltyAsk },
  run: { grams: (pieces: GramPiece[]) => Promise<Float64Array[]>; finish: (task: Found & { module: WebAssembly.Module }) => Promise<Answer> },
): Promise<Answer> {
  requireColumns(design, ask);
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  const prepared = asFault(() => prepareElasticNetCv(kernels, inputOf(design, ask, planes(kernels, design))));
  const partials = await run.grams(prepared.tasks.map((task) => ({ data: prepared.data, task })));
  return run.finish({ module, design, ask, prepared, partials });
}

/** Cross products of runs of rows, one after the other as they are left; a task. */
export async function sumGrams(share: Share<GramPiece>): Promise<Done<Float64Array>> {
  const kernels = await instantiate(share.module, KernelMemory.attach(share.slab));
  return takeTurns(share, ({ data, task }) => gramTask(kernels, data, task));
}

/** Bytes that the layout of the rows takes: response and roots of weights twice, row numbers by fold, and the same once more on the way. */
export function heldBytes({ n, p }: Design): number {
  return 8 * (5 * n + 4 * p) + 65_536;
}

/** Two regions of one: so many bytes, and what is left. */
function divide({ memory, offset, bytes, id }: KernelSlab, head: number): [KernelSlab, KernelSlab] {
  const whole = Math.ceil(head / 64) * 64;
  return [{ memory, offset, bytes: whole, id }, { memory, offset: offset + whole, bytes: bytes - whole, id }];
}
