import { normalQuantile } from '../distributions/index.ts';
import { solve } from './cholesky.ts';
import { newton } from './newton.ts';
import type { NewtonFit, NewtonOptions, Passes } from './newton.ts';
import { rawCoefficientOf } from './statistics.ts';

/** Relative accuracy of the signed root at an end. */
const TOLERANCE = 1e-10;
const STEPS = 60;
/** An end further away than this many standard errors does not exist as far as doubles can tell. */
const FAR = 1e4;

/** Ends of the profile intervals by raw coefficient: Newton on r(c) = sign · sqrt(2 (objective(c) - minimum)), which is nearly straight. */
export function* profile(options: NewtonOptions, fit: NewtonFit, shift: Float64Array, intercept: boolean, confidence: number): Passes<{ low: Float64Array; high: Float64Array }> {
  const q = fit.theta.length;
  const low = new Float64Array(q);
  const high = new Float64Array(q);
  const target = normalQuantile((1 + confidence) / 2);
  for (let k = 0; k < q; k++) {
    const a = rawCoefficientOf(k, shift, intercept);
    low[k] = yield* end(options, fit, a, -target);
    high[k] = yield* end(options, fit, a, target);
  }
  return { low, high };
}

function* end(options: NewtonOptions, fit: NewtonFit, a: Float64Array, target: number): Passes<number> {
  const dot = (b: Float64Array): number => a.reduce((sum, value, j) => sum + value * (b[j] as number), 0);
  const centre = dot(fit.theta);
  const standardError = Math.sqrt(dot(solve(fit.factor, a)));
  const side = Math.sign(target);
  let value = centre + target * standardError;
  let theta = fit.theta;
  for (let step = 0; step < STEPS; step++) {
    const held = yield* newton(options, theta, { a, value });
    const root = side * Math.sqrt(Math.max(0, 2 * (held.objective - fit.objective)));
    if (!held.converged && Math.abs(root) < Math.abs(target)) return side * Infinity;
    if (Math.abs(root - target) <= TOLERANCE * Math.abs(target)) return value;
    const next = value - ((root - target) * root) / held.multiplier;
    // From a flat stretch Newton would jump out of the range of exp: at most double the distance.
    const reach = 2 * Math.abs(value - centre);
    const distance = Math.min(reach, Math.max((value - centre) * side / 4, (next - centre) * side));
    if (!(distance <= FAR * standardError)) return side * Infinity;
    theta = held.theta;
    value = centre + side * distance;
  }
  return Number.NaN;
}
