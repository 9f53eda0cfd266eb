import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binRows, boost, bundleOneHots, findBins, predictScores, shapleyValues } from '../../../kernels/trees/index.ts';
import type { Bins, BoostOptions, Ensemble, Matrix } from '../../../kernels/trees/index.ts';
import { freshKernels, uniform } from '../kernels.ts';

const kernels = await freshKernels();
const asMatrix = (x: readonly (readonly number[])[]): Matrix => ({ values: Float64Array.from(x.flat()), rows: x.length, columns: (x[0] as number[]).length, order: 'row-major' });

function fit(x: readonly (readonly number[])[], y: readonly number[], options: Partial<BoostOptions>, bins: Bins = findBins(kernels, asMatrix(x))): Ensemble {
  const mark = kernels.memory.mark();
  const { ensemble } = boost(kernels, { rows: binRows(kernels, bins, asMatrix(x)), y: Float64Array.from(y) }, { objective: 'squared', ...options });
  kernels.memory.release(mark);
  return ensemble;
}

const scores = (ensemble: Ensemble, x: readonly (readonly number[])[]): Float64Array => predictScores(kernels, ensemble, asMatrix(x));

/** A rising trend under waves and noise, so that an unconstrained fit falls here and there. */
function wavy(n: number, seed: number): { x: number[][]; y: number[] } {
  const draw = uniform(seed);
  const x = Array.from({ length: n }, () => [Math.floor(100 * draw()) / 100, Math.floor(100 * draw()) / 100, draw() < 0.1 ? Number.NaN : Math.floor(20 * draw()) / 20]);
  return { x, y: x.map(([a, b, c]) => 2 * (a as number) + 0.6 * Math.sin(20 * (a as number)) - (b as number) + 0.5 * Math.sin(15 * (b as number)) + (Number.isNaN(c) ? 1 : (c as number)) + 0.5 * draw()) };
}

/** Largest fall of the scores as feature f rises, other features at the values of some rows. */
function largestFall(ensemble: Ensemble, x: readonly (readonly number[])[], f: number): number {
  let worst = 0;
  for (const row of x.slice(0, 40)) {
    const along = scores(ensemble, Array.from({ length: 201 }, (_, k) => row.with(f, k / 200)));
    for (let k = 1; k < along.length; k++) worst = Math.max(worst, (along[k - 1] as number) - (along[k] as number));
  }
  return worst;
}

test('predictions never fall along a feature constrained to rise, nor rise along one constrained to fall', () => {
  const { x, y } = wavy(800, 601);
  for (const growth of ['leaf-wise', 'depth-wise'] as const) {
    for (const options of [{}, { objective: 'absolute' }, { lambdaL2: 2, pathSmooth: 5 }] as const) {
      const free = fit(x, y, { growth, minDataInLeaf: 5, ...options });
      const held = fit(x, y, { growth, minDataInLeaf: 5, monotoneConstraints: [1, -1, 0], ...options });
      assert.ok(largestFall(free, x, 0) > 0.05, 'without the constraint they do fall');
      assert.ok(largestFall(held, x, 0) <= 1e-12, `${growth} ${largestFall(held, x, 0)}`);
      const rise = { ...held, value: held.value.map((value) => -value), base: held.base.map((value) => -value) };
      assert.ok(largestFall(rise, x, 1) <= 1e-12);
      assert.ok(held.feature.includes(0) && held.left.length > 100);
    }
  }
  assert.throws(() => fit(x, y, { monotoneConstraints: [1, 0] }), { code: 'kernel_domain', values: { name: 'monotoneConstraints' } });
  assert.throws(() => fit(x, y, { monotoneConstraints: [1, 0, 0], growth: 'oblivious' }), { code: 'kernel_domain' });
});

/** Sets of features on the paths of all trees. */
function paths(ensemble: Ensemble): Set<string> {
  const found = new Set<string>();
  for (let t = 0; t + 1 < ensemble.roots.length; t++) {
    const root = ensemble.roots[t] as number;
    const walk = (i: number, above: readonly number[]): void => {
      const left = ensemble.left[root + i] as number;
      if (left < 0) {
        found.add([...new Set(above)].sort((a, b) => a - b).join());
        return;
      }
      for (const child of [left, left + 1]) walk(child, [...above, ensemble.feature[root + i] as number]);
    };
    walk(0, []);
  }
  return found;
}

