import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collinearity, leastSquares } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, logRelativeError, uniform } from '../kernels.ts';

const kernels = await freshKernels();

test('two unit columns at a known angle: singular values √(1 ± cos), half of each variance weighted by their inverse squares', () => {
  const cosine = 0.96;
  const { conditionIndices, proportions } = collinearity(Float64Array.of(3, 0, 3 * cosine, 3 * Math.sqrt(1 - cosine ** 2)), 2);
  assert.ok(logRelativeError(conditionIndices[0] ?? 0, 1) > 14);
  assert.ok(logRelativeError(conditionIndices[1] ?? 0, Math.sqrt((1 + cosine) / (1 - cosine))) > 14);
  const small = (1 + cosine) / 2;
  for (const j of [0, 1]) assert.ok(logRelativeError(proportions[2 + j] ?? 0, small) > 14 && logRelativeError(proportions[j] ?? 0, 1 - small) > 12);
});

test('the index that a near copy makes carries the variance of both columns and of no other', () => {
  const n = 80;
  const next = uniform(12);
  const a = Float64Array.from({ length: n }, () => next() - 0.5);
  const b = a.map((value) => value + 1e-4 * (next() - 0.5));
  const c = Float64Array.from({ length: n }, () => next() - 0.5);
  const fit = leastSquares(kernels, { x: columnMajor([new Float64Array(n).fill(1), a, c, b]), y: c, n, p: 4, intercept: true });
  const { conditionIndices, proportions } = collinearity(fit.triangle, 4);
  assert.ok((conditionIndices[3] ?? 0) > 1000 && (conditionIndices[2] ?? 0) < 5);
  const last = proportions.subarray(12);
  assert.ok((last[1] ?? 0) > 0.999 && (last[3] ?? 0) > 0.999 && (last[0] ?? 1) < 0.5 && (last[2] ?? 1) < 0.5);
  for (let j = 0; j < 4; j++) assert.ok(logRelativeError([0, 1, 2, 3].reduce((sum, k) => sum + (proportions[k * 4 + j] ?? 0), 0), 1) > 14);
});
