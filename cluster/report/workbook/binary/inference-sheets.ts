import type { BinaryResult } from '../../../../schemas/index.ts';
import { formatFor, formatForP } from '../number-format.ts';
import { finish, tableSheet } from '../table-sheets.ts';
import { format, widthOf, type CellValue } from '../workbook.ts';
import type { BinarySheetContext } from './binary-workbook.ts';

/** Row i + 2 holds coefficient i: the calculator's formulas point here. Below the table: where the standard errors come from. */
export function coefficientSheet({ book, result, text }: BinarySheetContext, name = text('sheet_coefficients')): void {
  const { coefficients, covariance } = result.binary;
  const names = ['term', 'estimate', 'std_error', 'z', 'p', 'ci_low', 'ci_high', 'profile_low', 'profile_high', 'odds_ratio', 'odds_ratio_low', 'odds_ratio_high'] as const;
  const sheet = tableSheet(book, name, [...names.map((column) => text(`head_${column}`)), text('head_per_sd')], { widths: [widthOf(coefficients.map(({ term }) => term)), ...names.map(() => 15)] });
  for (const coefficient of coefficients) {
    const values: CellValue[] = [...names.map((column) => coefficient[column]), coefficient.standardized];
    const formats = values.map((value, column) => {
      const number = typeof value === 'number' ? value : null;
      return { numFmt: names[column] === 'p' ? formatForP(number) : names[column] === 'z' ? '0.0000' : formatFor(number) };
    });
    sheet.row(values, Object.fromEntries(formats.map((style, column) => [column, style] as const).slice(1)));
  }
  const last = sheet.lastRow;
  sheet.row([]);
  sheet.row([text('item_covariance'), text(`covariance_${covariance.kind}`)]);
  if (covariance.cluster_column !== null) sheet.row([text('item_cluster'), `${covariance.cluster_column} (${covariance.clusters})`]);
  finish(sheet, names.length + 1, last);
}

/** 逸脱度分析: likelihood-ratio tests of every type asked for, below each other. */
export function devianceSheet({ book, result: { binary: { deviance_tests: tests } }, text }: BinarySheetContext): void {
  if (tests.length === 0) return;
  const names = ['anova_type', 'term', 'df', 'chi2', 'p'];
  const sheet = tableSheet(book, text('sheet_deviance'), names.map((name) => text(`head_${name}`)), { widths: [10, widthOf(tests.flatMap(({ rows }) => rows.map(({ term }) => term))), 10, 18, 14] });
  for (const { type, rows } of tests) for (const { term, df, chi2, p } of rows) sheet.row([type, term, df, chi2, p], { 3: { numFmt: formatFor(chi2) }, 4: { numFmt: formatForP(p) } });
  finish(sheet, names.length);
}

/** 診断: each row's outcome, probability in and out of sample, residuals and influence. */
export function rowSheet({ book, result: { binary }, text }: BinarySheetContext): void {
  const { rows } = binary;
  const names = ['probability', 'cv_probability', 'linear_predictor', 'deviance_residual', 'pearson_residual', 'leverage', 'cook'] as const;
  const sheet = tableSheet(book, text('sheet_diagnostics'), [text('head_row'), text('head_actual'), ...names.map((name) => text(`head_${name}`)), text('head_fold')], {
    formats: [format.plain, undefined, ...names.map(() => '0.0000'), format.plain],
  });
  rows.row.forEach((row, index) => sheet.row([row, rows.actual[index] === 1 ? binary.positive_label : binary.negative_label, ...names.map((name) => rows[name][index] ?? null), rows.cv_fold[index] ?? null]));
  finish(sheet, names.length + 3);
}

/** 交差検証: scores per fold. */
export function foldSheet({ book, result: { binary: { cross_validation: cv } }, text }: BinarySheetContext): void {
  if (cv === null) return;
  const names = ['n', 'auc', 'auc_low', 'auc_high', 'brier', 'log_loss'] as const;
  const sheet = tableSheet(book, text('sheet_cross_validation'), [text('head_fold'), ...names.map((name) => text(`head_${name}`))], { widths: [14, ...names.map(() => 14)], formats: [undefined, format.whole, ...names.slice(1).map(() => '0.0000')] });
  const line = (label: CellValue, score: BinaryResult['in_sample']): void => void sheet.row([label, ...names.map((name) => score[name])]);
  for (const fold of cv.per_fold) line(fold.fold, fold);
  line(text('head_all'), cv.score);
  finish(sheet, names.length + 1);
}

/** The original's table, its column names kept for scripts that read them; what it lacked stands at the end. */
export function scoreSheet({ book, result, text }: BinarySheetContext): void {
  const { confusion, in_sample: score, cross_validation: cv, link } = result.binary;
  const f1 = ({ true_positive: tp, false_positive: fp, false_negative: fn }: BinaryResult['confusion']): number | null => (2 * tp + fp + fn === 0 ? null : 2 * tp / (2 * tp + fp + fn));
  const cells: [string, CellValue][] = [
    ['Target', result.target], ['Task_Type', 'classification'], ['Best_Model', link === 'logit' ? 'LogisticRegression' : link], ['Best_Params', '{}'],
    ['Transformation_Applied', false], ['Transformation_Method', 'none'], ['Accuracy', confusion.accuracy], ['F1_Score', f1(confusion)], ['Status', 'success'],
    ['MAE', null], ['RMSE', null], ['R2_Score', null],
    ['AUC', score.auc], ['Brier', score.brier], ['CV_Accuracy', cv?.confusion.accuracy ?? null], ['CV_F1_Score', cv === null ? null : f1(cv.confusion)], ['CV_Balanced_Accuracy', cv?.confusion.balanced_accuracy ?? null], ['CV_AUC', cv?.score.auc ?? null], ['CV_Brier', cv?.score.brier ?? null],
  ];
  const sheet = tableSheet(book, text('sheet_scores'), cells.map(([name]) => name), { widths: cells.map(([name, value]) => widthOf([`${name}  `, typeof value === 'string' ? value : ''])) });
  sheet.row(cells.map(([, value]) => value), Object.fromEntries(cells.flatMap(([, value], column) => (typeof value === 'number' ? [[column, { numFmt: '0.0000' }]] : []))));
  finish(sheet, cells.length);
}
