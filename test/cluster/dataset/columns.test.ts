import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { chooseTarget } from '../../../cluster/linear/choose-target.ts';
import { chooseFeatures, deburringColumns, remeasuredColumns } from '../../../cluster/dataset/columns.ts';
import { readTable, type Table } from '../../../cluster/table/index.ts';

const examples = join(import.meta.dirname, '../../../examples/linear_analysis');

describe('a deburring table under English column names', () => {
  let english: Table;
  let japanese: Table;
  let directory: string;
  before(async () => {
    english = await readTable(join(examples, 'deburring.en.csv'), { fileName: 'deburring.en.csv' });
    japanese = await readTable(join(examples, 'deburring.csv'), { fileName: 'deburring.csv' });
    directory = await mkdtemp(join(tmpdir(), 'zerosec-columns-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));
  const places = (table: Table, names: readonly string[] = []): number[] => names.map((name) => table.columns.findIndex((column) => column.name === name));

  test('has the same factors as under Japanese ones, so no response explains another', () => {
    const found = deburringColumns(english)?.map((column) => column.name);
    assert.deepEqual(places(english, found), places(japanese, deburringColumns(japanese)?.map((column) => column.name)));
    assert.ok(found && found.length >= 13, String(found));
    const { features, notices } = chooseFeatures(english, chooseTarget(english, { name: 'top_sag', field: 'parameters.target_column' }, { target_kind: 'auto', positive_label: null }, []).source, []);
    for (const response of ['burr_removed', 'side_sag', 'wear', 'force_x', 'roughness_after', 'machining_time', 'date', 'id']) assert.ok(!features.some((column) => column.name === response), response);
    assert.ok(features.some((column) => column.name === 'speed'));
    assert.equal(chooseTarget(english, { name: 'burr_removed', field: 'parameters.target_column' }, { target_kind: 'auto', positive_label: null }, []).outcome?.positive, '1');
    assert.ok(notices.some((notice) => notice.code === 'deburring_factors_used'));
    assert.deepEqual(places(english, remeasuredColumns(english)), places(japanese, remeasuredColumns(japanese)));
  });

  test('is not seen in a machining table of somebody else: all of its columns stay candidates', async () => {
    const path = join(directory, 'milling.csv');
    const rows = Array.from({ length: 12 }, (_, i) => [1000 + 100 * (i % 4), 50 + 10 * (i % 3), 0.5 + 0.1 * (i % 5), 6 + 2 * (i % 2), i % 2 ? 'Steel' : 'Brass', i % 3, i * i]);
    await writeFile(path, `speed,feed,depth_of_cut,diameter,material,passes,coolant,roughness\n${rows.map((row, i) => [...row, 1 + i * 0.1].join(',')).join('\n')}\n`);
    const table = await readTable(path, { fileName: 'milling.csv' });
    assert.equal(deburringColumns(table), undefined);
    const { features } = chooseFeatures(table, chooseTarget(table, { name: 'roughness', field: 'parameters.target_column' }, { target_kind: 'auto', positive_label: null }, []).source, []);
    assert.ok(features.some((column) => column.name === 'coolant'));
  });
});
