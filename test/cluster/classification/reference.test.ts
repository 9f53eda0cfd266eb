import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { spiegelhalter, widthErrors } from '../../../cluster/classification/assess/calibration-errors.ts';
import { areasOf, delong, equalAreas } from '../../../cluster/classification/assess/comparisons.ts';
import { confusionMatrix, labelScores, quadraticKappa } from '../../../cluster/classification/assess/label-scores.ts';
import { precisionRecall } from '../../../cluster/classification/assess/precision-recall.ts';
import { aboveNoInformation, hanleyMcNeil, partialArea, widestGap } from '../../../cluster/classification/assess/ranking.ts';
import { likeliest, severalLabelScores, topShare } from '../../../cluster/classification/assess/several-labels.ts';
import { discriminantProbabilities, fitDiscriminant } from '../../../kernels/discriminant/index.ts';
import { calibrated, fitCalibrator, plattScaling } from '../../../cluster/classification/calibration/index.ts';
import { netBenefit } from '../../../cluster/classification/decision/index.ts';
import { rocCurve, scoreProbabilities, wilson } from '../../../cluster/scores/index.ts';
import { sharedData, without } from '../../support/shared-data.ts';

// spec classification.md §6: R 4.2.2 (pROC 1.18.0), scikit-learn 1.2.1, DeLong et al. 1988, hand-checked toys
const near = (actual: number | null | undefined, expected: number, tolerance: number): void => assert.ok(Math.abs(actual! - expected) <= tolerance, `${actual}, expected ${expected}`);
const tenP = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
const tenY = [0, 0, 1, 0, 0, 1, 1, 0, 1, 1];
const skip = { skip: without('uci/ref/reference.json') };

/** Columns of a reference table by name, texts as they are. */
function columns(file: string): Record<string, string[]> {
  const [head, ...lines] = readFileSync(join(sharedData, 'uci/ref', file), 'utf8').trim().split(/\r?\n/).map((line) => line.split(',').map((cell) => cell.replaceAll('"', '')));
  return Object.fromEntries(head!.map((name, j) => [name, lines.map((cells) => cells[j]!)]));
}
const numbers = (texts: readonly string[] | undefined): Float64Array => Float64Array.from(texts!, Number);

test('area, corners and trade-off of the documented four rows; Brier and log-loss of the documented examples', () => {
  const [y, s] = [[0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]];
  const roc = rocCurve(y, s);
  assert.equal(scoreProbabilities(y, s).auc, 0.75);
  assert.deepEqual(roc.map((at) => at.false_positive_rate), [0, 0, 0.5, 0.5, 1]);
  assert.deepEqual(roc.map((at) => at.true_positive_rate), [0, 0.5, 0.5, 1, 1]);
  // the trade-off is the same corners with 1 − TPR, without those before the last missed positive and after the last false alarm
  assert.deepEqual(roc.slice(1, 4).map((at) => [at.false_positive_rate, 1 - at.true_positive_rate]), [[0, 0.5], [0.5, 0.5], [0.5, 0]]);
  near(scoreProbabilities([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3]).brier, 0.0375, 1e-15);
  near(scoreProbabilities([1, 0, 0, 1], [0.9, 0.1, 0.2, 0.65]).log_loss, 0.21616187468057912, 1e-15);
});

test('the ten points: area, average precision, Brier, log-loss, gap, calibration errors, net benefit', () => {
  const score = scoreProbabilities(tenY, tenP);
  near(score.auc, 0.8, 1e-15);
  near(score.brier, 0.18525, 1e-15);
  near(score.log_loss, 0.5370041965808108, 1e-14);
  near(precisionRecall(Float64Array.from(tenY), Float64Array.from(tenP), 0.95).average, 0.835, 1e-15);
  near(hanleyMcNeil(0.8, 5, 5), 0.14847371634213388, 1e-15);
  // P(Bin(10, 0.5) ≥ 8) = 56 / 1024
  near(aboveNoInformation(8, 10, 0.5), 56 / 1024, 1e-15);
  assert.deepEqual([aboveNoInformation(0, 10, 0.5), aboveNoInformation(3, 10, 1)], [1, 1]);
  near(widestGap(rocCurve(tenY, tenP))?.gap, 0.6, 1e-15);
  const { expected, largest } = widthErrors(tenY, tenP, 5);
  near(expected, 0.285, 1e-14);
  near(largest, 0.45, 1e-14);
  near(netBenefit(tenP, tenY, 0.3), 0.37142857142857144, 1e-15);
  near(netBenefit(tenP, tenY, 0.6), 0.25, 1e-15);
  near(netBenefit(tenP.map(() => 1), tenY, 0.3), 0.2857142857142857, 1e-15);
  const beta = fitCalibrator('beta', tenP, tenY);
  near(tenP.reduce((sum, p, i) => sum - Math.log(tenY[i] === 1 ? calibrated(beta, p) : 1 - calibrated(beta, p)), 0) / 10, 0.530125604432145, 1e-12);
  const temperature = fitCalibrator('temperature', tenP, tenY);
  near(tenP.reduce((sum, p, i) => sum - Math.log(tenY[i] === 1 ? calibrated(temperature, p) : 1 - calibrated(temperature, p)), 0) / 10, 0.535597278326741, 1e-12);
});

