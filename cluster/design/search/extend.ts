import { invertSymmetric, quadraticForm } from '../algebra.ts';
import { pointAt } from '../candidates.ts';
import type { Point } from '../factors.ts';
import { modelRow } from '../model.ts';
import { planInformation } from './score.ts';
import { pointsOf, polish } from './start.ts';
import type { PlacedPlan } from './start.ts';

/**
 * Rows of a smaller design with more of them until the plan is full, then improved: never worse than the smaller one, whose information they contain.
 * Each added row is the one of largest prediction variance: a candidate of a list, else one of the rows that are there, which exchange then moves.
 * Deterministic. @returns cells; empty where rows are in groups, repeat others or may not be repeated on a grid
 */
export function extendRows(placed: PlacedPlan, cells: Float64Array): Float64Array {
  const { plan } = placed;
  const { search } = plan;
  const rows = plan.runs - plan.fixed.length;
  const width = search.kind === 'list' ? 1 : plan.model.factors.length;
  const have = cells.length / width;
  if (search.kind === 'trial' || have > rows || !Number.isInteger(have) || (search.kind === 'cells' && search.problem.fixed !== undefined)) return new Float64Array(0);
  const own = [...cells];
  while (own.length < rows * width) {
    const next = search.kind === 'list' ? bestCandidate(placed, own) : bestRow(placed, own, width);
    if (next === null) return new Float64Array(0);
    own.push(...next);
  }
  return polish(placed, Float64Array.from(own));
}

function varianceOf({ plan }: PlacedPlan, own: readonly number[]): ((point: Point) => number) | null {
  const p = plan.model.columns.length;
  const short = { ...plan, runs: plan.fixed.length + own.length / (plan.search.kind === 'list' ? 1 : plan.model.factors.length) };
  const inverse = invertSymmetric(planInformation(short, pointsOf(short, Float64Array.from(own))), p)?.inverse;
  return inverse === undefined ? null : (point) => quadraticForm(inverse, modelRow(plan.model, point), p);
}

function bestCandidate(placed: PlacedPlan, own: readonly number[]): number[] | null {
  const { search } = placed.plan;
  const variance = varianceOf(placed, own);
  if (search.kind !== 'list' || variance === null) return null;
  const { limit } = search.list;
  let [best, most] = [-1, -Infinity];
  for (let j = 0; j < search.candidates.count; j++) {
    if (typeof limit !== 'number' && ((limit as Int32Array)[j] as number) <= own.filter((other) => other === j).length) continue;
    const value = variance(pointAt(search.candidates, j));
    if (value > most) [best, most] = [j, value];
  }
  return best < 0 ? null : [best];
}

function bestRow(placed: PlacedPlan, own: readonly number[], width: number): number[] | null {
  const variance = varianceOf(placed, own);
  if (variance === null) return null;
  const short = { ...placed.plan, runs: placed.plan.fixed.length + own.length / width };
  const points = pointsOf(short, Float64Array.from(own)).slice(placed.plan.fixed.length);
  const at = points.map(variance).reduce((best, value, i, all) => (value > (all[best] as number) ? i : best), 0);
  return own.slice(at * width, (at + 1) * width);
}
