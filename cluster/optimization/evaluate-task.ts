import { presetTerms, type OptimizationDesign } from '../../schemas/index.ts';
import {
  aliasMatrix, approximateBound, coefficientReports, columnCorrelations, decode, degreesOfFreedom, designModel, efficiencies, fractionOfDesignSpace, isAllowed, isTwoLevel, largestVariance, leverages, middleShares, mixturePoints, predictionVariance,
  rowGroups, smallestDistance, solveEstimable, submatrix, termReports, twoLevelBound, valuesOf, varianceProfile, codedRange, type DesignSpace, type NamedMatrix, type Point, type Solved,
} from '../design/index.ts';
import { originalScore, type Standardisation } from './original-score.ts';

export interface EvaluationTask {
  /** long lists are left out: then the region stands for them */
  space: DesignSpace;
  /** new rows, coded */
  points: readonly Point[];
  power: { alpha: number; sigma: number; effect: number };
  standardisation: Standardisation;
}

export type DesignFigures = Pick<OptimizationDesign, 'criteria' | 'inestimable' | 'degrees_of_freedom' | 'coefficients' | 'terms' | 'leverages' | 'correlations' | 'alias' | 'prediction_variance' | 'variance_profiles' | 'variance_contour'>;

const mostBoundColumns = 70;
const mostBoundPoints = 2500;
const mostAlias = 400;
const contourSteps = 31;

/** Thread side: everything that is said about a design, from its rows and the earlier ones. */
export function evaluateDesign({ space, points, power, standardisation }: EvaluationTask): DesignFigures {
  const { region, candidates, precision, history, strata } = space;
  const all = [...history, ...points];
  const { solved, kept, lost } = solveEstimable(space.model, all, precision, strata === null ? undefined : rowGroups(strata, 'earlier first'));
  const over = candidates ?? region;
  const p = space.model.columns.length;
  const moments = space.moments === null ? undefined : submatrix(space.moments, p, kept);
  const figures = efficiencies(solved, { ...(moments && { moments }), largestVariance: largestVariance(solved, over).variance });
  const df = degreesOfFreedom(solved);
  const found = lost.length > 0 ? 'rank' : boundOf(space, all.length);
  const bound = typeof found === 'string' ? null : found;
  const options = { alpha: power.alpha, sigma: power.sigma, effects: Object.fromEntries(solved.model.columns.map(({ name }) => [name, power.effect])) };
  const { columns, values } = columnCorrelations(solved.model, all);
  const newRows = leverages(solved).slice(history.length);
  return {
    criteria: {
      log_determinant: figures.logDeterminant, d: figures.d, a: figures.a, a_efficiency: figures.aEfficiency, trace_of_inverse: figures.traceOfInverse, e: figures.e, condition_number: figures.conditionNumber,
      average_variance: figures.averageVariance, i: figures.i, average_standard_error: figures.averageStandardError, largest_variance: figures.largestVariance, g: figures.g, g_efficiency: figures.gEfficiency,
      d_bound: bound?.d ?? null, d_relative: bound === null ? null : figures.d / bound.d, bound_by: bound?.by ?? null, bound_omitted: typeof found === 'string' ? found : null,
      smallest_distance: smallestDistance(region.factors, all), original_d: originalScore(all, standardisation),
    },
    inestimable: lost.map((one) => ({ ...one })),
    degrees_of_freedom: { runs: df.runs, model: df.model, residual: df.residual, pure_error: df.pureError, lack_of_fit: df.lackOfFit },
    coefficients: coefficientReports(solved, options).map(({ name, standardError, varianceInflation, power: chance }) => ({ name, standard_error: standardError, variance_inflation: varianceInflation, power: chance })),
    terms: termReports(solved, options).map(({ name, degreesOfFreedom: degrees, power: chance }) => ({ name, degrees_of_freedom: degrees, power: chance })),
    leverages: newRows,
    correlations: { columns: [...columns], values: columns.map((_, i) => columns.map((_name, j) => finite(values[i * columns.length + j] as number))) },
    alias: aliasOf(solved),
    prediction_variance: curve(fractionOfDesignSpace(solved, over)),
    ...along(solved, space),
  };
}

