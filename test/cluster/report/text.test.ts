import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { languages } from '../../../schemas/index.ts';
import { placeholdersOf, renderText } from '../../../schemas/text/render.ts';
import type { Catalogue } from '../../../schemas/text/types.ts';

const folder = new URL('../../../schemas/text/', import.meta.url);

describe('text catalogues', async () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts'))) {
    const exported = await import(new URL(file, folder).href) as Record<string, unknown>;
    for (const [name, catalogue] of Object.entries(exported)) {
      if (!isCatalogue(catalogue)) continue;
      it(`${name} (${file}) has the same keys and placeholders in every language`, () => {
        for (const language of languages) {
          assert.deepEqual(Object.keys(catalogue[language]).sort(), Object.keys(catalogue.ja).sort(), language);
          for (const [key, text] of Object.entries(catalogue[language])) {
            assert.deepEqual(placeholdersOf(text), placeholdersOf(catalogue.ja[key] ?? ''), `${language}.${key}`);
            assert.notEqual(text.trim(), '', `${language}.${key}`);
          }
        }
      });
    }
  }
});

describe('renderText', () => {
  const catalogue: Catalogue = { ja: { hello: '{name} は {n} 列: {columns}' }, en: { hello: '{name}: {n}: {columns}' }, es: { hello: '{name}: {n}: {columns}' } };

  it('fills placeholders, joins lists in the way of the language, leaves numbers plain', () => {
    const values = { name: '表', n: 12345.5, columns: ['a', 'b'] };
    assert.equal(renderText([catalogue], 'ja', 'hello', values), '表 は 12345.5 列: a、b');
    assert.equal(renderText([catalogue], 'en', 'hello', values), '表: 12345.5: a, b');
  });

  it('words a reason that is a code by the text of that code', () => {
    const refusal: Catalogue = { ja: { no: '不可：{no_{reason}}', no_a: '長い' }, en: { no: 'no: {no_{reason}}', no_a: 'too long' }, es: { no: 'no: {no_{reason}}', no_a: 'largo' } };
    assert.equal(renderText([refusal], 'ja', 'no', { reason: 'a' }), '不可：長い');
    assert.equal(renderText([refusal], 'es', 'no', { reason: 'a' }), 'no: largo');
    assert.equal(renderText([refusal], 'en', 'no', { reason: 'b' }), 'no: b');
    assert.equal(renderText([refusal], 'en', 'no'), 'no: {no_{reason}}');
  });

  it('never hides a gap: unknown codes and missing values can be seen', () => {
    assert.equal(renderText([catalogue], 'en', 'nope', { a: 1 }), '[nope: a=1]');
    assert.equal(renderText([], 'en', 'toString'), '[toString]');
    assert.equal(renderText([catalogue], 'en', 'hello', { name: '{n}', n: 1 }), '{n}: 1: {columns}');
  });
});

function isCatalogue(value: unknown): value is Catalogue {
  return typeof value === 'object' && value !== null && languages.every((language) => typeof (value as Record<string, unknown>)[language] === 'object');
}
