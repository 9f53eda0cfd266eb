import { Fault, type ClassificationParameters, type Notice } from '../../schemas/index.ts';
import type { Matrix } from '../../kernels/trees/index.ts';
import { chooseFeatures, findColumn, groupRows, singleGroups } from '../dataset/index.ts';
import type { Column, Table } from '../table/index.ts';
import { dealStratified, holdOutStratified } from './folds.ts';
import { labelsOf, type Labels } from './labels.ts';

/** A target of two labels with the rows it is learnt from. */
export interface ClassData {
  readonly target: Column;
  readonly labels: Labels;
  readonly features: readonly Column[];
  /** names of the levels of a text feature, the gap among them where there is one; none for a number */
  readonly levels: readonly (readonly string[])[];
  /** table rows that are used */
  readonly used: Int32Array;
  /** rows without a usable label or fold */
  readonly missing: number;
  /** column-major; NaN where a number is missing */
  readonly x: Matrix & { readonly values: Float64Array };
  /** 1: the positive label */
  readonly y: Float64Array;
  readonly categorical: readonly number[];
  /** condition of each row; replicates have the same */
  readonly group: Int32Array;
  readonly groups: number;
  readonly outerFold: Int32Array;
  readonly outerFolds: number;
  /** 1 where a row is kept for the test score; null without one */
  readonly heldOut: Uint8Array | null;
  readonly notices: Notice[];
}

/** Fewest different conditions in all, and with each label: every inner fold then leaves one of each to learn from. */
const FEWEST_CONDITIONS = 8;
export const FEWEST_OF_LABEL = 4;
/** Level of a text cell without a value. */
export const MISSING_LEVEL = '';

/** @throws Fault of the columns and labels; `no_features`, `too_few_conditions`, `too_few_of_label`, `too_few_folds` */
export function classData(table: Table, parameters: ClassificationParameters, left: ReadonlySet<number>): ClassData {
  const notices: Notice[] = [];
  const field = 'parameters.target_column';
  const target = findColumn(table, parameters.target_column, field);
  const labels = labelsOf(target, parameters.positive_label, parameters.negative_labels, notices);
  const folds = parameters.fold_column === null ? null : findColumn(table, parameters.fold_column, 'parameters.fold_column');
  const time = parameters.time_column === null ? null : findColumn(table, parameters.time_column, 'parameters.time_column');
  const grouping = parameters.group_column === null ? null : findColumn(table, parameters.group_column, 'parameters.group_column');
  if (folds !== null && time !== null) throw new Fault('folds_given_twice', 'outer folds are either those of a column or blocks of time', { where: { field: 'parameters.time_column', column: time.name }, values: { folds: folds.name, time: time.name } });
  const chosen = chooseFeatures(table, target, parameters.feature_columns, [target, ...folds === null ? [] : [folds], ...time === null ? [] : [time], ...grouping === null ? [] : [grouping]].map(({ name }) => name));
  notices.push(...chosen.notices);
  const used = Int32Array.from(labels.values.keys()).filter((row) => !left.has(row) && !Number.isNaN(labels.values[row]) && (folds === null || (folds.values[row] as number) >= 0) && (time === null || !Number.isNaN(time.values[row])));
  const missing = labels.values.length - left.size - used.length;
  if (missing > 0) notices.push({ code: 'rows_without_label', severity: 'info', where: { column: target.name }, values: { name: target.name, count: missing } });
  const y = Float64Array.from(used, (row) => labels.values[row] as number);
  const features = chosen.features.filter((column) => varies(column, used));
  const constant = chosen.features.filter((column) => !features.includes(column));
  if (constant.length > 0) notices.push({ code: 'constant_features_dropped', severity: 'info', values: { columns: constant.map(({ name }) => name) } });
  if (features.length === 0) throw new Fault('no_features', 'no column varies among the rows with a label', { where: { field: 'parameters.feature_columns' } });
  const cells = features.map((column) => valuesOf(column, used));
  const gaps = features.flatMap(({ name }, j) => {
    const count = cells[j]?.gaps ?? 0;
    return count === 0 ? [] : [`${name} (${count})`];
  });
  if (gaps.length > 0) notices.push({ code: 'gaps_kept', severity: 'info', values: { columns: gaps } });
  const columns = cells.map(({ values }) => values);
  const { group, groups } = grouping !== null ? groupRows([Float64Array.from(used, (row) => grouping.values[row] as number)], used.length) : parameters.cv_groups === 'condition' ? groupRows(columns, used.length) : singleGroups(used.length);
  checkCounts(target.name, labels, y, group, groups);
  const { outerFold, outerFolds } = folds !== null ? given(folds, used, y, labels) : time !== null ? blocked(time, used, group, groups, y, labels, parameters) : dealt(group, groups, y, parameters, notices);
  const x = { values: shared(columns.flatMap((column) => [...column])), rows: used.length, columns: features.length, order: 'column-major' as const };
  return {
    target, labels, features, levels: cells.map((cell) => cell.levels), used, missing, x, y, group, groups, outerFold, outerFolds, notices,
    categorical: features.flatMap((column, j) => (column.kind === 'text' ? [j] : [])),
    heldOut: holdOut(group, groups, y, parameters),
  };
}

