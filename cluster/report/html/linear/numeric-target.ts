import type { LinearView } from '../../../../schemas/index.ts';
import { withUnit } from '../../model/features.ts';
import type { ReportBlock, ReportSection } from '../document.ts';
import { facts, recordTable, sectionOf, type ReportContext } from './report-context.ts';

/** Influential rows told in the page; the workbook has all. */
const rowsShown = 30;

/** Everything that the result says about a numeric target, in the order in which it is read. */
export function numericSections(view: LinearView, context: ReportContext, notices: ReportBlock): ReportSection[] {
  return [
    summary(view, context, notices), coefficients(view, context), anova(view, context),
    sectionOf(context.text('html_effects'), context.figures.take('main_effects', 'interactions', 'contour', 'surface')),
    residuals(view, context), influence(view, context), collinearity(view, context), power(view, context),
    robust(view, context), bootstrap(view, context), imputation(view, context), selection(view, context), penalty(view, context), validation(view, context),
    sectionOf(context.text('html_more_charts'), context.figures.rest()),
  ].filter((section) => section !== null);
}

function summary(view: LinearView, context: ReportContext, notices: ReportBlock): ReportSection {
  const { text, figures } = context;
  const { fit, response, cross_validation: validation, holdout, noise, model } = view;
  const transformed = response.transform !== 'none';
  const ceiling = noise?.r2_ceiling_original ?? null;
  const scores = [
    { name: text('head_in_sample'), ...response.scores.original, ceiling },
    ...(transformed ? [{ name: text('html_in_sample_scale', { label: response.label }), ...response.scores.model, ceiling: noise?.r2_ceiling ?? null }] : []),
    ...(validation === null ? [] : [{ name: text('head_cross_validated'), ...validation.score, ceiling }]),
    ...(holdout === null ? [] : [{ name: text('head_train'), ...holdout.train, ceiling }, { name: text('head_test'), ...holdout.test, ceiling }]),
  ];
  return {
    title: text('sheet_summary'),
    blocks: [
      recordTable(context, scores, ['name', 'n', 'r2', 'ceiling', 'rmse', 'mae'], { titles: { name: text('head_score'), ceiling: text('item_r2_ceiling') } }),
      notices,
      facts(context, {
        target: withUnit(view.target, view.units[view.target]), features: view.features.map((name) => withUnit(name, view.units[name])).join(', '), equation: `${response.label} = ${model.equation}`,
        adjusted_r2: fit.adjusted_r2, predicted_r2: fit.predicted_r2, sigma: fit.sigma, df_residual: model.df_residual, f: fit.f, f_p: fit.f_p,
        aic: fit.aic, aicc: fit.aicc, bic: fit.bic, condition: model.condition, digits: model.digits, confidence: view.confidence_level,
        ...(noise !== null && { noise_sd: noise.sd, lack_of_fit_p: noise.lack_of_fit_p }),
      }),
      ...figures.take('actual_fitted', 'cv_prediction'),
    ],
  };
}

function coefficients(view: LinearView, context: ReportContext): ReportSection {
  const { text, figures } = context;
  const { covariance, aliases } = view;
  return {
    title: text('sheet_coefficients'),
    blocks: [
      recordTable(context, view.coefficients, ['term', 'estimate', 'std_error', 't', 'p', 'ci_low', 'ci_high', 'joint_low', 'joint_high', 'standardized', 'vif'], { note: `${text('item_covariance')}: ${text(`covariance_${covariance.kind}`)}; ${text('item_t_df')}: ${covariance.df ?? '—'}` }),
      ...(aliases.length === 0 ? [] : [recordTable(context, aliases, ['column', 'expression'], { titles: { column: text('head_aliased_column'), expression: text('head_alias') } })]),
      ...figures.take('coefficients', 'pareto'),
    ],
  };
}

function anova({ anova: tables }: LinearView, context: ReportContext): ReportSection | null {
  const { text } = context;
  return sectionOf(text('sheet_anova'), tables.map(({ type, rows, residual }) => recordTable(context, [...rows, { term: text('anova_residual'), ...residual, f: null, p: null, partial_eta2: null }], ['term', 'df', 'ss', 'ms', 'f', 'p', 'partial_eta2'], { caption: `${text('head_anova_type')} ${type}` })));
}

