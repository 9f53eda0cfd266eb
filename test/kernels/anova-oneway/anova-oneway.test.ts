import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KernelError, leastSquares, oneWayAnova, univariateSummary } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, logRelativeError, uniform } from '../kernels.ts';

const next = uniform(8);
const group = Array.from({ length: 40 }, (_, i) => [4, 1, 9][i % 3] as number);
const hi = Float64Array.from(group, (id) => id * 0.01 + next());

test('F is that of the regression on indicators, cells are the groups in order', async () => {
  const indicators = [1, 4, 9].map((id, k) => group.map((member) => (k === 0 || member === id ? 1 : 0)));
  const fit = leastSquares(await freshKernels(), { x: columnMajor(indicators), y: hi, n: 40, p: 3, intercept: true });
  const result = oneWayAnova({ hi }, group);
  assert.ok(logRelativeError(result.f, fit.f.value) > 13 && logRelativeError(result.pValue, fit.f.pValue) > 12);
  assert.ok(logRelativeError(result.sigma, fit.sigma) > 14 && logRelativeError(result.rSquared, fit.rSquared) > 13);
  assert.deepEqual(result.cells.map((cell) => [cell.group, cell.n]), [[1, 13], [4, 14], [9, 13]]);
  assert.ok(logRelativeError((result.cells[1]?.mean ?? 0) - (result.cells[0]?.mean ?? 0), fit.coefficients[1] as number) > 12);
});

test('an offset that leaves no digit to a double costs nothing when the low parts are given', () => {
  const shifted = { hi: hi.map(() => 1e16), lo: hi };
  assert.ok(logRelativeError(oneWayAnova(shifted, group).f, oneWayAnova({ hi }, group).f) > 12);
  assert.ok(logRelativeError(univariateSummary(shifted).standardDeviation, univariateSummary({ hi }).standardDeviation) > 12);
});

test('what does not exist is NaN: one group, one value per group, values that do not vary', () => {
  assert.ok(Number.isNaN(oneWayAnova({ hi }, hi.map(() => 1)).pValue));
  assert.ok(Number.isNaN(oneWayAnova({ hi }, hi.map((_, i) => i)).f));
  assert.ok(Number.isNaN(oneWayAnova({ hi: new Float64Array(6).fill(0.1) }, [1, 1, 2, 2, 3, 3]).f));
  assert.equal(oneWayAnova({ hi: Float64Array.of(1, 1, 2, 2) }, [1, 1, 2, 2]).f, Infinity);
  assert.ok(Number.isNaN(univariateSummary({ hi: Float64Array.of(3) }).standardDeviation));
});

test('wrong lengths, no values and infinities are refused', () => {
  const code = (expected: string) => (error: unknown) => error instanceof KernelError && error.code === expected;
  assert.throws(() => oneWayAnova({ hi }, [1]), code('kernel_shape'));
  assert.throws(() => oneWayAnova({ hi: new Float64Array(0) }, []), code('no_rows'));
  assert.throws(() => oneWayAnova({ hi: Float64Array.of(1, Infinity) }, [1, 2]), code('non_finite_input'));
  assert.throws(() => univariateSummary({ hi: new Float64Array(0) }), code('no_rows'));
});
