import { termKey } from '../../../schemas/index.ts';
import type { Coding, DesignPlan, TermFactor } from '../model/index.ts';

/**
 * The linear map from the coefficients of a plan to those of the same model in sum-to-zero coding: b_sum = U·b.
 * A level vector v is mean(v)·1 + (v − mean(v)); the constant belongs to the term without that factor, the rest to the sum
 * contrasts. No row of the data is needed.
 * @returns rows of U by design column (position → weight per original column), or null when a contrast spans less than its
 *   levels, so that sum coding would be another model
 */
export function toSumCoding(plan: DesignPlan): Map<number, number>[] | null {
  const codings = plan.terms.flatMap(({ factors }) => factors.flatMap(({ learned }) => (learned.kind === 'levels' ? [learned.coding] : [])));
  if (codings.some(({ levels, labels }) => labels.length !== levels.length - 1)) return null;
  const terms = new Map(plan.terms.map(({ term }, position) => [termKey(term), position]));
  const rows = plan.columns.map(() => new Map<number, number>());
  plan.columns.forEach(({ term, parts }, column) => {
    const add = (position: number, weight: number): void => {
      const row = rows[position] as Map<number, number>;
      row.set(column, (row.get(column) ?? 0) + weight);
    };
    if (term < 0) return add(0, 1);
    const contents = (plan.terms[term]?.factors ?? []).map((factor, at) => contentOf(factor, parts[at] as number));
    express(term, contents, 1, add);
  });
  return rows;

  function express(position: number, contents: readonly Content[], weight: number, add: (position: number, weight: number) => void): void {
    const term = plan.terms[position];
    if (term === undefined) return add(0, weight);
    const rest = [...contents];
    term.factors.forEach(({ learned, full }, at) => {
      if (learned.kind !== 'levels' || full) return;
      const vector = rest[at] as number[];
      const mean = vector.reduce((sum, value) => sum + value, 0) / vector.length;
      if (mean !== 0) {
        const key = termKey(term.term.filter((_, index) => index !== at));
        express(key === '' ? -1 : terms.get(key) ?? -1, rest.filter((_, index) => index !== at), weight * mean, add);
      }
      rest[at] = vector.map((value) => value - mean);
    });
    for (const column of term.columns) {
      const parts = plan.columns[column]?.parts ?? [];
      const factor = term.factors.reduce((product, { learned }, at) => {
        const content = rest[at] as Content;
        // with sum coding the weight of a contrast is the value of its own level
        return product * (learned.kind === 'levels' ? (content as number[])[parts[at] as number] ?? 0 : Number(content === parts[at]));
      }, weight);
      if (factor !== 0) add(column, factor);
    }
  }
}

/** A number per level, or which column of a numeric factor. */
type Content = number[] | number;

function contentOf({ learned, full }: TermFactor, part: number): Content {
  if (learned.kind !== 'levels') return part;
  const { levels, matrix }: Coding = learned.coding;
  return levels.map((_, level) => (full ? Number(level === part) : matrix[level]?.[part] ?? 0));
}

/** Columns whose contrasts do not sum to zero over the levels: with them a type III test is about other hypotheses than its name says. */
export function columnsNotSumming(plan: DesignPlan): string[] {
  const found = plan.terms.flatMap(({ factors }) => factors.flatMap(({ learned, full }) => (
    learned.kind === 'levels' && !full && !sumsToZero(learned.coding) ? [learned.column] : [])));
  return [...new Set(found)];
}

function sumsToZero({ matrix, labels }: Coding): boolean {
  return labels.every((_, j) => Math.abs(matrix.reduce((sum, row) => sum + (row[j] ?? 0), 0)) < 1e-9);
}

/**
 * U⁻¹ by Gauss-Jordan: U is a well-conditioned matrix of small rationals. Columns of X·U⁻¹ are the design in sum coding.
 * @returns per design column the weights of all original columns
 */
export function inverseCoding(coding: readonly Map<number, number>[]): Float64Array[] {
  const p = coding.length;
  const work = Array.from({ length: p }, (_, i) => Float64Array.from({ length: 2 * p }, (_value, j) => (j < p ? coding[i]?.get(j) ?? 0 : Number(j - p === i))));
  for (let k = 0; k < p; k += 1) {
    let best = k;
    for (let i = k + 1; i < p; i += 1) if (Math.abs(work[i]?.[k] ?? 0) > Math.abs(work[best]?.[k] ?? 0)) best = i;
    [work[k], work[best]] = [work[best] as Float64Array<ArrayBuffer>, work[k] as Float64Array<ArrayBuffer>];
    const pivot = work[k] as Float64Array;
    const scale = pivot[k] as number;
    for (let j = 0; j < 2 * p; j += 1) pivot[j] = (pivot[j] as number) / scale;
    for (let i = 0; i < p; i += 1) {
      const factor = work[i]?.[k] as number;
      if (i === k || factor === 0) continue;
      const line = work[i] as Float64Array;
      for (let j = 0; j < 2 * p; j += 1) line[j] = (line[j] as number) - factor * (pivot[j] as number);
    }
  }
  return Array.from({ length: p }, (_, column) => Float64Array.from(work, (line) => line[p + column] as number));
}
