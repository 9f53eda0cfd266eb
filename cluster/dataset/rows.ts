import { Fault } from '../../schemas/index.ts';
import type { Column } from '../table/index.ts';

/** Rows with a target and every feature present. @throws Fault `too_few_rows` is left to the caller, who knows the number of terms */
export function completeRows(target: Column, features: readonly Column[], skip: ReadonlySet<number>): { used: Int32Array; missing: number; missingBy: Map<string, number> } {
  const missingBy = new Map<string, number>();
  const used: number[] = [];
  let missing = 0;
  for (let row = 0; row < target.values.length; row += 1) {
    if (skip.has(row)) continue;
    const gap = [target, ...features].find((column) => Number.isNaN(column.values[row] as number));
    if (gap === undefined) used.push(row);
    else {
      missing += 1;
      missingBy.set(gap.name, (missingBy.get(gap.name) ?? 0) + 1);
    }
  }
  return { used: Int32Array.from(used), missing, missingBy };
}

/** @throws Fault when fewer rows are left than a fit with at least one residual degree of freedom needs */
export function requireRows(rows: number, terms: number): void {
  if (rows > terms) return;
  throw new Fault('too_few_rows', `${rows} complete rows are too few for ${terms} coefficients; at least ${terms + 1} are needed`, { where: { field: 'parameters.feature_columns' }, values: { rows, terms, needed: terms + 1 } });
}
