import type { FaultValues } from '../../../schemas/index.ts';

/** Whoever needs texts only. */
export interface Worded {
  text: (code: string, values?: FaultValues) => string;
}
