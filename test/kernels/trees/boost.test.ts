import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binRows, boost, findBins, growForest } from '../../../kernels/trees/index.ts';
import type { Boosted, BoostOptions, Ensemble, Matrix } from '../../../kernels/trees/index.ts';
import { freshKernels, uniform } from '../kernels.ts';
import { referenceTree } from './reference.ts';
import type { ReferenceNode } from './reference.ts';

const kernels = await freshKernels();

function table(rows: readonly (readonly number[])[]): Matrix {
  return { values: Float64Array.from(rows.flat()), rows: rows.length, columns: (rows[0] as number[]).length, order: 'row-major' };
}

function fit(x: readonly (readonly number[])[], y: readonly number[], options: BoostOptions, weights?: readonly number[]): Boosted {
  const mark = kernels.memory.mark();
  const bins = findBins(kernels, table(x));
  const fitted = boost(kernels, { rows: binRows(kernels, bins, table(x)), y: Float64Array.from(y), ...(weights ? { weights: Float64Array.from(weights) } : {}) }, options);
  kernels.memory.release(mark);
  return fitted;
}

/** Random rows: feature 0 of 128 values, 1 of five levels, 2 with a fifth missing, 3 noise. So few values that every cut is a bin's bound. */
function problem(n: number, seed: number): { x: number[][]; y: number[] } {
  const random = uniform(seed);
  const draw = (): number => Math.floor(128 * random()) / 128;
  const x = Array.from({ length: n }, () => [draw(), Math.floor(5 * draw()), draw() < 0.2 ? Number.NaN : draw(), draw()]);
  const y = x.map(([a, b, c]) => 3 * (a as number) + ((b as number) - 2) ** 2 + (Number.isNaN(c) ? 1.5 : 2 * (c as number)) + 0.3 * draw());
  return { x, y };
}

for (const values of [32, 64, 128, 200]) {
  test(`NaN in training rows of a column that had none when its ${values} bins were found is a missing value like any other`, () => {
    const random = uniform(values);
    const n = 1_500;
    const clean = Array.from({ length: n }, (_, i) => [(i % values) / values, (i * 7 % values) / values, random()]);
    const y = clean.map(([a, b, c]) => (a as number) * 4 + (b as number) + (c as number));
    const holed = clean.map((row, i) => (i % 11 === 0 ? [Number.NaN, ...row.slice(1)] : row));
    const mark = kernels.memory.mark();
    const bins = findBins(kernels, table(clean));
    assert.deepEqual([bins.missing[0], (bins.upper[0] as Float64Array).length + 1], [false, values]);
    const known = { ...bins, missing: [true, false, false] };
    for (const options of [{ numLeaves: 31, minDataInLeaf: 5 }, { numLeaves: 40, minDataInLeaf: 1, featureFractionByNode: 0.34 }, { growth: 'oblivious', maxDepth: 4 }] as const) {
      const grown = [bins, known].map((own) => boost(kernels, { rows: binRows(kernels, own, table(holed)), y: Float64Array.from(y) }, { objective: 'squared', numIterations: 5, ...options }));
      assert.deepEqual(grown[0]?.ensemble, grown[1]?.ensemble);
    }
    const [forest, again] = [bins, known].map((own) => growForest(kernels, binRows(kernels, own, table(holed)), Float64Array.from(y), { nEstimators: 5, maxFeatures: { count: 2 } }));
    assert.deepEqual(forest, again);
    kernels.memory.release(mark);
  });
}

/** Walks both trees at once. */
function compare(ensemble: Ensemble, tree: number, expected: ReferenceNode): number {
  let splits = 0;
  const walk = (index: number, want: ReferenceNode): void => {
    const at = (ensemble.roots[tree] as number) + index;
    assert.equal(ensemble.rows[at], want.rows.length);
    const left = ensemble.left[at] as number;
    if (want.children === undefined) {
      assert.equal(left, -1);
      assert.ok(Math.abs((ensemble.value[at] as number) - want.value) <= 1e-10 * (1 + Math.abs(want.value)), `leaf ${ensemble.value[at]} is ${want.value}`);
      return;
    }
    splits += 1;
    assert.equal(ensemble.feature[at], want.feature);
    // any cut between the two values parts the rows alike
    const threshold = ensemble.threshold[at] as number;
    assert.ok(threshold >= want.low && threshold <= 2 * want.threshold - want.low, `${threshold} is not between ${want.low} and its neighbour`);
    // gradients are rounded to 22 bits for the search
    assert.ok(Math.abs((ensemble.gain[at] as number) - want.gain) <= 1e-5 * want.gain + 1e-6, `gain ${ensemble.gain[at]} is ${want.gain}`);
    walk(left, want.children[0]);
    walk(left + 1, want.children[1]);
  };
  walk(0, expected);
  return splits;
}

