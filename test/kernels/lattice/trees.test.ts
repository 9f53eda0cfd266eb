import assert from 'node:assert/strict';
import { test } from 'node:test';
import { friedman } from '../../../bench/generators/trees.ts';
import { latticeBlocks, latticeCells, latticeRows, predictTreesOnLattice } from '../../../kernels/lattice/index.ts';
import { binRows, boost, findBins, fromXgboost, growForest, predict, toXgboost } from '../../../kernels/trees/index.ts';
import type { Ensemble } from '../../../kernels/trees/index.ts';
import { freshKernels, uniform } from '../kernels.ts';

const kernels = await freshKernels();
const { x, y } = friedman(600);
const five = new Float32Array(600 * 5);
for (let i = 0; i < 600; i++) five.set(x.subarray(i * 20, i * 20 + 5), i * 5);
const matrix = { values: five, rows: 600, columns: 5, order: 'row-major' } as const;

function ensembles(): Record<string, Ensemble> {
  const mark = kernels.memory.mark();
  const rows = binRows(kernels, findBins(kernels, matrix), matrix);
  const boosted = boost(kernels, { rows, y }, { objective: 'squared', numIterations: 60 }).ensemble;
  const out = {
    boosted,
    labels: boost(kernels, { rows, y: y.map((value) => (value > 14 ? 1 : 0)) }, { objective: 'logistic', numIterations: 30 }).ensemble,
    forest: growForest(kernels, rows, y, { nEstimators: 20 }).ensemble,
    single: fromXgboost(toXgboost(boosted)),
  };
  kernels.memory.release(mark);
  return out;
}

const levels = [7, 5, 1, 6, 9].map((count, j) => Float64Array.from({ length: count }, (_, k) => (k + 0.3 + j / 20) / count));

test('trees added as boxes of levels predict what walking every row does', () => {
  for (const [name, ensemble] of Object.entries(ensembles())) {
    const cells = latticeCells({ levels });
    const walked = predict(kernels, ensemble, latticeRows({ levels }, 0, cells));
    const added = predictTreesOnLattice(kernels, ensemble, levels);
    const most = added.reduce((top, value, i) => Math.max(top, Math.abs(value - (walked[i] as number))), 0);
    assert.ok(most < (ensemble.arithmetic === 'f32' ? 2e-5 : 1e-12), `${name}: ${most}`);
  }
});

test('a level on a threshold goes where a row goes; nodes that treat zero as missing are walked', () => {
  const { boosted } = ensembles() as { boosted: Ensemble };
  const on = [0, 1, 2, 3, 4].map((j) => Float64Array.from(new Set([...boosted.threshold].filter((t, i) => (boosted.left[i] as number) >= 0 && boosted.feature[i] === j && Number.isFinite(t)).slice(0, 4))).sort());
  on.forEach((list, j) => { if (list.length === 0) on[j] = Float64Array.of(0.5); });
  const rows = latticeRows({ levels: on }, 0, latticeCells({ levels: on }));
  const near = (ensemble: Ensemble, at: Float64Array[]): void => {
    const walked = predict(kernels, ensemble, latticeRows({ levels: at }, 0, latticeCells({ levels: at })));
    predictTreesOnLattice(kernels, ensemble, at).forEach((value, i) => assert.ok(Math.abs(value - (walked[i] as number)) < 1e-12));
  };
  assert.ok(rows.rows > 50);
  near(boosted, on);
  const zero = { ...boosted, flags: boosted.flags.map((flag, i) => ((boosted.left[i] as number) >= 0 ? (i % 2) + 2 : flag)) };
  near(zero, [Float64Array.of(-1, 0, 1), Float64Array.of(0, 0.5), Float64Array.of(0), Float64Array.of(0, 0.9), Float64Array.of(0.1)]);
});

test('blocks cover every cell once, in order, none larger than asked', () => {
  const draw = uniform(9);
  for (let round = 0; round < 40; round++) {
    const lists = Array.from({ length: 1 + Math.floor(draw() * 5) }, () => Float64Array.from({ length: 1 + Math.floor(draw() * 5) }, (_, k) => k));
    const most = 1 + Math.floor(draw() * 30);
    const total = latticeCells({ levels: lists });
    const all = latticeRows({ levels: lists }, 0, total).values;
    let next = 0;
    for (const block of latticeBlocks({ levels: lists }, most)) {
      assert.equal(block.first, next);
      assert.ok(block.cells <= most);
      assert.deepEqual(latticeRows(block, 0, block.cells).values, all.subarray(next * lists.length, (next + block.cells) * lists.length));
      next += block.cells;
    }
    assert.equal(next, total);
  }
});
