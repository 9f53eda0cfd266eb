import { chiSquaredTails, fTails, normalQuantile, normalTails } from '../distributions/index.ts';
import { brentRoot } from '../roots/index.ts';

/** Working & Hotelling (1929) / Scheffé (1959): √(d F), with d the dimension of what is covered at once. */
export function scheffeMultiplier(confidence: number, dimension: number, degreesOfFreedom: number): number {
  return Math.sqrt(dimension * quantile((f) => fTails(f, dimension, degreesOfFreedom).upper, 1 - confidence));
}

/**
 * Factor k of a two-sided tolerance interval fit ± k s at a point with leverage h (Wallis 1951): with the given confidence it covers the
 * share `content` of future values. Within about 1 % of exact for 10 or more degrees of freedom.
 */
export function toleranceMultiplier(content: number, confidence: number, leverage: number, degreesOfFreedom: number): number {
  const offset = Math.sqrt(leverage);
  const inside = (r: number): number => 1 - normalTails(r - offset).upper - normalTails(-r - offset).lower - content;
  const r = brentRoot(inside, 0, offset + 2 - normalQuantile((1 - content) / 2), 1e-13);
  const low = quantile((c) => chiSquaredTails(c, degreesOfFreedom).upper, confidence);
  return r * Math.sqrt(degreesOfFreedom / low);
}

/** x > 0 where a decreasing upper tail is p. */
function quantile(upper: (x: number) => number, p: number): number {
  let high = 1;
  while (upper(high) > p) high *= 2;
  let low = high / 2;
  while (upper(low) < p) low /= 2;
  return brentRoot((x) => Math.log(upper(x) / p), low, high, 1e-14 * high);
}
