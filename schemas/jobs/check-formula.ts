import { Fault } from '../fault.ts';
import { expandFormula, parseFormula } from '../model/index.ts';
import type { JobType } from './parameters.ts';

/**
 * What is wrong with the formula among the parameters as far as the text alone says, by the parser of the job: names are
 * taken for columns, since the table is not read yet. @returns the fault with its position, undefined where there is none
 */
export function formulaFaultOf(jobType: JobType, parameters: Readonly<Record<string, unknown>>): Fault | undefined {
  const { formula } = parameters;
  if (typeof formula !== 'string') return undefined;
  // a design has no target: its job puts the ~ in front
  const added = jobType === 'optimization' && !formula.includes('~') ? '~ ' : '';
  try {
    const parsed = parseFormula(added + formula);
    expandFormula(parsed, { columns: [...parsed.places.keys()], usable: [], resolve: (name) => name });
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { position } = error.values;
    if (typeof position !== 'number') return error;
    return new Fault(error.code, error.message, { where: error.where, values: { ...error.values, position: Math.max(1, position - added.length) } });
  }
}
