import { Fault, type Notice } from '../../schemas/index.ts';
import type { DesignFactor, Settings } from '../design/index.ts';
import type { Table } from '../table/index.ts';
import { settingColumns } from './source.ts';

const mostNamed = 20;

/**
 * Runs of a further table as they are: values between levels and repeated rows count exactly. Rows that lack a factor are left out and named.
 * @param field the input, e.g. `inputs.history`. @throws Fault optimization_history_column
 */
export function runsOf(table: Table, factors: readonly DesignFactor[], field: string): { rows: Settings[]; kept: number[]; notices: Notice[] } {
  const columns = settingColumns(table, false);
  const sources = factors.map(({ name }) => {
    const source = columns.find((column) => column.name === name);
    if (source === undefined) throw new Fault('optimization_history_column', `${field} has no column ${name}`, { where: { field, column: name }, values: { name } });
    return source.values;
  });
  const rows: Settings[] = [];
  const kept: number[] = [];
  const left: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    const values = factors.map((factor, k) => (factor.kind === 'categorical' ? String(sources[k]?.[row]) : sources[k]?.[row] as number | string));
    const usable = factors.every((factor, k) => (factor.kind === 'categorical' ? factor.levels.includes(values[k] as string) : Number.isFinite(values[k])));
    if (usable) {
      kept.push(row);
      rows.push(Object.fromEntries(factors.map(({ name }, k) => [name, values[k] as number | string])));
    } else left.push(table.rowNumber(row));
  }
  return {
    rows, kept,
    notices: left.length === 0 ? [] : [{ code: 'optimization_history_incomplete', severity: 'warning', where: { field }, values: { count: left.length, rows: left.slice(0, mostNamed).map(String) } }],
  };
}
