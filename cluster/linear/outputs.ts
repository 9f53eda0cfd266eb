import type { LinearAnalysisParameters, LinearResult } from '../../schemas/index.ts';
import { catalogues } from '../../schemas/text/index.ts';
import type { JobContext, WrittenFile } from '../job/context.ts';
import { linearOutputs, type OutputTask, type TableExtract } from '../report/index.ts';
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
};

/** Writes charts and workbooks, each as a task of a thread. @param used rows of each target with a model */
export async function writeOutputs(context: JobContext, result: LinearResult, table: Table, used: readonly Int32Array[], parameters: LinearAnalysisParameters): Promise<WrittenFile[]> {
  if (parameters.outputs.length === 0) return [];
  const tasks = linearOutputs(result, used.map((rows) => extract(table, rows)), { language: parameters.language, catalogues })
    .filter((task) => parameters.outputs.includes(outputOf[task.kind as keyof typeof outputOf]));
  let done = 0;
  const written = await Promise.all(tasks.map(async (task) => {
    const files = await context.pool.run('renderOutput', { task, directory: context.order.outputDirectory }, { signal: context.signal });
    done += 1;
    context.progress(70 + Math.floor(20 * done / tasks.length), 'reporting', { done, total: tasks.length });
    return files;
  }));
  return written.flat();
}

function extract(table: Table, used: Int32Array): TableExtract {
  return {
    columns: table.columns.flatMap(({ name, kind, values, levels }) => (kind === 'empty' ? [] : [{
      name,
      kind,
      values: Array.from(used, (row) => {
        const value = values[row] as number;
        if (Number.isNaN(value)) return null;
        return kind === 'text' ? levels[value] ?? null : value;
      }),
    }])),
  };
}
