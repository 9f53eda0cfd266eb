import type { SheetContext } from './linear-workbook.ts';
import { formatFor, formatForP } from './number-format.ts';
import { finish, tableSheet } from './table-sheets.ts';
import { format, widthOf } from './workbook.ts';

/** ブートストラップ: estimate, its error and the interval that takes neither equal variances nor a normal distribution for granted. */
export function bootstrapSheet({ book, result: { bootstrap: made }, text }: SheetContext): void {
  if (made === null) return;
  const names = ['term', 'estimate', 'std_error', 't', 'p', 'ci_low', 'ci_high'] as const;
  const sheet = tableSheet(book, text('sheet_bootstrap'), names.map((name) => text(`head_${name}`)), { widths: [widthOf(made.coefficients.map(({ term }) => term)), ...names.slice(1).map(() => 15)] });
  for (const row of made.coefficients) {
    sheet.row(names.map((name) => row[name]), Object.fromEntries(names.slice(1).map((name, index) => [index + 1, { numFmt: name === 'p' ? formatForP(row.p) : name === 't' ? '0.0000' : formatFor(row[name as 'estimate']) }])));
  }
  const last = sheet.lastRow;
  sheet.row([]);
  sheet.row([text('item_replicates'), made.replicates], { 1: { numFmt: format.whole } });
  sheet.row([text('item_seed'), made.seed]);
  sheet.row([text('note_bootstrap')]);
  finish(sheet, names.length, last);
}

/** 多重補完: the pooled coefficients beside those of complete rows. */
export function imputationSheet({ book, result: { imputation: made }, text }: SheetContext): void {
  if (made === null) return;
  const names = ['term', 'estimate', 'std_error', 'df', 't', 'p', 'ci_low', 'ci_high', 'missing_information', 'complete_rows'] as const;
  const sheet = tableSheet(book, text('sheet_imputation'), names.map((name) => text(`head_${name}`)), { widths: [widthOf(made.coefficients.map(({ term }) => term)), ...names.slice(1).map(() => 15)] });
  for (const row of made.coefficients) {
    const numFmt = (name: (typeof names)[number]): string => (name === 'p' ? formatForP(row.p) : name === 't' || name === 'df' ? '0.0000' : name === 'missing_information' ? '0.0%' : formatFor(row[name as 'estimate']));
    sheet.row(names.map((name) => row[name]), Object.fromEntries(names.slice(1).map((name, index) => [index + 1, { numFmt: numFmt(name) }])));
  }
  const last = sheet.lastRow;
  sheet.row([]);
  sheet.row([text('item_imputations'), made.imputations]);
  sheet.row([text('item_imputed_rows'), made.rows]);
  sheet.row([text('item_imputed_cells'), made.filled.map(({ column, cells }) => `${column}: ${cells}`).join(', ')]);
  sheet.row([text('item_seed'), made.seed]);
  sheet.row([text('note_imputation')]);
  finish(sheet, names.length, last);
}

/** 区間一覧: of every row the interval of the mean, of one measurement, of all means at once, and the tolerance interval where one was asked for. */
export function rowIntervalsSheet({ book, result: { rows, confidence_level: confidence, parameters, fit }, text }: SheetContext): void {
  const percent = (share: number): number => Number((100 * share).toPrecision(6));
  const values = { level: percent(confidence), coverage: percent(Number(parameters['tolerance_coverage'] ?? 0)) };
  const columns = [
    { head: 'row', cells: rows.row }, { head: 'actual', cells: rows.actual }, { head: 'fitted', cells: rows.fitted },
    { head: 'mean_low', cells: rows.mean_low }, { head: 'mean_high', cells: rows.mean_high }, { head: 'simultaneous_low', cells: rows.simultaneous_low }, { head: 'simultaneous_high', cells: rows.simultaneous_high },
    { head: 'new_low', cells: rows.prediction_low }, { head: 'new_high', cells: rows.prediction_high },
    ...(rows.tolerance_low === null || rows.tolerance_high === null ? [] : [{ head: 'tolerance_low', cells: rows.tolerance_low }, { head: 'tolerance_high', cells: rows.tolerance_high }]),
  ];
  const own = formatFor(fit.rmse === null || fit.rmse === 0 ? 1 : fit.rmse);
  const sheet = tableSheet(book, text('sheet_row_intervals'), columns.map(({ head }) => text(`head_${head}`, values)), { widths: columns.map(() => 14), formats: columns.map((_, index) => (index === 0 ? format.plain : own)) });
  rows.row.forEach((_, index) => void sheet.row(columns.map(({ cells }) => cells[index] ?? null)));
  finish(sheet, columns.length);
}
