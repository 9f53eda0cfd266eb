import type { Matrix } from '../../kernels/trees/index.ts';
import { inverse } from './symmetric.ts';

type GateColumn = { readonly kind: 'number'; readonly centre: number; readonly scale: number } | { readonly kind: 'levels'; readonly known: readonly number[] };

/** What rows of the fit look like: plain data. */
export interface Gate {
  readonly columns: readonly GateColumn[];
  /** of the coordinates */
  readonly mean: Float64Array;
  /** inverse of the shrunk covariance, row-major */
  readonly precision: Float64Array;
  /** squared distances of rows from gates that have not seen them, ascending */
  readonly unseen: Float64Array;
}

export interface GateTask {
  readonly x: Matrix;
  readonly categorical: readonly number[];
  readonly fold: Int32Array;
  readonly folds: number;
}

/** Thread side. Each fold's rows measured by the gate of the others: among rows like these a share ε and no more is further away than the ε-quantile of them says. */
export function learnGate({ x, categorical, fold, folds }: GateTask): Gate {
  const all = Int32Array.from(fold.keys());
  const unseen: number[] = [];
  for (let k = 0; k < folds; k++) {
    const gate = shapeOf(x, categorical, all.filter((row) => fold[row] !== k));
    for (const row of all) if (fold[row] === k) unseen.push(distance(gate, rowOf(x, row)));
  }
  return { ...shapeOf(x, categorical, all), unseen: Float64Array.from(unseen).sort() };
}

/** Squared distance above which a row is flagged: conformal, so that p ≤ ε. Null where so few rows cannot tell such rare alarms. */
export function distanceLimit({ unseen }: Pick<Gate, 'unseen'>, epsilon: number): number | null {
  const allowed = Math.floor(epsilon * (unseen.length + 1) + 1e-9) - 1;
  return allowed < 0 ? null : unseen[unseen.length - 1 - allowed] as number;
}

/** Squared Mahalanobis distance (x − μ)ᵀ Σ⁻¹ (x − μ). @param row values of the features; NaN lies at the centre */
export function distance(gate: Omit<Gate, 'unseen'>, row: Float64Array): number {
  const z = centred(gate, row);
  const weighted = times(gate.precision, z);
  return z.reduce((sum, value, i) => sum + value * (weighted[i] as number), 0);
}

/** The feature without which a row would come closest: by how much its distance falls when the feature is what the others lead one to expect, (Λz)²/Λⱼⱼ. */
export function culprit(gate: Omit<Gate, 'unseen'>, row: Float64Array): number {
  const weighted = times(gate.precision, centred(gate, row));
  const p = weighted.length;
  let at = 0;
  const drops = gate.columns.map((column) => {
    let drop = 0;
    for (const end = at + (column.kind === 'number' ? 1 : column.known.length); at < end; at++) drop += (weighted[at] as number) ** 2 / (gate.precision[at * p + at] as number);
    return drop;
  });
  return drops.indexOf(Math.max(...drops));
}

export function rowOf({ values, rows, columns, order }: Matrix, row: number): Float64Array {
  return Float64Array.from({ length: columns }, (_, j) => values[order === 'row-major' ? row * columns + j : j * rows + row] as number);
}

function centred({ columns, mean }: Omit<Gate, 'unseen'>, row: Float64Array): Float64Array {
  return coordinates(columns, row).map((value, i) => (Number.isNaN(value) ? 0 : value - (mean[i] as number)));
}

function coordinates(columns: readonly GateColumn[], row: Float64Array): Float64Array {
  return Float64Array.from(columns.flatMap((column, j) => (column.kind === 'number' ? [((row[j] as number) - column.centre) / column.scale] : column.known.map((level) => Number(level === row[j])))));
}

/** Covariance of centred rows, p × p. */
export type Covariance = (rows: readonly Float64Array[], p: number) => Float64Array;

