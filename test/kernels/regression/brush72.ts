// 72 synthetic brush runs with the output of R (lm, MASS, car, lmtest, sandwich, leaps) on them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fitModel } from '../../../kernels/index.ts';
import type { FittedModel, Kernels } from '../../../kernels/index.ts';
import { columnMajor } from '../kernels.ts';

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

/** What R printed; the tests pick out of it by name. */
export const peer = JSON.parse(read('brush72-lm.json')) as BrushPeer;

type Named = Record<string, number>;
export interface BrushPeer {
  HC: Record<string, Named>;
  bp: { statistic: number; 'p.value': number };
  ncv: { ChiSquare: number; p: number };
  dw: number;
  reset: { F: number; p: number };
  shapiroResid: { statistic: number; 'p.value': number };
  outlierTest: { rstudent: number; bonfP: number };
  predict: Record<'confidence' | 'prediction', { fit: number; lwr: number; upr: number }[]>;
  boxcox: { lambda: number; ci95: [number, number]; logLikMax: number };
  powerTransform: number;
  yeoJohnson: number;
  lackOfFit: { F: number; p: number; dfLOF: number; dfPE: number; ssPE: number };
  rlm: Record<'huberK1.345' | 'huberSE' | 'bisquareC4.685', Named> & { huberScale: number; bisquareScale: number };
  bestSubset: { which: Record<string, string[]>; cp: number[]; bic: number[]; adjr2: number[]; rss: number[] };
}

const [header = '', ...lines] = read('brush72.csv').trim().split('\n');
const names = header.split(',');
const cells = lines.map((line) => line.split(','));
const text = (name: string): string[] => cells.map((row) => row[names.indexOf(name)] as string);
const numeric = (name: string): Float64Array => Float64Array.from(text(name), Number);

export const rows = cells.length;
export const response = numeric('y');
const brush = text('brush');
const material = text('material');
const indicator = (values: readonly string[], level: string): Float64Array => Float64Array.from(values, (value) => (value === level ? 1 : 0));
const product = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value * (b[i] as number));
const brushes = ['A11', 'A21', 'A32'].map((level) => indicator(brush, level));
const alumi = indicator(material, 'Alumi');
const settings = { speed: numeric('speed'), feed: numeric('feed'), depth: numeric('depth') };

/** Columns by R's names. `interaction`: brush*material; `main`: + material; `brush`: without material. */
export function design(kind: 'interaction' | 'main' | 'brush'): { names: string[]; columns: Float64Array[] } {
  const named: [string, Float64Array][] = [['(Intercept)', new Float64Array(rows).fill(1)], ...Object.entries(settings)];
  ['A11', 'A21', 'A32'].forEach((level, k) => named.push([`brush${level}`, brushes[k] as Float64Array]));
  if (kind !== 'brush') named.push(['materialAlumi', alumi]);
  if (kind === 'interaction') ['A11', 'A21', 'A32'].forEach((level, k) => named.push([`brush${level}:materialAlumi`, product(brushes[k] as Float64Array, alumi)]));
  return { names: named.map(([name]) => name), columns: named.map(([, column]) => column) };
}

export function brushModel(kernels: Kernels, kind: 'interaction' | 'main' | 'brush', y: Float64Array = response): FittedModel & { names: string[] } {
  const { names: columnNames, columns } = design(kind);
  return { ...fitModel(kernels, { x: columnMajor(columns), y, n: rows, p: columns.length, intercept: true }), names: columnNames };
}
