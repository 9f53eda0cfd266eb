import type { JobContext } from '../job/context.ts';
import { ShardStore, type Keyed } from './shard-store.ts';

/** A study to be run, and how long it takes beside the others. */
export interface Job<Task> {
  readonly task: Task;
  readonly cost: number;
  /** share of it that is done while it runs, 0 to 1, never falling; without, it counts when it is finished */
  readonly share?: () => number;
}

/** Share of the work done, studies in all, trials and folds so far, and the study that was begun last (several run at once). */
export type StudyProgress<Task = unknown> = (done: number, total: number, trials: number, folds: number, latest: Job<Task>) => void;

/**
 * Deals studies that do not know of each other to the pool's threads, the longest first: no thread is left with a long one at the end. The results do not depend on it.
 * Finished ones are kept in the job's shard folder, and found there.
 * @param counters those of the tasks
 */
export async function dealStudies<Task extends Keyed, Outcome>(context: JobContext, jobs: readonly Job<Task>[], counters: Int32Array, run: (task: Task) => Promise<Outcome>, onProgress: StudyProgress<Task>): Promise<Map<Job<Task>, Outcome>> {
  const queue = [...jobs].sort((a, b) => b.cost - a.cost);
  const store = await ShardStore.open<Task, Outcome>(context.order.shardDirectory);
  const outcomes = new Map<Job<Task>, Outcome>();
  const total = jobs.reduce((sum, { cost }) => sum + cost, 0);
  let finished = 0;
  const running = new Set<Job<Task>>();
  let told = 0;
  // sums of other orders differ by rounding, which must not take a percent back
  const done = (): number => told = Math.max(told, [...running].reduce((sum, { cost, share }) => sum + cost * (share?.() ?? 0), finished) / total);
  let latest = queue[0];
  const tell = (): void => { if (latest !== undefined) onProgress(done(), jobs.length, Atomics.load(counters, 0), Atomics.load(counters, 1), latest); };
  const timer = setInterval(tell, 500);
  try {
    await Promise.all(Array.from({ length: context.pool.threads }, async () => {
      for (let job = queue.shift(); job; job = queue.shift()) {
        context.checkCancelled();
        latest = job;
        running.add(job);
        const known = await store.find(job.task);
        if (known !== undefined) Atomics.add(counters, 0, job.task.trials);
        const outcome = known ?? await run(job.task);
        if (known === undefined) await store.keep(job.task, outcome);
        outcomes.set(job, outcome);
        running.delete(job);
        finished += job.cost;
        tell();
      }
    }));
  } finally {
    clearInterval(timer);
  }
  return outcomes;
}
