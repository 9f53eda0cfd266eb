import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomStream } from '../../../kernels/random/index.ts';
import { classify } from './run-analysis.ts';
import { quick, ring } from './tables.ts';

const base = { ...quick, models_to_use: ['quadratic_logistic'], outer_splits: 3, inner_splits: 3, language: 'en' };
const columnsOf = (csv: string): ((name: string) => string[]) => {
  const [head, ...rows] = csv.replace('\uFEFF', '').trimEnd().split('\r\n').map((line) => line.split(/,(?![^{]*\})/));
  return (name) => rows.map((row) => row[head!.indexOf(name)]!);
};
const predictions = '02_本学習結果/03_予測結果/Prediction_input_pred.csv';
// a border at a = 0.5, blurred
const border = ((): string => {
  const draw = randomStream(9, 4);
  return `a,b,y\n${Array.from({ length: 160 }, () => [draw(), draw()].map((u) => Math.round(u * 1000) / 1000)).map(([a, b]) => `${a},${b},${a! + 0.1 * (draw() - 0.5) > 0.5 ? 'yes' : 'no'}`).join('\n')}\n`;
})();

test('within the machine\'s tolerances decisions flip at the border and nowhere else; draws are the row\'s own', async () => {
  const settings = { ...base, target_column: 'y', models_to_use: ['logistic'], tolerances: [{ column: 'a', plus_minus: 0.05 }], false_positive_limit: 0.2, false_negative_limit: 0.2 };
  const grid = `a,b\n${[0.05, 0.4, 0.44, 0.48, 0.52, 0.56, 0.6, 0.95].map((a) => `${a},0.5`).join('\n')}\n`;
  const { files } = await classify(border, settings, { grid });
  const of = columnsOf(String(files.get(predictions)));
  const flips = of('flip_share').map(Number);
  const p = of('p_cal').map(Number);
  assert.ok(flips[0] === 0 && Math.max(...flips) > 0.1 && flips.at(-1) === 0, flips.join());
  of('p_tolerance_low').forEach((low, i) => { assert.ok(Number(low) <= p[i]! && p[i]! <= Number(of('p_tolerance_high')[i])); });
  // a wider tolerance reaches further
  const wide = columnsOf(String((await classify(border, { ...settings, tolerances: [{ column: 'a', plus_minus: 0.3 }] }, { grid })).files.get(predictions)));
  assert.ok(Number(wide('p_tolerance_high')[3]) - Number(wide('p_tolerance_low')[3]) > Number(of('p_tolerance_high')[3]) - Number(of('p_tolerance_low')[3]));
  await assert.rejects(classify(ring(), { ...base, tolerances: [{ column: 'brush', plus_minus: 1 }] }), { code: 'tolerance_not_numeric' });
  await assert.rejects(classify(ring(), { ...base, tolerances: [{ column: 'q', plus_minus: 1 }] }), { code: 'tolerance_unknown' });
});

test('another share of positives in the field moves probabilities by its odds, and leaves the certified decisions', async () => {
  const grid = 'a,b\n0.4,0.5\n0.55,0.5\n0.7,0.5\n';
  const usual = await classify(border, { ...base, target_column: 'y' }, { grid });
  const moved = await classify(border, { ...base, target_column: 'y', field_prevalence: 0.02 }, { grid });
  const [before, after] = [usual, moved].map(({ files }) => columnsOf(String(files.get(predictions))));
  const here = usual.result.rows.positive / usual.result.rows.used;
  after!('p_field').forEach((value, i) => {
    const odds = Number(before!('p_cal')[i]) / (1 - Number(before!('p_cal')[i])) * (0.02 / 0.98) / (here / (1 - here));
    assert.ok(Math.abs(Number(value) - odds / (1 + odds)) < 1e-9);
  });
  assert.deepEqual(after!('pred_label'), before!('pred_label'));
  assert.deepEqual(after!('p_cal'), before!('p_cal'));
});

