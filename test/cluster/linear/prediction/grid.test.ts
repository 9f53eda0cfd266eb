import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { randomStream } from '../../../../kernels/random/index.ts';
import type { Fault } from '../../../../schemas/index.ts';
import { analyseTable } from '../run-analysis.ts';
import { grid, predictionRows as parse } from './read-predictions.ts';

const seed = 314;
const next = randomStream(seed, 0);
const rows = Array.from({ length: 40 }, (_, i) => {
  const x = Math.round(next() * 100) / 10;
  const g = i % 2 === 0 ? 'Steel' : 'Alumi';
  return { x, g, y: 2 + 0.5 * x + (g === 'Steel' ? 1 : 0) + next(), ok: next() < 1 / (1 + Math.exp(4 - x)) ? 1 : 0 };
});
const table = `x,g,y,ok\n${rows.map(({ x, g, y, ok }) => [x, g, y, ok].join(',')).join('\n')}`;
const given = { target_columns: ['y'], feature_columns: ['x', 'g'], train_test_split: 0, language: 'en' };

describe('a table of settings to predict', () => {
  test('on the rows of the fit: the fitted values, and intervals from the leverages of the report', async () => {
    const run = await analyseTable(table, given, grid(`x,g\n${rows.map(({ x, g }) => `${x},${g}`).join('\n')}`));
    const [target] = run.whole.targets;
    assert.ok(target?.status === 'fitted');
    assert.equal(run.whole.prediction?.file, '04_予測計算/P1_予測結果.csv');
    const t = 2.026192463029109; // 97.5 % of Student's t with 37 degrees of freedom
    parse(run).forEach((row, i) => {
      const fitted = target.rows.fitted[i] as number;
      const half = t * (target.fit.sigma as number);
      const h = target.rows.leverage[i] as number;
      for (const [name, value] of [['y', fitted], ['y_mean_low', fitted - half * Math.sqrt(h)], ['y_mean_high', fitted + half * Math.sqrt(h)], ['y_low', fitted - half * Math.sqrt(1 + h)], ['y_high', fitted + half * Math.sqrt(1 + h)]] as const) {
        assert.ok(Math.abs(Number(row[name]) - value) < 1e-10, `${name} of row ${i}: ${row[name]}, ${value}`);
      }
      assert.equal(row['y_extrapolated'], '');
    });
  });

  test('a missing cell and an unknown level keep their row without a prediction and say why; beyond the data is told by factor', async () => {
    const run = await analyseTable(table, given, grid('x,g\n5,Steel\n,Steel\n5,Brass\n99,Alumi'));
    const [good, missing, unseen, far] = parse(run);
    assert.ok(Number.isFinite(Number(good?.['y'])) && good?.['y'] !== '' && good?.['y_remark'] === '');
    assert.deepEqual([missing?.['y'], missing?.['y_remark']], ['', 'missing: x']);
    assert.deepEqual([unseen?.['y'], unseen?.['y_remark']], ['', 'unknown level: g=Brass']);
    assert.ok(far?.['y'] !== '' && far?.['y_extrapolated'] === 'x');
    const { rows: count, targets } = run.whole.prediction ?? { rows: 0, targets: [] };
    assert.deepEqual([count, targets[0]?.predicted, targets[0]?.without, targets[0]?.extrapolated], [4, 2, 2, 1]);
    assert.deepEqual(run.notices.filter(({ code }) => code.startsWith('prediction_')).map(({ code }) => code), ['prediction_rows_without', 'prediction_rows_outside']);
  });

  test('another spelling of a material is the material of the fit', async () => {
    const run = await analyseTable(table, given, grid('x,g\n5,Alumi\n5,Aluminium'));
    const [first, second] = parse(run);
    assert.equal(second?.['y'], first?.['y']);
    assert.equal(second?.['g'], 'Aluminium');
  });

  test('a target of two values gets the probability of its fit with an interval inside 0 … 1', async () => {
    const run = await analyseTable(table, { ...given, target_columns: ['ok'], target_kind: 'binary' }, grid(`x,g\n${rows.map(({ x, g }) => `${x},${g}`).join('\n')}`));
    const [target] = run.whole.targets;
    assert.ok(target?.status === 'binary');
    parse(run).forEach((row, i) => {
      const p = Number(row['P(ok=1)']);
      assert.ok(Math.abs(p - (target.binary.rows.probability[i] as number)) < 1e-10);
      assert.ok(Number(row['ok_mean_low']) >= 0 && Number(row['ok_mean_low']) < p && p < Number(row['ok_mean_high']) && Number(row['ok_mean_high']) <= 1);
    });
  });

  test('on a logarithmic scale: the mean of the report, and ends that are back on the scale of the target', async () => {
    const run = await analyseTable(table, { ...given, transform: 'log' }, grid(`x,g\n${rows.map(({ x, g }) => `${x},${g}`).join('\n')}`));
    const [target] = run.whole.targets;
    assert.ok(target?.status === 'fitted');
    parse(run).forEach((row, i) => {
      assert.ok(Math.abs(Number(row['y']) - (target.rows.fitted[i] as number)) < 1e-10);
      assert.ok(Number(row['y_low']) > 0 && Number(row['y_low']) < Number(row['y']) && Number(row['y']) < Number(row['y_high']));
    });
  });

  test('a column that the model needs and the table lacks is a fault that names it', async () => {
    await assert.rejects(analyseTable(table, given, grid('x\n5')), (error: Fault) => error.code.startsWith('column_not_found') && error.values['name'] === 'g' && error.where.field === 'inputs.prediction');
  });

  test('the same bytes on 1, 2 and 4 threads, over many blocks', async () => {
    const many = `x,g\n${Array.from({ length: 70_000 }, (_, i) => `${(i % 100) / 10},${i % 2 ? 'Steel' : 'Alumi'}`).join('\n')}`;
    const runs = await Promise.all([1, 2, 4].map((threads) => analyseTable(table, given, { threads, ...grid(many) })));
    const [one, ...others] = runs.map((run) => run.files.get(run.whole.prediction?.file ?? ''));
    for (const other of others) assert.ok(one !== undefined && other !== undefined && one.equals(other));
    assert.equal(runs[0]?.whole.prediction?.targets[0]?.predicted, 70_000);
  });
});

