import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { calibrated, chooseCalibrator, fitCalibrator, fitIsotonic, fitLogisticMap, isotonicAt, logit, plattScaling, poolAdjacentViolators, vennAbers } from '../../../cluster/classification/calibration/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import { sharedData, without } from '../../support/shared-data.ts';

// reference values: spec classification.md §6.3 (R 4.2.2 isoreg, scikit-learn 1.2.1, LIBSVM's Platt case, hand-checked ten points)
const p = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
const y = [0, 0, 1, 0, 0, 1, 1, 0, 1, 1];
const near = (actual: number, expected: number, tolerance: number): void => { assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} ≠ ${expected}`); };

test('pool adjacent violators gives the published sequences', () => {
  assert.deepEqual([...poolAdjacentViolators([3, 7, 5, 9, 8, 7, 10])], [3, 6, 6, 8, 8, 8, 10]);
  assert.deepEqual([...poolAdjacentViolators([1, 0, 4, 3, 3, 5, 4, 2, 0])], [0.5, 0.5, 3, 3, 3, 3, 3, 3, 3]);
  [1, 13.95, 13.95, 13.95, 13.95, 13.95, 24].forEach((expected, i) => { near(poolAdjacentViolators([1, 41, 51, 1, 2, 5, 24], [1, 2, 3, 4, 5, 6, 7])[i]!, expected, 1e-12); });
});

test('isotonic calibration of the ten points, between them and beyond', () => {
  const fit = fitIsotonic(p, y);
  [0, 0, 1 / 3, 1 / 3, 1 / 3, 2 / 3, 2 / 3, 2 / 3, 1, 1].forEach((expected, i) => { near(fit.frequencies[i]!, expected, 1e-15); });
  near(isotonicAt(fit, 0.25), 1 / 6, 1e-15);
  assert.equal(isotonicAt(fit, 0.01), 0);
  assert.equal(isotonicAt(fit, 0.99), 1);
});

test('Platt scaling: LIBSVM\'s case and the ten points', () => {
  const libsvm = plattScaling([5, -4, 1], [1, 0, 0]);
  // scikit-learn's own value, to its test's tolerance: its optimiser stops early
  near(-libsvm.slope, -0.20261354391, 1e-5);
  near(-libsvm.intercept, 0.6523631498, 1e-5);
  const ten = plattScaling(p.map(logit), y);
  near(-ten.slope, -0.567338901, 1e-5);
  near(-ten.intercept, 0.160379726, 1e-5);
  // what makes it the maximum of the likelihood: residuals sum to 0, also weighed by the score
  for (const [{ slope, intercept }, scores, labels] of [[libsvm, [5, -4, 1], [1, 0, 0]], [ten, p.map(logit), y]] as const) {
    const positives = labels.reduce<number>((a, b) => a + b, 0);
    const residual = scores.map((score, i) => (labels[i] === 1 ? (positives + 1) / (positives + 2) : 1 / (labels.length - positives + 2)) - 1 / (1 + Math.exp(-intercept - slope * score)));
    near(residual.reduce((a, b) => a + b, 0), 0, 1e-13);
    near(residual.reduce((sum, value, i) => sum + value * scores[i]!, 0), 0, 1e-13);
  }
});

test('temperature, Cox recalibration and beta calibration of the ten points', () => {
  const temperature = fitCalibrator('temperature', p, y);
  assert.ok(temperature.kind === 'temperature');
  near(temperature.temperature, 1.118229003, 1e-7);
  // by scipy.optimize.brentq on the derivative
  near(temperature.temperature, 1.1182289859147736, 1e-12);
  const cox = fitLogisticMap([p.map(logit), p.map(() => 1)], y);
  near(cox.coefficients[0]!, 0.92171869, 1e-7);
  near(cox.coefficients[1]!, -0.24714021, 1e-7);
  near(cox.logLoss, 0.5302842786, 1e-10);
  const beta = fitCalibrator('beta', p, y);
  assert.ok(beta.kind === 'beta');
  // the likelihood is flat: three coefficients on ten rows
  near(beta.a, 1.04728953, 1e-5);
  near(beta.b, 0.82721814, 1e-5);
  near(beta.c, -0.06224033, 1e-5);
});

test('Venn–Abers on the ten points', () => {
  const predict = vennAbers(p, y);
  for (const [score, p0, p1, merged] of [[0.05, 0, 1 / 3, 0.25], [0.25, 0, 0.5, 1 / 3], [0.55, 0.25, 0.75, 0.5], [0.85, 0.5, 1, 2 / 3], [0.99, 2 / 3, 1, 0.75]] as const) {
    const found = predict(score);
    near(found.p0, p0, 1e-15);
    near(found.p1, p1, 1e-15);
    near(found.merged, merged, 1e-15);
  }
});

test('calibration of the stored out-of-fold scores (pima, logistic regression); the spline is that of numpy on the same knots', { skip: without('uci/ref/ref_oof_pima.csv') }, async () => {
  const rows = (await readFile(join(sharedData, 'uci/ref/ref_oof_pima.csv'), 'utf8')).trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
  const [labels, scores] = [rows.map((row) => row[1]!), rows.map((row) => row[2]!)];
  const onP = plattScaling(scores, labels);
  near(-onP.slope, -4.936316, 2e-6);
  near(-onP.intercept, 2.516487, 2e-6);
  const onLogit = plattScaling(scores.map(logit), labels);
  near(-onLogit.slope, -0.931299, 2e-6);
  near(-onLogit.intercept, 0.054008, 2e-6);
  const spline = fitCalibrator('spline', scores, labels);
  [[0.1, 0.09248412], [0.3, 0.30913263], [0.5, 0.53324566], [0.7, 0.69175362], [0.9, 0.8327959]].forEach(([at, value]) => { near(calibrated(spline, at!), value!, 2e-8); });
  const isotonic = fitIsotonic(scores, labels);
  assert.equal(new Set(isotonic.frequencies.map((value) => value.toFixed(10))).size, 18);
  near(scores.reduce((sum, score, i) => sum + (isotonicAt(isotonic, score) - labels[i]!) ** 2, 0) / scores.length, 0.1522659, 1e-7);
  [[0.1, 0.0377187], [0.3, 0.3700787], [0.5, 0.5021101], [0.7, 0.7142857], [0.9, 0.8625]].forEach(([at, value]) => { near(isotonicAt(isotonic, at!), value!, 1e-6); });
});

test('a spline mends what no line of log-odds can, keeps the order of rows, and is straight beyond its knots', () => {
  const draw = randomStream(13, 1);
  const truth = Float64Array.from({ length: 3000 }, () => draw());
  const labels = truth.map((value) => (draw() < value ? 1 : 0));
  // a model that overstates the middle and is right at the ends: odds bend twice
  const bent = truth.map((value) => 1 / (1 + Math.exp(-(logit(value) + 2 * Math.tanh(logit(value))))));
  const error = (kind: 'spline' | 'platt' | 'beta'): number => {
    const calibrator = fitCalibrator(kind, bent, labels);
    return bent.reduce((sum, value, i) => sum + (calibrated(calibrator, value) - truth[i]!) ** 2, 0) / 3000;
  };
  assert.ok(error('spline') < error('platt') && error('spline') < error('beta'), `${error('spline')} ${error('platt')} ${error('beta')}`);
  const spline = fitCalibrator('spline', bent, labels);
  const places = Array.from({ length: 199 }, (_, i) => calibrated(spline, (i + 1) / 200));
  assert.ok(places.every((value, i) => i === 0 || value >= places[i - 1]!));
  assert.ok(spline.kind === 'spline' && spline.knots.length >= 3);
  const outer = [1e-9, 1e-7, 1e-5].map((at) => logit(calibrated(spline, at)));
  near((outer[1]! - outer[0]!) / (logit(1e-7) - logit(1e-9)), (outer[2]! - outer[1]!) / (logit(1e-5) - logit(1e-7)), 1e-6);
  // a reversed model is not turned round
  const reversed = fitCalibrator('spline', bent.map((value) => 1 - value), labels);
  assert.ok(calibrated(reversed, 0.9) >= calibrated(reversed, 0.1));
});

test('separated and one-sided scores stay finite, a reversed model is not turned round', () => {
  for (const kind of ['platt', 'beta', 'temperature', 'spline'] as const) {
    const calibrator = fitCalibrator(kind, [0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]);
    for (const at of [0, 0.15, 0.5, 0.85, 1]) assert.ok(Number.isFinite(calibrated(calibrator, at)));
  }
  assert.equal(calibrated(fitCalibrator('temperature', [0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1]), 0.9), 0.5);
  const beta = fitCalibrator('beta', [0.9, 0.8, 0.2, 0.1, 0.5, 0.6], [0, 0, 1, 1, 0, 1]);
  assert.ok(calibrated(beta, 0.9) >= calibrated(beta, 0.1));
});

test('the calibrator that is chosen mends what is wrong: none for calibrated scores, one for overconfident ones', () => {
  const draw = randomStream(11, 1);
  const truth = Float64Array.from({ length: 900 }, () => draw());
  const labels = truth.map((value) => (draw() < value ? 1 : 0));
  const fold = Int32Array.from({ length: 900 }, (_, i) => i % 5);
  const overconfident = truth.map((value) => 1 / (1 + Math.exp(-3 * logit(value))));
  const chosen = chooseCalibrator(overconfident, labels, fold, 5);
  assert.notEqual(chosen.calibrator.kind, 'none');
  const error = (values: Float64Array): number => values.reduce((sum, value, i) => sum + (value - truth[i]!) ** 2, 0) / 900;
  assert.ok(error(overconfident.map((value) => calibrated(chosen.calibrator, value))) < error(overconfident) / 20);
  assert.ok(chosen.logLoss['isotonic'] === undefined, 'too few rows for isotonic');
});
