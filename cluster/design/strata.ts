import type { RowGrouping } from '../../kernels/index.ts';
import { Fault } from '../../schemas/index.ts';
import type { DesignFactor, Point } from './factors.ts';
import type { DesignRequest } from './request.ts';

/** Rows that were measured under common conditions: correlated, or with a mean of their own. */
export interface Stratum {
  kind: 'fixed' | 'random' | 'plots';
  /** block or whole plot of each new row, from 0 */
  groupOf: readonly number[];
  /** the same of each earlier row, numbered on behind the new ones */
  earlier: readonly number[];
  /** factors that are set once a group */
  shared: readonly number[];
  /** variance ratio η; null: means of their own */
  ratio: number | null;
}

/** Outermost first: the groups of each lie within those of the one before. Only the outermost has means of its own. */
export type Strata = readonly [Stratum, ...Stratum[]];

/** Rows of a design in groups, with what they weigh in R⁻¹. */
export interface RowGroups extends RowGrouping {
  ratio: number | null;
}

const defaultRatio = 1;

interface Asked { field: 'blocks' | 'outerPlots' | 'wholePlots'; kind: Stratum['kind']; sizes: readonly number[]; ratio: number | null; factors: readonly string[]; earlier: readonly number[] | undefined }

/**
 * The strata that a request asks for; undefined: none. @param history its earlier runs, coded
 * Throws design_blocks_runs, design_strata_nested, design_variance_ratio, design_unknown_factor, design_whole_plot_factors, design_strata_exclusive, design_history_groups.
 */
export function strataOf(request: DesignRequest, factors: readonly DesignFactor[], rows: number, history: readonly Point[]): Strata | undefined {
  const asked = askedOf(request);
  if (asked.length === 0) return undefined;
  const hard: number[] = [];
  const strata: Stratum[] = [];
  for (const { field, kind, sizes, ratio, factors: names, earlier } of asked) {
    const fail = (code: string, message: string, values: Record<string, number | string | readonly string[]>): never => {
      throw new Fault(code, message, { where: { field }, values });
    };
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (sizes.length < 2 || sizes.some((size) => !Number.isInteger(size) || size < 1) || total !== rows) fail('design_blocks_runs', `groups of ${sizes.join(', ')} rows do not hold ${rows} rows`, { sizes: sizes.map(String), runs: rows });
    if (ratio !== null && !(ratio >= 0 && Number.isFinite(ratio))) fail('design_variance_ratio', `${ratio} is not a variance ratio`, { ratio });
    const shared = names.map((name) => {
      const k = factors.findIndex((factor) => factor.name === name);
      if (k < 0) fail('design_unknown_factor', `${field} names ${name}, which is not a factor`, { name, known: factors.map((factor) => factor.name) });
      return k;
    });
    hard.push(...shared);
    if (kind === 'plots' && (shared.length === 0 || new Set(hard).size < hard.length || hard.length === factors.length)) fail('design_whole_plot_factors', 'some factors, not all, are set once a whole plot, each in one kind of them', { factors: [...names] });
    const groupOf = sizes.flatMap((size, group) => Array.from({ length: size }, () => group));
    const outer = strata.at(-1);
    if (outer !== undefined && groupOf.some((group, i) => groupOf[i - 1] === group && outer.groupOf[i - 1] !== outer.groupOf[i])) fail('design_strata_nested', 'a whole plot lies in more than one of the groups around it', { sizes: sizes.map(String) });
    if (earlier !== undefined && earlier.length !== history.length) fail('design_history_groups', 'every earlier run has a group', { groups: earlier.length, runs: history.length });
    strata.push(stratumOf(groupOf, kind, ratio, history, { shared, around: strata, ...(earlier && { told: earlier }) }));
  }
  // repeats have the cells of other rows, whatever group those are in
  if (typeof request.replicates === 'object') {
    const [{ field }] = asked as [Asked];
    throw new Fault('design_strata_exclusive', `${field} cannot be combined with replicates`, { where: { field }, values: { field, other: 'replicates' } });
  }
  return strata as [Stratum, ...Stratum[]];
}

function askedOf({ blocks, outerPlots, wholePlots, historyGroups }: DesignRequest): Asked[] {
  return [
    ...(blocks === undefined ? [] : [{ field: 'blocks' as const, kind: blocks.effect ?? 'fixed', sizes: blocks.sizes, ratio: (blocks.effect ?? 'fixed') === 'fixed' ? null : blocks.varianceRatio ?? defaultRatio, factors: [], earlier: historyGroups?.blocks }]),
    ...([['outerPlots', outerPlots, historyGroups?.outerPlots], ['wholePlots', wholePlots, historyGroups?.wholePlots]] as const).flatMap(([field, plots, earlier]): Asked[] => (plots === undefined ? [] : [{ field, kind: 'plots', sizes: plots.sizes, ratio: plots.varianceRatio ?? defaultRatio, factors: plots.factors, earlier }])),
  ];
}