test('twelve rows split where LightGBM splits them, with its gains and leaves', () => {
  const x = Array.from({ length: 12 }, (_, i) => [i + 1]);
  const y = [1, 1, 1, 2, 2, 2, 5, 5, 5, 9, 9, 9];
  const plain = fit(x, y, { objective: 'squared', numIterations: 1, learningRate: 1, numLeaves: 3, minDataInLeaf: 1 }).ensemble;
  const base = plain.base[0] as number;
  assert.deepEqual([...plain.threshold.filter((_, i) => (plain.left[i] as number) >= 0)], [6.500000000000001, 9.500000000000002]);
  assert.deepEqual([plain.gain[0], plain.gain[2]], [90.75, 24]);
  assert.deepEqual([1, 3, 4].map((i) => base + (plain.value[i] as number)), [1.5, 5, 9]);
  const shrunk = fit(x, y, { objective: 'squared', numIterations: 1, learningRate: 1, numLeaves: 3, minDataInLeaf: 1, lambdaL2: 1, lambdaL1: 0.5 }).ensemble;
  assert.ok(Math.abs((shrunk.gain[0] as number) - 73.1429) < 1e-4 && Math.abs((shrunk.gain[2] as number) - 11.4598) < 1e-4);
  const expected = [1.9642857142857144, 4.6875, 7.687499999999999];
  [1, 3, 4].forEach((i, k) => assert.ok(Math.abs(base + (shrunk.value[i] as number) - (expected[k] as number)) < 1e-12));
});

test('trees are those of a grower that tries every cut in doubles', () => {
  let splits = 0;
  const settings: (Omit<BoostOptions, 'objective' | 'growth'> & { growth?: 'depth-wise' })[] = [
    {}, { growth: 'depth-wise', maxDepth: 4, minDataInLeaf: 5 }, { maxDepth: 3, minGainToSplit: 0.5 }, { lambdaL2: 3, minDataInLeaf: 1 }, { lambdaL1: 2, lambdaL2: 1 }, { minSumHessianInLeaf: 40 }, { maxDeltaStep: 0.4, lambdaL2: 1 }, { maxDeltaStep: 0.2, lambdaL1: 1, growth: 'depth-wise', maxDepth: 4 },
  ];
  for (const [k, setting] of settings.entries()) {
    const seed = 20_260 + k;
    const { x, y } = problem(400, seed);
    const options = { numIterations: 1, learningRate: 0.3, numLeaves: 16, minDataInLeaf: 10, ...setting };
    const { ensemble } = fit(x, y, { objective: 'squared', ...options });
    const base = ensemble.base[0] as number;
    const expected = referenceTree(x, y.map((value) => base - value), y.map(() => 1), { minSumHessianInLeaf: 0, ...options });
    splits += compare(ensemble, 0, expected);
  }
  assert.ok(splits > 50, `only ${splits} splits were compared`);
});

test('log-loss trees use p - y and p (1 - p)', () => {
  const { x, y } = problem(500, 77);
  const middle = y.toSorted((a, b) => a - b)[250] as number;
  const label = y.map((value) => (value > middle ? 1 : 0));
  const { ensemble } = fit(x, label, { objective: 'logistic', numIterations: 1, learningRate: 0.1, numLeaves: 8, minDataInLeaf: 1, minSumHessianInLeaf: 5 });
  const p = label.reduce((sum: number, value) => sum + value, 0) / 500;
  assert.ok(Math.abs((ensemble.base[0] as number) - Math.log(p / (1 - p))) < 1e-14);
  const expected = referenceTree(x, label.map((value) => p - value), label.map(() => p * (1 - p)), { learningRate: 0.1, numLeaves: 8, minDataInLeaf: 1, minSumHessianInLeaf: 5 });
  assert.ok(compare(ensemble, 0, expected) >= 5);
});

