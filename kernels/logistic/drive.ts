import type { Kernels } from '../module.ts';
import type { Passes } from './newton.ts';
import { addAnswers, runLogisticTask, tasksOf } from './passes.ts';
import type { GlmData, LogisticTask, Pass, PassAnswer, PassRequest, PassSums } from './passes.ts';

/** A computation that hands out passes over the rows of a model and goes on with the sums. */
export type Steps<T> = Generator<Pass, T, PassSums>;

/** The passes of a computation, over the rows of this model. */
export function* over<T>(data: GlmData, work: Passes<T>): Steps<T> {
  let step = work.next();
  while (!step.done) step = work.next(yield { data, request: step.value });
  return step.value;
}

/** A computation of one pass. */
export function* once(data: GlmData, request: PassRequest): Steps<PassSums> {
  return yield { data, request };
}

/** Does all passes here and now; gives the scratch back. */
export function runAlone<T>(kernels: Kernels, steps: Steps<T>): T {
  const mark = kernels.memory.mark();
  try {
    let step = steps.next();
    while (!step.done) step = steps.next(addAnswers(tasksOf(step.value).map((task) => runLogisticTask(kernels, task))));
    return step.value;
  } finally {
    kernels.memory.release(mark);
  }
}

/** Has `run` do the tasks of each pass, somewhere on the same memory; a pass of one task is not worth the way. */
export async function runElsewhere<T>(kernels: Kernels, steps: Steps<T>, run: (tasks: LogisticTask[]) => Promise<PassAnswer[]>): Promise<T> {
  const mark = kernels.memory.mark();
  try {
    let step = steps.next();
    while (!step.done) {
      const tasks = tasksOf(step.value);
      const answers = tasks.length === 1 ? tasks.map((task) => runLogisticTask(kernels, task)) : await run(tasks);
      step = steps.next(addAnswers(answers));
    }
    return step.value;
  } finally {
    kernels.memory.release(mark);
  }
}
