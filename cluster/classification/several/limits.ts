import type { TwoSided } from '../decision/index.ts';

/** Nothing is called: the answer is gray. */
export const GRAY = -1;

/**
 * The label that is called: the only one above its upper threshold. Calling fewer rows than the thresholds allow breaks no promise.
 * @param p probabilities of the labels of one row
 */
export function calledLabel(limits: readonly TwoSided[], p: ArrayLike<number>): number {
  const called = limits.flatMap(({ upper }, k) => (upper.kind === 'certified' && (p[k] as number) > upper.threshold ? [k] : []));
  return called.length === 1 ? called[0] as number : GRAY;
}

/** Labels that are not ruled out: those not below their lower threshold. */
export function possibleLabels(limits: readonly TwoSided[], p: ArrayLike<number>): number[] {
  return limits.flatMap(({ lower }, k) => (lower.kind === 'certified' && (p[k] as number) < lower.threshold ? [] : [k]));
}
