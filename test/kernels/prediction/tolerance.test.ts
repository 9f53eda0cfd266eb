import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exactToleranceMultiplier, toleranceCurve, toleranceMultiplier } from '../../../kernels/index.ts';

describe('the factor of a two-sided tolerance interval', () => {
  it('is that of the printed tables for a sample of n (Odeh & Owen 1980; ISO 16269-6: leverage 1/n, n − 1 degrees of freedom)', () => {
    // n, factor for 95 % of the values with 95 % confidence
    for (const [n, factor] of [[5, 5.077], [10, 3.393], [20, 2.760], [30, 2.555], [50, 2.382], [100, 2.234]] as const) {
      assert.ok(Math.abs(exactToleranceMultiplier(0.95, 0.95, 1 / n, n - 1) - factor) < 0.0006, `n = ${n}: ${exactToleranceMultiplier(0.95, 0.95, 1 / n, n - 1)}`);
    }
  });

  it('is close to Wallis\' approximation in a regression, and wider where the point is far', () => {
    let last = 0;
    for (const leverage of [0.01, 0.1, 0.5, 1]) {
      const exact = exactToleranceMultiplier(0.9, 0.95, leverage, 40);
      if (leverage <= 0.1) assert.ok(Math.abs(exact / toleranceMultiplier(0.9, 0.95, leverage, 40) - 1) < 0.03);
      assert.ok(exact > last);
      last = exact;
    }
  });

  it('is read from a curve over the leverage to 1e-5', () => {
    for (const [content, confidence, df, largest] of [[0.95, 0.95, 6, 1], [0.99, 0.9, 150, 0.4]] as const) {
      const curve = toleranceCurve(content, confidence, df, largest);
      for (const share of [0, 0.03, 0.31, 0.77, 1]) assert.ok(Math.abs(curve(share * largest) / exactToleranceMultiplier(content, confidence, share * largest, df) - 1) < 1e-5, `${df} ${share}`);
    }
  });
});
