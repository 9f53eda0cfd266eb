import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factorRanges, fitModel, KernelError, outOfRange, predict, scheffeMultiplier, toleranceMultiplier } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, logRelativeError } from '../kernels.ts';
import { brushModel, design, peer, response, rows } from '../regression/brush72.ts';

const kernels = await freshKernels();
const model = brushModel(kernels, 'interaction');
/** Intercept, speed, feed, depth, A11, A21, A32, Alumi and their products. */
const points = [[1, 5000, 1000, 1, 1, 0, 0, 0, 0, 0, 0], [1, 2000, 2500, 1.5, 0, 0, 1, 1, 0, 0, 1]];
const asColumns = (list: readonly (readonly number[])[]): Float64Array => columnMajor((list[0] as readonly number[]).map((_, j) => list.map((point) => point[j] as number)));

test('confidence and prediction intervals as in R predict.lm', () => {
  const result = predict(model.fit, asColumns(points), 2);
  for (const kind of ['confidence', 'prediction'] as const) {
    peer.predict[kind].forEach(({ fit, lwr, upr }, i) => {
      assert.ok(logRelativeError(result.fit[i] as number, fit) > 13);
      assert.ok(logRelativeError(result[kind].low[i] as number, lwr) > 13 && logRelativeError(result[kind].high[i] as number, upr) > 13);
    });
  }
});

test('at the rows of the data: fitted values, leverages, and none is an extrapolation', () => {
  const result = predict(model.fit, model.x, rows);
  for (let i = 0; i < rows; i++) {
    assert.ok(logRelativeError(result.fit[i] as number, model.fit.fitted[i] as number) > 13);
    assert.ok(logRelativeError(result.leverage[i] as number, model.fit.diagnostics?.leverage[i] as number) > 11);
  }
  assert.equal(result.extrapolated.reduce((sum, flag) => sum + flag, 0), 0);
});

test('a setting far outside is flagged, with the factor that is outside', () => {
  const far = [[1, 20000, 1000, 1, 1, 0, 0, 0, 0, 0, 0]];
  assert.equal(predict(model.fit, asColumns(far), 1).extrapolated[0], 1);
  assert.equal(predict(model.fit, asColumns(far), 1, { largestLeverage: 1e9 }).extrapolated[0], 0);
  const ranges = factorRanges(design('interaction').columns.slice(1, 4));
  assert.deepEqual(outOfRange(ranges, [20000, 1000, 1]), [{ factor: 0, value: 20000, ...ranges[0] }]);
  assert.deepEqual(outOfRange(ranges, [5000, 1000, 1]), []);
  assert.equal(outOfRange(ranges, [Number.NaN, 1000, 1]).length, 1);
});

test('multipliers: Scheffé as qf of R gives it, tolerance factors of a normal sample as tabled', () => {
  assert.ok(logRelativeError(scheffeMultiplier(0.95, 11, 61), 4.63076757294042) > 13);
  // Odeh & Owen (1980): exact two-sided factors of a sample of n (leverage 1/n, n − 1 df).
  for (const [n, content, confidence, exact] of [[20, 0.95, 0.95, 2.752], [10, 0.9, 0.95, 2.839], [50, 0.99, 0.95, 3.126], [30, 0.95, 0.99, 2.841]] as const) {
    assert.ok(Math.abs(toleranceMultiplier(content, confidence, 1 / n, n - 1) / exact - 1) < 0.011, `n ${n}`);
  }
});

test('intervals nest as they must, and their options change them', () => {
  const result = predict(model.fit, asColumns(points), 2);
  const width = ({ low, high }: { low: Float64Array; high: Float64Array }): number => (high[0] as number) - (low[0] as number);
  assert.ok(width(result.confidence) < width(result.simultaneous) && width(result.confidence) < width(result.prediction));
  assert.ok(width(result.prediction) < width(result.simultaneousPrediction) && width(result.prediction) < width(result.tolerance));
  assert.ok(width(predict(model.fit, asColumns(points), 2, { confidence: 0.99 }).confidence) > width(result.confidence));
  assert.ok(width(predict(model.fit, asColumns(points), 2, { content: 0.5 }).tolerance) < width(result.tolerance));
  // One point at once is one point.
  assert.ok(logRelativeError(width(predict(model.fit, asColumns(points.slice(0, 1)), 1).simultaneousPrediction), width(result.prediction)) > 12);
});

test('where an aliased column breaks its dependency there is no prediction', () => {
  const { columns } = design('brush');
  const twice = (columns[1] as Float64Array).map((value) => 2 * value);
  const { fit } = fitModel(kernels, { x: columnMajor([...columns.slice(0, 4), twice] as Float64Array[]), y: response, n: rows, p: 5, intercept: true });
  const plain = fitModel(kernels, { x: columnMajor(columns.slice(0, 4)), y: response, n: rows, p: 4, intercept: true }).fit;
  const result = predict(fit, asColumns([[1, 3000, 1000, 1, 6000], [1, 3000, 1000, 1, 5000]]), 2);
  assert.deepEqual([...result.estimable], [1, 0]);
  assert.ok(logRelativeError(result.fit[0] as number, predict(plain, asColumns([[1, 3000, 1000, 1]]), 1).fit[0] as number) > 12);
  assert.ok(Number.isNaN(result.fit[1]) && Number.isNaN(result.prediction.low[1]));
});

test('wrong shapes and impossible probabilities are refused, no degrees of freedom give no intervals', () => {
  const code = (expected: string) => (error: unknown) => error instanceof KernelError && error.code === expected;
  assert.throws(() => predict(model.fit, new Float64Array(3), 2), code('kernel_shape'));
  assert.throws(() => predict(model.fit, asColumns(points), 2, { confidence: 95 }), code('kernel_domain'));
  assert.throws(() => predict(model.fit, asColumns(points), 2, { content: 1 }), code('kernel_domain'));
  const { fit } = fitModel(kernels, { x: columnMajor([[1, 1], [0, 1]]), y: Float64Array.of(1, 3), n: 2, p: 2, intercept: true });
  const saturated = predict(fit, Float64Array.of(1, 2), 1);
  assert.equal(saturated.fit[0], 5);
  assert.ok(Number.isNaN(saturated.confidence.low[0]));
});
