import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { columnMajor } from './kernels.ts';

/** The 72 synthetic brush runs that the R reference files describe. */
export interface Brush72 {
  readonly n: number;
  readonly y: Float64Array;
  readonly pass: Float64Array;
  readonly column: (name: string) => Float64Array;
  /** Columns by the names R gives them (`brushA11` = 1 where brush is A11). */
  readonly matrix: (names: readonly string[]) => Float64Array;
}

export function brush72(): Brush72 {
  const [header = '', ...lines] = readFileSync(join(import.meta.dirname, 'brush72.csv'), 'utf8').trim().split('\n');
  const names = header.split(',');
  const cells = lines.map((line) => line.split(','));
  const field = (name: string): string[] => cells.map((row) => row[names.indexOf(name)] ?? '');
  const column = (name: string): Float64Array => {
    const factor = ['brush', 'material'].find((one) => name.startsWith(one));
    return Float64Array.from(factor ? field(factor).map((level) => (level === name.slice(factor.length) ? 1 : 0)) : field(name).map(Number));
  };
  return { n: cells.length, y: column('y'), pass: column('pass'), column, matrix: (wanted) => columnMajor(wanted.map(column)) };
}
