import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { linearOutputs, safeFileName, writeOutput } from '../../../cluster/report/index.ts';
import { sampleResult, wholeResult } from './fixtures/sample-result.ts';

const { result, table } = sampleResult(60);

describe('the output tree', () => {
  it('keeps the names of the original and writes exactly what it listed, from tasks that survive a copy to a thread', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'zerosec-outputs-'));
    try {
      const tasks = linearOutputs(wholeResult(result), [table], { language: 'ja', catalogues: [] });
      const paths = tasks.flatMap(({ files }) => files.map(({ path }) => path));
      for (const path of ['01_学習モデル/filtered_data.xlsx', '02_パラメーター/preprocessing_params.json', '02_パラメーター/prediction_formulas.json', '02_パラメーター/prediction_formulas_readable.txt', '03_評価スコア/evaluation_scores.xlsx', '03_評価スコア/01_チャート/regression_enhanced_上面ダレ量.png', '04_予測計算/prediction_template.xlsx']) assert.ok(paths.includes(path), path);
      assert.equal(new Set(paths).size, paths.length);
      for (const task of tasks) {
        for (const file of await writeOutput(structuredClone(task), directory)) {
          assert.ok(readFileSync(join(directory, file.path)).length > 0, file.path);
          assert.ok(file.path.endsWith(`.${file.fileType}`));
        }
      }
      const formulas = JSON.parse(readFileSync(join(directory, '02_パラメーター/prediction_formulas.json'), 'utf8')) as Record<string, { intercept: number; coefficients: Record<string, number>; terms: { name: string; kind: string; column: string; level: string }[] }>;
      const formula = formulas['上面ダレ量'] as (typeof formulas)[string];
      result.rows.fitted.forEach((fitted, row) => {
        const value = formula.terms.filter(({ kind }) => kind !== 'intercept').reduce((sum, { name, kind, column, level }) => {
          const cell = table.columns.find((candidate) => candidate.name === column)?.values[row];
          return sum + (formula.coefficients[name] as number) * (kind === 'level' ? Number(cell === level) : cell as number);
        }, formula.intercept);
        assert.ok(Math.abs(value - (fitted as number)) < 1e-9);
      });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('turns notices into texts, and shows the code where there is none', () => {
    const catalogue = { ja: { duplicates_left_out: '重複 {rows} 行' }, en: {}, es: {} };
    const notices = (catalogues: (typeof catalogue)[]): unknown => (linearOutputs(wholeResult(result), [table], { language: 'ja', catalogues })[0] as { notices?: unknown }).notices;
    assert.deepEqual(notices([catalogue]), ['重複 2 行']);
    assert.deepEqual(notices([]), ['[duplicates_left_out: rows=2]']);
  });
});

describe('file names from column names', () => {
  it('keep Japanese and lose what leads out of the folder or breaks a file system', () => {
    assert.equal(safeFileName('上面ダレ量'), '上面ダレ量');
    assert.equal(safeFileName('粗さ Ra (µm)'), '粗さ_Ra_(µm)');
    for (const name of ['../../etc/passwd', 'a/b\\c', '..', '', '\u0000\u202Ex', 'x'.repeat(500), 'CON:', ' . ', '-rf', '材'.repeat(300), '\uD800']) {
      const safe = safeFileName(name);
      assert.match(safe, /^[^./\\:\p{Cc}\p{Cf}-][^/\\:\p{Cc}\p{Cf}]*$/u, JSON.stringify(name));
      assert.ok(Buffer.byteLength(safe) < 200, 'room for a stem and an extension in 255 bytes');
    }
  });
});
