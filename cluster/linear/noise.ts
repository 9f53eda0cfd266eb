import type { LinearSections } from '../../schemas/index.ts';

/** Upper tail of F(df1, df2). */
export type FTail = (f: number, df1: number, df2: number) => number;

/**
 * Pure error from replicates (rows with identical features): the noise that no model of these features can explain, hence
 * the highest R² that is honest, and the lack-of-fit test of the fitted model against it (Draper & Smith 1998, §2.1).
 * @param group group number per row, @param actual target per row, @param rss residual sum of squares of the fit
 * @returns null without replicates
 */
export function noiseCeiling(group: Int32Array, groups: number, actual: Float64Array, fit: { rss: number; tss: number; rank: number }, tail: FTail): LinearSections['noise'] {
  const n = actual.length;
  const df = n - groups;
  if (df < 1) return null;
  const sums = new Float64Array(groups);
  const counts = new Int32Array(groups);
  group.forEach((number, row) => {
    sums[number] = (sums[number] as number) + (actual[row] as number);
    counts[number] = (counts[number] as number) + 1;
  });
  let pure = 0;
  group.forEach((number, row) => {
    pure += ((actual[row] as number) - (sums[number] as number) / (counts[number] as number)) ** 2;
  });
  const dfLack = groups - fit.rank;
  const testable = dfLack > 0 && pure > 0;
  const f = testable ? Math.max(0, fit.rss - pure) / dfLack / (pure / df) : null;
  return {
    replicate_groups: counts.reduce((total, count) => total + (count > 1 ? 1 : 0), 0),
    df,
    sd: Math.sqrt(pure / df),
    // what remains unexplained at best, on every row: pure-error variance against the variance of the target
    r2_ceiling: fit.tss > 0 ? Math.max(0, 1 - (pure / df) * (n - 1) / fit.tss) : null,
    lack_of_fit_f: f,
    lack_of_fit_p: f === null ? null : tail(f, dfLack, df),
  };
}
