import assert from 'node:assert/strict';
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
    assert.deepEqual((await open(await linearWorkbook(input))).worksheets.map(({ name }) => name), ['要約', '係数', '予測計算機', '区間の計算', '診断', '区間一覧', '交差検証', '使用データ', '項', 'パラメーター', '評価スコア']);
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

  it('says how a transformed target was fitted, and scores it on its own scale', async () => {
    const { result } = sample;
    const original = { n: 9, r2: 0.5, rmse: 0.25, mae: 0.125 };
    const transformed = { ...result, response: { ...result.response, transform: 'box_cox' as const, lambda: 0.5, scores: { ...result.response.scores, original } } };
    const scores = (await open(await linearWorkbook({ ...input, result: transformed }))).getWorksheet('評価スコア');
    const header = (scores?.getRow(1).values as string[]).slice(1);
    const at = (name: string): unknown => scores?.getRow(2).getCell(header.indexOf(name) + 1).value;
    assert.deepEqual(['Best_Params', 'Transformation_Applied', 'Transformation_Method', 'MAE', 'RMSE', 'R2_Score'].map(at), ['{"lambda":0.5}', true, 'box_cox', 0.125, 0.25, 0.5]);
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
