import { formatFor, formatForP } from '../number-format.ts';
import { item, noticeLines, section, summaryTitle, summaryWidths } from '../summary-sheet.ts';
import type { BinarySheetContext } from './binary-workbook.ts';

/** characters of a long text on a line */
const wide = 76;

/** First page: how well the labels are told apart in and out of sample, what to be careful about, what was fitted. */
export function binarySummary({ book, result, text, notices }: BinarySheetContext): void {
  const { binary, dataset } = result;
  const { fit, cross_validation: cv, holdout } = binary;
  const sheet = book.sheet({ name: text('sheet_summary'), widths: summaryWidths });
  sheet.row([text('title_binary', { target: result.target, positive: binary.positive_label })], { 0: summaryTitle }, 26);

  section(sheet, text('section_scores'));
  const columns = [
    { name: text('head_in_sample'), score: binary.in_sample, confusion: binary.confusion },
    ...(cv === null ? [] : [{ name: text('head_cross_validated'), score: cv.score, confusion: cv.confusion }]),
    ...(holdout === null ? [] : [{ name: text('head_train'), score: holdout.train, confusion: null }, { name: text('head_test'), score: holdout.test, confusion: null }]),
  ];
  sheet.header([text('head_score'), ...columns.map(({ name }) => name)]);
  const line = (name: string, values: (number | null)[], numFmt = '0.0000'): void => void sheet.row([name, ...values], Object.fromEntries(values.map((_, column) => [column + 1, { numFmt }])));
  for (const measure of ['auc', 'auc_low', 'auc_high', 'brier', 'log_loss'] as const) line(text(`head_${measure}`), columns.map(({ score }) => score[measure]));
  for (const measure of ['accuracy', 'balanced_accuracy', 'sensitivity', 'specificity', 'precision', 'cost'] as const) line(text(`head_${measure}`), columns.map(({ confusion }) => confusion?.[measure] ?? null));
  line(text('head_n'), columns.map(({ score }) => score.n), '#,##0');
  item(sheet, text('item_threshold'), binary.threshold.value, '0.0000');

  noticeLines(sheet, notices, text);

  section(sheet, text('section_model'));
  item(sheet, text('item_target'), result.target);
  item(sheet, text('item_positive'), `${binary.positive_label}  (${binary.positives})`);
  item(sheet, text('item_negative'), `${binary.negative_label}  (${binary.negatives})`);
  sheet.longText([text('item_features'), result.features.join(', ')], summaryWidths.length, wide);
  sheet.longText([text('item_equation'), `${binary.link}(p) = ${result.model.equation}`], summaryWidths.length, wide);
  item(sheet, text('item_link'), binary.link);
  item(sheet, text('item_method'), text(`method_${binary.method}`));
  item(sheet, text('item_separation'), text(`separation_${binary.separation.kind}`));
  item(sheet, text('item_covariance'), text(`covariance_${binary.covariance.kind}`));
  if (binary.covariance.cluster_column !== null) item(sheet, text('item_cluster'), `${binary.covariance.cluster_column} (${binary.covariance.clusters})`);
  item(sheet, text('item_df_residual'), fit.df_residual, '#,##0');
  item(sheet, text('item_deviance'), fit.deviance);
  item(sheet, text('item_null_deviance'), fit.null_deviance);
  item(sheet, text('item_lr_chi2'), fit.lr_chi2);
  item(sheet, text('item_lr_p'), fit.lr_p, formatForP(fit.lr_p));
  for (const measure of ['mcfadden', 'nagelkerke', 'tjur'] as const) item(sheet, text(`item_${measure}`), fit[`${measure}_r2`], '0.0000');
  for (const measure of ['log_likelihood', 'aic', 'bic'] as const) item(sheet, text(`item_${measure}`), fit[measure], '0.00');
  item(sheet, text('item_confidence'), result.confidence_level, '0.0%');

  section(sheet, text('section_diagnostics'));
  if (cv !== null) {
    item(sheet, text('item_calibration_intercept'), cv.calibration.intercept, '0.0000');
    item(sheet, text('item_calibration_slope'), cv.calibration.slope, '0.0000');
  }
  if (binary.hosmer_lemeshow !== null) {
    item(sheet, text('item_hl_chi2'), binary.hosmer_lemeshow.chi2, formatFor(binary.hosmer_lemeshow.chi2));
    item(sheet, text('item_hl_p'), binary.hosmer_lemeshow.p, formatForP(binary.hosmer_lemeshow.p));
  }

  section(sheet, text('section_data'));
  item(sheet, text('item_dataset'), dataset.name);
  for (const count of ['rows_read', 'rows_used', 'rows_missing', 'rows_duplicate'] as const) item(sheet, text(`item_${count}`), dataset[count], '#,##0');
  sheet.close();
}
