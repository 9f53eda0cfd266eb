import { KernelError } from '../errors.ts';
import { randomStream } from '../random/index.ts';
import { checkGoal, desirability, overallDesirability } from './desirability.ts';
import type { WeightedGoal } from './desirability.ts';
import { patternSearch, shortfall } from './optimum.ts';
import type { Optimum, Region } from './optimum.ts';

/** A factor that takes any value of an interval, or one of a list (ascending for numbers that have an order). */
export type ConditionRange = { low: number; high: number } | { levels: readonly number[] };

export interface MixedOptions {
  starts?: number;
  seed?: number;
  /** Further optima to return, each at least `distance` from every better one in some factor, as a share of that factor's width. */
  alternatives?: number;
  distance?: number;
}

/** Combinations of levels that are all tried, each with a search of its own over the continuous factors. */
const MOST_COMBINATIONS = 2_000;
const MOST_SEARCHES = 64;
const DRAWS = 400;

/**
 * Settings of highest overall desirability where some factors have levels only. Few combinations of levels are all tried (exact in
 * that part); of many, seeded starts climb by the best change of one level or of two together, and the continuous factors in between by
 * pattern search. Deterministic.
 * @param responses predicted responses at a point, one per goal
 * @returns the best, then alternatives in falling order; empty when no feasible point was found
 * Throws kernel_domain (goals, limits, a factor without levels), kernel_shape.
 */
export function optimiseMixed(responses: (point: Float64Array) => ArrayLike<number>, goals: readonly WeightedGoal[], factors: readonly ConditionRange[], constraints: NonNullable<Region['constraints']> = [], options: MixedOptions = {}): Optimum[] {
  const { starts = 20, seed = 1, alternatives = 0, distance = 0.1 } = options;
  goals.forEach(checkGoal);
  if (constraints.some(({ coefficients }) => coefficients.length !== factors.length)) throw new KernelError('kernel_shape', 'factors and constraints differ in number', { factors: factors.length });
  factors.forEach((factor, index) => {
    if ('levels' in factor ? factor.levels.length === 0 : !(factor.low <= factor.high)) throw new KernelError('kernel_domain', `factor ${index} has no value`, { factor: index });
  });
  const feasible = (point: Float64Array): boolean => constraints.every(({ coefficients, limit }) => coefficients.reduce((sum, c, j) => sum + c * (point[j] as number), 0) <= limit + 1e-12 * Math.abs(limit));
  const score = (point: Float64Array): number => {
    const values = responses(point);
    const overall = overallDesirability(goals, values);
    return overall > 0 ? overall : -shortfall(goals, values);
  };
  const climb = (from: Float64Array): Found => polish(from, factors, score, feasible);
  const combinations = combinationsOf(factors);
  const found = combinations.flatMap((fixed) => (fixed === null ? climbs(factors, starts, seed, feasible, climb) : climbs(fixed, hasInterval(factors) ? Math.ceil(starts / combinations.length) : 1, seed, feasible, (from) => polish(from, fixed, score, feasible))));
  // of equal ones the first: the order of starts decides, not that of a sort
  found.sort((a, b) => b.value - a.value);
  const [best] = found;
  if (best === undefined) return [];
  const widths = factors.map((factor) => ('levels' in factor ? (Math.max(...factor.levels) - Math.min(...factor.levels)) : factor.high - factor.low));
  // the best of what is left when one factor has to leave the optimum: of a single hill the searches all end at its top
  if (alternatives > 0) found.push(...elsewhere(best.point, factors, widths.map((width) => distance * width)).flatMap(({ start, rest }) => (feasible(start) ? [polish(start, rest, score, feasible)] : climbs(rest, 2, seed, feasible, (from) => polish(from, rest, score, feasible)))));
  found.sort((a, b) => b.value - a.value);
  const kept: Found[] = [];
  for (const one of found) {
    if (kept.length > alternatives) break;
    if (kept.every((better) => widths.some((width, j) => width > 0 && Math.abs((better.point[j] as number) - (one.point[j] as number)) > distance * width * (1 - 1e-9)))) kept.push(one);
  }
  return kept.map(({ point }) => {
    const values = Float64Array.from(responses(point));
    return { point, values, desirability: overallDesirability(goals, values), each: Float64Array.from(goals, (goal, k) => desirability(goal, values[k] as number)) };
  });
}

