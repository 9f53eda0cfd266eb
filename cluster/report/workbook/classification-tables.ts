import type { ClassificationResult, FaultValues, Language } from '../../../schemas/index.ts';
import { catalogues, renderText } from '../../../schemas/text/index.ts';
import { classificationSpeech } from '../charts/classification/index.ts';
import { explanationTables } from './classification-explanation-tables.ts';

export type Say = (code: string, values?: FaultValues) => string;
export type Cell = string | number | boolean | null;
type Rows = (readonly Cell[])[];

/** A table of the report: a sheet of the workbook, and (but for those with a line per row) of the HTML page. */
export interface ReportSheet {
  /** stays the same in every language: where the page puts it */
  readonly id: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: Rows;
}

/** Everything that a classification found, as tables in the order of the workbook. Pure. */
export function classificationTables(result: ClassificationResult, language: Language): ReportSheet[] {
  const say: Say = classificationSpeech(language);
  const { final, families, positive_label: positive, negative_label: negative } = result;
  const decisionName = { yes: positive, gray: say('decision_gray'), no: negative };
  const sheets: ReportSheet[] = [];
  const sheet = (code: string, columns: readonly string[], rows: Rows): void => void sheets.push({ id: code, name: say(`sheet_cls_${code}`), columns, rows });
  const names = families.map(({ family }) => say(`family_${family}`));
  sheet('summary', [say('head_item'), ...['value', 'low', 'high'].map((head) => say(`head_cls_${head}`))], summary(result, say));
  sheet('scores', ['model', 'auc', 'low', 'high', 'se', 'log_loss', 'se', 'brier', 'se', 'weight'].map((head) => say(`head_cls_${head}`)), [...families, { family: 'final', score: final.score, weight: null }].map(({ family, score, weight }) => [
    say(`family_${family}`), score.auc, score.auc_low, score.auc_high, score.auc_standard_error, score.log_loss, score.log_loss_standard_error, score.brier, score.brier_standard_error, weight,
  ]));
  sheet('oof', [say('head_row'), say('head_cls_fold'), 'y_true', 'oof_p_cal', 'oof_pred_label', say('head_cls_decision'), say('head_cls_uncalibrated'), ...names], result.observed.map((y, i) => {
    const decision = final.decision[i] ?? 'gray';
    return [result.rows.file_rows[i] ?? null, (result.outer_fold[i] as number) + 1, y, final.out_of_fold[i] ?? null, decision === 'yes' ? 1 : decision === 'no' ? 0 : -1, decisionName[decision], final.uncalibrated[i] ?? null, ...families.map(({ out_of_fold }) => out_of_fold[i] ?? null)];
  }));
  sheet('confusion', [say('axis_cls_actual'), positive, say('decision_gray'), negative], (['positive', 'negative'] as const).map((actual) => {
    const { yes, gray, no } = final.confusion.counts[actual];
    return [actual === 'positive' ? positive : negative, yes, gray, no];
  }));
  if (result.several !== null) sheets.push(severalSheet(result.several, say));
  sheet('thresholds', [say('axis_threshold'), 'TP', 'FP', 'TN', 'FN', ...['sensitivity', 'specificity', 'precision', 'accuracy'].map((head) => say(`head_${head}`)), say('head_cls_cost'), say('head_cls_benefit')], final.thresholds.map((row) => [
    row.threshold, row.true_positive, row.false_positive, row.true_negative, row.false_negative, row.sensitivity, row.specificity, row.precision, row.accuracy, row.cost, row.net_benefit,
  ]));
  sheet('calibration', [say('head_bin_low'), say('head_bin_high'), say('head_n'), say('head_mean_predicted'), say('head_observed_share'), say('head_cls_low'), say('head_cls_high')], final.calibration.bins.map((bin) => [bin.low, bin.high, bin.n, bin.mean_predicted, bin.observed, bin.observed_low, bin.observed_high]));
  sheet('limits', [...['fp_limit', 'fn_limit', 'certified', 'fpr', 'low', 'high', 'fnr', 'low', 'high'].map((head) => say(`head_cls_${head}`)), say('axis_cls_gray'), say('head_cls_low'), say('head_cls_high'), say('head_cls_cost'), say('head_cls_front')], result.limits.map((point) => [
    point.false_positive_limit, point.false_negative_limit, point.certified, ...[point.false_positive_rate, point.false_negative_rate, point.gray_share].flatMap(({ value, low, high }) => [value, low, high]), point.cost, point.front ? '○' : '',
  ]));
  sheet('folds', [say('head_cls_fold'), say('head_cls_kind'), 'tau_neg', 'tau_pos', say('head_cls_auc'), say('head_cls_log_loss'), say('head_cls_brier'), ...names], final.folds.map(({ fold, calibrator, thresholds, weights }, k) => [
    fold, calibrator.kind, thresholdOf(thresholds.lower), thresholdOf(thresholds.upper), final.score.fold_auc[k] ?? null, final.score.fold_log_loss[k] ?? null, final.score.fold_brier[k] ?? null, ...families.map(({ family }) => weights[family] ?? null),
  ]));
  sheet('comparisons', ['compare_a', 'compare_b', 'auc_difference', 'delong', 'loss_difference', 'nadeau', 'mcnemar'].map((head) => say(`head_cls_${head}`)), result.comparisons.map((row) => [say(`family_${row.a}`), say(`family_${row.b}`), row.auc_difference, row.delong_p, row.log_loss_difference, row.nadeau_bengio_p, row.mcnemar_p]));
  if (result.explanation !== null) sheets.push(...explanationTables(result, result.explanation, say));
  sheet('best', [say('head_cls_model'), say('head_cls_fold'), say('head_cls_log_loss'), say('head_item'), say('head_cls_value')], families.flatMap(({ family, studies }) => studies.flatMap(({ outer_fold, best_value, parameters }) => Object.entries(parameters).map(([name, value]) => [say(`family_${family}`), outer_fold === null ? say('head_nl_all_rows') : outer_fold + 1, best_value, name, value]))));
  sheet('features', [say('head_feature'), say('head_cls_low'), say('head_cls_high'), say('head_nl_levels')], result.features.map(({ name, low, high, levels }) => [name, low, high, levels.join(', ')]));
  sheet('settings', [say('head_item'), say('head_cls_value')], [[say('item_nl_dataset'), result.dataset.name], [say('item_nl_sha256'), result.dataset.sha256], ...Object.entries(result.parameters).map(([name, value]): Cell[] => [name, plainValue(value)])]);
  sheet('notices', [say('head_nl_severity'), say('head_nl_text')], result.notices.map((notice) => [say(`severity_${notice.severity}`), renderText(catalogues, language, notice.code, { ...notice.where, ...notice.values })]));
  return sheets;
}

