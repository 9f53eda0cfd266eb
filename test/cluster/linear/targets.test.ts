import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { linearViews, parseParameters, type Fault, type FaultList } from '../../../schemas/index.ts';
import { analyse } from './run-analysis.ts';

const table = `x,z,a,b,same\n${Array.from({ length: 14 }, (_, i) => [i, (i * 5) % 7, 2 * i + ((i * 3) % 4), i % 5 === 4 ? '' : 20 - i + ((i * 7) % 3), 1].join(',')).join('\n')}`;
const base = { train_test_split: 0, cv_splits: 3 };

describe('several targets in one run', () => {
  test('each get what they get alone; none explains another by itself; missing rows are counted apart', async () => {
    const both = await analyse(table, { ...base, target_columns: ['a', 'b'] });
    const views = linearViews(both.whole);
    assert.deepEqual(views.map(({ target, features }) => [target, features]), [['a', ['x', 'z']], ['b', ['x', 'z']]]);
    assert.deepEqual(views.map(({ dataset }) => dataset.rows_missing), [0, 2]);
    assert.deepEqual(both.whole.targets[1]?.status === 'fitted' && both.whole.targets[1].used.missing_by, [{ column: 'b', count: 2 }]);
    const alone = await analyse(table, { ...base, target_column: 'b', feature_columns: ['x', 'z'] });
    const { notices: _, parameters: __, ...second } = views[1] as (typeof views)[number];
    const { notices: ___, parameters: ____, ...single } = alone.result;
    assert.deepEqual(second, single);
  });

  test('may stand on the left of the formula', async () => {
    const { whole } = await analyse(table, { ...base, formula: 'a + b ~ x' });
    assert.deepEqual(whole.targets.map(({ target }) => target), ['a', 'b']);
  });

  test('one that fails is told and does not fail the others', async () => {
    const { whole, notices } = await analyse(table, { ...base, target_columns: ['same', 'a'], feature_columns: ['x'] });
    assert.deepEqual(whole.targets.map(({ status }) => status), ['failed', 'fitted']);
    const [first] = whole.targets;
    assert.equal(first?.status === 'failed' && first.failure.code, 'target_constant');
    assert.deepEqual(first?.status === 'failed' && first.failure.where, { field: 'parameters.target_columns.0', column: 'same' });
    assert.ok(notices.some(({ code }) => code === 'target_constant'));
    await assert.rejects(analyse(table, { ...base, target_columns: ['same', 'nothing like it'], feature_columns: ['x'] }), { code: 'target_constant' });
  });

  const wrong: [string, Record<string, unknown>, string][] = [
    ['in two parameters', { target_column: 'a', target_columns: ['b'] }, 'model_conflict'],
    ['in a list and a formula', { target_columns: ['b'], formula: 'a ~ x' }, 'model_conflict'],
    ['differently in a parameter and a formula', { target_column: 'b', formula: 'a ~ x' }, 'model_conflict'],
    ['twice', { target_columns: ['a', 'a'] }, 'duplicate_target'],
  ];
  for (const [how, parameters, code] of wrong) {
    test(`named ${how}: ${code}`, async () => {
      await assert.rejects(analyse(table, { ...base, ...parameters }), (error: Fault) => error.code === code);
    });
  }

  test('none named is a fault of the parameters, told beside the others', () => {
    for (const given of [{}, { formula: '~ x' }]) {
      assert.throws(() => parseParameters('linear_analysis', { ...given, cv_splits: 99 }), (error: FaultList) => {
        assert.deepEqual(error.faults.map(({ where }) => where.field).sort(), ['parameters.cv_splits', 'parameters.target_column']);
        return true;
      });
    }
  });
});
