import { Fault, nearestName, type Notice } from '../../../schemas/index.ts';
import { levelOf, type Column, type Table } from '../../table/index.ts';
import { zeros } from '../algebra/vectors.ts';
import { buildColumns, buildOffset } from './build.ts';
import { columnPlanes } from './numbers.ts';
import type { DesignPlan, LearnedFactor, Planes } from './types.ts';

export interface NewRows {
  /** design columns, in the order of the plan */
  columns: Planes[];
  offset: Planes | undefined;
  /** per row: whether every column exists */
  usable: Uint8Array;
  /** per row: whether a value lies outside the range of the fit */
  extrapolated: Uint8Array;
  notices: Notice[];
}

/**
 * The design of a fit for the rows of another table. A row with a missing value, a level that the fit never saw or a
 * function that does not exist is not usable and is told; it is never filled with 0.
 * @throws Fault `column_not_found(_nearest)` when the table lacks a column of the model
 */
export function buildNewRows(plan: DesignPlan, table: Table, rows: Int32Array = Int32Array.from({ length: table.rows }, (_, row) => row)): NewRows {
  const column = finder(table);
  const columns: Planes[] = plan.columns.map(() => zeros(0));
  buildColumns(plan, column, rows, (position, planes) => {
    columns[position] = planes;
  });
  const offset = buildOffset(plan, column, rows);
  const usable = new Uint8Array(rows.length).fill(1);
  for (const { hi } of [...columns, ...(offset === undefined ? [] : [offset])]) hi.forEach((value, i) => {
    if (!Number.isFinite(value)) usable[i] = 0;
  });
  const extrapolated = new Uint8Array(rows.length);
  const notices: Notice[] = [];
  const learned = [...new Map([...plan.terms.flatMap(({ factors }) => factors.map((factor) => factor.learned)), ...plan.offsets].map((factor) => [`${factor.kind}${factor.label}`, factor])).values()];
  const told = new Set<string>();
  for (const factor of learned) notices.push(...check(factor, column(factor.column), table, rows, extrapolated, told));
  return { columns, offset, usable, extrapolated, notices };
}

function finder(table: Table): (name: string) => Column {
  return (name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column !== undefined) return column;
    const names = table.columns.map((candidate) => candidate.name);
    const nearest = nearestName(name, names);
    throw new Fault(nearest === undefined ? 'column_not_found' : 'column_not_found_nearest', `the table has no column ${name}`, { where: { column: name }, values: { name, nearest: nearest ?? '', columns: names.slice(0, 50) } });
  };
}

function check(learned: LearnedFactor, column: Column, table: Table, rows: Int32Array, extrapolated: Uint8Array, told: Set<string>): Notice[] {
  const notices: Notice[] = [];
  const tell = (code: string, values: NonNullable<Notice['values']>, row?: number): void => {
    // a column in several factors is told once
    const key = `${code}|${JSON.stringify(values)}`;
    if (told.has(key)) return;
    told.add(key);
    notices.push({ code, severity: 'warning', where: { column: column.name, ...(row === undefined ? {} : { row: table.rowNumber(row) }) }, values });
  };
  const missing = rows.reduce((count, row) => count + Number(Number.isNaN(column.values[row] as number)), 0);
  if (missing > 0) tell('value_missing', { name: column.name, count: missing });
  if (learned.kind === 'levels') {
    const unseen = new Map<string, number>();
    for (const row of rows) {
      const level = levelOf(column, row);
      if (level !== undefined && !learned.coding.levels.includes(level) && !unseen.has(level)) unseen.set(level, row);
    }
    for (const [level, row] of unseen) tell('level_unseen', { name: column.name, level }, row);
    return notices;
  }
  if (column.kind === 'text') throw new Fault('term_not_numeric', `${column.name} is not numeric`, { where: { column: column.name }, values: { name: column.name, term: learned.label } });
  const values = columnPlanes(column, rows).hi;
  let outside = 0;
  values.forEach((value, i) => {
    if (value >= learned.low && value <= learned.high) return;
    if (Number.isNaN(value)) return;
    outside += 1;
    extrapolated[i] = 1;
  });
  if (outside > 0) tell('value_extrapolated', { name: column.name, count: outside, low: learned.low, high: learned.high });
  if (learned.kind === 'number' && learned.factor.kind !== 'column') {
    const undefinedRows = undefinedCount(learned, values);
    if (undefinedRows > 0) tell('value_undefined', { term: learned.label, count: undefinedRows });
  }
  return notices;
}

function undefinedCount({ factor }: LearnedFactor & { kind: 'number' }, values: Float64Array): number {
  const exists = (value: number): boolean => {
    if (factor.kind === 'power') return factor.exponent > 0 || value !== 0;
    if (factor.kind !== 'function') return true;
    if (factor.function === 'log' || factor.function === 'log10') return value > 0;
    if (factor.function === 'sqrt') return value >= 0;
    return factor.function !== 'reciprocal' || value !== 0;
  };
  return values.reduce((count, value) => count + Number(!Number.isNaN(value) && !exists(value)), 0);
}
