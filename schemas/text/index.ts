/** Texts in ja/en/es by domain; `renderText` finds and fills them. */
export { renderText, placeholdersOf } from './render.ts';
export { languages, type Catalogue, type Language } from './types.ts';
export { accessCliText } from './access-cli.ts';
export { apiText } from './api.ts';
export { binaryText } from './binary.ts';
export { binaryReportText } from './binary-report.ts';
export { classificationText } from './classification.ts';
export { classificationReportText } from './classification-report.ts';
export { cliText } from './cli.ts';
export { designText } from './design.ts';
export { designCliText } from './design-cli.ts';
export { designReportText } from './design-report.ts';
export { designWorkbookText } from './design-workbook.ts';
export { desktopText } from './desktop.ts';
export { desktopAnalysisText } from './desktop-analysis.ts';
export { desktopFieldText } from './desktop-fields.ts';
export { desktopHelpText } from './desktop-help.ts';
export { embeddedText } from './embedded.ts';
export { htmlReportText } from './html-report.ts';
export { jobText } from './job.ts';
export { linearText } from './linear.ts';
export { modelText } from './model.ts';
export { nonlinearText } from './nonlinear.ts';
export { nonlinearReportText } from './nonlinear-report.ts';
export { predictionText } from './prediction.ts';
export { desirabilityText } from './desirability.ts';
export { reportText } from './report.ts';
export { modelReportText } from './report-models.ts';
export { selectionText } from './selection.ts';
export { tableText } from './table.ts';
export { tuningText } from './tuning.ts';

import { accessCliText } from './access-cli.ts';
import { apiText } from './api.ts';
import { binaryText } from './binary.ts';
import { binaryReportText } from './binary-report.ts';
import { classificationText } from './classification.ts';
import { classificationReportText } from './classification-report.ts';
import { cliText } from './cli.ts';
import { designText } from './design.ts';
import { designCliText } from './design-cli.ts';
import { designReportText } from './design-report.ts';
import { designWorkbookText } from './design-workbook.ts';
import { embeddedText } from './embedded.ts';
import { htmlReportText } from './html-report.ts';
import { jobText } from './job.ts';
import { linearText } from './linear.ts';
import { modelText } from './model.ts';
import { nonlinearText } from './nonlinear.ts';
import { nonlinearReportText } from './nonlinear-report.ts';
import { desirabilityText } from './desirability.ts';
import { predictionText } from './prediction.ts';
import { reportText } from './report.ts';
import { modelReportText } from './report-models.ts';
import { selectionText } from './selection.ts';
import { tableText } from './table.ts';
import { tuningText } from './tuning.ts';
import type { Catalogue } from './types.ts';

/** Every domain, for whoever has to show any code. */
export const catalogues: readonly Catalogue[] = [
  accessCliText,
  apiText,
  jobText,
  linearText,
  binaryText,
  predictionText,
  desirabilityText,
  modelText,
  selectionText,
  tableText,
  designText,
  designReportText,
  designWorkbookText,
  designCliText,
  reportText,
  binaryReportText,
  modelReportText,
  cliText,
  embeddedText,
  tuningText,
  nonlinearText,
  classificationText,
  classificationReportText,
  nonlinearReportText,
  htmlReportText,
];
