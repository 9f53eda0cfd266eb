import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elasticNetCv } from '../../../kernels/index.ts';
import { python, withoutPython } from '../../support/python.ts';
import { columnMajor, freshKernels, uniform } from '../kernels.ts';

const script = `
import json, sys, numpy as np
from sklearn.linear_model import ElasticNetCV
d = json.load(sys.stdin)
X = np.array(d['columns']).T; y = np.array(d['y']); f = np.array(d['folds'])
cv = [(np.flatnonzero(f != k), np.flatnonzero(f == k)) for k in range(f.max() + 1)]
m = ElasticNetCV(l1_ratio=d['mix'], n_alphas=30, eps=1e-3, cv=cv, tol=1e-14, max_iter=100000).fit(X, y)
print(json.dumps(dict(alphas=m.alphas_.tolist(), mse=m.mse_path_.tolist(), alpha=m.alpha_, coef=m.coef_.tolist(), intercept=m.intercept_)))
`;

interface Peer { alphas: number[]; mse: number[][]; alpha: number; coef: number[]; intercept: number }

for (const mix of [1, 0.5]) {
  test(`penalties, fold errors and the chosen model are scikit-learn's (l1 ratio ${mix})`, { skip: withoutPython('sklearn') }, async () => {
    const kernels = await freshKernels();
    const n = 120;
    const p = 9;
    const next = uniform(2024);
    const columns = Array.from({ length: p }, () => Array.from({ length: n }, () => next() * 4));
    const y = Array.from({ length: n }, (_, i) => 1 + 2 * (columns[0]?.[i] as number) - (columns[4]?.[i] as number) + 3 * next());
    const folds = Array.from({ length: n }, (_, i) => (i * 11) % 4);
    const peer = python(script, { columns, y, folds, mix }) as Peer;
    const cv = elasticNetCv(kernels, { x: columnMajor(columns), y: Float64Array.from(y), n, p, folds, l1Ratio: mix, standardise: false, lambdaCount: 30, lambdaRatio: 1e-3 });
    const close = (value: number | undefined, expected: number | undefined, tolerance: number): void => {
      assert.ok(Math.abs((value as number) - (expected as number)) <= tolerance * Math.max(1e-3, Math.abs(expected as number)), `${value} against ${expected}`);
    };
    peer.alphas.forEach((alpha, l) => {
      close(cv.path.lambdas[l], alpha, 1e-12);
      peer.mse[l]?.forEach((error, fold) => { close(cv.foldErrors[fold * 30 + l], error, 1e-5); });
    });
    close(cv.lambdaMin, peer.alpha, 1e-12);
    peer.coef.forEach((coefficient, j) => { close(cv.path.coefficients[cv.indexMin * p + j], coefficient, 1e-6); });
    close(cv.path.intercepts[cv.indexMin], peer.intercept, 1e-6);
  });
}
