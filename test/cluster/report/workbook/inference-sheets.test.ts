import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { languages } from '../../../../schemas/index.ts';
import { linearWorkbook } from '../../../../cluster/report/workbook/linear-workbook.ts';
import { analyse } from '../../linear/run-analysis.ts';
import { sampleResult } from '../fixtures/sample-result.ts';
import { openBook } from './office.ts';

describe('sheets of the inference', () => {
  it('hold ANOVA, variance inflation, residual tests and robust fit of the result, in every language', async () => {
    const csv = await readFile(new URL('../../../kernels/brush72.csv', import.meta.url));
    const { result } = await analyse(csv, { target_column: 'y', formula: 'y ~ speed + feed + depth + brush*material', train_test_split: 0, cv_splits: 2, robust: 'mm' });
    for (const language of languages) {
      const book = await openBook(await linearWorkbook({ result, table: { columns: [] }, language, notices: [] }));
      for (const sheet of book.worksheets) sheet.eachRow((row) => row.eachCell((cell) => assert.doesNotMatch(cell.text, /^\[[a-z0-9_]+\]/, `${sheet.name} ${cell.address}`)));
    }
    const book = await openBook(await linearWorkbook({ result, table: { columns: [] }, language: 'en', notices: [] }));
    const anova = book.getWorksheet('ANOVA');
    const [first] = result.anova;
    assert.deepEqual([1, 2, 3, 4].map((column) => anova?.getRow(2).getCell(column).value), [first?.type, first?.rows[0]?.term, first?.rows[0]?.df, first?.rows[0]?.ss]);
    assert.equal(anova?.rowCount, 1 + result.anova.reduce((sum, { rows }) => sum + rows.length + 1, 0));
    assert.equal(book.getWorksheet('Collinearity')?.getCell('C2').value, result.gvif[0]?.gvif);
    assert.equal(book.getWorksheet('Residual tests')?.rowCount, 1 + result.residual_tests.length);
    assert.equal(book.getWorksheet('Robust fit')?.getCell('B6').value, result.robust?.coefficients[0]?.estimate);
  });

  it('are absent where the result has no such section', async () => {
    const book = await openBook(await linearWorkbook({ ...sampleResult(), language: 'en', notices: [] }));
    for (const name of ['ANOVA', 'Collinearity', 'Residual tests', 'Robust fit']) assert.equal(book.getWorksheet(name), undefined, name);
  });
});
