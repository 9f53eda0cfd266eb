import type { BlockColumn } from './block.ts';

/** Rows of CSV (CRLF) of columns of one length: dates as `2026-11-25 12:00:00` UTC, numbers in full precision, missing as nothing. */
export function csvLines(columns: readonly BlockColumn[], rows: number): Uint8Array<ArrayBuffer> {
  if (rows === 0) return new Uint8Array(0);
  const cells = columns.map((column) => textOf(column));
  const lines = Array.from({ length: rows }, (_, i) => cells.map((cell) => cell(i)).join(','));
  return Uint8Array.from(new TextEncoder().encode(`${lines.join('\r\n')}\r\n`));
}

function textOf(column: BlockColumn): (i: number) => string {
  if (column.kind === 'text') return (i) => quoted(column.values[i] ?? '');
  const { values, kind } = column;
  const time = kind === 'date';
  return (i) => {
    const value = values[i] as number;
    if (!Number.isFinite(value)) return '';
    return time ? new Date(value).toISOString().slice(0, 19).replace('T', ' ') : String(value);
  };
}

/** A cell of text: with quotation marks where CSV needs them, and an apostrophe before what a spreadsheet would run as a formula (a number is none). */
export function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
