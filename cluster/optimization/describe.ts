import { createHash } from 'node:crypto';
import type { OptimizationDesign, OptimizationResult } from '../../schemas/index.ts';
import { compareDesigns, decode, shuffled, type Candidates, type DesignFactor, type DesignSpace, type Efficiencies, type Settings, type Strata } from '../design/index.ts';
import type { DesignFigures } from './evaluate-task.ts';
import type { MadeDesign } from './made-design.ts';
import { columnOf, describeStrata } from './strata.ts';

/** A design as it stands in the result. */
export function describeDesign(made: MadeDesign, figures: DesignFigures, { datasetSha256, seed, randomize }: { datasetSha256: string; seed: number; randomize: boolean }): OptimizationDesign {
  const { factors } = made.space.model;
  const rows = inTheirGroups(made.points.map((point) => decode(factors, point)), made.space);
  return {
    id: idOf({ datasetSha256, name: made.name, seed, randomize, factors, rows, model: made.space.model.columns.map(({ name }) => name) }),
    name: made.name, criterion: made.criterion, rows, run_order: runOrder(rows.length, made.space.strata, seed, randomize), search: made.search, construction: made.construction, strata: describeStrata(made), ...figures,
  };
}

/** Rows with their blocks and plots, from 1. */
export function inTheirGroups(rows: readonly Settings[], space: Pick<DesignSpace, 'strata'>): Settings[] {
  const { strata } = space;
  return rows.map((row, i) => ({ ...row, ...Object.fromEntries((strata ?? []).map(({ groupOf }, at) => [columnOf(strata as Strata, at), (groupOf[i] ?? 0) + 1])) }));
}

/** Names the content: an uploaded table that carries it is known to belong to this design, whatever job made it. A UUID of version 8. */
export function idOf(content: unknown): string {
  const hex = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Place of each row in the order of running; blocks stay together in their order, whole plots together in the order of their first rows. */
export function runOrder(rows: number, strata: DesignSpace['strata'], seed: number, randomize: boolean): number[] {
  const order = randomize ? shuffled(rows, seed) : Array.from({ length: rows }, (_, i) => i);
  const turns = Array.from({ length: rows }, (_, i) => (strata ?? []).map(({ kind, groupOf }) => (kind === 'plots' ? order.findIndex((row) => groupOf[row] === groupOf[i]) : groupOf[i] as number)));
  const earlier = (a: number, b: number): number => (turns[a] as number[]).reduce((found, turn, at) => found || turn - (turns[b]?.[at] as number), 0);
  const place = new Array<number>(rows);
  order.toSorted(earlier).forEach((row, at) => {
    place[row] = at + 1;
  });
  return place;
}

export function describeFactor(factor: DesignFactor, k: number, candidates: Candidates | null): OptimizationResult['factors'][number] {
  if (factor.kind === 'categorical') return { name: factor.name, kind: factor.kind, levels: [...factor.levels], shares: sharesOf(factor.levels.map((_, level) => level), candidates?.columns[k], factor.levels.length), low: null, high: null };
  if (factor.kind === 'discrete') {
    const low = factor.low ?? Math.min(...factor.levels);
    const high = factor.high ?? Math.max(...factor.levels);
    return { name: factor.name, kind: factor.kind, levels: [...factor.levels], shares: sharesOf(factor.levels.map((level) => ((level - low) - (high - level)) / (high - low)), candidates?.columns[k], factor.levels.length), low, high };
  }
  return { name: factor.name, kind: factor.kind, levels: null, shares: null, low: factor.low, high: factor.high };
}

function sharesOf(coded: readonly number[], column: Float64Array | undefined, levels: number): number[] {
  if (column === undefined) return coded.map(() => 1 / levels);
  const counts = new Map<number, number>();
  for (const value of column) counts.set(value, (counts.get(value) ?? 0) + 1);
  return coded.map((value) => (counts.get(value) ?? 0) / column.length);
}

/** Every pair of designs, the earlier one first. */
export function comparisonsOf(designs: readonly OptimizationDesign[]): OptimizationResult['comparisons'] {
  return designs.flatMap((first, i) => designs.slice(i + 1).map((second) => {
    const { d, a, e, averageVariance, largestVariance } = compareDesigns(efficienciesOf(first), efficienciesOf(second));
    return { first: first.name, second: second.name, d, a, e, average_variance: averageVariance, largest_variance: largestVariance };
  }));
}

function efficienciesOf({ criteria: c }: OptimizationDesign): Efficiencies {
  return {
    determinant: Math.exp(c.log_determinant), logDeterminant: c.log_determinant, d: c.d, a: c.a, aEfficiency: c.a_efficiency, traceOfInverse: c.trace_of_inverse, e: c.e, conditionNumber: c.condition_number,
    averageVariance: c.average_variance, i: c.i, averageStandardError: c.average_standard_error, largestVariance: c.largest_variance, g: c.g, gEfficiency: c.g_efficiency,
  };
}
