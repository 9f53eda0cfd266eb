import { KernelError } from '../errors.ts';
import { columnOf } from '../regression/index.ts';
import type { FittedModel } from '../regression/index.ts';
import { reduceToTriangle, selectColumns } from './triangle.ts';
import type { Triangle } from './triangle.ts';

/** A term that enters or leaves as a whole: one column, or all indicators of a factor. */
export interface Unit {
  /** Columns of the design; none aliased. */
  columns: readonly number[];
  /** Units that must be in whenever this one is (hierarchy: main effects of an interaction). */
  parents?: readonly number[];
}

/** Choice among units over a fixed part. `triangle` holds the forced columns, then those of the units in order. */
export interface SubsetProblem {
  n: number;
  triangle: Triangle;
  forced: number;
  units: readonly Unit[];
  /** Columns per unit. */
  sizes: readonly number[];
}

/**
 * @param forced columns that are always in, usually the intercept
 * Throws kernel_shape: a column twice or out of range, aliased columns (values.column), parents that do not exist.
 */
export function subsetProblem(model: FittedModel, units: readonly Unit[], forced: readonly number[], rows?: Int32Array): SubsetProblem {
  const order = [...forced, ...units.flatMap(({ columns }) => columns)];
  const seen = new Set<number>();
  for (const column of order) {
    if (seen.has(column) || !model.fit.kept.includes(column)) throw new KernelError('kernel_shape', `column ${column} is named twice, absent or aliased`, { column });
    seen.add(column);
  }
  units.forEach(({ parents = [] }, unit) => {
    if (parents.some((parent) => parent === unit || units[parent] === undefined)) throw new KernelError('kernel_shape', `unit ${unit} has a parent that does not exist`, { unit });
  });
  const triangle = rows === undefined ? selectColumns(triangleOf(model), order.map((column) => model.fit.kept.indexOf(column))) : drawnTriangle(model, order, rows);
  return { n: model.n, triangle, forced: forced.length, units, sizes: units.map(({ columns }) => columns.length) };
}

/** The fit has reduced its rows already. */
function triangleOf({ fit: { kept, triangle, effects, rss } }: FittedModel): Triangle {
  const rank = kept.length;
  return { columns: kept.map((_, k) => triangle.slice(k * rank, k * rank + k + 1)), y: effects.slice(0, rank), rss };
}

function drawnTriangle(model: FittedModel, order: readonly number[], rows: Int32Array): Triangle {
  const pick = (values: Float64Array): Float64Array => Float64Array.from(rows, (i) => values[i] as number);
  return reduceToTriangle(model.n, order.map((j) => pick(columnOf(model, j))), pick(model.y));
}

/** Every unit's parents are in. */
export function hierarchical(units: readonly Unit[], chosen: ReadonlySet<number>): boolean {
  return [...chosen].every((unit) => (units[unit]?.parents ?? []).every((parent) => chosen.has(parent)));
}

/** Triangle columns of a set of units, forced ones first. */
export function columnsOf({ forced, sizes }: SubsetProblem, chosen: readonly number[]): number[] {
  const starts: number[] = [];
  let at = forced;
  for (const size of sizes) {
    starts.push(at);
    at += size;
  }
  return [...Array.from({ length: forced }, (_, j) => j), ...chosen.flatMap((unit) => Array.from({ length: sizes[unit] as number }, (_, k) => (starts[unit] as number) + k))];
}
