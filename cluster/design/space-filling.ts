import { gridCandidates, pointAt, type Candidates } from './candidates.ts';
import { regionPoints } from './evaluation/variance.ts';
import type { DesignFactor, Point } from './factors.ts';
import { randomAt } from './random.ts';
import { codedRange, isAllowed, valuesOf, type Region } from './region/index.ts';

/** Points to choose from, column by column, and what is there already. */
export interface FillingProblem {
  factors: readonly DesignFactor[];
  columns: readonly Float64Array[];
  count: number;
  existing: readonly Point[];
  rows: number;
}

const mostGrid = 100_000;
const spread = 8192;
const mostCorners = 1024;
/** Exchanges of a start; each raises the smallest distance or makes it rarer. */
const mostExchanges = 500;
const same = 1e-9;

/** All candidates of a list, every combination of levels up to 10⁵, else 8192 even points of the region and its corners. */
export function fillingProblem({ region, candidates, history }: { region: Region; candidates: Candidates | null; history: readonly Point[] }, rows: number, seed: number): FillingProblem {
  const { factors } = region;
  if (candidates !== null) return { factors, columns: candidates.columns, count: candidates.count, existing: history, rows };
  const product = factors.reduce((total, factor) => total * (valuesOf(factor)?.length ?? Infinity), 1);
  if (product <= mostGrid) {
    const grid = gridCandidates(region, mostGrid);
    return { factors, columns: grid.columns, count: grid.count, existing: history, rows };
  }
  const ends = factors.map((factor) => [...new Set(codedRange(factor))]);
  const corners = factors.length > Math.log2(mostCorners) ? [] : ends.reduce<number[][]>((all, values) => all.flatMap((point) => values.map((value) => [...point, value])), [[]]);
  const points = [...corners.filter((point) => isAllowed(region, point)), ...regionPoints(region, spread, seed)];
  return { factors, columns: factors.map((_, k) => Float64Array.from(points, (point) => point[k] as number)), count: points.length, existing: history, rows };
}

/** Squared distance in coded units; two levels of a category are 2 apart, as the ends of a range are. */
function squared(factors: readonly DesignFactor[], a: Point, b: Point): number {
  let sum = 0;
  for (let k = 0; k < factors.length; k++) {
    const off = (a[k] as number) - (b[k] as number);
    sum += factors[k]?.kind === 'categorical' ? (off === 0 ? 0 : 4) : off * off;
  }
  return sum;
}

/** Between any two of the points, coded; null with fewer than two. */
export function smallestDistance(factors: readonly DesignFactor[], points: readonly Point[]): number | null {
  let least = Infinity;
  points.forEach((a, i) => {
    for (let j = 0; j < i; j++) least = Math.min(least, squared(factors, a, points[j] as Point));
  });
  return points.length < 2 ? null : Math.sqrt(least);
}

/**
 * Maximin distance design (Johnson, Moore & Ylvisaker 1990): a farthest-point sequence from a random first point (from what is there, when
 * augmenting), then the run that is nearest to another is moved to the farthest candidate as long as that helps. Start `start` depends on
 * (problem, seed, start) only. O(rows · candidates · factors) for the sequence and each exchange.
 * @returns numbers of candidates, and the smallest distance, existing points included
 */
export function spaceFillingStart(problem: FillingProblem, seed: number, start: number): { chosen: number[]; distance: number } {
  const { factors, count, existing, rows } = problem;
  const at = (j: number): Point => problem.columns.map((column) => column[j] as number);
  const nearest = (others: readonly Point[]): Float64Array => {
    const distances = new Float64Array(count).fill(Infinity);
    for (const point of others) lower(problem, distances, point);
    return distances;
  };
  const chosen: number[] = [];
  const distances = nearest(existing);
  if (existing.length === 0 || start > 0) chosen.push(Math.floor(randomAt(seed, start) * count));
  if (chosen.length > 0) lower(problem, distances, at(chosen[0] as number));
  while (chosen.length < rows) {
    const next = largest(distances);
    chosen.push(next);
    lower(problem, distances, at(next));
  }
  const gap = (i: number): number => {
    const own = at(chosen[i] as number);
    return [...existing, ...chosen.filter((_, other) => other !== i).map(at)].reduce((least, other) => Math.min(least, squared(factors, own, other)), Infinity);
  };
  let gaps = chosen.map((_, i) => gap(i));
  for (let exchange = 0; exchange < mostExchanges; exchange++) {
    const least = Math.min(...gaps);
    const tied = gaps.flatMap((value, i) => (value <= least + same ? [i] : []));
    const moved = tied.some((i) => {
      const free = nearest([...existing, ...chosen.filter((_, other) => other !== i).map(at)]);
      const best = largest(free);
      if (!((free[best] as number) > least + same)) return false;
      chosen[i] = best;
      return true;
    });
    if (!moved) break;
    gaps = chosen.map((_, i) => gap(i));
  }
  return { chosen, distance: Math.sqrt(Math.min(...gaps)) };
}

function lower({ factors, columns, count }: FillingProblem, distances: Float64Array, point: Point): void {
  const sums = new Float64Array(count);
  columns.forEach((column, k) => {
    const value = point[k] as number;
    if (factors[k]?.kind === 'categorical') for (let j = 0; j < count; j++) sums[j] = (sums[j] as number) + (column[j] === value ? 0 : 4);
    else for (let j = 0; j < count; j++) sums[j] = (sums[j] as number) + ((column[j] as number) - value) ** 2;
  });
  for (let j = 0; j < count; j++) if ((sums[j] as number) < (distances[j] as number)) distances[j] = sums[j] as number;
}

/** First of the largest. */
function largest(values: Float64Array): number {
  let best = 0;
  for (let j = 1; j < values.length; j++) if ((values[j] as number) > (values[best] as number) + same) best = j;
  return best;
}

/** Coded points of chosen candidates. */
export function filledPoints(problem: FillingProblem, chosen: readonly number[]): Point[] {
  const { factors, columns, count } = problem;
  return chosen.map((j) => pointAt({ factors, columns, count, isGrid: false }, j));
}