test('the order of the rows changes no bit of a squared-error model', () => {
  const { x, y } = problem(700, 5);
  const order = x.map((_, i) => (i * 433) % 700);
  const options: BoostOptions = { objective: 'squared', numIterations: 20 };
  const one = fit(x, y.map((value) => Math.round(value * 1024) / 1024), options).ensemble;
  const other = fit(order.map((i) => x[i] as number[]), order.map((i) => Math.round((y[i] as number) * 1024) / 1024), options).ensemble;
  assert.deepEqual(other, one);
});

test('an integer weight is a row repeated', () => {
  const { x, y } = problem(150, 6);
  const times = x.map((_, i) => 1 + (i % 3));
  const options: BoostOptions = { objective: 'squared', numIterations: 1, numLeaves: 8, minDataInLeaf: 1, minSumHessianInLeaf: 8 };
  const weighted = fit(x, y, options, times).ensemble;
  const repeated = fit(times.flatMap((k, i) => Array.from({ length: k }, () => x[i] as number[])), times.flatMap((k, i) => Array.from({ length: k }, () => y[i] as number)), options).ensemble;
  assert.deepEqual(weighted.feature, repeated.feature);
  assert.deepEqual(weighted.threshold, repeated.threshold);
  weighted.value.forEach((value, i) => assert.ok(Math.abs(value - (repeated.value[i] as number)) < 1e-10));
});

test('records that travel with their gradients grow the trees that gradients by row grow', () => {
  const n = 17_000;
  const { x, y } = problem(n, 8);
  for (const objective of ['squared', 'logistic'] as const) {
    const target = objective === 'squared' ? y : y.map((value) => (value > 4 ? 1 : 0));
    const options: BoostOptions = { objective, numIterations: 5, numLeaves: 15 };
    const travelling = fit(x, target, options).ensemble;
    const byRow = fit(x, target, { ...options, trainingCurve: true }).ensemble; // a curve needs scores by row
    assert.deepEqual(travelling.feature, byRow.feature);
    assert.deepEqual(travelling.rows, byRow.rows);
    travelling.value.forEach((value, i) => assert.ok(Math.abs(value - (byRow.value[i] as number)) < 2e-6, `${objective} ${value} ${byRow.value[i]}`));
  }
});

test('the training curve falls, and rates, bagging, column sampling, depth, steps and seeds change the model', () => {
  const { x, y } = problem(300, 9);
  const base: BoostOptions = { objective: 'squared', numIterations: 30, trainingCurve: true };
  const { curve, ensemble } = fit(x, y, base);
  const losses = curve.training as Float64Array;
  losses.forEach((loss, i) => assert.ok(i === 0 || loss < (losses[i - 1] as number)));
  const seen = new Set([JSON.stringify([...ensemble.value])]);
  const changes: Partial<BoostOptions>[] = [
    { learningRate: 0.2 }, { baggingFraction: 0.7 }, { baggingFraction: 0.7, seed: 1 }, { baggingFraction: 0.7, baggingFreq: 3 }, { featureFraction: 0.5 }, { featureFraction: 0.5, seed: 1 }, { featureFractionByNode: 0.5 },
    { featureFractionByNode: 0.25 }, { featureFractionByLevel: 0.5 }, { featureFractionByLevel: 0.5, seed: 1 }, { featureFractionByLevel: 0.75, featureFractionByNode: 0.34 }, { maxDepth: 2 }, { maxDeltaStep: 0.3 }, { growth: 'depth-wise' }, { numLeaves: 5 }, { minDataInLeaf: 40 }, { minSumHessianInLeaf: 30 }, { minGainToSplit: 2 }, { lambdaL1: 1 }, { lambdaL2: 1 },
  ];
  for (const change of changes) {
    const changed = fit(x, y, { ...base, ...change });
    assert.deepEqual(fit(x, y, { ...base, ...change }).ensemble, changed.ensemble, 'the same twice');
    seen.add(JSON.stringify([...changed.ensemble.value]));
    const last = changed.curve.training as Float64Array;
    assert.ok((last.at(-1)) < 0.5 * (last[0] as number), JSON.stringify(change));
  }
  assert.equal(seen.size, changes.length + 1, 'each option gives another model');
});

