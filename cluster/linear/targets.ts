import { Fault, parseFormula, type LinearAnalysisParameters } from '../../schemas/index.ts';
import { resolveColumn } from '../dataset/index.ts';
import type { Table } from '../table/index.ts';

/** A column to explain, as the user named it: it may still turn out to be missing. */
export interface TargetName {
  name: string;
  /** parameter that names it */
  field: string;
}

/**
 * The targets, named in exactly one way: `target_column`, `target_columns` or the left side of the formula (which may repeat
 * what target_column says). @throws Fault `no_target`, `model_conflict`, `duplicate_target`, `formula_…`
 */
export function targetNames(table: Table, { target_column, target_columns, formula }: LinearAnalysisParameters): TargetName[] {
  const left = formula === null ? [] : parseFormula(formula).targets;
  if (target_column !== null && target_columns.length > 0) throw conflict('target_column', 'target_columns');
  if (target_columns.length > 0 && left.length > 0) throw conflict('formula', 'target_columns');
  if (target_column !== null && left.length > 0 && !left.every((name) => same(table, name, target_column))) throw conflict('formula', 'target_column', { left: left.join(' + '), target: target_column });
  const names = target_column !== null ? [{ name: target_column, field: 'parameters.target_column' }]
    : target_columns.length > 0 ? target_columns.map((name, index) => ({ name, field: `parameters.target_columns.${index}` }))
      : left.map((name) => ({ name, field: 'parameters.formula' }));
  if (names.length === 0) throw new Fault('no_target', 'no target is named', { where: { field: 'parameters.target_column' } });
  names.forEach(({ name, field }, index) => {
    if (names.slice(0, index).some((earlier) => same(table, earlier.name, name))) throw new Fault('duplicate_target', `${name} is named twice`, { where: { field, column: name }, values: { name } });
  });
  return names;
}

function same(table: Table, first: string, second: string): boolean {
  const column = resolveColumn(table, first);
  return first === second || (column !== undefined && column === resolveColumn(table, second));
}

function conflict(first: string, second: string, values: Record<string, string> = {}): Fault {
  return new Fault('model_conflict', `${first} and ${second} do not go together`, { where: { field: `parameters.${first}` }, values: { first, second, ...values } });
}