test('repeats of the cross-validation deal anew: as many runs, the first is the reported one, mean and deviation are theirs; folds of a column cannot be dealt anew', async () => {
  const { result } = await classify(ring(), { ...base, cv_repeats: 3 });
  const { runs, mean, standard_deviation: deviation } = result.repeats!;
  assert.equal(runs.length, 3);
  assert.equal(runs[0]!.log_loss, result.final.score.log_loss);
  assert.equal(new Set(runs.map(({ log_loss: loss }) => loss)).size, 3);
  assert.ok(Math.abs(mean.log_loss - runs.reduce((sum, run) => sum + run.log_loss, 0) / 3) < 1e-15 && deviation.log_loss > 0);
  assert.equal((await classify(ring(), base)).result.repeats, null);
  await assert.rejects(classify(ring(), { ...base, feature_columns: ['a', 'brush'], cv_repeats: 2, fold_column: 'b' }), { code: 'repeats_of_given_folds' });
});

test('blocks of time: folds follow the dates, whole conditions; a drift that shuffled folds hide is seen', async () => {
  const draw = randomStream(2, 8);
  const lines = Array.from({ length: 120 }, (_, i) => {
    const a = Math.round(draw() * 1000) / 1000;
    // the border moves with the days
    return `${a},${i},2026-0${1 + Math.floor(i / 28)}-${String(1 + i % 28).padStart(2, '0')},${a + (i / 120 - 0.5) > 0.5 ? 'yes' : 'no'}`;
  });
  // out of order in the file
  const table = ['a,drift,day,y', ...lines.map((_, i) => lines[(i * 7) % 120]!)].join('\n');
  const settings = { ...base, target_column: 'y', feature_columns: ['a'], cv_groups: 'none', outer_splits: 4 };
  const blocked = (await classify(table, { ...settings, time_column: 'day' })).result;
  const of = blocked.outer_fold.map((fold, i) => [fold, Number(lines[(i * 7) % 120]!.split(',')[1])] as const);
  for (const [fold, day] of of) assert.equal(fold, Math.floor(day / 30));
  const shuffled = (await classify(table, settings)).result;
  assert.ok(blocked.final.score.log_loss > shuffled.final.score.log_loss + 0.05, `${blocked.final.score.log_loss} ${shuffled.final.score.log_loss}`);
  await assert.rejects(classify(table, { ...settings, time_column: 'day', fold_column: 'drift' }), { code: 'folds_given_twice' });
});

test('support vectors and additive boosting learn inside the pipeline; the curves of an additive model are the shape of the truth', async () => {
  const { result } = await classify(ring(), { ...base, models_to_use: ['support_vectors', 'additive_boosting'], hyperparams: { additive_boosting: { columns_per_tree: 1, num_leaves: 4, learning_rate: 0.2, min_data_in_leaf: 3, bagging_fraction: 1 } } });
  for (const { family, score } of result.families) assert.ok(score.auc! > 0.85, `${family} ${score.auc}`);
  const curves = result.additive_curves!;
  assert.deepEqual(curves.map(({ feature }) => feature), ['a', 'b', 'brush']);
  // yes inside a ring: high in the middle, low at both ends, whatever the other column is
  for (const { values, log_odds: odds, rows } of curves.slice(0, 2)) {
    const at = (wanted: number): number => odds[values.reduce<number>((best, value, k) => (Math.abs(Number(value) - wanted) < Math.abs(Number(values[best]) - wanted) ? k : best), 0)]!;
    assert.ok(at(0.5) > at(0.03) + 1 && at(0.5) > at(0.97) + 1, `${at(0.03)} ${at(0.5)} ${at(0.97)}`);
    assert.ok(Math.abs(odds.reduce((sum, value, k) => sum + value * rows[k]!, 0)) < 1e-9);
  }
  assert.equal((await classify(ring(), base)).result.additive_curves, null);
});
