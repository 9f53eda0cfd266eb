import { canonicalMaterial, levelOf, type Column, type Table } from '../table/index.ts';
import { deburringColumns } from './columns.ts';

/** What the runs of a fit had in common in a column that is not in the model: elsewhere its predictions are extrapolations. */
export type Condition = { column: string } & ({ kind: 'number'; low: number; high: number } | { kind: 'text'; levels: string[] });

/**
 * Columns outside the model whose values the rows of the fit bound: the process factors of a deburring table; of another
 * table what is the same in every row (else nobody knows whether it is a setting at all). Dates and columns without values
 * bound nothing.
 * @param apart columns of the model, targets, weights: looked at elsewhere or no settings
 */
export function conditionsOf(table: Table, used: Int32Array, apart: ReadonlySet<string>): Condition[] {
  const factors = deburringColumns(table);
  return (factors ?? table.columns).filter((column) => !apart.has(column.name)).flatMap((column): Condition[] => {
    const condition = conditionOf(column, used);
    return condition === undefined || (factors === undefined && !isConstant(condition)) ? [] : [condition];
  });
}

function conditionOf(column: Column, used: Int32Array): Condition | undefined {
  if (column.kind === 'text') {
    const levels = new Set<string>();
    for (const row of used) {
      const level = levelOf(column, row);
      if (level !== undefined) levels.add(level);
    }
    return levels.size === 0 ? undefined : { column: column.name, kind: 'text', levels: [...levels] };
  }
  if (column.kind !== 'number') return undefined;
  let low = Infinity;
  let high = -Infinity;
  for (const row of used) {
    const value = column.values[row] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? undefined : { column: column.name, kind: 'number', low, high };
}

function isConstant(condition: Condition): boolean {
  return condition.kind === 'text' ? condition.levels.length === 1 : condition.low === condition.high;
}

/** Whether a row of a further table has a value there that no row of the fit had. A missing cell says nothing. */
export function leaves(condition: Condition, column: Column, row: number): boolean {
  const value = column.values[row] as number;
  if (Number.isNaN(value)) return false;
  if (condition.kind === 'number') return column.kind !== 'number' || value < condition.low || value > condition.high;
  return !condition.levels.includes(levelOf(column, row) ?? '');
}

/** A text column with its levels under the spelling of the fit (`Aluminium` where the fit has `Alumi`). */
export function spelledAs(known: readonly string[], column: Column): Column {
  return { ...column, distinct: column.distinct, levels: column.levels.map((level) => (known.includes(level) ? level : known.find((other) => canonicalMaterial(other) === canonicalMaterial(level)) ?? level)) };
}
