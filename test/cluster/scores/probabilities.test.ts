import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hosmerLemeshow } from '../../../cluster/linear/binary/hosmer-lemeshow.ts';
import { wilson } from '../../../cluster/scores/proportion.ts';
import { areaUnderRoc, rocCurve } from '../../../cluster/scores/roc.ts';
import { calibrationBins, confusionAt, costThreshold, scoreProbabilities } from '../../../cluster/scores/probabilities.ts';
import { thresholdTable } from '../../../cluster/linear/binary/thresholds.ts';
import { randomStream } from '../../../kernels/random/index.ts';

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
  assert.ok(Math.abs((areaUnderRoc(actual, probability).area ?? 0) - won / pairs) < 1e-14);
});

test('AUC is the area under the ROC corners by trapezoids', () => {
  const points = rocCurve(actual, probability);
  const area = points.slice(1).reduce((sum, point, k) => sum + (point.false_positive_rate - (points[k]?.false_positive_rate ?? 0)) * (point.true_positive_rate + (points[k]?.true_positive_rate ?? 0)) / 2, 0);
  assert.ok(Math.abs(area - (areaUnderRoc(actual, probability).area ?? 0)) < 1e-14);
  assert.deepEqual([points[0]?.threshold, points.at(-1)?.true_positive_rate, points.at(-1)?.false_positive_rate], [null, 1, 1]);
});

test('one label alone has no AUC and no ROC curve', () => {
  assert.equal(areaUnderRoc([1, 1], [0.2, 0.7]).area, null);
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

test('the interval of the AUC is DeLong\'s, from the structural components counted pair by pair', () => {
  const kernel = (a: number, b: number): number => (a > b ? 1 : a === b ? 0.5 : 0);
  const [positives, negatives] = [1, 0].map((label) => [...probability].filter((_, i) => actual[i] === label)) as [number[], number[]];
  const above = positives.map((p) => negatives.reduce((sum, q) => sum + kernel(p, q), 0) / negatives.length);
  const below = negatives.map((q) => positives.reduce((sum, p) => sum + kernel(p, q), 0) / positives.length);
  const variance = (values: number[]): number => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  };
  const se = Math.sqrt(variance(above) / above.length + variance(below) / below.length);
  const { area, interval } = areaUnderRoc(actual, probability, 0.9);
  assert.ok(Math.abs((interval?.[0] ?? 0) - ((area ?? 0) - 1.6448536269514722 * se)) < 1e-13);
  assert.ok(Math.abs((interval?.[1] ?? 0) - ((area ?? 0) + 1.6448536269514722 * se)) < 1e-13);
});

test('Wilson intervals: the ends are where the score test just rejects; 0 and 1 keep some width', () => {
  const z = 1.959963984540054;
  for (const [k, n] of [[3, 10], [0, 7], [7, 7], [50, 165]] as const) {
    const [low, high] = wilson(k, n, 0.95) ?? [NaN, NaN];
    for (const end of [low, high]) if (end > 0 && end < 1) assert.ok(Math.abs(Math.abs(k / n - end) / Math.sqrt(end * (1 - end) / n) - z) < 1e-12);
    assert.ok(low >= 0 && high <= 1 && high - low > 0.05);
  }
  assert.equal(wilson(0, 0, 0.95), null);
});

test('the best thresholds of the table are the best of all that occur (searched)', () => {
  const costs = { false_positive: 1, false_negative: 3 };
  const table = thresholdTable(actual, probability, costs, 0.95);
  const all = [...new Set(probability)].map((at) => confusionAt(actual, probability, at, costs));
  const of = (at: number | null): (typeof all)[number] | undefined => table.rows.find(({ threshold }) => threshold === at);
  assert.equal(of(table.youden)?.balanced_accuracy, Math.max(...all.map(({ balanced_accuracy: value }) => value ?? 0)));
  assert.equal(of(table.least_cost)?.cost, Math.min(...all.map(({ cost }) => cost ?? Infinity)));
  assert.deepEqual(table.rows.map(({ threshold }) => threshold), [...table.rows.map(({ threshold }) => threshold)].sort((a, b) => a - b));
});

test('Hosmer–Lemeshow: χ² of counts in cells, observed and expected of both labels; none of too few groups', () => {
  const bins = calibrationBins(actual, probability);
  const cells = bins.flatMap(({ n, observed, mean_predicted: mean }) => [[n * observed, n * mean], [n * (1 - observed), n * (1 - mean)]] as [number, number][]);
  const inside = bins.filter(({ mean_predicted: mean }) => mean > 0 && mean < 1);
  const found = hosmerLemeshow(inside);
  const chi2 = cells.filter(([, expected]) => expected > 0 && expected < 1e9).reduce((sum, [count, expected]) => sum + (count - expected) ** 2 / expected, 0);
  if (inside.length === bins.length) assert.ok(Math.abs((found?.chi2 ?? 0) - chi2) < 1e-9);
  assert.equal(found?.df, inside.length - 2);
  assert.equal(hosmerLemeshow(bins.slice(0, 2)), null);
});
