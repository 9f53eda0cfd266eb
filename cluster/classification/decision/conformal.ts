/**
 * Class-conditional (Mondrian) conformal p-value: the share of calibration rows of a class that conform no better than the new row would. Under exchangeability
 * within the class it exceeds ε with probability ≥ 1 − ε, so that the set of labels with p > ε misses the true one at most ε of the time, in every class.
 * @param calibration scores of conformity to the class (its probability) of rows of that class which the model has not seen
 */
export function conformalP(calibration: Float64Array, score: number): number {
  let worse = 0;
  for (const value of calibration) if (value <= score) worse++;
  return (worse + 1) / (calibration.length + 1);
}

/** Labels that the data do not speak against at level ε. Empty: like neither class; both: cannot tell. */
export function predictionSet(pValues: readonly number[], epsilon: number): number[] {
  return pValues.flatMap((p, label) => (p > epsilon ? [label] : []));
}

/**
 * Least ambiguous set (Sadinle, Lei & Wasserman 2019): label k belongs to the set if its probability is at least the returned limit, the ⌈(n + 1)(1 − α)⌉-th largest
 * probability of the true class on calibration rows. 0 where n is too small for α.
 */
export function leastAmbiguousLimit(trueClass: ArrayLike<number>, alpha: number): number {
  const n = trueClass.length;
  const rank = Math.ceil((n + 1) * (1 - alpha) - 1e-9);
  if (rank > n) return 0;
  return Float64Array.from(trueClass).sort()[n - rank] as number;
}
