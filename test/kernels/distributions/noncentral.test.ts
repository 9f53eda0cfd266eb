import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fQuantile, fTails, nonCentralFTails } from '../../../kernels/index.ts';
import { logRelativeError } from '../kernels.ts';

/**
 * f, d1, d2, ncp and both tails, summed in R 4.2.2 as Σ dpois(j, ncp/2) · pbeta(x, d1/2 + j, d2/2), j = 0 … 600. R's own pf(…, ncp) stops its series
 * earlier and is off by up to 6e-10 here.
 */
const rows = [
  [10.128, 1, 3, 1, 0.88872551051659, 0.11127448948341],
  [4, 1, 3, 4, 0.442388629232138, 0.557611370767862],
  [3, 5, 12, 10, 0.50877252841166, 0.49122747158834],
  [2.5, 2, 30, 0.3, 0.868830343176282, 0.131169656823718],
  [1, 7, 7, 7, 0.163504856042859, 0.836495143957141],
  [6, 3, 100, 40, 0.014445915646063, 0.985554084353937],
  [0.2, 4, 9, 3, 0.0195482074199736, 0.980451792580026],
  [5, 1, 1, 0.01, 0.731094573091504, 0.268905426908496],
  [12, 10, 20, 150, 0.182468081930908, 0.817531918069092],
  [4.1, 1.5, 6.5, 2.25, 0.726287908433601, 0.273712091566399],
  [3.9, 1, 400, 12, 0.0685240522288752, 0.931475947771125],
] as const;

test('both tails of the non-central F agree with R', () => {
  for (const [f, d1, d2, lambda, lower, upper] of rows) {
    const tails = nonCentralFTails(f, d1, d2, lambda);
    assert.ok(Math.abs(tails.lower - lower) < 1e-13 && Math.abs(tails.upper - upper) < 1e-13, `${f}, ${d1}, ${d2}, ${lambda}: ${tails.lower}, ${lower}`);
    assert.ok(Math.abs(tails.lower + tails.upper - 1) < 1e-13);
  }
});

test('without non-centrality it is the central F, and it moves to the right with it', () => {
  assert.deepEqual(nonCentralFTails(3, 2, 9, 0), fTails(3, 2, 9));
  const upper = [0, 1e-8, 0.5, 5, 50, 500].map((lambda) => nonCentralFTails(3, 2, 9, lambda).upper);
  assert.ok(upper.every((value, i) => i === 0 || value > (upper[i - 1] as number)));
  assert.deepEqual(nonCentralFTails(0, 2, 9, 3), { lower: 0, upper: 1 });
});

test('a quantile of F is that of R and undoes the tails', () => {
  for (const [p, d1, d2, f] of [[0.95, 1, 3, 10.12796448601392], [0.95, 4, 7, 4.120311726897633], [0.999, 2, 5, 37.12232981152783], [0.01, 6, 11, 0.1283767953010135], [0.5, 3, 3, 1], [0.99, 12, 200, 2.274721656801526]] as const) {
    assert.ok(logRelativeError(fQuantile(p, d1, d2), f) > 12.5, `${p}, ${d1}, ${d2}`);
  }
  assert.equal(fQuantile(0, 2, 3), 0);
  assert.equal(fQuantile(1, 2, 3), Infinity);
  assert.ok(Number.isNaN(fQuantile(1.1, 2, 3)));
});

test('what defines no distribution is refused', () => {
  assert.throws(() => nonCentralFTails(1, 0, 3, 1), { code: 'kernel_domain' });
  assert.throws(() => nonCentralFTails(1, 2, 3, -1), { code: 'kernel_domain' });
  assert.throws(() => fQuantile(0.5, -1, 3), { code: 'kernel_domain' });
});
