import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resultSummary } from '../../../cli/output/result.ts';
import { displayWidth } from '../../../cli/output/table.ts';
import { Speech } from '../../../cli/text.ts';
import { analyse, analyseTable } from '../../cluster/linear/run-analysis.ts';

/** y = 3 a − 2 b + noise, c and d say nothing, kind has three levels of which one is lower by 4. */
const table = `a,b,c,d,kind,y\n${Array.from({ length: 60 }, (_, i) => {
  const [a, b, c, d] = [i % 7, (i * 5) % 11, (i * 3) % 13, (i * 7) % 5];
  return [a, b, c, d, ['x', 'y', 'z'][i % 3], 3 * a - 2 * b - (i % 3 === 2 ? 4 : 0) + Math.sin(i * i)].join(',');
}).join('\n')}\n`;

const parameters = { target_column: 'y', selection: { method: 'backward' }, penalty: { kind: 'lasso' }, outputs: [] };
const { files } = await analyse(table, parameters);
const result = JSON.parse(String(files.get('result.json'))) as { targets: { anova: { type: string; rows: { term: string; f: number }[] }[]; selection: { chosen: string[]; honest: { r2: number } }; penalty: { lambda: number } }[] };

describe('how a model was built', () => {
  it('is shown: analysis of variance where a term has several coefficients, the choice of terms with its honest score, what the penalty left', () => {
    const text = resultSummary(result, new Speech('en')) ?? '';
    const [target] = result.targets;
    assert.match(text, /Analysis of variance \(type II\)/);
    assert.match(text, new RegExp(`kind +2 .*${target!.anova[1]!.rows.find(({ term }) => term === 'kind')!.f.toPrecision(4)}`));
    assert.match(text, new RegExp(`Terms chosen \\(backward, by aicc\\): ${target!.selection.chosen.length} of 5 candidates`));
    assert.match(text, new RegExp(`choice made anew = ${target!.selection.honest.r2.toPrecision(6)}`));
    assert.match(text, new RegExp(`Lasso: λ = ${target!.penalty.lambda.toPrecision(4)}`));
  });

  it('has no gaps in any language and keeps to a narrow terminal', () => {
    for (const language of ['ja', 'en', 'es'] as const) {
      const text = resultSummary(result, new Speech(language), 60) ?? '';
      assert.doesNotMatch(text, /\{\w+\}|selection_|penalty_|column_|anova_/);
      for (const line of text.split('\n')) assert.ok(displayWidth(line) <= 60, line);
    }
  });

  it('tells the penalty of a target of two values by its deviance, beside the fit without one', async () => {
    const binary = await analyseTable(`${table.replace(/,y\n/, ',ok\n').replace(/,(-?[\d.]+)\n/g, (_, y: string) => `,${Number(Number(y) > 0)}\n`)}`, { target_column: 'ok', target_kind: 'binary', feature_columns: ['a', 'b', 'c'], penalty: { kind: 'lasso', count: 10 }, outputs: [] });
    const json = JSON.parse(String(binary.files.get('result.json'))) as { targets: { binary: { penalty: { lambda: number; used: { cv_deviance: number } } } }[] };
    const { penalty } = json.targets[0]!.binary;
    for (const language of ['ja', 'en', 'es'] as const) {
      const text = resultSummary(json, new Speech(language), 60) ?? '';
      assert.doesNotMatch(text, /\{\w+\}|penalty_|column_/);
      for (const line of text.split('\n')) assert.ok(displayWidth(line) <= 60, line);
    }
    assert.match(resultSummary(json, new Speech('en')) ?? '', new RegExp(`Lasso: λ = ${penalty.lambda.toPrecision(4)}, cross-validated deviance of a row = ${penalty.used.cv_deviance.toPrecision(4)}`));
  });

  it('is not shown where there is nothing to show', async () => {
    const plain = await analyse(table, { target_column: 'y', feature_columns: ['a', 'b'], outputs: [] });
    const text = resultSummary(JSON.parse(String(plain.files.get('result.json'))), new Speech('en')) ?? '';
    assert.doesNotMatch(text, /Analysis of variance|Terms chosen|λ =/);
  });
});
