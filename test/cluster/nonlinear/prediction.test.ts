import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import { readTable, type Table } from '../../../cluster/table/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import { analyse } from './run-analysis.ts';

/** p = a + b and q = 1 − a + b, almost without noise; brush shifts p. */
function table(): string {
  const draw = randomStream(21, 1);
  const rows = Array.from({ length: 40 }, (_, i) => {
    const [a, b] = [draw(), draw()].map((v) => Math.round(v * 100) / 100) as [number, number];
    const brush = i % 2 ? 'A11' : 'A21';
    return `${a},${b},${brush},${(a + b + (i % 2 ? 0 : 1) + 0.001 * draw()).toFixed(5)},${(1 - a + b + 0.001 * draw()).toFixed(5)}`;
  });
  return `a,b,brush,p,q\n${rows.join('\n')}\n`;
}

async function workbookOf(files: ReadonlyMap<string, Buffer>): Promise<Table> {
  const directory = await mkdtemp(join(tmpdir(), 'zerosec-workbook-'));
  try {
    await writeFile(join(directory, 'x.xlsx'), files.get('04_予測/Prediction_output.xlsx')!);
    return await readTable(join(directory, 'x.xlsx'), { fileName: 'x.xlsx' });
  } finally {
    await rm(directory, { recursive: true });
  }
}

const grid = 'a,b,brush\n0.2,0.2,A11\n0.8,0.2,A11\n0.5,0.6,A11\n0.5,0.5,A21\n0.5,3,A11\n0.5,,A11\n0.5,0.5,A32\n';
const parameters = { target_columns: ['p', 'q'], models_to_use: ['ridge', 'gaussian_process'], outer_splits: 5, inner_splits: 3, n_trials: 10, train_test_split: 0, language: 'en', hyperparams: { gaussian_process: { kernel: 'matern52', linear: true } } };

test('every row of a further table is predicted with intervals; what leaves the data is named, what cannot be predicted says why', async () => {
  const { result, files } = await analyse(table(), parameters, { grid });
  const arrow = tableFromIPC(files.get('04_予測/Prediction_output.arrow'));
  const column = (name: string): unknown[] => [...arrow.getChild(name)!];
  const p = column('prediction_p') as (number | null)[];
  [0.4, 1, 1.1, 2].forEach((truth, row) => assert.ok(Math.abs(p[row]! - truth) < 0.02, `${row} ${p[row]}`));
  assert.deepEqual([p[5], p[6]], [null, null]);
  assert.deepEqual(column('p_extrapolated').slice(0, 5), ['', '', '', '', 'b']);
  assert.equal(column('p_remark')[5], 'missing: b');
  assert.equal(column('p_remark')[6], 'unknown level: brush=A32');
  const [low, high] = [column('p_low') as number[], column('p_high') as number[]];
  p.slice(0, 5).forEach((value, row) => assert.ok(low[row]! < value! && value! < high[row]!));
  assert.deepEqual(result.prediction!.targets.map(({ target, predicted, without, extrapolated }) => ({ target, predicted, without, extrapolated })), ['p', 'q'].map((target) => ({ target, predicted: 5, without: 2, extrapolated: 1 })));
  assert.ok(String(files.get('04_予測/Prediction_output.csv')).includes('prediction_p'));
  const workbook = await workbookOf(files);
  assert.deepEqual(workbook.columns.map(({ name }) => name), ['a', 'b', 'brush', 'prediction_p', 'prediction_q']);
  assert.deepEqual([...workbook.columns[3]!.values], [...p].map((value) => value ?? NaN));
  // a trades p against q; b and A21 only cost
  assert.deepEqual(result.pareto!.front.map(({ row }) => row), [2, 3]);
  for (const path of ['pareto_frontier.xlsx', 'pattern_C_2to2_pairs/2D_p_q.xlsx', 'pattern_C_2to2_pairs/2D_p_q.png', 'pareto_plots/pareto_p__vs__q.png', 'pareto_plots/pareto_p__vs__q.svg', 'pareto_plots/pareto_p__vs__q.json']) assert.ok(files.has(`05_パレート解/${path}`), path);
  assert.doesNotMatch(String(files.get('05_パレート解/pareto_plots/pareto_p__vs__q.svg')), /\[\w{2,}\]|\{\w+\}|undefined|NaN/);
  const again = await analyse(table(), parameters, { grid, threads: 1 });
  for (const [path, bytes] of files) assert.ok(bytes.equals(again.files.get(path)!), path);
});