/** No design of n runs has a larger D: combinatorial for two levels, else by the equivalence theorem; where there is none, or it would take too long to compute, the reason. */
function boundOf({ model, region, candidates, history, precision, strata }: DesignSpace, runs: number): { d: number; by: string } | Exclude<OptimizationDesign['criteria']['bound_omitted'], null> {
  const p = model.columns.length;
  if (strata !== null) return 'groups';
  if (history.length > 0) return 'history';
  if (precision.some((value) => value > 0)) return 'precision';
  if (isTwoLevel(model)) return twoLevelBound(runs, p);
  if (candidates !== null) return 'list';
  if (p > mostBoundColumns) return 'terms';
  if (region.shares.length > 0) return boundOn(model, region, mixturePoints(region, mostBoundPoints));
  const choices = region.factors.map((factor) => {
    const values = valuesOf(factor);
    if (factor.kind === 'categorical' && values !== null) return values;
    const [low, high] = codedRange(factor);
    const middle = values === null ? 0 : values.reduce((best, value) => (Math.abs(value) < Math.abs(best) ? value : best));
    return [...new Set([low, middle, high])];
  });
  if (choices.reduce((product, { length }) => product * length, 1) > mostBoundPoints) return 'points';
  const points = choices.reduce<number[][]>((list, values) => list.flatMap((point) => values.map((value) => [...point, value])), [[]]).filter((point) => isAllowed(region, point));
  return boundOn(model, region, points);
}

function boundOn(model: DesignSpace['model'], region: DesignSpace['region'], points: readonly Point[]): ReturnType<typeof boundOf> {
  if (points.length === 0) return 'points';
  const found = approximateBound(model, region, points);
  return found === undefined ? 'singular' : { d: found.bound, by: 'approximate' };
}

function aliasOf(solved: Solved): OptimizationDesign['alias'] {
  const { factors } = solved.model;
  const everything = designModel(factors, presetTerms('quadratic', factors.map((factor) => ({ name: factor.name, categorical: factor.kind === 'categorical', distinct: 'levels' in factor ? factor.levels.length : Infinity, share: factor.kind === 'mixture' }))));
  if (everything.columns.length > mostAlias) return null;
  const alias = aliasMatrix(solved, everything);
  return alias.columns.length === 0 ? null : { rows: [...alias.rows], columns: [...alias.columns], values: rowsOf(alias) };
}

function rowsOf({ rows, columns, values }: NamedMatrix): (number | null)[][] {
  return rows.map((_, i) => columns.map((_name, j) => finite(values[i * columns.length + j] as number)));
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

function along(solved: Solved, space: DesignSpace): Pick<DesignFigures, 'variance_profiles' | 'variance_contour'> {
  const { factors } = space.region;
  const middle = middleOf(space);
  const user = (k: number, value: number): number | string => decode(factors, middle.with(k, value))[factors[k]?.name ?? ''] as number | string;
  const profiles = factors.map((factor, k) => {
    const profile = varianceProfile(solved, space.region, middle, k);
    return { factor: factor.name, values: profile.map(({ value }) => user(k, value)), variances: profile.map(({ variance }) => variance) };
  });
  const numeric = factors.map((factor, k) => ({ factor, k, spread: spreadOf(profiles[k]?.variances ?? []) })).filter(({ factor, k }) => factor.kind !== 'categorical' && !space.region.shares.includes(k)).toSorted((a, b) => Number(levelsOf(a.factor) < 3) - Number(levelsOf(b.factor) < 3) || b.spread - a.spread || a.k - b.k).slice(0, 2).sort((a, b) => a.k - b.k);
  const [x, y] = numeric;
  if (x === undefined || y === undefined) return { variance_profiles: profiles, variance_contour: null };
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
    variance_profiles: profiles,
    variance_contour: {
      x: x.factor.name, y: y.factor.name, xs: xs.map((value) => limits(x.k, value)), ys: ys.map((value) => limits(y.k, value)),
      variances: ys.map((b) => xs.map((a) => predictionVariance(solved, middle.with(x.k, a).with(y.k, b)))),
    },
  };
}

/** A factor of two levels has nothing between them to look at. */
function levelsOf(factor: DesignSpace['region']['factors'][number]): number {
  return valuesOf(factor)?.length ?? Infinity;
}

function spreadOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
}

function curve({ fractions, variances }: ReturnType<typeof fractionOfDesignSpace>): OptimizationDesign['prediction_variance'] {
  return { fractions: [...fractions], variances: [...variances] };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