function varies(column: Column, used: Int32Array): boolean {
  const first = column.values[used[0] as number] as number;
  return used.some((row) => !Object.is(column.values[row], first)) && used.some((row) => !Number.isNaN(column.values[row]));
}

/** A gap of a text is a level of its own, a gap of a number stays one. */
function valuesOf(column: Column, used: Int32Array): { values: Float64Array; levels: string[]; gaps: number } {
  const own = Float64Array.from(used, (row) => column.values[row] as number);
  const gaps = own.reduce((count, value) => count + Number(Number.isNaN(value)), 0);
  if (column.kind !== 'text') return { values: own, levels: [], gaps };
  const levels = [...column.levels, ...gaps > 0 ? [MISSING_LEVEL] : []];
  return { values: own.map((value) => (Number.isNaN(value) ? levels.length - 1 : value)), levels, gaps };
}

function checkCounts(name: string, { positive, negative }: Labels, y: Float64Array, group: Int32Array, groups: number): void {
  const where = { column: name };
  for (const [label, value] of [[positive, 1], [negative, 0]] as const) {
    const rows = y.reduce((count, own) => count + Number(own === value), 0);
    const conditions = conditionsOf(group, (row) => y[row] === value);
    if (rows === 0) throw new Fault('target_one_class', `no usable row has ${name} = ${label}`, { where, values: { name, label: value === 1 ? negative : positive, rows: y.length } });
    if (conditions < FEWEST_OF_LABEL) throw new Fault('too_few_of_label', `${name} = ${label} in ${rows} rows of ${conditions} conditions; at least ${FEWEST_OF_LABEL} conditions are needed`, { where, values: { name, label, rows, conditions, needed: FEWEST_OF_LABEL } });
  }
  if (groups < FEWEST_CONDITIONS) throw new Fault('too_few_conditions', `${groups} different conditions are too few for a nested cross-validation; at least ${FEWEST_CONDITIONS} are needed`, { where, values: { conditions: groups, needed: FEWEST_CONDITIONS } });
}

/** Different conditions among some rows. */
export function conditionsOf(group: Int32Array, among: (row: number) => boolean): number {
  return new Set(group.filter((_, row) => among(row))).size;
}

function dealt(group: Int32Array, groups: number, y: Float64Array, { outer_splits, random_seed }: ClassificationParameters, notices: Notice[]): { outerFold: Int32Array; outerFolds: number } {
  const outerFolds = Math.min(outer_splits, groups);
  if (outerFolds < outer_splits) notices.push({ code: 'folds_reduced', severity: 'warning', values: { folds: outerFolds, wanted: outer_splits } });
  return { outerFold: dealStratified(group, groups, y, outerFolds, random_seed), outerFolds };
}

