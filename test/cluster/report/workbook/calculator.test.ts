import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import type ExcelJS from 'exceljs';
import JSZip from 'jszip';
import { predictor } from '../../../../cluster/report/model/predictor.ts';
import { buildNewRows } from '../../../../cluster/linear/model/index.ts';
import type { LinearView } from '../../../../schemas/index.ts';
import { linearWorkbook } from '../../../../cluster/report/workbook/linear-workbook.ts';
import { analyse } from '../../linear/run-analysis.ts';
import { fitFormula, tableOf } from '../../linear/model/fit-formula.ts';
import { sampleResult } from '../fixtures/sample-result.ts';
import { openBook, recalculatedTogether, stacked, valueOf, withoutOffice } from './office.ts';

const csv = (): Promise<Buffer> => readFile(new URL('../../../kernels/brush72.csv', import.meta.url));
/** Products, powers, an orthogonal polynomial, functions, contrasts, a standardised column and an offset. */
const right = 'poly(speed, 3) + log(feed):depth + I(depth^2) + I(feed^-1) + sqrt(speed) + C(brush, helmert)*material + scale(feed):pass + offset(log(w))';
const seed = 20_261_125;
/** beside the rows of the fit; a thousand of them are in the tests of the real table and of probabilities */
const gridRows = 1000;

type Row = Record<string, string>;

