import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { columnPower, parseDecimal, type LeastSquaresInput } from '../../../kernels/index.ts';

/** The reference data beside the project; $ZEROSEC_SHARED says where else. Null when it is not there. */
export function nistFolder(kind: 'linear' | 'anova' | 'univariate'): string | null {
  const folder = join(process.env['ZEROSEC_SHARED'] ?? join(import.meta.dirname, '../../../../shared'), 'data/nist-strd', kind);
  return existsSync(folder) ? folder : null;
}

/** A decimal as high and low part. */
export interface Column {
  hi: Float64Array;
  lo: Float64Array;
}

/** Columns by name, decimals as they stand in the file. */
export function readColumns(folder: string, name: string): Map<string, Column> {
  const [header = '', ...lines] = readFileSync(join(folder, `${name}.csv`), 'utf8').trim().split(/\r?\n/);
  const rows = lines.map((line) => line.split(',').map((token) => parseDecimal(token)));
  return new Map(header.split(',').map((title, j) => [title, {
    hi: Float64Array.from(rows, (row) => row[j]?.hi ?? Number.NaN), lo: Float64Array.from(rows, (row) => row[j]?.lo ?? Number.NaN),
  }]));
}

const modelSchema = z.object({ intercept: z.boolean(), polynomialDegree: z.number().nullable() });
const exactSchema = z.object({
  coefficients: z.array(z.string()), r2: z.string(), leverage: z.array(z.string()), press: z.string().nullish(), vif: z.array(z.string()).nullish(),
  // not with a perfect fit
  se: z.array(z.string()).optional(), residualSd: z.string().optional(), F: z.string().optional(), FpValue: z.string().optional(),
  t: z.array(z.string()).optional(), pValue: z.array(z.string()).optional(), ci95: z.array(z.array(z.string())).optional(),
  studentizedInternal: z.array(z.string().nullable()).optional(), studentizedExternal: z.array(z.string().nullable()).optional(), cooksD: z.array(z.string().nullable()).optional(), dffits: z.array(z.string().nullable()).optional(),
});

/** Name of a quantity here, and in the exact file. */
const quantities = {
  coefficients: 'coefficients', se: 'se', sd: 'residualSd', r2: 'r2', f: 'F', t: 't', p: 'pValue', fp: 'FpValue', interval: 'ci95',
  leverage: 'leverage', press: 'press', standardised: 'studentizedInternal', studentised: 'studentizedExternal', cook: 'cooksD', dffits: 'dffits', vif: 'vif',
} as const;
export type Quantity = keyof typeof quantities;
/** Undefined or rounding alone where residuals are zero. */
const ofResiduals: readonly Quantity[] = ['press', 'standardised', 'studentised', 'cook', 'dffits', 't', 'p', 'fp', 'interval'];

export interface LinearSet {
  name: string;
  intercept: boolean;
  /** 0: the columns of the file are the terms */
  degree: number;
  input: LeastSquaresInput;
  /** from the solution in rational numbers; what is 0 or undefined with a perfect fit is left out */
  exact: Record<string, number[]>;
}

/** A linear set with its decimals carried in full and its powers formed in double-double. */
export function readLinearSet(folder: string, name: string): LinearSet {
  const json = (ending: string): unknown => JSON.parse(readFileSync(join(folder, `${name}${ending}.json`), 'utf8'));
  const { intercept, polynomialDegree } = modelSchema.parse(json(''));
  const exact = exactSchema.parse(json('.ext'));
  const columns = readColumns(folder, name);
  const y = columns.get('y') as Column;
  const n = y.hi.length;
  const predictors = [...columns].filter(([title]) => title !== 'y').map(([, column]) => column);
  const degree = polynomialDegree ?? 0;
  const terms = degree === 0 ? predictors : Array.from({ length: degree }, (_, k) => {
    const power = { hi: new Float64Array(n), lo: new Float64Array(n) };
    columnPower(predictors[0] as Column, k + 1, power);
    return power;
  });
  const design = intercept ? [{ hi: new Float64Array(n).fill(1), lo: new Float64Array(n) }, ...terms] : terms;
  const side = (part: 'hi' | 'lo'): Float64Array => Float64Array.from(design.flatMap((column) => [...column[part]]));
  return {
    name, intercept, degree,
    input: { x: side('hi'), xLow: side('lo'), y: y.hi, yLow: y.lo, n, p: design.length, intercept },
    exact: Object.fromEntries((Object.keys(quantities) as Quantity[]).flatMap((quantity) => {
      const value = exact[quantities[quantity]];
      if (value === undefined || value === null || (exact.F === undefined && ofResiduals.includes(quantity))) return [];
      const numbers = [value].flat(2).map((text) => (text === null ? Number.NaN : Number(text)));
      return numbers.every(Number.isFinite) ? [[quantity, numbers]] : [];
    })),
  };
}
