import type { Notice } from '../../../schemas/index.ts';
import type { JobContext, WrittenFile } from '../../job/context.ts';
import type { Table } from '../../table/index.ts';
import type { Classifier } from '../model.ts';

/** Rows beyond which a spreadsheet is minutes of work for whoever opens it; the CSV has them all. */
export const mostWorkbookRows = 100_000;

/** What was decided of each row of the grid, in its order. */
export interface Decided {
  readonly probability: Float64Array;
  readonly label: Int8Array;
  readonly outside: Uint8Array;
  readonly distance: Float64Array;
}

/** `Prediction_input.xlsx` and `Prediction_input_pred.xlsx` as the original wrote them: the stamped settings, and these with its six columns. Told instead where there are too many rows. */
export async function predictionWorkbooks({ pool, order, signal }: JobContext, table: Table, { probability, label, outside, distance }: Decided, { thresholds: { upper, lower } }: Classifier, notices: Notice[]): Promise<WrittenFile[]> {
  if (table.rows > mostWorkbookRows) {
    notices.push({ code: 'prediction_workbook_left_out', severity: 'info', values: { rows: table.rows, most: mostWorkbookRows } });
    return [];
  }
  const cell = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const settings = table.columns.flatMap(({ name, kind, values, levels }) => (kind === 'empty' ? [] : [{ name, kind, values: Array.from(values, (value) => (kind === 'text' && !Number.isNaN(value) ? levels[value] ?? null : cell(value))) }]));
  const number = (name: string, values: ArrayLike<number>): { name: string; kind: 'number'; values: (number | null)[] } => ({ name, kind: 'number', values: Array.from(values, cell) });
  const constant = (side: typeof upper): Float64Array => new Float64Array(table.rows).fill(side.kind === 'certified' ? side.threshold : Number.NaN);
  const decided = [...settings, number('pred_label', label), number('p_cal', probability), number('tau_pos', constant(upper)), number('tau_neg', constant(lower)), number('ood_flag', outside), number('maha_dist', distance)];
  const written = await Promise.all([['00_データセット/Prediction_input.xlsx', settings], ['02_本学習結果/03_予測結果/Prediction_input_pred.xlsx', decided]].map(([path, columns]) => (
    pool.run('renderOutput', { task: { kind: 'table_workbook', table: { columns: columns as typeof settings }, files: [{ path: path as string, fileType: 'xlsx' }] }, directory: order.outputDirectory }, { signal }))));
  return written.flat();
}
