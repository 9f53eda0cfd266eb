import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { ThreadPool } from '../../../cluster/job/pool.ts';
import { optimize } from './run-optimization.ts';

const square = ',a,b\nmin,-1,-1\nmax,1,1\n間隔,1,1\n';
const line = 'a,b\n1,2\n2,4\n3,6\n4,8\n';

/** What is wrong, the table, the parameters; code, and what of `where` and `values` it has to name. */
const refused: [string, string, Record<string, unknown>, string, { where?: Record<string, unknown>; values?: Record<string, unknown> }][] = [
  ['a singular model', line, {}, 'design_inestimable', { values: { terms: ['b'], relations: ['b = 1·a'] } }],
  ['fewer runs than coefficients', square, { model: 'quadratic', num_points: 5 }, 'design_too_few_runs', { where: { field: 'num_points' }, values: { runs: 5, terms: 6, needed: 6 } }],
  ['constraints that contradict each other', square, { constraints: [{ weights: { a: 1 }, at_least: 0.5 }, { weights: { b: 1 }, at_most: 0 }, { weights: { a: 1, b: 0.1 }, at_most: -0.5 }] }, 'design_contradictory_constraints', { values: { constraints: ['1', '3'] } }],
  ['everything forbidden', square, { forbidden: [{ a: { low: -1, high: 1 } }] }, 'design_contradictory_constraints', { values: { forbidden: 1 } }],
  ['bounds of an unknown column', square, { bounds: { z: [0, 1] } }, 'design_unknown_factor', { where: { field: 'bounds', column: 'z' }, values: { known: ['a', 'b'] } }],
  ['an unknown column in the model', square, { formula: 'a + z' }, 'formula_unknown_column_nearest', { where: { column: 'z' } }],
  ['an unknown column among those chosen', line, { factor_columns: ['a', 'z'] }, 'design_unknown_factor', { where: { field: 'factor_columns', column: 'z' } }],
  ['a list without rows', 'a,b\n', {}, 'no_rows', {}],
  ['a list of which bounds leave nothing', line, { bounds: { a: [5, 6] } }, 'design_no_candidates', { where: { field: 'bounds', column: 'a' } }],
  ['a list of which constraints leave nothing', 'a,b\n1,2\n2,3\n3,1\n', { constraints: [{ weights: { a: 1 }, at_most: 0 }] }, 'design_no_candidates', {}],
  ['a factor name twice in a list', 'a,a\n1,2\n2,3\n3,1\n', {}, 'duplicate_column', { where: { column: 'a' } }],
  ['a factor name twice in a factor file', ',a,a\nmin,-1,-1\nmax,1,1\n間隔,1,1\n', {}, 'duplicate_column', { where: { column: 'a' } }],
  ['one factor under its old and its new name', '突出量,突出し量\n1,2\n2,3\n3,1\n', {}, 'design_factor_name_twice', { where: { column: '突出量' } }],
  ['no factor that varies', ',a,b\nmin,1,1\nmax,1,1\n間隔,1,1\n', {}, 'design_no_factors', {}],
  ['a step of nothing', ',a,b\nmin,0,0\nmax,1,1\n間隔,0,1\n', {}, 'optimization_factor_levels', { where: { column: 'a' } }],
  ['a brush that does not exist', ',ブラシ,a\nmin,1,0\nmax,9,1\n間隔,,1\n', {}, 'optimization_brush_code', { values: { value: '9' } }],
  ['shares that cannot add up to 1', ',a,b\nmin,0,0\nmax,0.4,0.5\n間隔,0.1,0.1\n', { factor_kinds: { a: 'mixture', b: 'mixture' } }, 'design_mixture_limits', { values: { names: ['a', 'b'] } }],
  ['nothing that could alias the model', ',a,b,c\nmin,0,0,0\nmax,1,1,1\n間隔,0.1,0.1,0.1\n', { factor_kinds: { a: 'mixture', b: 'mixture', c: 'mixture' }, objective: 'alias_optimal', model: 'quadratic' }, 'design_alias_terms', { where: { field: 'objective' } }],
  ['shares that are given and exceed the whole', ',a,b,c\nmin,0,0,0\nmax,1,1,1\n間隔,0.1,0.1,0.1\n', { factor_kinds: { a: 'mixture', b: 'mixture', c: 'mixture' }, fixed_rows: [{ a: 0.7, b: 0.5 }] }, 'design_contradictory_constraints', {}],
  ['half a mixture that is hard to change', ',a,b,c,t\nmin,0,0,0,0\nmax,1,1,1,1\n間隔,0.1,0.1,0.1,1\n', { factor_kinds: { a: 'mixture', b: 'mixture', c: 'mixture' }, hard_to_change: ['a'] }, 'design_mixture_shares', { where: { field: 'hard_to_change' } }],
];

for (const [name, table, parameters, code, expected] of refused) {
  test(`${name}: ${code}, before any search`, async () => {
    const run = mock.method(ThreadPool.prototype, 'run');
    try {
      await assert.rejects(optimize(table, { objective: 'd_optimal', num_points: 6, starts: 2, ...parameters }), (error: { code?: string; where?: object; values?: object }) => {
        assert.equal(error.code, code);
        assert.partialDeepStrictEqual({ where: error.where ?? {}, values: error.values ?? {} }, expected);
        return true;
      });
      assert.deepEqual(run.mock.calls.map(({ arguments: [task] }) => task as string).filter((task) => task === 'searchDesign'), []);
    } finally {
      run.mock.restore();
    }
  });
}
