import { Fault } from '../../schemas/index.ts';

/** Fields of a design request by the names that the job's parameters have. */
const names: Readonly<Record<string, string>> = {
  runs: 'num_points', fixed: 'fixed_rows', wholePlots: 'hard_to_change', outerPlots: 'very_hard_to_change', centrePoints: 'centre_points', criterion: 'objective', ifPossible: 'if_possible', history: 'inputs.history',
};

/** Runs something of the design library; its faults then name the parameters of the job. */
export async function parameterOf<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const field = error.where?.field;
    const named = (value: unknown): unknown => (typeof value === 'string' ? names[value] ?? value : value);
    const values = error.values === undefined ? undefined : Object.fromEntries(Object.entries(error.values).map(([key, value]) => [key, key === 'field' || key === 'other' ? named(value) as string : value]));
    throw new Fault(error.code, error.message, { where: { ...error.where, ...(field !== undefined && { field: names[field] ?? field }) }, ...(values && { values }) });
  }
}
