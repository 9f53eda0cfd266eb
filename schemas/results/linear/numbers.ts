import { z } from 'zod';

/** A number that may not exist (no residual degrees of freedom, leverage 1, …): null, never NaN. */
export const number = z.number().nullable();
/** One value per used row. */
export const column = z.array(number);
