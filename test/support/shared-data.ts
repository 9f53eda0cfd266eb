import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Reference data beside the project; $ZEROSEC_SHARED says where else. */
export const sharedData = join(process.env['ZEROSEC_SHARED'] ?? join(import.meta.dirname, '../../../shared'), 'data');

/** For the `skip` option of a test: false when the file is there, else why the test cannot run. */
export function without(path: string): string | false {
  return existsSync(join(sharedData, path)) ? false : `reference data ${path} is absent: put the shared folder beside the project or set ZEROSEC_SHARED`;
}

/** Correct significant digits of q against the exact c, at most 15.95 (a double's). */
export function digits(q: number | null | undefined, c: number): number {
  if (q === null || q === undefined || Number.isNaN(q)) return 0;
  if (q === c) return 15.95;
  return Math.min(15.95, -Math.log10(Math.abs(q - c) / (c === 0 ? 1 : Math.abs(c))));
}
