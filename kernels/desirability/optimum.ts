import { KernelError } from '../errors.ts';
import { randomStream } from '../random/index.ts';
import { checkGoal, desirability, overallDesirability } from './desirability.ts';
import type { WeightedGoal } from './desirability.ts';

export interface Region {
  /** Box of the factors. */
  low: readonly number[];
  high: readonly number[];
  /** Σ coefficients·factors ≤ limit, each. */
  constraints?: readonly { coefficients: readonly number[]; limit: number }[];
}

export interface Optimum {
  point: Float64Array;
  /** Responses there. */
  values: Float64Array;
  desirability: number;
  /** Of each goal. */
  each: Float64Array;
}

/** Steps of the pattern search, relative to the box, from coarse to fine. */
const FIRST_STEP = 0.25;
const LAST_STEP = 1e-9;
const DRAWS = 400;

/**
 * Settings of highest overall desirability under box and linear constraints: pattern search with moves along the axes, their pairs and the
 * last gain, from `starts` seeded feasible points (the middle first). No derivatives: desirabilities have corners. Deterministic.
 * @param responses predicted responses at a point, one per goal
 * @returns the best found; undefined when no feasible point was drawn. Where nothing is acceptable desirability is 0 and the point is
 *   the one that comes nearest in the sum of the goals' shortfalls.
 * Throws kernel_domain (goals, box), kernel_shape.
 */
export function optimiseDesirability(
  responses: (point: Float64Array) => ArrayLike<number>, goals: readonly WeightedGoal[], region: Region, options: { starts?: number; seed?: number } = {},
): Optimum | undefined {
  goals.forEach(checkGoal);
  const { low, high, constraints = [] } = region;
  const factors = low.length;
  if (high.length !== factors || constraints.some(({ coefficients }) => coefficients.length !== factors)) throw new KernelError('kernel_shape', 'limits and constraints differ in the number of factors', { factors });
  low.forEach((value, factor) => {
    if (!(value <= (high[factor] as number))) throw new KernelError('kernel_domain', `factor ${factor}: the low limit is above the high one`, { factor });
  });
  const width = Float64Array.from(low, (value, j) => (high[j] as number) - value);
  const feasible = (point: Float64Array): boolean => constraints.every(({ coefficients, limit }) => coefficients.reduce((sum, c, j) => sum + c * (point[j] as number), 0) <= limit + 1e-12 * Math.abs(limit));
  /** Lexicographic in effect: any positive desirability outranks every shortfall. */
  const score = (point: Float64Array): number => {
    const values = responses(point);
    const overall = overallDesirability(goals, values);
    return overall > 0 ? overall : -shortfall(goals, values);
  };
  let best: { point: Float64Array; value: number } | undefined;
  for (let start = 0; start < (options.starts ?? 20); start++) {
    const next = randomStream(options.seed ?? 1, start);
    let point = Float64Array.from(low, (value, j) => value + (start === 0 ? 0.5 : next()) * (width[j] as number));
    for (let draw = 0; draw < DRAWS && !feasible(point); draw++) point = Float64Array.from(low, (value, j) => value + next() * (width[j] as number));
    if (!feasible(point)) continue;
    const found = patternSearch(point, score, feasible, region, width);
    if (best === undefined || found.value > best.value) best = found;
  }
  if (best === undefined) return undefined;
  const values = Float64Array.from(responses(best.point));
  return { point: best.point, values, desirability: overallDesirability(goals, values), each: Float64Array.from(goals, (goal, k) => desirability(goal, values[k] as number)) };
}

/** Climbs from a feasible point; a factor without width stays where it is. */
export function patternSearch(from: Float64Array, score: (point: Float64Array) => number, feasible: (point: Float64Array) => boolean, { low, high }: Region, width: Float64Array): { point: Float64Array; value: number } {
  let point = from;
  let value = score(point);
  const directions = axesAndPairs(width);
  let last: Float64Array | undefined;
  for (let step = FIRST_STEP; step > LAST_STEP;) {
    let improved = false;
    for (const direction of last === undefined ? directions : [last, ...directions]) {
      const trial = point.map((x, j) => Math.min(high[j] as number, Math.max(low[j] as number, x + step * (direction[j] as number))));
      if (!feasible(trial)) continue;
      const there = score(trial);
      if (!(there > value)) continue;
      point = trial;
      value = there;
      last = direction;
      improved = true;
      break;
    }
    if (!improved) {
      step /= 2;
      last = undefined;
    }
  }
  return { point, value };
}

/** ± each axis, ± each sum and difference of two: pairs slide along a linear constraint and along ridges. */
function axesAndPairs(width: Float64Array): Float64Array[] {
  const out: Float64Array[] = [];
  const add = (...parts: [axis: number, sign: number][]): void => {
    const direction = new Float64Array(width.length);
    for (const [axis, sign] of parts) direction[axis] = sign * (width[axis] as number);
    out.push(direction);
  };
  for (let a = 0; a < width.length; a++) {
    if (width[a] === 0) continue;
    for (const sign of [1, -1]) {
      add([a, sign]);
      for (let b = a + 1; b < width.length; b++) if (width[b] !== 0) for (const other of [1, -1]) add([a, sign], [b, other]);
    }
  }
  return out;
}

/** Σ over goals of the distance to what is acceptable, in units of the goal's own width. */
export function shortfall(goals: readonly WeightedGoal[], values: ArrayLike<number>): number {
  return goals.reduce((sum, goal, k) => {
    const y = values[k] as number;
    if (Number.isNaN(y)) return Infinity;
    const below = goal.kind === 'minimum' ? 0 : Math.max(0, goal.low - y);
    const above = goal.kind === 'maximum' ? 0 : Math.max(0, y - goal.high);
    return sum + (below + above) / (goal.high - goal.low);
  }, 0);
}
