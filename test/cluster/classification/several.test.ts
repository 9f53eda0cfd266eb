import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import ExcelJS from 'exceljs';
import { dealByLabel } from '../../../cluster/classification/folds.ts';
import { chooseSeveralCalibrator, correctedLabels, fitSeveralCalibrator } from '../../../cluster/classification/several/calibration.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import { sharedData, without } from '../../support/shared-data.ts';
import { classify } from './run-analysis.ts';
import { quick } from './tables.ts';

const iris = async (): Promise<string> => {
  const names = ['setosa', 'versicolor', 'virginica'];
  return String(await readFile(join(sharedData, 'uci/iris.csv'))).trimEnd().split('\n').map((line, i) => (i === 0 ? line : line.replace(/[^,]*$/, (code) => names[Number(code)] ?? code))).join('\n');
};
const settings = { ...quick, target_column: 'species', positive_label: 'virginica', models_to_use: ['quadratic_logistic'], outer_splits: 3, inner_splits: 3, all_labels: true };

test('three labels at once (iris): probabilities of unseen rows that sum to one, a matrix of 3 × 3, and the likeliest label of every predicted row', { skip: without('uci/iris.csv') }, async () => {
  const grid = 'sepal_length,sepal_width,petal_length,petal_width\n5,3.4,1.5,0.2\n6,2.8,4.3,1.3\n6.6,3,5.6,2.1\n';
  const { result, files } = await classify(await iris(), { ...settings, language: 'en', outputs: ['workbook'] }, { grid });
  const several = result.several!;
  assert.deepEqual(several.labels, ['setosa', 'versicolor', 'virginica']);
  for (let i = 0; i < result.rows.used; i++) assert.ok(Math.abs(several.out_of_fold.reduce((sum, column) => sum + column[i]!, 0) - 1) < 1e-12);
  assert.equal(several.confusion.flat().reduce((a, b) => a + b, 0), result.rows.used);
  assert.ok(several.confusion.every((row, k) => row[k]! >= 43), JSON.stringify(several.confusion));
  assert.ok(several.confusion[0]![0]! >= 49);
  // worst and best of four default peers on this table (five folds): accuracy 0.940 and 0.960, log-loss 0.363 and 0.116
  assert.ok(several.accuracy >= 0.94 && several.auc_one_rest! > 0.98 && several.log_loss < 0.2, JSON.stringify([several.accuracy, several.auc_one_rest, several.log_loss]));
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(files.get('02_本学習結果/02_評価結果/classification_results.xlsx')! as unknown as ArrayBuffer);
  const sheet = book.getWorksheet('Every label')!;
  assert.deepEqual([2, 3, 4].map((row) => (sheet.getRow(row).values as unknown[]).slice(1, 5)), several.labels.map((label, k) => [label, ...several.confusion[k]!]));
  assert.deepEqual((sheet.getSheetValues() as (unknown[] | undefined)[]).flatMap((row) => row ?? []).filter((value) => /^\[[a-z_0-9]+\]$/.test(String(value))), []);
  const [head, ...rows] = String(files.get('02_本学習結果/03_予測結果/Prediction_input_pred.csv')).replace('\uFEFF', '').trimEnd().split('\r\n').map((line) => line.split(','));
  const of = (name: string): string[] => rows.map((row) => row[head!.indexOf(name)]!);
  assert.deepEqual(of('likeliest_label'), ['setosa', 'versicolor', 'virginica']);
  rows.forEach((_, i) => { assert.ok(Math.abs(['setosa', 'versicolor', 'virginica'].reduce((sum, name) => sum + Number(of(`p_${name}`)[i]), 0) - 1) < 1e-9); });
});

