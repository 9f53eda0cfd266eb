import type { ClassificationResult, Language } from '../../../schemas/index.ts';
import { classificationTables, type ReportSheet } from './classification-tables.ts';
import { format, widthOf, WorkbookFile } from './workbook.ts';

export interface ClassificationWorkbookInput {
  result: ClassificationResult;
  language: Language;
}

/** `classification_results.xlsx`: what the outer folds said, every unseen row, thresholds, comparisons, what explains the model, and what repeats the analysis. Deterministic bytes. */
export async function classificationWorkbook({ result, language }: ClassificationWorkbookInput): Promise<Uint8Array> {
  const book = new WorkbookFile();
  for (const table of classificationTables(result, language)) write(book, table);
  return book.finish();
}

function write(book: WorkbookFile, { name, columns, rows }: ReportSheet): void {
  const widths = columns.map((column, k) => widthOf([`${column}  `, ...rows.slice(0, 200).map((row) => (typeof row[k] === 'string' ? row[k] : ''))]));
  const own = book.sheet({ name, widths, frozen: 1, formats: columns.map(() => format.general) });
  own.header(columns);
  for (const row of rows) own.row(row, Object.fromEntries(row.flatMap((value, column) => (typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-4 ? [[column, { numFmt: format.significant }]] : []))));
  own.filter(1, columns.length);
  own.close();
}
