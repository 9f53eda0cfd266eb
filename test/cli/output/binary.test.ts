import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { resultSummary } from '../../../cli/output/result.ts';
import { displayWidth } from '../../../cli/output/table.ts';
import { Speech } from '../../../cli/text.ts';
import { analyse } from '../../cluster/linear/run-analysis.ts';

const table = await readFile(join(import.meta.dirname, '../../../examples/linear_analysis/deburring.csv'));
const { files } = await analyse(table, { target_columns: ['バリ除去', '摩耗量'], outputs: [] });
const result: unknown = JSON.parse(String(files.get('result.json')));

describe('a target of two values', () => {
  it('is shown with odds ratios and how well rows are told apart out of fold, beside the others, in every language', () => {
    for (const language of ['ja', 'en', 'es'] as const) {
      const text = resultSummary(result, new Speech(language)) ?? '';
      assert.match(text, /バリ除去 = 1/);
      assert.match(text, /AUC = 0\.\d+/);
      assert.match(text, /χ²\(\d+\) = [\d.]+\s+p [=<]/);
      assert.match(text, /摩耗量/);
      assert.doesNotMatch(text, /\{\w+\}|binary_|column_/);
    }
  });

  it('keeps to a narrow terminal', () => {
    for (const line of (resultSummary(result, new Speech('en'), 60) ?? '').split('\n')) assert.ok(displayWidth(line) <= 60, line);
  });

  it('says which columns separate the labels and what is done about it', async () => {
    const separated = await analyse(`x,z,w,ok\n${Array.from({ length: 20 }, (_, i) => `${i},${(i * 7) % 5},${(i * 3) % 7},${i < 10 ? 'no' : 'yes'}`).join('\n')}`, { target_columns: ['ok', 'w'], feature_columns: ['x', 'z'], outputs: [] });
    const text = resultSummary(JSON.parse(String(separated.files.get('result.json'))), new Speech('en')) ?? '';
    assert.match(text, /Warning: .*x.* tell the two values of "ok" apart.*Firth/);
  });
});
