import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallestChange } from '../../../cluster/classification/explanation/counterfactuals.ts';
import { factorsOf, settingOf, type Factor } from '../../../cluster/classification/explanation/factors.ts';
import type { Judged } from '../../../cluster/classification/explanation/judge.ts';
import { largestBox } from '../../../cluster/classification/explanation/largest-box.ts';
import { combinations, latticeOf } from '../../../cluster/classification/explanation/lattice.ts';
import { nextExperiments } from '../../../cluster/classification/explanation/next-experiments.ts';
import { correlatedGroups, importanceOf } from '../../../cluster/classification/explanation/permutation.ts';
import { explainLabelRows } from '../../../cluster/classification/explanation/shapley.ts';
import { openClassifier, type Pool } from '../../../cluster/classification/model.ts';
import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { fitModel } from '../../../kernels/models/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import { classify } from './run-analysis.ts';
import { quick, ring } from './tables.ts';

const columns = (...values: number[][]): Matrix & { values: Float64Array } => ({ values: Float64Array.from(values.flat()), rows: values[0]!.length, columns: values.length, order: 'column-major' });

test('the largest box of a lattice is that of trying every box; dimensions without an order keep one level', () => {
  const sizes = [4, 3, 5];
  for (let seed = 1; seed <= 40; seed++) {
    const draw = randomStream(seed, 9);
    const truth = Uint8Array.from({ length: 60 }, () => Number(draw() < 0.35 + 0.5 * (seed % 2)));
    for (const single of [[], [false, true, false]]) {
      let most = 0;
      for (let a = 0; a < 4; a++) for (let a2 = a; a2 < 4; a2++) for (let b = 0; b < 3; b++) for (let b2 = b; b2 < (single.length > 0 ? b + 1 : 3); b2++) for (let c = 0; c < 5; c++) for (let c2 = c; c2 < 5; c2++) {
        let whole = true;
        for (let i = a; i <= a2; i++) for (let j = b; j <= b2; j++) for (let k = c; k <= c2; k++) whole &&= truth[(i * 3 + j) * 5 + k] === 1;
        if (whole) most = Math.max(most, (a2 - a + 1) * (b2 - b + 1) * (c2 - c + 1));
      }
      const box = largestBox(truth, sizes, single)!;
      assert.equal(box.cells, most, `seed ${seed}`);
      assert.ok(box.exact);
      for (let i = box.low[0]!; i <= box.high[0]!; i++) for (let j = box.low[1]!; j <= box.high[1]!; j++) for (let k = box.low[2]!; k <= box.high[2]!; k++) assert.equal(truth[(i * 3 + j) * 5 + k], 1);
    }
  }
  assert.equal(largestBox(new Uint8Array(60), sizes), null);
});

test('one-hot brushes are one factor, numbers keep their order, and a lattice gives the most important factors the most levels', () => {
  const names = ['回転速度', 'A11', 'A21', 'A32', '材料'];
  const x = columns([1, 2, 3, 4, 5, 6], [1, 0, 0, 1, 0, 0], [0, 1, 0, 0, 1, 0], [0, 0, 1, 0, 0, 0], [0, 1, 0, 1, 0, 1]);
  const data = { features: names.map((name) => ({ name })) as never, x, levels: [[], [], [], [], ['Steel', 'Alumi']], categorical: [4] };
  const factors = factorsOf(data);
  assert.deepEqual(factors.map(({ name }) => name), ['回転速度', 'ブラシ', '材料']);
  assert.deepEqual(factors[1]!.levels.map((level) => settingOf(factors[1]!, level, data)), ['—', 'A32', 'A21', 'A11']);
  assert.deepEqual(factors.map(({ ordered }) => ordered), [true, false, false]);
  const lattice = latticeOf(factors, 5, [1, 0.5, 0.1], 40);
  assert.deepEqual(lattice.sizes, [5, 4, 2]);
  assert.equal(lattice.x.rows, 40);
  // a row has one brush at most, the ends of the numbers are there
  for (let row = 0; row < 40; row++) assert.ok([1, 2, 3].reduce((sum, j) => sum + lattice.x.values[j * 40 + row]!, 0) <= 1);
  assert.deepEqual([Math.min(...lattice.x.values.subarray(0, 40)), Math.max(...lattice.x.values.subarray(0, 40))], [1, 6]);
  assert.deepEqual(latticeOf(factors, 5, [0, 0, 1], 3).sizes, [1, 1, 2], 'what has no room is held');
});

