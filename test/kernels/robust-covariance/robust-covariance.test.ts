import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterCovariance, coefficientTable, fitModel, heteroscedasticCovariance, instantiate, KernelError, KernelMemory, leastSquares, loadKernels } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, logRelativeError, missingData, sharedData, uniform } from '../kernels.ts';
import { readNist } from '../least-squares/nist.ts';
import { rationalSandwich } from '../least-squares/rational.ts';
import { brushModel, design, peer as r, response, rows } from '../regression/brush72.ts';
import { peer } from '../regression-tests/samples.ts';

const kernels = await freshKernels();
const module = await loadKernels();
const nist = sharedData('nist-strd', 'linear');
const kinds = ['HC0', 'HC1', 'HC2', 'HC3', 'HC4'] as const;
const standardErrors = (covariance: Float64Array, p: number): number[] => Array.from({ length: p }, (_, j) => Math.sqrt(covariance[j * p + j] as number));

for (const kind of kinds) {
  test(`${kind} standard errors as in R sandwich`, () => {
    const model = brushModel(kernels, 'interaction');
    const found = standardErrors(heteroscedasticCovariance(model, kind), model.p);
    model.names.forEach((name, j) => assert.ok(logRelativeError(found[j] as number, r.HC[kind]?.[name] as number) >= 12, name));
  });
}

for (const kind of ['HC0', 'HC1', 'HC2', 'HC3'] as const) {
  test(`${kind} of Longley's data as in exact rational arithmetic, to 13 digits`, { skip: nist ? false : missingData }, (context) => {
    const { input } = readNist(nist as string, 'Longley');
    const { n, p } = input;
    const [x, y] = [input.x as Float64Array, input.y as Float64Array];
    // one decimal in the first predictor alone: times 10 all data are whole numbers
    const columns = Array.from({ length: p }, (_, j) => Array.from({ length: n }, (_, i) => Math.round((x[j * n + i] as number) * (j === 1 ? 10 : 1))));
    const exact = rationalSandwich(columns, Array.from(y), kind).map((variance, j) => Math.sqrt(variance) * (j === 1 ? 10 : 1));
    const fit = leastSquares(kernels, input);
    const found = standardErrors(heteroscedasticCovariance({ x, y, n, p, intercept: true, fit }, kind), p);
    const digits = exact.map((value, j) => logRelativeError(found[j] as number, value));
    context.diagnostic(`digits by coefficient: ${digits.map((value) => value.toFixed(1)).join(' ')}`);
    assert.ok(Math.min(...digits) >= 13, digits.join());
  });
}

test('a large model has the covariance through the kernels that it has in plain arithmetic, weights, an aliased column and odd sizes included', () => {
  const [n, p] = [9_001, 39];
  const next = uniform(17);
  const x = Float64Array.from({ length: n * p }, (_, at) => (at < n ? 1 : next() + 3));
  x.copyWithin(5 * n, 4 * n, 5 * n);
  const y = Float64Array.from({ length: n }, (_, i) => (x[2 * n + i] as number) + (next() - 0.5) * (x[3 * n + i] as number));
  const weights = Float64Array.from({ length: n }, () => 0.5 + next());
  const large = KernelMemory.create({ initialBytes: 2 ** 26, maximumBytes: 2 ** 27 });
  return instantiate(module, large).then((own) => {
    for (const weighted of [false, true]) {
      const fit = leastSquares(own, { x, y, n, p, intercept: true, diagnostics: true, ...(weighted ? { weights } : {}) });
      assert.equal(fit.rank, p - 1);
      const root = weights.map(Math.sqrt);
      const model = weighted ? { x: x.map((value, at) => value * (root[at % n] as number)), y, n, p, intercept: false, fit: { ...fit, residuals: fit.residuals.map((e, i) => e * (root[i] as number)) } } : { x, y, n, p, intercept: true, fit };
      for (const kind of ['HC0', 'HC3'] as const) {
        const [plain, fast] = [heteroscedasticCovariance(model, kind), heteroscedasticCovariance(model, kind, own)];
        assert.ok(plain.some((value, at) => value !== fast[at]), 'the kernels were not asked');
        plain.forEach((value, at) => assert.ok(Object.is(value, fast[at]) || Math.abs(value - (fast[at] as number)) < 1e-11 * Math.sqrt((plain[Math.floor(at / p) * (p + 1)] as number) * (plain[(at % p) * (p + 1)] as number)), `${kind} ${at}: ${value} ${fast[at]}`));
      }
    }
  });
});

test('cluster-robust standard errors as in statsmodels', () => {
  const model = brushModel(kernels, 'main');
  for (const kind of ['CR0', 'CR1'] as const) {
    const { covariance, groups } = clusterCovariance(model, peer.cluster.group, kind);
    assert.equal(groups, new Set(peer.cluster.group).size);
    standardErrors(covariance, model.p).forEach((se, j) => assert.ok(logRelativeError(se, peer.cluster[kind][j] as number) >= 10, `${kind} ${j}`));
  }
});

