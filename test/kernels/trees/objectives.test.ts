import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { binRows, boost, findBins, predict, predictScores, truncate } from '../../../kernels/trees/index.ts';
import type { Boosted, BoostOptions, Matrix, ObjectiveName } from '../../../kernels/trees/index.ts';
import { freshKernels, uniform } from '../kernels.ts';

const kernels = await freshKernels();
const python = process.env['BENCH_PYTHON'] ?? '/usr/bin/python3';
const noSklearn = spawnSync(python, ['-c', 'import sklearn']).status === 0 ? false : 'python3-sklearn is not installed';

const asMatrix = (x: readonly (readonly number[])[]): Matrix => ({ values: Float64Array.from(x.flat()), rows: x.length, columns: (x[0] as number[]).length, order: 'row-major' });

function fit(x: readonly (readonly number[])[], y: readonly number[], options: BoostOptions, weights?: readonly number[]): Boosted {
  const mark = kernels.memory.mark();
  const rows = binRows(kernels, findBins(kernels, asMatrix(x)), asMatrix(x));
  const fitted = boost(kernels, { rows, y: Float64Array.from(y), ...(weights ? { weights: Float64Array.from(weights) } : {}) }, options);
  kernels.memory.release(mark);
  return fitted;
}

/** Few levels, so that every learner has the same candidate cuts; a noise that is heavy on one side. */
function problem(n: number, seed: number): { x: number[][]; y: number[] } {
  const draw = uniform(seed);
  const x = Array.from({ length: n }, () => [Math.floor(20 * draw()), Math.floor(10 * draw()), Math.floor(6 * draw())]);
  return { x, y: x.map(([a, b, c]) => (a as number) * 0.3 + Math.sin(b as number) + (c as number) * (a as number) * 0.05 - Math.log(draw())) };
}

interface Peer { prediction: number[] }

function sklearn(...commands: object[]): Peer[] {
  const code = `
import json, sys
import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor as R, HistGradientBoostingClassifier as C
for line in sys.stdin:
    c = json.loads(line)
    x, y = np.array(c["x"], float), np.array(c["y"], float)
    w = np.array(c["w"], float) if c.get("w") else None
    m = (C if c["kind"] == "classifier" else R)(early_stopping=False, **c["parameters"]).fit(x, y, sample_weight=w)
    p = m.predict_proba(x).T.ravel() if c["kind"] == "classifier" else m.predict(x)
    print(json.dumps(dict(prediction=p.tolist())))
`;
  const { stdout, stderr, status } = spawnSync(python, ['-c', code], { input: commands.map((command) => JSON.stringify(command)).join('\n'), encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, OMP_NUM_THREADS: '1' } });
  assert.equal(status, 0, stderr);
  return stdout.trim().split('\n').map((line) => JSON.parse(line) as Peer);
}

/** sklearn 1.2.1's settings for ours. */
const shared = { max_iter: 30, max_leaf_nodes: 12, learning_rate: 0.1, min_samples_leaf: 20 };
const own = { numIterations: 30, numLeaves: 12, learningRate: 0.1, minDataInLeaf: 20, minSumHessianInLeaf: 1e-3 };

/** Mean difference of two predictions, as a share of the spread of one. (A near-tie that falls the other way moves a few rows by much.) */
function gap(a: ArrayLike<number>, b: readonly number[]): number {
  const spread = Math.max(...b) - Math.min(...b);
  return b.reduce((sum, value, i) => sum + Math.abs(value - (a[i] as number)), 0) / b.length / spread;
}

