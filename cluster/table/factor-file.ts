import { Fault } from '../../schemas/index.ts';
import { canonicalName } from './names.ts';
import type { Column, Table } from './types.ts';

/** Rows of the original's factor file, and what they are called in English. */
const labels = { low: /^(min|最小値?)$/i, high: /^(max|最大値?)$/i, step: /^(間隔|刻み幅?|step|interval)$/i };
const mostRows = 10;
const mostLevels = 10_000;
/** Numbers that the original's factor file has for the brushes. */
const brushOfCode: Readonly<Record<string, string>> = { 1: 'A11', 2: 'A21', 3: 'A32', 4: 'A13' };

/** A table whose first column names the rows min, max and 間隔. */
export function isFactorFile(table: Table): boolean {
  return rowsOf(table) !== null;
}

/** Levels of each factor. Nothing is combined. @throws Fault optimization_factor_cell, optimization_factor_levels, optimization_brush_code */
export function factorsInFile(table: Table): { name: string; values: (number | string)[] }[] {
  const rows = rowsOf(table);
  if (rows === null) throw new Error('not a factor file');
  return table.columns.slice(1).filter(({ kind }) => kind !== 'empty').map((column) => {
    const name = canonicalName(column.name);
    return { name, values: name === 'ブラシ' ? brushLevels(column, rows, table) : numberLevels(column, rows, table) };
  });
}

/**
 * A table that may be a factor file, read again where its commas part levels: `2000,4000` is two of them, not 2000.4, unless the limits of the file have decimal
 * commas themselves. @param read reads it with these options
 */
export async function readLevels<O extends { decimal?: '.' | ',' | null }>(read: (options: O) => Promise<Table>, options: O): Promise<Table> {
  const table = await read(options);
  if (!isFactorFile(table) || table.decimal !== ',' || (options.decimal ?? null) !== null) return table;
  const apart = await read({ ...options, decimal: '.' });
  const rows = rowsOf(apart);
  const isNumber = (text: string): boolean => text === '' || Number.isFinite(Number(text));
  return rows !== null && apart.columns.slice(1).every((column) => canonicalName(column.name) === 'ブラシ' || [rows.low, rows.high].every((row) => isNumber(textAt(column, row).trim()) || !textAt(column, row).includes(','))) ? apart : table;
}

interface Rows { low: number; high: number; step: number }

function rowsOf(table: Table): Rows | null {
  const [first] = table.columns;
  if (first?.kind !== 'text' || table.rows > mostRows) return null;
  const find = (label: RegExp): number => Array.from({ length: table.rows }, (_, row) => textAt(first, row)).findIndex((text) => label.test(text.trim()));
  const rows = { low: find(labels.low), high: find(labels.high), step: find(labels.step) };
  return Object.values(rows).includes(-1) ? null : rows;
}

function textAt(column: Column, row: number): string {
  const value = column.values[row] as number;
  if (Number.isNaN(value)) return '';
  return column.kind === 'text' ? column.levels[value] ?? '' : String(value);
}

function list(text: string): string[] {
  return text.split(/[,、，;]/).map((part) => part.normalize('NFKC').trim()).filter((part) => part !== '');
}

function numberLevels(column: Column, rows: Rows, table: Table): number[] {
  const number = (text: string, row: number): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value)) return value;
    throw new Fault('optimization_factor_cell', `${column.name}: ${text} is not a number`, { where: { column: column.name, row: table.rowNumber(row) }, values: { name: column.name, row: table.rowNumber(row), value: text } });
  };
  const step = textAt(column, rows.step);
  if (list(step).length > 1) return [...new Set(list(step).map((part) => number(part, rows.step)))];
  const low = number(textAt(column, rows.low), rows.low);
  const high = number(textAt(column, rows.high), rows.high);
  if (low === high) return [low];
  const by = number(step, rows.step);
  // a hair more than the rest of the division, so that 0.3 is reached from 0.1 by 0.1, and never a level above the maximum
  const count = Math.floor((high - low) / by + 1e-9);
  if (!(by > 0 && high > low && count < mostLevels)) {
    throw new Fault('optimization_factor_levels', `${column.name}: ${low} to ${high} by ${by}`, { where: { column: column.name, row: table.rowNumber(rows.step) }, values: { name: column.name, low, high, step: by } });
  }
  return Array.from({ length: count + 1 }, (_, k) => Math.min(high, Number((low + k * by).toPrecision(12))));
}

function brushLevels(column: Column, rows: Rows, table: Table): string[] {
  const codeOf = (text: string, row: number): number => {
    const code = Object.keys(brushOfCode).find((one) => one === text || brushOfCode[one] === text);
    if (code !== undefined) return Number(code);
    throw new Fault('optimization_brush_code', `${text} is no brush`, { where: { column: column.name, row: table.rowNumber(row) }, values: { value: text } });
  };
  const step = list(textAt(column, rows.step));
  const low = textAt(column, rows.low).trim();
  const high = textAt(column, rows.high).trim();
  const codes = step.length > 1 || (low === '' && high === '' && step.length > 0)
    ? step.map((text) => codeOf(text, rows.step))
    : Object.keys(brushOfCode).map(Number).filter((code) => (low === '' || code >= codeOf(low, rows.low)) && (high === '' || code <= codeOf(high, rows.high)));
  return [...new Set(codes)].map((code) => brushOfCode[code] as string);
}
