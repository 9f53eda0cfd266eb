import { Fault, type NonlinearAnalysisParameters, type Notice } from '../../schemas/index.ts';
import type { Matrix } from '../../kernels/trees/index.ts';
import { chooseFeatures, completeRows, dealFolds, findColumn, groupRows, singleGroups } from '../dataset/index.ts';
import { randomStream } from '../../kernels/random/index.ts';
import type { Column, Table } from '../table/index.ts';
import { chooseTransform, forward, type Transform } from './transform.ts';

/** One target with the rows it is learnt from. */
export interface TargetData {
  readonly target: Column;
  readonly features: readonly Column[];
  /** table rows that are used */
  readonly used: Int32Array;
  readonly missing: number;
  readonly x: Matrix;
  readonly y: Float64Array;
  readonly transform: Transform;
  /** y on the scale on which it is learnt */
  readonly z: Float64Array;
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

/** Fewest different conditions that an outer fold and its inner folds can be made of. */
const FEWEST_CONDITIONS = 8;
/** Fewest that a fold of the table must leave to learn from, and how many folds it may bring. */
const FEWEST_TRAINED = 4;
const MOST_FOLDS = 100;

/** @throws Fault of the columns; `target_constant`; `too_few_conditions`; `fold_column_count`, `fold_column_conditions` */
export function targetData(table: Table, name: { name: string; field: string }, others: readonly string[], parameters: NonlinearAnalysisParameters, left: ReadonlySet<number>): TargetData {
  const notices: Notice[] = [];
  const target = numericTarget(findColumn(table, name.name, name.field), name.field);
  const folds = parameters.fold_column === null ? null : findColumn(table, parameters.fold_column, 'parameters.fold_column');
  const together = parameters.group_column === null ? null : findColumn(table, parameters.group_column, 'parameters.group_column');
  const chosen = chooseFeatures(table, target, parameters.feature_columns, [...others, ...[folds, together].flatMap((column) => column?.name ?? [])]);
  notices.push(...chosen.notices);
  // a row without a feature's value cannot be told from another condition; trees could guess, distances and polynomials could not
  const { used, missing, missingBy } = completeRows(target, chosen.features, folds === null ? left : withoutFold(folds, left));
  if (missing > 0) notices.push({ code: 'rows_missing', severity: 'info', values: { count: missing, columns: [...missingBy].map(([column, count]) => `${column} (${count})`) } });
  const y = Float64Array.from(used, (row) => target.values[row] as number);
  if (y.every((value) => value === y[0])) throw new Fault('target_constant', `${target.name} has one value only`, { where: { field: name.field, column: target.name }, values: { name: target.name } });
  const features = chosen.features.filter((column) => !isConstant(column, used));
  const constant = chosen.features.filter((column) => !features.includes(column));
  if (constant.length > 0) notices.push({ code: 'constant_features_dropped', severity: 'info', values: { columns: constant.map((column) => column.name) } });
  if (features.length === 0) throw new Fault('no_features', 'no column varies among the rows with a target', { where: { field: 'parameters.feature_columns' } });
  const columns = features.map((column) => Float64Array.from(used, (row) => column.values[row] as number));
  const { group, groups } = together !== null ? groupRows([Float64Array.from(used, (row) => together.values[row] as number)], used.length) : parameters.cv_groups === 'condition' ? groupRows(columns, used.length) : singleGroups(used.length);
  if (groups < FEWEST_CONDITIONS) throw new Fault('too_few_conditions', `${groups} different conditions are too few for a nested cross-validation; at least ${FEWEST_CONDITIONS} are needed`, { where: { column: target.name }, values: { conditions: groups, needed: FEWEST_CONDITIONS } });
  const { outerFold, outerFolds } = folds === null ? dealt(group, groups, parameters, notices) : given(folds, used, group);
  const transform = chooseTransform(parameters.target_transform, y, target.name);
  const x: Matrix = { values: shared(columns.flatMap((column) => [...column])), rows: used.length, columns: features.length, order: 'column-major' };
  return {
    target, features, used, missing, x, y, transform, z: forward(transform, y), heldOut: holdOut(parameters.train_test_split, group, groups, parameters.random_seed), group, groups, outerFold, outerFolds, notices,
    categorical: features.flatMap((column, index) => (column.kind === 'text' ? [index] : [])),
  };
}

function dealt(group: Int32Array, groups: number, { outer_splits, random_seed }: NonlinearAnalysisParameters, notices: Notice[]): { outerFold: Int32Array; outerFolds: number } {
  const outerFolds = Math.min(outer_splits, groups);
  if (outerFolds < outer_splits) notices.push({ code: 'folds_reduced', severity: 'warning', values: { folds: outerFolds, wanted: outer_splits } });
  return { outerFold: dealFolds(group, groups, outerFolds, random_seed), outerFolds };
}

/** Folds that the table brings, numbered anew in ascending order. @throws Fault `fold_column_count`, `fold_column_conditions` */
function given({ name, values }: Column, used: Int32Array, group: Int32Array): { outerFold: Int32Array; outerFolds: number } {
  const own = Float64Array.from(used, (row) => values[row] as number);
  const distinct = [...new Set(own)].sort((a, b) => a - b);
  const where = { field: 'parameters.fold_column', column: name };
  if (distinct.length < 2 || distinct.length > MOST_FOLDS) throw new Fault('fold_column_count', `${name} has ${distinct.length} folds; 2 to ${MOST_FOLDS} can be used`, { where, values: { name, folds: distinct.length } });
  const outerFold = Int32Array.from(own, (value) => distinct.indexOf(value));
  distinct.forEach((value, fold) => {
    const conditions = new Set(group.filter((_, row) => outerFold[row] !== fold)).size;
    if (conditions < FEWEST_TRAINED) throw new Fault('fold_column_conditions', `without fold ${value} of ${name} only ${conditions} conditions are left`, { where, values: { name, fold: String(value), conditions, needed: FEWEST_TRAINED } });
  });
  return { outerFold, outerFolds: distinct.length };
}

/** Rows that are left out, with those whose fold is missing or negative. */
function withoutFold({ values }: Column, left: ReadonlySet<number>): ReadonlySet<number> {
  const out = new Set(left);
  values.forEach((fold, row) => { if (!(fold >= 0)) out.add(row); });
  return out;
}

function numericTarget(column: Column, field: string): Column {
  if (column.kind === 'empty') throw new Fault('target_empty', `${column.name} is empty`, { where: { field, column: column.name }, values: { name: column.name } });
  if (column.kind !== 'number') throw new Fault('target_not_numeric', `${column.name} is not numeric`, { where: { field, column: column.name }, values: { name: column.name } });
  return column;
}

function isConstant(column: Column, used: Int32Array): boolean {
  const first = column.values[used[0] as number];
  return used.every((row) => column.values[row] === first);
}

/** Fewest conditions of a test score. */
const FEWEST_HELD = 2;

/** Whole conditions, drawn until their number is the share; null for a share of 0 or where too few would be left. */
function holdOut(share: number, group: Int32Array, groups: number, seed: number): Uint8Array | null {
  const count = Math.round(share * groups);
  if (count < FEWEST_HELD || groups - count < FEWEST_CONDITIONS) return null;
  const draw = randomStream(seed, 0x7465);
  const order = Array.from({ length: groups }, (_, g) => ({ g, at: draw() })).sort((a, b) => a.at - b.at);
  const chosen = new Set(order.slice(0, count).map(({ g }) => g));
  return Uint8Array.from(group, (g) => Number(chosen.has(g)));
}

/** In memory that threads share. */
export function shared(values: ArrayLike<number>): Float64Array {
  const out = new Float64Array(new SharedArrayBuffer(8 * values.length));
  out.set(values);
  return out;
}