test('base and Shapley values of a row sum to its calibrated probability, whatever corrects the pool; a forest alone has those of all coalitions', async () => {
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  const draw = randomStream(6, 1);
  const x = columns(...Array.from({ length: 3 }, () => Array.from({ length: 60 }, () => Math.round(8 * draw()) / 8)));
  const y = Float64Array.from({ length: 60 }, (_, i) => Number(x.values[i]! + x.values[60 + i]! * x.values[120 + i]! > 0.8 !== draw() < 0.1));
  const rows = { x, y, featureNames: ['a', 'b', 'c'], categorical: [] };
  const member = (family: 'random-forest' | 'response-surface', options: object): Pool['members'][number]['model'] => ({ preparation: null, model: fitModel(kernels, family, rows, { task: 'binary', seed: 1, options }).model });
  const forest = member('random-forest', { trees: 20 });
  const mixed = [{ family: 'random_forest', weight: 0.4, model: forest }, { family: 'quadratic_logistic', weight: 0.6, model: member('response-surface', { terms: 'quadratic', ridge: 1 }) }];
  const background = { ...columns([0, 0.5, 1, 0.25], [1, 0, 0.5, 0.25], [0.5, 0.5, 0, 1]) };
  const explained = columns([0.1, 0.9, 0.5], [0.4, 0.8, 0.1], [1, 0.7, 0.2]);
  for (const pool of [{ members: mixed, calibrator: { kind: 'none' } }, { members: mixed, calibrator: { kind: 'temperature', temperature: 1.7 } }] as Pool[]) {
    const { values, base } = await explainLabelRows({ pool, rows: explained, background, seed: 3, first: 0 });
    const p = openClassifier(kernels, pool);
    assert.ok(Math.abs(base - p(background).reduce((a, b) => a + b, 0) / 4) < 1e-12);
    p(explained).forEach((own, i) => assert.ok(Math.abs(base + values[3 * i]! + values[3 * i + 1]! + values[3 * i + 2]! - own) < 1e-12));
  }
  const pool: Pool = { members: [{ family: 'random_forest', weight: 1, model: forest }], calibrator: { kind: 'none' } };
  const { values } = await explainLabelRows({ pool, rows: explained, background, seed: 3, first: 0 });
  const predict = openClassifier(kernels, pool);
  const worth = (row: number, set: number): number => predict(columns(...[0, 1, 2].map((j) => Array.from({ length: 4 }, (_, b) => ((set >> j) & 1 ? explained.values[j * 3 + row]! : background.values[j * 4 + b]!))))).reduce((a, b) => a + b, 0) / 4;
  for (let row = 0; row < 3; row++) for (let j = 0; j < 3; j++) {
    const others = [0, 1, 2].filter((k) => k !== j).map((k) => 1 << k);
    const gain = (set: number): number => worth(row, set | (1 << j)) - worth(row, set);
    const shapley = (gain(0) * 2 + gain(others[0]!) + gain(others[1]!) + gain(others[0]! | others[1]!) * 2) / 6;
    // a probability is kept off 0 and 1 by 1e-6
    assert.ok(Math.abs(values[3 * row + j]! - shapley) < 2e-6);
  }
});

test('importance is the rise of the log-loss with the interval of a mean over conditions; features that go together are found', () => {
  const y = Float64Array.of(1, 0, 1, 0);
  const own = Float64Array.of(0.8, 0.2, 0.6, 0.4);
  const found = importanceOf(y, Int32Array.of(0, 1, 2, 3), own, [Float64Array.of(0.4, 0.2, 0.6, 0.4), Float64Array.of(0.8, 0.6, 0.6, 0.4)], 0.95);
  const rises = [Math.log(2) / 2, Math.log(2) / 2, 0, 0];
  const mean = Math.log(2) / 4;
  const error = Math.sqrt(rises.reduce((sum, rise) => sum + (rise - mean) ** 2, 0) / 3 / 4);
  assert.ok(Math.abs(found.log_loss - mean) < 1e-15);
  assert.ok(Math.abs(found.high - mean - 3.182446305 * error) < 1e-9);
  assert.equal(found.auc, 1 - 0.875);
  // the same rows as replicates of two conditions
  const paired = importanceOf(y, Int32Array.of(0, 0, 1, 1), own, [Float64Array.of(0.4, 0.2, 0.6, 0.4), Float64Array.of(0.8, 0.6, 0.6, 0.4)], 0.95);
  assert.ok(paired.high - paired.log_loss > found.high - found.log_loss);
  assert.deepEqual(correlatedGroups(columns([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 6, 5], [1, -1, 1, -1, 1, -1]), []), [[0, 1]]);
});

