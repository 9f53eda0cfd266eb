import { runWorker } from './run-worker.ts';

/** Entry of a worker process (a task on ECS, a child of `zerosec start` on one machine). */
runWorker().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
