import { Fault, type LinearAnalysisParameters, type Notice } from '../../schemas/index.ts';
import type { JobContext } from '../job/context.ts';
import { toTable, type SharedTable } from '../job/shared-table.ts';
import { canonicalNamesIn, isFactorFile, readLevels, type Column, type Table } from '../table/index.ts';
import { deburringColumns } from './columns.ts';
import { combinations } from './combinations.ts';

const field = 'inputs.prediction';
/** Seconds for 100 mm at one millimetre per minute. */
const processingSeconds = 100 * 60;

/**
 * The table of settings to predict, read as `prediction_input` says, else as the table of the fit was: a sheet of that
 * name where there is one. A factor file (rows min, max, 間隔) becomes every combination of its levels. In a deburring table the processing time is filled in from the feed. Its notices name the input.
 * @param timeName of that column where the table has none
 * @throws Fault of reading a table, naming `inputs.prediction`
 */
export async function readGrid(context: JobContext, parameters: Pick<LinearAnalysisParameters, 'input' | 'prediction_input'>, notices: Notice[], timeName = '加工時間'): Promise<Table | null> {
  const input = context.order.inputs.prediction;
  if (input === undefined) return null;
  const { prediction_input: own, input: ofTable } = parameters;
  const read = (options: LinearAnalysisParameters['input']): Promise<SharedTable> => (
    context.pool.run('readTable', { path: input.path, fileName: input.fileName, options }, { signal: context.signal }));
  try {
    const readAs = async (options: LinearAnalysisParameters['input']): Promise<Table> => toTable(own === null ? await readLike(read, options) : await read(options));
    const options = own ?? ofTable;
    const table = await readLevels(readAs, options);
    const told: Notice[] = [...table.notices];
    const grid = withProcessingTime(isFactorFile(table) ? combinations(table, told) : table, told, timeName);
    notices.push(...told.map((notice) => ({ ...notice, where: { ...notice.where, field } })));
    return grid;
  } catch (error) {
    throw error instanceof Fault && error.class === 'user' ? error.at(field) : error;
  }
}

/** The place of the header is found anew: tables differ in their titles. */
async function readLike(read: (options: LinearAnalysisParameters['input']) => Promise<SharedTable>, options: LinearAnalysisParameters['input']): Promise<SharedTable> {
  const like = { ...options, header_row: null };
  try {
    return await read(like);
  } catch (error) {
    if (error instanceof Fault && error.code === 'sheet_not_found') return read({ ...like, sheet: null });
    throw error;
  }
}

/** 加工時間 = 100 / 送り速度 × 60 (s for 100 mm), where a deburring table lacks it or leaves it blank; unrounded. */
function withProcessingTime(table: Table, notices: Notice[], timeName: string): Table {
  if (deburringColumns(table) === undefined) return table;
  const quantity = canonicalNamesIn(table.columns.map(({ name }) => name));
  const feed = table.columns.find(({ name, kind }) => kind === 'number' && quantity(name) === '送り速度');
  const own = table.columns.find(({ name }) => quantity(name) === '加工時間');
  if (feed === undefined || own?.missing === 0 || (own !== undefined && own.kind !== 'number' && own.kind !== 'empty')) return table;
  const values = new Float64Array(new SharedArrayBuffer(table.rows * 8));
  let filled = 0;
  for (let i = 0; i < values.length; i += 1) {
    const given = own === undefined || own.kind === 'empty' ? NaN : own.values[i] as number;
    const speed = feed.values[i] as number;
    values[i] = Number.isNaN(given) ? (speed > 0 ? processingSeconds / speed : NaN) : given;
    filled += Number(Number.isNaN(given) && speed > 0);
  }
  if (filled === 0) return table;
  const name = own?.name ?? timeName;
  notices.push({ code: 'processing_time_derived', severity: 'info', where: { column: name }, values: { name, feed: feed.name, count: filled } });
  const column: Column = { name, kind: 'number', values, lo: null, levels: [], missing: values.reduce((count, value) => count + Number(Number.isNaN(value)), 0), distinct: feed.distinct };
  return { ...table, columns: own === undefined ? [...table.columns, column] : table.columns.map((one) => (one === own ? column : one)) };
}
