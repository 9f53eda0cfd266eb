import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areaUnderRoc, calibrationBins, confusionAt, costThreshold, rocCurve, scoreProbabilities } from '../../../../cluster/linear/binary/scores.ts';
import { randomStream } from '../../../../kernels/random/index.ts';

const seed = 20251125;
const next = randomStream(seed, 0);
const probability = Float64Array.from({ length: 80 }, () => Math.round(next() * 20) / 20);
const actual = probability.map((p) => Number(next() < p));

test(`AUC is the share of pairs in the right order, ties half (every pair counted, seed ${seed})`, () => {
  let won = 0;
  let pairs = 0;
  actual.forEach((a, i) => actual.forEach((b, j) => {
    if (a !== 1 || b !== 0) return;
    pairs += 1;
    won += (probability[i] as number) > (probability[j] as number) ? 1 : probability[i] === probability[j] ? 0.5 : 0;
  }));
  assert.ok(Math.abs((areaUnderRoc(actual, probability) ?? 0) - won / pairs) < 1e-14);
});

test('AUC is the area under the ROC corners by trapezoids', () => {
  const points = rocCurve(actual, probability);
  const area = points.slice(1).reduce((sum, point, k) => sum + (point.false_positive_rate - (points[k]?.false_positive_rate ?? 0)) * (point.true_positive_rate + (points[k]?.true_positive_rate ?? 0)) / 2, 0);
  assert.ok(Math.abs(area - (areaUnderRoc(actual, probability) ?? 0)) < 1e-14);
  assert.deepEqual([points[0]?.threshold, points.at(-1)?.true_positive_rate, points.at(-1)?.false_positive_rate], [null, 1, 1]);
});

test('one label alone has no AUC and no ROC curve', () => {
  assert.equal(areaUnderRoc([1, 1], [0.2, 0.7]), null);
  assert.deepEqual(rocCurve([0, 0], [0.2, 0.7]), []);
});

test('Brier and log loss by hand; a certain claim that fails stays finite', () => {
  const score = scoreProbabilities([1, 0], [0.8, 0.4]);
  assert.ok(Math.abs((score.brier ?? 0) - (0.04 + 0.16) / 2) < 1e-15);
  assert.ok(Math.abs((score.log_loss ?? 0) - (-Math.log(0.8) - Math.log(0.6)) / 2) < 1e-15);
  assert.ok(Number.isFinite(scoreProbabilities([1], [0]).log_loss));
});

test('the cost threshold is the one of least expected cost among all (searched)', () => {
  const costs = { false_positive: 1, false_negative: 4 };
  const expected = (threshold: number): number => [...probability].reduce((sum, p) => sum + (p >= threshold ? (1 - p) * costs.false_positive : p * costs.false_negative), 0);
  const best = Math.min(...Array.from({ length: 1001 }, (_, k) => expected(k / 1000)));
  assert.ok(Math.abs(expected(costThreshold(costs)) - best) < 1e-12);
  assert.equal(costThreshold({ false_positive: 2, false_negative: 2 }), 0.5);
});

test('confusion counts add up and cost is per row', () => {
  const confusion = confusionAt([1, 1, 0, 0, 1], [0.9, 0.3, 0.6, 0.1, 0.5], 0.5, { false_positive: 1, false_negative: 10 });
  assert.deepEqual([confusion.true_positive, confusion.false_negative, confusion.false_positive, confusion.true_negative], [2, 1, 1, 1]);
  assert.equal(confusion.cost, 11 / 5);
  assert.equal(confusion.balanced_accuracy, (2 / 3 + 1 / 2) / 2);
});

test('calibration bins hold every row once and never part equal predictions', () => {
  const bins = calibrationBins(actual, probability);
  assert.equal(bins.reduce((sum, bin) => sum + bin.n, 0), 80);
  bins.slice(1).forEach((bin, k) => assert.ok(bin.low > (bins[k]?.high ?? 1)));
  assert.ok(Math.abs(bins.reduce((sum, bin) => sum + bin.n * bin.observed, 0) - actual.reduce((sum, y) => sum + y, 0)) < 1e-9);
});
