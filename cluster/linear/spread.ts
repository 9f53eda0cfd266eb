import type { KernelSlab } from '../../kernels/index.ts';
import type { ThreadPool } from '../job/pool.ts';
import type { ThreadTasks } from '../job/thread.ts';

/** Pieces of one step of a fit, shared out among threads that take the next one as soon as they are done with one. */
export interface Share<Piece> {
  module: WebAssembly.Module;
  /** scratch of this thread alone, on the job's memory */
  slab: KernelSlab;
  pieces: readonly Piece[];
  /** shared by all: how many are taken */
  taken: Int32Array;
}

/** What a thread has done: number of the piece and its answer. */
export type Done<Answer> = readonly (readonly [piece: number, answer: Answer])[];

type SharedTask = { [N in keyof ThreadTasks]: ThreadTasks[N] extends (share: infer S) => Promise<Done<unknown>> ? S extends Share<unknown> ? N : never : never }[keyof ThreadTasks];
type PieceOf<N extends SharedTask> = Parameters<ThreadTasks[N]>[0] extends Share<infer Piece> ? Piece : never;
type AnswerOf<N extends SharedTask> = Awaited<ReturnType<ThreadTasks[N]>> extends Done<infer Answer> ? Answer : never;

export interface Threads {
  pool: Pick<ThreadPool, 'run'>;
  module: WebAssembly.Module;
  /** one per thread */
  slabs: readonly KernelSlab[];
  signal?: AbortSignal | undefined;
}

/** One step: a single message to each thread. @returns the answers in the order of the pieces, whoever did them */
export async function spread<N extends SharedTask>(name: N, { pool, module, slabs, signal }: Threads, pieces: readonly PieceOf<N>[]): Promise<AnswerOf<N>[]> {
  const taken = new Int32Array(new SharedArrayBuffer(4));
  const answers = new Array<AnswerOf<N>>(pieces.length);
  await Promise.all(slabs.slice(0, pieces.length).map(async (slab) => {
    const share = { module, slab, pieces, taken } as unknown as Parameters<ThreadTasks[N]>[0];
    const done = await pool.run(name, share, signal === undefined ? {} : { signal }) as Done<AnswerOf<N>>;
    for (const [piece, answer] of done) answers[piece] = answer;
  }));
  return answers;
}

/** The thread's side: pieces until none are left. */
export function takeTurns<Piece, Answer>({ pieces, taken }: Share<Piece>, work: (piece: Piece) => Answer): Done<Answer> {
  const done: [number, Answer][] = [];
  for (let at = Atomics.add(taken, 0, 1); at < pieces.length; at = Atomics.add(taken, 0, 1)) done.push([at, work(pieces[at] as Piece)]);
  return done;
}
