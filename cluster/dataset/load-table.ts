import type { LinearAnalysisParameters, Notice } from '../../schemas/index.ts';
import type { JobContext } from '../job/context.ts';
import { toTable } from '../job/shared-table.ts';
import { exactDuplicates, type Table } from '../table/index.ts';
import { remeasuredColumns } from './columns.ts';

export interface LoadedTable {
  table: Table;
  /** rows that repeat an earlier one exactly, kept or not */
  duplicates: ReadonlySet<number>;
  /** those of them that are left out */
  left: ReadonlySet<number>;
  /** of reading and of the duplicates */
  notices: Notice[];
}

/** How many repeated rows a notice names. */
const mostNamed = 20;

/** Reads the table of a job on a thread and finds its repeated rows. @throws Fault of reading a table */
export async function loadTable(context: JobContext, { input, duplicates: choice }: Pick<LinearAnalysisParameters, 'input' | 'duplicates'>, percent: { loading: number; checking: number }): Promise<LoadedTable> {
  const { order, pool, signal } = context;
  context.progress(percent.loading, 'loading');
  const table = toTable(await pool.run('readTable', { path: order.inputPath, fileName: order.fileName, options: input }, { signal }));
  context.progress(percent.checking, 'checking');
  const duplicates = new Set(exactDuplicates(table, { ignore: remeasuredColumns(table) }));
  const notices = [...table.notices];
  if (duplicates.size > 0) {
    notices.push({
      code: choice === 'drop' ? 'exact_duplicates_dropped' : 'exact_duplicates_kept', severity: 'warning',
      values: { count: duplicates.size, rows: [...duplicates].slice(0, mostNamed).map((row) => String(table.rowNumber(row))) },
    });
  }
  return { table, duplicates, left: choice === 'drop' ? duplicates : new Set(), notices };
}
