import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { expandFormula, Fault, formatFormula, formatTerm, modelTermsSchema, orderTerms, parseFormula, type Factor, type ModelTerms } from '../../../schemas/index.ts';

const columns = ['y', 'z', 'a', 'b', 'c', 'd', 'brush', '回転速度', '送り速度', '面粗度(Ra)後', '切込量', 'x'];

function terms(formula: string, table = { columns }): string[] {
  return expandFormula(parseFormula(formula), table).model.terms.map(formatTerm);
}

/** `attr(terms(f), "intercept")` and `"term.labels"` of R 4.2.2. */
const fromR: [string, boolean, string[]][] = [
  ['y~a*b+c', true, ['a', 'b', 'c', 'a:b']],
  ['y~a*b*c', true, ['a', 'b', 'c', 'a:b', 'a:c', 'b:c', 'a:b:c']],
  ['y~(a+b+c)^2', true, ['a', 'b', 'c', 'a:b', 'a:c', 'b:c']],
  ['y~(a+b+c)^2-a:b', true, ['a', 'b', 'c', 'a:c', 'b:c']],
  ['y~a/b', true, ['a', 'a:b']],
  ['y~(a+b)/c', true, ['a', 'b', 'a:b:c']],
  ['y~b%in%a+a', true, ['a', 'b:a']],
  ['y~a+b:a', true, ['a', 'a:b']],
  ['y~b:a+c', true, ['c', 'b:a']],
  ['y~a*b-1', false, ['a', 'b', 'a:b']],
  ['y~0+a', false, ['a']],
  ['y~a*b*c-a:b:c', true, ['a', 'b', 'c', 'a:b', 'a:c', 'b:c']],
  ['y~(a+b)*(c+d)', true, ['a', 'b', 'c', 'd', 'a:c', 'a:d', 'b:c', 'b:d']],
  ['y~a+(b+c)^3-b:c', true, ['a', 'b', 'c']],
  ['y~c+b+a:b:c+a:b', true, ['c', 'b', 'b:a', 'c:b:a']],
  ['y~a/b/c', true, ['a', 'a:b', 'a:b:c']],
  ['y~a:(b+c)+d', true, ['d', 'a:b', 'a:c']],
  ['y~(a+b+c)^2-(a+b)^2', true, ['c', 'a:c', 'b:c']],
  ['y~a*b%in%c', true, ['a', 'b:c', 'a:b:c']],
  ['y~-1+a', false, ['a']],
  ['y~a-a', true, []],
  ['y~1', true, []],
  ['y~I(a^2)+a*b+I(a^2):b', true, ['I(a^2)', 'a', 'b', 'a:b', 'I(a^2):b']],
  ['y~a%in%b:c', true, ['a:b:c']],
  ['y~(a+b):(b+c)', true, ['b', 'a:b', 'a:c', 'b:c']],
];

describe('a formula multiplies out as in R', () => {
  for (const [formula, intercept, labels] of fromR) {
    test(formula, () => {
      // R writes the factors of a product in the order of the whole formula, we in that of the terms that are left
      const sorted = (labelsOf: string[]): string[] => labelsOf.map((label) => label.split(':').sort().join(':'));
      assert.deepEqual(sorted(terms(formula)), sorted(labels));
      assert.equal(expandFormula(parseFormula(formula), { columns }).model.intercept, intercept);
    });
  }
});

