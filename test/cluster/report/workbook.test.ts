import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, mock } from 'node:test';
import ExcelJS from 'exceljs';
import JSZip from 'jszip';
import { linearWorkbook } from '../../../cluster/report/workbook/linear-workbook.ts';
import { languages } from '../../../schemas/index.ts';
import { sampleResult } from './fixtures/sample-result.ts';

const sample = sampleResult();
const input = { ...sample, language: 'ja' as const, notices: ['完全に重複した 2 行を除きました。'] };

async function open(bytes: Uint8Array): Promise<ExcelJS.Workbook> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes as unknown as Parameters<typeof book.xlsx.load>[0]);
  return book;
}

describe('evaluation_scores.xlsx', () => {
  it('has the sheets in reading order, under names that Excel accepts in every language', async () => {
    assert.deepEqual((await open(await linearWorkbook(input))).worksheets.map(({ name }) => name), ['要約', '係数', '予測計算機', '診断', '交差検証', '使用データ', '項', 'パラメーター', '評価スコア']);
    for (const language of languages) {
      for (const { name } of (await open(await linearWorkbook({ ...input, language }))).worksheets) assert.match(name, /^[^[\]:*?/\\]{1,31}$/);
    }
  });

  it('holds the coefficients, diagnostics and scores of the result as numbers', async () => {
    const book = await open(await linearWorkbook(input));
    const { result } = sample;
    result.coefficients.forEach((coefficient, index) => {
      const row = book.getWorksheet('係数')?.getRow(index + 2);
      assert.equal(row?.getCell(1).value, coefficient.term);
      assert.deepEqual([2, 3, 4, 5, 6, 7].map((column) => row?.getCell(column).value), [coefficient.estimate, coefficient.std_error, coefficient.t, coefficient.p, coefficient.ci_low, coefficient.ci_high]);
    });
    const diagnostics = book.getWorksheet('診断');
    assert.equal(diagnostics?.rowCount, result.rows.row.length + 1);
    assert.deepEqual([1, 2, 3, 7].map((column) => diagnostics?.getRow(5).getCell(column).value), [result.rows.row[3], result.rows.actual[3], result.rows.fitted[3], null]);
    const scores = book.getWorksheet('評価スコア');
    const header = (scores?.getRow(1).values as string[]).slice(1);
    assert.deepEqual(header.slice(0, 12), ['Target', 'Task_Type', 'Best_Model', 'Best_Params', 'Transformation_Applied', 'Transformation_Method', 'Accuracy', 'F1_Score', 'Status', 'MAE', 'RMSE', 'R2_Score']);
    assert.equal(scores?.getRow(2).getCell(header.indexOf('R2_Score') + 1).value, result.fit.r2);
    const summary = book.getWorksheet('要約');
    const texts: unknown[] = [];
    summary?.eachRow((row) => texts.push(row.getCell(1).value));
    assert.ok(texts.includes('• 完全に重複した 2 行を除きました。'));
  });

  it('freezes and filters its tables under the original header style', async () => {
    const book = await open(await linearWorkbook(input));
    const sheet = book.getWorksheet('係数');
    assert.equal(sheet?.views[0]?.state, 'frozen');
    assert.ok(sheet?.autoFilter);
    const cell = sheet?.getCell('A1');
    assert.equal((cell?.fill as ExcelJS.FillPattern).fgColor?.argb, 'FF366092');
    assert.equal(cell?.font.bold, true);
    assert.equal(cell?.font.color?.argb, 'FFFFFFFF');
  });

  it('stores text that looks like a formula as text, and writes no formula outside the calculator', async () => {
    const bytes = await linearWorkbook(input);
    const data = (await open(bytes)).getWorksheet('使用データ');
    const memo = [6, 7, 8, 9].map((row) => data?.getRow(row).getCell(7));
    assert.deepEqual(memo.map((cell) => cell?.value), ['=HYPERLINK("http://x","y")', '+1+1', '@SUM(A1)', '-2']);
    assert.deepEqual(memo.map((cell) => cell?.type), memo.map(() => ExcelJS.ValueType.String));
    const zip = await JSZip.loadAsync(bytes);
    const withFormulas: string[] = [];
    for (const path of Object.keys(zip.files).filter((name) => name.includes('worksheets/sheet'))) if ((await zip.file(path)?.async('string'))?.includes('<f>')) withFormulas.push(path);
    assert.deepEqual(withFormulas, ['xl/worksheets/sheet3.xml']);
  });

  it('is the same bytes when the clock has moved on', async () => {
    const first = await linearWorkbook(input);
    mock.timers.enable({ apis: ['Date'], now: Date.UTC(2031, 4, 6, 7, 8, 10) });
    try {
      assert.deepEqual(await linearWorkbook(input), first);
    } finally {
      mock.timers.reset();
    }
  });
});

