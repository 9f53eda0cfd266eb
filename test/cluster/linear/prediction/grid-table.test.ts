import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fault } from '../../../../schemas/index.ts';
import { analyseTable } from '../run-analysis.ts';
import { grid, predictionRows } from './read-predictions.ts';

const rows = Array.from({ length: 20 }, (_, i) => ({ speed: 1000 + 250 * (i % 7), feed: 500 + 100 * ((i * 3) % 11), y: i + ((i * 7) % 5) / 10 }));
const given = { target_columns: ['y'], train_test_split: 0, language: 'en' };
const plain = `x,y\n${rows.map(({ speed, y }) => `${speed},${y}`).join('\n')}`;

describe('how the table to predict is read', () => {
  test('as the table of the fit: its delimiter, decimal sign and words for "missing"', async () => {
    const table = `x;y\n${rows.map(({ y }, i) => `${i},5;${String(y).replace('.', ',')}`).join('\n')}`;
    const run = await analyseTable(table, { ...given, input: { delimiter: ';', decimal: ',', na_values: ['なし'] } }, grid('x;note\n3,5;a,b\nなし;c'));
    const [good, missing] = predictionRows(run);
    assert.equal(good?.['x'], '3.5');
    assert.equal(missing?.['y_remark'], 'missing: x');
  });

  test('prediction_input says otherwise where the two differ', async () => {
    const shiftJis = Uint8Array.from([0x78, 0x2c, 0x94, 0xf5, 0x8d, 0x6c, 0x0a, 0x31, 0x30, 0x30, 0x30, 0x2c, 0x61, 0x0a]); // x,備考
    const run = await analyseTable(plain, { ...given, input: { encoding: 'utf-8' }, prediction_input: { encoding: 'shift_jis' } }, grid(shiftJis));
    assert.deepEqual(Object.keys(predictionRows(run)[0] ?? {}).slice(0, 2), ['x', '備考']);
    await assert.rejects(analyseTable(plain, { ...given, input: { encoding: 'utf-8' } }, grid(shiftJis)), (error: Fault) => error.code === 'invalid_encoding' && error.where.field === 'inputs.prediction');
  });

  test('a text in a column that the model computes with is refused before anything is fitted', async () => {
    await assert.rejects(analyseTable(plain, given, grid('x\nfast\nslow')), (error: Fault) => error.code === 'prediction_not_numeric' && error.values['example'] === 'fast' && error.where.field === 'inputs.prediction');
  });

  test('a grid that would not fit into memory is refused with its own numbers before it is predicted', async () => {
    const large = grid(`x\n${'1000\n'.repeat(200_000)}`);
    const limit = { threads: 1, memoryLimitBytes: 282 * 1_048_576 };
    const small = await analyseTable(plain, given, { ...limit, ...grid('x\n1000') });
    assert.equal(small.whole.prediction?.rows, 1);
    await assert.rejects(analyseTable(plain, given, { ...limit, ...large }), (error: Fault) => error.code === 'job_too_large' && error.values['rows'] === 200_000);
    await analyseTable(plain, given, { ...limit, memoryLimitBytes: 270 * 1_048_576 }); // the fit alone fits
  });
});

describe('the processing time of a deburring grid', () => {
  const table = `A11,回転速度,送り速度,切込量,突出量,加工時間,y\n${rows.map(({ speed, feed, y }) => `1,${speed},${feed},1,10,${6000 / feed},${y}`).join('\n')}`;
  const asked = { ...given, feature_columns: ['回転速度', '加工時間'] };

  test('is 100 / 送り速度 × 60 where the grid lacks it, and told', async () => {
    const run = await analyseTable(table, asked, grid('A11,回転速度,送り速度,切込量,突出量\n1,1500,750,1,10'));
    const [row] = predictionRows(run);
    assert.equal(row?.['加工時間'], '8');
    assert.notEqual(row?.['y'], '');
    assert.ok(run.notices.some(({ code, values }) => code === 'processing_time_derived' && values?.['count'] === 1));
  });

  test('fills blank cells only; a feed of 0 has none, and its row says what is missing', async () => {
    const run = await analyseTable(table, asked, grid('A11,回転速度,送り速度,切込量,突出量,加工時間\n1,1500,750,1,10,9.5\n1,1500,750,1,10,\n1,1500,0,1,10,'));
    assert.deepEqual(predictionRows(run).map((row) => [row['加工時間'], row['y_remark']]), [['9.5', ''], ['8', ''], ['', 'missing: 加工時間']]);
  });

  test('without a feed to compute it from, the column that is missing is named', async () => {
    await assert.rejects(analyseTable(table, asked, grid('A11,回転速度,切込量,突出量,載せ率\n1,1500,1,10,0.5')), (error: Fault) => error.code.startsWith('column_not_found') && error.values['name'] === '加工時間');
  });
});
