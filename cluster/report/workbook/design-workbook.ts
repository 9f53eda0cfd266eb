import type { Language, OptimizationResult } from '../../../schemas/index.ts';
import { renderText, reportText } from '../../../schemas/text/index.ts';
import { format, widthOf, WorkbookFile, type CellValue } from './workbook.ts';

export interface DesignWorkbookInput {
  result: OptimizationResult;
  /** which of its designs */
  index: number;
  /** the list of runs, first sheet */
  sheet: { columns: readonly string[]; rows: readonly (readonly (string | number | null)[])[] };
  language: Language;
}

/** `D最適化_新規実験点.xlsx`: the original's Sheet1, and behind it what the design is worth and how it was made. Deterministic bytes. */
export async function designWorkbook({ result, index, sheet, language }: DesignWorkbookInput): Promise<Uint8Array> {
  const design = result.designs[index];
  if (design === undefined) throw new Error(`no design ${index}`);
  const text = (code: string): string => renderText([reportText], language, code);
  const book = new WorkbookFile();
  table(book, 'Sheet1', sheet.columns, sheet.rows);
  const pairs = [
    ...Object.entries(design.criteria), ...Object.entries(design.degrees_of_freedom).map(([name, value]) => [`df_${name}`, value] as const),
    ...Object.entries(design.search),
  ];
  table(book, text('sheet_design_evaluation'), [text('head_item'), text('head_value')], pairs.map(([name, value]) => [name, value]));
  table(book, text('sheet_design_coefficients'), [text('head_term'), text('head_std_error'), text('head_vif'), text('head_power')], design.coefficients.map((row) => [row.name, row.standard_error, row.variance_inflation, row.power]));
  table(book, text('sheet_design_correlations'), ['', ...design.correlations.columns], design.correlations.columns.map((name, i) => [name, ...(design.correlations.values[i] ?? [])]));
  table(book, text('sheet_design_variance'), [text('head_share'), text('head_variance')], design.prediction_variance.fractions.map((fraction, i) => [fraction, design.prediction_variance.variances[i] ?? null]));
  const names = result.factors.map(({ name }) => name);
  const line = (kind: string) => (row: Readonly<Record<string, string | number>>): CellValue[] => [kind, ...names.map((name) => row[name] ?? null)];
  table(book, text('sheet_design_all'), ['データ種別', ...names], [...result.history.map(line('既存')), ...design.rows.map(line('新規'))]);
  const recipe: [string, unknown][] = [
    ...Object.entries(result.parameters), ['dataset', result.dataset.name], ['sha256', result.dataset.sha256], ['schema', result.schema], ['constants', result.constants], ...result.factors.map((factor): [string, unknown] => [`factor ${factor.name}`, factor]),
  ];
  table(book, text('sheet_design_recipe'), [text('head_item'), text('head_value')], recipe.map(([name, value]) => [name, typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : JSON.stringify(value)]));
  return book.finish();
}

function table(book: WorkbookFile, name: string, columns: readonly string[], rows: readonly (readonly CellValue[])[]): void {
  const widths = columns.map((column, k) => widthOf([`${column}  `, ...rows.slice(0, 200).map((row) => (typeof row[k] === 'string' ? row[k] : ''))]));
  const sheet = book.sheet({ name, widths, frozen: 1, frozenColumns: 1, formats: columns.map(() => format.general) });
  sheet.header(columns);
  for (const row of rows) sheet.row(row);
  sheet.filter(1, columns.length);
  sheet.close();
}