test('features of different interaction sets never meet on a path', () => {
  const draw = uniform(602);
  const x = Array.from({ length: 600 }, () => Array.from({ length: 5 }, () => Math.floor(50 * draw())));
  const y = x.map(([a, b, c, d, e]) => (a as number) * (b as number) + (b as number) * (c as number) + (d as number) * (a as number) + (e as number) * 90);
  for (const featureFractionByNode of [1, 0.7]) {
    const held = paths(fit(x, y, { featureFractionByNode, interactionConstraints: [[0, 1], [1, 2, 3]] }));
    for (const path of held) assert.ok(path.split(',').every((f) => '0,1'.includes(f)) || path.split(',').every((f) => '1,2,3'.includes(f)), path);
    assert.ok(held.has('0,1') && held.has('1,2,3'));
    assert.ok([...paths(fit(x, y, { featureFractionByNode }))].some((path) => path.includes('0') && path.includes('3')));
  }
  assert.throws(() => fit(x, y, { interactionConstraints: [[0, 7]] }), { code: 'kernel_domain', values: { name: 'interactionConstraints' } });
});

/** Categories with means that their codes do not follow, beside a number. */
function categorical(n: number, levels: number, seed: number): { x: number[][]; y: number[] } {
  const draw = uniform(seed);
  const mean = Array.from({ length: levels }, () => 5 * draw());
  const x = Array.from({ length: n }, () => [Math.floor(levels * draw()) * 3, Math.floor(30 * draw())]);
  return { x, y: x.map(([c, a]) => (mean[(c as number) / 3] as number) + 0.02 * (a as number) + draw()) };
}

test('a split by categories is the best of all subsets', () => {
  const { x, y } = categorical(400, 8, 603);
  const bins = findBins(kernels, asMatrix(x), { categorical: [0] });
  const exact = { catSmooth: 0, catL2: 0, minDataPerGroup: 1, minDataInLeaf: 1, numIterations: 1, learningRate: 1, numLeaves: 2 };
  const one = fit(x, y, exact, bins);
  const mean = y.reduce((a, b) => a + b, 0) / y.length;
  let best = 0;
  for (let set = 1; set < 255; set++) {
    const inside = x.map(([c]) => ((set >> ((c as number) / 3)) & 1) === 1);
    const sum = y.reduce((total, value, i) => total + (inside[i] === true ? value - mean : 0), 0);
    const count = inside.filter(Boolean).length;
    best = Math.max(best, sum * sum / count + sum * sum / (400 - count));
  }
  assert.equal(one.feature[0], 0);
  assert.ok(Math.abs((one.gain[0] as number) - best) < 1e-5 * best, `${one.gain[0]} ${best}`);
  // categories that were never seen, and none, go right
  const right = scores(one, x).filter((_, i) => (x[i]?.[0]) === x.find(([c], k) => c !== undefined && Math.abs((scores(one, [x[k] as number[]])[0] as number) - ((one.base[0] as number) + (one.value[2] as number))) < 1e-9)?.[0])[0] as number;
  for (const odd of [999, 1, -4, 3e9, Number.NaN]) assert.equal(scores(one, [[odd, 3]])[0], right);
});

test('categories do better than their codes, and each of their options changes the model', () => {
  const { x, y } = categorical(2000, 40, 604);
  const bins = findBins(kernels, asMatrix(x), { categorical: [0] });
  const loss = (ensemble: Ensemble): number => scores(ensemble, x).reduce((sum, score, i) => sum + (score - (y[i] as number)) ** 2, 0);
  const options = { numIterations: 20, numLeaves: 8 };
  const plain = fit(x, y, options, bins);
  assert.ok(loss(plain) < 0.8 * loss(fit(x, y, options)));
  const changes: Partial<BoostOptions>[] = [{ catSmooth: 45 }, { catL2: 100 }, { maxCatThreshold: 3 }, { maxCatToOnehot: 50 }, { minDataPerGroup: 300 }];
  const seen = new Set([JSON.stringify([...plain.value]), ...changes.map((change) => JSON.stringify([...fit(x, y, { ...options, ...change }, bins).value]))]);
  assert.equal(seen.size, changes.length + 1);
  const onehot = fit(x, y, { ...options, maxCatToOnehot: 50 }, bins);
  onehot.flags.forEach((flags, i) => {
    if ((flags & 8) === 0) return;
    const s = onehot.threshold[i] as number;
    const words = onehot.categories?.words.subarray(onehot.categories.starts[s], onehot.categories.starts[s + 1]) as Uint32Array;
    assert.equal([...words].join('').length > 0 && [...words].reduce((bits, word) => bits + word.toString(2).replaceAll('0', '').length, 0), 1);
  });
  const { values } = shapleyValues(kernels, plain, asMatrix(x.slice(0, 20)));
  scores(plain, x.slice(0, 20)).forEach((score, i) => assert.ok(Math.abs(score - values.subarray(3 * i, 3 * i + 3).reduce((a, b) => a + b, 0)) < 1e-12));
  assert.throws(() => findBins(kernels, asMatrix([[0.5], [1]]), { categorical: [0] }), { code: 'kernel_domain', values: { row: 0, column: 0, value: 0.5 } });
});

