import { Fault, type OptimizationParameters } from '../../schemas/index.ts';
import type { DesignFactor } from '../design/index.ts';
import { canonicalName, factorsInFile, isFactorFile, runningNumberName, type Column, type Table } from '../table/index.ts';

/** Brushes of a deburring table, in the order of its columns. */
export const brushColumns = ['A13', 'A11', 'A21', 'A32'] as const;
export const brushName = 'ブラシ';

export type Setting = number | string;

/** What can be chosen from: columns by name, each with its levels (a factor file) or a value a row (a list). */
export interface Source {
  kind: 'factors' | 'candidates';
  columns: { name: string; values: readonly Setting[] }[];
  /** columns that are no factors */
  ignored: string[];
}

/** Factors and, for a list, its rows; columns of one value apart. */
export interface Space {
  kind: Source['kind'];
  factors: DesignFactor[];
  candidates?: Record<string, ArrayLike<Setting>>;
  constants: Record<string, Setting>;
  /** rows of a list that are within the bounds, from 0 */
  kept: number[];
}

/** What a list or a design sheet has beside its factors: numbers of rows, criteria, and what was measured. */
const noFactor = /^(実験順|ブロック|主区画|副区画|標準順|計画ID|データ種別|[A-Za-z_]+(基準値|効率\(%\))|実験日|加工時間|バリ除去|上面ダレ量|側面ダレ量|摩耗量|面粗度[前後]|切削力[XYZ])$/;

/**
 * @param wanted names of the factor columns; none: all that can be factors
 * @throws Fault design_unknown_factor, and those of the columns
 */
export function readSource(table: Table, wanted: readonly string[]): Source {
  const file = isFactorFile(table);
  const names = table.columns.slice(file ? 1 : 0).filter(({ kind }) => kind !== 'empty').map(({ name }) => canonicalName(name));
  const own = wanted.map(canonicalName);
  const missing = own.find((name) => !names.includes(name) && !(name === brushName && names.some((one) => (brushColumns as readonly string[]).includes(one))));
  if (missing !== undefined) throw new Fault('design_unknown_factor', `factor_columns names ${missing}`, { where: { field: 'factor_columns', column: missing }, values: { name: missing, known: names } });
  const isFactor = (name: string): boolean => (own.length > 0
    ? own.includes(name) || (own.includes(brushName) && (brushColumns as readonly string[]).includes(name))
    : !runningNumberName.test(name) && !noFactor.test(name));
  const kept = { ...table, columns: table.columns.filter(({ name }, k) => (file && k === 0) || isFactor(canonicalName(name))) };
  return { kind: file ? 'factors' : 'candidates', columns: file ? factorsInFile(kept) : settingColumns(kept, true), ignored: names.filter((name) => !isFactor(name)) };
}

/**
 * Columns of settings under their usual names, the four brush columns as one. Columns without a value are left out.
 * @param whole a missing cell is an error; otherwise it becomes NaN
 * @throws Fault optimization_cell_missing, optimization_brush
 */
export function settingColumns(table: Table, whole: boolean): Source['columns'] {
  const named = table.columns.filter(({ kind }) => kind !== 'empty').map((column) => ({ column, name: canonicalName(column.name) }));
  const brushes = named.filter(({ name }) => (brushColumns as readonly string[]).includes(name));
  const others = named.filter((entry) => !brushes.includes(entry)).map(({ column, name }) => ({ name, values: valuesOf(column, table, whole) }));
  return brushes.length === 0 ? others : [{ name: brushName, values: brushOfRows(brushes, table, whole) }, ...others];
}

function valuesOf(column: Column, table: Table, whole: boolean): Setting[] {
  return Array.from(column.values, (value, row) => {
    if (Number.isNaN(value) && whole) {
      throw new Fault('optimization_cell_missing', `${column.name} is empty in row ${table.rowNumber(row)}`, { where: { column: column.name, row: table.rowNumber(row) }, values: { name: column.name, row: table.rowNumber(row) } });
    }
    return column.kind === 'text' ? column.levels[value] ?? Number.NaN : value;
  });
}

function brushOfRows(brushes: readonly { column: Column; name: string }[], table: Table, whole: boolean): Setting[] {
  return Array.from({ length: table.rows }, (_, row) => {
    const set = brushes.filter(({ column }) => column.values[row] === 1);
    if (set.length === 1) return (set[0] as { name: string }).name;
    if (!whole) return Number.NaN;
    throw new Fault('optimization_brush', `row ${table.rowNumber(row)} has ${set.length} brushes`, { where: { column: brushColumns.join(), row: table.rowNumber(row) }, values: { row: table.rowNumber(row), brushes: set.length } });
  });
}