/**
 * One stratum of rows in given groups. Earlier runs are grouped as `told`, else they are one more block; those that follow each other with the same hard factors
 * (`shared`, and those of the strata `around`) in the same groups around are one whole plot.
 */
export function stratumOf(groupOf: readonly number[], kind: Stratum['kind'], ratio: number | null, history: readonly Point[], { shared = [], around = [], told }: { shared?: readonly number[]; around?: readonly Stratum[]; told?: readonly number[] } = {}): Stratum {
  const hard = [...around.flatMap((outer) => outer.shared), ...shared];
  const keyOf = (i: number): string => JSON.stringify([told?.[i] ?? (kind === 'plots' ? hard.map((k) => history[i]?.[k]) : 0), around.map(({ earlier }) => earlier[i])]);
  const numbers = new Map<string, number>();
  let group = groupCount({ groupOf }) - 1;
  const earlier = history.map((_, i) => {
    const key = keyOf(i);
    // without a column that tells, the same settings later on are another plot
    const known = told !== undefined || kind !== 'plots' ? numbers.get(key) : i > 0 && keyOf(i - 1) === key ? group : undefined;
    if (known !== undefined) return known;
    group += 1;
    numbers.set(key, group);
    return group;
  });
  return { kind, groupOf, ratio, shared, earlier };
}

/** The groups of new and earlier rows as they weigh in R⁻¹. */
export function rowGroups(strata: Strata, order: 'earlier first' | 'new first'): RowGroups[] {
  return groupingsOf(strata.map(({ groupOf, earlier, ratio }) => ({ groupOf: order === 'earlier first' ? [...earlier, ...groupOf] : [...groupOf, ...earlier], ratio })));
}

/** The groups of the new rows alone. */
export function newGroups(strata: Strata): RowGroups[] {
  return groupingsOf(strata);
}

/** The groups of the earlier rows alone. */
export function earlierRowGroups(strata: Strata): RowGroups[] {
  return groupingsOf(strata.map((stratum) => ({ groupOf: stratum.earlier.map((group) => group - groupCount(stratum)), ratio: stratum.ratio })));
}

/**
 * R = I + Σ η (rows of a group together), from the innermost groups outwards: R⁻¹1 of a group is w, and with one more stratum around R⁻¹ loses c w w',
 * c = η / (1 + η 1'w) and w shrinks by 1 / (1 + η 1'w); means of their own are η → ∞. Groups without rows weigh nothing.
 */
export function groupingsOf(strata: readonly { groupOf: readonly number[]; ratio: number | null }[]): RowGroups[] {
  const weight = new Array<number>(strata[0]?.groupOf.length ?? 0).fill(1);
  return strata.toReversed().map(({ groupOf, ratio }) => {
    const totals = new Array<number>(groupOf.reduce((most, group) => Math.max(most, group), -1) + 1).fill(0);
    groupOf.forEach((group, i) => {
      totals[group] = (totals[group] as number) + (weight[i] as number);
    });
    const shrink = totals.map((total) => (total === 0 ? 0 : ratio === null ? 1 / total : ratio / (1 + total * ratio)));
    const grouping = { groupOf, ratio, shrink, weight: [...weight] };
    groupOf.forEach((group, i) => {
      weight[i] = ratio === null ? 0 : (weight[i] as number) / (1 + (totals[group] as number) * ratio);
    });
    return grouping;
  }).reverse();
}

/** How many groups the new rows are in. */
export function groupCount({ groupOf }: Pick<Stratum, 'groupOf'>): number {
  return groupOf.reduce((most, group) => Math.max(most, group), -1) + 1;
}

export function groupSizes({ groupOf }: Pick<Stratum, 'groupOf'>): number[] {
  const sizes = new Array<number>(groupCount({ groupOf })).fill(0);
  for (const group of groupOf) sizes[group] = (sizes[group] as number) + 1;
  return sizes;
}

/** First row of those that share a cell, rows × factors: factors of a whole plot within it. */
export function sharedCells(strata: Strata, factors: number): number[] | undefined {
  if (strata.every(({ shared }) => shared.length === 0)) return undefined;
  return strata[0].groupOf.flatMap((_, i) => Array.from({ length: factors }, (_cell, k) => {
    const stratum = strata.find(({ shared }) => shared.includes(k));
    return stratum === undefined ? i : stratum.groupOf.indexOf(stratum.groupOf[i] as number);
  }));
}

/** The last `repeats` rows are those before them once more. */
export function repeatedCells(rows: number, repeats: number, factors: number): number[] {
  const single = rows - repeats;
  return Array.from({ length: rows }, (_, i) => Array.from({ length: factors }, () => (i < single ? i : single - 1 - ((i - single) % single)))).flat();
}
