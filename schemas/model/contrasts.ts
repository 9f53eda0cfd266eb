import { z } from 'zod';

/**
 * How the levels of a categorical column become numbers (Venables & Ripley 2002, §6.2). `levels` fixes which level comes
 * first, second, …; without it levels are sorted (as numbers when all are numbers, else by code point), so the order of
 * the rows never matters.
 */
const levels = z.array(z.string().min(1).max(255)).min(2).max(1000).optional().meta({ description: 'Order of the levels; sorted when absent' });

const kinds = {
  treatment: z.strictObject({
    kind: z.literal('treatment'),
    reference: z.string().min(1).max(255).optional().meta({ description: 'Level that the others are compared with; the most frequent when absent' }),
    levels,
  }),
  sum: z.strictObject({ kind: z.literal('sum'), levels }).meta({ description: 'Each level but the last against the mean of all levels' }),
  helmert: z.strictObject({ kind: z.literal('helmert'), levels }).meta({ description: 'Each level against the mean of those before it' }),
  polynomial: z.strictObject({ kind: z.literal('polynomial'), levels }).meta({ description: 'Linear, quadratic, … trend over equidistant levels' }),
  custom: z.strictObject({
    kind: z.literal('custom'),
    matrix: z.array(z.array(z.number()).min(1).max(1000)).min(2).max(1000).meta({ description: 'One row per level, one column per coefficient; with the constant it must have full rank' }),
    labels: z.array(z.string().min(1).max(255)).min(1).max(1000).optional(),
    levels,
  }),
};

export const contrastSchema = z.discriminatedUnion('kind', [kinds.treatment, kinds.sum, kinds.helmert, kinds.polynomial, kinds.custom]);
export type Contrast = z.infer<typeof contrastSchema>;

export const contrastNames = ['treatment', 'sum', 'helmert', 'polynomial'] as const;

/** The parameter: a name, or the whole contrast. */
export const contrastChoiceSchema = z.union([z.enum(contrastNames), contrastSchema]).meta({ id: 'Contrast' });
export type ContrastChoice = z.infer<typeof contrastChoiceSchema>;

export function contrastOf(choice: ContrastChoice): Contrast {
  return typeof choice === 'string' ? { kind: choice } : choice;
}