/** Bounds and kinds applied. @throws Fault design_unknown_factor, design_no_candidates, optimization_continuous_list, design_setting_number */
export function spaceOf(source: Source, { bounds, factor_kinds: kinds, objective }: OptimizationParameters): Space {
  const known = source.columns.map(({ name }) => name);
  for (const [field, names] of [['bounds', Object.keys(bounds)], ['factor_kinds', Object.keys(kinds)]] as const) {
    const name = names.find((one) => !known.includes(canonicalName(one)));
    if (name !== undefined) throw new Fault('design_unknown_factor', `${field} names ${name}`, { where: { field, column: name }, values: { name, known } });
  }
  const allowed = new Map(Object.entries(bounds).map(([name, values]) => [canonicalName(name), values]));
  const kindOf = new Map(Object.entries(kinds).map(([name, kind]) => [canonicalName(name), kind]));
  const kept = source.kind === 'factors' ? [] : rowsWithin(source.columns, allowed);
  const columns = source.kind === 'factors'
    ? source.columns.map(({ name, values }) => ({ name, values: values.filter((value) => isWithin(value, allowed.get(name))) }))
    : kept.length === source.columns[0]?.values.length ? source.columns : source.columns.map(({ name, values }) => ({ name, values: kept.map((row) => values[row] as Setting) }));
  const empty = columns.find(({ values }) => values.length === 0);
  if (empty !== undefined) throw new Fault('design_no_candidates', `nothing is left of ${empty.name} within its bounds`, { where: { field: 'bounds', column: empty.name } });
  const levels = columns.map(({ name, values }) => ({ name, values, levels: [...new Set(values)] }));
  const varied = levels.filter((column) => column.levels.length > 1);
  return {
    kind: source.kind, kept,
    factors: varied.map(({ name, levels: distinct }) => factorOf(name, distinct, kindOf.get(name), objective === 'evaluate' ? 'factors' : source.kind)),
    ...(source.kind === 'candidates' ? { candidates: Object.fromEntries(varied.map(({ name, values }) => [name, packed(values)])) } : {}),
    constants: Object.fromEntries(levels.filter((column) => column.levels.length === 1).map(({ name, values }) => [name, values[0] as Setting])),
  };
}

/** Numbers go to a thread as they lie in memory. */
function packed(values: readonly Setting[]): ArrayLike<Setting> {
  return values.every((value) => typeof value === 'number') ? Float64Array.from(values) : values;
}

/** Two bounds are a range, otherwise the values themselves. */
function isWithin(value: Setting, bounds: readonly number[] | undefined): boolean {
  if (bounds === undefined) return true;
  if (typeof value !== 'number') return false;
  const [low = 0, high = 0] = bounds;
  return bounds.length === 2 ? value >= Math.min(low, high) && value <= Math.max(low, high) : bounds.includes(value);
}

function rowsWithin(columns: Source['columns'], allowed: ReadonlyMap<string, readonly number[]>): number[] {
  const restricted = columns.filter(({ name }) => allowed.has(name));
  return Array.from({ length: columns[0]?.values.length ?? 0 }, (_, row) => row).filter((row) => restricted.every(({ name, values }) => isWithin(values[row] as Setting, allowed.get(name))));
}

function factorOf(name: string, levels: readonly Setting[], kind: OptimizationParameters['factor_kinds'][string] | undefined, source: Source['kind']): DesignFactor {
  const text = levels.find((level) => typeof level !== 'number');
  if (kind === 'categorical' || (kind === undefined && text !== undefined)) return { kind: 'categorical', name, levels: levels.map(String).sort() };
  if (text !== undefined) throw new Fault('optimization_not_numeric', `${name} has the text ${text}`, { where: { field: 'factor_kinds', column: name }, values: { name, value: String(text) } });
  const numbers = (levels as readonly number[]).toSorted((a, b) => a - b);
  if (kind === 'mixture') return { kind, name, low: numbers[0] as number, high: numbers.at(-1) };
  if (kind !== 'continuous') return { kind: 'discrete', name, levels: numbers };
  if (source === 'candidates') throw new Fault('optimization_continuous_list', `${name} comes from a list`, { where: { field: 'factor_kinds', column: name }, values: { name } });
  return { kind: 'continuous', name, low: numbers[0] as number, high: numbers.at(-1) };
}
