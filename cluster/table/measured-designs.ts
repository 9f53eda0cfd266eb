import type { MeasuredDesign } from '../../schemas/index.ts';
import { canonicalName } from './names.ts';
import type { Column, Table } from './types.ts';

/** The columns of a list of runs that lead back to its design. */
const idName = '計画ID';
const placeName = '標準順';
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * The designs that a table of results names, and which of their runs it has measured: those in which at least one of the
 * targets has a value. What stands for an id but is none is passed over. @param targets columns of the table
 */
export function measuredDesigns(table: Table, targets: readonly string[]): MeasuredDesign[] {
  const ids = columnOf(table, idName);
  if (ids === undefined) return [];
  const places = columnOf(table, placeName);
  const wanted = new Set(targets.map(canonicalName));
  const measured = table.columns.filter(({ name }) => wanted.has(canonicalName(name)));
  const found = new Map<string, { rows: number; measured: number; runs: Set<number> }>();
  for (let row = 0; row < table.rows; row += 1) {
    const id = textOf(ids, row);
    if (id === undefined || !uuid.test(id)) continue;
    const entry = found.get(id.toLowerCase()) ?? { rows: 0, measured: 0, runs: new Set<number>() };
    found.set(id.toLowerCase(), entry);
    entry.rows += 1;
    if (measured.every((column) => Number.isNaN(column.values[row]))) continue;
    entry.measured += 1;
    const place = places?.kind === 'text' ? NaN : places?.values[row] ?? NaN;
    if (Number.isInteger(place) && place >= 1 && place <= 2 ** 31 - 1) entry.runs.add(place);
  }
  return [...found].map(([design_id, entry]) => ({
    design_id, rows: entry.rows, rows_measured: entry.measured, runs: places === undefined ? null : [...entry.runs].sort((a, b) => a - b),
  }));
}

function columnOf(table: Table, wanted: string): Column | undefined {
  return table.columns.find(({ name, kind }) => kind !== 'empty' && canonicalName(name) === wanted);
}

function textOf(column: Column, row: number): string | undefined {
  return column.kind === 'text' ? column.levels[column.values[row] as number] : undefined;
}
