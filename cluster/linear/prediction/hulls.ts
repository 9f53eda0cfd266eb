import { convexHull, type ConvexHull } from '../../../kernels/index.ts';
import { levelOf, type Column } from '../../table/index.ts';
import type { DesignPlan } from '../model/index.ts';

/** Settings of the rows of a fit, for the question whether another one lies between them. Plain data. */
export interface Hulls {
  /** columns that the model reads as numbers, and as levels */
  numbers: string[];
  levels: string[];
  /** by the levels of a row, joined: only rows of the same levels can be mixed to it */
  byLevels: ReadonlyMap<string, ConvexHull>;
}

/** Rows of the grid × settings of the fit × columns up to which the question costs no more than a few seconds. */
export const mostHullWork = 3e8;

/** What a row that is no mixture of the rows of the fit is marked with beside the names of columns; '' is the mark of a large leverage. */
export const outsideHull = '\u0000hull';

export function hullsOf(plan: DesignPlan, column: (name: string) => Column, rows: Int32Array): Hulls {
  const learned = plan.terms.flatMap(({ factors }) => factors.map((factor) => factor.learned));
  const names = (categorical: boolean): string[] => [...new Set(learned.filter(({ kind }) => (kind === 'levels') === categorical).map((factor) => factor.column))];
  const levels = names(true);
  const numbers = names(false).filter((name) => !levels.includes(name));
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const key = keyOf(levels, column, row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return { numbers, levels, byLevels: new Map([...groups].map(([key, own]) => [key, convexHull.of(numbers.map((name) => Float64Array.from(own, (row) => column(name).values[row] as number)))])) };
}

/** Whether a row is a mixture of rows of the fit. */
export function withinHulls({ numbers, levels, byLevels }: Hulls, column: (name: string) => Column, row: number): boolean {
  const hull = byLevels.get(keyOf(levels, column, row));
  if (hull === undefined) return false;
  const values = numbers.map((name) => column(name).values[row] as number);
  return convexHull.holds(hull, (j) => values[j] as number);
}

function keyOf(levels: readonly string[], column: (name: string) => Column, row: number): string {
  return JSON.stringify(levels.map((name) => levelOf(column(name), row) ?? null));
}