describe('a formula', () => {
  test('names several targets', () => {
    assert.deepEqual(expandFormula(parseFormula('y + z ~ a'), { columns }).targets, ['y', 'z']);
  });

  test('takes Japanese names bare, names with signs in backticks, and full-width operators', () => {
    const { targets, model } = expandFormula(parseFormula('`面粗度(Ra)後` ～ 回転速度＊送り速度＋Ｉ（切込量＾２）'.replace('Ｉ', 'I').replace('２', '2')), { columns });
    assert.deepEqual(targets, ['面粗度(Ra)後']);
    assert.deepEqual(model.terms.map(formatTerm), ['回転速度', '送り速度', 'I(切込量^2)', '回転速度:送り速度']);
  });

  test('. stands for the usable columns without the targets', () => {
    assert.deepEqual(terms('y ~ .', { columns: ['y', 'a', 'b'] }), ['a', 'b']);
    assert.deepEqual(terms('y ~ .^2 - b', { columns: ['y', 'a', 'b', 'c'] }), ['a', 'c', 'a:b', 'a:c', 'c:b']);
    const { model } = expandFormula(parseFormula('y ~ .'), { columns, usable: ['a', 'x'] });
    assert.deepEqual(model.terms.map(formatTerm), ['a', 'x']);
  });

  test('holds powers, quotients, polynomials, functions, contrasts and offsets', () => {
    const { model } = expandFormula(parseFormula('y ~ I(a^2*b) + I(1/x) + I(a/c) + poly(x, 3) + poly(x, 2, raw = TRUE) + log(a) + scale(b) + C(brush, sum) + C(d, treatment, "A 13") + offset(log(c))'), { columns });
    assert.deepEqual(model.terms, [
      [{ kind: 'function', function: 'reciprocal', column: 'x' }],
      [{ kind: 'poly', column: 'x', degree: 3, raw: false }],
      [{ kind: 'poly', column: 'x', degree: 2, raw: true }],
      [{ kind: 'function', function: 'log', column: 'a' }],
      [{ kind: 'function', function: 'standardize', column: 'b' }],
      [{ kind: 'categorical', column: 'brush', contrast: { kind: 'sum' } }],
      [{ kind: 'categorical', column: 'd', contrast: { kind: 'treatment', reference: 'A 13' } }],
      [{ kind: 'power', column: 'a', exponent: 2 }, { kind: 'column', column: 'b' }],
      [{ kind: 'column', column: 'a' }, { kind: 'function', function: 'reciprocal', column: 'c' }],
    ]);
    assert.deepEqual(model.offsets, [{ kind: 'function', function: 'log', column: 'c' }]);
  });

  test('holds a contrast matrix with levels in order', () => {
    const { model } = expandFormula(parseFormula('y ~ C(brush, [[1, 0], [0, 1], [-1, -1]], levels = [A13, "A 11", 21])'), { columns });
    assert.deepEqual(model.terms[0], [{ kind: 'categorical', column: 'brush', contrast: { kind: 'custom', matrix: [[1, 0], [0, 1], [-1, -1]], levels: ['A13', 'A 11', '21'] } }]);
  });
});

describe('a formula that cannot be read names the character', () => {
  const cases: [string, string, number, Record<string, unknown>?][] = [
    ['y ~ a + ', 'formula_ends_early', 9],
    ['y ~ a ++', 'formula_unexpected_wanted', 8],
    ['y a', 'formula_unexpected_wanted', 3],
    ['', 'formula_ends_early', 1],
    ['y ~ a ? b', 'formula_unexpected_character', 7, { character: '?' }],
    ['y ~ `a', 'formula_unclosed_quote', 5],
    ['y ~ x^2', 'formula_power_of_column', 6, { name: 'x', exponent: 2 }],
    ['y ~ 2*a', 'formula_number', 5],
    ['y ~ (a + b', 'formula_ends_early', 11],
    ['y ~ a) + b', 'formula_unexpected', 6],
    ['y ~ (a+b)^0.5', 'formula_integer', 11],
    ['y ~ I(a + b)', 'formula_sum_in_I', 9],
    ['y ~ lgo(a)', 'formula_unknown_function', 5, { nearest: 'log' }],
    ['y ~ 面粗度(Ra)後', 'formula_unknown_function', 5],
    ['log(y) ~ a', 'formula_target_function', 1],
    ['y ~ C(brush, sums)', 'formula_unknown_contrast', 14],
    ['y ~ a:offset(b)', 'formula_offset', 7],
    ['y ~ offset(poly(a, 2))', 'formula_offset', 12],
    ['y ~ poly(a)', 'formula_unexpected_wanted', 11],
    ['y ~ a + bruch', 'formula_unknown_column_nearest', 9, { nearest: 'brush' }],
    ['y ~ a + y', 'formula_target_is_term', 1],
    ['y ~ (a+b+c+d+x+brush+回転速度+送り速度+切込量+z)^12', 'ok', 0],
    [`y ~ ${'('.repeat(3000)}a`, 'formula_too_deep', 0],
    [`y ~ ${'a+'.repeat(20000)}a`, 'formula_too_long', 0],
  ];
  for (const [formula, code, position, values] of cases) {
    test(`${formula.slice(0, 40)}: ${code}`, () => {
      const read = (): unknown => expandFormula(parseFormula(formula), { columns });
      if (code === 'ok') return assert.doesNotThrow(read);
      assert.throws(read, (error: unknown) => {
        assert.ok(error instanceof Fault, String(error));
        assert.equal(error.code, code, error.message);
        assert.equal(error.where.field, 'parameters.formula');
        if (position > 0) assert.equal(error.values['position'], position, error.message);
        for (const [name, value] of Object.entries(values ?? {})) assert.equal(error.values[name], value);
        return true;
      });
    });
  }

  test('whatever is typed: a Fault or a model, never another error', () => {
    const piece = fc.constantFrom('a', 'b', '`a b`', '~', '+', '-', '*', '/', ':', '^', '2', '0', '1', '(', ')', 'I(', 'poly(', 'C(', 'log(', ',', '.', '%in%', '[', ']', '"', 'offset(', ' ', '＋', '=');
    fc.assert(fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      try {
        expandFormula(parseFormula(pieces.join('')), { columns: ['a', 'b', 'a b'] });
      } catch (error) {
        assert.ok(error instanceof Fault, `${pieces.join('')}: ${String(error)}`);
      }
    }), { seed: 20261124, numRuns: 3000 });
  });
});

