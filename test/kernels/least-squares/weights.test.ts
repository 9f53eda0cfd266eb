import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KernelError, leastSquares } from '../../../kernels/index.ts';
import type { LeastSquaresResult } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, logRelativeError, uniform } from '../kernels.ts';

const kernels = await freshKernels();
const n = 40;
const p = 4;
const next = uniform(5);
const columns = Array.from({ length: p }, (_, j) => Float64Array.from({ length: n }, () => (j === 0 ? 1 : next() - 0.5)));
const y = Float64Array.from({ length: n }, (_, i) => columns.reduce((sum, column, j) => sum + (column[i] as number) * (j + 1), next()));
const input = { x: columnMajor(columns), y, n, p, intercept: true };
const perColumn = ['coefficients', 'standardErrors', 't', 'pValues', 'covarianceUnscaled', 'varianceInflation'] as const;
const perFit = ['sigma', 'rss', 'tss', 'rSquared', 'adjustedRSquared', 'degreesOfFreedom'] as const;
const perRow = ['leverage', 'standardised', 'studentised', 'cooksDistance', 'dffits', 'covratio', 'pressResiduals'] as const;

function agree(a: ArrayLike<number>, b: ArrayLike<number>, digits: number, what: string): void {
  assert.equal(a.length, b.length);
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i]) && Number.isNaN(b[i])) continue;
    assert.ok(logRelativeError(a[i] as number, b[i] as number) > digits, `${what} ${i}: ${a[i]} against ${b[i]}`);
  }
}

function agreeAsFits(a: LeastSquaresResult, b: LeastSquaresResult, digits: number): void {
  for (const key of perColumn) agree(a[key], b[key], digits, key);
  for (const key of perFit) agree([a[key]], [b[key]], digits, key);
  agree([a.f.value, a.f.pValue], [b.f.value, b.f.pValue], digits, 'F');
}

for (const mode of ['exact', 'fast', 'gram'] as const) {
  test(`${mode}: frequencies are repeated rows`, () => {
    const frequencies = Float64Array.from({ length: n }, (_, i) => i % 4);
    const rows = [...frequencies].flatMap((frequency, i) => Array.from({ length: frequency }, () => i));
    const repeated = leastSquares(kernels, {
      ...input, mode, n: rows.length, x: columnMajor(columns.map((column) => rows.map((i) => column[i] as number))), y: Float64Array.from(rows, (i) => y[i] as number), dfbetas: true,
    });
    const weighted = leastSquares(kernels, { ...input, mode, weights: frequencies, weightKind: 'frequency', dfbetas: true });
    agreeAsFits(weighted, repeated, 12);
    for (const key of perRow) agree(rows.map((i) => weighted.diagnostics?.[key][i] as number), repeated.diagnostics?.[key] as Float64Array, 11, key);
    agree([weighted.diagnostics?.press as number], [repeated.diagnostics?.press as number], 12, 'press');
    for (let j = 0; j < p; j++) {
      agree(rows.map((i) => weighted.diagnostics?.dfbetas?.[j * n + i] as number), repeated.diagnostics?.dfbetas?.subarray(j * rows.length, (j + 1) * rows.length) as Float64Array, 10, 'dfbetas');
    }
  });

  test(`${mode}: analytic weights are rows times their roots, deleting a row is giving it weight zero`, () => {
    const weights = Float64Array.from({ length: n }, (_, i) => (1 + (i % 5)) ** 2);
    const roots = weights.map(Math.sqrt);
    const fit = leastSquares(kernels, { ...input, mode, weights, dfbetas: true });
    const scaled = leastSquares(kernels, {
      ...input, mode, x: columnMajor(columns.map((column) => column.map((value, i) => value * (roots[i] as number)))), y: y.map((value, i) => value * (roots[i] as number)), intercept: false, dfbetas: true,
    });
    for (const key of ['coefficients', 'standardErrors', 'covarianceUnscaled'] as const) agree(fit[key], scaled[key], 12, key);
    agree([fit.sigma, fit.rss], [scaled.sigma, scaled.rss], 12, 'rss');
    for (const key of ['leverage', 'standardised', 'studentised', 'cooksDistance', 'dffits', 'covratio', 'dfbetas'] as const) {
      agree(fit.diagnostics?.[key] as Float64Array, scaled.diagnostics?.[key] as Float64Array, 10, key);
    }
    for (const out of [0, 17]) {
      const without = leastSquares(kernels, { ...input, mode, weights: weights.with(out, 0) });
      assert.equal(without.degreesOfFreedom, n - 1 - p);
      assert.ok(logRelativeError(fit.diagnostics?.pressResiduals[out] as number, without.residuals[out] as number) > 11);
      const covariance = (one: LeastSquaresResult, j: number): number => (one.standardErrors[j] as number) / one.sigma;
      for (let j = 0; j < p; j++) {
        const change = ((fit.coefficients[j] as number) - (without.coefficients[j] as number)) / (without.sigma * covariance(fit, j));
        assert.ok(logRelativeError(fit.diagnostics?.dfbetas?.[j * n + out] as number, change) > 9);
      }
      assert.equal(without.diagnostics?.leverage[out], 0);
      assert.ok(Number.isNaN(without.diagnostics?.studentised[out]) && Number.isFinite(without.diagnostics?.press));
    }
  });
}

test('the scale of analytic weights changes sigma and nothing else', () => {
  const weights = Float64Array.from({ length: n }, () => 0.5 + next());
  const fit = leastSquares(kernels, { ...input, weights });
  for (const factor of [2 ** 600, 2 ** -601]) {
    const scaled = leastSquares(kernels, { ...input, weights: weights.map((weight) => weight * factor) });
    agree(scaled.standardErrors, fit.standardErrors, 14, 'standard errors');
    assert.ok(logRelativeError(scaled.sigma, fit.sigma * Math.sqrt(factor)) > 14);
  }
});

test('weights that cannot be are refused with their row', () => {
  const bad = (row: number, value: number, kind: 'analytic' | 'frequency'): unknown => {
    try {
      leastSquares(kernels, { ...input, weights: new Float64Array(n).fill(1).with(row, value), weightKind: kind });
    } catch (error) {
      return error instanceof KernelError && [error.code, error.values['row']];
    }
    return undefined;
  };
  assert.deepEqual(bad(3, -1, 'analytic'), ['kernel_domain', 3]);
  assert.deepEqual(bad(4, Number.NaN, 'analytic'), ['non_finite_input', 4]);
  assert.deepEqual(bad(5, 1.5, 'frequency'), ['kernel_domain', 5]);
  assert.throws(() => leastSquares(kernels, { ...input, weights: new Float64Array(n) }), (error) => error instanceof KernelError && error.code === 'no_rows');
  assert.throws(() => leastSquares(kernels, { ...input, weights: new Float64Array(n - 1) }), (error) => error instanceof KernelError && error.code === 'kernel_shape');
});
