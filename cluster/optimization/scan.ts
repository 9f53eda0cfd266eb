import { Fault, type OptimizationScan } from '../../schemas/index.ts';
import { coefficientReports, degreesOfFreedom, efficiencies, rowGroups, solveEstimable, submatrix, suggestRuns, type Criterion } from '../design/index.ts';
import type { MadeDesign } from './made-design.ts';
import { searchedDesign, type Making } from './make.ts';

/** The best design of each number of runs, and which number to take. Numbers that cannot estimate the model are left out. @throws Fault when none can */
export async function scanRuns(making: Making, criterion: Criterion, onDone: (done: number, total: number) => void): Promise<OptimizationScan> {
  const { scan } = making.parameters;
  if (scan === null) throw new Error('no scan was asked for');
  const counts = Array.from({ length: Math.floor((scan.to - scan.from) / scan.step) + 1 }, (_, i) => scan.from + i * scan.step);
  const entries: OptimizationScan['entries'] = [];
  let refused: Fault | undefined;
  let before: { runs: number; cells: Float64Array } | undefined;
  for (const [done, runs] of counts.entries()) {
    making.context.checkCancelled();
    try {
      const { made, cells } = await searchedDesign(making, criterion, runs, scan.starts, () => undefined, before?.cells);
      before = { runs, cells };
      entries.push(entryOf(made, making));
    } catch (error) {
      if (!(error instanceof Fault) || !(error.code === 'design_too_few_runs' || error.code === 'design_runs' || error.code === 'design_repeats')) throw error;
      refused = error;
    }
    onDone(done + 1, counts.length);
  }
  if (entries.length === 0) throw refused ?? new Error('an empty scan');
  const suggestion = suggestRuns(entries.map((entry) => ({
    runs: entry.runs, averageVariance: entry.average_variance ?? entry.largest_standard_error ** 2, largestStandardError: entry.largest_standard_error, smallestPower: entry.smallest_power, residualDegreesOfFreedom: entry.residual_degrees_of_freedom,
  })), { ...(scan.power !== null && { power: scan.power }), ...(scan.standard_error !== null && { standardError: scan.standard_error }) });
  return { criterion: criterion.kind, entries, suggestion };
}

function entryOf({ space, points }: MadeDesign, { parameters: { alpha, sigma, effect } }: Making): OptimizationScan['entries'][number] {
  const { solved, kept } = solveEstimable(space.model, [...space.history, ...points], space.precision, space.strata === null ? undefined : rowGroups(space.strata, 'earlier first'));
  const moments = space.moments === null ? undefined : submatrix(space.moments, space.model.columns.length, kept);
  const { d, averageVariance, i } = efficiencies(solved, moments && { moments });
  const coefficients = coefficientReports(solved, { alpha, sigma, effects: Object.fromEntries(solved.model.columns.map(({ name }) => [name, effect])) }).filter((_, j) => (solved.model.columns[j]?.parts.length ?? 0) > 0);
  const powers = coefficients.map(({ power }) => power);
  return {
    runs: points.length, d, average_variance: averageVariance, i, largest_standard_error: Math.max(0, ...coefficients.map(({ standardError }) => standardError)),
    smallest_power: powers.some((power) => power === null) || powers.length === 0 ? null : Math.min(...powers as number[]), residual_degrees_of_freedom: degreesOfFreedom(solved).residual,
  };
}
