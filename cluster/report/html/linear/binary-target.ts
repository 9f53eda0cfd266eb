import type { BinaryView } from '../../../../schemas/index.ts';
import type { ReportBlock, ReportSection } from '../document.ts';
import { facts, recordTable, sectionOf, type ReportContext } from './report-context.ts';

/** Everything that the result says about a target of two values, in the order in which it is read. */
export function binarySections(view: BinaryView, context: ReportContext, notices: ReportBlock): ReportSection[] {
  const { text, figures } = context;
  return [
    summary(view, context, notices), coefficients(view, context), deviance(view, context),
    sectionOf(text('html_effects'), figures.take('main_effects', 'interactions', 'contour', 'surface', 'outcome')),
    decisions(view, context), calibration(view, context), selection(view, context), penalty(view, context),
    sectionOf(text('sheet_collinearity'), figures.take('correlation')),
    sectionOf(text('html_more_charts'), figures.rest()),
  ].filter((section) => section !== null);
}

function summary({ binary, model, target, confidence_level: confidence }: BinaryView, context: ReportContext, notices: ReportBlock): ReportSection {
  const { text, figures } = context;
  const { fit, cross_validation: cv, holdout } = binary;
  const scores = [
    { name: text('head_in_sample'), ...binary.in_sample, balanced_accuracy: binary.confusion.balanced_accuracy },
    ...(cv === null ? [] : [{ name: text('head_cross_validated'), ...cv.score, balanced_accuracy: cv.confusion.balanced_accuracy }]),
    ...(holdout === null ? [] : [{ name: text('head_train'), ...holdout.train, balanced_accuracy: null }, { name: text('head_test'), ...holdout.test, balanced_accuracy: null }]),
  ];
  return {
    title: text('sheet_summary'),
    blocks: [
      recordTable(context, scores, ['name', 'n', 'auc', 'auc_low', 'auc_high', 'brier', 'log_loss', 'balanced_accuracy'], { titles: { name: text('head_score') } }),
      notices,
      facts(context, {
        target, positive: `${binary.positive_label} (${binary.positives})`, negative: `${binary.negative_label} (${binary.negatives})`, equation: `${binary.link}(p) = ${model.equation}`,
        method: text(`method_${binary.method}`), separation: text(`separation_${binary.separation.kind}`), df_residual: fit.df_residual, deviance: fit.deviance, null_deviance: fit.null_deviance,
        lr_chi2: fit.lr_chi2, lr_p: fit.lr_p, mcfadden: fit.mcfadden_r2, nagelkerke: fit.nagelkerke_r2, tjur: fit.tjur_r2, aic: fit.aic, bic: fit.bic, confidence,
      }),
      ...figures.take('roc', 'scores'),
    ],
  };
}

function coefficients({ binary: { coefficients: rows, covariance } }: BinaryView, context: ReportContext): ReportSection | null {
  const { text, figures } = context;
  return sectionOf(text('sheet_coefficients'), [
    recordTable(context, rows, ['term', 'estimate', 'std_error', 'z', 'p', 'ci_low', 'ci_high', 'profile_low', 'profile_high', 'odds_ratio', 'odds_ratio_low', 'odds_ratio_high'], { note: `${text('item_covariance')}: ${text(`covariance_${covariance.kind}`)}` }),
    ...figures.take('odds'),
  ]);
}

function deviance({ binary: { deviance_tests: tests } }: BinaryView, context: ReportContext): ReportSection | null {
  const { text } = context;
  return sectionOf(text('sheet_deviance'), tests.map(({ type, rows }) => recordTable(context, rows, ['term', 'df', 'chi2', 'p'], { caption: `${text('head_anova_type')} ${type}` })));
}

const counts = ['true_positive', 'false_positive', 'true_negative', 'false_negative'] as const;

function decisions({ binary }: BinaryView, context: ReportContext): ReportSection | null {
  const { text, figures } = context;
  const rows = [{ name: text('head_in_sample'), ...binary.confusion }, ...(binary.cross_validation === null ? [] : [{ name: text('head_cross_validated'), ...binary.cross_validation.confusion }])];
  return sectionOf(text('sheet_thresholds'), [
    recordTable(context, rows, ['name', 'threshold', ...counts, 'accuracy', 'sensitivity', 'specificity', 'precision', 'cost'], { titles: { name: text('head_score') } }),
    facts(context, { threshold: binary.threshold.value }),
    ...figures.take('confusion', 'thresholds'),
  ]);
}

function calibration({ binary: { cross_validation: cv, hosmer_lemeshow: hosmer } }: BinaryView, context: ReportContext): ReportSection | null {
  const { text, figures } = context;
  return sectionOf(text('sheet_calibration'), [
    cv === null && hosmer === null ? null : facts(context, { calibration_intercept: cv?.calibration.intercept, calibration_slope: cv?.calibration.slope, hl_chi2: hosmer?.chi2, hl_p: hosmer?.p }),
    ...figures.take('calibration'),
  ]);
}

function selection({ binary: { selection: chosen } }: BinaryView, context: ReportContext): ReportSection | null {
  const { text, figures } = context;
  if (chosen === null) return null;
  return sectionOf(text('sheet_selection'), [
    facts(context, { selection_method: text(`method_${chosen.method}`), criterion: chosen.criterion, honest_log_loss: chosen.honest?.log_loss ?? null, held_log_loss: chosen.held_terms?.log_loss ?? null, honest_auc: chosen.honest?.auc ?? null, held_auc: chosen.held_terms?.auc ?? null }),
    { kind: 'text', text: text('note_optimistic') },
    recordTable(context, chosen.candidates, ['term', 'chosen', 'fold_share']),
    ...figures.take('selection'),
  ]);
}

function penalty({ binary: { penalty: penalised, link } }: BinaryView, context: ReportContext): ReportSection | null {
  const { text, figures } = context;
  if (penalised === null) return null;
  return sectionOf(text('sheet_penalty'), [
    facts(context, { method: text(`kind_${penalised.kind}`), lambda_used: penalised.lambda, penalised_equation: `${link}(p) = ${penalised.equation}` }),
    recordTable(context, penalised.coefficients, ['term', 'estimate', 'odds_ratio', 'at_min', 'at_one_se', 'maximum_likelihood', 'refit', 'refit_std_error'], { titles: { estimate: text('head_penalised'), maximum_likelihood: text('head_unpenalised'), refit: text('head_refit_likelihood'), refit_std_error: text('head_refit_error') } }),
    ...figures.take('penalty_path', 'penalty_cv'),
  ]);
}
