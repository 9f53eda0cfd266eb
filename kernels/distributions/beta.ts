import { add, divide, exponential, logarithm, multiply, productError, subtract, sumError } from '../double-double/arithmetic.ts';
import type { DoubleDouble } from '../double-double/arithmetic.ts';
import { logGamma } from './gamma.ts';
import type { Tails } from './gamma.ts';

/**
 * Regularised incomplete beta I_x(a, b) and its complement, a, b > 0, y = 1 - x given separately (both in double-double) so that neither end
 * loses digits. Continued fraction of DLMF 8.17.22 on the side of the smaller tail; prefactor in double-double.
 */
export function incompleteBeta(x: DoubleDouble, y: DoubleDouble, a: number, b: number): Tails {
  if (x[0] <= 0) return { lower: 0, upper: 1 };
  if (y[0] <= 0) return { lower: 1, upper: 0 };
  const exponent = subtract(add(multiply([a, 0], logarithm(x)), multiply([b, 0], logarithm(y))), logBeta(a, b));
  if (a + b >= SERIES_LEAST && y[0] * (a + b) <= SERIES_MOST) return sumSeries(y, b, a, exponent);
  const prefactor = exponential(exponent)[0];
  // The fraction converges everywhere and fast below (a+1)/(a+b+2); at the mean neither tail is small.
  if (x[0] * (a + b) <= a) {
    const lower = (prefactor / a) * fraction(x, a, b);
    return { lower, upper: 1 - lower };
  }
  const upper = (prefactor / b) * fraction(y, b, a);
  return { lower: 1 - upper, upper };
}

/**
 * Where the fraction needs hundreds of terms and the power series some tens: Student's t of many degrees of freedom up to |t| = 6. Its upper tail is then above
 * 1e-9, so that a sum in double-double has the digits of its complement too.
 */
const SERIES_LEAST = 200;
const SERIES_MOST = 18;

/** I_y(b, a) as the upper tail from DLMF 8.17.8, all terms positive, with its complement. exponent: ln (y^b (1 - y)^a / B(a, b)). */
function sumSeries(y: DoubleDouble, b: number, a: number, exponent: DoubleDouble): Tails {
  let term: DoubleDouble = [1, 0];
  let sum: DoubleDouble = term;
  for (let n = 0; term[0] > 1e-33 * sum[0]; n++) {
    term = divide(multiply(multiply(term, y), [a + b + n, 0]), [b + 1 + n, 0]);
    sum = add(sum, term);
  }
  const upper = divide(multiply(exponential(exponent), sum), [b, 0]);
  return { lower: subtract([1, 0], upper)[0], upper: upper[0] };
}

/** ln B(a, b). */
export function logBeta(a: number, b: number): DoubleDouble {
  if (lastBeta.a !== a || lastBeta.b !== b) lastBeta = { a, b, value: computeLogBeta(a, b) };
  return lastBeta.value;
}

/** The coefficients of one fit all ask for the same one; the value is pure, so remembering it changes no result. */
let lastBeta: { a: number; b: number; value: DoubleDouble } = { a: Number.NaN, b: Number.NaN, value: [0, 0] };

function computeLogBeta(a: number, b: number): DoubleDouble {
  // a + b rounds for very unequal arguments only (|a| > 2^53 |b|), where the beta function is degenerate anyway.
  return subtract(add(logGamma(a), logGamma(b)), logGamma(a + b));
}

/** Numerators and denominators are brought back by this; a power of two, so exact. */
const RESCALE = 2 ** 300;

/**
 * 1 / (1 + d1 / (1 + d2 / …)). A forward pass in plain doubles only finds how many terms are needed; the value comes from the backward
 * recurrence, which damps rounding errors where the forward one adds up those of hundreds of nearly cancelling terms near the mean.
 */
function fraction(x: DoubleDouble, a: number, b: number): number {
  const terms = countTerms(x[0], a, b);
  let tail = 1;
  let low = 0;
  for (let k = terms; k >= 1; k--) {
    // All in double-double with d = weight · x: the fraction's sensitivity to its terms is what would cost digits.
    const [numerator, denominator] = termOf(k, a, b);
    const weight = numerator / denominator;
    const w = weight * denominator;
    const weightLow = ((numerator - w) - productError(weight, denominator, w)) / denominator;
    const d = weight * x[0];
    const dLow = productError(weight, x[0], d) + weight * x[1] + weightLow * x[0];
    const q = d / tail;
    const p = q * tail;
    const r = (d - p) - productError(q, tail, p) + dLow - q * low;
    const qLow = r / tail;
    const s = 1 + q;
    low = sumError(1, q, s) + qLow;
    tail = s;
  }
  return 1 / (tail + low);
}

/** d_k / x of DLMF 8.17.22 as a fraction; exact for integer and half-integer parameters of everyday size. */
function termOf(k: number, a: number, b: number): readonly [numerator: number, denominator: number] {
  const m = k >> 1;
  return k % 2 === 0 ? [m * (b - m), (a + 2 * m - 1) * (a + 2 * m)] : [-(a + m) * (a + m + b), (a + 2 * m) * (a + 2 * m + 1)];
}

/** Terms after which two convergents in a row stay the same double, and a few more. */
function countTerms(x: number, a: number, b: number): number {
  let [numeratorBefore, numerator, denominatorBefore, denominator] = [0, 1, 1, 1];
  let value = 1;
  let still = 0;
  for (let k = 1; k < 1_000_000; k++) {
    const [top, bottom] = termOf(k, a, b);
    const d = (top / bottom) * x;
    [numeratorBefore, numerator] = [numerator, numerator + d * numeratorBefore];
    [denominatorBefore, denominator] = [denominator, denominator + d * denominatorBefore];
    const next = numerator / denominator;
    still = Math.abs(next - value) <= 2 ** -51 * Math.abs(next) ? still + 1 : 0;
    if (still === 4) return k + 8;
    value = next;
    const size = Math.abs(denominator);
    const factor = size > RESCALE ? 1 / RESCALE : size < 1 / RESCALE ? RESCALE : 1;
    numeratorBefore *= factor;
    numerator *= factor;
    denominatorBefore *= factor;
    denominator *= factor;
  }
  return 1_000_000;
}
