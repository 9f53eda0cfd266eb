import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import ExcelJS from 'exceljs';
import { designModel, efficiencies, encode, solveDesign, type DesignFactor } from '../../../cluster/design/index.ts';
import { presetTerms } from '../../../schemas/index.ts';
import { optimize } from './run-optimization.ts';

const factors = readFileSync(new URL('../../../examples/optimization/factors.csv', import.meta.url));
const candidates = readFileSync(new URL('../../../examples/optimization/candidates.csv', import.meta.url));
const square = ',a,b\nmin,-1,-1\nmax,1,1\n間隔,1,1\n';
const first = async (table: string | Uint8Array, parameters: Record<string, unknown> = {}, more?: Parameters<typeof optimize>[2]) => (await optimize(table, parameters, more)).result;
const rowsOf = async (parameters: Record<string, unknown>, table: string | Uint8Array = square): Promise<string> => JSON.stringify((await first(table, { num_points: 8, model: 'quadratic', starts: 30, ...parameters })).designs.map(({ rows, run_order: order }) => [rows, order]));

test('the factor file and the list of all its combinations give the same design region and equal D', async () => {
  const [file, list] = [await first(factors), await first(candidates)];
  assert.equal(file.dataset.kind, 'factors');
  assert.equal(list.dataset.kind, 'candidates');
  assert.deepEqual(file.factors, list.factors);
  assert.deepEqual(file.factors.find(({ name }) => name === '送り速度')?.levels, [500, 1000, 2000, 4000]);
  assert.deepEqual(file.constants, { ブラシ: 'A11' });
  assert.deepEqual(list.constants, file.constants);
  assert.deepEqual(list.designs.map(({ criterion }) => criterion), ['D', 'I']);
  assert.ok(Math.abs((file.designs[0]?.criteria.d ?? 0) - (list.designs[0]?.criteria.d ?? 1)) < 1e-9);
  assert.ok((file.designs[0]?.criteria.d ?? 0) >= 0.978);
});

test('the D-optimal design on 3² is the best of all multisets (|X\'X| = 2304 for 8 runs), and the I-optimal one predicts no worse', async () => {
  const { designs } = await first(square, { num_points: 8, model: 'quadratic', starts: 300 });
  assert.ok(Math.abs(Math.exp(designs[0]?.criteria.log_determinant ?? 0) - 2304) < 1e-6);
  assert.ok((designs[1]?.criteria.average_variance ?? 1) <= (designs[0]?.criteria.average_variance ?? 0) + 1e-12);
});

test('every criterion computed anew from the written rows equals the reported one to 1e-10', async () => {
  for (const objective of ['d_optimal', 'i_optimal', 'a_optimal', 'compound']) {
    const result = await first(candidates, { objective, model: 'quadratic', num_points: 40, iterations: 4 });
    const own: DesignFactor[] = result.factors.map((factor) => ({ kind: 'discrete', name: factor.name, levels: factor.levels as number[] }));
    const model = designModel(own, presetTerms('quadratic', own.map((factor) => ({ name: factor.name, categorical: false, distinct: 'levels' in factor ? factor.levels.length : 0 }))));
    const design = result.designs[0];
    assert.ok(design !== undefined && result.designs.length === 1);
    const again = efficiencies(solveDesign(model, design.rows.map((row, i) => encode(own, row, i + 1))));
    for (const [reported, value] of [[design.criteria.log_determinant, again.logDeterminant], [design.criteria.trace_of_inverse, again.traceOfInverse], [design.criteria.d, again.d]] as const) assert.ok(Math.abs(reported - value) <= 1e-10 * Math.abs(value));
  }
});

const same = async (table: string | Uint8Array, parameters: Record<string, unknown>, { history, counts = [1, 2, 4] }: { history?: string; counts?: readonly number[] } = {}): Promise<Awaited<ReturnType<typeof optimize>>[]> => {
  const runs = await Promise.all(counts.map((threads) => optimize(table, parameters, { threads, ...(history !== undefined && { history }) })));
  for (const run of runs) {
    assert.deepEqual([...run.files.keys()].sort(), [...runs[0]?.files.keys() ?? []].sort());
    for (const [path, bytes] of run.files) assert.ok(bytes.equals(runs[0]?.files.get(path) ?? Buffer.of()), path);
  }
  return runs;
};

test('same bytes for one, two and four threads: search, workbook, charts', async () => {
  const runs = await same(candidates, { model: 'interactions', num_points: 32, iterations: 30, outputs: ['workbook'] });
  assert.ok(runs[0]?.progress.some(({ stage, values }) => stage === 'searching' && values?.['best'] !== undefined));
  await same(square, { objective: 'd_optimal', model: 'quadratic', num_points: 8, outputs: ['charts'], scan: { from: 6, to: 9, starts: 5 } }, { counts: [1, 4] });
  await same(square, { objective: 'space_filling', num_points: 5, iterations: 7 });
  // trial exchange: criteria and groups
  await same(square, { objective: 'g_optimal', model: 'quadratic', num_points: 9, iterations: 12, factor_kinds: { a: 'continuous' }, outputs: [] });
  await same(square, { objective: 'both', model: 'quadratic', num_points: 9, iterations: 12, blocks: 2, block_effect: 'random', outputs: [] });
  await same('a,b\n-1,-1\n-1,1\n1,-1\n0,1\n0.5,0.5\n', { objective: 'e_optimal', num_points: 6, iterations: 12, blocks: 2, outputs: [] });
  await same(square, { objective: 'alias_optimal', num_points: 8, iterations: 12, hard_to_change: ['b'], outputs: ['workbook'] });
});

