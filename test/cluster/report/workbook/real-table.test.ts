import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import type ExcelJS from 'exceljs';
import { linearViews, type LinearView } from '../../../../schemas/index.ts';
import { randomStream } from '../../../../kernels/random/index.ts';
import { sharedData, without } from '../../../support/shared-data.ts';
import { grid, predictionRows } from '../../linear/prediction/read-predictions.ts';
import { analyseTable, type AnalysisRun } from '../../linear/run-analysis.ts';
import { openBook, recalculatedTogether, stacked, valueOf, withoutOffice } from './office.ts';

const path = 'original/data_base_results.csv';
const seed = 20_261_125;
/** the rest repeats them exactly */
const uniqueRows = 180;
const factors = ['回転速度', '送り速度', 'UPカット', '切込量', '突出量', '載せ率', 'パス数'];

type Row = Record<string, string>;

/** `random`: settings beside the rows of the fit. What a scale adds to the formulas needs fewer. */
interface Case { name: string; parameters: Record<string, unknown>; target: string; random: number }
const cases: readonly Case[] = [
  { name: '摩耗量 as it is, with products', parameters: { model: 'interactions' }, target: '摩耗量', random: 1000 },
  { name: '上面ダレ量, on a logarithm', parameters: { transform: 'log' }, target: '上面ダレ量', random: 1000 },
  { name: '側面ダレ量, λ from the data', parameters: { transform: 'auto' }, target: '側面ダレ量', random: 1000 },
];

interface Asked { run: Omit<AnalysisRun, 'result'>; rows: readonly Row[]; view: LinearView }

describe(`the real table: equation text = workbook cell (LibreOffice) = stored prediction to 1e-12, on every row of the fit and random settings (seed ${seed})`, { skip: without(path) || withoutOffice }, () => {
  const asked: Asked[] = [];
  let computed: ExcelJS.Workbook[] = [];
  before(async () => {
    const csv = await readFile(join(sharedData, path));
    const [names = [], ...lines] = csv.toString().trimEnd().split(/\r?\n/).map((line) => line.split(','));
    const known: Row[] = lines.map((cells) => Object.fromEntries(names.map((name, column) => [name, cells[column] as string])));
    for (const { parameters, target, random } of cases) {
      const rows = [...known.slice(0, uniqueRows), ...randomRows(known, random)];
      const text = [factors.join(','), ...rows.map((row) => factors.map((factor) => row[factor]).join(','))].join('\n');
      const run = await analyseTable(csv, { target_columns: [target], train_test_split: 0, cv_splits: 2, outputs: ['workbook'], ...parameters }, grid(text));
      const [view] = linearViews(run.whole);
      assert.ok(view !== undefined);
      asked.push({ run, rows, view });
    }
    const books: ExcelJS.Workbook[] = [];
    for (const one of asked) books.push(await questions(one));
    computed = await recalculatedTogether(books);
  });

  for (const [at, { name, random }] of cases.entries()) test(`${name} (${random} settings)`, (context) => {
    const { run, rows, view } = asked[at] as Asked;
    const largest = compared(view, rows, predictionRows(run), answers((computed[at] as ExcelJS.Workbook).getWorksheet('all') as ExcelJS.Worksheet, rows, view));
    context.diagnostic(`${view.response.label}, λ ${view.response.lambda ?? '–'}: largest relative differences ${JSON.stringify(largest)}`);
    for (const [what, value] of Object.entries(largest)) assert.ok(value <= 1e-12, `${what}: ${value}`);
  });
});

/** Numbers, or names of errors. */
type Cell = Record<'scale' | 'mean' | 'meanLow' | 'meanHigh' | 'low' | 'high', unknown>;

/** Where the calculator's inputs begin. */
const firstInput = 5;

