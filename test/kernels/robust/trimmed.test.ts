import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { fitModel, instantiate, KernelMemory, leastTrimmedSquares, loadKernels, robustFit, trimmedStart, type FittedModel, type Kernels } from '../../../kernels/index.ts';

let kernels: Kernels;
before(async () => { kernels = await instantiate(await loadKernels(), KernelMemory.create()); });

function modelOf(columns: readonly (readonly number[])[], y: readonly number[]): FittedModel {
  const n = y.length;
  return fitModel(kernels, { x: Float64Array.from([new Array<number>(n).fill(1), ...columns].flat()), y: Float64Array.from(y), n, p: columns.length + 1, intercept: true });
}

/** Least sum of squares over every subset of `kept` rows. */
function exhaustive(columns: readonly (readonly number[])[], y: readonly number[], kept: number): number {
  let best = Infinity;
  const choose = (from: number, rows: number[]): void => {
    if (rows.length === kept) {
      const { fit } = modelOf(columns.map((column) => rows.map((i) => column[i] as number)), rows.map((i) => y[i] as number));
      best = Math.min(best, fit.residuals.reduce((sum, e) => sum + e * e, 0));
      return;
    }
    for (let i = from; i <= y.length - (kept - rows.length); i++) choose(i + 1, [...rows, i]);
  };
  choose(0, []);
  return best;
}

describe('least trimmed squares', () => {
  it('finds the least sum of squares that any half of the rows has', () => {
    for (const shift of [1, 2, 3]) {
      const x = Array.from({ length: 11 }, (_, i) => i + 0.3 * Math.sin(3 * i * shift));
      const y = x.map((value, i) => 1 + 2 * value + Math.sin(11.7 * (i + 1) * shift) + (i % 4 === 1 ? 30 : 0));
      const model = modelOf([x], y);
      const { objective, kept } = trimmedStart(model, { seed: 1 });
      assert.equal(kept, 7);
      const least = exhaustive([x], y, kept);
      assert.ok(Math.abs(objective / least - 1) < 1e-9, `${objective} ${least}`);
    }
  });

  it('is what every subset of the stack-loss data, weighed one by one, gives', () => {
    // Brownlee's 21 days: air flow, water temperature, acid concentration, stack loss
    const air = [80, 80, 75, 62, 62, 62, 62, 62, 58, 58, 58, 58, 58, 58, 50, 50, 50, 50, 50, 56, 70];
    const water = [27, 27, 25, 24, 22, 23, 24, 24, 23, 18, 18, 17, 18, 19, 18, 18, 19, 19, 20, 20, 20];
    const acid = [89, 88, 90, 87, 87, 87, 93, 93, 87, 80, 89, 88, 82, 93, 89, 86, 72, 79, 80, 82, 91];
    const loss = [42, 37, 37, 28, 18, 18, 19, 20, 15, 14, 14, 13, 11, 12, 8, 7, 8, 8, 9, 15, 15];
    const model = modelOf([air, water, acid], loss);
    const fit = leastTrimmedSquares(model, { seed: 7 });
    reference.coefficients.forEach((value, j) => assert.ok(Math.abs((fit.coefficients[j] as number) / value - 1) < 1e-9, `${fit.coefficients[j]} ${value}`));
    reference.standardErrors.forEach((value, j) => assert.ok(Math.abs((fit.standardErrors[j] as number) / fit.scale * reference.sigma / value - 1) < 1e-9));
    assert.deepEqual([...fit.weights.keys()].filter((i) => fit.weights[i] === 0).map((i) => i + 1), reference.outside);
    assert.ok(Math.abs(trimmedStart(model, { seed: 7 }).objective / reference.objective - 1) < 1e-9);
  });

  it('leaves two fifths of wild rows out that draw least squares away, also among more rows than it searches at once', () => {
    for (const n of [60, 2400]) {
      const x = Array.from({ length: n }, (_, i) => (i % 37) + 0.01 * i / n);
      const y = x.map((value, i) => (i % 5 < 2 ? -50 - 3 * value : 3 + value) + 0.1 * Math.sin(5.1 * i * i));
      const model = modelOf([x], y);
      const fit = robustFit(model, { method: 'lts', seed: 2 });
      assert.ok(Math.abs((fit.coefficients[1] as number) - 1) < 0.02, String(fit.coefficients[1]));
      assert.ok(Math.abs((model.fit.coefficients[1] as number) - 1) > 0.5);
      assert.equal(y.filter((_, i) => i % 5 < 2 && fit.weights[i] !== 0).length, 0);
    }
  });

  it('refuses a half that fits exactly', () => {
    assert.throws(() => leastTrimmedSquares(modelOf([[1, 2, 3, 4, 5, 6]], [1, 2, 3, 4, 9, 2]), { seed: 1 }), { code: 'kernel_domain' });
  });
});

/** By numpy (the coefficients are also those of R robustbase::ltsReg with use.correction = FALSE, nsamp = "exact"): least squares of each of the 203,490 subsets of 13 days, the best reweighted at 2.2414 consistent scales, least squares of what stays. */
const reference = {
  objective: 2.9323912461199733,
  coefficients: [-34.057510183938206, 0.7569405525675239, 0.4535302925111459, -0.05210997816831342],
  sigma: 0.9663918354853823,
  standardErrors: [3.8288187346294023, 0.07860766343632311, 0.13605033368520164, 0.05463721620925266],
  outside: [1, 2, 3, 4, 13, 21],
};