test('the smallest change to yes is that of trying all: one factor before two, the nearest setting after that; fixed factors stay', () => {
  const level = (...values: number[]): number[][] => values.map((value) => [value]);
  const factors: Factor[] = [{ name: 'a', columns: [0], levels: level(0, 1, 2, 3, 4), ordered: true, usual: 2 }, { name: 'b', columns: [1], levels: level(0, 5, 10), ordered: true, usual: 1 }, { name: 'c', columns: [2], levels: level(0, 1), ordered: false, usual: 0 }];
  const judge = (rule: (a: number, b: number, c: number) => boolean) => (m: Matrix): Judged => {
    const yes = Array.from({ length: m.rows }, (_, i) => rule(m.values[i]!, m.values[m.rows + i]!, m.values[2 * m.rows + i]!));
    return { probability: Float64Array.from(yes, (own) => (own ? 0.9 : 0.1)), decision: Int8Array.from(yes, Number), outside: new Uint8Array(m.rows) };
  };
  const known = columns([4, 0], [10, 10], [1, 1]);
  const own = Float64Array.of(1, 0, 0);
  const of = (rule: (a: number, b: number, c: number) => boolean, free = [0, 1, 2]) => smallestChange(judge(rule), factors, free, own, known);
  // 3 is nearer than 4, and than the whole range of b
  assert.deepEqual(of((a, b) => a >= 3 || b === 10), { kind: 'one', changes: [{ factor: 0, from: [1], to: [3] }], after: 0.9 });
  assert.deepEqual(of((a, b) => a >= 3 || b === 10, [1, 2]), { kind: 'one', changes: [{ factor: 1, from: [0], to: [10] }], after: 0.9 });
  assert.deepEqual(of((a, b) => a >= 2 && b >= 5), { kind: 'two', changes: [{ factor: 0, from: [1], to: [2] }, { factor: 1, from: [0], to: [5] }], after: 0.9 });
  const three = of((a, b, c) => a === 0 && b === 10 && c === 1);
  assert.deepEqual([three.kind, three.changes.map(({ to }) => to[0])], ['nearest', [0, 10, 1]]);
  assert.equal(of((a, b, c) => a === 0 && b === 10 && c === 1, [0, 1]).kind, 'none');
});

test('the first proposed run is the one with the largest expected number of decided settings, the next ones are not its copies', () => {
  const places = Array.from({ length: 12 }, (_, i) => Float64Array.of(i / 11, (i % 3) / 2));
  const draw = randomStream(4, 4);
  const waves = Array.from({ length: 8 }, () => [draw() - 0.5, draw() - 0.5, draw() - 0.5]);
  const centre = Float64Array.from({ length: 12 }, (_, i) => Math.sin(i));
  const opinions = waves.map(([a, b, c]) => Float64Array.from(places, (at, i) => centre[i]! + 3 * (a! * at[0]! + b! * at[1]! + c!)));
  const zone = { centre, opinions, places, upper: 1.2, lower: -1.2 };
  const normal = (z: number): number => { // by the midpoint rule, from −12
    let sum = 0;
    for (let k = 0; k < 20_000; k++) { const t = -12 + (z + 12) * (k + 0.5) / 20_000; sum += Math.exp(-t * t / 2); }
    return sum * (z + 12) / 20_000 / Math.sqrt(2 * Math.PI);
  };
  const mean = (i: number): number => opinions.reduce((sum, own) => sum + own[i]!, 0) / 8;
  const covariance = (i: number, j: number): number => 7 / 8 * opinions.reduce((sum, own) => sum + (own[i]! - mean(i)) * (own[j]! - mean(j)), 0) * Math.exp(-((places[i]![0]! - places[j]![0]!) ** 2 + (places[i]![1]! - places[j]![1]!) ** 2) / (2 * 0.35 ** 2));
  const worth = [...places.keys()].map((c) => {
    const p = 1 / (1 + Math.exp(-centre[c]!));
    return [...places.keys()].reduce((sum, i) => {
      const r = Math.sqrt(covariance(c, i) ** 2 / (covariance(c, c) + 1 / (p * (1 - p))));
      return sum + normal((centre[i]! - 1.2) / r) + normal((-1.2 - centre[i]!) / r);
    }, 0);
  });
  const runs = nextExperiments(zone, 4);
  assert.equal(runs[0]!.at, worth.indexOf(Math.max(...worth)));
  assert.ok(Math.abs(runs[0]!.decided - Math.max(...worth)) < 1e-6);
  assert.equal(new Set(runs.map(({ at }) => at)).size, 4);
  for (let k = 1; k < 4; k++) assert.ok(runs[k]!.decided > runs[k - 1]!.decided);
});

