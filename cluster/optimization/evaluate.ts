import type { OptimizationDesign } from '../../schemas/index.ts';
import { coefficientReports, columnCorrelations, degreesOfFreedom, efficiencies, fractionOfDesignSpace, largestVariance, shuffled, solveDesign, type DesignPlan, type FoundDesign } from '../design/index.ts';

const mostEvaluated = 20_000;

/** A found design as it stands in the result. Figures are of the written rows and the earlier runs together, computed anew from their values. */
export function describeDesign(plan: DesignPlan, found: FoundDesign, seed: number, randomize: boolean): OptimizationDesign {
  const { model, region, precision, moments } = plan;
  const points = [...plan.history, ...found.points];
  const solved = solveDesign(model, points, precision);
  const list = plan.search.kind === 'list' && plan.search.candidates.count <= mostEvaluated ? plan.search.candidates : null;
  const over = list ?? region;
  const figures = efficiencies(solved, { ...(moments && { moments }), largestVariance: largestVariance(solved, over).variance });
  const df = degreesOfFreedom(solved);
  const { columns, values } = columnCorrelations(model, points);
  const order = randomize ? shuffled(found.rows.length, seed) : found.rows.map((_, i) => i);
  const place = new Array<number>(order.length);
  order.forEach((row, at) => {
    place[row] = at + 1;
  });
  return {
    criterion: plan.criterion.kind,
    rows: found.rows.map((row) => ({ ...row })),
    run_order: place,
    search: { starts: found.search.done, best_start: found.search.best, hits: found.search.hits, hit_rate: found.search.hitRate, stopped_by: found.search.stop ?? 'starts' },
    criteria: {
      log_determinant: figures.logDeterminant, d: figures.d, a: figures.a, a_efficiency: figures.aEfficiency, trace_of_inverse: figures.traceOfInverse, e: figures.e, condition_number: figures.conditionNumber,
      average_variance: figures.averageVariance, i: figures.i, average_standard_error: figures.averageStandardError, largest_variance: figures.largestVariance, g: figures.g, g_efficiency: figures.gEfficiency,
    },
    degrees_of_freedom: { runs: df.runs, model: df.model, residual: df.residual, pure_error: df.pureError, lack_of_fit: df.lackOfFit },
    coefficients: coefficientReports(solved).map(({ name, standardError, varianceInflation, power }) => ({ name, standard_error: standardError, variance_inflation: varianceInflation, power })),
    correlations: { columns: [...columns], values: columns.map((_, i) => columns.map((_name, j) => finite(values[i * columns.length + j] as number))) },
    prediction_variance: { ...curve(fractionOfDesignSpace(solved, over)) },
  };
}

function curve({ fractions, variances }: ReturnType<typeof fractionOfDesignSpace>): OptimizationDesign['prediction_variance'] {
  return { fractions: [...fractions], variances: [...variances] };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