/** 12 · 12 · 10 · 9 conditions of which one in nine is missing: 11,520 rows, nearly a grid. */
const nearlyGrid = `a,b,c,d\n${Array.from({ length: 12 * 12 * 10 * 9 }, (_, j) => [j % 12, Math.floor(j / 12) % 12, Math.floor(j / 144) % 10, Math.floor(j / 1440)]).filter(([a, b, c, d]) => ((a as number) * 7 + (b as number) * 5 + (c as number) * 3 + (d as number)) % 9 !== 0).map((row) => row.join()).join('\n')}\n`;
const mixing = ',a,b,c,t\nmin,0,0,0,-1\nmax,1,1,1,1\n間隔,0.5,0.5,0.5,1\n';
const asShares = { a: 'mixture', b: 'mixture', c: 'mixture' };
for (const [name, table, parameters, history] of [
  ['a mixture', mixing, { factor_kinds: asShares, model: 'interactions', num_points: 14 }],
  ['a mixture in whole plots', mixing, { factor_kinds: asShares, model: 'interactions', num_points: 16, hard_to_change: ['a', 'b', 'c'], whole_plots: 8 }],
  ['a mixture in blocks', mixing, { factor_kinds: asShares, model: 'interactions', num_points: 14, blocks: 2, block_effect: 'random' }],
  ['a long list that is nearly a grid', nearlyGrid, { model: 'quadratic', num_points: 18, starts: 16 }],
  ['whole plots in blocks after earlier runs', square, { model: 'interactions', num_points: 16, hard_to_change: ['a'], whole_plots: 6, blocks: 2, fixed_rows: [{ a: 0 }] }, 'a,b\n1,0.5\n1,-1\n'],
  ['whole plots from a list', 'a,b\n-1,-1\n-1,1\n1,-1\n0,1\n0.5,0.5\n0.5,-1\n', { num_points: 10, hard_to_change: ['a'], whole_plots: 4 }],
] as const) {
  test(`same bytes for one, two and four threads: ${name}`, async () => {
    await same(table, { objective: 'both', starts: 4, outputs: [], ...parameters }, history === undefined ? {} : { history });
  });
}

test('every parameter changes the result', async () => {
  const plain = await rowsOf({});
  for (const other of [{ objective: 'd_optimal' }, { bounds: { a: [0, 1] }, model: 'interactions' }, { random_seed: 7 }, { num_points: 9 }, { model: 'main' }, { formula: 'a*b' }, { replicates: 'forbidden' }, { randomize: false }, { factor_kinds: { a: 'continuous' } }, { factor_kinds: { a: 'categorical' } }]) {
    assert.notEqual(await rowsOf(other), plain, JSON.stringify(other));
  }
  const searched = async (more: Record<string, unknown>): Promise<number | undefined> => (await first(square, { num_points: 8, model: 'quadratic', ...more })).designs[0]?.search?.starts;
  assert.equal(await searched({ iterations: 3 }), 3);
  assert.equal(await searched({ iterations: 3, starts: 4 }), 4);
  const possible = await first(square, { num_points: 5, if_possible: 'quadratic' });
  assert.deepEqual(possible.model.precision.map((value) => value > 0), [false, false, false, true, true, true]);
  const weighted = await Promise.all([0.02, 0.98].map((weight) => first(square.replace('間隔,1,1', '間隔,0.1,0.1'), { objective: 'compound', compound_weight: weight, num_points: 10, model: 'quadratic', starts: 100 })));
  assert.ok((weighted[1]?.designs[0]?.criteria.d ?? 0) > (weighted[0]?.designs[0]?.criteria.d ?? 1));
});

test('four brushes given as columns are one factor, and every brush is in the design', async () => {
  const rows = ['A13', 'A11', 'A21', 'A32'].flatMap((_, brush) => [1000, 4000, 8000].flatMap((speed) => [1, 2, 3].filter((passes) => passes < 3 || speed < 8000).map((passes) => [...[0, 1, 2, 3].map((k) => Number(k === brush)), speed, passes, 75].join())));
  const { designs, constants, dataset } = await first(`A13,A11,A21,A32,回転速度,パス数,線材長\n${rows.join('\n')}\n`, { num_points: 12 });
  assert.equal(dataset.candidates, 32);
  assert.deepEqual(constants, { 線材長: 75 });
  for (const { rows: found } of designs) {
    assert.deepEqual([...new Set(found.map((row) => row['ブラシ']))].sort(), ['A11', 'A13', 'A21', 'A32']);
    assert.ok(found.every((row) => row['回転速度'] !== 8000 || row['パス数'] !== 3));
  }
});

