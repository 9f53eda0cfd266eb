import { Fault, type LinearSections } from '../../../schemas/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { finite } from '../numbers.ts';
import { fitWholePenalty, penaltyColumns, type PenaltyFit, type PenaltyPoint } from '../penalty/index.ts';
import { equation } from './model.ts';
import { smearingOf } from './response.ts';

type Penalty = NonNullable<LinearSections['penalty']>;

/** Penalised fit of the same terms, with its own path and cross-validation. @throws Fault `penalty_no_folds`, `penalty_no_columns`, `term_not_in_model` */
export async function penalty(model: FittedModel, { parameters: { penalty: asked }, job, module, slabs, tell }: SectionContext): Promise<LinearSections['penalty']> {
  const { kind } = asked;
  if (kind === 'none') return null;
  const { plan, validation: { cross }, design, terms } = model;
  if (cross.fold === null) throw new Fault('penalty_no_folds', 'too few conditions to cross-validate the penalty', { where: { field: 'parameters.penalty' } });
  const { free, unpenalized, groupOf } = penaltyColumns(asked, plan, model.specification.column);
  const { l1_ratio, lambda, choose, count, standardize, groups } = asked;
  const ask = { kind, l1_ratio, lambda, choose, count, standardize, fold: cross.fold, unpenalized, groupOf };
  const found = await fitWholePenalty({ job, module, slabs, design, ask });
  const { path, used, indexMin, index1Se, refit } = found;
  if (lambda === null && path.length > 1 && (used === path.at(-1) || used.lambda === path.at(-1)?.lambda)) tell({ code: 'penalty_at_edge', severity: 'info', values: { lambda: Number(used.lambda.toPrecision(4)) } });
  if (refit !== null) tell({ code: 'penalty_refit_optimistic', severity: 'info', values: { terms: used.nonzero } });
  if (asked.predict) tell({ code: 'penalty_predicts', severity: 'info', values: { name: model.specification.target.name } });
  const at = (index: number, j: number): number => path[index]?.coefficients[j] ?? 0;
  return {
    kind, l1_ratio: kind === 'ridge' ? 0 : kind === 'lasso' ? 1 : l1_ratio, standardize, groups, unpenalized: free.map((term) => plan.terms[term]?.label ?? ''),
    folds: cross.result?.folds ?? 0,
    choose: lambda === null ? choose : 'given', lambda: used.lambda, lambda_min: path[indexMin]?.lambda ?? 0, lambda_one_se: path[index1Se]?.lambda ?? 0,
    used: pointOf(used),
    path: path.map((point, index) => ({ ...pointOf(point), ...ridgeAt(found, index) })),
    paths: terms.flatMap(({ name, kind: role }, j) => (role === 'intercept' ? [] : [{ term: name, sd: finite(found.deviations[j]), coefficients: path.map(({ coefficients }) => coefficients[j] as number) }])),
    coefficients: terms.map(({ name }, j) => ({
      term: name, estimate: used.coefficients[j] as number, at_min: at(indexMin, j), at_one_se: at(index1Se, j), least_squares: finite(model.fit.coefficients[j]),
      refit: finite(refit?.coefficients[j]), refit_std_error: finite(refit?.standardErrors[j]),
    })),
    equation: equation(used.coefficients.map((value, j) => (value === 0 && terms[j]?.kind !== 'intercept' ? NaN : value)), plan, terms),
    predicts: asked.predict,
    smearing: smearingOf(model.response, penalisedResiduals(model, used.coefficients)),
  };
}

/** Residuals of another set of coefficients, on the scale of the fit: those of least squares less X(b − b₀). */
export function penalisedResiduals({ fit, rows, design, designColumn }: FittedModel, coefficients: ArrayLike<number>): Float64Array {
  const residuals = Float64Array.from(rows['residual'] as Float64Array);
  for (let j = 0; j < design.p; j += 1) {
    const least = fit.coefficients[j] as number;
    const change = (coefficients[j] as number) - (Number.isNaN(least) ? 0 : least);
    if (change === 0) continue;
    const x = designColumn(j);
    for (let i = 0; i < design.n; i += 1) residuals[i] = (residuals[i] as number) - change * (x[i] as number);
  }
  return residuals;
}

function pointOf({ lambda, nonzero, r2, cvMse, cvSe }: PenaltyPoint): Penalty['used'] {
  return { lambda, nonzero, r2: finite(r2), cv_rmse: finite(Math.sqrt(cvMse)), cv_mse: finite(cvMse), cv_se: finite(cvSe) };
}

function ridgeAt({ ridge }: PenaltyFit, index: number): Pick<Penalty['path'][number], 'effective_df' | 'gcv' | 'loo_rmse'> {
  return { effective_df: finite(ridge?.effectiveDf[index]), gcv: finite(ridge?.gcv[index]), loo_rmse: finite(Math.sqrt(ridge?.looMse[index] ?? NaN)) };
}