test('objectives, constraints and extrapolated rows change the front; impossible ones are refused before anything is tuned', async () => {
  const quick = { ...parameters, models_to_use: ['ridge'], hyperparams: {}, enable_shap: false, outputs: [] };
  const front = async (more: Record<string, unknown>): Promise<number[] | undefined> => (await analyse(table(), { ...quick, ...more }, { grid })).result.pareto?.front.map(({ row }) => row);
  const upward = [{ column: 'p', aim: 'max' }, { column: 'q', aim: 'max' }];
  assert.deepEqual(await front({ pareto_objectives: upward }), [6]);
  assert.deepEqual(await front({ pareto_objectives: upward, pareto_extrapolated: false }), await front({ pareto_objectives: upward, pareto_constraints: [{ column: 'b', high: 1 }] }));
  assert.deepEqual(await front({ pareto_constraints: [{ column: 'p', low: 0.9 }] }), [3]);
  assert.equal(await front({ enable_pareto: false }), undefined);
  await assert.rejects(front({ pareto_objectives: [{ column: 'p' }] }), { code: 'pareto_one_objective' });
  await assert.rejects(front({ pareto_objectives: [{ column: 'p' }, { column: 'quality' }] }), { where: { field: 'parameters.pareto_objectives.1.column', column: 'quality' } });
  await assert.rejects(analyse(table(), quick, { grid: 'a,brush\n1,A11\n' }), { where: { field: 'inputs.prediction', column: 'b' } });
});

test('a factor file is predicted at every combination of its levels: steps, comma lists, one value, brush codes', async () => {
  const draw = randomStream(33, 1);
  const rows = Array.from({ length: 48 }, (_, i) => {
    const [feed, speed, depth] = [500 + 100 * Math.floor(30 * draw()), 1000 + 500 * Math.floor(14 * draw()), [0.5, 1, 1.5][i % 3]!];
    const a11 = i % 2;
    return `${feed},${speed},${depth},${1 - a11},${a11},0,0,${(feed / speed + depth + a11 + 0.001 * draw()).toFixed(5)}`;
  });
  const table = `送り速度,回転速度,切込量,A13,A11,A21,A32,摩耗量\n${rows.join('\n')}\n`;
  const factors = '項目,送り速度,回転速度,切込量,ブラシ\nmin,500,1000,1,1\nmax,2500,7000,1,4\n間隔,1000,"2000,4000",,"1,4"\n';
  const { result, files } = await analyse(table, { models_to_use: ['ridge'], outer_splits: 4, inner_splits: 3, n_trials: 10, train_test_split: 0, enable_shap: false }, { grid: factors });
  const workbook = await workbookOf(files);
  const column = (name: string): number[] => [...workbook.columns.find((one) => one.name === name)!.values];
  assert.equal(result.prediction!.rows, 3 * 2 * 1 * 2);
  assert.deepEqual(column('送り速度'), [500, 1500, 2500].flatMap((feed) => [feed, feed, feed, feed]));
  assert.deepEqual(column('回転速度').slice(0, 4), [2000, 2000, 4000, 4000]);
  assert.deepEqual(column('A11').slice(0, 2), [1, 0]);
  assert.deepEqual(column('A13').slice(0, 2), [0, 1]);
  assert.deepEqual(column('切削時間').slice(0, 1), [12]);
  assert.ok(result.notices.some(({ code, values }) => code === 'prediction_grid_combined' && values!['rows'] === 12));
  await assert.rejects(analyse(table, { models_to_use: ['ridge'] }, { grid: factors.replace('1000,"2000,4000"', '1,1') }), { code: 'prediction_grid_too_large', where: { field: 'inputs.prediction' } });
  await assert.rejects(analyse(table, { models_to_use: ['ridge'] }, { grid: factors.replace(',1000,1,1', ',x,1,1').replace('"2000,4000"', '500') }), { code: 'optimization_factor_cell', where: { field: 'inputs.prediction', column: '回転速度', row: 2 } });
});