test('levels never pass the maximum, and brush codes are the original\'s', async () => {
  const { factors: read } = await first(',ブラシ,x,y\nmin,1,1,0.1\nmax,4,2,0.3\n間隔,,0.4,0.1\n', { num_points: 10 });
  assert.deepEqual(read.map(({ levels }) => levels), [['A11', 'A13', 'A21', 'A32'], [1, 1.4, 1.8], [0.1, 0.2, 0.3]]);
});

test('earlier runs count exactly, replicated and between levels; incomplete ones are named', async () => {
  const history = 'b,a\n-1,-1\n-1,-1\n0.5,0.25\n,1\n1,1\n';
  const { history: used, notices, designs } = await first(square, { num_points: 3, starts: 50 }, { history });
  assert.deepEqual(used, [{ a: -1, b: -1 }, { a: -1, b: -1 }, { a: 0.25, b: 0.5 }, { a: 1, b: 1 }]);
  assert.deepEqual(notices.map(({ code, values }) => [code, values?.['rows']]), [['optimization_history_incomplete', ['5']]]);
  const points = [...used, ...designs[0]?.rows ?? []].map((row) => [1, row['a'], row['b']] as number[]);
  const m = [0, 1, 2].map((i) => [0, 1, 2].map((j) => points.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), 0)));
  const [[a, b, c], [, e, f], [, , i]] = m as [[number, number, number], [number, number, number], [number, number, number]];
  const determinant = a * (e * i - f * f) - b * (b * i - f * c) + c * (b * f - e * c);
  assert.ok(Math.abs(Math.exp(designs[0]?.criteria.log_determinant ?? 0) - determinant) < 1e-9 * determinant);
});

test('the workbook has the original\'s 23 columns, then the run order, and its sheets', async () => {
  const { files } = await optimize(candidates, { outputs: ['workbook'] });
  const bytes = files.get('01_実験リスト/I最適化_新規実験点.xlsx');
  assert.ok(bytes !== undefined);
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes as unknown as ExcelJS.Buffer);
  assert.deepEqual(book.worksheets.map(({ name }) => name), ['Sheet1', '評価', '係数', '相関', '交絡', '予測分散', '全実験点', '比較', '設定']);
  assert.deepEqual((book.worksheets[0]?.getRow(1).values as string[]).slice(1), ['No.', 'A13', 'A11', 'A21', 'A32', '回転速度', '送り速度', 'UPカット', '切込量', '突出量', '載せ率', 'パス数', '線材長', 'I基準値', '上面ダレ', '側面ダレ', '摩耗量', '面粗度(Ra)前', '面粗度(Ra)後', '切削力X', '切削力Y', '切削力Z', '実験日', '標準順', 'D効率(%)', '計画ID']);
  assert.equal(book.worksheets[0]?.getCell('C2').value, 1);
  assert.deepEqual((book.worksheets[0]?.getColumn(24).values.slice(2) as number[]).toSorted((a, b) => a - b), Array.from({ length: 15 }, (_, i) => i + 1));
});

test('a text that looks like a formula stays text in the CSV and in the workbook', async () => {
  const { files } = await optimize('k,x\n=1+1,0\n=1+1,1\nb,0\nb,1\n', { num_points: 6, outputs: ['workbook'] });
  assert.match(String(files.get('01_実験リスト/D最適化_新規実験点.csv')), /,'=1\+1,/);
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(files.get('01_実験リスト/D最適化_新規実験点.xlsx') as unknown as ExcelJS.Buffer);
  assert.ok((book.worksheets[0]?.getColumn(2).values as unknown[]).includes('=1+1'));
});

test('input that allows no design is refused by name', async () => {
  const refused: [string, string, Record<string, unknown>?, string?][] = [
    ['optimization_cell_missing', 'a,b\n1,2\n,1\n'], ['optimization_brush', 'A13,A11,x\n1,1,1\n0,1,2\n'], ['optimization_factor_levels', ',a\nmin,1\nmax,2\n間隔,-1\n'], ['optimization_factor_cell', ',a,b\nmin,1,x\nmax,2,3\n間隔,1,1\n'],
    ['optimization_brush_code', ',ブラシ,x\nmin,1,1\nmax,9,2\n間隔,,1\n'], ['design_unknown_factor', square, { bounds: { z: [0, 1] } }], ['design_no_candidates', square, { bounds: { a: [7, 9] } }],
    ['optimization_continuous_list', 'a,b\n1,2\n2,1\n3,1\n', { factor_kinds: { a: 'continuous' } }], ['design_too_few_runs', square, { num_points: 5, model: 'quadratic' }], ['optimization_formula_target', square, { formula: 'y ~ a' }], ['optimization_history_column', square, {}, 'a\n1\n'],
    ['optimization_not_numeric', 'k,x\na,0\nb,1\n', { factor_kinds: { k: 'discrete' } }],
  ];
  for (const [code, table, parameters, history] of refused) await assert.rejects(optimize(table, parameters, history === undefined ? {} : { history }), (error: { code?: string }) => (assert.equal(error.code, code), true));
});
