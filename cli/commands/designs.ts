import type { Design, DesignRow } from '../../client/index.ts';
import { connect } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit.ts';
import { figure } from '../output/figures.ts';
import { fit, plain, table } from '../output/table.ts';
import type { Speech } from '../text.ts';
import type { ServerOptions } from './status.ts';

export interface DesignsOptions extends ServerOptions {
  job?: string;
  limit: number;
}

/** Designs that the server gives at once. */
const page = 200;

/** `zerosec designs`: stored designs, newest first; with an id its runs and what has been measured of them. */
export async function designs(context: Context, designId: string | undefined, options: DesignsOptions): Promise<number> {
  const { client } = await connect(context, options);
  const { speech } = context;
  if (designId === undefined) {
    const found: Design[] = [];
    let cursor: string | undefined;
    do {
      const one = await client.designs({ jobId: options.job, limit: Math.min(page, options.limit - found.length), cursor });
      for (const design of one.designs) context.emit({ type: 'design', ...design });
      found.push(...one.designs);
      cursor = one.next_cursor ?? undefined;
    } while (cursor !== undefined && found.length < options.limit);
    context.print(found.length === 0 ? speech.say('design_none') : table(['design_id', 'design', 'runs', 'factors', 'created'].map((name) => speech.say(`column_${name}`)), found.map((design) => lineOf(design, speech)), [true, true, false, true, true]));
    return exitCodes.completed;
  }
  const design = await client.design(designId);
  const results = await client.designResults(designId);
  const rows: DesignRow[] = [];
  for await (const row of client.designRows(designId, { pageSize: 1000 })) rows.push(row);
  context.emit({ type: 'design', ...design });
  for (const row of rows) context.emit({ type: 'design_row', ...row });
  context.emit({ type: 'design_results', ...results });
  const names = Object.keys(rows[0]?.settings ?? {});
  context.print([
    lineOf(design, speech).join('  '), '',
    table(['No.', speech.say('column_standard'), ...names.map(plain)], rows.map(({ run, standard, settings }) => [String(run), String(standard), ...names.map((name) => plain(shown(settings[name])))]), [false, false, ...names.map((name) => typeof rows[0]?.settings[name] === 'string')]), '',
    speech.say('design_results_line', { measured: results.runs_measured, runs: results.runs }),
    ...(results.results.length === 0 ? [] : [table(['job', 'type', 'file', 'rows', 'measured'].map((name) => speech.say(`column_${name}`)),
      results.results.map((one) => [one.job_id, one.job_type, fit(plain(one.filename), 40), String(one.rows), `${one.runs_measured ?? one.rows_measured}`]), [true, true, true, false, false])]),
  ].join('\n'));
  return exitCodes.completed;
}

function lineOf({ design_id, name, partial, runs, factors, created_at }: Design, speech: Speech): string[] {
  return [design_id, speech.say(`design_${name}`) + (partial ? ` (${speech.say('design_partial')})` : ''), String(runs), fit(factors.map(plain).join(' '), 40), created_at.slice(0, 19).replace('T', ' ')];
}

function shown(value: number | string | undefined): string {
  return typeof value === 'number' ? figure(value, 6) : value ?? '';
}