test('clusters of one row each are HC0', () => {
  const model = brushModel(kernels, 'main');
  const { covariance } = clusterCovariance(model, Array.from({ length: rows }, (_, i) => i), 'CR0');
  heteroscedasticCovariance(model, 'HC0').forEach((value, at) => assert.ok(logRelativeError(covariance[at] as number, value) > 11));
});

test('of a mean, HC2 is the usual variance and HC3 the jackknife', () => {
  const next = uniform(4);
  const y = Float64Array.from({ length: 9 }, next);
  const model = fitModel(kernels, { x: new Float64Array(9).fill(1), y, n: 9, p: 1, intercept: true });
  const usual = model.fit.sigma ** 2 / 9;
  assert.ok(logRelativeError(heteroscedasticCovariance(model, 'HC2')[0] as number, usual) > 14);
  const left = Array.from(y, (_, out) => y.reduce((sum, value, i) => sum + (i === out ? 0 : value / 8), 0));
  const mean = y.reduce((sum, value) => sum + value / 9, 0);
  assert.ok(logRelativeError(heteroscedasticCovariance(model, 'HC3')[0] as number, left.reduce((sum, value) => sum + (value - mean) ** 2, 0)) > 12);
});

test('aliased columns have no variance, the others are what they are without them', () => {
  const { columns } = design('main');
  const doubled = (columns[1] as Float64Array).map((value) => 2 * value);
  const model = fitModel(kernels, { x: columnMajor([columns[0], columns[1], doubled, ...columns.slice(2)] as Float64Array[]), y: response, n: rows, p: columns.length + 1, intercept: true });
  const plain = brushModel(kernels, 'main');
  const [wide, narrow] = [standardErrors(heteroscedasticCovariance(model, 'HC3'), model.p), standardErrors(heteroscedasticCovariance(plain, 'HC3'), plain.p)];
  assert.ok(Number.isNaN(wide[2]));
  wide.splice(2, 1);
  narrow.forEach((se, j) => assert.ok(logRelativeError(wide[j] as number, se) > 11));
});

test('a coefficient that one row determines alone has no HC3 variance; the others keep theirs', () => {
  const dummy = new Float64Array(10);
  dummy[3] = 1;
  const next = uniform(9);
  const slope = Float64Array.from({ length: 10 }, next);
  const y = Float64Array.from({ length: 10 }, next);
  const model = fitModel(kernels, { x: columnMajor([new Float64Array(10).fill(1), slope, dummy]), y, n: 10, p: 3, intercept: true });
  const keep = [0, 1, 2, 4, 5, 6, 7, 8, 9];
  const without = fitModel(kernels, { x: columnMajor([new Float64Array(9).fill(1), keep.map((i) => slope[i] as number)]), y: Float64Array.from(keep, (i) => y[i] as number), n: 9, p: 2, intercept: true });
  const found = standardErrors(heteroscedasticCovariance(model, 'HC3'), 3);
  const expected = standardErrors(heteroscedasticCovariance(without, 'HC3'), 2);
  assert.ok(Number.isNaN(found[2]));
  for (const j of [0, 1]) assert.ok(logRelativeError(found[j] as number, expected[j] as number) > 11);
  assert.ok(standardErrors(heteroscedasticCovariance(model, 'HC0'), 3).every(Number.isFinite));
});

test('the table of the ordinary covariance is the least-squares table', () => {
  const { fit, p } = brushModel(kernels, 'main');
  const table = coefficientTable(fit.coefficients, fit.covarianceUnscaled.map((value) => value * fit.sigma ** 2), fit.degreesOfFreedom);
  for (const [mine, theirs] of [[table.standardError, fit.standardErrors], [table.pValue, fit.pValues], [table.intervalLow, fit.intervalLow], [table.intervalHigh, fit.intervalHigh]] as const) {
    for (let j = 0; j < p; j++) assert.ok(logRelativeError(mine[j] as number, theirs[j] as number) > 12);
  }
  assert.ok((coefficientTable(fit.coefficients, fit.covarianceUnscaled, 5, 0.99).intervalLow[0] as number) < (coefficientTable(fit.coefficients, fit.covarianceUnscaled, 5, 0.9).intervalLow[0] as number));
});

test('wrong group counts and shapes are refused', () => {
  const model = brushModel(kernels, 'main');
  const code = (expected: string) => (error: unknown) => error instanceof KernelError && error.code === expected;
  assert.throws(() => clusterCovariance(model, [1, 2]), code('kernel_shape'));
  assert.throws(() => clusterCovariance(model, new Int32Array(rows)), code('kernel_domain'));
  assert.throws(() => coefficientTable(new Float64Array(2), new Float64Array(3), 5), code('kernel_shape'));
});