test('limits of several labels: a label is called where it alone is certified, sets hold each label as often as they say, an order adds proportional odds; the same bytes for 1 and 2 threads', { skip: without('uci/iris.csv') }, async () => {
  const grid = 'sepal_length,sepal_width,petal_length,petal_width\n5,3.4,1.5,0.2\n6,2.8,4.3,1.3\n6.2,2.8,4.9,1.7\n';
  const given = { ...settings, models_to_use: ['logistic', 'discriminant', 'lightgbm'], language: 'en', hyperparams: { lightgbm: { num_leaves: 4, learning_rate: 0.1, min_data_in_leaf: 3, feature_fraction: 1, bagging_fraction: 1, lambda_l2: 1, min_gain_to_split: 1e-6 } } };
  const { result, files } = await classify(await iris(), given, { grid });
  const several = result.several!;
  assert.deepEqual(several.families.map(({ family }) => family), ['logistic', 'discriminant', 'lightgbm']);
  assert.ok(Math.abs(several.families.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-12 && several.families.every(({ accuracy }) => accuracy > 0.9));
  several.limits.forEach(({ label, thresholds, false_calls: calls, coverage }, k) => {
    assert.equal(label, several.labels[k]);
    // 100 rows of other labels certify 10 % at a risk of 0.05 / 3: it takes 39; 50 of its own do, too
    assert.ok(thresholds.upper.kind === 'certified' && thresholds.upper.rows === 100 && thresholds.lower.kind === 'certified' && thresholds.lower.rows === 50);
    assert.equal(calls.value, several.decision.filter((called, i) => called === k && several.observed[i] !== k).length / 100);
    assert.ok(calls.value <= 0.1 && coverage.high! >= 0.95, JSON.stringify([calls, coverage]));
  });
  assert.ok(several.decided_accuracy.value! > 0.95 && several.set_size < 2);
  assert.equal(several.gray_share.value, several.decision.filter((called) => called === -1).length / 150);
  const [head, ...rows] = String(files.get('02_本学習結果/03_予測結果/Prediction_input_pred.csv')).replace('\uFEFF', '').trimEnd().split('\r\n').map((line) => line.split(/,(?![^{]*\})/));
  const of = (name: string): string[] => rows.map((row) => row[head!.indexOf(name)]!.replaceAll('"', ''));
  assert.equal(of('certified_label')[0], 'setosa');
  assert.ok(of('label_set_all').every((set, i) => set.startsWith('{') && (i !== 0 || set === '{setosa}')), of('label_set_all').join());
  const bytes = (run: Awaited<ReturnType<typeof classify>>): string => [...run.files].map(([path, file]) => `${path}${file.toString('base64')}`).join();
  assert.equal(bytes(await classify(await iris(), given, { grid, threads: 1 })), bytes({ result, files, progress: [] }));
  // the limit asked for decides
  const strict = await classify(await iris(), { ...settings, models_to_use: ['discriminant'], false_positive_limit: 0.01, label_order: ['setosa', 'versicolor', 'virginica'] });
  assert.ok(strict.result.several!.limits.every(({ thresholds }) => thresholds.upper.kind === 'infeasible') && strict.result.several!.decision.every((called) => called === -1));
  assert.ok(strict.result.notices.some(({ code, values }) => code === 'label_calls_infeasible' && values?.['needed'] === 408));
  assert.deepEqual(strict.result.several!.families.map(({ family }) => family), ['discriminant', 'ordinal_logistic']);
  assert.ok(strict.result.several!.quadratic_kappa! > 0.9 && several.quadratic_kappa === null);
  await assert.rejects(classify(await iris(), { ...settings, label_order: ['setosa', 'virginica'] }), { code: 'label_order_incomplete' });
  await assert.rejects(classify(await iris(), { ...settings, label_order: ['setosa', 'rosa'] }), { code: 'label_order_unknown' });
});

test('two rows of a label: named, and everything stays finite; two labels need nothing more', { skip: without('uci/iris.csv') }, async () => {
  let kept = 0;
  const few = (await iris()).split('\n').filter((line) => !line.endsWith('setosa') || kept++ < 2).join('\n');
  const { result } = await classify(few, { ...settings, models_to_use: ['logistic', 'nearest_neighbours'] });
  assert.ok(result.notices.some(({ code, values }) => code === 'labels_rare' && String(values?.['labels']) === 'setosa (2)'));
  assert.ok(result.several!.out_of_fold.flat().every((p) => p >= 0 && p <= 1) && Number.isFinite(result.several!.log_loss));
  const two = (await iris()).split('\n').filter((line) => !line.endsWith('setosa')).join('\n');
  assert.equal((await classify(two, settings)).result.several, null);
});

test('whole conditions of several labels go to one fold, each label in even shares', () => {
  const y = Int32Array.from({ length: 120 }, (_, i) => (i < 8 ? 0 : i < 40 ? 1 : 2));
  const group = Int32Array.from(y.keys(), (i) => Math.floor(i / 2));
  const fold = dealByLabel(group, 60, y, 3, 4, 7);
  group.forEach((g, row) => { assert.equal(fold[row], fold[2 * g]); });
  for (let k = 0; k < 3; k++) for (let f = 0; f < 4; f++) assert.equal(y.filter((label, row) => label === k && fold[row] === f).length, [2, 8, 20][k]);
  assert.notDeepEqual(fold, dealByLabel(group, 60, y, 3, 4, 8));
});

test('corrections of several labels: overconfident ones are mended by a temperature, biased ones by a vector; calibrated ones stay', () => {
  const draw = randomStream(6, 2);
  const [n, k] = [1500, 3];
  const truth = new Float64Array(n * k);
  const y = Int32Array.from({ length: n }, (_, i) => {
    const weights = [draw(), draw(), draw()].map((u) => -Math.log(u));
    const sum = weights.reduce((a, b) => a + b, 0);
    weights.forEach((weight, label) => { truth[label * n + i] = weight / sum; });
    const u = draw();
    return u < weights[0]! / sum ? 0 : u < (weights[0]! + weights[1]!) / sum ? 1 : 2;
  });
  const fold = Int32Array.from(y.keys(), (i) => i % 5);
  const bend = (by: (log: number, label: number) => number): Float64Array => correctedLabels({ kind: 'none' }, truth.map((p, at) => Math.exp(by(Math.log(p), Math.floor(at / n)))), k);
  const error = (p: Float64Array): number => p.reduce((sum, value, at) => sum + (value - truth[at]!) ** 2, 0) / n;
  assert.equal(chooseSeveralCalibrator(truth, y, fold, 5, k).calibrator.kind, 'none');
  for (const bent of [bend((log) => 2.5 * log), bend((log, label) => log + label)]) {
    const { calibrator } = chooseSeveralCalibrator(bent, y, fold, 5, k);
    assert.ok(calibrator.kind !== 'none' && error(correctedLabels(calibrator, bent, k)) < error(bent) / 10, calibrator.kind);
  }
  const sharp = fitSeveralCalibrator('temperature', bend((log) => 2.5 * log), y, k);
  assert.ok(sharp.kind === 'temperature' && Math.abs(sharp.temperature - 2.5) < 0.25, JSON.stringify(sharp));
});
