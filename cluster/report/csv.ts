import { quoted } from '../dataset/index.ts';

/** With a byte order mark and CRLF, as spreadsheets want it. */
export function csvOf(columns: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  return `\uFEFF${[columns, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')}`;
}

function csvCell(value: string | number | null): string {
  return value === null ? '' : typeof value === 'number' ? String(value) : quoted(value);
}
