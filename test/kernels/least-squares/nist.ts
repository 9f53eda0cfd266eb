import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { columnPower, parseDecimal } from '../../../kernels/index.ts';
import type { LeastSquaresInput } from '../../../kernels/index.ts';
import { columnMajor } from '../kernels.ts';

export interface Exact {
  n: number;
  p: number;
  rss: string;
  tss: string;
  r2: string;
  leverage: string[];
  residuals: string[];
  coefficients: string[];
  se: string[];
  t: string[];
  pValue: string[];
  [key: string]: unknown;
}

interface Certified {
  intercept: boolean;
  polynomialDegree: number | null;
  parameters: { estimate: number; sd: number }[];
  residualSd: number;
}

/** The design of a NIST StRD linear set, decimals carried as hi + lo and powers formed in double-double. */
export function readNist(folder: string, name: string): { input: LeastSquaresInput; certified: Certified; exact: Exact } {
  const certified = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Certified;
  const exact = JSON.parse(readFileSync(join(folder, `${name}.ext.json`), 'utf8')) as Exact;
  const [header = '', ...lines] = readFileSync(join(folder, `${name}.csv`), 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  const columns = names.map((_, j) => {
    const tokens = lines.map((line) => parseDecimal(line.split(',')[j] ?? ''));
    return { hi: Float64Array.from(tokens, (token) => token?.hi ?? Number.NaN), lo: Float64Array.from(tokens, (token) => token?.lo ?? Number.NaN) };
  });
  const n = lines.length;
  const response = columns[names.indexOf('y')] as { hi: Float64Array; lo: Float64Array };
  const predictors = columns.filter((column) => column !== response);
  const one = { hi: new Float64Array(n).fill(1), lo: new Float64Array(n) };
  const terms = certified.polynomialDegree === null ? predictors : Array.from({ length: certified.polynomialDegree }, (_, k) => {
    const out = { hi: new Float64Array(n), lo: new Float64Array(n) };
    columnPower(predictors[0] as { hi: Float64Array }, k + 1, out);
    return out;
  });
  const design = certified.intercept ? [one, ...terms] : terms;
  return {
    certified, exact,
    input: {
      x: columnMajor(design.map(({ hi }) => hi)), xLow: columnMajor(design.map(({ lo }) => lo)),
      y: response.hi, yLow: response.lo, n, p: design.length, intercept: certified.intercept,
    },
  };
}
