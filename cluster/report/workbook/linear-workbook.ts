import { writeFile } from 'node:fs/promises';
import type { FaultValues, Language, LinearView } from '../../../schemas/index.ts';
import { modelReportText, renderText, reportText } from '../../../schemas/text/index.ts';
import { asPredicted } from '../model/as-predicted.ts';
import { calculatorSheet } from './calculator-sheet.ts';
import { penaltySheet, selectionSheet } from './choice-sheets.ts';
import { anovaSheet, collinearitySheet, residualTestsSheet, robustSheet } from './inference-sheets.ts';
import { bootstrapSheet, imputationSheet, rowIntervalsSheet } from './resampling-sheets.ts';
import { summarySheet } from './summary-sheet.ts';
import type { TableExtract } from './table-extract.ts';
import { coefficientsSheet, crossValidationSheet, dataSheet, diagnosticsSheet, parametersSheet, scoresSheet, termsSheet } from './table-sheets.ts';
import { WorkbookFile } from './workbook.ts';

export interface LinearWorkbookInput {
  result: LinearView;
  table: TableExtract;
  language: Language;
  /** the result's notices as texts in `language`, in order */
  notices: readonly string[];
}

/** What every sheet is written from. */
export interface SheetContext extends LinearWorkbookInput {
  book: WorkbookFile;
  text: (code: string, values?: FaultValues) => string;
}

/** `evaluation_scores.xlsx`: everything about the model in one file, with a live prediction calculator. Deterministic bytes. */
export async function linearWorkbook(input: LinearWorkbookInput): Promise<Uint8Array> {
  const context = contextOf(input);
  summarySheet(context);
  coefficientsSheet(context);
  const predicting = asPredicted(input.result);
  calculatorSheet({ ...context, result: predicting }, predicting === input.result ? context.text('sheet_coefficients') : null);
  anovaSheet(context);
  collinearitySheet(context);
  diagnosticsSheet(context);
  rowIntervalsSheet(context);
  residualTestsSheet(context);
  robustSheet(context);
  bootstrapSheet(context);
  imputationSheet(context);
  selectionSheet(context);
  penaltySheet(context);
  crossValidationSheet(context);
  dataSheet(context, context.result.rows.row);
  termsSheet(context, context.result);
  parametersSheet(context, context.result);
  scoresSheet(context);
  return context.book.finish();
}

export async function writeLinearWorkbook(input: LinearWorkbookInput, path: string): Promise<void> {
  await writeFile(path, await linearWorkbook(input));
}

export function contextOf(input: LinearWorkbookInput): SheetContext {
  return { ...input, book: new WorkbookFile(), text: (code, values) => renderText([reportText, modelReportText], input.language, code, values) };
}
