import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { factorAt } from '../../../schemas/index.ts';
import { analyse } from './run-analysis.ts';

describe('the basis of intervals', () => {
  const csv = new URL('../../kernels/brush72.csv', import.meta.url);

  test('gives every row the leverage that the fit found, aliased terms and all', async () => {
    const text = (await readFile(csv)).toString().trimEnd().split('\n').map((line) => line.split(','));
    // twice the speed: a term without a coefficient of its own
    const table = text.map((line, i) => [...line, i === 0 ? 'double' : String(2 * Number(line[2]))].join(',')).join('\n');
    const { result } = await analyse(table, { target_column: 'y', formula: 'y ~ poly(speed, 3) + double + log(feed):depth + I(depth^2) + C(brush, helmert)*material', train_test_split: 0, cv_splits: 2 });
    const names = [...text[0] as string[], 'double'];
    const basis = result.interval_basis;
    assert.ok(basis);
    assert.ok(result.model.terms.some(({ aliased }) => aliased));
    result.rows.row.forEach((row, i) => {
      const cells = (table.split('\n')[row - 1] as string).split(',');
      const x = result.model.terms.map(({ factors }) => factors.reduce((product, factor) => {
        const cell = cells[names.indexOf(factor.column)] as string;
        return product * factorAt(factor, Number(cell), cell);
      }, 1));
      const h = (basis.factor[0] ?? []).reduce((sum, _, k) => sum + x.reduce((f, value, j) => f + value * (basis.factor[j]?.[k] ?? NaN), 0) ** 2, 0);
      assert.ok(Math.abs(h / (result.rows.leverage[i] ?? NaN) - 1) < 1e-9, `row ${row}: ${h} against ${result.rows.leverage[i]}`);
    });
    // qt(0.975, df) through the interval of a coefficient
    const slope = result.coefficients[1];
    assert.ok(Math.abs(((slope?.ci_high ?? NaN) - (slope?.estimate ?? NaN)) / (slope?.std_error ?? NaN) / basis.t - 1) < 1e-12);
  });

  test('is left out of a model with so many coefficients that it would be most of the result', async () => {
    const [rows, columns] = [215, 205];
    let state = 1;
    const next = (): number => (state = (state * 48_271) % 2_147_483_647) % 1000;
    const lines = Array.from({ length: rows }, () => Array.from({ length: columns + 1 }, next).join(','));
    const { result } = await analyse([[...Array.from({ length: columns }, (_, j) => `x${j}`), 'y'].join(','), ...lines].join('\n'), { target_column: 'y', train_test_split: 0, cv_splits: 2, anova_types: [] });
    assert.ok(result.coefficients.length > 200);
    assert.equal(result.interval_basis, null);
  });
});
