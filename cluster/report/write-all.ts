import type { JobContext, WrittenFile } from '../job/context.ts';
import type { OutputTask } from './outputs.ts';

/** Writes charts, workbooks and texts into the folder of a job, each as a task of a thread, and tells how many are done between two percents. */
export async function writeAll(context: JobContext, tasks: readonly OutputTask[], span: { from: number; to: number }): Promise<WrittenFile[]> {
  let done = 0;
  const written = await Promise.all(tasks.map(async (task) => {
    const files = await context.pool.run('renderOutput', { task, directory: context.order.outputDirectory }, { signal: context.signal });
    done += 1;
    context.progress(Math.floor(span.from + (span.to - span.from) * done / tasks.length), 'reporting', { done, total: tasks.length });
    return files;
  }));
  return written.flat();
}
