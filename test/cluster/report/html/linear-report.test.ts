import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linearResultSchema, linearViews, type LinearResult } from '../../../../schemas/index.ts';
import { linearReport, writeHtml } from '../../../../cluster/report/html/index.ts';
import { catalogues } from '../../../../schemas/text/index.ts';
import { analyseTable } from '../../linear/run-analysis.ts';

/** Fixed noise: two rounds of settings, so that there are replicates; a target of two values beside the numeric one. */
const csv = ['speed <b>,feed,kind,y,ok', ...Array.from({ length: 72 }, (_, i) => {
  const [speed, feed, kind] = [1000 + 500 * (i % 6), 100 * (1 + Math.floor(i / 6) % 3), ['A', 'B"&'][Math.floor(i / 18) % 2]];
  const noise = Math.sin(12.9898 * (i + 1)) * 0.5;
  return [speed, feed, kind === 'A' ? kind : '"B""&"', (0.002 * speed - 0.004 * feed + (kind === 'A' ? 0 : 0.7) + noise).toFixed(4), 0.002 * speed - 0.004 * feed + 3 * noise > 5 ? 'yes' : 'no'].join(',');
})].join('\n');
const asked = { target_columns: ['y', 'ok'], robust: 'huber', selection: { method: 'backward' }, penalty: { kind: 'ridge' }, train_test_split: 0.2, cv_splits: 3 };

/** What stands where a text is missing. */
const missing = />\[[a-z_0-9]+[\]:][^<]*/g;

describe('the HTML report of a linear analysis', () => {
  let shown = '';
  let result: LinearResult;

  it('has a section per target, every chart once, and the numbers of result.json, with names that cannot be markup', async () => {
    const { files, whole } = await analyseTable(csv, { ...asked, outputs: ['charts', 'report'], language: 'en' });
    const html = String(files.get('03_評価スコア/report.html'));
    shown = html;
    result = linearResultSchema.parse(whole);
    const charts = [...files.keys()].filter((path) => path.endsWith('.svg'));
    assert.ok(charts.length > 25, String(charts.length));
    assert.equal(html.match(/<figure/g)?.length, charts.length);
    for (const target of ['y', 'ok']) assert.match(html, new RegExp(`<h2 id="s\\d">${target}</h2>`));
    for (const title of ['Summary', 'Coefficients', 'ANOVA', 'Effects of the factors', 'Residual tests', 'Diagnostics', 'Collinearity', 'Transformation of the target', 'Robust fit', 'Selection', 'Penalised fit', 'Cross-validation', 'Calibration', 'Analysis of deviance', 'What it takes to repeat this']) assert.ok(html.includes(`>${title}</h`), title);
    assert.deepEqual(html.match(/<b>/g), null);
    assert.ok(html.includes('speed &lt;b&gt;'));
    assert.deepEqual(html.match(missing), null, 'no text is missing');
    assert.deepEqual(html.replace(/<style>.*?<\/style>/s, '').match(/undefined|NaN|\{\w+\}/g), null);
    const [view] = linearViews(result);
    for (const { estimate, std_error: error } of view?.coefficients ?? []) for (const value of [estimate, error]) assert.ok(html.includes(String(value)), 'in full when pointed at');
    const [summary = ''] = html.split('</table>');
    assert.ok(summary.includes('noise ceiling') && summary.split(`title="${view?.noise?.r2_ceiling_original}"`).length === 5, 'the ceiling stands beside the R² of all rows, of the folds, of both parts');
  });

  it('is the same for any number of threads, whether it shows drawn charts or draws them itself', async () => {
    const report = async (changes: object, threads: number): Promise<string> => String((await analyseTable(csv, { ...asked, outputs: ['report'], language: 'en', ...changes }, { threads })).files.get('03_評価スコア/report.html'));
    const drawn = await report({}, 1);
    // what was asked for is told, too
    assert.ok(drawn.replaceAll('[&quot;report&quot;]', '') === shown.replaceAll('[&quot;charts&quot;,&quot;report&quot;]', ''));
  });

  it('says as much in every language', async () => {
    for (const language of ['ja', 'es'] as const) {
      const page = await writeHtml(linearReport(result, { language, catalogues, charts: [], drawnAt: null }), () => Promise.resolve(''));
      assert.deepEqual(page.match(missing), null);
      assert.equal(page.match(/<td class="n"/g)?.length, shown.match(/<td class="n"/g)?.length);
      assert.ok(page.includes(language === 'ja' ? '>再現に必要な情報</h2>' : '>Lo necesario para repetirlo</h2>'));
    }
  });
});
