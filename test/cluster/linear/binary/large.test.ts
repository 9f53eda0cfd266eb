import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { uniform } from '../../../kernels/kernels.ts';
import { analyseTable } from '../run-analysis.ts';

/** Three passes' worth of rows and more than one thread does alone (rows · columns² > 10⁷). A third of the labels follow the plane, the others chance. */
function table({ rows, columns }: { rows: number; columns: number }): string {
  const next = uniform(20251126);
  const names = Array.from({ length: columns }, (_, j) => `x${j}`);
  const lines = Array.from({ length: rows }, () => {
    const x = names.map(() => Math.round(next() * 1e3) / 1e3);
    return [...x, x.reduce((sum, value, j) => sum + (j % 3 - 1) * value, 0) + 3 * (next() - 0.5) > 0 ? 'yes' : 'no'].join(',');
  });
  return `${[...names, 'y'].join(',')}\n${lines.join('\n')}`;
}

const parameters = { target_column: 'y', cv_splits: 2, cv_groups: 'none', train_test_split: 0, anova_types: [] };

describe('a large binary target', () => {
  const csv = table({ rows: 16_500, columns: 26 });

  test('is spread over the threads: the same bytes on 1, 2 and 4 of them, robust covariance included', async () => {
    const texts: string[] = [];
    for (const threads of [1, 2, 4]) texts.push(String((await analyseTable(csv, { ...parameters, covariance: 'hc3' }, { threads })).files.get('result.json')));
    const [target] = (JSON.parse(texts[0] ?? '') as { targets: { binary: { separation: { kind: string; proof: string; exact: boolean } } }[] }).targets;
    assert.deepEqual(target?.binary.separation, { kind: 'overlap', exact: true, proof: 'fit', separated_rows: 0, columns: [] });
    for (const text of texts.slice(1)) assert.ok(text === texts[0]);
  });

  test('a cancel is noticed between two passes of a fit', async () => {
    let left = 4;
    await assert.rejects(analyseTable(csv, parameters, { checkCancelled: () => { if ((left -= 1) === 0) throw new Error('noticed'); } }), /noticed/);
  });
});

test('small work says how the overlap was proven, too', async () => {
  const { whole } = await analyseTable(table({ rows: 60, columns: 2 }), parameters);
  const [target] = whole.targets;
  assert.ok(target?.status === 'binary');
  assert.deepEqual([target.binary.separation.proof, target.binary.separation.exact], ['fit', true]);
});