/** The calculator once for each row, that row put in. */
async function questions({ run, rows }: Asked): Promise<ExcelJS.Workbook> {
  const book = await openBook(run.files.get('04_予測計算/prediction_template.xlsx') as Buffer);
  const calculator = book.getWorksheet('予測計算機') as ExcelJS.Worksheet;
  const target = book.addWorksheet('all');
  const height = stacked(calculator, target, rows.length, (cell) => typeof cell.value !== 'string');
  let end = firstInput;
  for (; calculator.getCell(end, 1).text !== ''; end += 1) rows.forEach((row, copy) => void (target.getCell(end + copy * height, 2).value = Number(row[calculator.getCell(end, 1).text])));
  assert.equal(end - firstInput, factors.length);
  target.getCell(1, heightColumn).value = height;
  for (const name of ['Sheet1', '予測計算機']) book.removeWorksheet((book.getWorksheet(name) as ExcelJS.Worksheet).id);
  return book;
}

/** Beside everything else: how many lines a copy takes. */
const heightColumn = 26;

/** What LibreOffice makes of it. */
function answers(computed: ExcelJS.Worksheet, rows: readonly Row[], { response }: LinearView): Cell[] {
  const height = Number(computed.getCell(1, heightColumn).value);
  const end = firstInput + factors.length;
  // result, leverage, mean and median on the target's own scale
  const [own, median] = response.transform === 'none' ? [0, 0] : [2, 3];
  return rows.map((_, copy) => {
    const read = (line: number, column: number): unknown => valueOf(computed.getCell(end + 4 + line + copy * height, column));
    return { scale: read(0, 2), mean: read(own, 2), meanLow: read(own, 3), meanHigh: read(own, 4), low: read(median, 5), high: read(median, 6) };
  });
}

/** Largest differences, relative to the spread of the target where a value is smaller than that. */
function compared(view: LinearView, rows: readonly Row[], stored: readonly Row[], cells: readonly Cell[]): Record<string, number> {
  const largest: Record<string, number> = {};
  const { target } = view;
  const see = (what: string, value: unknown, expected: number, unit: number): void => {
    assert.ok(typeof value === 'number' && Number.isFinite(value) && Number.isFinite(expected), `${what}: ${String(value)}, ${expected}`);
    largest[what] = Math.max(largest[what] ?? 0, Math.abs(value - expected) / Math.max(unit, Math.abs(expected)));
  };
  const { rmse } = view.response.scores.original;
  const evaluate = evaluator(view.model.equation);
  const fittedAt = new Map(view.rows.row.map((row, i) => [row - 2, view.rows.fitted[i] as number]));
  rows.forEach((row, i) => {
    const cell = cells[i] as Cell;
    const own = stored[i] as Row;
    const unit = rmse ?? 1;
    see('cell and equation', cell.scale, evaluate(row), view.fit.sigma ?? 1);
    for (const [what, column] of [['mean', target], ['meanLow', `${target}_平均信頼下限`], ['meanHigh', `${target}_平均信頼上限`], ['low', `${target}_予測下限`], ['high', `${target}_予測上限`]] as const) {
      // beyond the domain of a power lies no number: an empty field there, an error here
      if (own[column] === '') assert.equal(typeof cell[what], 'string', `${what}: ${String(cell[what])}`);
      else see(`cell and stored ${what}`, cell[what], Number(own[column]), unit);
    }
    const fitted = fittedAt.get(i);
    if (fitted !== undefined) see('stored prediction and fitted value', Number(own[target]), fitted, unit);
  });
  assert.ok(fittedAt.size >= 120);
  return largest;
}

/** Values of each factor drawn from between its extremes. */
function randomRows(known: readonly Row[], count: number): Row[] {
  const next = randomStream(seed, 0);
  const ranges = factors.map((name) => {
    const values = known.map((row) => Number(row[name]));
    return { name, low: Math.min(...values), high: Math.max(...values) };
  });
  return Array.from({ length: count }, () => Object.fromEntries(ranges.map(({ name, low, high }) => [name, String(Number((low + next() * (high - low)).toPrecision(12)))])));
}

/** The equation as a function: one context for all rows, which costs more than the arithmetic. */
function evaluator(equation: string): (row: Row) => number {
  const source = equation.replace(/\[([^\]]+)\]/g, (_, name: string) => `row[${factors.indexOf(name)}]`).replaceAll('^', '**');
  assert.match(source, /^(?:[\d\s+\-*/().e]|row\[\d+\])+$/);
  const apply = runInNewContext(`(row) => ${source}`) as (values: number[]) => number;
  return (row) => apply(factors.map((name) => Number(row[name])));
}