test('absolute, quantile and Poisson boosting predict what scikit-learn predicts', { skip: noSklearn }, () => {
  const { x, y } = problem(600, 501);
  const counts = y.map((value) => Math.max(0, Math.floor(value)));
  const answers = sklearn(
    { kind: 'regressor', x, y, parameters: { ...shared, loss: 'absolute_error' } },
    { kind: 'regressor', x, y, parameters: { ...shared, loss: 'quantile', quantile: 0.8 } },
    { kind: 'regressor', x, y: counts, parameters: { ...shared, loss: 'poisson' } },
    { kind: 'regressor', x, y, w: x.map((_, i) => 1 + (i % 3)), parameters: { ...shared, loss: 'squared_error', min_samples_leaf: 1 } },
  );
  // it takes quantiles of leaves between neighbours and Poisson steps of full length: close, not equal
  const cases: [ObjectiveName, Partial<BoostOptions>, readonly number[], number, (readonly number[])?][] = [
    ['absolute', {}, y, 0.002], ['quantile', { alpha: 0.8 }, y, 0.02], ['poisson', {}, counts, 0.2], ['squared', { minDataInLeaf: 1 }, y, 0.002, x.map((_, i) => 1 + (i % 3))],
  ];
  cases.forEach(([objective, options, target, tolerance, weights], k) => {
    const { ensemble } = fit(x, target, { ...own, ...options, objective }, weights);
    const difference = gap(predict(kernels, ensemble, asMatrix(x)), (answers[k] as Peer).prediction);
    assert.ok(difference < tolerance, `${objective}: ${difference}`);
  });
});

test('softmax boosting gives scikit-learn\'s probabilities, and its scores\' softmax', { skip: noSklearn }, () => {
  const { x, y } = problem(600, 502);
  const label = y.map((value) => (value < 3 ? 0 : value < 5 ? 1 : 2));
  const [answer] = sklearn({ kind: 'classifier', x, y: label, parameters: { ...shared, learning_rate: 0.1 } }) as [Peer];
  // LightGBM's hessian is p(1 - p) K/(K - 1), scikit-learn's p(1 - p): the rate makes up for it
  const { ensemble } = fit(x, label, { ...own, objective: 'softmax', numClass: 3, learningRate: 0.15, minSumHessianInLeaf: 1.5e-3 });
  assert.equal(ensemble.outputs, 3);
  assert.equal(ensemble.roots.length - 1, 90);
  const p = predict(kernels, ensemble, asMatrix(x));
  for (let i = 0; i < 600; i++) assert.ok(Math.abs((p[i] as number) + (p[600 + i] as number) + (p[1200 + i] as number) - 1) < 1e-12);
  assert.ok(gap(p, answer.prediction) < 0.02, `${gap(p, answer.prediction)}`);
});

test('a first absolute or quantile tree has the quantile of its rows\' residuals in every leaf', () => {
  const { x, y } = problem(300, 503);
  const weights = x.map((_, i) => 1 + (i % 4));
  for (const [objective, level] of [['absolute', 0.5], ['quantile', 0.7]] as const) {
    for (const w of [undefined, weights]) {
      const { ensemble } = fit(x, y, { objective, alpha: 0.7, numIterations: 1, learningRate: 1, numLeaves: 6, minSumHessianInLeaf: 0 }, w);
      const scores = predictScores(kernels, ensemble, asMatrix(x));
      const leaves = Map.groupBy(y.keys(), (i) => scores[i] as number);
      assert.ok(leaves.size >= 4);
      for (const [score, members] of leaves) {
        // the definition: weight below at most the level's share, weight above at most the rest
        const mass = (keep: (value: number) => boolean): number => [...members].filter((i) => keep(y[i] as number)).reduce((sum, i) => sum + (w?.[i] ?? 1), 0);
        const total = mass(() => true);
        assert.ok(mass((value) => value < score - 1e-9) <= level * total + 1e-9 && mass((value) => value > score + 1e-9) <= (1 - level) * total + 1e-9, `${objective} ${score}`);
      }
    }
  }
});

test('a Huber model with a wide margin is the squared-error model; a narrow one shrugs off an outlier', () => {
  const { x, y } = problem(300, 504);
  const wide = fit(x, y, { ...own, objective: 'huber', alpha: 1e6 }).ensemble;
  const squared = fit(x, y, { ...own, objective: 'squared' }).ensemble;
  wide.value.forEach((value, i) => assert.ok(Math.abs(value - (squared.value[i] as number)) < 1e-10));
  const spoilt = y.with(7, 1e5);
  const moved = (objective: ObjectiveName): number => {
    const [clean, dirty] = [y, spoilt].map((target) => predict(kernels, fit(x, target, { ...own, objective, alpha: 1, numIterations: 100 }).ensemble, asMatrix(x)));
    return (clean as Float64Array).reduce((sum, value, i) => sum + Math.abs(value - ((dirty as Float64Array)[i] as number)), 0) / 300;
  };
  assert.ok(moved('huber') < 0.03 * moved('squared'), `${moved('huber')} ${moved('squared')}`);
});

