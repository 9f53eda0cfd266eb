import { Fault } from '../../schemas/index.ts';
import { pointAt } from './candidates.ts';
import type { Candidates } from './candidates.ts';
import { regionPoints } from './evaluation/variance.ts';
import type { Point } from './factors.ts';
import { codedRange, isAllowed, valuesOf } from './region/index.ts';
import type { Region } from './region/index.ts';
import type { DesignRequest } from './request.ts';

/**
 * The centre points that were asked for: numbers at their middle or the level nearest to it, categories in turn; of a list, the candidates nearest to
 * the middle. Throws design_centre_count, design_centre_not_allowed.
 */
export function centrePoints({ centrePoints: count = 0 }: DesignRequest, region: Region, candidates: Candidates | undefined): Point[] {
  if (!Number.isInteger(count) || count < 0) throw new Fault('design_centre_count', `${count} is not a number of centre points`, { where: { field: 'centrePoints' }, values: { count } });
  const combinations = region.factors.reduce((product, factor) => product * (factor.kind === 'categorical' ? factor.levels.length : 1), 1);
  let shares: number[] | undefined;
  const middles = Array.from({ length: Math.min(count, combinations) }, (_, c) => {
    let rest = c;
    const middle = region.factors.map((factor, k) => {
      if (factor.kind === 'categorical') {
        const level = rest % factor.levels.length;
        rest = Math.floor(rest / factor.levels.length);
        return level;
      }
      if (region.shares.includes(k)) return (shares ??= middleShares(region))[region.shares.indexOf(k)] as number;
      const [low, high] = codedRange(factor);
      const centre = (low + high) / 2;
      return (valuesOf(factor) ?? [centre]).reduce((best, value) => (Math.abs(value - centre) < Math.abs(best - centre) ? value : best));
    });
    const point = candidates === undefined || candidates.isGrid ? middle : nearest(candidates, middle);
    if (!isAllowed(region, point)) throw new Fault('design_centre_not_allowed', 'the centre is outside the constraints', { where: { field: 'centrePoints' } });
    return point;
  });
  return Array.from({ length: count }, (_, c) => middles[c % combinations] as Point);
}

/** Every share as far above its lower limit as the others; within constraints that forbid this, the mean of the region. */
export function middleShares(region: Region): number[] {
  const lows = region.shares.map((k) => codedRange(region.factors[k] as Region['factors'][number])[0]);
  const left = (1 - lows.reduce((sum, low) => sum + low, 0)) / lows.length;
  const middle = lows.map((low) => low + left);
  const inside = region.shares.every((k, m) => (middle[m] as number) <= codedRange(region.factors[k] as Region['factors'][number])[1]);
  const others = region.factors.map((factor) => (factor.kind === 'categorical' ? 0 : (codedRange(factor)[0] + codedRange(factor)[1]) / 2));
  if (inside && isAllowed(region, others.map((value, k) => (region.shares.includes(k) ? middle[region.shares.indexOf(k)] as number : value)))) return middle;
  const points = regionPoints(region, 512, 1);
  return points.length === 0 ? middle : region.shares.map((k) => points.reduce((sum, point) => sum + (point[k] as number), 0) / points.length);
}

function nearest(candidates: Candidates, middle: Point): Point {
  let best = 0;
  let least = Infinity;
  for (let j = 0; j < candidates.count; j++) {
    // another level of a category is farther than any number
    const distance = middle.reduce((sum, value, k) => sum + (candidates.factors[k]?.kind === 'categorical' ? (candidates.columns[k]?.[j] === value ? 0 : 1e6) : ((candidates.columns[k]?.[j] as number) - value) ** 2), 0);
    if (distance < least) [best, least] = [j, distance];
  }
  return pointAt(candidates, best);
}
