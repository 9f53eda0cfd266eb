import { modelOf } from '../model/probability.ts';
import { binaryContextOf, type BinaryWorkbookInput } from './binary/binary-workbook.ts';
import { coefficientSheet } from './binary/inference-sheets.ts';
import { probabilitySheet } from './binary/probability-sheet.ts';
import { calculatorInputs, type CalculatorInput } from './calculator-inputs.ts';
import { calculatorSheet } from './calculator-sheet.ts';
import { contextOf, type LinearWorkbookInput } from './linear-workbook.ts';
import type { TableExtract } from './table-extract.ts';
import { coefficientsSheet, writeTable } from './table-sheets.ts';
import { WorkbookFile, type CellValue } from './workbook.ts';

/** `filtered_data.xlsx`: all columns of the used rows on the original's Sheet1. */
export async function tableWorkbook(table: TableExtract): Promise<Uint8Array> {
  const book = new WorkbookFile();
  writeTable(book, 'Sheet1', table.columns);
  return book.finish();
}

/** Tables, a sheet each. */
export async function sheetsWorkbook(sheets: readonly { name: string; table: TableExtract }[]): Promise<Uint8Array> {
  const book = new WorkbookFile();
  for (const { name, table } of sheets) writeTable(book, name, table.columns);
  return book.finish();
}

/**
 * `prediction_template.xlsx`: the original's three sample rows (minimum, mean, maximum of each feature; for a text column its
 * reference level), and beside them the calculator with its coefficients, so that this one file can be passed on.
 */
export async function templateWorkbook(input: LinearWorkbookInput): Promise<Uint8Array> {
  const context = contextOf(input);
  sampleRows(context.book, calculatorInputs(input.result, input.table));
  calculatorSheet(context, modelSheet);
  coefficientsSheet(context, modelSheet);
  return context.book.finish();
}

/** The same of a target of two values: the calculator gives the probability. */
export async function binaryTemplateWorkbook(input: BinaryWorkbookInput): Promise<Uint8Array> {
  const context = binaryContextOf(input);
  sampleRows(context.book, calculatorInputs(modelOf(input.result), input.table));
  probabilitySheet(context, modelSheet);
  coefficientSheet(context, modelSheet);
  return context.book.finish();
}

function sampleRows(book: WorkbookFile, inputs: readonly CalculatorInput[]): void {
  const sample = (of: 'minimum' | 'mean' | 'maximum'): CellValue[] => inputs.map((input) => (input.kind === 'level' ? (input.levels[0] ?? null) : input.kind === 'date' ? input[of] * 86_400_000 : input[of]));
  const samples = [sample('minimum'), sample('mean'), sample('maximum')];
  writeTable(book, 'Sheet1', [
    { name: '', kind: 'text', values: ['Sample 0', 'Sample 1', 'Sample 2'] },
    ...inputs.map(({ name, kind }, column) => ({ name, kind: kind === 'level' ? 'text' as const : kind, values: samples.map((row) => row[column] as number | string | null) })),
  ]);
}

/** The original's name for the sheet that its calculator reads. */
const modelSheet = 'モデルパラメーター';
