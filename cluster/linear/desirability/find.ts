import type { DesirabilityResult, LinearAnalysisParameters, Notice } from '../../../schemas/index.ts';
import type { JobContext } from '../../job/context.ts';
import type { Table } from '../../table/index.ts';
import type { Predictor } from '../prediction/predictor.ts';
import { conditionProblem, unusedFactors } from './problem.ts';

/** The conditions that the parameters ask for; null when they ask for none. @throws Fault `desirability_…` naming the parameter */
export async function findConditions({ pool, signal }: JobContext, table: Table, parameters: LinearAnalysisParameters, predictors: readonly Predictor[], notices: Notice[]): Promise<DesirabilityResult | null> {
  if (parameters.desirability === null) return null;
  const problem = conditionProblem(table, parameters.desirability, predictors, parameters.random_seed, parameters.confidence_level);
  const unused = unusedFactors(table, parameters.desirability, problem);
  if (unused.length > 0) notices.push({ code: 'desirability_factor_unused', severity: 'warning', where: { field: 'parameters.desirability.factors' }, values: { names: unused } });
  const found = await pool.run('optimiseConditions', problem, { signal });
  if (found.best.desirability === 0) {
    const missed = found.best.predictions.filter((prediction) => prediction.desirability === 0).map(({ target }) => target);
    notices.push({ code: 'desirability_zero', severity: 'warning', values: { names: missed } });
  }
  const outside = [...new Set(found.best.predictions.flatMap(({ extrapolated }) => extrapolated))];
  if (outside.length > 0) notices.push({ code: outside.every((name) => name === '') ? 'desirability_combination' : 'desirability_outside', severity: 'warning', values: { names: outside.filter((name) => name !== '') } });
  return found;
}
