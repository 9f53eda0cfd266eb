import { z } from 'zod';
import { contrastSchema } from './contrasts.ts';

/** The right-hand side of a model as data. A formula (formula/) is only another way to write it. */

const column = z.string().min(1).max(255);

export const columnFunctions = ['log', 'log10', 'sqrt', 'exp', 'reciprocal', 'standardize', 'center'] as const;
export type ColumnFunction = (typeof columnFunctions)[number];

/** Powers beyond these overflow on ordinary data long before they explain anything. */
export const powerLimits = { lowest: -10, highest: 30 } as const;
export const highestDegree = 20;

export const factorSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('column'), column }).meta({ description: 'Number or date: the value; text: the levels, coded by the contrast of the column' }),
  z.strictObject({ kind: z.literal('power'), column, exponent: z.int().min(powerLimits.lowest).max(powerLimits.highest) }).meta({ description: 'I(x^k)' }),
  z.strictObject({ kind: z.literal('function'), function: z.enum(columnFunctions), column }),
  z.strictObject({ kind: z.literal('poly'), column, degree: z.int().min(1).max(highestDegree), raw: z.boolean().default(false) })
    .meta({ description: 'Polynomial of one column: orthonormal on the used rows, or raw powers' }),
  z.strictObject({ kind: z.literal('categorical'), column, contrast: contrastSchema.nullable().default(null) })
    .meta({ description: 'Levels of a column of any kind, with a contrast of its own or (null) that of the column' }),
]);
export type Factor = z.infer<typeof factorSchema>;

/** A term is the product of its factors: one factor is a main effect, more are an interaction. */
export const modelTermSchema = z.array(factorSchema).min(1).max(12);
export type Term = z.infer<typeof modelTermSchema>;

export const modelTermsSchema = z.strictObject({
  intercept: z.boolean().default(true),
  terms: z.array(modelTermSchema).max(5000),
  offsets: z.array(factorSchema).max(10).default([]).meta({ description: 'Numeric factors that enter with the coefficient 1' }),
}).meta({ id: 'ModelTerms', description: 'Right-hand side of the model as data' });
export type ModelTerms = z.infer<typeof modelTermsSchema>;

const keys = new WeakMap<Factor, string>();

/** Equal for factors that mean the same. */
export function factorKey(factor: Factor): string {
  // multiplying a formula out asks for the same few keys tens of thousands of times
  const known = keys.get(factor) ?? keyOf(factor);
  keys.set(factor, known);
  return known;
}

function keyOf(factor: Factor): string {
  switch (factor.kind) {
    case 'column': return JSON.stringify(['column', factor.column]);
    case 'power': return JSON.stringify(['power', factor.column, factor.exponent]);
    case 'function': return JSON.stringify(['function', factor.function, factor.column]);
    case 'poly': return JSON.stringify(['poly', factor.column, factor.degree, factor.raw]);
    case 'categorical': return JSON.stringify(['categorical', factor.column, factor.contrast]);
  }
}

/** Equal for terms that mean the same, whatever the order of their factors. */
export function termKey(term: Term): string {
  return term.map(factorKey).sort().join('*');
}

/** A product written as one term: equal factors once (x:x is x), powers of 0 and 1 and −1 as what they are. */
export function tidyTerm(term: Term): Term {
  const seen = new Map<string, Factor>();
  for (const factor of term) {
    const tidy: Factor = factor.kind !== 'power' ? factor
      : factor.exponent === 1 ? { kind: 'column', column: factor.column }
        : factor.exponent === -1 ? { kind: 'function', function: 'reciprocal', column: factor.column } : factor;
    if (tidy.kind === 'power' && tidy.exponent === 0) continue;
    seen.set(factorKey(tidy), seen.get(factorKey(tidy)) ?? tidy);
  }
  return [...seen.values()];
}

/**
 * The order every model is brought to, as in S and R: terms by number of factors, else as written; the factors of a term by
 * their first appearance. Equal terms are kept once.
 */
export function orderTerms(model: ModelTerms): ModelTerms {
  const terms = new Map<string, Term>();
  for (const term of model.terms.map(tidyTerm)) if (term.length > 0 && !terms.has(termKey(term))) terms.set(termKey(term), term);
  const byOrder = [...terms.values()].sort((a, b) => a.length - b.length);
  const rank = new Map<string, number>();
  for (const factor of byOrder.flat()) if (!rank.has(factorKey(factor))) rank.set(factorKey(factor), rank.size);
  const place = (factor: Factor): number => rank.get(factorKey(factor)) ?? 0;
  const ordered = byOrder.map((term) => [...term].sort((a, b) => place(a) - place(b)));
  return { intercept: model.intercept, terms: ordered, offsets: [...new Map(model.offsets.map((factor) => [factorKey(factor), factor])).values()] };
}

/** Columns that a model reads, each once, in order of appearance. */
export function columnsOf(model: ModelTerms): string[] {
  return [...new Set([...model.terms.flat(), ...model.offsets].map((factor) => factor.column))];
}
