import type { Context } from 'koa';
import { z } from 'zod';
import type { FaultValues, Language } from '../../schemas/index.ts';
import { catalogues, renderText } from '../../schemas/text/index.ts';

/** English when nothing is asked for; the order decides between equals. */
const offered: Language[] = ['en', 'ja', 'es'];

export function languageOf(ctx: Context): Language {
  const accepted = ctx.acceptsLanguages(offered);
  return offered.find((language) => language === accepted) ?? 'en';
}

/** How zod words what is wrong with a value. */
const wordings: Readonly<Record<Language, z.core.$ZodErrorMap>> = {
  en: z.locales.en().localeError,
  ja: z.locales.ja().localeError,
  es: z.locales.es().localeError,
};

export function wordingOf(language: Language): z.core.$ZodErrorMap {
  return wordings[language];
}

/** @returns the text of a code, or undefined when no catalogue has it */
export function textOf(language: Language, code: string, values: FaultValues = {}): string | undefined {
  return catalogues.some((catalogue) => Object.hasOwn(catalogue[language], code)) ? renderText(catalogues, language, code, values) : undefined;
}
