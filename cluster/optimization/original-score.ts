import type { Candidates, DesignFactor, Point } from '../design/index.ts';
import { valuesOf, codedRange } from '../design/index.ts';

/** Mean and population deviation of coded numeric columns over the candidates. */
export interface Standardisation {
  columns: readonly number[];
  means: readonly number[];
  deviations: readonly number[];
}

/** @param names factors that the score is made of; those that are no numbers are left out */
export function standardisationOf(factors: readonly DesignFactor[], candidates: Candidates | null, names: readonly string[]): Standardisation {
  const columns = factors.flatMap((factor, k) => (names.includes(factor.name) && factor.kind !== 'categorical' ? [k] : []));
  const values = columns.map((k) => candidates?.columns[k] ?? valuesOf(factors[k] as DesignFactor) ?? evenly(codedRange(factors[k] as DesignFactor)));
  const means = values.map((column) => sumOf(column) / column.length);
  return { columns, means, deviations: values.map((column, at) => Math.sqrt(sumOf(Array.from(column, (value) => (value - (means[at] as number)) ** 2)) / column.length)) };
}

/** A range counts as its 1001 even points. */
function evenly([low, high]: readonly [number, number]): number[] {
  return Array.from({ length: 1001 }, (_, i) => low + (i / 1000) * (high - low));
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum;
}

/**
 * ½ ln det Z'Z of the standardised columns: what the original shows as D基準値 where its rows have full rank; null where they have not (the original
 * leaves singular values out there, and a worse design can score higher).
 */
export function originalScore(points: readonly Point[], { columns, means, deviations }: Standardisation): number | null {
  const q = columns.length;
  const z = points.map((point) => columns.map((k, at) => ((point[k] as number) - (means[at] as number)) / (deviations[at] as number)));
  // Gram–Schmidt, twice: columns are few, and the squares of Z'Z would cost half the digits
  const basis: number[][] = [];
  let score = 0;
  for (let j = 0; j < q; j++) {
    const own = z.map((row) => row[j] as number);
    const length = Math.hypot(...own);
    const rest = [...own];
    for (let pass = 0; pass < 2; pass++) {
      for (const other of basis) {
        const along = other.reduce((sum, value, i) => sum + value * (rest[i] as number), 0);
        other.forEach((value, i) => {
          rest[i] = (rest[i] as number) - along * value;
        });
      }
    }
    const left = Math.hypot(...rest);
    if (!(left > 1e-10 * length) || !(length > 0)) return null;
    score += Math.log(left);
    basis.push(rest.map((value) => value / left));
  }
  return q === 0 ? null : score;
}
