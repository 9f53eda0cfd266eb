import type { FaultValues } from '../fault.ts';
import type { Catalogue, Language } from './types.ts';

const listSeparator: Readonly<Record<Language, string>> = { ja: '、', en: ', ', es: ', ' };

/**
 * The user's text of a code. Looks through the catalogues in order and fills `{placeholders}`: lists are joined, numbers
 * stay plain; `{filename_{reason}}` becomes the text of the code `filename_…` in the same catalogue. Never silent about a gap: an unknown code becomes `[code: name=value …]`, a missing value stays `{name}`.
 */
export function renderText(catalogues: readonly Catalogue[], language: Language, code: string, values: FaultValues = {}): string {
  const own = catalogues.find((catalogue) => Object.hasOwn(catalogue[language], code))?.[language];
  const template = own?.[code];
  if (own === undefined || template === undefined) return unknownCode(code, values);
  return template.replace(/\{(?:(\w+_)\{(\w+)\}|(\w+))\}/g, (placeholder, prefix: string | undefined, choice: string | undefined, name: string | undefined) => {
    const key = choice ?? name ?? '';
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    if (value === undefined) return placeholder;
    const text = format(value, language);
    return prefix !== undefined && Object.hasOwn(own, prefix + text) ? own[prefix + text] ?? text : text;
  });
}

/** @returns names of the placeholders of a template, sorted, each once */
export function placeholdersOf(template: string): string[] {
  return [...new Set([...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''))].sort();
}

function format(value: FaultValues[string], language: Language): string {
  return Array.isArray(value) ? value.join(listSeparator[language]) : String(value);
}

function unknownCode(code: string, values: FaultValues): string {
  const known = Object.entries(values).map(([name, value]) => `${name}=${String(value)}`);
  return known.length === 0 ? `[${code}]` : `[${code}: ${known.join(' ')}]`;
}
