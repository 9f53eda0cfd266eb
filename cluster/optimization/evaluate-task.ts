import { presetTerms, type OptimizationDesign } from '../../schemas/index.ts';
import {
  aliasMatrix, approximateBound, coefficientReports, codedRange, columnCorrelations, degreesOfFreedom, designModel, efficiencies, fractionOfDesignSpace, isAllowed, isTwoLevel, largestVariance, leverages, mixturePoints, rowGroups,
  smallestDistance, solveEstimable, submatrix, termReports, twoLevelBound, valuesOf, type DesignSpace, type NamedMatrix, type Point, type Solved,
} from '../design/index.ts';
import { originalScore, type Standardisation } from './original-score.ts';
import { varianceViews } from './variance-views.ts';

export interface EvaluationTask {
  /** long lists are left out: then the region stands for them */
  space: DesignSpace;
  /** new rows, coded */
  points: readonly Point[];
  power: { alpha: number; sigma: number; effect: number };
  standardisation: Standardisation;
}

export type DesignFigures = Pick<OptimizationDesign, 'criteria' | 'inestimable' | 'degrees_of_freedom' | 'coefficients' | 'terms' | 'leverages' | 'correlations' | 'alias' | 'prediction_variance' | 'variance_profiles' | 'variance_contour' | 'variance_ternary'>;

const mostBoundColumns = 70;
const mostBoundPoints = 2500;
const mostAlias = 400;

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
    ...varianceViews(solved, space),
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

function curve({ fractions, variances }: ReturnType<typeof fractionOfDesignSpace>): OptimizationDesign['prediction_variance'] {
  return { fractions: [...fractions], variances: [...variances] };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