/** Folds that the table brings, numbered anew in ascending order. */
function given(column: Column, used: Int32Array, y: Float64Array, { positive, negative }: Labels): { outerFold: Int32Array; outerFolds: number } {
  const values = Float64Array.from(used, (row) => column.values[row] as number);
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const where = { field: 'parameters.fold_column', column: column.name };
  if (distinct.length < 2 || distinct.length > 100) throw new Fault('fold_column_count', `${column.name} has ${distinct.length} folds; 2 to 100 can be used`, { where, values: { name: column.name, folds: distinct.length } });
  const outerFold = Int32Array.from(values, (value) => distinct.indexOf(value));
  checkSides(column, 'fold_column', outerFold, distinct.map(String), y, { positive, negative });
  return { outerFold, outerFolds: distinct.length };
}

/** Blocks of time, as many rows in each: whole conditions in the order of their first row. */
function blocked(column: Column, used: Int32Array, group: Int32Array, groups: number, y: Float64Array, labels: Labels, { outer_splits: folds }: ClassificationParameters): { outerFold: Int32Array; outerFolds: number } {
  const place = column.kind === 'text' ? rankOf(column.levels) : null;
  const at = Float64Array.from(used, (row) => (place === null ? column.values[row] as number : place[column.values[row] as number] as number));
  const first = new Float64Array(groups).fill(Infinity);
  const sizes = new Int32Array(groups);
  group.forEach((g, row) => {
    first[g] = Math.min(first[g] as number, at[row] as number);
    sizes[g]! += 1;
  });
  const outerFolds = Math.min(folds, groups);
  const foldOf = new Int32Array(groups);
  let before = 0;
  for (const g of [...first.keys()].sort((a, b) => (first[a] as number) - (first[b] as number) || a - b)) {
    foldOf[g] = Math.min(outerFolds - 1, Math.floor(before * outerFolds / used.length));
    before += sizes[g] as number;
  }
  const present = [...new Set(foldOf)].sort((a, b) => a - b);
  const outerFold = group.map((g) => present.indexOf(foldOf[g] as number));
  checkSides(column, 'time_column', outerFold, present.map((_, k) => String(k + 1)), y, labels);
  return { outerFold, outerFolds: present.length };
}

/** Place of each text in their order: dates are written with the year first. */
function rankOf(levels: readonly string[]): number[] {
  const sorted = [...levels].sort();
  return levels.map((level) => sorted.indexOf(level));
}

/** Without any fold enough of both labels must be left. @param names of the folds */
function checkSides(column: Column, parameter: string, outerFold: Int32Array, names: readonly string[], y: Float64Array, { positive, negative }: Pick<Labels, 'positive' | 'negative'>): void {
  const where = { field: `parameters.${parameter}`, column: column.name };
  names.forEach((value, fold) => {
    for (const [label, own] of [[positive, 1], [negative, 0]] as const) {
      const rows = y.reduce((count, at, row) => count + Number(at === own && outerFold[row] !== fold), 0);
      if (rows < FEWEST_OF_LABEL) throw new Fault('fold_column_label', `without fold ${value} of ${column.name} only ${rows} rows are ${label}`, { where, values: { name: column.name, fold: value, label, rows, needed: FEWEST_OF_LABEL } });
    }
  });
}

/** Null for a share of 0 or where too few of a label would be on either side. */
function holdOut(group: Int32Array, groups: number, y: Float64Array, { train_test_split, random_seed }: ClassificationParameters): Uint8Array | null {
  const held = holdOutStratified(group, groups, y, train_test_split, random_seed);
  if (held === null) return null;
  const enough = [0, 1].every((label) => {
    const inside = new Set(group.filter((_, row) => y[row] === label && held[row] === 0)).size;
    return inside >= FEWEST_OF_LABEL && y.some((own, row) => own === label && held[row] === 1);
  });
  return enough ? held : null;
}

/** In memory that threads share. */
export function shared(values: ArrayLike<number>): Float64Array {
  const out = new Float64Array(new SharedArrayBuffer(8 * values.length));
  out.set(values);
  return out;
}
