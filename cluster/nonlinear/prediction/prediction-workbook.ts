import type { Notice } from '../../../schemas/index.ts';
import type { JobContext, WrittenFile } from '../../job/context.ts';
import type { PredictedGrid } from './predict-grid.ts';

/** Rows beyond which a spreadsheet is minutes of work for whoever opens it; the CSV has them all. */
const mostRows = 100_000;

/** `Prediction_output.xlsx` as the original writes it: the settings and a column `prediction_` for each target. */
export async function predictionWorkbook({ pool, order, signal }: JobContext, { table, values }: PredictedGrid, notices: Notice[]): Promise<WrittenFile[]> {
  if (table.rows > mostRows) {
    notices.push({ code: 'prediction_workbook_left_out', severity: 'info', values: { rows: table.rows, most: mostRows } });
    return [];
  }
  const cell = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const columns = [
    ...table.columns.flatMap(({ name, kind, values: own, levels }) => (kind === 'empty' ? [] : [{ name, kind, values: Array.from(own, (value) => (kind === 'text' && !Number.isNaN(value) ? levels[value] ?? null : cell(value))) }])),
    ...values.map(({ target, values: own }) => ({ name: `prediction_${target}`, kind: 'number' as const, values: Array.from(own, cell) })),
  ];
  return pool.run('renderOutput', { task: { kind: 'table_workbook', table: { columns }, files: [{ path: '04_予測/Prediction_output.xlsx', fileType: 'xlsx' }] }, directory: order.outputDirectory }, { signal });
}
