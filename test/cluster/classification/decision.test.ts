import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { bestLimit, breakEven, cheapest, conformalP, decide, falsePositiveThreshold, fewestRows, leastAmbiguousLimit, netBenefit, predictionSet, twoSidedThresholds, umbrellaRank } from '../../../cluster/classification/decision/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import { sharedData, without } from '../../support/shared-data.ts';

const near = (actual: number, expected: number, tolerance: number): void => { assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} ≠ ${expected}`); };

test('umbrella ranks are the published ones, also where the outermost term underflows', () => {
  const ranks = (limit: number): (number | undefined)[] => [50, 59, 93, 100, 200, 500, 1000].map((n) => umbrellaRank(n, { limit, risk: 0.05 }));
  assert.deepEqual(ranks(0.05), [undefined, 59, 92, 99, 196, 484, 962]);
  assert.deepEqual(ranks(0.1), [49, 58, 89, 96, 188, 462, 916]);
  assert.deepEqual([[0.01, 0.05], [0.05, 0.05], [0.05, 0.1], [0.1, 0.05]].map(([limit, risk]) => fewestRows({ limit: limit!, risk: risk! })), [299, 59, 45, 29]);
  // 20,000 rows at 10 %: 0.9^20000 is 0 in a double. Normal approximation of the binomial tail, good to a rank or two here
  near(umbrellaRank(20_000, { limit: 0.1, risk: 0.05 })!, 18_000 + 1.6449 * Math.sqrt(20_000 * 0.09), 2);
});

test('too few rows: what is needed and what can be certified instead', () => {
  const found = falsePositiveThreshold(new Float64Array(50), { limit: 0.05, risk: 0.05 });
  assert.deepEqual({ ...found, best_limit: 0 }, { kind: 'infeasible', rows: 50, needed: 59, best_limit: 0 });
  near(bestLimit(50, 0.05), 0.0581550792, 1e-10);
});

test('ties cannot break the promise: equal scores at the threshold are not called positive', () => {
  const negatives = [...new Array<number>(30).fill(0.1), ...new Array<number>(30).fill(0.9)];
  const found = falsePositiveThreshold(negatives, { limit: 0.05, risk: 0.05 });
  assert.ok(found.kind === 'certified' && found.threshold === 0.9);
  assert.equal(negatives.filter((score) => score > 0.9).length, 0);
});

test('stored scores (pima): the certified threshold, its error and power', { skip: without('uci/ref/ref_oof_pima.csv') }, async () => {
  const rows = (await readFile(join(sharedData, 'uci/ref/ref_oof_pima.csv'), 'utf8')).trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
  const [labels, scores] = [rows.map((row) => row[1]!), rows.map((row) => row[2]!)];
  const { upper } = twoSidedThresholds(scores, labels, { limit: 0.05, risk: 0.05 }, { limit: 0.05, risk: 0.05 });
  assert.ok(upper.kind === 'certified');
  assert.equal(upper.rank, 484);
  near(upper.threshold, 0.745307, 1e-9);
  const rate = (label: number): number => scores.filter((score, i) => labels[i] === label && score > upper.threshold).length / labels.filter((own) => own === label).length;
  near(rate(0), 0.032, 1e-12);
  near(rate(1), 0.3059701, 1e-7);
  [[0.1, 0.2906539], [0.2, 0.241862], [0.3, 0.1923363], [0.5, 0.1236979]].forEach(([threshold, benefit]) => { near(netBenefit(scores, labels, threshold!), benefit!, 1e-7); });
});

test('the promise holds: over 2,000 samples the true error exceeds the limit in at most the promised share', () => {
  const draw = randomStream(21, 1);
  const promise = { limit: 0.1, risk: 0.1 };
  let broken = 0;
  for (let sample = 0; sample < 2000; sample++) {
    const found = falsePositiveThreshold(Float64Array.from({ length: 60 }, () => draw()), promise);
    assert.ok(found.kind === 'certified');
    // scores of negatives are uniform: the true error of a threshold is what lies above it
    if (1 - found.threshold > promise.limit) broken++;
  }
  // three standard errors of 2,000 draws
  assert.ok(broken / 2000 <= 0.1 + 3 * Math.sqrt(0.09 / 2000), `${broken / 2000}`);
  assert.ok(broken > 0, 'not so careful that it never happens');
});

test('two limits: yes above, no below, gray between; a side without enough rows decides nothing; overlapping limits leave no gray', () => {
  const labels = Array.from({ length: 200 }, (_, i) => i % 2);
  const draw = randomStream(4, 2);
  const overlapping = labels.map((label) => 0.4 * label + 0.6 * draw());
  const found = twoSidedThresholds(overlapping, labels, { limit: 0.1, risk: 0.1 }, { limit: 0.1, risk: 0.1 });
  assert.deepEqual([decide(found, 0.99), decide(found, 0.5), decide(found, 0.01)], ['yes', 'gray', 'no']);
  const separate = twoSidedThresholds(labels.map((label) => label + 0.1 * draw()), labels, { limit: 0.1, risk: 0.1 }, { limit: 0.1, risk: 0.1 });
  assert.ok(separate.overlap);
  assert.deepEqual([decide(separate, 1.05), decide(separate, 0.5), decide(separate, 0.05)].includes('gray'), false);
  const few = twoSidedThresholds(overlapping.slice(0, 20), labels.slice(0, 20), { limit: 0.05, risk: 0.05 }, { limit: 0.05, risk: 0.05 });
  assert.equal(decide(few, 0.99), 'gray');
});

test('conformal sets: the limits of the spec, and coverage in each class', () => {
  const calibration = [0.95, 0.9, 0.85, 0.8, 0.7, 0.65, 0.6, 0.4, 0.3];
  [[0.1, 0.7], [0.2, 0.6], [0.3, 0.4]].forEach(([alpha, q]) => { near(1 - leastAmbiguousLimit(calibration, alpha!), q!, 1e-12); });
  assert.equal(leastAmbiguousLimit([0.9, 0.8], 0.1), 0);
  const draw = randomStream(8, 3);
  let missed = 0;
  const rounds = 4000;
  for (let round = 0; round < rounds; round++) {
    const own = Float64Array.from({ length: 40 }, () => draw() ** 2);
    if (!predictionSet([conformalP(own, draw() ** 2), 1], 0.1).includes(0)) missed++;
  }
  near(missed / rounds, Math.floor(0.1 * 41) / 41, 3 * Math.sqrt(0.09 / rounds));
});

test('costs: the break-even probability, and a re-test where it is cheaper than either label', () => {
  near(breakEven({ false_positive: 4, false_negative: 1, gray: null }), 0.8, 1e-15);
  assert.deepEqual(cheapest({ false_positive: 4, false_negative: 1, gray: null }, 0.79), { decision: 'no', cost: 0.79 });
  assert.deepEqual(cheapest({ false_positive: 4, false_negative: 1, gray: 0.3 }, 0.79), { decision: 'gray', cost: 0.3 });
  assert.equal(cheapest({ false_positive: 4, false_negative: 1, gray: 0.3 }, 0.99).decision, 'yes');
});