test('a probability of 1 lies in the last bin; three bins of equal width are the documented ones', () => {
  assert.deepEqual(widthErrors([0, 0], [1, 1]), { expected: 1, largest: 1 });
  // observed 0, .5, 1 and predicted .2, .525, .85 in bins of 3, 2 and 4 rows
  near(widthErrors([0, 0, 0, 0, 1, 1, 1, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1], 3).expected, (3 * 0.2 + 2 * 0.025 + 4 * 0.15) / 9, 1e-15);
});

test('figures of labels: Matthews, balanced accuracy, and the toy of three labels', () => {
  near(labelScores(confusionMatrix([1, 1, 1, 0], [1, 0, 1, 1], 2)).mcc, -1 / 3, 1e-15);
  near(labelScores(confusionMatrix([0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1], 2)).balanced_accuracy, 0.625, 1e-15);
  const y = [0, 1, 2, 0, 1, 2];
  const rows = [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.2, 0.2, 0.6], [0.4, 0.5, 0.1], [0.3, 0.4, 0.3], [0.1, 0.5, 0.4]];
  const p = { values: Float64Array.from([0, 1, 2].flatMap((k) => rows.map((row) => row[k]!))), rows: 6, labels: 3 };
  const score = severalLabelScores(y, p);
  near(score.auc_one_rest, 0.9166666666666666, 1e-15);
  near(score.auc_pairs, 0.9166666666666666, 1e-15);
  near(score.log_loss, 0.6878663978488632, 1e-15);
  near(score.brier, 0.4033333333333334, 1e-15);
  assert.equal(topShare(y, p, 2), 1);
  const counts = confusionMatrix(y, likeliest(p), 3);
  const labels = labelScores(counts);
  near(labels.accuracy, 2 / 3, 1e-15);
  near(labels.kappa, 0.5, 1e-15);
  near(labels.mcc, 0.5773502691896257, 1e-15);
  near(labels.f1_macro, 2 / 3, 1e-15);
  near(quadraticKappa(counts), 2 / 3, 1e-15);
});

test('Wilson intervals', () => {
  const [low, high] = wilson(5, 100, 0.95)!;
  near(low, 0.0215436791544, 1e-12);
  near(high, 0.1117504692319, 1e-12);
  assert.equal(wilson(0, 50, 0.95)![0], 0);
  near(wilson(0, 50, 0.95)![1], 0.0713475991334, 1e-12);
});

test('aSAH: areas, variances, tests and intervals of pROC; partial area and Youden\'s cut', skip, () => {
  const data = columns('aSAH.csv');
  const y = Float64Array.from(data['outcome']!, (outcome) => Number(outcome === 'Poor'));
  const [wfns, s100b, ndka] = ['wfns', 's100b', 'ndka'].map((name) => numbers(data[name])) as [Float64Array, Float64Array, Float64Array];
  const { areas, covariance } = areasOf(y, [wfns, s100b, ndka]);
  [0.823678861789, 0.731368563686, 0.61195799458].forEach((expected, k) => { near(areas[k], expected, 1e-12); });
  [0.00146991470882, 0.00266868245717, 0.00319081054939].forEach((expected, k) => { near(covariance[k]![k], expected, 1e-14); });
  near(covariance[0]![1], 0.00119615567377, 1e-14);
  [[wfns, 0.748534887819, 0.898822835758], [s100b, 0.630118211762, 0.83261891561], [ndka, 0.501244999272, 0.722670989888]].forEach(([column, low, high]) => {
    const score = scoreProbabilities(y, column as Float64Array);
    near(score.auc_low, low as number, 1e-9);
    near(score.auc_high, high as number, 1e-9);
  });
  for (const [other, z, p] of [[s100b, 2.208983591, 0.0271757822], [ndka, 2.797775919, 0.00514557971]] as const) {
    const found = delong(y, wfns, other);
    near(found.z, z, 1e-9);
    near(found.p, p, 1e-10);
  }
  const [low, high] = delong(y, wfns, s100b).interval!;
  near(low, 0.0104061769565, 1e-12);
  near(high, 0.1742144192495, 1e-12);
  near(hanleyMcNeil(areas[0]!, y.reduce((a, b) => a + b, 0), y.filter((label) => label === 0).length), 0.04383872588977489, 1e-12);
  const roc = rocCurve(y, s100b);
  const partial = partialArea(roc, 0.1)!;
  near(partial.area, 0.0327574525745, 1e-13);
  near(partial.corrected, 0.646091855655, 1e-12);
  // pROC's cut lies halfway between the two values around it, ours is the value itself: rows at or above 0.22 are those above 0.205
  const youden = widestGap(roc)!;
  near(youden.gap, 0.805555555556 + 0.634146341463 - 1, 1e-11);
  assert.equal(youden.threshold, 0.22);
});

