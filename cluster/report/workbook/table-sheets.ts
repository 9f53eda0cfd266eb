import type ExcelJS from 'exceljs';
import type { BinaryResult, LinearView } from '../../../schemas/index.ts';
import type { ModelView } from '../model/predictor.ts';
import type { SheetContext } from './linear-workbook.ts';
import { formatFor, formatForColumn, formatForP } from './number-format.ts';
import type { TableExtract } from './table-extract.ts';
import { format, widthOf, type CellValue, type SheetOptions, type SheetWriter, type WorkbookFile } from './workbook.ts';
import type { Worded } from './worded.ts';

/** A residual beyond this many standard deviations is coloured. */
const noteworthy = 3;
const noteworthyStyle: Partial<ExcelJS.Style> = { fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFADBD8' } } };
/** Rows looked at when a column's width is chosen. */
const widthSample = 200;

type Column = TableExtract['columns'][number];

/** What sheets need that every kind of target has. */
export interface SheetBase extends Worded {
  book: WorkbookFile;
  table: TableExtract;
}

/** What it takes to repeat an analysis. */
interface Repeated extends Pick<LinearView, 'parameters' | 'dataset'> {
  cross_validation: Pick<NonNullable<BinaryResult['cross_validation']>, 'seed' | 'grouped_by'> | null;
}

/** Row i + 2 holds coefficient i: the calculator's formulas point here. */
export function coefficientsSheet({ book, result, text }: SheetContext, name = text('sheet_coefficients')): void {
  const names = ['term', 'estimate', 'std_error', 't', 'p', 'ci_low', 'ci_high', 'standardized', 'vif', 'joint_low', 'joint_high'] as const;
  const sheet = tableSheet(book, name, names.map((column) => text(`head_${column}`)), { widths: [widthOf(result.coefficients.map(({ term }) => term)), ...names.slice(1).map(() => 15)] });
  for (const coefficient of result.coefficients) {
    const formats = names.slice(1).map((column) => {
      const value = coefficient[column as 'p'];
      if (column === 'p') return formatForP(value);
      return column === 't' || column === 'standardized' || column === 'vif' ? '0.0000' : formatFor(value);
    });
    sheet.row(names.map((column) => coefficient[column]), Object.fromEntries(formats.map((numFmt, column) => [column + 1, { numFmt }])));
  }
  const last = sheet.lastRow;
  const { covariance } = result;
  sheet.row([]);
  sheet.row([text('item_covariance'), text(`covariance_${covariance.kind}`)]);
  if (covariance.cluster_column !== null) sheet.row([text('item_cluster'), `${covariance.cluster_column} (${covariance.clusters})`]);
  sheet.row([text('item_t_df'), covariance.df]);
  finish(sheet, names.length, last);
}

export function diagnosticsSheet({ book, result, text }: SheetContext): void {
  const { rows } = result;
  const names = ['row', 'actual', 'fitted', 'residual', 'leverage', 'studentized_internal', 'studentized_external', 'cook', 'dffits', 'cv_prediction'] as const;
  const own = formatFor(result.fit.sigma === null || result.fit.sigma === 0 ? 1 : result.fit.sigma);
  const sheet = tableSheet(book, text('sheet_diagnostics'), [...names.map((name) => text(`head_${name}`)), text('head_fold')], {
    formats: [format.plain, own, own, own, '0.0000', '0.0000', '0.0000', '0.0000', '0.0000', own, format.plain],
  });
  rows.row.forEach((row, index) => {
    const outside = Math.abs(rows.studentized_external[index] ?? 0) > noteworthy;
    sheet.row([row, ...names.slice(1).map((name) => rows[name][index] ?? null), rows.cv_fold[index] ?? null], outside ? { 6: { numFmt: '0.0000', ...noteworthyStyle } } : {});
  });
  finish(sheet, names.length + 1);
}

export function crossValidationSheet({ book, result, text }: SheetContext): void {
  const validation = result.cross_validation;
  if (validation === null) return;
  const sheet = tableSheet(book, text('sheet_cross_validation'), ['fold', 'n', 'r2', 'rmse', 'mae'].map((name) => text(`head_${name}`)), { widths: [14, 12, 14, 16, 16] });
  const line = (label: CellValue, score: typeof validation.score): void => {
    sheet.row([label, score.n, score.r2, score.rmse, score.mae], { 1: { numFmt: format.whole }, 2: { numFmt: '0.0000' }, 3: { numFmt: formatFor(score.rmse) }, 4: { numFmt: formatFor(score.mae) } });
  };
  for (const fold of validation.per_fold) line(fold.fold, fold);
  line(text('head_all'), validation.score);
  finish(sheet, 5);
}

/** The rows the model was fitted to, with their row number in the file. */
export function dataSheet({ book, table, text }: SheetBase, rows: readonly number[]): void {
  writeTable(book, text('sheet_data'), [{ name: text('head_row'), kind: 'number', values: rows }, ...table.columns]);
}

/** A plain table; also the whole of `filtered_data.xlsx`. */
export function writeTable(book: WorkbookFile, name: string, columns: readonly Column[]): void {
  const sheet = tableSheet(book, name, columns.map((column) => column.name), {
    widths: columns.map((column) => (column.kind === 'date' ? 18 : widthOf([`${column.name}  `, ...column.values.slice(0, widthSample).map((value) => (typeof value === 'string' ? value : ''))]))),
    formats: columns.map((column) => (column.kind === 'date' ? format.date : column.kind === 'number' ? formatForColumn(column.values) : undefined)),
  });
  const rows = columns[0]?.values.length ?? 0;
  for (let row = 0; row < rows; row += 1) sheet.row(columns.map((column) => excelValue(column, row)));
  finish(sheet, columns.length);
}

export function termsSheet({ book, text }: SheetBase, result: ModelView): void {
  const sheet = tableSheet(book, text('sheet_terms'), ['term', 'column', 'kind', 'level', 'reference', 'aliased'].map((name) => text(`head_${name}`)), {
    widths: [widthOf(result.model.terms.map(({ name }) => name)), widthOf(result.features), 12, 20, 20, 24],
  });
  for (const term of result.model.terms) sheet.row([term.name, term.column, text(`kind_${term.kind}`), term.level, term.reference, text(term.aliased ? 'yes' : 'no')]);
  finish(sheet, 6);
}

/** Parameters as given and where the data came from: what is needed to repeat the analysis. */
export function parametersSheet({ book, text }: SheetBase, { parameters, dataset, cross_validation: validation }: Repeated): void {
  const sheet = tableSheet(book, text('sheet_parameters'), [text('head_item'), text('head_value')], { widths: [34, 70] });
  for (const [name, value] of Object.entries(parameters)) sheet.row([name, typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : JSON.stringify(value)]);
  sheet.row([text('item_dataset'), dataset.name]);
  sheet.row([text('item_sha256'), dataset.sha256]);
  sheet.row([text('item_encoding'), dataset.encoding]);
  if (dataset.sheet !== null) sheet.row([text('item_sheet'), dataset.sheet]);
  if (validation !== null) {
    sheet.row([text('item_seed'), validation.seed]);
    sheet.row([text('item_grouped_by'), validation.grouped_by.join(', ')]);
  }
  sheet.row([]);
  sheet.header([text('head_column'), text('head_kind')]);
  for (const column of dataset.columns) sheet.row([column.name, `${text(`kind_${column.kind}`)} (${text('head_missing')} ${column.missing}, ${text('head_distinct')} ${column.distinct})`]);
  sheet.close();
}

/** The original's table, its column names kept for scripts that read them; the scores it lacked stand at the end. All on the target's own scale. */
export function scoresSheet({ book, result, text }: SheetContext): void {
  const { response, cross_validation: validation } = result;
  const { original } = response.scores;
  const cells: [string, CellValue][] = [
    ['Target', result.target], ['Task_Type', 'regression'], ['Best_Model', 'LinearRegression'], ['Best_Params', response.lambda === null ? '{}' : JSON.stringify({ lambda: response.lambda })],
    ['Transformation_Applied', response.transform !== 'none'], ['Transformation_Method', response.transform],
    ['Accuracy', null], ['F1_Score', null], ['Status', 'success'], ['MAE', original.mae], ['RMSE', original.rmse], ['R2_Score', original.r2],
    ['CV_MAE', validation?.score.mae ?? null], ['CV_RMSE', validation?.score.rmse ?? null], ['CV_R2_Score', validation?.score.r2 ?? null],
  ];
  const sheet = tableSheet(book, text('sheet_scores'), cells.map(([name]) => name), { widths: cells.map(([name, value]) => widthOf([`${name}  `, typeof value === 'string' ? value : ''])) });
  sheet.row(cells.map(([, value]) => value), Object.fromEntries(cells.flatMap(([, value], column) => (typeof value === 'number' ? [[column, { numFmt: formatFor(value) }]] : []))));
  finish(sheet, cells.length);
}

/** Excel counts days from 1899-12-30. */
export function excelDate(milliseconds: number): number {
  return milliseconds / 86_400_000 + 25_569;
}

function excelValue(column: Column, row: number): CellValue {
  const value = column.values[row] ?? null;
  return column.kind === 'date' && typeof value === 'number' ? excelDate(value) : value;
}

/** A sheet with a header row that stays in view and has filter arrows; end it with `finish`. */
export function tableSheet(book: WorkbookFile, name: string, header: readonly string[], options: Partial<SheetOptions>): SheetWriter {
  // Two more characters than the text needs: the filter's arrow covers the end of a header.
  const widths = header.map((text, column) => Math.max(widthOf([`${text}  `]), options.widths?.[column] ?? 0));
  const sheet = book.sheet({ ...options, name, widths, frozen: 1, frozenColumns: 1 });
  sheet.header(header);
  return sheet;
}

/** @param last row of the table's end, where something else stands below it */
export function finish(sheet: SheetWriter, columns: number, last?: number): void {
  sheet.filter(1, columns, last);
  sheet.close();
}
