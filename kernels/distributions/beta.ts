import { add, exponential, logarithm, multiply, subtract } from '../double-double/arithmetic.ts';
import type { DoubleDouble } from '../double-double/arithmetic.ts';
import { lentz, logGamma } from './gamma.ts';
import type { Tails } from './gamma.ts';

/**
 * Regularised incomplete beta I_x(a, b) and its complement, a, b > 0, y = 1 - x given separately (both in double-double) so that neither end
 * loses digits. Continued fraction of DLMF 8.17.22 on the side of the smaller tail; prefactor in double-double.
 */
export function incompleteBeta(x: DoubleDouble, y: DoubleDouble, a: number, b: number): Tails {
  if (x[0] <= 0) return { lower: 0, upper: 1 };
  if (y[0] <= 0) return { lower: 1, upper: 0 };
  const exponent = add(multiply([a, 0], logarithm(x)), multiply([b, 0], logarithm(y)));
  const prefactor = exponential(subtract(exponent, logBeta(a, b)))[0];
  // The fraction converges everywhere and fast below (a+1)/(a+b+2); at the mean neither tail is small.
  if (x[0] * (a + b) <= a) {
    const lower = (prefactor / a) * fraction(x[0], a, b);
    return { lower, upper: 1 - lower };
  }
  const upper = (prefactor / b) * fraction(y[0], b, a);
  return { lower: 1 - upper, upper };
}

/** ln B(a, b). */
export function logBeta(a: number, b: number): DoubleDouble {
  // a + b rounds for very unequal arguments only (|a| > 2^53 |b|), where the beta function is degenerate anyway.
  return subtract(add(logGamma(a), logGamma(b)), logGamma(a + b));
}

function fraction(x: number, a: number, b: number): number {
  return lentz((k) => {
    if (k === 1) return [1, 1];
    const m = Math.floor((k - 1) / 2);
    const even = (k - 1) % 2 === 0;
    return even
      ? [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), 1]
      : [(-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)), 1];
  });
}