test('a deburring table: the original\'s columns in its order, and the sag to expect when the burr may stay', async () => {
  const header = 'バリ除去,上面ダレ量,A11,材料,回転速度,送り速度,切込量,突出量';
  const draw = randomStream(seed, 7);
  const lines = Array.from({ length: 60 }, () => {
    const [speed, feed] = [1000 + 250 * Math.floor(draw() * 28), 500 + 50 * Math.floor(draw() * 60)];
    const removed = draw() < 1 / (1 + Math.exp((feed - 2000) / 600)) ? 1 : 0;
    return [removed, removed === 1 ? 0.3 + speed / 20_000 + draw() / 10 : '', 1, draw() < 0.5 ? 'Steel' : 'Alumi', speed, feed, 0.5 + Math.floor(draw() * 3) / 2, 10].join(',');
  });
  const run = await analyseTable(`${header}\n${lines.join('\n')}`, { target_columns: ['バリ除去', '上面ダレ量'], train_test_split: 0 }, grid('番号,切込量,送り速度,回転速度,材料,A11,突出量\n7,1,1500,5000,Steel,1,10'));
  assert.deepEqual(run.whole.targets.map(({ status }) => status), ['binary', 'fitted']);
  const [row] = parse(run);
  assert.deepEqual(Object.keys(row ?? {}).slice(0, 8), ['A11', '材料', '回転速度', '送り速度', '切込量', '突出量', '加工時間', '番号']);
  assert.equal(Number(row?.['加工時間']), 4); // s for 100 mm at 1500 mm/min
  assert.ok(Math.abs(Number(row?.['上面ダレ量_期待値（除去確率込み）']) - Number(row?.['バリ除去=1の確率']) * Number(row?.['上面ダレ量'])) < 1e-14);
});
