import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../../../schemas/index.ts';
import { openBook } from '../report/workbook/office.ts';
import { analyseTable } from './run-analysis.ts';

test('units are kept under the names of the file, reach the calculator, and one of an unknown column is refused by name', async () => {
  const csv = `speed,feed,y\n${Array.from({ length: 20 }, (_, i) => `${1000 + 100 * i},${500 + 30 * ((i * 7) % 20)},${i + ((i * 5) % 3)}`).join('\n')}`;
  const { whole, files } = await analyseTable(csv, { target_column: 'y', train_test_split: 0, cv_splits: 2, units: { speed: 'rpm', y: 'mm' }, outputs: ['workbook'] });
  assert.deepEqual(whole.units, { speed: 'rpm', y: 'mm' });
  const sheet = (await openBook(files.get('04_予測計算/prediction_template.xlsx') as Buffer)).getWorksheet('予測計算機');
  assert.match(sheet?.getCell('C5').text ?? '', /^1000\.000 - 2900\.000 rpm$/);
  assert.doesNotMatch(sheet?.getCell('C6').text ?? '', /rpm/);
  await assert.rejects(analyseTable(csv, { target_column: 'y', units: { sped: 'rpm' } }), (error: Fault) => error.code === 'column_not_found_nearest' && error.where.field === 'parameters.units');
});