test('ovarian patients of DeLong et al.: areas, covariance and the contrast of two tests with a third', skip, () => {
  const data = columns('ovarian_delong.csv');
  const y = numbers(data['popind']);
  const scores = ['alb', 'tp', 'totscore'].map((name) => numbers(data[name]));
  const { areas, covariance } = areasOf(y, scores);
  [0.7365591398, 0.6478494624, 0.7258064516].forEach((expected, k) => { near(areas[k], expected, 1e-10); });
  [[0.00859224179, 0.007744529276, 0.005037059811], [0.007744529276, 0.010009477361, 0.004819297291], [0.005037059811, 0.004819297291, 0.010572283273]].forEach((row, i) => { row.forEach((expected, j) => { near(covariance[i]![j], expected, 1e-12); }); });
  const equal = equalAreas(y, scores)!;
  near(equal.chi2, 2.533977926, 1e-7);
  assert.equal(equal.df, 2);
  near(equal.p, 0.2816784905, 1e-8);
  for (const [k, difference, p] of [[0, 0.01075268817, 0.9102063472], [1, -0.07795698925, 0.4561397075]] as const) {
    const found = delong(y, scores[k]!, scores[2]!);
    near(found.areas[0] - found.areas[1], difference, 1e-10);
    near(found.p, p, 1e-9);
  }
});

test('stored scores of pima: areas, test, figures of the logistic regression and the forest', skip, () => {
  const data = columns('ref_oof_pima.csv');
  const [y, lr, rf] = ['y', 'p_lr', 'p_rf'].map((name) => numbers(data[name])) as [Float64Array, Float64Array, Float64Array];
  const { areas, covariance, z, p } = delong(y, lr, rf);
  near(areas[0], 0.8280074626865672, 1e-13);
  near(areas[1], 0.8195, 1e-13);
  near(Math.sqrt(covariance[0][0]), 0.01522772, 5e-9);
  near(Math.sqrt(covariance[1][1]), 0.01532887, 5e-9);
  near(covariance[0][1], 0.00018701603927466663, 1e-15);
  near(z, 0.8830115465371158, 1e-10);
  near(p, 0.37723003298138, 1e-10);
  for (const [probability, expected] of [[lr, { brier: 0.1579872040519362, loss: 0.48549536760370676, ap: 0.7084100477287524, ece: 0.03406885807291667, accuracy: 0.7747395833333334 }], [rf, { brier: 0.163161328125, loss: 0.48992589799452263, ap: 0.6804237480728386, ece: 0.034023437499999996, accuracy: 0.7591145833333334 }]] as const) {
    const score = scoreProbabilities(y, probability);
    near(score.brier, expected.brier, 1e-14);
    near(score.log_loss, expected.loss, 1e-13);
    near(precisionRecall(y, probability, 0.95).average, expected.ap, 1e-12);
    near(widthErrors(y, probability).expected, expected.ece, 1e-13);
    near(labelScores(confusionMatrix(y, probability.map((value) => Number(value >= 0.5)), 2)).accuracy, expected.accuracy, 1e-15);
  }
  const labels = labelScores(confusionMatrix(y, lr.map((value) => Number(value > 0.5)), 2));
  near(labels.mcc, 0.4857303449932154, 1e-14);
  near(labels.labels[1]!.f1, 0.6388308977035491, 1e-14);
  const youden = widestGap(rocCurve(y, lr))!;
  near(youden.gap, 0.5031641791044776, 1e-13);
  assert.equal(youden.threshold, 0.283442);
  near(spiegelhalter(y, lr)?.z, 0.47186449063777375, 1e-12);
  for (const [threshold, all] of [[0.1, 0.27662037037037035], [0.2, 0.18619791666666666], [0.3, 0.06994047619047611], [0.5, -0.3020833333333334]]) near(netBenefit(y.map(() => 1), y, threshold!), all!, 1e-14);
});