describe('the prediction calculator', () => {
  const sample = sampleResult();
  const input = { ...sample, language: 'ja' as const, notices: [] };

  it('offers levels as a list, asks before extrapolating, and shows the prediction at the means before anything is recomputed', async () => {
    const bytes = await linearWorkbook(input);
    const sheet = (await openBook(bytes)).getWorksheet('予測計算機');
    assert.deepEqual(sheet?.getCell('B8').dataValidation.formulae, ['$I$5:$I$7']);
    // exceljs reads the bounds of a decimal as numbers only
    const xml = await (await JSZip.loadAsync(bytes)).file('xl/worksheets/sheet3.xml')?.async('string');
    assert.match(xml ?? '', /<dataValidation type="decimal"[^>]* errorStyle="warning"[^>]* sqref="B5"><formula1>\$E\$5<\/formula1><formula2>\$F\$5<\/formula2>/);
    const means = [1, 2, 3].map((column) => sample.table.columns[column - 1]?.values as number[]).map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
    const expected = (sample.beta[0] as number) + means.reduce((sum, mean, index) => sum + mean * (sample.beta[index + 1] as number), 0);
    assert.ok(Math.abs((sheet?.getCell('B13').result as number) - expected) < 1e-12);
  });

  it('is without intervals, and still predicts, when the result has no basis for them', async () => {
    const book = await openBook(await linearWorkbook({ ...input, result: { ...sample.result, interval_basis: null } }));
    assert.equal(book.getWorksheet('区間の計算'), undefined);
    assert.equal(book.getWorksheet('予測計算機')?.getCell('C13').value, null);
    assert.ok(book.getWorksheet('予測計算機')?.getCell('B13').value);
  });

  describe('in LibreOffice', { skip: withoutOffice }, () => {
    let odd: Stack;
    let all: Stack & { view: LinearView; text: string; rows: Row[]; names: string[]; resultRow: number };
    before(async () => {
      const [questions, many] = [await oddInputs(await linearWorkbook(input)), await everyRow()];
      const [first, second] = await recalculatedTogether([questions.book, many.book]);
      odd = { height: questions.height, sheet: first?.getWorksheet('all') as ExcelJS.Worksheet };
      all = { ...many, sheet: second?.getWorksheet('all') as ExcelJS.Worksheet };
    });

    it('warns of single values and of combinations outside the data, and gives #N/A for what the model does not know', () => {
      const read = (copy: number, address: string): unknown => valueOf(odd.sheet.getCell(moved(address, copy * odd.height)));
      assert.deepEqual([0, 1, 2, 3, 4].map((copy) => read(copy, 'G13')), ['範囲内', '入力を確認してください', '範囲外（外挿）', '入力を確認してください', '学習データから離れた組合せ（外挿）']);
      assert.deepEqual([1, 3].map((copy) => read(copy, 'B13')), ['#N/A', '#N/A']);
      assert.deepEqual([1, 3].map((copy) => read(copy, 'D13')), ['#N/A', '#N/A']);
      assert.equal(typeof read(2, 'B13'), 'number');
    });

    it(`cell = engine = equation = result to 1e-12 on every row of the fit and ${gridRows} random ones (seed ${seed}); intervals from the leverages of the fit`, async () => {
      const { view, text, rows, names, height, resultRow, sheet: computed } = all;
      const model = predictor(view);
      const engine = await engineAt(text, rows, names);
      const { sigma } = view.fit;
      const evaluate = evaluator(view.model.equation);
      rows.forEach((row, copy) => {
        const [cell, low, high, newLow, newHigh] = [2, 3, 4, 5, 6].map((column) => valueOf(computed.getCell(resultRow + copy * height, column)) as number) as [number, number, number, number, number];
        const agree = (what: string, value: number, expected: number, tolerance = 1e-12): void => assert.ok(Math.abs(value - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${what}, row ${copy}: ${value} against ${expected}`);
        agree('cell and engine', cell, engine[copy] as number);
        agree('cell and equation', cell, evaluate(row));
        const predicted = model(row);
        agree('cell and our model of it', cell, predicted.mean);
        if (copy < view.rows.row.length) {
          agree('cell and fitted value', cell, view.rows.fitted[copy] as number);
          const h = view.rows.leverage[copy] as number;
          const spread = (view.interval_basis?.t ?? NaN) * (sigma ?? NaN);
          agree('half interval of the mean', (high - low) / 2, spread * Math.sqrt(h), 1e-10);
          agree('half prediction interval', (newHigh - newLow) / 2, spread * Math.sqrt(1 + h), 1e-10);
        } else agree('half interval of the mean', (high - low) / 2, predicted.confidence as number, 1e-9);
        agree('centre', (high + low) / 2, cell, 1e-10);
      });
    });
  });
});

/** A sheet of copies below each other, and how many lines each takes. */
interface Stack { sheet: ExcelJS.Worksheet; height: number }

const moved = (address: string, by: number): string => address.replace(/\d+/, (row) => String(Number(row) + by));

/** The calculator as it is, with an unknown level, a number outside, a word for a number, and a corner of the data. */
async function oddInputs(bytes: Uint8Array): Promise<{ book: ExcelJS.Workbook; height: number }> {
  const book = await openBook(bytes);
  const target = book.addWorksheet('all');
  const height = stacked(book.getWorksheet('予測計算機') as ExcelJS.Worksheet, target, 5);
  const cell = (copy: number, address: string): ExcelJS.Cell => target.getCell(moved(address, copy * height));
  cell(1, 'B8').value = '銅';
  cell(2, 'B5').value = 99_999;
  cell(3, 'B5').value = 'fast';
  // each value inside its range, together at a corner that a shrunken limit calls far away
  for (let row = 5; row <= 7; row += 1) cell(4, `B${row}`).value = target.getCell(`E${row}`).value;
  cell(4, 'D14').value = 0.001;
  return { book, height };
}

/** The calculator once for each row of the fit and each random one, that row put in. */
async function everyRow(): Promise<{ book: ExcelJS.Workbook; height: number; view: LinearView; text: string; rows: Row[]; names: string[]; resultRow: number }> {
  const text = (await csv()).toString();
  const { result: view, files } = await analyse(text, { target_column: 'y', formula: `y ~ ${right}`, train_test_split: 0, cv_splits: 2, outputs: ['workbook'] });
  const lines = text.trimEnd().split('\n').map((line) => line.split(','));
  const names = lines[0] as string[];
  const rowOf = (cells: string[]): Row => Object.fromEntries(names.map((name, column) => [name, cells[column] as string]));
  const rows = [...view.rows.row.map((row) => rowOf(lines[row - 1] as string[])), ...randomRows(lines.slice(1).map(rowOf), names)];
  const book = await openBook(files.get('04_予測計算/prediction_template.xlsx') as Buffer);
  const calculator = book.getWorksheet('予測計算機') as ExcelJS.Worksheet;
  const target = book.addWorksheet('all');
  const height = stacked(calculator, target, rows.length);
  const inputs: { feature: string; row: number }[] = [];
  for (let row = 5; calculator.getCell(row, 1).text !== ''; row += 1) inputs.push({ feature: calculator.getCell(row, 1).text, row });
  assert.deepEqual(new Set(inputs.map(({ feature }) => feature)), new Set(['brush', 'material', 'speed', 'feed', 'depth', 'pass', 'w']));
  rows.forEach((row, copy) => {
    for (const { feature, row: at } of inputs) target.getCell(at + copy * height, 2).value = calculator.getCell(at, 5).value === null ? row[feature] : Number(row[feature]);
  });
  for (const name of ['Sheet1', '予測計算機']) book.removeWorksheet((book.getWorksheet(name) as ExcelJS.Worksheet).id);
  return { book, height, view, text, rows, names, resultRow: 5 + inputs.length + 4 };
}

/** Values of each column drawn from between its extremes, levels from those it has. */
function randomRows(known: readonly Row[], names: readonly string[]): Row[] {
  let state = seed;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: gridRows }, () => Object.fromEntries(names.map((name) => {
    const values = known.map((row) => row[name] as string);
    if (values.some((value) => Number.isNaN(Number(value)))) return [name, values[Math.floor(next() * values.length)] as string];
    const numbers = values.map(Number);
    const low = Math.min(...numbers);
    return [name, String(Number((low + next() * (Math.max(...numbers) - low)).toPrecision(12)))];
  })));
}

/** The kernels' fit applied by the linear analysis' own code to rows it has never seen. */
async function engineAt(text: string, rows: readonly Row[], names: readonly string[]): Promise<number[]> {
  const { plan, result } = await fitFormula(withoutOffset(text), `y ~ ${right}`);
  const table = await tableOf([names.join(','), ...rows.map((row) => names.map((name) => row[name]).join(','))].join('\n'));
  const { columns, offset } = buildNewRows(plan, table);
  return rows.map((_, i) => columns.reduce((sum, { hi }, j) => sum + (Number.isNaN(result.coefficients[j]) ? 0 : (result.coefficients[j] as number) * (hi[i] as number)), 0) + (offset?.hi[i] ?? 0));
}

/** `fitFormula` fits y as it stands, so the offset is taken off before. */
function withoutOffset(text: string): string {
  const [header, ...lines] = text.trimEnd().split('\n').map((line) => line.split(','));
  const [y, w] = ['y', 'w'].map((name) => (header as string[]).indexOf(name)) as [number, number];
  return [header, ...lines.map((cells) => cells.map((cell, column) => (column === y ? String(Number(cell) - Math.log(Number(cells[w]))) : cell)))].map((cells) => (cells as string[]).join(',')).join('\n');
}

/** The equation as a function: one context for all rows, which costs more than the arithmetic. */
function evaluator(equation: string): (row: Row) => number {
  const source = equation.replace(/\[([^\]=]+?)(?: = ([^\]]+))?\]/g, (_, name: string, level?: string) => (level === undefined ? `row.${name}` : `Number(row.${name} === ${JSON.stringify(level)})`))
    .replaceAll('^', '**').replaceAll('LN(', 'Math.log(').replaceAll('SQRT(', 'Math.sqrt(');
  assert.match(source, /^(?:[\d\s+\-*/().e]|Math\.(?:log|sqrt)|row\.\w+|Number\(row\.\w+ === "\w+"\))+$/);
  const apply = runInNewContext(`(row) => ${source}`) as (values: Record<string, string | number>) => number;
  return (row) => apply(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number.isNaN(Number(value)) ? value : Number(value)])));
}
