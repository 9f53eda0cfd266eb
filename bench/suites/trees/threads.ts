import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { contest, inProcess, type Case, type Contestant } from '../../harness/index.ts';
import { collisions } from '../../generators/trees.ts';
import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { binRows, boost, createCrew, findBins } from '../../../kernels/trees/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';

/** Wall of one thread over wall of two. Only a machine with two idle cores can show it. */
const BAR = 1.7;
/** Milliseconds that a helping thread has to compile its kernels. */
const START = 2000;

export const threads: Case = {
  name: 'threads-n1m',
  about: `100 trees of 255 leaves on 1,000,000 × 28 rows, raw matrix to model: two threads within a tree (ours) beside one, same model; bar ${BAR}× wall`,
  async run(setting) {
    const [rows, trees] = setting.quick ? [20_000, 10] : [1_000_000, 100];
    const problem = collisions(rows);
    const open = (helpers: number) => () => fitter({ values: problem.x, rows, columns: problem.p, order: 'row-major' }, Float64Array.from(problem.y), trees, helpers);
    const answer = await contest(setting, { ours: open(1), peers: [open(0)], tolerances: { nodes: 0, sum: 0 } });
    const { ours_s: two, peer_s: one } = answer.comparisons[0] ?? {};
    const ratio = (one ?? NaN) / (two ?? NaN);
    return { ...answer, details: [`wall of one thread / of two: ${ratio.toFixed(2)}, bar ${BAR} (${ratio >= BAR ? 'met' : 'missed, or the cores were not idle'})`] };
  },
};

async function fitter(matrix: Matrix, y: Float64Array, numIterations: number, helpers: number): Promise<Contestant> {
  const module = await loadKernels();
  const kernels = await instantiate(module, KernelMemory.create({}));
  const crew = helpers === 0 ? undefined : createCrew(kernels, helpers);
  const workers = (crew?.invitations ?? []).map((invitation) => new Worker(join(import.meta.dirname, 'helper.ts'), { workerData: { module, memory: kernels.memory.memory, invitation } }));
  await Promise.all(workers.map((worker) => once(worker, 'online')));
  await new Promise((resolve) => { setTimeout(resolve, helpers * START); });
  return inProcess(`zerosec, ${helpers + 1} threads`, process.version, () => {
    const mark = kernels.memory.mark();
    try {
      const rows = binRows(kernels, findBins(kernels, matrix, crew === undefined ? {} : { crew }), matrix, crew);
      return boost(kernels, { rows, y, ...(crew === undefined ? {} : { crew }) }, { objective: 'logistic', numIterations, numLeaves: 255 }).ensemble;
    } finally {
      kernels.memory.release(mark);
    }
  }, ({ left, value }) => ({ nodes: left.length, sum: value.reduce((sum, v) => sum + v, 0) }), async () => {
    crew?.dismiss();
    await Promise.all(workers.map((worker) => worker.terminate()));
  });
}