test('Platt\'s scaling in three folds of a naive Bayes is scikit-learn\'s ensemble', skip, () => {
  const data = columns('make_classification_100.csv');
  const [x1, x2, y] = ['x1', 'x2', 'y'].map((name) => numbers(data[name])) as [Float64Array, Float64Array, Float64Array];
  // its stratified thirds: row i of all rows sorted by label belongs to fold i mod 3, which says how many rows of a label a fold takes; they are taken in the order of the table
  const labels = [...new Set(y)];
  const start = (label: number): number => (label === labels[0] ? 0 : y.filter((own) => own === labels[0]).length);
  const taken = new Map(labels.map((label) => [label, [0, 1, 2].flatMap((k) => Array.from(y.filter((own) => own === label).keys(), (i) => (start(label) + i) % 3).filter((own) => own === k))]));
  const fold = Array.from(y, (label) => taken.get(label)!.shift()!);
  const all = [...y.keys()];
  const fits = [0, 1, 2].map((k) => {
    const bayes = naiveBayes(all.filter((i) => fold[i] !== k), [x1, x2], y);
    const held = all.filter((i) => fold[i] === k);
    const { slope, intercept } = plattScaling(held.map(bayes), held.map((i) => y[i]!));
    return { slope, intercept, bayes };
  });
  const expected = [[-3.9979275879948415, 2.0071404474729158], [-6.169916455736103, 2.8155556394528767], [-5.913732097146446, 3.1775556408144023]];
  // the reference optimiser stops early: its own digits are good to about 1e-4
  fits.forEach(({ slope, intercept }, k) => {
    near(-slope, expected[k]![0]!, 2e-4);
    near(-intercept, expected[k]![1]!, 2e-4);
  });
  [0.88990087, 0.92773627, 0.07168139, 0.0716554, 0.92813909].forEach((value, i) => { near(fits.reduce((sum, { slope, intercept, bayes }) => sum + 1 / (1 + Math.exp(-intercept - slope * bayes(i))), 0) / 3, value, 2e-6); });
});

/** Gaussian naive Bayes with scikit-learn's smoothing of variances: the probability of label 1 of a row. */
function naiveBayes(rows: readonly number[], x: readonly Float64Array[], y: Float64Array): (row: number) => number {
  const spread = (of: readonly number[], column: Float64Array): { mean: number; variance: number } => {
    const mean = of.reduce((sum, i) => sum + column[i]!, 0) / of.length;
    return { mean, variance: of.reduce((sum, i) => sum + (column[i]! - mean) ** 2, 0) / of.length };
  };
  const smoothing = 1e-9 * Math.max(...x.map((column) => spread(rows, column).variance));
  const labels = [0, 1].map((label) => {
    const own = rows.filter((i) => y[i] === label);
    return { prior: own.length / rows.length, columns: x.map((column) => spread(own, column)) };
  });
  return (row) => {
    const [no, yes] = labels.map(({ prior, columns: own }) => own.reduce((sum, { mean, variance }, j) => sum - Math.log(2 * Math.PI * (variance + smoothing)) / 2 - (x[j]![row]! - mean) ** 2 / (2 * (variance + smoothing)), Math.log(prior))) as [number, number];
    return 1 / (1 + Math.exp(no - yes));
  };
}

test('discriminant analysis of the three kinds of iris: accuracy of R\'s lda and qda, also of rows left out one by one', skip, () => {
  const rows = readFileSync(join(sharedData, 'uci/iris.csv'), 'utf8').trim().split(/\r?\n/).slice(1).map((line) => line.split(',').map(Number));
  const matrix = (of: readonly (readonly number[])[]) => ({ values: Float64Array.from(of.flatMap((row) => row.slice(0, 4))), rows: of.length, columns: 4, order: 'row-major' as const });
  const given = (training: readonly (readonly number[])[], held: readonly (readonly number[])[], kind: 'linear' | 'quadratic'): Int32Array => likeliest({ values: discriminantProbabilities(fitDiscriminant(matrix(training), training.map((row) => row[4]!), 3, { kind }), matrix(held)), rows: held.length, labels: 3 });
  for (const [kind, whole, leftOut] of [['linear', 147, 147], ['quadratic', 147, 146]] as const) {
    assert.equal(given(rows, rows, kind).filter((label, i) => label === rows[i]![4]).length, whole);
    assert.equal(rows.filter((row, i) => given(rows.filter((_, other) => other !== i), [row], kind)[0] === row[4]).length, leftOut);
  }
});
