import type { OptimizationDesign } from '../../schemas/index.ts';
import { codedRange, decode, isAllowed, middleShares, predictionVariance, valuesOf, varianceProfile, type DesignSpace, type Point, type Solved } from '../design/index.ts';

const contourSteps = 31;
const ternarySteps = 30;
/** A share this little beyond its limit is rounding. */
const rounding = 1e-9;

/** Prediction variance along each factor, over the two numbers along which it changes most, and over three shares of a mixture; the others stay in the middle. */
export function varianceViews(solved: Solved, space: DesignSpace): Pick<OptimizationDesign, 'variance_profiles' | 'variance_contour' | 'variance_ternary'> {
  const { factors } = space.region;
  const middle = middleOf(space);
  const user = (k: number, value: number): number | string => decode(factors, middle.with(k, value))[factors[k]?.name ?? ''] as number | string;
  const profiles = factors.map((factor, k) => {
    const profile = varianceProfile(solved, space.region, middle, k);
    return { factor: factor.name, values: profile.map(({ value }) => user(k, value)), variances: profile.map(({ variance }) => variance) };
  });
  const ternary = overShares(solved, space, middle, profiles.map(({ variances }) => spreadOf(variances)));
  const numeric = factors.map((factor, k) => ({ factor, k, spread: spreadOf(profiles[k]?.variances ?? []) })).filter(({ factor, k }) => factor.kind !== 'categorical' && !space.region.shares.includes(k)).toSorted((a, b) => Number(levelsOf(a.factor) < 3) - Number(levelsOf(b.factor) < 3) || b.spread - a.spread || a.k - b.k).slice(0, 2).sort((a, b) => a.k - b.k);
  const [x, y] = numeric;
  if (x === undefined || y === undefined) return { variance_profiles: profiles, variance_contour: null, variance_ternary: ternary };
  // levels that are used as categories have no values between them
  const grid = (k: number): number[] => {
    const [low, high] = codedRange(factors[k] as DesignSpace['region']['factors'][number]);
    const levels = valuesOf(factors[k] as DesignSpace['region']['factors'][number]);
    return solved.model.contrasts[k] && levels !== null ? [...levels] : Array.from({ length: contourSteps }, (_, g) => low + (g / (contourSteps - 1)) * (high - low));
  };
  const [xs, ys] = [grid(x.k), grid(y.k)];
  const limits = (k: number, value: number): number => {
    const factor = factors[k] as Exclude<DesignSpace['region']['factors'][number], { kind: 'categorical' }>;
    const low = 'levels' in factor ? factor.low ?? Math.min(...factor.levels) : factor.low;
    const high = 'levels' in factor ? factor.high ?? Math.max(...factor.levels) : factor.high;
    return factor.kind === 'mixture' ? value : (low * (1 - value) + high * (1 + value)) / 2;
  };
  return {
    variance_profiles: profiles, variance_ternary: ternary,
    variance_contour: {
      x: x.factor.name, y: y.factor.name, xs: xs.map((value) => limits(x.k, value)), ys: ys.map((value) => limits(y.k, value)),
      variances: ys.map((b) => xs.map((a) => predictionVariance(solved, middle.with(x.k, a).with(y.k, b)))),
    },
  };
}

/** The three shares along which the variance changes most, on a triangle above their lower limits. */
function overShares(solved: Solved, { region }: DesignSpace, middle: Point, spreads: readonly number[]): OptimizationDesign['variance_ternary'] {
  const { shares, factors } = region;
  if (shares.length < 3) return null;
  const three = shares.toSorted((a, b) => (spreads[b] as number) - (spreads[a] as number) || a - b).slice(0, 3).sort((a, b) => a - b) as [number, number, number];
  const limits = shares.map((k) => codedRange(factors[k] as DesignSpace['region']['factors'][number]));
  const low = three.map((k) => limits[shares.indexOf(k)]?.[0] as number) as [number, number, number];
  const span = shares.reduce((left, k) => left - (three.includes(k) ? low[three.indexOf(k)] as number : middle[k] as number), 1);
  if (!(span > rounding)) return null;
  const varianceAt = (i: number, j: number): number | null => {
    const [a, b] = [low[0] + (span * i) / ternarySteps, low[1] + (span * j) / ternarySteps];
    const values = [a, b, low[2] + (span * (ternarySteps - i - j)) / ternarySteps];
    const point = middle.map((own, k) => (three.includes(k) ? values[three.indexOf(k)] as number : own));
    const within = shares.every((k, m) => (point[k] as number) >= (limits[m]?.[0] as number) - rounding && (point[k] as number) <= (limits[m]?.[1] as number) + rounding);
    return within && isAllowed(region, point) ? predictionVariance(solved, point) : null;
  };
  return {
    shares: three.map((k) => factors[k]?.name ?? ''), low: [...low], span, others: Object.fromEntries(shares.filter((k) => !three.includes(k)).map((k) => [factors[k]?.name ?? '', middle[k] as number])),
    variances: Array.from({ length: ternarySteps + 1 }, (_, i) => Array.from({ length: ternarySteps + 1 - i }, (_cell, j) => varianceAt(i, j))),
  };
}

/** The middle of the region: numbers at 0 or their level next to it, categories at their first level. */
function middleOf(space: DesignSpace): Point {
  const { shares } = space.region;
  const middle = shares.length === 0 ? [] : middleShares(space.region);
  return space.region.factors.map((factor, k) => {
    if (shares.includes(k)) return middle[shares.indexOf(k)] as number;
    const values = valuesOf(factor);
    return factor.kind === 'categorical' ? 0 : values === null ? 0 : values.reduce((best, value) => (Math.abs(value) < Math.abs(best) - 1e-12 ? value : best));
  });
}

/** A factor of two levels has nothing between them to look at. */
function levelsOf(factor: DesignSpace['region']['factors'][number]): number {
  return valuesOf(factor)?.length ?? Infinity;
}

function spreadOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
}
