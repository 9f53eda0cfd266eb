import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { studentQuantile } from '../../../../kernels/index.ts';
import { randomStream } from '../../../../kernels/random/index.ts';
import { expected, product } from '../../../../cluster/linear/prediction/hurdle.ts';
import type { Evaluated } from '../../../../cluster/linear/prediction/evaluate.ts';
import type { NumericPredictor } from '../../../../cluster/linear/prediction/predictor.ts';

const one = (value: number): Float64Array => Float64Array.of(value);
const evaluated = (value: number, low: number, high: number, scale: Evaluated['scale'] = null): Evaluated => ({
  value: one(value), meanLow: one(low), meanHigh: one(high), low: null, high: null, scale, outside: [[]], reason: [null],
});
const log = { response: { kind: 'log', lambda: null }, degreesOfFreedom: 37 } as NumericPredictor;

describe('what to expect of a run that may fail', () => {
  test('the interval of the product covers as often as it says (20,000 draws of two independent estimates, seed 5)', () => {
    const next = randomStream(5, 0);
    const normal = (): number => Math.sqrt(-2 * Math.log(next() || 1e-300)) * Math.cos(2 * Math.PI * next());
    // a logit and a logarithmic mean with known standard errors
    const [eta, se, mu, sm, z] = [0.4, 0.5, -1, 0.2, 1.959963984540054];
    const inv = (x: number): number => 1 / (1 + Math.exp(-x));
    const truth = inv(eta) * Math.exp(mu);
    let inside = 0;
    for (let i = 0; i < 20_000; i += 1) {
      const [e, m] = [eta + se * normal(), mu + sm * normal()];
      const [low, high] = product([inv(e), inv(e - z * se), inv(e + z * se)], [Math.exp(m), Math.exp(m - z * sm), Math.exp(m + z * sm)]);
      inside += Number(low <= truth && truth <= high);
    }
    assert.ok(Math.abs(inside / 20_000 - 0.95) < 0.01, `${inside / 20_000}`);
  });

  test('with one part known exactly it is the interval of the other', () => {
    const [low, high] = product([0.5, 0.5, 0.5], [2, 1, 5]);
    assert.ok(Math.abs(low - 0.5) < 1e-12 && Math.abs(high - 2.5) < 1e-12);
    assert.deepEqual(product([0.5, 0.5, 0.5], [-2, -3, 1]), [-1.5, 0.5]);
  });

  test('one run: the quantiles of the mixture, by its distribution function', () => {
    const scale = { centre: one(-1), deviation: one(0.3) };
    const { value, runLow, runHigh } = expected(evaluated(0.99, 0.9, 0.999), evaluated(0.4, 0.35, 0.45, scale), log, 0.95);
    assert.equal(value[0], 0.99 * 0.4);
    for (const [y, q] of [[runLow[0] as number, 0.025], [runHigh[0] as number, 0.975]] as const) {
      // F(y) = 1 − p + p·T((ln y − centre) / deviation): solved for ln y with the exact quantile
      const exact = Math.exp(-1 + 0.3 * studentQuantile((q - 0.01) / 0.99, 37));
      assert.ok(Math.abs(y / exact - 1) < 1e-7, `${y}, ${exact}`);
    }
  });

  test('where failing is likelier than the tail, the run may come to nothing', () => {
    const scale = { centre: one(-1), deviation: one(0.3) };
    const { runLow, runHigh } = expected(evaluated(0.6, 0.5, 0.7), evaluated(0.4, 0.35, 0.45, scale), log, 0.95);
    assert.equal(runLow[0], 0);
    assert.ok((runHigh[0] as number) > 0.4);
    const hopeless = expected(evaluated(0.01, 0.005, 0.02), evaluated(0.4, 0.35, 0.45, scale), log, 0.95);
    assert.equal(hopeless.runHigh[0], 0);
  });

  test('without a prediction of either part there is none of the whole', () => {
    const { value, low, runHigh } = expected(evaluated(NaN, NaN, NaN), evaluated(0.4, 0.35, 0.45, { centre: one(-1), deviation: one(0.3) }), log, 0.95);
    assert.ok([value[0], low[0], runHigh[0]].every((number) => Number.isNaN(number)));
  });
});
