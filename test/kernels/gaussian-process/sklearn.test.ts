import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitGaussianProcess, predictGaussianProcess } from '../../../kernels/gaussian-process/index.ts';
import { python, withoutPython } from '../../support/python.ts';
import { freshKernels } from '../kernels.ts';
import { smooth } from './problem.ts';

const SCRIPT = `
import json, sys
import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, Matern, ConstantKernel, WhiteKernel, DotProduct
d = json.load(sys.stdin)
X, y, Z = map(np.array, (d['x'], d['y'], d['z']))
out = []
for nu in [None, 2.5, 1.5, 0.5]:
    base = RBF(d['lengthScales']) if nu is None else Matern(d['lengthScales'], nu=nu)
    kernel = ConstantKernel(d['amplitude']) * base + ConstantKernel(d['linear']) * DotProduct(0, sigma_0_bounds='fixed') + WhiteKernel(d['noise'])
    m = GaussianProcessRegressor(kernel, alpha=0, optimizer=None, normalize_y=True).fit(X, y)
    value, gradient = m.log_marginal_likelihood(kernel.theta, eval_gradient=True)
    mean, sd = m.predict(Z, return_std=True)
    out.append(dict(value=value, gradient=gradient.tolist(), mean=mean.tolist(), sd=sd.tolist()))
best = GaussianProcessRegressor(ConstantKernel(1.0, (1e-4, 1e4)) * Matern([1.0] * 5, (1e-2, 1e3), nu=2.5) + WhiteKernel(0.1, (1e-8, 100)), normalize_y=True, n_restarts_optimizer=2, random_state=1).fit(X, y)
json.dump(dict(shapes=out, best=float(best.log_marginal_likelihood_value_)), sys.stdout)
`;

test('likelihood, gradient, predictions and their deviations are scikit-learn\'s to nine digits; the optimum is not below its', { skip: withoutPython('sklearn') }, async () => {
  const kernels = await freshKernels();
  const { x, y, rows } = smooth(150);
  const grid = smooth(40, 9000);
  const parameters = { amplitude: 1.7, lengthScales: [0.6, 1.2, 0.9, 2, 4], linear: 0.3, noise: 0.04 };
  const peer = python(SCRIPT, { x: rows, y: [...y], z: grid.rows, ...parameters }) as { shapes: { value: number; gradient: number[]; mean: number[]; sd: number[] }[]; best: number };
  const near = (actual: ArrayLike<number>, expected: readonly number[], what: string): void => expected.forEach((e, i) => assert.ok(Math.abs((actual[i] as number) - e) <= 1e-9 * Math.max(1, Math.abs(e)), `${what} ${i}: ${actual[i]}, scikit-learn ${e}`));
  (['rbf', 'matern52', 'matern32', 'matern12'] as const).forEach((shape, k) => {
    const expected = peer.shapes[k] as { value: number; gradient: number[]; mean: number[]; sd: number[] };
    const { model, gradient } = fitGaussianProcess(kernels, { x, y }, { shape, linear: true, mean: 'average', scaleInputs: false, optimise: false, parameters });
    near([model.logLikelihood], [expected.value], `${shape} likelihood`);
    near(gradient, expected.gradient, `${shape} gradient`);
    const { mean, variance, noise } = predictGaussianProcess(kernels, model, grid.x);
    near(mean, expected.mean, `${shape} mean`);
    near((variance as Float64Array).map((v) => Math.sqrt(v + noise)), expected.sd, `${shape} deviation`);
  });
  const { model } = fitGaussianProcess(kernels, { x, y }, { mean: 'average', scaleInputs: false, starts: 3, bounds: { lengthScale: [1e-2, 1e3] } });
  assert.ok(model.logLikelihood >= peer.best - 1e-4, `${model.logLikelihood}, scikit-learn ${peer.best}`);
});
