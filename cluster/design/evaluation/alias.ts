import { groupSums, modelMatrix } from '../model.ts';
import type { DesignModel } from '../model.ts';
import type { Solved } from './efficiency.ts';

export interface NamedMatrix {
  rows: readonly string[];
  columns: readonly string[];
  /** rows × columns, row-major */
  values: Float64Array;
}

/** A = V X'X₂ (V X'R⁻¹X₂ in blocks or whole plots): by how much an effect of a term that is not in the model (columns) shifts each coefficient (rows). */
export function aliasMatrix({ model, points, x, inverse, groups }: Solved, others: DesignModel): NamedMatrix {
  const known = new Set(model.columns.map(({ name }) => name));
  const outside = others.columns.map((column, at) => ({ column, at })).filter(({ column }) => !known.has(column.name));
  const p = model.columns.length;
  const q = others.columns.length;
  const x2 = modelMatrix(others, points);
  const sums = (groups ?? []).map((grouping) => ({ shrink: grouping.shrink, own: groupSums(x, p, grouping), other: groupSums(x2, q, grouping) }));
  const common = (j: number, at: number): number => sums.reduce((whole, { shrink, own, other }) => shrink.reduce((total, c, group) => total + c * (own[group]?.[j] ?? 0) * (other[group]?.[at] ?? 0), whole), 0);
  const values = new Float64Array(p * outside.length);
  outside.forEach(({ at }, c) => {
    const cross = Float64Array.from({ length: p }, (_, j) => points.reduce((sum, _point, i) => sum + (x[i * p + j] as number) * (x2[i * q + at] as number), 0) - common(j, at));
    for (let j = 0; j < p; j++) {
      let sum = 0;
      for (let k = 0; k < p; k++) sum += (inverse[j * p + k] as number) * (cross[k] as number);
      values[j * outside.length + c] = sum;
    }
  });
  return { rows: model.columns.map(({ name }) => name), columns: outside.map(({ column }) => column.name), values };
}

/** Correlations of the columns of a model over the rows; a column that does not vary correlates with nothing (NaN). The intercept is left out. */
export function columnCorrelations(model: DesignModel, points: Solved['points']): NamedMatrix {
  const p = model.columns.length;
  const n = points.length;
  const x = modelMatrix(model, points);
  const used = model.columns.map((_, j) => j).filter((j) => (model.columns[j] as DesignModel['columns'][number]).parts.length > 0);
  const centred = used.map((j) => {
    const column = Float64Array.from({ length: n }, (_, i) => x[i * p + j] as number);
    const mean = column.reduce((sum, v) => sum + v, 0) / n;
    const off = column.map((v) => v - mean);
    const length = Math.sqrt(off.reduce((sum, v) => sum + v * v, 0));
    // rounding alone makes no variation
    return length <= 1e-12 * Math.sqrt(n) * Math.max(1, Math.abs(mean)) ? off.fill(Number.NaN) : off.map((v) => v / length);
  });
  const names = used.map((j) => (model.columns[j] as DesignModel['columns'][number]).name);
  const values = Float64Array.from({ length: used.length ** 2 }, (_, at) => {
    const a = centred[Math.floor(at / used.length)] as Float64Array;
    const b = centred[at % used.length] as Float64Array;
    return a === b && !Number.isNaN(a[0]) ? 1 : a.reduce((sum, v, i) => sum + v * (b[i] as number), 0);
  });
  return { rows: names, columns: names, values };
}
