import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import type ExcelJS from 'exceljs';
import { probabilityPredictor } from '../../../../cluster/report/model/probability.ts';
import { targetViews, type BinaryView } from '../../../../schemas/index.ts';
import { analyseTable } from '../../linear/run-analysis.ts';
import { openBook, recalculatedTogether, stacked, valueOf, withoutOffice } from '../workbook/office.ts';

const csv = await readFile(new URL('../../../kernels/brush72.csv', import.meta.url));
const seed = 20_261_125;
type Row = Record<string, string>;
const lines = csv.toString().trimEnd().split('\n').map((line) => line.split(','));
const names = lines[0] as string[];
const known = lines.slice(1).map((cells): Row => Object.fromEntries(names.map((name, column) => [name, cells[column] as string])));

async function run(change: Record<string, unknown>): Promise<{ view: BinaryView; files: Map<string, Buffer> }> {
  const { whole, files } = await analyseTable(csv, { formula: 'pass ~ speed + log(feed)*material + I(depth^2) + C(brush, sum)', target_kind: 'binary', train_test_split: 0, cv_splits: 2, outputs: ['workbook'], ...change });
  const [target] = targetViews(whole);
  assert.ok(target?.kind === 'binary');
  return { view: target.view, files };
}

/** `random`: rows beside those of the fit. What a link changes in the formulas needs fewer. */
const cases = [{ link: 'logit', covariance: 'classical', random: 1000 }, { link: 'probit', covariance: 'hc3', random: 1000 }, { link: 'cloglog', covariance: 'classical', random: 1000 }] as const;

/** The calculator of a run, copied below itself, waiting for LibreOffice. */
interface Questions { book: ExcelJS.Workbook; height: number; resultRow: number }

describe('the probability calculator of a binary target, in LibreOffice', { skip: withoutOffice }, () => {
  const asked: (Questions & { view: BinaryView; rows: readonly Row[] })[] = [];
  let odd: Questions;
  let computed: ExcelJS.Worksheet[] = [];
  before(async () => {
    for (const { link, covariance, random } of cases) {
      const { view, files } = await run({ link, covariance, firth: 'never' });
      const rows = [...view.binary.rows.row.map((row) => known[row - 2] as Row), ...randomRows(random)];
      asked.push({ ...await every(rows, files), view, rows });
    }
    odd = await oddInputs((await run({})).files);
    computed = (await recalculatedTogether([...asked, odd].map(({ book }) => book))).map((book) => book.getWorksheet('all') as ExcelJS.Worksheet);
  });

  for (const [at, { link, random }] of cases.entries()) test(`${link}: cell = result on every row of the fit, = our prediction on ${random} random rows, to 1e-12 (seed ${seed}); the interval too`, () => {
    const { view, rows, height, resultRow } = asked[at] as (typeof asked)[number];
    const model = probabilityPredictor(view);
    rows.forEach((row, copy) => {
      const read = (column: number): unknown => valueOf((computed[at] as ExcelJS.Worksheet).getCell(resultRow + copy * height, column));
      const agree = (what: string, value: unknown, expected: number, tolerance = 1e-12): void => assert.ok(Math.abs((value as number) - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${what}, row ${copy}: ${String(value)} against ${expected}`);
      const { mean, eta, low, high } = model(row);
      agree('probability', read(2), mean);
      agree('linear predictor', read(3), eta);
      // the variance is a sum that cancels: ten digits of it are left
      agree('low', read(4), low ?? NaN, 1e-9);
      agree('high', read(5), high ?? NaN, 1e-9);
      assert.equal(String(read(6)), mean >= view.binary.threshold.value ? '1' : '0');
      if (copy < view.binary.rows.row.length) {
        agree('fitted probability', read(2), view.binary.rows.probability[copy] as number);
        agree('fitted predictor', read(3), view.binary.rows.linear_predictor[copy] as number);
      }
    });
  });

  test('an input that the model does not know gives #N/A, one outside the data a warning', () => {
    const read = (copy: number, column: number): unknown => valueOf((computed.at(-1)).getCell(odd.resultRow + copy * odd.height, column));
    assert.deepEqual([0, 1, 2].map((copy) => read(copy, 7)), ['範囲内', '入力を確認してください', '範囲外（外挿）']);
    assert.deepEqual([read(1, 2), read(1, 4)], ['#N/A', '#N/A']);
    assert.equal(typeof read(2, 2), 'number');
  });
});

/** The calculator once for each row, that row put in. */
async function every(rows: readonly Row[], files: ReadonlyMap<string, Buffer>): Promise<Questions> {
  const book = await openBook(files.get('04_予測計算/prediction_template.xlsx') as Buffer);
  const calculator = book.getWorksheet('予測計算機') as ExcelJS.Worksheet;
  const target = book.addWorksheet('all');
  const height = stacked(calculator, target, rows.length);
  let end = 5;
  for (; calculator.getCell(end, 1).text !== ''; end += 1) {
    const feature = calculator.getCell(end, 1).text;
    rows.forEach((row, copy) => void (target.getCell(end + copy * height, 2).value = calculator.getCell(end, 5).value === null ? row[feature] : Number(row[feature])));
  }
  for (const name of ['Sheet1', '予測計算機']) book.removeWorksheet((book.getWorksheet(name) as ExcelJS.Worksheet).id);
  return { book, height, resultRow: end + 4 };
}

/** As it is, with a word for a number, and far outside the data. */
async function oddInputs(files: ReadonlyMap<string, Buffer>): Promise<Questions> {
  const book = await openBook(files.get('03_評価スコア/evaluation_scores.xlsx') as Buffer);
  const sheet = book.getWorksheet('予測計算機') as ExcelJS.Worksheet;
  const target = book.addWorksheet('all');
  const height = stacked(sheet, target, 3);
  target.getCell(5 + height, 2).value = 'fast';
  target.getCell(5 + 2 * height, 2).value = 1e6;
  let end = 5;
  while (sheet.getCell(end, 1).text !== '') end += 1;
  return { book, height, resultRow: end + 4 };
}

/** Numbers drawn from between the extremes of each column, levels from those it has. */
function randomRows(count: number): Row[] {
  let state = seed;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: count }, () => Object.fromEntries(names.map((name) => {
    const values = known.map((row) => row[name] as string);
    if (values.some((value) => Number.isNaN(Number(value)))) return [name, values[Math.floor(next() * values.length)] as string];
    const numbers = values.map(Number);
    const low = Math.min(...numbers);
    return [name, String(Number((low + next() * (Math.max(...numbers) - low)).toPrecision(12)))];
  })));
}