test('an explained job: what matters, the map, a window that is yes everywhere, changes that end in yes, runs in the gray zone; settings of the explanation change it', async () => {
  const parameters = { ...quick, models_to_use: ['quadratic_logistic'], outer_splits: 3, inner_splits: 3, false_positive_limit: 0.08, false_negative_limit: 0.08, explanation: {} };
  const table = ring({ rows: 130, flips: 0.04 });
  const { result } = await classify(table, parameters);
  const explanation = result.explanation!;
  const item = (name: string) => explanation.permutation.items.find((own) => own.name === name)!;
  assert.ok(item('a').low > 0 && item('b').low > 0 && item('brush').low < 0.02, JSON.stringify(explanation.permutation.items));
  const map = explanation.process_map!;
  assert.deepEqual([map.x, map.y].sort(), ['a', 'b']);
  // the ring's middle is yes, its corners are not
  assert.equal(map.decision[16]![16], 'y');
  for (const [row, column] of [[0, 0], [0, 32], [32, 0], [32, 32]] as const) assert.notEqual(map.decision[row]![column], 'y');
  const window = explanation.process_window!;
  for (const { low, high, name } of window.ranges) if (name !== 'brush') assert.ok(Number(low) < 0.6 && Number(high) > 0.4, JSON.stringify(window.ranges));
  assert.ok(window.checked_yes > 0.95 && window.exact);
  assert.ok(explanation.counterfactuals.length > 10);
  const threshold = window.threshold!;
  for (const { kind, after, probability, changes, decision } of explanation.counterfactuals) {
    assert.notEqual(decision, 'yes');
    if (kind === 'none') continue;
    assert.ok(after! > threshold && changes.length > 0 && probability <= 1);
    if (kind === 'one') assert.equal(changes.length, 1);
  }
  const { runs, gray } = explanation.next_experiments;
  assert.ok(gray > 0 && runs.length > 0);
  const lower = result.model.thresholds.lower.kind === 'certified' ? result.model.thresholds.lower.threshold : 0;
  for (const { probability } of runs) assert.ok(probability <= threshold && probability >= lower);
  const points = explanation.learning;
  assert.deepEqual(points.map(({ share }) => share), [0.25, 0.5, 0.75, 1]);
  assert.ok(points[0]!.log_loss > points[3]!.log_loss);
  assert.equal(points[3]!.log_loss.toPrecision(8), result.final.score.log_loss.toPrecision(8));
  // the job's own limits are among those that were looked at
  const own = result.limits.find((point) => point.false_positive_limit === 0.08 && point.false_negative_limit === 0.08)!;
  assert.deepEqual(own.gray_share, result.final.confusion.gray_share);
  assert.deepEqual(own.false_positive_rate, result.final.confusion.false_positive_rate);
  const other = (await classify(table, { ...parameters, explanation: { rows: 7, learning_curve: false, map_factors: ['b', 'a'], fixed_factors: ['a', 'brush'], counterfactuals: 6, next_experiments: 2 } })).result.explanation!;
  assert.equal(other.shapley!.values.length, 7);
  assert.deepEqual(other.learning, []);
  assert.deepEqual([other.process_map!.x, other.process_map!.y], ['b', 'a']);
  assert.equal(other.counterfactuals.length, 6);
  for (const { changes } of other.counterfactuals) for (const { name } of changes) assert.equal(name, 'b');
  assert.equal(other.next_experiments.runs.length, 2);
  await assert.rejects(classify(table, { ...parameters, explanation: { fixed_factors: ['zeal'] } }), { code: 'column_not_found' });
  assert.equal((await classify(table, { ...parameters, explanation: { enabled: false } })).result.explanation, null);
});

test('all combinations of levels, the last factor fastest', () => {
  const factors: Factor[] = [{ name: 'b', columns: [1], levels: [[7], [8]], ordered: true, usual: 0 }, { name: 'a', columns: [0], levels: [[1], [2], [3]], ordered: true, usual: 0 }];
  const { values } = combinations(factors, factors.map(({ levels }) => levels), 2);
  assert.deepEqual([...values], [1, 2, 3, 1, 2, 3, 7, 7, 7, 8, 8, 8]);
});
