import { Fault } from '../schemas/index.ts';

/** A place in a list that is ordered by time and id, newest first. */
export interface Cursor {
  created_at: string;
  job_id: string;
}

/** @throws Fault `invalid_cursor` */
export function readCursor(cursor: string): Cursor {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, created_at = '', job_id = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/.exec(text) ?? [];
  if (job_id === '' || Number.isNaN(Date.parse(created_at))) throw new Fault('invalid_cursor', 'cursor: is none of ours', { where: { field: 'cursor' } });
  return { created_at, job_id };
}

/** @param last row of a page that is not the last */
export function writeCursor(last: { cursor_at: string; job_id: string } | undefined): string | null {
  return last === undefined ? null : Buffer.from(`${last.cursor_at} ${last.job_id}`).toString('base64url');
}