test('every objective lowers its own loss, stops early on it, and depends on its parameters and weights', () => {
  const { x, y } = problem(400, 505);
  const hold = problem(400, 506);
  const label = (values: readonly number[]): number[] => values.map((value) => (value < 3 ? 0 : value < 5 ? 1 : 2));
  const targets: Record<ObjectiveName, (values: readonly number[]) => number[]> = {
    squared: (v) => [...v], absolute: (v) => [...v], huber: (v) => [...v], quantile: (v) => [...v], poisson: (v) => v.map((value) => Math.max(0, Math.floor(value))), logistic: (v) => v.map((value) => Number(value > 4)), softmax: label,
  };
  for (const [objective, of] of Object.entries(targets) as [ObjectiveName, (values: readonly number[]) => number[]][]) {
    const mark = kernels.memory.mark();
    const bins = findBins(kernels, asMatrix([...x, ...hold.x]));
    const rows = binRows(kernels, bins, asMatrix(x));
    const validation = { rows: binRows(kernels, bins, asMatrix(hold.x)), y: Float64Array.from(of(hold.y)) };
    const options: BoostOptions = { objective, numIterations: 400, learningRate: 0.2, minDataInLeaf: 3, earlyStoppingRound: 10, trainingCurve: true, ...(objective === 'softmax' ? { numClass: 3 } : {}) };
    const fitted = boost(kernels, { rows, y: Float64Array.from(of(y)), validation }, options);
    const weighted = boost(kernels, { rows, y: Float64Array.from(of(y)), weights: Float64Array.from(y, (_, i) => 1 + (i % 2)), validation }, options);
    kernels.memory.release(mark);
    const [training, held] = [fitted.curve.training as Float64Array, fitted.curve.validation as Float64Array];
    assert.ok((training.at(-1)) < (training[0] as number), objective);
    assert.equal(held.length, fitted.iterations + 10, objective);
    assert.equal(held.indexOf(Math.min(...held)), fitted.iterations - 1);
    assert.equal(fitted.ensemble.roots.length - 1, fitted.iterations * (objective === 'softmax' ? 3 : 1));
    assert.notDeepEqual(weighted.ensemble.value, fitted.ensemble.value, objective);
    // the staged loss is that of the truncated model
    const p = predict(kernels, truncate(fitted.ensemble, 3), asMatrix(hold.x));
    if (objective === 'softmax') {
      const loss = validation.y.reduce((sum, k, i) => sum - Math.log(p[k * 400 + i] as number), 0) / 400;
      assert.ok(Math.abs(loss - (held[2] as number)) < 1e-9);
    } else if (objective === 'absolute') assert.ok(Math.abs(validation.y.reduce((sum, value, i) => sum + Math.abs(value - (p[i] as number)), 0) / 400 - (held[2] as number)) < 1e-9);
  }
});

test('scalePosWeight weighs the rows of label 1', () => {
  const { x, y } = problem(300, 507);
  const label = y.map((value) => Number(value > 5));
  const scaled = fit(x, label, { objective: 'logistic', numIterations: 5, scalePosWeight: 3 }).ensemble;
  const weighted = fit(x, label, { objective: 'logistic', numIterations: 5 }, label.map((value) => (value === 1 ? 3 : 1))).ensemble;
  assert.deepEqual(scaled, weighted);
});

test('targets an objective cannot have are refused with their row', () => {
  const { x, y } = problem(50, 508);
  assert.throws(() => fit(x, y, { objective: 'softmax', numClass: 3 }), { code: 'kernel_domain' });
  assert.throws(() => fit(x, y.map(() => 2), { objective: 'softmax', numClass: 2 }), { code: 'kernel_domain', values: { row: 0, value: 2 } });
  assert.throws(() => fit(x, y.with(4, -1), { objective: 'poisson' }), { code: 'kernel_domain', values: { row: 4, value: -1 } });
  assert.throws(() => fit(x, y.map(() => 0), { objective: 'poisson' }), { code: 'kernel_domain' });
  assert.throws(() => fit(x, y, { objective: 'softmax' }), { code: 'kernel_domain', values: { name: 'numClass', value: 1 } });
  assert.throws(() => fit(x, y, { objective: 'quantile', alpha: 1 }), { code: 'kernel_domain' });
});