test('more categories than bins leave the rarest to the right', () => {
  const x = Array.from({ length: 900 }, (_, i) => [i < 600 ? i % 3 : 10 + (i % 300)]);
  const bins = findBins(kernels, asMatrix(x), { categorical: [0], maxBin: 3 });
  assert.deepEqual([...(bins.categories?.[0] as Float64Array)], [0, 1, 2]);
  const ensemble = fit(x, x.map(([c]) => ((c as number) < 10 ? 0 : 5)), { numIterations: 1, learningRate: 1, catSmooth: 1, minDataPerGroup: 1, maxCatToOnehot: 1 }, bins);
  assert.ok(ensemble.left.length > 1 && scores(ensemble, [[0]])[0] !== scores(ensemble, [[500]])[0]);
});

test('one-hot columns that share a record\'s column give the trees they give apart', () => {
  const draw = uniform(605);
  const hot = (k: number, of: number): number[] => Array.from({ length: of }, (_, j) => Number(j === k));
  const x = Array.from({ length: 500 }, () => [draw() < 0.1 ? Number.NaN : Math.floor(16 * draw()), ...hot(Math.floor(6 * draw()), 4), Math.floor(8 * draw()), ...hot(Math.floor(3 * draw()), 3)]);
  const y = x.map((row) => row.reduce((sum, value, j) => sum + (Number.isNaN(value) ? 2 : value) * (j % 4), 0) + (row[2] as number) * (row[5] as number) + draw());
  const apart = findBins(kernels, asMatrix(x));
  const together = bundleOneHots(apart, asMatrix(x));
  assert.deepEqual(together.layout, [0, [1, 2, 3, 4], 5, [6, 7, 8]]);
  // the scan in double precision for both; a penalty of nothing much asks for it
  const options = { numIterations: 30, minDataInLeaf: 5, lambdaL1: 1e-9 };
  const [a, b] = [fit(x, y, options, apart), fit(x, y, options, together)];
  assert.deepEqual(b.feature, a.feature);
  assert.deepEqual(b.threshold, a.threshold);
  b.value.forEach((value, i) => assert.ok(Math.abs(value - (a.value[i] as number)) < 1e-9));
  assert.deepEqual(scores(b, x).map((value) => Math.round(value * 1e8)), scores(a, x).map((value) => Math.round(value * 1e8)));
  assert.equal(bundleOneHots(findBins(kernels, asMatrix(x.map(([v]) => [v as number]))), asMatrix(x.map(([v]) => [v as number]))).layout, undefined);
  assert.deepEqual(bundleOneHots(apart, asMatrix(x), [2]).layout?.[1], [1, 3, 4]);
});

test('bins of a training fold do not depend on the other rows', () => {
  const { x } = wavy(200, 606);
  const among = Int32Array.from({ length: 100 }, (_, i) => 2 * i);
  const spoilt = x.map((row, i) => (i % 2 === 1 ? [1e9 * i, -5, Number.NaN] : row));
  const strict = findBins(kernels, asMatrix(spoilt), { among });
  assert.deepEqual(strict, findBins(kernels, asMatrix(x), { among }));
  assert.deepEqual(strict, findBins(kernels, asMatrix([...among].map((i) => x[i] as number[]))));
  assert.notDeepEqual(strict.upper, findBins(kernels, asMatrix(spoilt)).upper);
});

