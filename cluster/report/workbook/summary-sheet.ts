import type ExcelJS from 'exceljs';
import { withUnit } from '../model/features.ts';
import type { SheetContext } from './linear-workbook.ts';
import { formatFor, formatForP } from './number-format.ts';
import { linesOf } from './text-lines.ts';
import { typeface, type CellValue, type SheetWriter } from './workbook.ts';
import type { Worded } from './worded.ts';

export const summaryWidths = [40, 20, 20, 20, 20];
/** characters of a notice on a line, in widths of a digit */
const noticeWidth = 118;

export const summaryTitle: Partial<ExcelJS.Style> = { font: { ...typeface, bold: true, size: 16, color: { argb: 'FF2C3E50' } } };
const sectionStyle: Partial<ExcelJS.Style> = { font: { ...typeface, bold: true, size: 12, color: { argb: 'FF2C3E50' } } };
const wrapped: Partial<ExcelJS.Style> = { alignment: { vertical: 'top', wrapText: true } };
const left: Partial<ExcelJS.Style> = { alignment: { horizontal: 'left', vertical: 'top' } };

/** First page: what was fitted to what, how good it is on rows it has seen and on rows it has not, what to be careful about. */
export function summarySheet({ book, result, text, notices }: SheetContext): void {
  const sheet = book.sheet({ name: text('sheet_summary'), widths: summaryWidths });
  sheet.row([text('chart_actual_fitted', { target: result.target })], { 0: summaryTitle }, 26);
  const { dataset, fit, cross_validation: validation, holdout, noise, diagnostics } = result;

  section(sheet, text('section_scores'));
  const columns = [
    { name: text('head_in_sample'), score: { n: result.model.n, r2: fit.r2, rmse: fit.rmse, mae: fit.mae } },
    ...(validation === null ? [] : [{ name: text('head_cross_validated'), score: validation.score }]),
    ...(holdout === null ? [] : [{ name: text('head_train'), score: holdout.train }, { name: text('head_test'), score: holdout.test }]),
  ];
  sheet.header([text('head_score'), ...columns.map(({ name }) => name)]);
  for (const measure of ['r2', 'rmse', 'mae', 'n'] as const) {
    sheet.row([text(`head_${measure}`), ...columns.map(({ score }) => score[measure])],
      Object.fromEntries(columns.map(({ score }, column) => [column + 1, { numFmt: measure === 'n' ? '#,##0' : measure === 'r2' ? '0.0000' : formatFor(score[measure]) }])));
  }
  if (noise !== null) item(sheet, text('item_r2_ceiling'), noise.r2_ceiling, '0.0000');

  noticeLines(sheet, notices, text);

  section(sheet, text('section_model'));
  item(sheet, text('item_target'), withUnit(result.target, result.units[result.target]));
  sheet.longText([text('item_features'), result.features.map((name) => withUnit(name, result.units[name])).join(', ')], summaryWidths.length, 76);
  sheet.longText([text('item_equation'), `${result.target} = ${result.model.equation}`], summaryWidths.length, 76);
  item(sheet, text('item_adjusted_r2'), fit.adjusted_r2, '0.0000');
  item(sheet, text('item_predicted_r2'), fit.predicted_r2, '0.0000');
  item(sheet, text('item_sigma'), fit.sigma);
  item(sheet, text('item_df_residual'), result.model.df_residual, '#,##0');
  item(sheet, text('item_f'), fit.f);
  item(sheet, text('item_f_p'), fit.f_p, formatForP(fit.f_p));
  for (const measure of ['log_likelihood', 'aic', 'aicc', 'bic'] as const) item(sheet, text(`item_${measure}`), fit[measure], '0.00');
  item(sheet, text('item_condition'), result.model.condition);
  item(sheet, text('item_digits'), result.model.digits, '0.0');
  item(sheet, text('item_confidence'), result.confidence_level, '0.0%');

  section(sheet, text('section_diagnostics'));
  item(sheet, text('item_durbin_watson'), diagnostics.durbin_watson, '0.0000');
  item(sheet, text('item_max_leverage'), diagnostics.max_leverage, '0.0000');
  item(sheet, text('item_max_cook'), diagnostics.max_cook, '0.0000');
  item(sheet, text('item_max_studentized'), diagnostics.max_abs_studentized, '0.0000');
  item(sheet, text('item_outlier_p'), diagnostics.outlier_p, formatForP(diagnostics.outlier_p));
  if (noise !== null) {
    item(sheet, text('item_noise_sd'), noise.sd);
    item(sheet, text('item_lack_of_fit_p'), noise.lack_of_fit_p, formatForP(noise.lack_of_fit_p));
  }

  section(sheet, text('section_data'));
  item(sheet, text('item_dataset'), dataset.name);
  for (const count of ['rows_read', 'rows_used', 'rows_missing', 'rows_duplicate'] as const) item(sheet, text(`item_${count}`), dataset[count], '#,##0');
  sheet.close();
}

/** Notices as lines. A row per line: a row's height is fixed here, and a viewer with another font would leave it half empty or cut it. */
export function noticeLines(sheet: SheetWriter, notices: readonly string[], text: Worded['text']): void {
  section(sheet, text('section_notices'));
  if (notices.length === 0) sheet.row([text('no_notices')]);
  for (const notice of notices) linesOf(`• ${notice}`, noticeWidth).forEach((line, index) => sheet.row([index === 0 ? line : `   ${line}`]));
}

export function section(sheet: SheetWriter, name: string): void {
  sheet.row([]);
  sheet.row([name], { 0: sectionStyle });
}

export function item(sheet: SheetWriter, name: string, value: CellValue, numFmt?: string): void {
  const shown = numFmt ?? (typeof value === 'number' ? formatFor(value) : undefined);
  sheet.row([name, value], { 0: wrapped, 1: shown === undefined ? left : { numFmt: shown } });
}
