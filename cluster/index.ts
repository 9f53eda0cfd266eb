/** The worker: takes jobs off the queue and computes them. `main.ts` is its process. */
export { Worker, type WorkerStatistics } from './supervisor/worker.ts';
export { codeVersion } from './version.ts';
