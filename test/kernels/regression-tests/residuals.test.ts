import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breuschPagan, durbinWatson, fitModel, koenker, outlier, reset, residualTests, scoreNcv, white } from '../../../kernels/index.ts';
import type { FittedModel } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, logRelativeError, uniform } from '../kernels.ts';
import { brushModel, design, peer as r, response, rows } from '../regression/brush72.ts';
import { autoregression, peer } from './samples.ts';

const kernels = await freshKernels();
const model = brushModel(kernels, 'interaction');
const settingsOnly: FittedModel = fitModel(kernels, { x: columnMajor(design('brush').columns.slice(0, 4)), y: response, n: rows, p: 4, intercept: true });

function agree(result: { statistic: number; pValue: number }, statistic: number, p: number, digits = 11): void {
  assert.ok(logRelativeError(result.statistic, statistic) >= digits, `${result.statistic} against ${statistic}`);
  assert.ok(logRelativeError(result.pValue, p) >= digits - 1, `p ${result.pValue} against ${p}`);
}

test('variance, form and outlier tests as in R (lmtest, car)', () => {
  agree(koenker(model), r.bp.statistic, r.bp['p.value']);
  agree(scoreNcv(model), r.ncv.ChiSquare, r.ncv.p);
  agree(reset(model), r.reset.F, r.reset.p);
  agree(outlier(model), r.outlierTest.rstudent, r.outlierTest.bonfP);
  assert.ok(logRelativeError(durbinWatson(model).statistic, r.dw) >= 13);
  assert.equal(outlier(model).row, 54);
});

test('White and Breusch–Pagan as in statsmodels', () => {
  const result = white(settingsOnly);
  assert.equal(result.auxiliary, 'full');
  agree(result, peer.white.statistic, peer.white.p);
  agree(breuschPagan(settingsOnly), peer.breuschPagan.statistic, peer.breuschPagan.p);
});

test('White falls back to the fitted values when the products would fit anything', () => {
  assert.equal(white(model).auxiliary, 'fitted');
  assert.deepEqual(white(model).degreesOfFreedom, [2]);
});

test('White falls back to the fitted values when its products would cost more than the analysis', () => {
  const [n, p] = [3000, 26];
  const next = uniform(5);
  const x = Float64Array.from({ length: n * p }, (_, i) => (i < n ? 1 : next()));
  const large = fitModel(kernels, { x, y: Float64Array.from({ length: n }, next), n, p, intercept: true });
  assert.equal(white(large).auxiliary, 'fitted');
});

test('Durbin–Watson p is Imhof\'s integral over the eigenvalues, small samples and models without a constant included', () => {
  for (const row of peer.durbinWatson) {
    const fitted = row.n === undefined ? brushModel(kernels, 'main') : fitted4(row as Required<typeof row>);
    const result = durbinWatson(fitted);
    assert.equal(result.distribution, 'exact');
    assert.ok(logRelativeError(result.statistic, row.d) >= 10);
    assert.ok(Math.abs(result.pValue - row.p) < 2e-10, `n ${row.n}: ${result.pValue} against ${row.p}`);
    assert.ok(Math.abs(result.pValue + result.negative - 1) < 1e-12);
  }
});

function fitted4(row: { n: number; seed: number; rho: number; intercept: boolean }): FittedModel {
  const { x, y, p } = autoregression(row);
  return fitModel(kernels, { x, y, n: row.n, p, intercept: row.intercept });
}

test('Durbin–Watson of many rows: the beta approximation continues the exact distribution', () => {
  const results = [1990, 2010].map((n) => durbinWatson(fitted4({ n, seed: 33, rho: 0.03, intercept: true })));
  assert.deepEqual(results.map(({ distribution }) => distribution), ['exact', 'beta']);
  for (const { statistic, pValue } of results) {
    // Independent of either: mean 2, variance 4/n to first order.
    const z = (statistic - 2) / Math.sqrt(4 / 2000);
    assert.ok(Math.abs(pValue - 0.5 * (1 + erf(z / Math.SQRT2))) < 0.03, `${pValue} at z ${z}`);
  }
});

/** Abramowitz & Stegun 7.1.26, 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  return Math.sign(x) * (1 - t * Math.exp(-x * x) * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))));
}

test('RESET with one power is the square of the t test of that power, with and without a constant', () => {
  for (const intercept of [true, false]) {
    const columns = design('brush').columns.slice(intercept ? 0 : 1, 4);
    const base = fitModel(kernels, { x: columnMajor(columns), y: response, n: rows, p: columns.length, intercept });
    for (const power of [2, 3]) {
      const wide = fitModel(kernels, { x: columnMajor([...columns, base.fit.fitted.map((value) => value ** power)]), y: response, n: rows, p: columns.length + 1, intercept });
      assert.ok(logRelativeError(reset(base, [power]).statistic, (wide.fit.t[columns.length] as number) ** 2) > 9);
    }
  }
});

test('every test but Durbin–Watson is blind to the order of the rows', () => {
  const next = uniform(17);
  const order = Array.from({ length: rows }, (_, i) => [next(), i] as const).sort(([a], [b]) => a - b).map(([, i]) => i);
  const permute = (column: Float64Array): Float64Array => Float64Array.from(order, (i) => column[i] as number);
  const { columns } = design('interaction');
  const permuted = fitModel(kernels, { x: columnMajor(columns.map(permute)), y: permute(response), n: rows, p: columns.length, intercept: true });
  const [before, after] = [residualTests(model), residualTests(permuted)];
  before.forEach((entry, k) => {
    const other = after[k];
    assert.ok('result' in entry && other !== undefined && 'result' in other);
    if (entry.test === 'durbin_watson') assert.notEqual(entry.result.statistic, other.result.statistic);
    else agree(other.result, entry.result.statistic, entry.result.pValue, 10);
  });
});

test('tests that the data do not allow say so, the others still speak', () => {
  const small = fitModel(kernels, { x: columnMajor([[1, 1, 1, 1], [1, 2, 3, 5]]), y: Float64Array.of(1, 3, 2, 4), n: 4, p: 2, intercept: true });
  const results = residualTests(small);
  assert.ok(results.some((entry) => 'unavailable' in entry && entry.test === 'anderson_darling'));
  assert.ok(results.some((entry) => 'result' in entry && entry.test === 'shapiro_wilk'));
  const exact = fitModel(kernels, { x: columnMajor([[1, 1, 1, 1], [1, 2, 3, 5]]), y: Float64Array.of(1, 2, 3, 5), n: 4, p: 2, intercept: true });
  assert.ok(residualTests(exact).every((entry) => 'unavailable' in entry));
});
