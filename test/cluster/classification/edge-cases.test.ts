import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sharedData, without } from '../../support/shared-data.ts';
import { classify } from './run-analysis.ts';
import { quick, ring } from './tables.ts';

const codes = (notices: readonly { code: string }[]): string[] => notices.map(({ code }) => code);
const finite = (values: readonly number[]): boolean => values.every((p) => p >= 0 && p <= 1);

test('labels in any spelling: width, case, words for yes and no, and the positive one by name', async () => {
  const mixed = ring({ yes: 'ＹＥＳ', no: 'no' }).split('\n').map((line, i) => (i % 3 === 1 ? line.replace(/ＹＥＳ$/, 'Yes').replace(/no$/, 'NG') : line)).join('\n');
  const { result } = await classify(mixed, quick);
  const plain = await classify(ring(), quick);
  assert.deepEqual(result.observed, plain.result.observed);
  assert.deepEqual(result.final.out_of_fold, plain.result.final.out_of_fold);
  assert.ok(codes(result.notices).includes('labels_merged'));
  const turned = await classify(ring(), { ...quick, positive_label: 'ng' });
  assert.equal(turned.result.positive_label, 'NG');
  assert.deepEqual(turned.result.observed, plain.result.observed.map((label) => 1 - label));
  await assert.rejects(classify(ring(), { ...quick, positive_label: 'maybe' }), { code: 'positive_label_unknown' });
});

test('three labels: refused by name until the positive one is named; then the others are one side, or those that are listed', async () => {
  const three = ring({ rows: 120 }).split('\n').map((line, i) => (i % 6 === 0 ? line.replace(/NG$/, '不明') : line)).join('\n');
  await assert.rejects(classify(three.replaceAll('OK', 'upper').replaceAll('NG', 'lower'), quick), { code: 'too_many_labels' });
  const all = await classify(three, { ...quick, positive_label: 'OK' });
  assert.ok(codes(all.result.notices).includes('labels_merged'));
  const listed = await classify(three, { ...quick, positive_label: 'OK', negative_labels: ['NG'] });
  assert.ok(codes(listed.result.notices).includes('labels_left_out'));
  assert.ok(listed.result.rows.used < all.result.rows.used && finite(all.result.final.out_of_fold));
});

test('one label, two rows of a label, an empty target: refused by name', async () => {
  await assert.rejects(classify(ring({ no: 'OK' }), quick), { code: 'target_constant' });
  const lines = ring({ flips: 0 }).trimEnd().split('\n');
  let kept = 0;
  const few = [lines[0], ...lines.slice(1).filter((line) => line.endsWith('OK') || kept++ < 2)].join('\n');
  await assert.rejects(classify(few, quick), { code: 'too_few_of_label' });
  await assert.rejects(classify(lines.map((line, i) => (i === 0 ? line : line.replace(/(OK|NG)$/, ''))).join('\n'), quick), { code: 'target_empty' });
});

test('gaps stay rows, a column of nothing but gaps is left out, separable labels stay finite', async () => {
  const lines = ring({ flips: 0 }).trimEnd().split('\n');
  const gaps = lines.map((line, i) => (i === 0 ? `${line},void` : `${i % 5 === 0 ? line.replace(/^[^,]*/, '') : i % 7 === 0 ? line.replace(/A\d+/, '') : line},`)).join('\n');
  const { result } = await classify(gaps, { ...quick, explanation: { rows: 8, counterfactuals: 4 }, models_to_use: ['logistic', 'quadratic_logistic', 'nearest_neighbours', 'gaussian_process', 'lightgbm', 'random_forest'], outer_splits: 2, inner_splits: 2 });
  assert.equal(result.rows.used, lines.length - 1);
  assert.ok(codes(result.notices).includes('gaps_kept') && codes(result.notices).includes('left_out_empty'));
  assert.ok(finite(result.final.out_of_fold) && Number.isFinite(result.final.score.log_loss));
  const line = Array.from({ length: 60 }, (_, i) => `${i < 30 ? i : i + 20},${(i * 7) % 11},${i < 30 ? 'no' : 'yes'}`);
  const separable = await classify(`a,b,removed\n${line.join('\n')}\n`, { ...quick, explanation: { rows: 8, counterfactuals: 4 } });
  assert.deepEqual(separable.result.final.score.fold_auc, [1, 1, 1, 1]);
  assert.ok(codes(separable.result.notices).includes('labels_separable') && codes(separable.result.notices).includes('feature_knows_outcome'));
  assert.ok(!codes(result.notices).includes('labels_separable'));
  assert.ok(separable.result.final.score.log_loss < 0.3 && finite(separable.result.final.out_of_fold));
});

test('leaking columns are named (ai4i2020: the causes of a failure are known when it has happened)', { skip: without('uci/ai4i2020.csv') }, async () => {
  const rows = String(await readFile(join(sharedData, 'uci/ai4i2020.csv'))).trimEnd().split('\n');
  const head = rows[0]!.split(',');
  const failed = head.indexOf('Machine failure');
  assert.ok(failed >= 0, rows[0]);
  // every failure and as many rows again
  const chosen = rows.slice(1).filter((line, i) => line.split(',')[failed] === '1' || i % 25 === 0);
  const { result } = await classify([rows[0], ...chosen].join('\n'), { ...quick, target_column: 'Machine failure', models_to_use: ['logistic'], outer_splits: 2, inner_splits: 2 });
  const named = result.notices.filter(({ code }) => code === 'value_decides_outcome' || code === 'feature_knows_outcome').map(({ where }) => where?.column);
  for (const cause of ['TWF', 'HDF', 'PWF', 'OSF']) assert.ok(named.includes(cause), `${cause} of ${named.join()}`);
});

test('mushrooms: separable, 22 text columns with gaps; finite, AUC 1', { skip: without('uci/mushrooms.csv') }, async () => {
  const rows = String(await readFile(join(sharedData, 'uci/mushrooms.csv'))).trimEnd().split('\n');
  const few = [rows[0], ...rows.slice(1).filter((_, i) => i % 16 === 0)].join('\n');
  const { result } = await classify(few, { ...quick, target_column: 'type', positive_label: 'p', models_to_use: ['logistic', 'lightgbm'], outer_splits: 3, inner_splits: 3 });
  assert.ok(result.final.score.auc! > 0.999 && finite(result.final.out_of_fold), JSON.stringify(result.final.score));
});
