import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { basisFit, fillByChainedEquations, poolByRubin, studentInterval } from '../../../kernels/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';

const seed = 77;

/** y = 1 + 2 a − b + e with b hanging on a; a third of b is missing, the more so the larger a is. */
function sample(n: number): { a: Float64Array; b: Float64Array; whole: Float64Array; y: Float64Array } {
  const next = randomStream(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const a = Float64Array.from({ length: n }, normal);
  const whole = a.map((value) => 3 + 0.8 * value + 0.6 * normal());
  const y = a.map((value, i) => 1 + 2 * value - (whole[i] as number) + 0.5 * normal());
  const b = whole.map((value, i) => (next() < 1 / (1 + Math.exp(1 - 1.2 * (a[i] as number))) ? NaN : value));
  return { a, b, whole, y };
}

describe('Rubin\'s rules', () => {
  it('pool as worked out by hand, with the degrees of freedom of Barnard & Rubin', () => {
    // estimates 1, 2, 3 with variances 1, 2, 3: W = 2, B = 1, T = 2 + 4/3 = 10/3, λ = 2/5; ν₀ = 20: ν_obs = 21/23·20·3/5 = 252/23, ν_old = 2/(4/25) = 25/2
    const pooled = poolByRubin([1, 2, 3], [1, 2, 3], 20, 0.95);
    const df = 1 / (2 / 25 + 23 / 252);
    const near = (value: number, expected: number): void => assert.ok(Math.abs(value / expected - 1) < 1e-13, `${value} ${expected}`);
    near(pooled.estimate, 2);
    near(pooled.standardError, Math.sqrt(10 / 3));
    near(pooled.degreesOfFreedom, df);
    near(pooled.missingInformation, (2 / 3 + 2 / (df + 3)) / (5 / 3));
    // R mice: pool.scalar(c(1, 2, 3), c(1, 2, 3), n = 21, k = 1)
    near(pooled.degreesOfFreedom, 5.83873957367933);
    near(pooled.missingInformation, 0.535765964139667);
    near(pooled.high, 2 + studentInterval(0.95, df) * Math.sqrt(10 / 3));
  });

  it('leave estimates that do not differ as they are', () => {
    const { estimate, standardError, missingInformation } = poolByRubin([5, 5, 5, 5], [4, 4, 4, 4], 30, 0.9);
    assert.deepEqual([estimate, standardError, missingInformation], [5, 2, 0]);
  });
});

describe('chained equations', () => {
  it('fill gaps with measured values only, leave everything else alone, and draw anew for each imputation', () => {
    const { a, b, y } = sample(80);
    const before = b.slice();
    const [filled = new Float64Array(0), untouched] = fillByChainedEquations([b, a], [y], { seed, imputation: 0 });
    assert.deepEqual(b, before);
    assert.equal(untouched, a);
    const measured = new Set(b.filter((value) => !Number.isNaN(value)));
    b.forEach((value, i) => assert.ok(Number.isNaN(value) ? measured.has(filled[i] as number) : filled[i] === value));
    assert.deepEqual(fillByChainedEquations([b, a], [y], { seed, imputation: 0 })[0], filled);
    assert.notDeepEqual(fillByChainedEquations([b, a], [y], { seed, imputation: 1 })[0], filled);
  });

  it(`bring the coefficients of the whole data back within what their errors allow, with shorter intervals than complete rows (seed ${seed})`, () => {
    const { a, b, whole, y } = sample(400);
    const n = y.length;
    const ones = new Float64Array(n).fill(1);
    const m = 20;
    const fits = Array.from({ length: m }, (_, imputation) => basisFit(n, [ones, a, fillByChainedEquations([b], [a, y], { seed, imputation })[0] as Float64Array], y));
    const truth = basisFit(n, [ones, a, whole], y);
    const rows = [...b.keys()].filter((i) => !Number.isNaN(b[i]));
    const pick = (values: Float64Array): Float64Array => Float64Array.from(rows, (i) => values[i] as number);
    const complete = basisFit(rows.length, [ones, a, b].map(pick), pick(y));
    assert.ok(rows.length < 320 && rows.length > 200, String(rows.length));
    for (const [j, expected] of [1, 2, -1].entries()) {
      const pooled = poolByRubin(fits.map(({ coefficients }) => coefficients[j] as number), fits.map(({ variances }) => variances[j] as number), n - 3, 0.95);
      assert.ok(Math.abs(pooled.estimate - expected) < 3 * pooled.standardError, `${j}: ${pooled.estimate}`);
      assert.ok(pooled.standardError > Math.sqrt(truth.variances[j] as number), 'what is missing costs');
      assert.ok(pooled.missingInformation > 0.02 && pooled.missingInformation < 0.9);
      // a is known in every row: its coefficient gains
      if (j === 1) assert.ok(pooled.standardError < Math.sqrt(complete.variances[j] as number) * 1.05);
    }
  });
});

describe('least squares on a basis', () => {
  it('is that of the normal equations', () => {
    const x = Float64Array.of(1, 2, 4, 7, 11);
    const y = Float64Array.of(3, 5, 4, 9, 10);
    const { coefficients, variances, degreesOfFreedom } = basisFit(5, [new Float64Array(5).fill(1), x], y);
    // Sxx = 66, Sxy = 47, Syy = 38.8, mean x 5, mean y 6.2
    const slope = 47 / 66;
    const rss = 38.8 - 47 ** 2 / 66;
    assert.ok(Math.abs((coefficients[1] as number) - slope) < 1e-14 && Math.abs((coefficients[0] as number) - (6.2 - 5 * slope)) < 1e-13);
    assert.ok(Math.abs((variances[1] as number) / (rss / 3 / 66) - 1) < 1e-13 && degreesOfFreedom === 3);
  });
});