/** Centre and inverse covariance of some rows. @param covariance shrunk, for the gate: few rows of many columns have no inverse otherwise */
export function shapeOf(x: Matrix, categorical: readonly number[], rows: Int32Array, covariance: Covariance = shrunk): Omit<Gate, 'unseen'> {
  const columns = Array.from({ length: x.columns }, (_, j): GateColumn => {
    const values = Float64Array.from(rows, (row) => x.values[j * x.rows + row] as number);
    if (categorical.includes(j)) return { kind: 'levels', known: [...new Set(values)].sort((a, b) => a - b) };
    const present = values.filter((value) => !Number.isNaN(value));
    const centre = present.reduce((sum, value) => sum + value, 0) / Math.max(1, present.length);
    const scale = Math.sqrt(present.reduce((sum, value) => sum + (value - centre) ** 2, 0) / Math.max(1, present.length));
    return { kind: 'number', centre, scale: scale > 1e-14 * Math.abs(centre) ? scale : 1 };
  });
  const placed = Array.from(rows, (row) => coordinates(columns, rowOf(x, row)).map((value) => (Number.isNaN(value) ? 0 : value)));
  const p = placed[0]?.length ?? 0;
  const n = placed.length;
  const mean = new Float64Array(p);
  for (const row of placed) row.forEach((value, i) => { mean[i] = (mean[i] as number) + value / n; });
  for (const row of placed) row.forEach((value, i) => { row[i] = value - (mean[i] as number); });
  return { columns, mean, precision: inverse(covariance(placed, p), p) };
}

/** Least variance that a coordinate is taken to have, so that a constant one can be measured. */
const LEAST_VARIANCE = 1e-6;

/** As the rows have it, Σ z zᵀ / (n − 1); regular only where their columns are. */
export function sampleCovariance(rows: readonly Float64Array[], p: number): Float64Array {
  const out = new Float64Array(p * p);
  for (const row of rows) for (let i = 0; i < p; i++) for (let j = 0; j < p; j++) out[i * p + j] = (out[i * p + j] as number) + (row[i] as number) * (row[j] as number) / (rows.length - 1);
  return out;
}

/** Covariance with correlations shrunk to none as far as their own noise demands (Schäfer & Strimmer 2005). @param rows centred */
function shrunk(rows: readonly Float64Array[], p: number): Float64Array {
  const n = rows.length;
  const deviation = Float64Array.from({ length: p }, (_, i) => Math.sqrt(Math.max(LEAST_VARIANCE, rows.reduce((sum, row) => sum + (row[i] as number) ** 2, 0) / (n - 1))));
  const first = new Float64Array(p * p);
  const second = new Float64Array(p * p);
  for (const row of rows) {
    for (let i = 0; i < p; i++) {
      const zi = (row[i] as number) / (deviation[i] as number);
      if (zi === 0) continue;
      for (let j = 0; j < i; j++) {
        const w = zi * (row[j] as number) / (deviation[j] as number);
        first[i * p + j] = (first[i * p + j] as number) + w;
        second[i * p + j] = (second[i * p + j] as number) + w * w;
      }
    }
  }
  let [noise, signal] = [0, 0];
  for (let i = 0; i < p; i++) for (let j = 0; j < i; j++) {
    const mean = (first[i * p + j] as number) / n;
    const r = mean * n / (n - 1);
    noise += n / (n - 1) ** 3 * ((second[i * p + j] as number) - n * mean * mean);
    signal += r * r;
  }
  const keep = signal > 0 ? 1 - Math.min(1, Math.max(0, noise / signal)) : 1;
  const out = new Float64Array(p * p);
  for (let i = 0; i < p; i++) for (let j = 0; j <= i; j++) {
    const r = i === j ? 1 + 1e-9 : keep * (first[i * p + j] as number) / (n - 1);
    out[i * p + j] = out[j * p + i] = r * (deviation[i] as number) * (deviation[j] as number);
  }
  return out;
}

function times(matrix: Float64Array, z: Float64Array): Float64Array {
  const p = z.length;
  return z.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < p; j++) sum += (matrix[i * p + j] as number) * (z[j] as number);
    return sum;
  });
}
