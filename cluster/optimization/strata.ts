import { Fault, type OptimizationDesign, type OptimizationParameters } from '../../schemas/index.ts';
import { assignBlocks, solveEstimable, spaceInStrata, strataOfGroups, type DesignSpace, type Strata } from '../design/index.ts';
import { canonicalName, type Table } from '../table/index.ts';
import type { MadeDesign } from './made-design.ts';
import { blockName, plotName } from './request.ts';

/** Runs that are there already are put into blocks of equal size, so that the model loses as little as possible to them. */
export function inBlocks(made: MadeDesign, { blocks, block_effect: effect, variance_ratio: ratio }: OptimizationParameters, seed: number): MadeDesign {
  if (made.points.length < blocks) throw new Fault('design_blocks_runs', `${blocks} blocks for ${made.points.length} runs`, { where: { field: 'blocks' }, values: { sizes: [String(blocks)], runs: made.points.length } });
  const { model } = solveEstimable(made.space.model, [...made.space.history, ...made.points], made.space.precision).solved;
  const groupOf = assignBlocks(model, made.points, blocks, seed);
  return { ...made, space: spaceInStrata(made.space, strataOfGroups(groupOf, effect, effect === 'fixed' ? null : ratio)), assigned: 'afterwards' };
}

/** A given design with the blocks or whole plots that its table names. */
export function inGroups(made: MadeDesign, groupOf: { kind: 'blocks' | 'whole-plots'; groupOf: readonly number[] } | null, parameters: OptimizationParameters): MadeDesign {
  if (groupOf === null) return made;
  const { block_effect: effect, variance_ratio: ratio, hard_to_change: hard } = parameters;
  const shared = hard.map((name) => made.space.model.factors.findIndex((factor) => factor.name === canonicalName(name))).filter((k) => k >= 0);
  const strata: Strata = groupOf.kind === 'whole-plots' ? strataOfGroups(groupOf.groupOf, 'whole-plots', ratio, shared) : strataOfGroups(groupOf.groupOf, effect, effect === 'fixed' ? null : ratio);
  return { ...made, space: spaceInStrata(made.space, strata), assigned: 'given' };
}

/** The groups that a column ブロック or 主区画 tells, unless it is a factor; null: none, or a single one. `rows`: numbers of the rows that count. */
export function groupsOfTable(table: Table, factors: readonly string[], rows: readonly number[]): { kind: 'blocks' | 'whole-plots'; groupOf: number[] } | null {
  for (const [name, kind] of [[plotName, 'whole-plots'], [blockName, 'blocks']] as const) {
    const column = table.columns.find((one) => one.kind !== 'empty' && canonicalName(one.name) === name);
    if (column === undefined || factors.includes(name)) continue;
    const labels = rows.map((row) => column.values[row] as number);
    const at = labels.findIndex(Number.isNaN);
    if (at >= 0) throw new Fault('optimization_cell_missing', `${name} is empty`, { where: { column: name, row: table.rowNumber(rows[at] as number) }, values: { name, row: table.rowNumber(rows[at] as number) } });
    const different = [...new Set(labels)].sort((a, b) => a - b);
    if (different.length > 1) return { kind, groupOf: labels.map((label) => different.indexOf(label)) };
  }
  return null;
}

/** As it stands in the result. */
export function describeStrata({ space: { strata, model }, assigned }: MadeDesign): OptimizationDesign['strata'] {
  if (strata === null) return null;
  const { kind, groupOf, shrink, shared, ratio } = strata;
  return {
    kind: kind === 'whole-plots' ? 'whole_plots' : kind === 'fixed' ? 'fixed_blocks' : 'random_blocks', column: groupColumn({ strata }) as string,
    sizes: shrink.map((_, group) => groupOf.filter((of) => of === group).length), variance_ratio: ratio, hard_to_change: shared.map((k) => model.factors[k]?.name ?? ''), assigned: assigned ?? 'searched',
  };
}

export function groupColumn({ strata }: Pick<DesignSpace, 'strata'>): string | null {
  return strata === null ? null : strata.kind === 'whole-plots' ? plotName : blockName;
}