/** Per factor and side: the search without the neighbourhood of the point in that factor, and where it begins. */
function elsewhere(point: Float64Array, factors: readonly ConditionRange[], gaps: readonly number[]): { start: Float64Array; rest: ConditionRange[] }[] {
  return factors.flatMap((factor, j) => [-1, 1].flatMap((side) => {
    const at = point[j] as number;
    const edge = at + side * (gaps[j] as number);
    const beyond = (value: number): boolean => value !== at && side * (value - edge) >= -1e-9 * (gaps[j] as number);
    const own: ConditionRange = 'levels' in factor ? { levels: factor.levels.filter(beyond) } : side < 0 ? { low: factor.low, high: edge } : { low: edge, high: factor.high };
    if ('levels' in own ? own.levels.length === 0 : !(own.low < own.high)) return [];
    const start = point.slice();
    start[j] = 'levels' in own ? own.levels.reduce((near, value) => (Math.abs(value - at) < Math.abs(near - at) ? value : near)) : edge;
    return [{ start, rest: factors.map((one, k) => (k === j ? own : one)) }];
  }));
}

interface Found { point: Float64Array; value: number }

function hasInterval(factors: readonly ConditionRange[]): boolean {
  return factors.some((factor) => !('levels' in factor) && factor.high > factor.low);
}

/** Every combination of levels as factors of one level each; [null] where there are too many. */
function combinationsOf(factors: readonly ConditionRange[]): (ConditionRange[] | null)[] {
  const total = factors.reduce((product, factor) => product * ('levels' in factor ? factor.levels.length : 1), 1);
  if (total > (hasInterval(factors) ? MOST_SEARCHES : MOST_COMBINATIONS)) return [null];
  return factors.reduce<ConditionRange[][]>((sofar, factor) => ('levels' in factor ? factor.levels.flatMap((level) => sofar.map((one) => [...one, { levels: [level] }])) : sofar.map((one) => [...one, factor])), [[]]);
}

function climbs(factors: readonly ConditionRange[], starts: number, seed: number, feasible: (point: Float64Array) => boolean, climb: (from: Float64Array) => Found): Found[] {
  return Array.from({ length: starts }, (_, start) => {
    const next = randomStream(seed, start);
    const draw = (middle: boolean): Float64Array => Float64Array.from(factors, (factor) => {
      const share = middle ? 0.5 : next();
      return 'levels' in factor ? factor.levels[Math.min(factor.levels.length - 1, Math.floor(share * factor.levels.length))] as number : factor.low + share * (factor.high - factor.low);
    });
    let point = draw(start === 0);
    for (let k = 0; k < DRAWS && !feasible(point); k++) point = draw(false);
    return feasible(point) ? climb(point) : null;
  }).filter((one) => one !== null);
}

/** Levels and intervals in turn until neither gains. */
function polish(from: Float64Array, factors: readonly ConditionRange[], score: (point: Float64Array) => number, feasible: (point: Float64Array) => boolean): Found {
  let best: Found = { point: from, value: score(from) };
  for (;;) {
    const before = best.value;
    best = changeLevels(best, factors, score, feasible);
    if (hasInterval(factors)) {
      const region = { low: factors.map((factor, j) => ('levels' in factor ? best.point[j] as number : factor.low)), high: factors.map((factor, j) => ('levels' in factor ? best.point[j] as number : factor.high)) };
      best = patternSearch(best.point, score, feasible, region, Float64Array.from(region.low, (low, j) => (region.high[j] as number) - low));
    }
    if (!(best.value > before)) return best;
  }
}

/** The best change of one level, else of two together, as long as there is one. */
function changeLevels(from: Found, factors: readonly ConditionRange[], score: (point: Float64Array) => number, feasible: (point: Float64Array) => boolean): Found {
  const listed = factors.flatMap((factor, j) => ('levels' in factor && factor.levels.length > 1 ? [{ j, levels: factor.levels }] : []));
  const best = (base: Found, changes: (readonly [number, number])[][]): Found => changes.reduce((sofar, change) => {
    const point = base.point.slice();
    for (const [j, level] of change) point[j] = level;
    if (!feasible(point)) return sofar;
    const value = score(point);
    return value > sofar.value ? { point, value } : sofar;
  }, base);
  const singles = listed.flatMap(({ j, levels }) => levels.map((level) => [[j, level] as const]));
  const pairs = listed.flatMap((a, k) => listed.slice(k + 1).flatMap((b) => (a.levels.length * b.levels.length > 400 ? [] : a.levels.flatMap((first) => b.levels.map((second) => [[a.j, first] as const, [b.j, second] as const])))));
  let at = from;
  for (;;) {
    const one = best(at, singles);
    const next = one.value > at.value ? one : best(at, pairs);
    if (!(next.value > at.value)) return at;
    at = next;
  }
}