describe('the prediction calculator', () => {
  it('offers the levels as a list and shows the prediction at the means before anything is recomputed', async () => {
    const sheet = (await open(await linearWorkbook(input))).getWorksheet('予測計算機');
    assert.deepEqual(sheet?.getCell('B8').dataValidation.formulae, ['$I$5:$I$7']);
    const means = [1, 2, 3].map((column) => sample.table.columns[column - 1]?.values as number[]).map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
    const expected = (sample.beta[0] as number) + means.reduce((sum, mean, index) => sum + mean * (sample.beta[index + 1] as number), 0);
    assert.ok(Math.abs((sheet?.getCell('B13').value as ExcelJS.CellFormulaValue).result as number - expected) < 1e-12);
  });

  const office = spawnSync('soffice', ['--version']).status === 0;
  it('evaluates to the fitted value of every row tried, and to #N/A for an unknown level', { skip: office ? false : 'needs LibreOffice (soffice) to evaluate formulas' }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'zerosec-calculator-'));
    try {
      const rows = [0, 5, 17, 42];
      const unknownLevel = 99;
      for (const row of [...rows, unknownLevel]) {
        const book = await open(await linearWorkbook(input));
        const sheet = book.getWorksheet('予測計算機') as ExcelJS.Worksheet;
        [0, 1, 2, 3].forEach((feature) => { sheet.getCell(`B${5 + feature}`).value = sample.table.columns[feature]?.values[row]; });
        if (row === unknownLevel) sheet.getCell('B8').value = '銅';
        // Only the sheet at hand is exported, and only if it comes first; cached results are dropped so that the office must compute.
        for (const other of book.worksheets) if (!['予測計算機', '係数'].includes(other.name)) book.removeWorksheet(other.id);
        sheet.eachRow((line) => line.eachCell((cell) => { if (cell.type === ExcelJS.ValueType.Formula) cell.value = { formula: cell.formula }; }));
        await book.xlsx.writeFile(join(directory, `row${row}.xlsx`));
      }
      execFileSync('soffice', [`-env:UserInstallation=file://${directory}/profile`, '--headless', '--convert-to', 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1', '--outdir', directory, ...[...rows, unknownLevel].map((row) => join(directory, `row${row}.xlsx`))], { stdio: 'ignore', timeout: 120_000 });
      const prediction = (row: number): string => readFileSync(join(directory, `row${row}-予測計算機.csv`), 'utf8').split('\n').find((text) => text.startsWith('上面ダレ量,')) ?? '';
      assert.match(prediction(unknownLevel), /#N\/A/, 'a level that the model does not know gives no prediction');
      for (const row of rows) {
        const line = prediction(row);
        assert.ok(Math.abs(Number((line.split(',')[1] ?? '').replaceAll('"', '')) - (sample.result.rows.fitted[row] as number)) < 1e-9, `row ${row}: ${line} against ${sample.result.rows.fitted[row]}`);
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
