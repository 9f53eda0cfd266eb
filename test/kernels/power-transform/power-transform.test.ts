import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitModel, inverseTransform, invertible, KernelError, lognormalMean, niceLambda, powerProfile, powerTransform, smearedMean, smearingFactor } from '../../../kernels/index.ts';
import { columnMajor, freshKernels, logRelativeError, uniform } from '../kernels.ts';
import { brushModel, design, peer, response, rows } from '../regression/brush72.ts';

const kernels = await freshKernels();
const model = brushModel(kernels, 'interaction');
const families = ['box_cox', 'yeo_johnson'] as const;

test('Box–Cox λ of the regression, its interval and likelihood as in R (MASS, car)', () => {
  const profile = powerProfile(model, 'box_cox');
  // car stops its optimiser at about 1e-6, MASS prints its interval to 0.001.
  assert.ok(Math.abs(profile.lambda - peer.powerTransform) < 1e-6);
  assert.ok(Math.abs(profile.interval.low - peer.boxcox.ci95[0]) < 1e-3 && Math.abs(profile.interval.high - peer.boxcox.ci95[1]) < 1e-3);
  // MASS: −n/2 ln RSS of y over its geometric mean, at its grid's best λ.
  const logMean = response.reduce((sum, y) => sum + Math.log(y), 0) / rows;
  const asMass = profile.at(peer.boxcox.lambda) + (rows / 2) * (Math.log((2 * Math.PI) / rows) + 1) + rows * logMean;
  assert.ok(Math.abs(asMass - peer.boxcox.logLikMax) < 1e-11, `${asMass}`);
});

test('Yeo–Johnson λ as in R (car)', () => {
  assert.ok(Math.abs(powerProfile(model, 'yeo_johnson').lambda - peer.yeoJohnson) < 1e-6);
});

for (const family of families) {
  test(`${family}: the profile is the likelihood of refitting the transformed response, the maximum is flat, the interval ends 1.92 below`, () => {
    const profile = powerProfile(model, family);
    for (const lambda of [-2, -0.3, 0, 1e-9, 0.7, 1, 2]) {
      const { fit } = brushModel(kernels, 'interaction', powerTransform({ family, lambda }, response));
      const jacobian = response.reduce((sum, y) => sum + Math.log(family === 'box_cox' ? y : 1 + y), 0) * (lambda - 1);
      const expected = (-rows / 2) * (Math.log((2 * Math.PI * fit.rss) / rows) + 1) + jacobian;
      assert.ok(Math.abs(profile.at(lambda) - expected) < 1e-9, `λ ${lambda}`);
    }
    assert.ok(Math.abs(profile.at(profile.lambda + 1e-4) - profile.at(profile.lambda - 1e-4)) < 1e-9);
    assert.ok(profile.at(profile.lambda) > profile.at(profile.lambda + 1e-3));
    // half the 95 % point of chi-squared with 1 df
    for (const end of [profile.interval.low, profile.interval.high]) assert.ok(Math.abs(profile.logLikelihood - profile.at(end) - 1.9207294103470609) < 1e-9);
    assert.equal(profile.untransformedLogLikelihood, profile.at(1));
    assert.ok(powerProfile(model, family, 0.5).interval.low > profile.interval.low);
  });

  test(`${family}: λ does not depend on the order of the rows, Box–Cox not on the unit either`, () => {
    const flip = (column: Float64Array): Float64Array => column.slice().reverse();
    const { columns } = design('interaction');
    const flipped = fitModel(kernels, { x: columnMajor(columns.map(flip)), y: flip(response), n: rows, p: columns.length, intercept: true });
    assert.ok(Math.abs(powerProfile(flipped, family).lambda - powerProfile(model, family).lambda) < 1e-10);
    if (family === 'box_cox') assert.ok(Math.abs(powerProfile(brushModel(kernels, 'interaction', response.map((y) => y * 1e9)), family).lambda - powerProfile(model, family).lambda) < 1e-10);
  });

  test(`${family}: the inverse undoes the transformation, rises everywhere and is never NaN`, () => {
    for (const lambda of [-3, -1, -0.5, 0, 1e-8, 1 / 3, 0.5, 1, 2, 3.5]) {
      const transformation = { family, lambda };
      const values = family === 'box_cox' ? [1e-3, 0.2, 1, 7] : [-4, -0.3, 0, 0.5, 6];
      const forward = powerTransform(transformation, values);
      values.forEach((y, i) => assert.ok(Math.abs(inverseTransform(transformation, forward[i] as number) - y) < 1e-9 * (1 + Math.abs(y)), `λ ${lambda} y ${y}`));
      assert.ok(forward.every((w) => invertible(transformation, w)));
      let last = -Infinity;
      for (let w = -20; w <= 20; w += 0.25) {
        const y = inverseTransform(transformation, w);
        assert.ok(y >= last, `λ ${lambda} w ${w}: ${y} after ${last}`);
        last = y;
      }
    }
  });
}

