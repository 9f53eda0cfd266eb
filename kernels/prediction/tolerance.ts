import { chiSquaredTails, normalDensity, normalQuantile, normalTails } from '../distributions/index.ts';
import { brentRoot } from '../roots/index.ts';

/** Half of the standard normal line, in steps: the trapezoidal rule of an even analytic function that dies out converges like e^(−c/step). */
const REACH = 8.5;
const STEPS = 34;

/**
 * Factor k of a two-sided tolerance interval fit ± k s at a point with leverage h: with the given confidence it covers at least the share
 * `content` of future values. Exact for normal errors (Eberhardt, Mee & Reeve 1989; R `tolerance::K.factor` with method "EXACT" of n* = 1/h):
 * the root in k of ∫ P(χ²_df ≥ df r(z)² / k²) φ(z) dz = confidence, r(z) the half-width that covers `content` around z √h.
 */
export function exactToleranceMultiplier(content: number, confidence: number, leverage: number, degreesOfFreedom: number): number {
  const nodes = Array.from({ length: STEPS + 1 }, (_, k) => {
    const z = REACH * k / STEPS;
    return { weight: (k === 0 ? 1 : 2) * REACH / STEPS * normalDensity(z), reach: coveringHalf(content, z * Math.sqrt(leverage)) };
  });
  const attained = (k: number): number => nodes.reduce((sum, { weight, reach }) => sum + weight * chiSquaredTails(degreesOfFreedom * (reach / k) ** 2, degreesOfFreedom).upper, 0);
  let low = nodes[0]?.reach as number;
  while (attained(low) > confidence) low /= 2;
  let high = 1.5 * low;
  while (attained(high) < confidence) high *= 1.5;
  return brentRoot((k) => attained(k) - confidence, low, high, 1e-11 * high);
}

/** r with Φ(offset + r) − Φ(offset − r) = content. */
function coveringHalf(content: number, offset: number): number {
  const missed = (r: number): number => normalTails(r - offset).upper + normalTails(-r - offset).lower - (1 - content);
  return brentRoot(missed, 0, offset + 1 - normalQuantile((1 - content) / 2), 1e-13);
}

const NODES = 14;

/**
 * The factor as a function of the leverage from 0 to `largest`, by Chebyshev interpolation in h (the factor is smooth in it): one factor costs some
 * milliseconds. Relative error below 1e-5 for leverages up to 1.
 */
export function toleranceCurve(content: number, confidence: number, degreesOfFreedom: number, largest: number): (leverage: number) => number {
  const at = Array.from({ length: NODES }, (_, k) => largest / 2 * (1 - Math.cos(Math.PI * (k + 0.5) / NODES)));
  const values = at.map((h) => exactToleranceMultiplier(content, confidence, h, degreesOfFreedom));
  const weights = at.map((_, k) => (k % 2 === 0 ? 1 : -1) * Math.sin(Math.PI * (k + 0.5) / NODES));
  return (leverage) => {
    let above = 0;
    let below = 0;
    for (let k = 0; k < NODES; k++) {
      const distance = leverage - (at[k] as number);
      if (distance === 0) return values[k] as number;
      above += (weights[k] as number) / distance * (values[k] as number);
      below += (weights[k] as number) / distance;
    }
    return above / below;
  };
}
