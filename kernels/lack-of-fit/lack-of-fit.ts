import { fTails } from '../distributions/index.ts';
import { KernelError } from '../errors.ts';
import type { FittedModel } from '../regression/index.ts';

export interface LackOfFit {
  /** Replicated settings (two rows or more). */
  replicateGroups: number;
  pureError: { degreesOfFreedom: number; sumOfSquares: number };
  lackOfFit: { degreesOfFreedom: number; sumOfSquares: number };
  /** NaN without degrees of freedom for lack of fit or without pure error. */
  f: number;
  pValue: number;
  /** 1 − pure error / total: no model of these columns can explain more of these rows (JMP's Max RSq). NaN when y does not vary. */
  maxRSquared: number;
}

/**
 * Lack-of-fit test against pure error (Draper & Smith 1998, §2.1).
 * @param group replicate group per row, from `replicateGroups` @returns undefined without replicates. Throws kernel_shape.
 */
export function lackOfFit({ y, n, fit }: Pick<FittedModel, 'y' | 'n'> & { fit: Pick<FittedModel['fit'], 'rss' | 'tss' | 'rank'> }, group: Int32Array): LackOfFit | undefined {
  if (group.length !== n) throw new KernelError('kernel_shape', `${group.length} group numbers for ${n} rows`, { length: group.length, n });
  const members = new Map<number, number[]>();
  group.forEach((id, i) => members.set(id, [...(members.get(id) ?? []), i]));
  const df = n - members.size;
  if (df === 0) return undefined;
  let pure = 0;
  let replicateGroups = 0;
  for (const rows of members.values()) {
    if (rows.length < 2) continue;
    replicateGroups++;
    const first = y[rows[0] as number] as number;
    const mean = rows.reduce((sum, i) => sum + ((y[i] as number) - first), 0) / rows.length;
    for (const i of rows) pure += ((y[i] as number) - first - mean) ** 2;
  }
  const dfLack = members.size - fit.rank;
  const lack = Math.max(0, fit.rss - pure);
  const testable = dfLack > 0 && pure > 0;
  const f = testable ? lack / dfLack / (pure / df) : Number.NaN;
  return {
    replicateGroups,
    pureError: { degreesOfFreedom: df, sumOfSquares: pure },
    lackOfFit: { degreesOfFreedom: dfLack, sumOfSquares: lack },
    f, pValue: testable ? fTails(f, dfLack, df).upper : Number.NaN,
    maxRSquared: fit.tss > 0 ? 1 - pure / fit.tss : Number.NaN,
  };
}

/**
 * Rows with the same settings. With `tolerance` > 0 also near-replicates: rows that differ from a group's first row by at most that
 * share of each factor's range; the "pure" error then holds a little of the model's slope, so it errs to the safe side of no lack of fit.
 * O(n) exact, O(n · groups) near.
 * @param factors one array per factor @returns group number per row, by first appearance
 */
export function replicateGroups(factors: readonly Float64Array[], n: number, tolerance = 0): Int32Array {
  if (tolerance === 0) {
    const numbers = new Map<string, number>();
    return Int32Array.from({ length: n }, (_, i) => {
      const key = factors.map((values) => values[i]).join();
      const known = numbers.get(key) ?? numbers.size;
      numbers.set(key, known);
      return known;
    });
  }
  const widths = factors.map((values) => tolerance * (values.reduce((a, b) => Math.max(a, b), -Infinity) - values.reduce((a, b) => Math.min(a, b), Infinity)));
  const firsts: number[] = [];
  return Int32Array.from({ length: n }, (_, i) => {
    const found = firsts.findIndex((first) => factors.every((values, k) => Math.abs((values[i] as number) - (values[first] as number)) <= (widths[k] as number)));
    return found >= 0 ? found : firsts.push(i) - 1;
  });
}
