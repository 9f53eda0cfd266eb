import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { fitModel, heteroscedasticCovariance, KernelMemory, loadKernels, instantiate, wildInfluence, wildIntervals, wildReplicates, type FittedModel, type Kernels } from '../../../kernels/index.ts';

import { randomStream } from '../../../kernels/random/index.ts';

const n = 30;
const p = 3;
let kernels: Kernels;
let model: FittedModel;
const design = (): Float64Array => Float64Array.from({ length: n * p }, (_, at) => (at < n ? 1 : at < 2 * n ? 100 + (at % n) : Math.sin(at)));

function refit(y: Float64Array): FittedModel {
  return fitModel(kernels, { x: design(), y, n, p, intercept: true });
}

const columns = (): Float64Array[] => Array.from({ length: p }, (_, j) => design().subarray(j * n, (j + 1) * n));

describe('the wild bootstrap', () => {
  before(async () => {
    kernels = await instantiate(await loadKernels(), KernelMemory.create());
    // errors that grow with the second column
    model = refit(Float64Array.from({ length: n }, (_, i) => 2 - 0.3 * i + Math.sin(7.3 * i * i) * (1 + i)));
  });

  it('is, replicate by replicate, the t of the model fitted again to its fitted values and the residuals with drawn signs', () => {
    const { fit } = model;
    const made = wildInfluence(n, columns(), fit.residuals, fit.diagnostics?.leverage as Float64Array, null);
    const hc3 = heteroscedasticCovariance(model, 'HC3');
    made.standardErrors.forEach((error, j) => assert.ok(Math.abs(error / Math.sqrt(hc3[j * p + j] as number) - 1) < 1e-10));
    const t = wildReplicates(made, 5, 0, 20);
    for (let b = 0; b < 20; b++) {
      const next = randomStream(5, b);
      const y = Float64Array.from(fit.fitted, (value, i) => value + (next() < 0.5 ? -1 : 1) * (fit.residuals[i] as number) / (1 - (fit.diagnostics?.leverage[i] as number)));
      const again = refit(y);
      const covariance = heteroscedasticCovariance(again, 'HC3');
      for (let j = 0; j < p; j++) {
        const expected = ((again.fit.coefficients[j] as number) - (fit.coefficients[j] as number)) / Math.sqrt(covariance[j * p + j] as number);
        assert.ok(Math.abs((t[b * p + j] as number) - expected) < 1e-8 * (1 + Math.abs(expected)), `${b} ${j}`);
      }
    }
  });

  it('depends on the seed and the number of the replicate alone: blocks put together are the whole', () => {
    const made = wildInfluence(n, columns(), model.fit.residuals, model.fit.diagnostics?.leverage as Float64Array, null);
    const whole = wildReplicates(made, 1, 0, 50);
    assert.deepEqual([...wildReplicates(made, 1, 0, 17), ...wildReplicates(made, 1, 17, 50)], [...whole]);
    assert.notDeepEqual([...wildReplicates(made, 2, 0, 50)], [...whole]);
  });

  it('draws one sign for a whole cluster, whose errors then stay together', () => {
    const cluster = Int32Array.from({ length: n }, (_, i) => i % 6);
    const made = wildInfluence(n, columns(), model.fit.residuals, model.fit.diagnostics?.leverage as Float64Array, cluster);
    // 2⁶ sign patterns, in pairs of opposite ones: at most 64 different values
    const t = wildReplicates(made, 3, 0, 500);
    assert.ok(new Set(Array.from({ length: 500 }, (_, b) => (t[b * p] as number).toPrecision(8))).size <= 64);
  });

  it('turns the replicates into an interval by order statistics and counts those at least as far out', () => {
    // −9.9 … 9.9 by 0.1: of 199 and 95 % the fifth from either end
    const t = Float64Array.from({ length: 199 }, (_, k) => ((k * 37) % 199 - 99) / 10);
    const { low, high, p: share } = wildIntervals(100, 2, t, 0.95);
    assert.ok(Math.abs(low - (100 - 2 * 9.5)) < 1e-12 && Math.abs(high - (100 + 2 * 9.5)) < 1e-12);
    assert.equal(share, 1 / 200);
    assert.equal(wildIntervals(2, 2, t, 0.95).p, (1 + 2 * 90) / 200);
  });
});
