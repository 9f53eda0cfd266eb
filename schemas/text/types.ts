export const languages = ['ja', 'en', 'es'] as const;
export type Language = (typeof languages)[number];

/** One domain's texts: the same keys in every language; `{name}` is a placeholder. */
export type Catalogue = Readonly<Record<Language, Readonly<Record<string, string>>>>;
