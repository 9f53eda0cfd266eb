import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitGaussianLabels, meanLogistic, predictGaussianLabels } from '../../../kernels/gaussian-process/index.ts';
import type { GpLabelModel } from '../../../kernels/gaussian-process/index.ts';
import { KernelError } from '../../../kernels/index.ts';
import { python, withoutPython } from '../../support/python.ts';
import { freshKernels } from '../kernels.ts';
import { smooth } from './problem.ts';

const kernels = await freshKernels();
const { x, y, rows } = smooth(90);
const labels = y.map((value, i) => (value + Math.sin(7 * i) / 2 > 1 ? 1 : 0));
const parameters = { amplitude: 4, lengthScales: [0.6, 1.2, 0.9, 2, 4] };

test('the gradient is that of finite differences, with linear part and weights', () => {
  const weights = y.map((_, i) => 1 + (i % 3) / 2);
  const start = [4, 0.6, 1.2, 0.9, 2, 4, 0.3];
  for (const shape of ['rbf', 'matern52'] as const) {
    const at = (list: number[]): ReturnType<typeof fitGaussianLabels> => fitGaussianLabels(kernels, { x, y: labels, weights }, { shape, linear: true, optimise: false, parameters: { amplitude: list[0] as number, lengthScales: list.slice(1, 6), linear: list[6] as number } });
    const { gradient } = at(start);
    gradient.forEach((g, k) => {
      const moved = (by: number): number => at(start.map((v, i) => (i === k ? v * Math.exp(by) : v))).model.logLikelihood;
      const h = 1e-3;
      const numeric = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h);
      assert.ok(Math.abs(g - numeric) < 1e-6 * Math.max(1, Math.abs(numeric)), `${shape} ${k}: ${g}, differences ${numeric}`);
    });
  }
});

const SCRIPT = `
import json, sys
import numpy as np
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.gaussian_process.kernels import RBF, ConstantKernel
d = json.load(sys.stdin)
X, y, Z = (np.array(d[k]) for k in 'xyz')
kernel = ConstantKernel(d['amplitude']) * RBF(d['lengthScales'])
m = GaussianProcessClassifier(kernel, optimizer=None, max_iter_predict=200).fit(X, y)
value, gradient = m.log_marginal_likelihood(kernel.theta, eval_gradient=True)
best = GaussianProcessClassifier(ConstantKernel(1.0) * RBF([1.0] * 5), random_state=0).fit(X, y)
json.dump(dict(value=float(value), gradient=gradient.tolist(), p=m.predict_proba(Z)[:, 1].tolist(), best=float(best.log_marginal_likelihood_value_)), sys.stdout)
`;

test('likelihood and probabilities are scikit-learn\'s, the optimum is not below its', { skip: withoutPython('sklearn') }, () => {
  const grid = smooth(60, 9000);
  const peer = python(SCRIPT, { x: rows, y: [...labels], z: grid.rows, ...parameters }) as { value: number; gradient: number[]; p: number[]; best: number };
  const { model, gradient } = fitGaussianLabels(kernels, { x, y: labels }, { scaleInputs: false, optimise: false, parameters });
  // it ends Newton's steps at a gain of 1e-10
  assert.ok(Math.abs(model.logLikelihood - peer.value) < 1e-8, `${model.logLikelihood}, scikit-learn ${peer.value}`);
  gradient.forEach((g, k) => assert.ok(Math.abs(g - (peer.gradient[k] as number)) < 1e-5, `gradient ${k}: ${g}, scikit-learn ${peer.gradient[k]}`));
  // its integral is a sum of five error functions, right to about 1e-3
  predictGaussianLabels(kernels, model, grid.x).probability.forEach((p, i) => assert.ok(Math.abs(p - (peer.p[i] as number)) < 2e-3, `row ${i}: ${p}, scikit-learn ${peer.p[i]}`));
  const fitted = fitGaussianLabels(kernels, { x, y: labels }, { scaleInputs: false, parameters: { lengthScales: [1, 1, 1, 1, 1] } });
  assert.ok(fitted.model.logLikelihood > peer.best - 1e-3, `${fitted.model.logLikelihood}, scikit-learn ${peer.best}`);
});

test('the logistic link is averaged exactly', () => {
  assert.ok(Math.abs(meanLogistic(0, 3) - 0.5) < 1e-15);
  assert.ok(Math.abs(meanLogistic(1.3, 2) + meanLogistic(-1.3, 2) - 1) < 1e-14);
  // a very wide normal: the link is a step, P(f > 0) = Φ(1)
  assert.ok(Math.abs(meanLogistic(1e4, 1e4) - 0.8413447460685429) < 1e-7);
  // a fine midpoint sum
  let [sum, total] = [0, 0];
  for (let f = -19.9995; f < 20; f += 0.001) {
    const w = Math.exp(-0.5 * ((f - 0.7) / 1.5) ** 2);
    total += w;
    sum += w / (1 + Math.exp(-f));
  }
  assert.ok(Math.abs(meanLogistic(0.7, 1.5) - sum / total) < 1e-12);
});

test('same bytes again; far from the data the probability goes back to one half; scratch is given back', () => {
  const before = kernels.memory.used;
  const fit = (): GpLabelModel => fitGaussianLabels(kernels, { x, y: labels }, { starts: 2, seed: 4, maxIterations: 20 }).model;
  const model = fit();
  assert.deepEqual(fit(), model);
  const far = predictGaussianLabels(kernels, fitGaussianLabels(kernels, { x, y: labels }, { optimise: false }).model, { values: new Float64Array(5).fill(1e3), rows: 1, columns: 5, order: 'row-major' });
  assert.ok(Math.abs((far.probability[0] as number) - 0.5) < 1e-9);
  assert.equal(kernels.memory.used, before);
});

test('labels that are none, or all the same, are refused', () => {
  const refused = (bad: Float64Array, values: Record<string, unknown>): void => {
    assert.throws(() => fitGaussianLabels(kernels, { x, y: bad }), (error) => error instanceof KernelError && error.code === 'kernel_domain' && Object.entries(values).every(([k, v]) => error.values[k] === v));
  };
  refused(labels.map((v, i) => (i === 7 ? 2 : v)), { name: 'y', row: 7 });
  refused(labels.fill(1).slice(), { reason: 'constant' });
});