describe('canonical text', () => {
  const name = fc.constantFrom('a', 'b', '回転速度', '面粗度(Ra)後', 'a b', 'a:b', '1st', '`', 'I(x)', 'poly');
  const level = fc.constantFrom('A13', 'A 11', '21', '-1', '"', 'はい');
  const levels = fc.option(fc.uniqueArray(level, { minLength: 2, maxLength: 4 }), { nil: undefined });
  const kindOnly = fc.record({ kind: fc.constantFrom('sum' as const, 'helmert' as const, 'polynomial' as const), levels }, { requiredKeys: ['kind'] });
  const contrast = fc.oneof(kindOnly,
    fc.record({ kind: fc.constant('treatment' as const), reference: level, levels }, { requiredKeys: ['kind'] }),
    fc.record({ kind: fc.constant('custom' as const), matrix: fc.array(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0), { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 3 }), levels }, { requiredKeys: ['kind', 'matrix'] }));
  const factor = fc.oneof(
    fc.record({ kind: fc.constant('column' as const), column: name }),
    fc.record({ kind: fc.constant('power' as const), column: name, exponent: fc.constantFrom(-10, -2, 2, 3, 30) }),
    fc.record({ kind: fc.constant('function' as const), function: fc.constantFrom('log' as const, 'log10' as const, 'sqrt' as const, 'exp' as const, 'reciprocal' as const, 'standardize' as const, 'center' as const), column: name }),
    fc.record({ kind: fc.constant('poly' as const), column: name, degree: fc.integer({ min: 1, max: 20 }), raw: fc.boolean() }),
    fc.record({ kind: fc.constant('categorical' as const), column: name, contrast: fc.option(contrast, { nil: null }) }),
  ) as fc.Arbitrary<Factor>;

  test('reads back as the same model', () => {
    fc.assert(fc.property(fc.record({ intercept: fc.boolean(), terms: fc.array(fc.array(factor, { minLength: 1, maxLength: 3 }), { maxLength: 5 }), offsets: fc.constant<Factor[]>([{ kind: 'column', column: 'z' }]) }), (written: ModelTerms) => {
      const model = modelTermsSchema.parse(JSON.parse(JSON.stringify(orderTerms(written))));
      const text = formatFormula(['y', 'a(b)'], model);
      const all = ['y', 'a(b)', 'z', 'a', 'b', '回転速度', '面粗度(Ra)後', 'a b', 'a:b', '1st', '`', 'I(x)', 'poly'];
      const back = expandFormula(parseFormula(text), { columns: all });
      assert.deepEqual(JSON.parse(JSON.stringify(back.model)), model, text);
      assert.deepEqual(back.targets, ['y', 'a(b)']);
      assert.equal(formatFormula(back.targets, back.model), text);
    }), { seed: 20261124, numRuns: 1500 });
  });
});