function residuals({ residual_tests: tests }: LinearView, context: ReportContext): ReportSection | null {
  const { text, figures } = context;
  const rows = tests.map(({ test, hypothesis, statistic, df, p, unavailable }) => ({
    test_name: text(`test_${test}`), hypothesis: hypothesis === null ? '' : text(`hypothesis_${hypothesis}`), statistic, df: df.map((value) => Number(value.toPrecision(6))).join(', '), p,
    note: unavailable === null ? '' : text(`test_unavailable_${unavailable}`),
  }));
  return sectionOf(text('sheet_residual_tests'), [rows.length === 0 ? null : recordTable(context, rows, ['test_name', 'hypothesis', 'statistic', 'df', 'p', 'note']), ...figures.take('residual_fitted', 'scale_location', 'normal_qq', 'residual_order')]);
}

function influence({ diagnostics, influence: { rows }, rows: all }: LinearView, context: ReportContext): ReportSection {
  const { text, figures } = context;
  const place = new Map(all.row.map((row, index) => [row, index]));
  const shown = rows.slice(0, rowsShown).map(({ row, dfbetas, dfbetas_term: term, covratio }) => {
    const at = place.get(row) ?? -1;
    return { row, actual: all.actual[at] ?? null, fitted: all.fitted[at] ?? null, leverage: all.leverage[at] ?? null, studentized_external: all.studentized_external[at] ?? null, cook: all.cook[at] ?? null, dffits: all.dffits[at] ?? null, covratio, dfbetas, term };
  });
  return {
    title: text('sheet_diagnostics'),
    blocks: [
      facts(context, { durbin_watson: diagnostics.durbin_watson, max_leverage: diagnostics.max_leverage, max_cook: diagnostics.max_cook, max_studentized: diagnostics.max_abs_studentized, outlier_p: diagnostics.outlier_p }),
      ...(shown.length === 0 ? [] : [recordTable(context, shown, ['row', 'actual', 'fitted', 'leverage', 'studentized_external', 'cook', 'dffits', 'covratio', 'dfbetas', 'term'], { caption: text('html_influential'), titles: { covratio: 'COVRATIO', dfbetas: 'DFBETAS' }, ...(rows.length > shown.length && { note: text('html_rows_shown', { shown: shown.length, rows: rows.length }) }) })]),
      ...figures.take('leverage'),
    ],
  };
}

function collinearity({ gvif, collinearity: shares }: LinearView, context: ReportContext): ReportSection | null {
  const { text, figures } = context;
  return sectionOf(text('sheet_collinearity'), [
    gvif.length === 0 ? null : recordTable(context, gvif, ['term', 'df', 'gvif', 'adjusted'], { titles: { adjusted: text('head_gvif_adjusted') } }),
    shares === null ? null : { kind: 'table', columns: [{ title: text('head_condition_index') }, ...shares.columns.map((title) => ({ title, format: 'share' as const }))], rows: shares.indexes.map((index, i) => [index, ...shares.proportions[i] ?? []]) },
    ...figures.take('correlation'),
  ]);
}

function power({ power: families }: LinearView, context: ReportContext): ReportSection | null {
  const { text, figures } = context;
  const rows = families.map(({ family, lambda, ci_low, ci_high, p, nice_lambda: nice }) => ({ family: text(`html_${family}`), lambda, ci_low, ci_high, p, nice }));
  return sectionOf(text('html_power'), [rows.length === 0 ? null : recordTable(context, rows, ['family', 'lambda', 'ci_low', 'ci_high', 'p', 'nice'], { titles: { family: text('head_kind'), p: text('html_power_p'), nice: text('html_nice_lambda') } }), ...figures.take('power')]);
}

