import { quadraticForm } from '../algebra.ts';
import type { Candidates } from '../candidates.ts';
import { pointAt } from '../candidates.ts';
import { sobolPoints } from '../classical/sobol.ts';
import type { Point } from '../factors.ts';
import { modelRow } from '../model.ts';
import type { DesignModel } from '../model.ts';
import { codedRange, feasiblePoint, isAllowed, mixturePoints, valuesOf } from '../region/index.ts';
import type { Region } from '../region/index.ts';
import type { Solved } from './efficiency.ts';

/** d(x) = f(x)'V f(x): variance of the predicted mean at a point, for σ = 1. */
export function predictionVariance({ model, inverse }: Pick<Solved, 'model' | 'inverse'>, point: Point): number {
  return quadraticForm(inverse, modelRow(model, point), model.columns.length);
}

/** Draws are tried so many times for every point that is wanted. */
const drawsPerPoint = 200;

/** Points spread evenly over the region: Sobol points under a seeded shift, those that restrictions forbid left out. */
export function regionPoints(region: Region, count: number, seed: number): Point[] {
  const { factors } = region;
  const points: Point[] = [];
  const batch = Math.max(count, 64);
  for (let from = 0; points.length < count && from < drawsPerPoint * batch; from += batch) {
    for (const u of sobolPoints(factors.length, batch, { skip: from, seed })) {
      const point: number[] = factors.map((factor, k) => {
        const values = valuesOf(factor);
        if (values !== null) return values[Math.min(values.length - 1, Math.floor((u[k] as number) * values.length))] as number;
        const [low, high] = codedRange(factor);
        return low + (u[k] as number) * (high - low);
      });
      evenShares(region, u).forEach((value, m) => {
        point[region.shares[m] as number] = value;
      });
      if (points.length < count && hasShares(region, point) && isAllowed(region, point)) points.push(point);
    }
  }
  return points;
}

/** Whether every share is within its limits, to the rounding of a sum. */
function hasShares({ shares, factors }: Region, point: Point): boolean {
  return shares.every((k) => {
    const [low, high] = codedRange(factors[k] as Region['factors'][number]);
    return (point[k] as number) >= low - 1e-12 && (point[k] as number) <= high + 1e-12;
  });
}

/** A point spread evenly over the simplex above the lower limits of the shares, from numbers of [0, 1): gaps of the sorted ones. */
function evenShares({ shares, factors }: Region, u: ArrayLike<number>): number[] {
  const lows = shares.map((k) => codedRange(factors[k] as Region['factors'][number])[0]);
  const left = 1 - lows.reduce((sum, low) => sum + low, 0);
  const cuts = [0, ...shares.slice(1).map((k) => u[k] as number).sort((a, b) => a - b), 1];
  return lows.map((low, m) => low + left * ((cuts[m + 1] as number) - (cuts[m] as number)));
}

export interface FractionOfDesignSpace {
  /** shares of the region, 0 … 1 */
  fractions: readonly number[];
  /** d(x) that this share of the region does not exceed */
  variances: readonly number[];
}

/** FDS curve (Zahran, Anderson-Cook & Myers 2003) over the region, or over candidates, at 101 shares. */
export function fractionOfDesignSpace(solved: Solved, over: Region | Candidates, { points = 4096, seed = 42 } = {}): FractionOfDesignSpace {
  const at = 'constraints' in over ? regionPoints(over, points, seed) : Array.from({ length: over.count }, (_, j) => pointAt(over, j));
  const sorted = Float64Array.from(at, (point) => predictionVariance(solved, point)).sort();
  const fractions = Array.from({ length: 101 }, (_, k) => k / 100);
  return {
    fractions,
    variances: fractions.map((fraction) => {
      const place = fraction * (sorted.length - 1);
      const low = Math.floor(place);
      const high = Math.min(sorted.length - 1, low + 1);
      return (sorted[low] as number) + (place - low) * ((sorted[high] as number) - (sorted[low] as number));
    }),
  };
}

/** Grid points of a range that a climb looks at; maxima of polynomials of low degree lie near one of them. */
const scan = 20;
const mostCorners = 20_000;

/**
 * Largest d(x) over candidates (exact), or over a region: climbs by coordinates from every combination of ends, middles and levels (Sobol points
 * when there are too many), which finds the maximum of a second-order model and a good one of any other.
 */
export function largestVariance(solved: Pick<Solved, 'model' | 'inverse'>, over: Region | Candidates): { variance: number; point: Point } {
  if (!('constraints' in over)) {
    let best = 0;
    let variance = -Infinity;
    for (let j = 0; j < over.count; j++) {
      const value = predictionVariance(solved, pointAt(over, j));
      if (value > variance) [best, variance] = [j, value];
    }
    return { variance, point: pointAt(over, best) };
  }
  const ranked = startPoints(over).map((point) => ({ point, variance: predictionVariance(solved, point) })).sort((a, b) => b.variance - a.variance);
  return ranked.slice(0, 30).map(({ point }) => climb(solved, over, point)).reduce((a, b) => (b.variance > a.variance ? b : a));
}