test('a level draws its columns: all its nodes split by the one that it may use, other levels and trees by others, within those of the tree', () => {
  const { x, y } = problem(600, 10);
  for (const growth of ['leaf-wise', 'depth-wise', 'oblivious'] as const) {
    const used = (options: Partial<BoostOptions>): Set<number>[] => {
      const { roots, left, feature } = fit(x, y, { objective: 'squared', growth, numIterations: 12, numLeaves: 16, maxDepth: 4, minDataInLeaf: 1, ...options }).ensemble;
      const levels: Set<number>[] = [];
      for (let t = 0; t < 12; t++) {
        const root = roots[t] as number;
        const visit = (node: number, depth: number): void => {
          if ((left[root + node] as number) < 0) return;
          (levels[t * 4 + depth] ??= new Set()).add(feature[root + node] as number);
          visit(left[root + node] as number, depth + 1);
          visit((left[root + node] as number) + 1, depth + 1);
        };
        visit(0, 0);
      }
      return levels.filter(Boolean);
    };
    const one = used({ featureFractionByLevel: 0.25 });
    assert.ok(one.length > 24 && one.every((level) => level.size === 1), growth);
    assert.deepEqual([...new Set(one.flatMap((level) => [...level]))].sort(), [0, 1, 2, 3]);
    const within = used({ featureFraction: 0.5, featureFractionByLevel: 0.5 });
    assert.ok(within.every((level) => level.size === 1), growth);
    if (growth !== 'oblivious') assert.ok(used({}).some((level) => level.size > 1));
  }
});

test('boosting stops when the validation loss has not fallen for so many iterations and keeps the best', () => {
  const train = problem(200, 10);
  const hold = problem(200, 11);
  const mark = kernels.memory.mark();
  const bins = findBins(kernels, table([...train.x, ...hold.x]));
  const rows = binRows(kernels, bins, table(train.x));
  const validation = { rows: binRows(kernels, bins, table(hold.x)), y: Float64Array.from(hold.y) };
  const { curve, iterations, ensemble } = boost(kernels, { rows, y: Float64Array.from(train.y), validation }, { objective: 'squared', numIterations: 500, learningRate: 0.3, minDataInLeaf: 2, earlyStoppingRound: 15 });
  kernels.memory.release(mark);
  const losses = [...(curve.validation as Float64Array)];
  assert.equal(losses.length, iterations + 15);
  assert.equal(losses.indexOf(Math.min(...losses)), iterations - 1);
  assert.equal(ensemble.roots.length - 1, iterations);
});

test('targets and options that make no sense are refused by name', () => {
  const { x, y } = problem(50, 12);
  assert.throws(() => fit(x, y, { objective: 'logistic' }), { code: 'kernel_domain', values: { row: 0, value: y[0] } });
  assert.throws(() => fit(x, y.with(3, Number.NaN), { objective: 'squared' }), { code: 'non_finite_input', values: { row: 3 } });
  assert.throws(() => fit(x, y, { objective: 'squared', learningRate: 0 }), { code: 'kernel_domain', values: { name: 'learningRate', value: 0 } });
  assert.throws(() => fit(x, y, { objective: 'squared', earlyStoppingRound: 5 }), { code: 'kernel_domain' });
  assert.throws(() => fit(x, y.slice(1), { objective: 'squared' }), { code: 'kernel_shape' });
});

test('a constant target gives trees of one leaf', () => {
  const { x } = problem(100, 13);
  const { ensemble } = fit(x, x.map(() => 7.1), { objective: 'squared', numIterations: 3 });
  assert.deepEqual([...ensemble.left], [-1, -1, -1]);
  assert.ok(ensemble.value.every((value) => Math.abs(value) < 1e-14));
});