function robust(view: LinearView, context: ReportContext): ReportSection | null {
  const { robust: fit, rows } = view;
  const { text } = context;
  if (fit === null) return null;
  const weights = fit.weights.flatMap((weight, index) => (weight !== null && weight < 1 ? [{ row: rows.row[index] ?? null, robust_weight: weight }] : [])).sort((a, b) => a.robust_weight - b.robust_weight);
  const lines = fit.coefficients.map((row) => ({ ...row, least_squares: view.coefficients.find(({ term }) => term === row.term)?.estimate ?? null }));
  return sectionOf(text('sheet_robust'), [
    facts(context, { robust_method: fit.method, robust_scale: fit.scale, robust_converged: fit.converged }),
    recordTable(context, lines, ['term', 'estimate', 'std_error', 't', 'p', 'least_squares']),
    weights.length === 0 ? null : recordTable(context, weights.slice(0, rowsShown), ['row', 'robust_weight'], weights.length > rowsShown ? { note: text('html_rows_shown', { shown: rowsShown, rows: weights.length }) } : {}),
  ]);
}

function bootstrap({ bootstrap: made }: LinearView, context: ReportContext): ReportSection | null {
  const { text } = context;
  if (made === null) return null;
  return sectionOf(text('sheet_bootstrap'), [
    recordTable(context, made.coefficients, ['term', 'estimate', 'std_error', 't', 'p', 'ci_low', 'ci_high'], { note: text('note_bootstrap') }),
    facts(context, { replicates: made.replicates, seed: made.seed }),
  ]);
}

function imputation({ imputation: made }: LinearView, context: ReportContext): ReportSection | null {
  const { text } = context;
  if (made === null) return null;
  return sectionOf(text('sheet_imputation'), [
    recordTable(context, made.coefficients, ['term', 'estimate', 'std_error', 'df', 't', 'p', 'ci_low', 'ci_high', 'missing_information', 'complete_rows'], { note: text('note_imputation') }),
    facts(context, { imputations: made.imputations, imputed_rows: made.rows, imputed_cells: made.filled.map(({ column, cells }) => `${column}: ${cells}`).join(', ') }),
  ]);
}

function selection({ selection: chosen }: LinearView, context: ReportContext): ReportSection | null {
  const { text, figures } = context;
  if (chosen === null) return null;
  return sectionOf(text('sheet_selection'), [
    facts(context, { method: text(`method_${chosen.method}`), criterion: chosen.criterion, honest_r2: chosen.honest?.r2 ?? null, held_r2: chosen.held_terms?.r2 ?? null }),
    { kind: 'text', text: text('note_optimistic') },
    recordTable(context, chosen.candidates, ['term', 'chosen', 'fold_share']),
    recordTable(context, chosen.steps.map((step) => ({ ...step, action: text(`action_${step.action}`) })), ['step', 'action', 'term', 'coefficients', 'criterion', 'p', 'rmse', 'r2', 'adjusted_r2', 'predicted_r2', 'aic', 'aicc', 'bic', 'cp', 'cv_rmse']),
    ...figures.take('selection'),
  ]);
}

function penalty({ penalty: penalised }: LinearView, context: ReportContext): ReportSection | null {
  const { text, figures } = context;
  if (penalised === null) return null;
  return sectionOf(text('sheet_penalty'), [
    facts(context, { method: text(`kind_${penalised.kind}`), lambda_used: penalised.lambda, penalised_equation: penalised.equation }),
    recordTable(context, penalised.coefficients, ['term', 'estimate', 'at_min', 'at_one_se', 'least_squares', 'refit', 'refit_std_error'], { titles: { estimate: text('head_penalised'), refit_std_error: text('head_refit_error') } }),
    ...figures.take('penalty_path', 'penalty_cv'),
  ]);
}

function validation({ cross_validation: cv }: LinearView, context: ReportContext): ReportSection | null {
  const { text } = context;
  if (cv === null) return null;
  return sectionOf(text('sheet_cross_validation'), [
    facts(context, { r2_ceiling: cv.r2_ceiling, grouped_by: cv.grouped_by.join(', '), seed: cv.seed }),
    recordTable(context, [...cv.per_fold.map(({ fold, n, r2, rmse, mae }) => ({ fold: String(fold), n, r2, rmse, mae })), { fold: text('head_all'), ...cv.score }], ['fold', 'n', 'r2', 'rmse', 'mae']),
  ]);
}
