import { open } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { Fault, type PredictionRow } from '../../schemas/index.ts';
import type { Predictions, ZerosecClient } from '../../client/index.ts';
import { connect } from '../connect.ts';
import type { Context } from '../context.ts';
import { saveArtifacts, writable } from '../download/save.ts';
import { exitCodes } from '../exit.ts';
import type { Speech } from '../text.ts';
import type { ServerOptions } from './status.ts';

export interface PredictionsOptions extends ServerOptions {
  target?: string;
  extrapolated?: 'true' | 'false';
  min?: number;
  max?: number;
  out?: string;
}

/** Rows that the server gives at once. */
const page = 1000;
/** Of an xlsx sheet, without its header. */
const mostSheetRows = 1_048_575;
const formats = ['.csv', '.xlsx', '.arrow'] as const;
const roles = ['value', 'mean_low', 'mean_high', 'low', 'high', 'outside', 'remark', 'expected', 'expected_low', 'expected_high', 'run_low', 'run_high'] as const;

/**
 * `zerosec predictions`: the stored predictions of a job as CSV on stdout, or as the file that `--out` names. All rows as CSV
 * or Arrow are the file that the worker published; a filter gives the rows that pass.
 * @throws Fault `export_format`, `export_filtered_arrow`, `export_too_long`, `predictions_not_found`, `target_not_found`
 */
export async function predictions(context: Context, jobId: string, options: PredictionsOptions): Promise<number> {
  const out = options.out === undefined ? null : resolve(options.out);
  const format = out === null ? '.csv' : formatOf(out);
  const { target, extrapolated, min, max } = options;
  const filtered = [target, extrapolated, min, max].some((given) => given !== undefined);
  if (format === '.arrow' && filtered) throw new Fault('export_filtered_arrow', 'the Arrow file holds all rows', { values: { path: options.out ?? '' } });
  const connection = await connect(context, options);
  try {
    const { client } = connection;
    const set = await client.predictions(jobId);
    if (out !== null && format !== '.xlsx' && !filtered) await savePublished(client, jobId, set, format, out);
    else await writeRows(context, client, set, { target, ...(extrapolated === undefined ? {} : { extrapolated: extrapolated === 'true' }), min, max }, out, format);
    if (out !== null) {
      context.emit({ type: 'saved', job_id: jobId, path: out });
      context.print(context.speech.say('saved', { count: 1, out }));
    }
    return exitCodes.completed;
  } finally {
    await connection.close();
  }
}

function formatOf(path: string): (typeof formats)[number] {
  const format = formats.find((known) => known === extname(path).toLowerCase());
  if (format === undefined) throw new Fault('export_format', `${path}: one of ${formats.join(' ')} is expected`, { values: { path, known: formats.join(' ') } });
  return format;
}

/** The published file, checked against its sum, under the name that was asked for. */
async function savePublished(client: ZerosecClient, jobId: string, { file_key: arrow }: Predictions, format: string, out: string): Promise<void> {
  const key = arrow.replace(/\.arrow$/, format);
  const artifact = (await client.artifacts(jobId)).find((one) => one.file_key === key);
  if (artifact === undefined) throw new Fault('predictions_not_found', `job ${jobId} has no file ${key}`, { values: { job_id: jobId } });
  await saveArtifacts(client, jobId, [{ ...artifact, path: basename(out) }], dirname(out));
}

type Filter = Parameters<ZerosecClient['predictionRows']>[1];

async function writeRows(context: Context, client: ZerosecClient, set: Predictions, filter: Filter, out: string | null, format: string): Promise<void> {
  const rows = client.predictionRows(set.job_id, { ...filter, pageSize: page });
  if (format === '.xlsx') return writeSheet(rows, set, context.speech, out ?? '');
  if (context.json && out === null) {
    for await (const row of rows) context.emit({ type: 'prediction', ...row });
    return;
  }
  const file = out === null ? null : await writable(out, () => open(out, 'w'));
  try {
    let line: Columns | undefined;
    const put = async (text: string): Promise<void> => void (file === null ? process.stdout.write(text) : await file.write(text));
    for await (const row of rows) {
      if (line === undefined) await put(`${file === null ? '' : '\ufeff'}${(line = columnsOf(row, set, context.speech)).names.map(quoted).join(',')}\r\n`);
      await put(`${line.cells(row).map((cell) => (cell === null ? '' : quoted(String(cell)))).join(',')}\r\n`);
    }
  } finally {
    await file?.close();
  }
}

async function writeSheet(rows: AsyncIterable<PredictionRow>, set: Predictions, speech: Speech, path: string): Promise<void> {
  const lines: (string | number | null)[][] = [];
  let line: Columns | undefined;
  for await (const row of rows) {
    line ??= columnsOf(row, set, speech);
    if (lines.length === mostSheetRows) throw new Fault('export_too_long', `a sheet holds ${mostSheetRows} rows`, { values: { rows: set.rows, limit: mostSheetRows } });
    lines.push(line.cells(row));
  }
  const { writeTableWorkbook } = await import('../../cluster/report/index.ts');
  const columns = (line?.names ?? []).map((name, k) => ({ name, kind: line?.kinds[k] ?? 'text' as const, values: lines.map((cells) => cells[k] ?? null) }));
  await writable(path, () => writeTableWorkbook({ columns }, path));
}

interface Columns {
  names: string[];
  kinds: ('number' | 'text')[];
  cells: (row: PredictionRow) => (string | number | null)[];
}

/** The columns of the worker's CSV: the settings, then what was predicted of each target. */
function columnsOf(first: PredictionRow, set: Predictions, speech: Speech): Columns {
  const conditions = Object.keys(first.conditions);
  const parts = first.predictions.flatMap((prediction, k) => roles.filter((role) => role === 'outside' || role in prediction).map((role) => ({ k, role, name: nameOf(role, prediction.target, set, speech) })));
  return {
    names: [...conditions, ...parts.map(({ name }) => name)],
    kinds: [...conditions.map((name) => (typeof first.conditions[name] === 'string' ? 'text' as const : 'number' as const)), ...parts.map(({ role }) => (role === 'outside' || role === 'remark' ? 'text' as const : 'number' as const))],
    cells: (row) => [...conditions.map((name) => asInFile(row.conditions[name] ?? null)), ...parts.map(({ k, role }) => {
      const prediction = row.predictions[k];
      return role === 'outside' ? prediction?.extrapolated.join('; ') ?? '' : prediction?.[role] ?? null;
    })],
  };
}

/** A date as the worker's CSV has it: the API tells it in ISO 8601. */
function asInFile(value: string | number | null): string | number | null {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) ? value.slice(0, 19).replace('T', ' ') : value;
}

function nameOf(role: (typeof roles)[number], name: string, { targets }: Predictions, speech: Speech): string {
  if (role !== 'value') return speech.say(`prediction_${role}`, { name });
  const positive = targets.find(({ target }) => target === name)?.positive ?? null;
  return positive === null ? name : speech.say('prediction_probability', { name, label: positive });
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
