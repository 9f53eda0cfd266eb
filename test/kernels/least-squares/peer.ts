import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Row = Record<string, number | string>;

/** The 72 rows that R was run on. */
export function readBrush72(folder: string): Row[] {
  const [header = '', ...lines] = readFileSync(join(folder, 'brush72.csv'), 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => {
    const row: Row = {};
    line.split(',').forEach((token, j) => { row[names[j] as string] = Number.isNaN(Number(token)) ? token : Number(token); });
    return row;
  });
}

/** Model matrix with treatment coding as R names it: `speed`, `brushA11`, `brushA11:materialAlumi`, `(Intercept)`. */
export function modelColumns(rows: readonly Row[], terms: readonly string[]): Float64Array[] {
  const value = (row: Row, term: string): number => {
    if (term === '(Intercept)') return 1;
    if (term.includes(':')) return term.split(':').reduce((product, part) => product * value(row, part), 1);
    const factor = ['brush', 'material'].find((name) => term.startsWith(name));
    return factor ? Number(row[factor] === term.slice(factor.length)) : Number(row[term]);
  };
  return terms.map((term) => Float64Array.from(rows, (row) => value(row, term)));
}

export function readPeer<T>(folder: string, name: string): T {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
}
