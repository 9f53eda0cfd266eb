import type { Answers, Contestant } from './types.ts';

/** A contestant that is a function of this process. `work` may be asynchronous; its last result is what `answers` reads. */
export function inProcess<T>(name: string, version: string, work: () => T | Promise<T>, answers: (result: T) => Answers, close: () => Promise<void> = async () => undefined): Contestant {
  let last: { result: T } | null = null;
  return {
    name,
    version,
    async run(times) {
      const before = process.cpuUsage();
      const started = performance.now();
      for (let time = 0; time < times; time += 1) {
        const result = work();
        last = { result: result instanceof Promise ? await result : result };
      }
      const wall_s = (performance.now() - started) / 1000 / times;
      const { user, system } = process.cpuUsage(before);
      return { wall_s, cpu_s: (user + system) / 1e6 / times };
    },
    async answers() {
      if (last === null) throw new Error(`${name} has not run`);
      return answers(last.result);
    },
    close,
  };
}
