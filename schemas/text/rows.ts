import { languages, type Catalogue, type Language } from './types.ts';

/** key, ja, en, es: the languages of a text beside each other. */
export type TextRow = readonly [key: string, ja: string, en: string, es: string];

export function catalogueOfRows(rows: readonly TextRow[]): Catalogue {
  return Object.fromEntries(languages.map((language, at) => [language, Object.fromEntries(rows.map((row) => [row[0], row[at + 1] ?? '']))])) as Record<Language, Record<string, string>>;
}
