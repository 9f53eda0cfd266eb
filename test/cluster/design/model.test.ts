import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, designModel, encode, modelRow } from '../../../cluster/design/index.ts';
import type { DesignFactor } from '../../../cluster/design/index.ts';
import { orthonormalContrasts } from '../../../cluster/design/factors.ts';
import type { ModelTerms, Term } from '../../../schemas/index.ts';

const factors: DesignFactor[] = [
  { kind: 'continuous', name: 'speed', low: 1000, high: 8000 },
  { kind: 'discrete', name: 'passes', levels: [1, 2, 3] },
  { kind: 'categorical', name: 'brush', levels: ['A13', 'A11', 'A21', 'A32'] },
  { kind: 'categorical', name: 'cut', levels: ['up', 'down'] },
];
const column = (name: string): Term[number] => ({ kind: 'column', column: name });
const terms = (list: Term[], intercept = true): ModelTerms => ({ intercept, terms: list, offsets: [] });
const names = (model: ModelTerms): string[] => designModel(factors, model).columns.map(({ name }) => name);

test('settings are coded from the declared limits and come back as they were', () => {
  assert.deepEqual(encode(factors, { speed: 1000, passes: 2, brush: 'A21', cut: 'down' }, 1), [-1, 0, 2, 1]);
  assert.deepEqual(encode(factors, { speed: 8000, passes: 3, brush: 'A13', cut: 'up' }, 1), [1, 1, 0, 0]);
  assert.equal(encode(factors, { speed: 9000, passes: 2.5, brush: 'A13', cut: 'up' }, 1)[1], 0.5);
  const settings = { speed: 2345.6, passes: 3, brush: 'A32', cut: 'up' };
  const back = decode(factors, encode(factors, settings, 1));
  assert.ok(Math.abs(back['speed'] as number - 2345.6) < 1e-9);
  assert.deepEqual({ ...back, speed: 2345.6 }, settings);
});

test('contrasts sum to zero, are orthogonal and have mean square one', () => {
  assert.deepEqual([...orthonormalContrasts(2)].map((v) => Number(v.toFixed(12))), [-1, 1]);
  for (const levels of [2, 3, 4, 7]) {
    const z = orthonormalContrasts(levels);
    for (let a = 0; a < levels - 1; a++) {
      const at = (i: number, j: number): number => z[i * (levels - 1) + j] as number;
      const rows = Array.from({ length: levels }, (_, i) => i);
      assert.ok(Math.abs(rows.reduce((sum, i) => sum + at(i, a), 0)) < 1e-12);
      for (let b = 0; b <= a; b++) assert.ok(Math.abs(rows.reduce((sum, i) => sum + at(i, a) * at(i, b), 0) / levels - (a === b ? 1 : 0)) < 1e-12);
    }
  }
});

test('terms become products of powers and contrasts', () => {
  assert.deepEqual(names(terms([[column('speed')], [{ kind: 'power', column: 'speed', exponent: 2 }], [column('brush')], [column('speed'), column('brush')]])), [
    '1', 'speed', 'speed^2', 'brush[1]', 'brush[2]', 'brush[3]', 'speed:brush[1]', 'speed:brush[2]', 'speed:brush[3]',
  ]);
  assert.deepEqual(names(terms([[{ kind: 'poly', column: 'speed', degree: 3, raw: true }]])), ['1', 'speed', 'speed^2', 'speed^3']);
  assert.deepEqual(names(terms([[column('passes')], [{ kind: 'categorical', column: 'passes', contrast: null }]])), ['1', 'passes', 'passes[1]', 'passes[2]']);
  assert.deepEqual(names(terms([[column('speed'), { kind: 'power', column: 'speed', exponent: 2 }]])), ['1', 'speed^3']);
});

test('a category whose margin is missing is coded in full', () => {
  assert.deepEqual(names(terms([[column('cut')], [column('brush')]], false)), ['1', 'cut[1]', 'brush[1]', 'brush[2]', 'brush[3]']);
  assert.deepEqual(names(terms([[column('speed'), column('cut')]])), ['1', 'speed', 'speed:cut[1]']);
});

test('a model row is what its columns say', () => {
  const model = designModel(factors, terms([[column('speed')], [column('cut')], [column('speed'), column('cut')], [{ kind: 'power', column: 'passes', exponent: 2 }]]));
  assert.deepEqual([...modelRow(model, [0.5, -1, 3, 0])].map((v) => Number(v.toFixed(12))), [1, 0.5, -1, 1, -0.5]);
});

test('what has no place in a design is refused by name', () => {
  const refused: [Term[number], string][] = [
    [{ kind: 'function', function: 'log', column: 'speed' }, 'log(speed)'], [{ kind: 'poly', column: 'speed', degree: 2, raw: false }, 'poly(speed, 2)'],
    [{ kind: 'power', column: 'speed', exponent: -2 }, 'I(speed^-2)'], [{ kind: 'categorical', column: 'speed', contrast: null }, 'C(speed)'],
    [{ kind: 'power', column: 'brush', exponent: 2 }, 'I(brush^2)'], [{ kind: 'categorical', column: 'brush', contrast: { kind: 'sum' } }, 'C(brush)'],
  ];
  for (const [factor, term] of refused) assert.throws(() => designModel(factors, terms([[factor]])), { code: 'design_term_unsupported', values: { term } });
  assert.throws(() => designModel(factors, terms([[column('feed')]])), { code: 'design_unknown_factor', values: { name: 'feed', known: ['speed', 'passes', 'brush', 'cut'] } });
  assert.throws(() => designModel(factors, { ...terms([[column('speed')]]), offsets: [column('passes')] }), { code: 'design_term_unsupported' });
  assert.throws(() => designModel(factors, terms([], false)), { code: 'design_no_terms' });
});