test('goss with everything drawn is plain boosting, drawing less is another and still good model', () => {
  const { x, y } = wavy(1000, 607);
  const options = { numIterations: 40, learningRate: 0.2 };
  const plain = fit(x, y, options);
  const all = fit(x, y, { ...options, dataSampleStrategy: 'goss', topRate: 0.5, otherRate: 0.5 });
  assert.deepEqual(all.feature, plain.feature);
  all.value.forEach((value, i) => assert.ok(Math.abs(value - (plain.value[i] as number)) < 1e-9));
  const some = fit(x, y, { ...options, dataSampleStrategy: 'goss' });
  // five full trees, then 300 rows each; amplified to stand for all
  assert.deepEqual([0, 4, 5, 39].map((t) => some.rows[some.roots[t] as number]), [1000, 1000, 300, 300]);
  const cover = some.cover[some.roots[39] as number] as number;
  assert.ok(Math.abs(cover - 1000) < 1e-6, `${cover}`);
  const loss = (ensemble: Ensemble): number => scores(ensemble, x).reduce((sum, score, i) => sum + (score - (y[i] as number)) ** 2, 0) / 1000;
  // the target's variance is 0.9
  assert.ok(loss(some) < 0.04, `${loss(some)}`);
  assert.notDeepEqual(fit(x, y, { ...options, dataSampleStrategy: 'goss', seed: 5 }).value, some.value);
  for (const change of [{ topRate: 0.4 }, { otherRate: 0.3 }]) assert.notDeepEqual(fit(x, y, { ...options, dataSampleStrategy: 'goss', ...change }).value, some.value);
  assert.throws(() => fit(x, y, { dataSampleStrategy: 'goss', topRate: 0.8, otherRate: 0.3 }), { code: 'kernel_domain' });
});

test('an oblivious tree has one condition per level, the one with most gain over the level', () => {
  const { x, y } = wavy(500, 608);
  const ensemble = fit(x, y, { growth: 'oblivious', maxDepth: 4, numIterations: 10, minDataInLeaf: 1 });
  for (let t = 0; t < 10; t++) {
    const root = ensemble.roots[t] as number;
    let level = [0];
    while (level.some((i) => (ensemble.left[root + i] as number) >= 0)) {
      assert.equal(new Set(level.map((i) => `${ensemble.feature[root + i]} ${ensemble.threshold[root + i]} ${ensemble.flags[root + i]}`)).size, 1);
      level = level.flatMap((i) => [ensemble.left[root + i] as number, (ensemble.left[root + i] as number) + 1]);
    }
    assert.equal(level.length, 16);
  }
  // the second level of the first tree by trying every cut on both nodes at once
  const mean = y.reduce((a, b) => a + b, 0) / 500;
  const goes = (row: readonly number[], f: number, threshold: number, missingLeft: boolean): boolean => (Number.isNaN(row[f]) ? missingLeft : (row[f] as number) <= threshold);
  const side = x.map((row) => goes(row, ensemble.feature[0] as number, ensemble.threshold[0] as number, ((ensemble.flags[0] as number) & 1) === 1));
  let best = { gain: 0, feature: -1, threshold: 0 };
  for (let f = 0; f < 3; f++) for (const threshold of new Set(x.map((row) => row[f] as number).filter((value) => !Number.isNaN(value)))) for (const missingLeft of [true, false]) {
    let gain = 0;
    for (const half of [true, false]) {
      const members = x.map((_, i) => i).filter((i) => side[i] === half);
      const score = (of: readonly number[]): number => (of.length === 0 ? 0 : of.reduce((sum, i) => sum + (y[i] as number) - mean, 0) ** 2 / of.length);
      const left = members.filter((i) => goes(x[i] as number[], f, threshold, missingLeft));
      gain += score(left) + score(members.filter((i) => !left.includes(i))) - score(members);
    }
    if (gain > best.gain + 1e-9) best = { gain, feature: f, threshold };
  }
  const child = ensemble.left[0] as number;
  assert.equal(ensemble.feature[child], best.feature);
  assert.ok(Math.abs((ensemble.gain[child] as number) - best.gain) < 1e-5 * best.gain, `${ensemble.gain[child]} ${best.gain}`);
  assert.throws(() => fit(x, y, { growth: 'oblivious', maxDepth: 0 }), { code: 'kernel_domain' });
});

test('path smoothing draws a leaf towards its parent as if that were so many rows', () => {
  const x = Array.from({ length: 12 }, (_, i) => [i + 1]);
  const y = [1, 1, 1, 2, 2, 2, 5, 5, 5, 9, 9, 9];
  const { value, base, left } = fit(x, y, { numIterations: 1, learningRate: 1, numLeaves: 2, minDataInLeaf: 1, pathSmooth: 4 });
  assert.equal(left[0], 1);
  // halves of six rows with means 1.5 and 7 about a parent of mean 4.25: weight 6/4 / (6/4 + 1)
  const share = 1.5 / 2.5;
  [1.5, 7].forEach((mean, k) => assert.ok(Math.abs((base[0] as number) + (value[1 + k] as number) - (share * mean + (1 - share) * 4.25)) < 1e-12));
});
