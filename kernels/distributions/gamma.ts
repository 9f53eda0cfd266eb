import { add, divide, exponential, logarithm, multiply, subtract } from '../double-double/arithmetic.ts';
import type { DoubleDouble } from '../double-double/arithmetic.ts';

/** Bernoulli numbers B_2 … B_28 as fractions of exact doubles. */
const BERNOULLI: readonly (readonly [number, number])[] = [
  [1, 6], [-1, 30], [1, 42], [-1, 30], [5, 66], [-691, 2730], [7, 6], [-3617, 510], [43867, 798], [-174611, 330],
  [854513, 138], [-236364091, 2730], [8553103, 6], [-23749461029, 870],
];
/** From here 14 Stirling terms give 1e-34. */
const STIRLING_FROM = 30;
const HALF_LN_TWO_PI = multiply(logarithm([6.283185307179586, 2.4492935982947064e-16]), [0.5, 0]);

/** ln Γ(z) for z > 0 as a double-double, absolute error about 1e-29 times its size. Stirling after shifting to z ≥ 30 (DLMF 5.11.1). */
export function logGamma(z: number): DoubleDouble {
  let shift: DoubleDouble = [1, 0];
  let w: DoubleDouble = [z, 0];
  while (w[0] < STIRLING_FROM) {
    shift = multiply(shift, w);
    w = add(w, [1, 0]);
  }
  const inverse = divide([1, 0], w);
  const square = multiply(inverse, inverse);
  let series: DoubleDouble = [0, 0];
  for (let k = BERNOULLI.length; k >= 1; k--) {
    const [numerator, denominator] = BERNOULLI[k - 1] as readonly [number, number];
    series = add(multiply(series, square), divide([numerator, 0], [denominator * 2 * k * (2 * k - 1), 0]));
  }
  const main = subtract(multiply(subtract(w, [0.5, 0]), logarithm(w)), w);
  return subtract(add(add(main, HALF_LN_TWO_PI), multiply(series, inverse)), logarithm(shift));
}

/** Both tails of a distribution function; each has full relative accuracy. */
export interface Tails {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Regularised incomplete gamma P(a, x), Q(a, x), a > 0, x ≥ 0 (x in double-double). Series below, continued fraction above the
 * bulk (DLMF 8.11.4, 8.9.2); the prefactor x^a e^-x / Γ(a) is taken in double-double, so deep tails keep their digits.
 */
export function incompleteGamma(a: number, x: DoubleDouble): Tails {
  if (x[0] <= 0) return { lower: 0, upper: 1 };
  if (x[0] === Infinity) return { lower: 1, upper: 0 };
  const exponent = subtract(subtract(multiply([a, 0], logarithm(x)), x), logGamma(a));
  const prefactor = exponential(exponent)[0];
  // Past the mean the complement is the smaller one; below 1 the series is the better one still, for the fraction takes hundreds of terms and their rounding.
  if (x[0] < Math.max(a, 1)) {
    let term = 1 / a;
    let sum = term;
    for (let k = 1; term > sum * 1e-18; k++) {
      term *= x[0] / (a + k);
      sum += term;
    }
    const lower = prefactor * sum;
    return { lower, upper: 1 - lower };
  }
  const upper = prefactor * lentz((k) => [k === 1 ? 1 : -(k - 1) * (k - 1 - a), x[0] + 2 * k - 1 - a]);
  return { lower: 1 - upper, upper };
}

const TINY = 1e-300;

/** Continued fraction a1/(b1 + a2/(b2 + …)) by the modified Lentz method, to double precision. */
export function lentz(term: (k: number) => readonly [a: number, b: number]): number {
  let f = TINY;
  let c = f;
  let d = 0;
  for (let k = 1; k < 1_000_000; k++) {
    const [a, b] = term(k);
    d = b + a * d;
    if (d === 0) d = TINY;
    c = b + a / c;
    if (c === 0) c = TINY;
    d = 1 / d;
    const delta = c * d;
    f *= delta;
    if (Math.abs(delta - 1) < 1.2e-16) return f;
  }
  return f;
}
