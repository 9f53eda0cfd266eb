import { Fault, type NonlinearAnalysisParameters } from '../../../schemas/index.ts';
import { resolveColumn } from '../../dataset/index.ts';
import type { Column, Table } from '../../table/index.ts';
import type { Distribution } from '../../tuning/index.ts';
import type { TargetData } from '../data.ts';

/** One thing that a search varies: a number, or which of the settings seen together (brush, material, yes/no columns) is used. */
export type Variable =
  | { readonly kind: 'number'; readonly column: string; readonly low: number; readonly high: number; readonly step: number | null }
  | { readonly kind: 'settings'; readonly columns: readonly string[]; readonly choices: readonly (readonly number[])[] };

/** A column with more values than this is a number, else one of the settings that occur together. */
const FEWEST_VALUES = 3;

/**
 * What a search may vary: every feature of the targets within the data of all of them. Numbers that are whole in the data stay whole; text and columns of
 * one or two values are taken in the combinations in which the data has them, because others (two brushes at once) may not exist.
 * @throws Fault `column_not_found`, `search_not_a_factor`, `search_limits` naming the field
 */
export function variablesOf(table: Table, targets: readonly TargetData[], { pareto_factors }: Pick<NonlinearAnalysisParameters, 'pareto_factors'>): Variable[] {
  const features = new Map(targets.flatMap((data) => data.features.map((column) => [column.name, column] as const)));
  const given = new Map(pareto_factors.map((factor, index) => {
    const field = `parameters.pareto_factors.${index}`;
    const column = features.get(resolveColumn(table, factor.column)?.name ?? '');
    if (column === undefined) throw new Fault('search_not_a_factor', `${factor.column} is no feature of the models`, { where: { field: `${field}.column`, column: factor.column }, values: { name: factor.column, columns: [...features.keys()] } });
    if (column.kind === 'text') throw new Fault('term_not_numeric', `${column.name} is not numeric`, { where: { field: `${field}.column`, column: column.name }, values: { name: column.name } });
    return [column.name, { ...factor, field }] as const;
  }));
  const numbers: Variable[] = [];
  const together: Column[] = [];
  for (const column of features.values()) {
    const own = given.get(column.name);
    const values = valuesOf(column, targets);
    if (own === undefined && (column.kind === 'text' || new Set(values.all).size < FEWEST_VALUES)) {
      together.push(column);
      continue;
    }
    const [low, high] = [own?.low ?? values.low, own?.high ?? values.high];
    const step = own?.step ?? (values.all.every(Number.isInteger) && Number.isInteger(low) && Number.isInteger(high) ? 1 : null);
    if (low > high) throw new Fault('search_limits', `the limits of ${column.name} are out of order`, { where: { field: own?.field ?? 'parameters.pareto_factors', column: column.name }, values: { name: column.name, low, high } });
    // the last step may not reach the limit
    numbers.push({ kind: 'number', column: column.name, low, high: step === null ? high : low + Math.floor((high - low) / step + 1e-9) * step, step });
  }
  return together.length === 0 ? numbers : [...numbers, { kind: 'settings', columns: together.map(({ name }) => name), choices: combinationsOf(together, targets) }];
}

/** Values in the rows of any target, and the limits that every target's rows reach. */
function valuesOf(column: Column, targets: readonly TargetData[]): { all: number[]; low: number; high: number } {
  const own = targets.filter((data) => data.features.some(({ name }) => name === column.name)).map((data) => Array.from(data.used, (row) => column.values[row] as number).filter((value) => !Number.isNaN(value)));
  const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
  const [low, high] = [most(own.map(least)), least(own.map(most))];
  const all = own.flat();
  return low <= high ? { all, low, high } : { all, low: least(all), high: most(all) };
}

/** Different rows of these columns among the rows of all targets that have them, in the order of the table. */
function combinationsOf(columns: readonly Column[], targets: readonly TargetData[]): number[][] {
  const rows = [...new Set(targets.flatMap(({ used }) => [...used]))].sort((a, b) => a - b);
  const found = new Map<string, number[]>();
  for (const row of rows) {
    const cells = columns.map(({ values }) => values[row] as number);
    if (cells.every((cell) => !Number.isNaN(cell))) found.set(cells.join(), cells);
  }
  return [...found.values()];
}

export function distributionOf(variable: Variable): Distribution {
  if (variable.kind === 'settings') return { kind: 'categorical', choices: variable.choices.map((_, index) => index) };
  const { low, high, step } = variable;
  return step === null ? { kind: 'float', low, high } : { kind: 'float', low, high, step };
}

/** Names of the columns that the variables set, in order. */
export function columnsOfVariables(variables: readonly Variable[]): string[] {
  return variables.flatMap((variable) => (variable.kind === 'number' ? [variable.column] : variable.columns));
}

/** Rows of variables as rows of columns (row by row); text as the number of its level. */
export function cellsOf(variables: readonly Variable[], points: Float64Array, rows: number): Float64Array[] {
  return variables.flatMap((variable, v) => {
    const at = (row: number): number => points[row * variables.length + v] as number;
    if (variable.kind === 'number') return [Float64Array.from({ length: rows }, (_, row) => at(row))];
    return variable.columns.map((_, c) => Float64Array.from({ length: rows }, (_unused, row) => (variable.choices[at(row)] as readonly number[])[c] as number));
  });
}
