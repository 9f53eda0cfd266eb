import { Fault, type OptimizationDesign, type OptimizationParameters } from '../../schemas/index.ts';
import { assignBlocks, groupSizes, solveEstimable, spaceInStrata, stratumOf, type DesignSpace, type Strata, type Stratum } from '../design/index.ts';
import { canonicalName, type Table } from '../table/index.ts';
import type { MadeDesign } from './made-design.ts';
import { blockName, plotName, subplotName } from './request.ts';

/** Groups that the columns of a table tell, outermost first. */
export type TableGroups = readonly { name: string; groupOf: readonly number[] }[];

/** Runs that are there already are put into blocks of equal size, so that the model loses as little as possible to them. */
export function inBlocks(made: MadeDesign, parameters: OptimizationParameters, seed: number): MadeDesign {
  const { blocks } = parameters;
  if (made.points.length < blocks) throw new Fault('design_blocks_runs', `${blocks} blocks for ${made.points.length} runs`, { where: { field: 'blocks' }, values: { sizes: [String(blocks)], runs: made.points.length } });
  const { model } = solveEstimable(made.space.model, [...made.space.history, ...made.points], made.space.precision).solved;
  const groupOf = assignBlocks(model, made.points, blocks, seed);
  return { ...made, space: spaceInStrata(made.space, [blockStratum(groupOf, parameters, made.space)]), assigned: 'afterwards' };
}

function blockStratum(groupOf: readonly number[], { block_effect: effect, block_variance_ratio: own, variance_ratio: ratio }: OptimizationParameters, { history }: DesignSpace, told?: readonly number[]): Stratum {
  return stratumOf(groupOf, effect, effect === 'fixed' ? null : own ?? ratio, history, told && { told });
}

/** A given design with the blocks and whole plots that its table names; `history`: those of the earlier runs. */
export function inGroups(made: MadeDesign, groups: TableGroups, history: TableGroups, parameters: OptimizationParameters): MadeDesign {
  if (groups.length === 0) return made;
  const { hard_to_change: hard, very_hard_to_change: veryHard, variance_ratio: ratio, outer_variance_ratio: outerRatio } = parameters;
  const numbersOf = (names: readonly string[]): number[] => names.map((name) => made.space.model.factors.findIndex((factor) => factor.name === canonicalName(name))).filter((k) => k >= 0);
  const twice = groups.some(({ name }) => name === subplotName);
  const strata: Stratum[] = [];
  for (const { name, groupOf } of groups) {
    const told = history.find((one) => one.name === name)?.groupOf;
    const outer = twice && name === plotName;
    strata.push(name === blockName ? blockStratum(groupOf, parameters, made.space, told) : stratumOf(groupOf, 'plots', outer ? outerRatio ?? ratio : ratio, made.space.history, { shared: numbersOf(outer ? veryHard : hard), around: strata, ...(told && { told }) }));
  }
  return { ...made, space: spaceInStrata(made.space, strata as unknown as Strata), assigned: 'given' };
}

/** The groups that columns ブロック, 主区画 and 副区画 tell unless they are factors; numbers count within the group around. Columns of one group are left out. `rows`: numbers of the rows that count. */
export function groupsOfTable(table: Table, factors: readonly string[], rows: readonly number[]): TableGroups {
  const result: { name: string; groupOf: number[] }[] = [];
  for (const name of [blockName, plotName, subplotName]) {
    const column = table.columns.find((one) => one.kind !== 'empty' && canonicalName(one.name) === name);
    if (column === undefined || factors.includes(name)) continue;
    const labels = rows.map((row) => column.values[row] as number);
    const at = labels.findIndex(Number.isNaN);
    if (at >= 0) throw new Fault('optimization_cell_missing', `${name} is empty`, { where: { column: name, row: table.rowNumber(rows[at] as number) }, values: { name, row: table.rowNumber(rows[at] as number) } });
    const outer = result.at(-1)?.groupOf;
    const keys = labels.map((label, i) => [outer?.[i] ?? 0, label] as const);
    const different = [...new Map(keys.map((key) => [key.join(), key])).values()].sort(([a, b], [c, d]) => a - c || b - d).map((key) => key.join());
    if (different.length > Math.max(1, outer === undefined ? 1 : new Set(outer).size)) result.push({ name, groupOf: keys.map((key) => different.indexOf(key.join())) });
  }
  return result;
}

/** As they stand in the result, outermost first. */
export function describeStrata({ space: { strata, model }, assigned }: MadeDesign): OptimizationDesign['strata'] {
  return (strata ?? []).map((stratum, at) => ({
    kind: stratum.kind === 'plots' ? columnOf(strata as Strata, at) === subplotName ? 'subplots' as const : 'whole_plots' as const : stratum.kind === 'fixed' ? 'fixed_blocks' as const : 'random_blocks' as const,
    column: columnOf(strata as Strata, at), sizes: groupSizes(stratum), variance_ratio: stratum.ratio, hard_to_change: stratum.shared.map((k) => model.factors[k]?.name ?? ''), assigned: assigned ?? 'searched',
  }));
}

/** The column that names the groups of a stratum; with two kinds of plots the inner ones are subplots. */
export function columnOf(strata: Strata, at: number): string {
  if (strata[at]?.kind !== 'plots') return blockName;
  return strata[at - 1]?.kind === 'plots' ? subplotName : plotName;
}
