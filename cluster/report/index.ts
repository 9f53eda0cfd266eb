/** What a user takes home from an analysis: charts, workbooks, formulas. Light to import: vega, resvg and exceljs load when first used. */
export type { ChartSpec } from './charts/chart-spec.ts';
export { binaryCharts } from './charts/binary/binary-charts.ts';
export { linearCharts } from './charts/linear-charts.ts';
export type { RenderedChart } from './charts/render-chart.ts';
export { safeFileName } from './file-name.ts';
export { linearOutputs, writeOutput, type LinearOutputOptions, type OutputFile, type OutputTask } from './outputs.ts';
export type { DesignWorkbookInput } from './workbook/design-workbook.ts';
export type { LinearWorkbookInput } from './workbook/linear-workbook.ts';
export type { ReportBlock, ReportCell, ReportColumn, ReportDocument, ReportFact, ReportFigure, ReportFormat, ReportNotice, ReportSection, ReportTable } from './html/index.ts';
export { csvOf } from './csv.ts';
export { writeAll } from './write-all.ts';
export { extractRows, tableExtract, type TableExtract } from './workbook/table-extract.ts';
export { classificationDiagnosis } from './classification-diagnosis.ts';
export { classificationReport } from './html/index.ts';
export { classificationCharts } from './charts/classification/index.ts';
export { classificationExplanationCharts } from './charts/classification/explanation.ts';
import type { ChartSpec } from './charts/chart-spec.ts';
import type { RenderedChart } from './charts/render-chart.ts';
import type { LinearWorkbookInput } from './workbook/linear-workbook.ts';
import type { TableExtract } from './workbook/table-extract.ts';

/** Chart → SVG text and PNG bytes. Deterministic. Meant for a pool thread. */
export async function renderChart(chart: ChartSpec): Promise<RenderedChart> {
  return (await import('./charts/render-chart.ts')).renderChart(chart);
}

/** Writes `evaluation_scores.xlsx` to `path`. */
export async function writeLinearWorkbook(input: LinearWorkbookInput, path: string): Promise<void> {
  await (await import('./workbook/linear-workbook.ts')).writeLinearWorkbook(input, path);
}

/** Writes a table as the one sheet of a workbook. */
export async function writeTableWorkbook(table: TableExtract, path: string): Promise<void> {
  const [{ tableWorkbook }, { writeFile }] = await Promise.all([import('./workbook/other-workbooks.ts'), import('node:fs/promises')]);
  await writeFile(path, await tableWorkbook(table));
}

/** Loads vega, resvg, exceljs and the font and draws a first chart, so that a job's first chart does not pay for it. */
export async function warmReport(): Promise<void> {
  await Promise.all([import('./workbook/linear-workbook.ts'), import('./charts/render-chart.ts').then(({ warmCharts }) => warmCharts())]);
}
export { designCharts, type DesignCharts, type MapInput } from './charts/design/index.ts';
export { columnStatistics, statisticsLines, meanAbsolute, nonlinearCharts, nonlinearDataCharts, nonlinearExplanationCharts, paretoPlot, type FullExplanationInput, type ParetoPlot, type ParetoPoint } from './charts/nonlinear/index.ts';
export type { NonlinearWorkbookInput } from './workbook/nonlinear-workbook.ts';
export { nonlinearReport, type NonlinearFigure } from './html/index.ts';
