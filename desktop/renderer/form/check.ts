import { Fault, type JobType } from '../../../schemas/index.ts';
import type { Field, Values } from './schema.ts';

/** What the server would refuse and can be told at once, by field. */
export function checkValues(jobType: JobType, fields: readonly Field[], values: Values, labelOf: (path: string) => string): Fault[] {
  const faults = fields.flatMap((field) => {
    const value = values[field.path];
    const name = labelOf(field.path).replace(/[:：]$/, '');
    if (field.kind === 'json' && typeof value === 'string') return [new Fault('ui_json_invalid', `${field.path} is not JSON`, { where: { field: field.path }, values: { field: name } })];
    if (typeof value === 'number' && ((field.low !== null && value < field.low) || (field.high !== null && value > field.high))) {
      return [new Fault('ui_out_of_range', `${field.path} is out of range`, { where: { field: field.path }, values: { field: name, low: field.low ?? '−∞', high: field.high ?? '∞' } })];
    }
    return [];
  });
  if (jobType === 'linear_analysis' && isEmpty(values['target_columns']) && !(typeof values['formula'] === 'string' && values['formula'].includes('~'))) faults.push(new Fault('ui_choose_target', 'no target', { where: { field: 'target_columns' } }));
  if (jobType === 'classification' && !values['target_column']) faults.push(new Fault('ui_choose_target', 'no target', { where: { field: 'target_column' } }));
  if (Array.isArray(values['pareto_objectives']) && values['pareto_objectives'].length === 1) faults.push(new Fault('pareto_one_objective', 'one objective', { where: { field: 'pareto_objectives' } }));
  return faults;
}

function isEmpty(value: unknown): boolean {
  return !Array.isArray(value) || value.length === 0;
}
