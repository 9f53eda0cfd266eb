import type { ClassificationExplanation, ClassificationResult } from '../../../schemas/index.ts';
import type { Cell, ReportSheet, Say } from './classification-tables.ts';

/** Tables of an explanation, in the order of the workbook; those that were switched off are not there. */
export function explanationTables(result: ClassificationResult, explanation: ClassificationExplanation, say: Say): ReportSheet[] {
  const { permutation, shapley, learning, process_window: window, counterfactuals, next_experiments: { runs }, factors } = explanation;
  const heads = (...codes: string[]): string[] => codes.map((code) => say(`head_cls_${code}`));
  const sheets: (ReportSheet | null)[] = [
    table('importance', [say('head_feature'), ...heads('loss_rise', 'low', 'high', 'auc_fall')], [...permutation.items].sort((a, b) => b.log_loss - a.log_loss).map(({ name, log_loss, low, high, auc }) => [name, log_loss, low, high, auc])),
    shapley === null ? null : table('shapley', [say('head_row'), say('axis_cls_probability', { label: result.positive_label }), say('head_cls_base'), ...result.features.map(({ name }) => name)], shapley.rows.map((row, i) => [result.rows.file_rows[row] ?? null, shapley.probability[i] ?? null, shapley.base, ...shapley.values[i] ?? []])),
    learning.length === 0 ? null : table('learning', [say('head_cls_share'), say('axis_cls_fit_rows'), ...heads('log_loss', 'se', 'auc'), say('axis_cls_gray')], learning.map(({ share, rows, log_loss, log_loss_standard_error, auc, gray_share }) => [share, rows, log_loss, log_loss_standard_error, auc, gray_share])),
    window === null ? null : table('window', heads('factor', 'low', 'high', 'data_low', 'data_high'), window.ranges.map(({ name, low, high, data_low, data_high }) => [name, low, high, data_low, data_high])),
    counterfactuals.length === 0 ? null : table('changes', [say('head_row'), say('axis_cls_actual'), ...heads('decision', 'before', 'kind_change', 'change', 'after')], counterfactuals.map((one): Cell[] => [
      one.row, one.observed === 'positive' ? result.positive_label : result.negative_label, { yes: result.positive_label, no: result.negative_label, gray: say('decision_gray') }[one.decision], one.probability, say(`kind_cls_${one.kind}`),
      one.changes.map(({ name, from, to }) => `${name}: ${from} → ${to}`).join('; '), one.after,
    ])),
    runs.length === 0 ? null : table('runs', ['No.', ...factors.map(({ name }) => name), say('axis_cls_probability', { label: result.positive_label }), say('axis_cls_decided')], runs.map(({ settings, probability, decided }, k) => [k + 1, ...settings, probability, decided])),
  ];
  return sheets.filter((sheet) => sheet !== null);

  function table(id: string, columns: readonly string[], rows: (readonly Cell[])[]): ReportSheet {
    return { id, name: say(`sheet_cls_${id}`), columns, rows };
  }
}
