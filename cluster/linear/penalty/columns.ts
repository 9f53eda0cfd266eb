import type { PenaltyParameters } from '../../../schemas/index.ts';
import type { Column } from '../../table/index.ts';
import type { DesignPlan } from '../model/index.ts';
import { termsNamed } from '../named-terms.ts';

/** What a penalty is on, by design column, the constant included. */
export interface PenaltyColumns {
  /** terms that are left alone */
  free: number[];
  /** their columns */
  unpenalized: number[];
  /** number of the term of each column; null: each column alone */
  groupOf: number[] | null;
}

/** @throws Fault `term_not_in_model` */
export function penaltyColumns({ unpenalized, groups }: PenaltyParameters, plan: DesignPlan, column: (name: string) => Column): PenaltyColumns {
  const free = termsNamed(unpenalized, plan, column, 'parameters.penalty.unpenalized');
  return { free, unpenalized: free.flatMap((term) => plan.terms[term]?.columns ?? []), groupOf: groups === 'terms' ? plan.columns.map(({ term }) => term) : null };
}