function startPoints(region: Region): Point[] {
  const choices = region.factors.map((factor) => valuesOf(factor) ?? [codedRange(factor)[0], (codedRange(factor)[0] + codedRange(factor)[1]) / 2, codedRange(factor)[1]]);
  const product = choices.reduce((total, { length }) => total * length, 1);
  const isGrid = product <= mostCorners && region.shares.length === 0;
  const spread = [...regionPoints(region, isGrid ? 64 : 4096, 1), ...mixturePoints(region, 4096)];
  if (!isGrid) return spread.length > 0 ? spread : [feasiblePoint(region) ?? choices.map(([first]) => first as number)];
  const corners: Point[] = Array.from({ length: product }, (_, j) => {
    let rest = j;
    return choices.map((values) => {
      const value = values[rest % values.length] as number;
      rest = Math.floor(rest / values.length);
      return value;
    });
  });
  const allowed = [...corners.filter((point) => isAllowed(region, point)), ...spread];
  return allowed.length > 0 ? allowed : [feasiblePoint(region) ?? choices.map(([first]) => first as number)];
}

function climb(solved: Pick<Solved, 'model' | 'inverse'>, region: Region, from: Point): { variance: number; point: Point } {
  let point = [...from];
  let variance = predictionVariance(solved, point);
  for (let round = 0; round < 50; round++) {
    const before = variance;
    for (const k of region.shares) for (const other of region.shares) if (other !== k) [point, variance] = climbShares(solved, region, point, variance, k, other);
    region.factors.forEach((factor, k) => {
      if (region.shares.includes(k)) return;
      const offer = (value: number): void => {
        const next = point.with(k, value);
        if (!isAllowed(region, next)) return;
        const other = predictionVariance(solved, next);
        if (other > variance) [point, variance] = [next, other];
      };
      const values = valuesOf(factor);
      if (values !== null) {
        values.forEach(offer);
        return;
      }
      const [low, high] = codedRange(factor);
      for (let g = 0; g <= scan; g++) offer(low + (g / scan) * (high - low));
      for (let step = (high - low) / scan / 2; step > 1e-9; step /= 2) {
        const centre = point[k] as number;
        offer(Math.max(low, centre - step));
        offer(Math.min(high, centre + step));
      }
    });
    if (variance <= before * (1 + 1e-13)) break;
  }
  return { variance, point };
}

/** Along the line on which share k takes from share `other`. */
function climbShares(solved: Pick<Solved, 'model' | 'inverse'>, region: Region, from: number[], reached: number, k: number, other: number): [number[], number] {
  let [point, variance] = [from, reached];
  const offer = (step: number): void => {
    const next = point.with(k, (point[k] as number) + step).with(other, (point[other] as number) - step);
    if (!isAllowed(region, next) || !hasShares(region, next)) return;
    const value = predictionVariance(solved, next);
    if (value > variance) [point, variance] = [next, value];
  };
  const room = Math.min(codedRange(region.factors[k] as Region['factors'][number])[1] - (point[k] as number), (point[other] as number) - codedRange(region.factors[other] as Region['factors'][number])[0]);
  for (let g = scan; g >= 1; g--) offer((g / scan) * room);
  for (let step = room / scan / 2; step > 1e-9; step /= 2) {
    offer(step);
    offer(-step);
  }
  return [point, variance];
}

/** d(x) along one factor, the others held at a point (shares: in their proportions); for the variance profile. */
export function varianceProfile(solved: Solved, region: Region, at: Point, k: number, steps = 41): { value: number; variance: number }[] {
  const factor = region.factors[k] as DesignModel['factors'][number];
  const [low, high] = codedRange(factor);
  const values = valuesOf(factor) ?? Array.from({ length: steps }, (_, g) => low + (g / (steps - 1)) * (high - low));
  if (!region.shares.includes(k)) return values.map((value) => ({ value, variance: predictionVariance(solved, at.with(k, value)) }));
  return values.map((value) => ({ value, point: alongCox(region, at, k, value) })).filter(({ point }) => hasShares(region, point) && isAllowed(region, point)).map(({ value, point }) => ({ value, variance: predictionVariance(solved, point) }));
}

/** The point with share k at a value, the other shares in the proportions they have (Cox 1971). */
export function alongCox({ shares }: Region, at: Point, k: number, value: number): number[] {
  const rest = 1 - (at[k] as number);
  return at.map((own, j) => (j === k ? value : !shares.includes(j) ? own : rest > 1e-12 ? (own * (1 - value)) / rest : (1 - value) / (shares.length - 1)));
}
