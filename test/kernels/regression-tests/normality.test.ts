import assert from 'node:assert/strict';
import { test } from 'node:test';
import { andersonDarling, dagostinoOmnibus, jarqueBera, KernelError, lilliefors, normalQuantile, shapiroWilk } from '../../../kernels/index.ts';
import { freshKernels, logRelativeError } from '../kernels.ts';
import { brushModel, peer as r } from '../regression/brush72.ts';
import { peer, sample } from './samples.ts';

const domain = (error: unknown): boolean => error instanceof KernelError && error.code === 'kernel_domain';

for (const row of peer.samples) {
  test(`n = ${row.n}: Shapiro–Wilk as in R, the other tests as in scipy and statsmodels`, () => {
    const values = sample(row);
    const compare = (name: string, { statistic, pValue }: { statistic: number; pValue: number }, [expected, p]: [number, number], digits = 11): void => {
      assert.ok(logRelativeError(statistic, expected) >= digits, `${name} ${statistic} against ${expected}`);
      assert.ok(logRelativeError(pValue, p) >= digits - 2, `${name} p ${pValue} against ${p}`);
    };
    compare('shapiro', shapiroWilk(values), row.shapiro);
    compare('jarque-bera', jarqueBera(values), row.jarqueBera);
    if (row.andersonDarling) compare('anderson-darling', andersonDarling(values), row.andersonDarling);
    if (row.dagostino) compare('dagostino', dagostinoOmnibus(values), row.dagostino);
  });
}

test('Shapiro–Wilk of real residuals as in R', async () => {
  const { fit } = brushModel(await freshKernels(), 'interaction');
  const { statistic, pValue } = shapiroWilk(fit.residuals);
  assert.ok(logRelativeError(statistic, r.shapiroResid.statistic) >= 13);
  assert.ok(logRelativeError(pValue, r.shapiroResid['p.value']) >= 11);
});

test('Lilliefors p is the share of 400,000 simulated normal samples that lie farther out', () => {
  for (const { n, quantiles } of peer.lilliefors) {
    for (const [share, at] of Object.entries(quantiles)) {
      // A sample with exactly that D: shift one value until D crosses the quantile.
      const p = lilliefors(withDistance(n, at)).pValue;
      assert.ok(Math.abs(p - Number(share)) < 0.001 + (n < 10 ? 0.14 : 0.06) * Number(share), `n ${n}: ${p} where ${share} lie beyond ${at}`);
    }
  }
});

/** Normal scores, the lowest fifth moved away until D is as wanted. */
function withDistance(n: number, wanted: number): Float64Array {
  const at = (bend: number): Float64Array => Float64Array.from({ length: n }, (_, i) => normalQuantile((i + 0.5) / n) - (i < n / 5 ? bend : 0));
  let low = 0;
  let high = 10;
  for (let k = 0; k < 22; k++) {
    const middle = (low + high) / 2;
    if (lilliefors(at(middle)).statistic < wanted) low = middle;
    else high = middle;
  }
  const found = at(high);
  assert.ok(Math.abs(lilliefors(found).statistic - wanted) < 1e-5, 'the search reaches every distance');
  return found;
}

test('the order of the values does not matter', () => {
  const values = sample({ n: 60, seed: 5, power: 1 });
  const reversed = values.slice().reverse();
  for (const run of [shapiroWilk, andersonDarling, lilliefors]) assert.ok(logRelativeError(run(reversed).pValue, run(values).pValue) > 12);
});

test('sizes without a distribution and values that do not vary are refused', () => {
  assert.throws(() => shapiroWilk([1, 2]), domain);
  assert.throws(() => shapiroWilk(new Float64Array(5001).map((_, i) => i)), domain);
  assert.throws(() => andersonDarling([1, 2, 3]), domain);
  for (const run of [shapiroWilk, andersonDarling, lilliefors, jarqueBera, dagostinoOmnibus]) assert.throws(() => run(new Float64Array(20).fill(0.1)), domain);
});
