import type { LinearAnalysisParameters, LinearResult } from '../../schemas/index.ts';
import { catalogues } from '../../schemas/text/index.ts';
import type { JobContext, WrittenFile } from '../job/context.ts';
import { extractRows, linearOutputs, writeAll, type OutputTask } from '../report/index.ts';
import type { Table } from '../table/index.ts';

/** Which output of the parameters a task belongs to. */
const outputOf: Readonly<Record<Exclude<OutputTask['kind'], 'design_workbook' | 'sheets_workbook' | 'nonlinear_workbook' | 'classification_workbook'>, LinearAnalysisParameters['outputs'][number]>> = {
  chart: 'charts',
  linear_workbook: 'workbook',
  binary_workbook: 'workbook',
  desirability_workbook: 'workbook',
  binary_template: 'workbook',
  template_workbook: 'workbook',
  text: 'workbook',
  table_workbook: 'data',
  html_report: 'report',
};

/** Writes charts, workbooks and the report, each as a task of a thread. @param used rows of each target with a model */
export async function writeOutputs(context: JobContext, result: LinearResult, table: Table, used: readonly Int32Array[], { outputs, language }: LinearAnalysisParameters): Promise<WrittenFile[]> {
  if (outputs.length === 0) return [];
  const tasks = linearOutputs(result, used.map((rows) => extractRows(table, rows)), { language, catalogues, ownCharts: !outputs.includes('charts') })
    .filter((task) => outputs.includes(outputOf[task.kind as keyof typeof outputOf]));
  // the report shows pictures that the others have drawn
  const report = tasks.filter(({ kind }) => kind === 'html_report');
  const files = await writeAll(context, tasks.filter((task) => !report.includes(task)), { from: 70, to: 88 });
  return [...files, ...await writeAll(context, report, { from: 88, to: 90 })];
}