/** Rows by true and likeliest label, with the figures of each label and of all. */
function severalSheet({ labels, confusion, by_label: each, ...all }: NonNullable<ClassificationResult['several']>, say: Say): ReportSheet {
  const whole = { auc: all.auc_one_rest, log_loss: all.log_loss, half_accuracy: all.accuracy, half_balanced: all.balanced_accuracy, half_mcc: all.mcc, half_kappa: all.kappa };
  return { id: 'several', name: say('sheet_cls_several'), columns: [say('axis_cls_actual'), ...labels, say('head_precision'), say('axis_cls_recall'), 'F1', say('head_cls_auc')], rows: [
    ...labels.map((label, k): Cell[] => [label, ...confusion[k] ?? [], each[k]?.precision ?? null, each[k]?.recall ?? null, each[k]?.f1 ?? null, each[k]?.auc ?? null]),
    [say('item_cls_macro'), ...labels.map(() => null), null, all.balanced_accuracy, all.f1_macro, all.auc_one_rest],
    ...Object.entries(whole).map(([name, value]): Cell[] => [say(name === 'auc' ? 'item_cls_auc_one_rest' : name === 'log_loss' ? 'head_cls_log_loss' : `item_cls_several_${name}`), value]),
  ] };
}

function figures({ at_half: half, ...rest }: ClassificationResult['final']['figures'], say: Say): Rows {
  const { widest_gap: gap, widest_gap_threshold: at, partial_auc_corrected: partial, expected_calibration_error: expected, largest_calibration_error: largest, spiegelhalter_p: p } = rest;
  return Object.entries({ half_accuracy: half.accuracy, half_balanced: half.balanced_accuracy, half_f1: half.f1, half_mcc: half.mcc, half_kappa: half.kappa, gap, gap_at: at, partial, ece: expected, mce: largest, spiegelhalter: p }).map(([name, value]) => [say(`item_cls_${name}`), value]);
}

function summary({ rows, final, families, model, equal_areas: equal, hold_out: held, positive_label: positive, negative_label: negative }: ClassificationResult, say: Say): Rows {
  const members = families.filter(({ weight }) => weight > 0).map(({ family, weight }) => `${say(`family_${family}`)} ${Number(weight.toPrecision(3))}`).join(', ');
  const { confusion, score } = final;
  const share = (label: string, { value, low, high }: { value: number | null; low: number | null; high: number | null }): Cell[] => [label, value, low, high];
  return [
    [say('item_cls_rows'), rows.used], [say('item_cls_positive', { label: positive }), rows.positive], [say('item_cls_negative', { label: negative }), rows.negative], [say('item_cls_conditions'), rows.conditions],
    [say('head_cls_auc'), score.auc, score.auc_low, score.auc_high], [say('head_cls_log_loss'), score.log_loss], [say('head_cls_brier'), score.brier],
    ...final.bootstrap === null ? [] : (['auc', 'log_loss', 'brier'] as const).map((name): Cell[] => [say('item_cls_bootstrap', { name: say(`head_cls_${name}`), count: final.bootstrap?.resamples ?? 0 }), final.bootstrap?.[name].value ?? null, final.bootstrap?.[name].low ?? null, final.bootstrap?.[name].high ?? null]),
    ...figures(final.figures, say),
    share(say('item_cls_fpr', { label: negative }), confusion.false_positive_rate), share(say('item_cls_fnr', { label: positive }), confusion.false_negative_rate), share(say('item_cls_gray'), confusion.gray_share), share(say('item_cls_accuracy'), confusion.accuracy),
    [say('item_cls_upper', { label: positive }), thresholdOf(model.thresholds.upper)], [say('item_cls_lower', { label: negative }), thresholdOf(model.thresholds.lower)],
    [say('item_cls_members'), members], [say('item_cls_calibrator'), model.calibrator.kind],
    [say('item_cls_coverage', { label: positive }), model.conformal.coverage_positive], [say('item_cls_coverage', { label: negative }), model.conformal.coverage_negative],
    ...equal === null ? [] : [[say('item_cls_equal_areas', { df: equal.df }), equal.p]],
    ...held?.score == null ? [] : [[say('item_cls_holdout_auc'), held.score.auc, held.score.auc_low, held.score.auc_high]],
  ];
}

function thresholdOf(side: ClassificationResult['model']['thresholds']['upper']): number | null {
  return side.kind === 'certified' ? side.threshold : null;
}

function plainValue(value: unknown): Cell {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : JSON.stringify(value);
}
