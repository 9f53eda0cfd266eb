import { erfcx } from '../tpe/normal.ts';

const INVERSE_ROOT_2_PI = 1 / Math.sqrt(2 * Math.PI);
/** Below it the series of the bracket has more digits than the difference. */
const FAR = -50;

/**
 * Logarithm of the expected improvement σ (φ(z) + z Φ(z)), z = (best − μ) / σ, and its derivatives by μ and σ (Ament et al. 2023): it does not vanish where the improvement
 * itself is rounded to nothing, so that a search by gradients finds its way from anywhere.
 * @param deviation positive
 */
export function logExpectedImprovement(best: number, mean: number, deviation: number): { value: number; byMean: number; byDeviation: number } {
  const z = (best - mean) / deviation;
  if (z > -1) {
    const density = INVERSE_ROOT_2_PI * Math.exp(-0.5 * z * z);
    const below = z >= 0 ? 1 - density * millsUpper(z) : density * millsUpper(-z);
    const bracket = density + z * below;
    return { value: Math.log(deviation * bracket), byMean: -below / (deviation * bracket), byDeviation: density / (deviation * bracket) };
  }
  // everything over φ(z), which would be 0
  const below = millsUpper(-z);
  const square = z * z;
  const bracket = z < FAR ? (1 - (3 - (15 - (105 - 945 / square) / square) / square) / square) / square : 1 + z * below;
  return { value: Math.log(deviation * INVERSE_ROOT_2_PI) - 0.5 * square + Math.log(bracket), byMean: -below / (deviation * bracket), byDeviation: 1 / (deviation * bracket) };
}

/** P(Z > z) / φ(z), z ≥ 0. */
function millsUpper(z: number): number {
  return Math.sqrt(Math.PI / 2) * erfcx(z * Math.SQRT1_2);
}
