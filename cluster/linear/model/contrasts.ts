import { Fault, type Contrast } from '../../../schemas/index.ts';
import { Span } from '../algebra/projection.ts';
import type { Coding } from './types.ts';

/**
 * The contrast of a column, for the levels that occur.
 * @param counts level → rows @throws Fault `contrast_levels`, `contrast_reference`, `contrast_matrix`
 */
export function codeLevels(column: string, contrast: Contrast, counts: ReadonlyMap<string, number>): Coding {
  const levels = orderLevels(column, contrast, [...counts.keys()]);
  const k = levels.length;
  switch (contrast.kind) {
    case 'treatment': {
      const reference = contrast.reference ?? levels.reduce((best, level) => ((counts.get(level) ?? 0) > (counts.get(best) ?? 0) ? level : best), levels[0] ?? '');
      if (!levels.includes(reference)) throw new Fault('contrast_reference', `${column} has no level ${reference}`, { where: { field: 'parameters.contrasts', column }, values: { name: column, reference, levels } });
      const others = levels.filter((level) => level !== reference);
      return { column, contrast: 'treatment', levels, reference, labels: others, matrix: levels.map((level) => others.map((other) => (level === other ? 1 : 0))) };
    }
    case 'sum': return coding(column, contrast.kind, levels, levels.slice(0, -1).map((level) => `sum.${level}`), (i, j) => (i === k - 1 ? -1 : i === j ? 1 : 0));
    case 'helmert': return coding(column, contrast.kind, levels, levels.slice(1).map((level) => `helmert.${level}`), (i, j) => (i <= j ? -1 : i === j + 1 ? j + 1 : 0));
    case 'polynomial': {
      const trend = orthogonalTrend(k);
      return coding(column, contrast.kind, levels, trend.map((_, j) => ['linear', 'quadratic', 'cubic'][j] ?? `degree ${j + 1}`), (i, j) => trend[j]?.[i] ?? 0);
    }
    case 'custom': {
      const labels = contrast.labels ?? (contrast.matrix[0] ?? []).map((_, j) => String(j + 1));
      if (!isUsable(contrast.matrix, k) || labels.length !== contrast.matrix[0]?.length) {
        throw new Fault('contrast_matrix', `the contrast matrix of ${column} does not fit ${k} levels`, { where: { field: 'parameters.contrasts', column }, values: { name: column, rows: k, columns: k - 1 } });
      }
      return coding(column, contrast.kind, levels, labels, (i, j) => contrast.matrix[i]?.[j] ?? 0);
    }
  }
}

function coding(column: string, contrast: Contrast['kind'], levels: string[], labels: string[], value: (level: number, column: number) => number): Coding {
  return { column, contrast, levels, labels, reference: null, matrix: levels.map((_, i) => labels.map((_label, j) => value(i, j))) };
}

/** The given order, or sorted: by number when all levels are numbers, else by code point. Rows decide nothing. */
function orderLevels(column: string, contrast: Contrast, present: string[]): string[] {
  if (contrast.levels !== undefined) {
    const unknown = present.some((level) => !contrast.levels?.includes(level));
    if (unknown || new Set(contrast.levels).size !== contrast.levels.length) {
      throw new Fault('contrast_levels', `the levels of ${column} do not fit the contrast`, { where: { field: 'parameters.contrasts', column }, values: { name: column, levels: present, given: contrast.levels } });
    }
    // a level without rows would only make an empty column
    return contrast.kind === 'custom' ? contrast.levels : contrast.levels.filter((level) => present.includes(level));
  }
  const numeric = present.every((level) => level.trim() !== '' && Number.isFinite(Number(level)));
  return [...present].sort((a, b) => (numeric ? Number(a) - Number(b) : 0) || (a < b ? -1 : a > b ? 1 : 0));
}

/** Orthonormal polynomials on 1…k (as contr.poly), each by recurrence from the two before it. */
function orthogonalTrend(k: number): number[][] {
  const points = Array.from({ length: k }, (_, i) => i - (k - 1) / 2);
  const span = new Span();
  let previous = span.add({ hi: new Float64Array(k).fill(1), lo: new Float64Array(k) });
  return Array.from({ length: k - 1 }, () => {
    // x times the last one, not x^degree: 49 levels would leave the range of exact integers
    const direction = span.add({ hi: Float64Array.from(points, (x, i) => x * (previous?.hi[i] ?? 0)), lo: Float64Array.from(points, (x, i) => x * (previous?.lo[i] ?? 0)) });
    previous = direction;
    const values = [...(direction?.hi ?? new Float64Array(k))];
    const size = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    return values.map((value) => value / size);
  });
}

function isUsable(matrix: readonly (readonly number[])[], levels: number): boolean {
  const width = matrix[0]?.length ?? 0;
  if (matrix.length !== levels || width > levels - 1 || matrix.some((row) => row.length !== width)) return false;
  const span = new Span();
  span.add({ hi: new Float64Array(levels).fill(1), lo: new Float64Array(levels) });
  return Array.from({ length: width }, (_, j) => j).every((j) => span.add({ hi: Float64Array.from(matrix, (row) => row[j] ?? 0), lo: new Float64Array(levels) }) !== undefined);
}
