import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { collisions } from '../../../bench/generators/trees.ts';
import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { binRows, boost, createCrew, findBins } from '../../../kernels/trees/index.ts';
import type { BoostOptions, Ensemble, Matrix } from '../../../kernels/trees/index.ts';

const module = await loadKernels();
const n = 40_000;
const problem = collisions(n);
const matrix: Matrix = { values: problem.x, rows: n, columns: 28, order: 'row-major' };
const label = Float64Array.from(problem.y);
const number = label.map((value, i) => value + (problem.x[i * 28 + 22] as number));

/** Fits with so many helping threads, which are dismissed and end. */
async function fit(helpers: number, y: Float64Array, options: BoostOptions): Promise<Ensemble> {
  const memory = KernelMemory.create({ maximumBytes: 2 ** 29 });
  const kernels = await instantiate(module, memory);
  if (helpers === 0) return boost(kernels, { rows: binRows(kernels, findBins(kernels, matrix), matrix), y }, options).ensemble;
  const crew = createCrew(kernels, helpers);
  const workers = crew.invitations.map((invitation) => new Worker(join(import.meta.dirname, 'helper.ts'), { workerData: { module, memory: memory.memory, invitation } }));
  await Promise.all(workers.map((worker) => once(worker, 'online')));
  const rows = binRows(kernels, findBins(kernels, matrix, { crew }), matrix, crew);
  const { ensemble } = boost(kernels, { rows, y, crew }, options);
  crew.dismiss();
  for (const [code] of await Promise.all(workers.map((worker) => once(worker, 'exit')))) assert.equal(code, 0);
  return ensemble;
}

test('the model has the same bytes for 1, 2 and 4 threads', async () => {
  const common = { numIterations: 4, numLeaves: 40 };
  const cases: [string, Float64Array, BoostOptions][] = [
    ['log-loss, travelling', label, { ...common, objective: 'logistic' }], ['squared error, travelling', number, { ...common, objective: 'squared' }],
    ['by row, bagged', number, { ...common, objective: 'squared', baggingFraction: 0.8, featureFraction: 0.7 }], ['absolute error', number, { ...common, objective: 'absolute', numIterations: 2 }],
  ];
  for (const [name, y, options] of cases) {
    const one = await fit(0, y, options);
    assert.equal(one.roots.length - 1, options.numIterations);
    for (const helpers of [1, 3]) assert.deepEqual(await fit(helpers, y, options), one, `${name}, ${helpers + 1} threads`);
  }
});
