import type { Matrix } from '../../kernels/trees/index.ts';
import { takeRows } from '../families/index.ts';

/** Steps of a curve at most. */
const mostSteps = 20;

export interface LocalEffect {
  /** values of the feature, ascending; levels for a text */
  at: number[];
  /** effect there, units of the function, mean 0 over the rows */
  effect: number[];
}

/** The curve of features of any function, of all when none are named. @param categorical columns that hold levels: no order to accumulate along. `x` column-major */
export function mainEffects(predict: (x: Matrix) => Float64Array, x: Matrix, categorical: readonly number[], features: readonly number[] = [...Array(x.columns).keys()]): LocalEffect[] {
  return features.map((j) => (categorical.includes(j) ? levelEffect(predict, x, j) : accumulatedEffect(predict, x, j)));
}

/** Accumulated local effects of first order (Apley & Zhu 2020): mean differences within steps between quantiles, summed up and centred over the rows. `x` column-major. */
export function accumulatedEffect(predict: (x: Matrix) => Float64Array, x: Matrix, j: number): LocalEffect {
  const own = Float64Array.from(x.values.subarray(j * x.rows, (j + 1) * x.rows));
  const at = edges(own);
  if (at.length === 0) return { at: [], effect: [] };
  // a row with a gap has no place on the curve: it counts in no step
  const known = Int32Array.from(own.keys()).filter((row) => !Number.isNaN(own[row]));
  const step = Int32Array.from(known, (row) => Math.max(1, at.findIndex((edge) => (own[row] as number) <= edge)));
  const rows = known.length < x.rows ? takeRows(x, known) : x;
  const moved = (shift: 0 | 1): Float64Array => predict(replaced(rows, j, Float64Array.from(step, (s) => at[s - 1 + shift] as number)));
  const [low, high] = [moved(0), moved(1)];
  const sums = new Float64Array(at.length);
  const counts = new Float64Array(at.length);
  step.forEach((s, i) => {
    sums[s] = (sums[s] as number) + (high[i] as number) - (low[i] as number);
    counts[s] = (counts[s] as number) + 1;
  });
  const effect = [0];
  for (let s = 1; s < at.length; s++) effect.push((effect[s - 1] as number) + ((counts[s] as number) > 0 ? (sums[s] as number) / (counts[s] as number) : 0));
  // a row stands at the middle of its step
  const mean = step.reduce((sum, s) => sum + ((effect[s - 1] as number) + (effect[s] as number)) / 2, 0) / rows.rows;
  return { at, effect: effect.map((value) => value - mean) };
}

/** Partial dependence on each level, centred over the rows. */
function levelEffect(predict: (x: Matrix) => Float64Array, x: Matrix, j: number): LocalEffect {
  const own = Float64Array.from(x.values.subarray(j * x.rows, (j + 1) * x.rows));
  const at = [...new Set(own)].sort((a, b) => a - b);
  const effect = at.map((level) => predict(replaced(x, j, new Float64Array(x.rows).fill(level))).reduce((sum, value) => sum + value, 0) / x.rows);
  const mean = own.reduce((sum, level) => sum + (effect[at.indexOf(level)] as number), 0) / x.rows;
  return { at, effect: effect.map((value) => value - mean) };
}

function edges(values: Float64Array): number[] {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const distinct = [...new Set(sorted)];
  if (distinct.length <= mostSteps + 1) return distinct;
  return [...new Set(Array.from({ length: mostSteps + 1 }, (_, k) => sorted[Math.round((k / mostSteps) * (sorted.length - 1))] as number))];
}

function replaced(x: Matrix, j: number, column: Float64Array): Matrix {
  const values = Float64Array.from(x.values);
  values.set(column, j * x.rows);
  return { ...x, values };
}
