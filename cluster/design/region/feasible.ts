import { Fault } from '../../../schemas/index.ts';
import { interiorPoint } from './linear-program.ts';
import type { HalfSpace } from './polytope.ts';
import { codedRange, coupledFactors, isAllowed, valuesOf } from './region.ts';
import type { Region } from './region.ts';

/** Combinations of levels looked at before the question is left open. */
const mostSteps = 200_000;
/** How far outside a forbidden box (coded) a point has to be. */
const outside = 1e-6;

/**
 * An allowed point that keeps the given values (null = free). Throws design_contradictory_constraints, with the fewest constraints that already
 * contradict each other. @returns undefined when the search was given up
 */
export function feasiblePoint(region: Region, given: readonly (number | null)[] = region.factors.map(() => null)): number[] | undefined {
  const found = search(region, given);
  if (found !== null) return found && wholeShares(region, found, given);
  let { constraints, boxes } = region;
  // deletion filter: what can go without making it possible was not to blame
  for (const constraint of region.constraints) {
    const fewer = constraints.filter((other) => other !== constraint);
    if (search({ ...region, constraints: fewer, boxes }, given) === null) constraints = fewer;
  }
  for (const box of region.boxes) {
    const fewer = boxes.filter((other) => other !== box);
    if (search({ ...region, constraints, boxes: fewer }, given) === null) boxes = fewer;
  }
  const guilty = constraints.map((constraint) => region.constraints.indexOf(constraint) + 1);
  throw new Fault('design_contradictory_constraints', `no setting satisfies the constraints ${guilty.join(', ')}${boxes.length > 0 ? ` and ${boxes.length} forbidden combinations` : ''}`, {
    where: { field: 'constraints' }, values: { constraints: guilty.map(String), forbidden: boxes.length },
  });
}

/** The sum of the shares to the last digit: what is missing goes to the free share with the most room. */
function wholeShares({ shares, factors }: Region, point: number[], given: readonly (number | null)[]): number[] {
  const open = shares.filter((k) => given[k] === null);
  if (open.length === 0) return point;
  const room = (k: number): number => {
    const [low, high] = codedRange(factors[k] as Region['factors'][number]);
    return Math.min((point[k] as number) - low, high - (point[k] as number));
  };
  const widest = open.reduce((best, k) => (room(k) > room(best) ? k : best));
  return point.with(widest, 1 - shares.reduce((sum, k) => sum + (k === widest ? 0 : point[k] as number), 0));
}

/** null: there is none; undefined: not known. */
function search(region: Region, given: readonly (number | null)[]): number[] | null | undefined {
  const { factors } = region;
  const coupled = coupledFactors(region);
  const point = factors.map((factor, k) => given[k] ?? (valuesOf(factor)?.[0] ?? (codedRange(factor)[0] + codedRange(factor)[1]) / 2));
  const choices = coupled.filter((k) => given[k] === null && valuesOf(factors[k] as Region['factors'][number]) !== null);
  const numbers = coupled.filter((k) => given[k] === null && valuesOf(factors[k] as Region['factors'][number]) === null);
  const least = (k: number, weight: number, chosen: number): number => {
    if (chosen > 0) return weight * (point[k] as number);
    const [low, high] = codedRange(factors[k] as Region['factors'][number]);
    return Math.min(weight * low, weight * high);
  };
  let steps = 0;
  const visit = (depth: number): number[] | null | undefined => {
    if (++steps > mostSteps) return undefined;
    const free = new Set([...choices.slice(depth), ...numbers]);
    if (region.constraints.some(({ weights, limit }) => weights.reduce((sum, weight, k) => sum + (weight === 0 ? 0 : least(k, weight, free.has(k) ? 0 : 1)), 0) > limit + 1e-9)) return null;
    const k = choices[depth];
    if (k === undefined) return outsideBoxes(region, point, numbers, [], 0);
    for (const value of valuesOf(factors[k] as Region['factors'][number]) ?? []) {
      point[k] = value;
      const found = visit(depth + 1);
      if (found !== null) return found;
    }
    return null;
  };
  return visit(0);
}

/** Every forbidden box is left through one of its sides; each choice is a linear program. */
function outsideBoxes(region: Region, point: readonly number[], numbers: readonly number[], cuts: readonly HalfSpace[], from: number): number[] | null {
  const ranges = numbers.map((k) => codedRange(region.factors[k] as Region['factors'][number]));
  const halfSpaces = [...cuts, ...region.constraints.map(({ weights, limit }) => ({
    normal: numbers.map((k) => weights[k] as number),
    limit: limit + 1e-10 - weights.reduce((sum, weight, k) => sum + (numbers.includes(k) ? 0 : weight * (point[k] as number)), 0),
  }))];
  const flat = halfSpaces.filter(({ normal }) => normal.every((a) => a === 0));
  if (flat.some(({ limit }) => limit < -1e-9)) return null;
  const inner = interiorPoint(halfSpaces.filter(({ normal }) => normal.some((a) => a !== 0)), ranges.map(([low]) => low), ranges.map(([, high]) => high));
  if (inner === undefined) return null;
  const candidate = [...point];
  numbers.forEach((k, at) => {
    candidate[k] = inner.point[at] as number;
  });
  if (isAllowed(region, candidate)) return candidate;
  for (let b = from; b < region.boxes.length; b++) {
    const box = region.boxes[b] as Region['boxes'][number];
    if (!box.every(([low, high], k) => (candidate[k] as number) >= low - 1e-12 && (candidate[k] as number) <= high + 1e-12)) continue;
    for (const [at, k] of numbers.entries()) {
      const [low, high] = box[k] as readonly [number, number];
      for (const [side, limit] of [[1, low - outside], [-1, -high - outside]] as const) {
        if (!Number.isFinite(limit)) continue;
        const found = outsideBoxes(region, point, numbers, [...cuts, { normal: numbers.map((_, j) => (j === at ? side : 0)), limit }], 0);
        if (found !== null) return found;
      }
    }
    return null;
  }
  return null;
}
