import { add, divide, exponential, logarithm, multiply, subtract } from '../double-double/arithmetic.ts';
import type { DoubleDouble } from '../double-double/arithmetic.ts';
import { KernelError } from '../errors.ts';
import { incompleteBeta, logBeta } from './beta.ts';
import { incompleteGamma } from './gamma.ts';
import type { Tails } from './gamma.ts';

// Every function returns both tails with about 1e-14 relative accuracy each, down to 1e-300. NaN in gives NaN out; parameters that define
// no distribution (df ≤ 0) throw kernel_domain.

const UNDEFINED: Tails = { lower: Number.NaN, upper: Number.NaN };
/** t² would leave the range in which Dekker splitting works. */
const HUGE = 1e140;

const square = (x: number): DoubleDouble => multiply([x, 0], [x, 0]);
const halve = (x: number): number => x / 2;

function requirePositive(name: string, value: number): void {
  if (!(value > 0)) throw new KernelError('kernel_domain', `${name} must be positive`, { [name]: value });
}

/** Standard normal. */
export function normalTails(z: number): Tails {
  if (Number.isNaN(z)) return UNDEFINED;
  const x = Math.abs(z) > 1e100 ? ([Infinity, 0] as const) : multiply(square(z), [0.5, 0]);
  const { lower: central, upper: outer } = incompleteGamma(0.5, x);
  const far = outer / 2;
  const near = 0.5 + central / 2;
  return z >= 0 ? { lower: near, upper: far } : { lower: far, upper: near };
}

/** P(|Z| ≤ |z|), accurate near 0. */
function normalCentral(z: number): number {
  return incompleteGamma(0.5, multiply(square(z), [0.5, 0])).lower;
}

/** Student t with df > 0 degrees of freedom (any real; Infinity is the normal). */
export function studentTails(t: number, df: number): Tails {
  requirePositive('df', df);
  if (Number.isNaN(t)) return UNDEFINED;
  if (df === Infinity) return normalTails(t);
  const { outer, central } = studentTwoSided(t, df);
  const far = outer / 2;
  const near = 0.5 + central / 2;
  return t >= 0 ? { lower: near, upper: far } : { lower: far, upper: near };
}

/** P(|T| ≥ |t|): the two-sided p-value. */
export function studentTwoSidedP(t: number, df: number): number {
  requirePositive('df', df);
  if (Number.isNaN(t)) return Number.NaN;
  return df === Infinity ? 2 * normalTails(Math.abs(t)).upper : studentTwoSided(t, df).outer;
}

function studentTwoSided(t: number, df: number): { outer: number; central: number } {
  const size = Math.abs(t);
  if (size === Infinity) return { outer: 0, central: 1 };
  if (size > HUGE) {
    // x = df / t² is so small that I_x(a, b) is its leading term.
    const lnx = subtract(logarithm([df, 0]), multiply([2, 0], logarithm([size, 0])));
    const outer = exponential(subtract(multiply(lnx, [df / 2, 0]), logBeta(df / 2, 0.5)))[0] / (df / 2);
    return { outer, central: 1 - outer };
  }
  const tt = square(size);
  const total = add([df, 0], tt);
  const { lower, upper } = incompleteBeta(divide([df, 0], total), divide(tt, total), halve(df), 0.5);
  return { outer: lower, central: upper };
}

/** Density of Student t. */
export function studentDensity(t: number, df: number): number {
  if (df === Infinity) return normalDensity(t);
  return exponential(studentLogDensity(t, df))[0];
}

function studentLogDensity(t: number, df: number): DoubleDouble {
  const scaled = logarithm(add([1, 0], divide(square(t), [df, 0])));
  const exponent = add(add(multiply(scaled, [(df + 1) / 2, 0]), logBeta(df / 2, 0.5)), multiply(logarithm([df, 0]), [0.5, 0]));
  return [-exponent[0], -exponent[1]];
}

/** Density of the standard normal. */
export function normalDensity(z: number): number {
  const x = square(z);
  return exponential([-x[0] / 2, -x[1] / 2])[0] * 0.3989422804014327;
}

