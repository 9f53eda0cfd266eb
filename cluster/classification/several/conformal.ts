import type { SeveralConclusion } from './conclude.ts';

/** Probabilities of the true label of unseen rows, by label, ascending. */
export function conformalOf({ inside }: Pick<SeveralConclusion, 'inside'>, y: Int32Array, labels: number): Float64Array[] {
  return Array.from({ length: labels }, (_, k) => inside.subarray(k * y.length, (k + 1) * y.length).filter((_value, row) => y[row] === k).sort());
}