test('a negative prediction on the root scale is 0, not its square', () => {
  const root = { family: 'box_cox', lambda: 0.5 } as const;
  assert.equal(inverseTransform(root, -2.5), 0);
  assert.ok(!invertible(root, -2.5));
});

test('λ that generated the data is recovered, and the advice names it', () => {
  const next = uniform(12);
  const n = 400;
  const x = Float64Array.from({ length: n }, next);
  const columns = [new Float64Array(n).fill(1), x];
  const noise = x.map(() => next() + next() + next() - 1.5);
  for (const [lambda, advice] of [[0, 'log_recommended'], [0.5, 'square_root_recommended'], [1, 'none_needed']] as const) {
    const y = x.map((value, i) => inverseTransform({ family: 'box_cox', lambda }, 4 + 3 * value + 0.5 * (noise[i] as number)));
    const profile = powerProfile(fitModel(kernels, { x: columnMajor(columns), y, n, p: 2, intercept: true }), 'box_cox');
    assert.ok(profile.interval.low < lambda && lambda < profile.interval.high);
    assert.equal(niceLambda(profile).advice, advice);
  }
  assert.deepEqual(niceLambda({ lambda: 0.7312, interval: { low: 0.72, high: 0.74, confidence: 0.95 } }), { lambda: 0.73, advice: 'power_recommended' });
});

test('smearing gives back the mean of the response where exponentiating gives a median', () => {
  const { fit } = brushModel(kernels, 'interaction', response.map(Math.log));
  const mean = response.reduce((sum, y) => sum + y / rows, 0);
  const average = (of: (w: number) => number): number => fit.fitted.reduce((sum, w) => sum + of(w) / rows, 0);
  const log = { family: 'box_cox', lambda: 0 } as const;
  assert.ok(Math.abs(average((w) => smearedMean(log, w, fit.residuals)) / mean - 1) < Math.abs(average(Math.exp) / mean - 1) / 3);
  assert.ok(logRelativeError(smearedMean(log, -1, fit.residuals), Math.exp(-1) * smearingFactor(fit.residuals)) > 14);
  // With λ = 1 there is nothing to correct: residuals sum to zero.
  const straight = brushModel(kernels, 'interaction').fit;
  assert.ok(Math.abs(smearedMean({ family: 'box_cox', lambda: 1 }, 0.4, straight.residuals) - 1.4) < 1e-12);
});

test('the lognormal mean is the mean of exponentiated normals', () => {
  // Midpoint rule over the normal density.
  let sum = 0;
  for (let z = -12; z < 12; z += 0.001) sum += 0.001 * Math.exp(0.3 + 0.8 * (z + 0.0005)) * Math.exp(-((z + 0.0005) ** 2) / 2) / Math.sqrt(2 * Math.PI);
  assert.ok(logRelativeError(lognormalMean(0.3, 0.8), sum) > 8);
});

test('values that Box–Cox cannot take and exact fits are refused', () => {
  const refused = (error: unknown): boolean => error instanceof KernelError && error.code === 'kernel_domain';
  const y = response.slice();
  y[7] = 0;
  assert.throws(() => powerProfile(brushModel(kernels, 'main', y), 'box_cox'), (error) => refused(error) && (error as KernelError).values['row'] === 7);
  const exact = fitModel(kernels, { x: columnMajor([[1, 1, 1], [1, 2, 3]]), y: Float64Array.of(1, 2, 3), n: 3, p: 2, intercept: true });
  assert.throws(() => powerProfile(exact, 'yeo_johnson'), refused);
});
