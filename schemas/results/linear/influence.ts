import { z } from 'zod';
import { number } from './numbers.ts';

/** Rows that move the fit more than is usual, by the bounds of Belsley, Kuh & Welsch (1980) and Cook. */
export const influenceSchema = z.object({
  bounds: z.object({ leverage: number, studentized: number, cook: number, dffits: number, covratio: number.describe('of |covratio − 1|'), dfbetas: number }),
  rows: z.array(z.object({
    row: z.int(),
    flags: z.array(z.enum(['leverage', 'studentized', 'cook', 'dffits', 'covratio', 'dfbetas'])),
    covratio: number,
    dfbetas: number.describe('largest in size'),
    dfbetas_term: z.string().nullable(),
  })),
});
