import { quadraticForm } from '../algebra.ts';
import type { Candidates } from '../candidates.ts';
import { pointAt } from '../candidates.ts';
import { sobolPoints } from '../classical/sobol.ts';
import type { Point } from '../factors.ts';
import { modelRow } from '../model.ts';
import type { DesignModel } from '../model.ts';
import { codedRange, feasiblePoint, isAllowed, valuesOf } from '../region/index.ts';
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
      const point = factors.map((factor, k) => {
        const values = valuesOf(factor);
        if (values !== null) return values[Math.min(values.length - 1, Math.floor((u[k] as number) * values.length))] as number;
        const [low, high] = codedRange(factor);
        return low + (u[k] as number) * (high - low);
      });
      if (points.length < count && isAllowed(region, point)) points.push(point);
    }
  }
  return points;
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
  const spread = regionPoints(region, product <= mostCorners ? 64 : 4096, 1);
  if (product > mostCorners) return spread;
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
    region.factors.forEach((factor, k) => {
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

/** d(x) along one factor, the others held at a point; for the variance profile. */
export function varianceProfile(solved: Solved, region: Region, at: Point, k: number, steps = 41): { value: number; variance: number }[] {
  const factor = region.factors[k] as DesignModel['factors'][number];
  const [low, high] = codedRange(factor);
  const values = valuesOf(factor) ?? Array.from({ length: steps }, (_, g) => low + (g / (steps - 1)) * (high - low));
  return values.map((value) => ({ value, variance: predictionVariance(solved, at.with(k, value)) }));
}
