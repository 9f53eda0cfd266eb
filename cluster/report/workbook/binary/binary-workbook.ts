import type { BinaryView, Language } from '../../../../schemas/index.ts';
import { binaryReportText, modelReportText, renderText, reportText } from '../../../../schemas/text/index.ts';
import { asPredictedBinary } from '../../model/as-predicted.ts';
import { modelOf } from '../../model/probability.ts';
import type { TableExtract } from '../table-extract.ts';
import { dataSheet, parametersSheet, termsSheet, type SheetBase } from '../table-sheets.ts';
import { WorkbookFile } from '../workbook.ts';
import { calibrationSheet, confusionSheet, thresholdSheet } from './decision-sheets.ts';
import { coefficientSheet, devianceSheet, foldSheet, rowSheet, scoreSheet } from './inference-sheets.ts';
import { binaryPenaltySheet } from './penalty-sheet.ts';
import { probabilitySheet } from './probability-sheet.ts';
import { binarySelectionSheet } from './selection-sheet.ts';
import { binarySummary } from './summary-sheet.ts';

export interface BinaryWorkbookInput {
  result: BinaryView;
  table: TableExtract;
  language: Language;
  /** the result's notices as texts in `language`, in order */
  notices: readonly string[];
}

export interface BinarySheetContext extends SheetBase, BinaryWorkbookInput {
  /** confidence in percent, as a value of a text */
  level: { level: number };
}

/** `evaluation_scores.xlsx` of a target of two values: everything about the model in one file, with a live probability calculator. Deterministic bytes. */
export async function binaryWorkbook(input: BinaryWorkbookInput): Promise<Uint8Array> {
  const context = binaryContextOf(input);
  const { result } = context;
  binarySummary(context);
  coefficientSheet(context);
  const predicting = asPredictedBinary(result);
  probabilitySheet({ ...context, result: predicting }, predicting === result ? context.text('sheet_coefficients') : null);
  confusionSheet(context);
  thresholdSheet(context);
  calibrationSheet(context);
  devianceSheet(context);
  binarySelectionSheet(context);
  binaryPenaltySheet(context);
  rowSheet(context);
  foldSheet(context);
  dataSheet(context, result.binary.rows.row);
  termsSheet(context, modelOf(result));
  parametersSheet(context, { parameters: result.parameters, dataset: result.dataset, cross_validation: result.binary.cross_validation });
  scoreSheet(context);
  return context.book.finish();
}

export function binaryContextOf(input: BinaryWorkbookInput): BinarySheetContext {
  return {
    ...input, book: new WorkbookFile(), level: { level: Number((100 * input.result.confidence_level).toPrecision(6)) },
    text: (code, values) => renderText([reportText, binaryReportText, modelReportText], input.language, code, values),
  };
}
