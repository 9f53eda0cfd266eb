import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { expandFormula, formatTerm, missingParents, parseFormula, presetTerms, type PresetColumn } from '../../../schemas/index.ts';

const columns: PresetColumn[] = [
  { name: 'speed', categorical: false, distinct: 9 },
  { name: 'up', categorical: false, distinct: 2 },
  { name: 'brush', categorical: true, distinct: 4 },
];

describe('presets', () => {
  test('main: every column', () => {
    assert.deepEqual(presetTerms('main', columns).terms.map(formatTerm), ['speed', 'up', 'brush']);
  });
  test('interactions: and every product of two', () => {
    assert.deepEqual(presetTerms('interactions', columns).terms.map(formatTerm), ['speed', 'up', 'brush', 'speed:up', 'speed:brush', 'up:brush']);
  });
  test('quadratic: and the square of a number with three values or more', () => {
    assert.deepEqual(presetTerms('quadratic', columns).terms.map(formatTerm), ['speed', 'up', 'brush', 'I(speed^2)', 'speed:up', 'speed:brush', 'up:brush']);
  });
  for (const preset of ['main', 'interactions', 'quadratic'] as const) {
    test(`${preset} keeps the hierarchy`, () => {
      assert.deepEqual(missingParents(presetTerms(preset, columns), (factor) => factor.column === 'brush'), []);
    });
  }
});

describe('hierarchy', () => {
  const missing = (formula: string): Record<string, string[]> => {
    const { model } = expandFormula(parseFormula(formula), { columns: ['y', 'a', 'b', 'brush', 'material'] });
    const found = missingParents(model, (factor) => factor.column === 'brush' || factor.column === 'material');
    return Object.fromEntries(found.map(({ term, parents }) => [formatTerm(term), parents.map(formatTerm)]));
  };
  test('a product without its main effects is told with them', () => {
    assert.deepEqual(missing('y ~ a:b'), { 'a:b': ['b', 'a'] });
  });
  test('a power without the lower powers is told with them', () => {
    assert.deepEqual(missing('y ~ I(a^3)'), { 'I(a^3)': ['a', 'I(a^2)'] });
    assert.deepEqual(missing('y ~ a + I(a^2)'), {});
  });
  test('nesting in a factor is complete, a slope within levels without the levels is not', () => {
    assert.deepEqual(missing('y ~ brush/material'), {});
    assert.deepEqual(missing('y ~ a + brush:a'), { 'a:brush': ['brush'] });
  });
});
