import type { Answers } from './types.ts';

export interface Agreement {
  agrees: boolean;
  /** largest relative difference by name; of the names that both know and the case holds to a tolerance */
  differences: Record<string, number>;
  /** in words, what differs */
  problems: string[];
}

/**
 * Compares what two implementations computed. A difference is relative to the largest magnitude in the vector, so that an
 * element that is nearly zero beside large ones does not count for more than its rounding. Names without a tolerance are
 * not compared; having none in common is a disagreement, because nothing was shown.
 */
export function compareAnswers(ours: Answers, theirs: Answers, tolerances: Readonly<Record<string, number>>): Agreement {
  const differences: Record<string, number> = {};
  const problems: string[] = [];
  for (const [name, tolerance] of Object.entries(tolerances)) {
    const [a, b] = [ours[name], theirs[name]].map((value) => (value === undefined ? undefined : typeof value === 'number' ? [value] : value));
    if (a === undefined || b === undefined) continue;
    if (a.length !== b.length) {
      problems.push(`${name}: ${a.length} values, the peer has ${b.length}`);
      continue;
    }
    const difference = relativeDifference(a, b);
    differences[name] = difference;
    if (!(difference <= tolerance)) problems.push(`${name}: relative difference ${difference.toExponential(2)}, tolerance ${tolerance}`);
  }
  if (Object.keys(differences).length === 0 && problems.length === 0) problems.push('no answer in common');
  return { agrees: problems.length === 0, differences, problems };
}

function relativeDifference(a: readonly number[], b: readonly number[]): number {
  let scale = 0;
  let largest = 0;
  for (const [i, value] of a.entries()) {
    const other = b[i] as number;
    if (Number.isNaN(value) && Number.isNaN(other)) continue;
    scale = Math.max(scale, Math.abs(value), Math.abs(other));
    largest = Math.max(largest, Math.abs(value - other));
    if (Number.isNaN(value - other) && value !== other) return Number.NaN;
  }
  return largest === 0 ? 0 : largest / scale;
}
