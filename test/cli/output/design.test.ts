import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createProgress } from '../../../cli/output/progress.ts';
import { resultSummary } from '../../../cli/output/result.ts';
import { displayWidth } from '../../../cli/output/table.ts';
import { Speech } from '../../../cli/text.ts';
import type { JobEvent } from '../../../schemas/index.ts';
import { optimize } from '../../cluster/optimization/run-optimization.ts';

const factors = await readFile(join(import.meta.dirname, '../../../examples/optimization/factors.csv'));
const { files, result } = await optimize(factors, { objective: 'both', num_points: 12, iterations: 3, outputs: [] });

describe('designs on a terminal', () => {
  it('are shown with criteria, shares of the bound and of the best, first runs and warnings, in every language', () => {
    for (const language of ['ja', 'en', 'es'] as const) {
      const text = resultSummary(JSON.parse(String(files.get('result.json'))), new Speech(language)) ?? '';
      const [d, i] = result.designs;
      assert.ok(d && i);
      assert.ok(text.includes(String(+(100 * (d.criteria.d_relative ?? 0)).toPrecision(4))), text);
      // the D-optimal design is the best of the two in D; the other one's share of it is told
      assert.ok(text.includes(String(+(100 * i.criteria.d / d.criteria.d).toPrecision(4))), text);
      // efficiencies of G are per cent already
      for (const { criteria } of [d, i]) assert.ok((criteria.g_efficiency ?? 101) <= 100 && text.includes(String(+(criteria.g_efficiency ?? 0).toPrecision(4))), text);
      const first = d.rows[d.run_order.indexOf(1)] ?? {};
      const line = text.split('\n').find((one) => /^\s+1  /.test(one)) ?? '';
      for (const value of Object.values(first)) assert.ok(line.includes(String(value)), `${line} lacks ${value}`);
      assert.equal(text.split('\n').filter((one) => one.startsWith(language === 'en' ? 'Warning' : language === 'ja' ? '注意' : 'Aviso')).length, result.notices.filter(({ severity }) => severity === 'warning').length, text);
      assert.doesNotMatch(text, /\{\w+\}|design_|column_/);
    }
  });

  it('keep to a narrow terminal, and say how many columns are left out', () => {
    const text = resultSummary(JSON.parse(String(files.get('result.json'))), new Speech('en'), 50) ?? '';
    for (const line of text.split('\n')) assert.ok(displayWidth(line) <= 50, line);
    assert.match(text, /\d more columns/);
  });

  it('are searched for under a line a design that is whole without its counters', () => {
    for (const [language, line] of [['ja', '実験計画を探索しています：D'], ['en', 'Searching a design: D'], ['es', 'Buscando un diseño: D']] as const) {
      let text = '';
      const progress = createProgress({ speech: new Speech(language), bar: false, silent: false, stream: { write: (chunk: string) => { text += chunk; return true; } } as unknown as NodeJS.WriteStream });
      const event = (values: Record<string, unknown>): JobEvent => ({ seq: 1, attempt: 1, type: 'progress', state: 'running', percent: 20, stage: 'searching', values, notice: null, at: '2026-01-01T00:00:00Z' });
      progress.event(event({ design: 'D', done: 1, total: 50, best: '0.4' }));
      progress.event(event({ design: 'D', done: 2, total: 50, best: '0.4' }));
      progress.event(event({ design: 'I', done: 1, total: 50, best: '0.4' }));
      assert.equal(text, ` 20 %  ${line}\n 20 %  ${line.slice(0, -1)}I\n`);
    }
  });
});