/** F with d1, d2 > 0 degrees of freedom. */
export function fTails(f: number, d1: number, d2: number): Tails {
  requirePositive('d1', d1);
  requirePositive('d2', d2);
  if (Number.isNaN(f)) return UNDEFINED;
  if (f <= 0) return { lower: 0, upper: 1 };
  if (f > 1e280) return { lower: 1, upper: 0 };
  const weighted = multiply([d1, 0], [f, 0]);
  const total = add(weighted, [d2, 0]);
  return incompleteBeta(divide(weighted, total), divide([d2, 0], total), halve(d1), halve(d2));
}

/** Chi-squared with df > 0. */
export function chiSquaredTails(x: number, df: number): Tails {
  requirePositive('df', df);
  if (Number.isNaN(x)) return UNDEFINED;
  return incompleteGamma(halve(df), [x / 2, 0]);
}

/** Within this distance of the median the quantile is solved on the central probability, which is then the accurate one. */
const CENTRAL = 0.3;

/** z with P(Z ≤ z) = p. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  return signedQuantile(p, (q) => normalUpperQuantile(q), (c) => normalCentralQuantile(c));
}

/** t with P(T ≤ t) = p for df > 0 degrees of freedom. */
export function studentQuantile(p: number, df: number): number {
  requirePositive('df', df);
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (df === Infinity) return normalQuantile(p);
  return signedQuantile(p, (q) => studentUpperQuantile(q, df), (c) => studentCentralQuantile(c, df));
}

/** t with P(|T| ≤ t) = confidence; the multiplier of a confidence interval. */
export function studentInterval(confidence: number, df: number): number {
  requirePositive('df', df);
  if (!(confidence > 0 && confidence < 1)) throw new KernelError('kernel_domain', 'confidence must lie between 0 and 1', { confidence });
  return -studentQuantile((1 - confidence) / 2, df);
}

function signedQuantile(p: number, upper: (tail: number) => number, central: (probability: number) => number): number {
  const offset = p - 0.5;
  if (offset === 0) return 0;
  const sign = offset < 0 ? -1 : 1;
  const tail = offset < 0 ? p : 1 - p;
  if (tail === 0) return sign * Infinity;
  return sign * (Math.abs(offset) < CENTRAL ? central(2 * Math.abs(offset)) : upper(tail));
}

function normalUpperQuantile(tail: number): number {
  // Abramowitz & Stegun 26.2.23 (4.5e-4), then Newton on ln of the tail, which is smooth and concave.
  const t = Math.sqrt(-2 * Math.log(tail));
  const z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  return newton(z, (at) => {
    const { upper } = normalTails(at);
    return (upper * Math.log(upper / tail)) / normalDensity(at);
  });
}

function normalCentralQuantile(probability: number): number {
  return newton(probability * 1.2533141373155001, (at) => (probability - normalCentral(at)) / (2 * normalDensity(at)));
}

function studentUpperQuantile(tail: number, df: number): number {
  // In ln t the ln of the tail is concave and decreasing: from the normal quantile Newton lands right of the root once, then walks down.
  let u = Math.log(normalUpperQuantile(tail));
  for (let step = 0; step < 100; step++) {
    const t = Math.exp(u);
    const { upper } = studentTails(t, df);
    if (upper === 0) {
      u /= 2;
      continue;
    }
    const change = Math.log(upper / tail) / (hazard(t, df, upper) * t);
    u += change;
    if (Math.abs(change) < 1e-9) break;
  }
  return newton(Math.exp(u), (at) => {
    const { upper } = studentTails(at, df);
    return Math.log(upper / tail) / hazard(at, df, upper);
  });
}

/** density / upper tail; the density alone may underflow where the tail does not. */
function hazard(t: number, df: number, upper: number): number {
  return exponential(subtract(studentLogDensity(t, df), logarithm([upper, 0])))[0];
}

function studentCentralQuantile(probability: number, df: number): number {
  return newton(normalCentralQuantile(probability), (at) => (probability - studentTwoSided(at, df).central) / (2 * studentDensity(at, df)));
}

/** Adds corrections until they are rounding noise. */
function newton(start: number, correction: (at: number) => number): number {
  let x = start;
  for (let step = 0; step < 50; step++) {
    const change = correction(x);
    x += change;
    if (!(Math.abs(change) > 4e-16 * Math.abs(x))) break;
  }
  return x;
}
