import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leastSquares, logistic } from '../../../kernels/index.ts';
import type { LeastSquaresDiagnostics, LeastSquaresInput, LeastSquaresResult, LogisticFit } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, uniform } from '../kernels.ts';

const kernels = await freshKernels();
const seed = 20_261_125;
const random = uniform(seed);
const n = 400;
const one = new Float64Array(n).fill(1);
const features = Array.from({ length: 5 }, () => Float64Array.from({ length: n }, () => 20 + 5 * (random() + random() - 1)));
const weights = Float64Array.from({ length: n }, () => 0.5 + random());
const y = Float64Array.from({ length: n }, (_, i) => 3 + features.reduce((sum, column, j) => sum + (j - 2) * (column[i] as number), 0) + 4 * (random() + random() + random() - 1.5));
const input = (columns: readonly Float64Array[], response = y, w = weights): LeastSquaresInput => ({ x: columnMajor([one, ...columns]), y: response, n, p: columns.length + 1, intercept: true, weights: w });

/** What does not depend on units: of the terms but the constant, of the whole, of the rows. */
function statistics(fit: LeastSquaresResult, order: readonly number[] = Array.from(one.keys())): Record<string, number[]> {
  const rows = fit.diagnostics as LeastSquaresDiagnostics;
  const inOrder = (values: Float64Array): number[] => Array.from(order, (i) => values[i] as number);
  return {
    t: [...fit.t.subarray(1)], p: [...fit.pValues.subarray(1)], vif: [...fit.varianceInflation.subarray(1)], whole: [fit.rSquared, fit.adjustedRSquared, fit.f.value, fit.f.pValue, rows.press / fit.tss],
    leverage: inOrder(rows.leverage), standardised: inOrder(rows.standardised), studentised: inOrder(rows.studentised), cook: inOrder(rows.cooksDistance), dffits: inOrder(rows.dffits), covratio: inOrder(rows.covratio),
  };
}

function furthest(a: Record<string, number[]>, b: Record<string, number[]>): number {
  return Math.max(...Object.entries(a).flatMap(([key, values]) => {
    const largest = Math.max(...values.map(Math.abs));
    // Of rows: relative to the largest, a residual of almost zero has no digits of its own.
    return values.map((value, i) => Math.abs(value - (b[key]?.[i] as number)) / (values.length === n ? largest : Math.abs(value)));
  }));
}

for (const [mode, digits] of [['exact', 13], ['fast', 10], ['gram', 8]] as const) {
  const plain = leastSquares(kernels, { ...input(features), mode });

  test(`${mode}: columns and response in units of powers of two give the same statistics to the last bit (seed ${seed})`, () => {
    const powers = [2 ** 40, 2 ** -30, 0.5, 2 ** 200, 2 ** -250];
    const scaled = leastSquares(kernels, { ...input(features.map((column, j) => column.map((value) => value * (powers[j] as number))), y.map((value) => value / 1024)), mode });
    assert.deepEqual(statistics(scaled), statistics(plain));
    powers.forEach((power, j) => {
      assert.equal(scaled.coefficients[j + 1], (plain.coefficients[j + 1] as number) / power / 1024);
      assert.equal(scaled.standardErrors[j + 1], (plain.standardErrors[j + 1] as number) / power / 1024);
    });
  });

  test(`${mode}: other units (inches, degrees Fahrenheit) give the same statistics`, () => {
    const units = features.map((column, j) => column.map((value) => (j % 2 === 0 ? value / 25.4 : value * 1.8 + 32)));
    const other = leastSquares(kernels, { ...input(units, y.map((value) => value * 0.0254 - 7)), mode });
    assert.ok(furthest(statistics(plain), statistics(other)) <= 10 ** -Math.min(digits, 11), String(furthest(statistics(plain), statistics(other))));
  });

  test(`${mode}: rows in another order give the same statistics, each row its own`, () => {
    // 177 and 400 have no common factor.
    const from = Array.from({ length: n }, (_, i) => (177 * i + 31) % n);
    const moved = (column: Float64Array): Float64Array<ArrayBuffer> => Float64Array.from(from, (i) => column[i] as number);
    const back = Array.from({ length: n }, (_, i) => from.indexOf(i));
    const other = statistics(leastSquares(kernels, { ...input(features.map(moved), moved(y), moved(weights)), mode }), back);
    assert.ok(furthest(statistics(plain), other) <= 10 ** -digits, String(furthest(statistics(plain), other)));
  });

  test(`${mode}: PRESS is the sum of squared errors of predicting each row from the others`, () => {
    const press = [...y].reduce((sum, value, left) => {
      const keep = Float64Array.from(weights, (weight, i) => (i === left ? 0 : weight));
      const { coefficients } = leastSquares(kernels, { ...input(features, y, keep), mode, diagnostics: false });
      const predicted = features.reduce((total, column, j) => total + (coefficients[j + 1] as number) * (column[left] as number), coefficients[0] as number);
      return sum + (weights[left] as number) * (value - predicted) ** 2;
    }, 0);
    assert.ok(Math.abs((plain.diagnostics?.press ?? 0) / press - 1) <= 1e-11, `${plain.diagnostics?.press} against ${press}`);
  });
}

test('logistic: powers of two, other units and another order of rows leave z, p and the deviance', () => {
  const outcome = y.map((value) => (value > 3 ? 1 : 0));
  const fit = (columns: readonly Float64Array[], labels = outcome): LogisticFit => {
    const answer = logistic(kernels, { x: columnMajor(columns), y: labels, n, p: columns.length });
    assert.ok(answer.kind === 'fit');
    return answer;
  };
  const told = ({ z, pValues, deviance, nullDeviance }: LogisticFit): number[] => [...z.subarray(1), ...pValues.subarray(1), deviance, nullDeviance];
  const plain = told(fit(features));
  const reverse = (column: Float64Array): Float64Array<ArrayBuffer> => Float64Array.from(column).reverse();
  for (const other of [
    fit(features.map((column, j) => column.map((value) => value * 2 ** (10 * j - 20)))),
    fit(features.map((column) => column.map((value) => value * 1.8 + 32))),
    fit(features.map(reverse), reverse(outcome)),
  ]) told(other).forEach((value, k) => { assert.ok(Math.abs(value / (plain[k] as number) - 1) <= 1e-11, `${k}: ${value} against ${plain[k]}`); });
});
