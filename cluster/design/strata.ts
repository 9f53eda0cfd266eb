import { Fault } from '../../schemas/index.ts';
import type { DesignFactor } from './factors.ts';
import type { DesignRequest } from './request.ts';

/** Rows that were measured under common conditions: correlated, or with a mean of their own. */
export interface Strata {
  kind: 'fixed' | 'random' | 'whole-plots';
  /** block or whole plot of each new row, from 0 */
  groupOf: readonly number[];
  /** c of each group in M = Σ X'X − c (X'1)(1'X): 1/m with a mean of its own, η/(1 + mη) with variance ratio η */
  shrink: readonly number[];
  /** factors that are set once a whole plot */
  shared: readonly number[];
  /** variance ratio η; null: means of their own */
  ratio: number | null;
}

const defaultRatio = 1;

/** Throws design_blocks_runs, design_variance_ratio, design_strata_twice, design_unknown_factor, design_strata_whole_plot_factor, design_strata_exclusive. */
export function strataOf(request: DesignRequest, factors: readonly DesignFactor[], rows: number): Strata | undefined {
  const { blocks, wholePlots } = request;
  if (blocks === undefined && wholePlots === undefined) return undefined;
  const fail = (code: string, field: string, message: string, values: Record<string, number | string | readonly string[]>): never => {
    throw new Fault(code, message, { where: { field }, values });
  };
  if (blocks !== undefined && wholePlots !== undefined) fail('design_strata_twice', 'blocks', 'either blocks or whole plots', {});
  const field = blocks === undefined ? 'wholePlots' : 'blocks';
  const sizes = blocks?.sizes ?? wholePlots?.sizes ?? [];
  const ratio = (blocks?.effect ?? (blocks ? 'fixed' : 'random')) === 'fixed' ? null : (blocks ?? wholePlots)?.varianceRatio ?? defaultRatio;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.length < 2 || sizes.some((size) => !Number.isInteger(size) || size < 1) || total !== rows) fail('design_blocks_runs', field, `groups of ${sizes.join(', ')} rows do not hold ${rows} rows`, { sizes: sizes.map(String), runs: rows });
  if (ratio !== null && !(ratio >= 0 && Number.isFinite(ratio))) fail('design_variance_ratio', field, `${ratio} is not a variance ratio`, { ratio });
  const shared = (wholePlots?.factors ?? []).map((name) => {
    const k = factors.findIndex((factor) => factor.name === name);
    if (k < 0) fail('design_unknown_factor', field, `wholePlots names ${name}, which is not a factor`, { name, known: factors.map((factor) => factor.name) });
    return k;
  });
  if (wholePlots !== undefined && (shared.length === 0 || new Set(shared).size < shared.length || shared.length === factors.length)) fail('design_whole_plot_factors', field, 'some factors, not all, are set once a whole plot', { factors: wholePlots.factors });
  // a row of blocks may be any candidate, and none twice; the rows of a whole plot share their cells, so that nothing else can rule them
  const repeats = request.replicates === 'allowed' || (blocks && request.replicates === 'distinct') ? undefined : request.replicates;
  for (const [name, other] of [['replicates', repeats], ...(wholePlots ? [['fixed', request.fixed] as const, ['history', request.history] as const, ['centrePoints', request.centrePoints || undefined] as const] : [])] as const) {
    if (other !== undefined && !(Array.isArray(other) && other.length === 0)) fail('design_strata_exclusive', field, `${field} cannot be combined with ${name}`, { field, other: name });
  }
  return {
    kind: wholePlots ? 'whole-plots' : ratio === null ? 'fixed' : 'random', ratio, shared,
    groupOf: sizes.flatMap((size, group) => Array.from({ length: size }, () => group)),
    shrink: sizes.map((size) => shrinkOf(size, ratio)),
  };
}

/** Groups of rows that are judged together, earlier ones among them. */
export interface RowGroups {
  /** group of each row, from 0 */
  groupOf: readonly number[];
  shrink: readonly number[];
  /** variance ratio; null: means of their own */
  ratio: number | null;
}

/** Earlier rows, which are one more group, before or behind the new ones. */
export function rowGroups({ groupOf, shrink, ratio }: Strata, earlier: number, order: 'earlier first' | 'new first'): RowGroups {
  const before = new Array<number>(earlier).fill(shrink.length);
  return { groupOf: order === 'earlier first' ? [...before, ...groupOf] : [...groupOf, ...before], shrink: earlier === 0 ? shrink : [...shrink, shrinkOf(earlier, ratio)], ratio };
}

/** Groups of rows that exist. */
export function strataOfGroups(groupOf: readonly number[], kind: Strata['kind'], ratio: number | null, shared: readonly number[] = []): Strata {
  const sizes = Array.from({ length: Math.max(...groupOf) + 1 }, (_, group) => groupOf.filter((of) => of === group).length);
  return { kind, groupOf, ratio, shared, shrink: sizes.map((size) => shrinkOf(size, ratio)) };
}

export function shrinkOf(size: number, ratio: number | null): number {
  return ratio === null ? 1 / size : ratio / (1 + size * ratio);
}

/** First row of those that share a cell, rows × factors: factors of a whole plot within it. */
export function sharedCells({ groupOf, shared }: Strata, factors: number): number[] | undefined {
  if (shared.length === 0) return undefined;
  return groupOf.flatMap((group, i) => Array.from({ length: factors }, (_, k) => (shared.includes(k) ? groupOf.indexOf(group) : i)));
}

/** The last `repeats` rows are those before them once more. */
export function repeatedCells(rows: number, repeats: number, factors: number): number[] {
  const single = rows - repeats;
  return Array.from({ length: rows }, (_, i) => Array.from({ length: factors }, () => (i < single ? i : single - 1 - ((i - single) % single)))).flat();
}
