import { KernelError } from '../errors.ts';

const EPSILON = 2 ** -52;

/**
 * Root of a continuous f between a and b, where f has opposite signs (Brent 1973, zeroin).
 * @param tolerance absolute, on x; a few ulp of x come on top. Throws kernel_domain without a change of sign.
 */
export function brentRoot(f: (x: number) => number, from: number, to: number, tolerance = 1e-13): number {
  let a = from;
  let b = to;
  let fa = f(a);
  let fb = f(b);
  if (fa === 0) return a;
  if (fb === 0) return b;
  if (!(fa * fb < 0)) throw new KernelError('kernel_domain', 'a root needs a change of sign', { from, to });
  let c = a;
  let fc = fa;
  let d = b - a;
  let e = d;
  for (let step = 0; step < 200; step++) {
    if (fb * fc > 0) {
      c = a;
      fc = fa;
      d = b - a;
      e = d;
    }
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const limit = 2 * EPSILON * Math.abs(b) + tolerance / 2;
    const half = (c - b) / 2;
    if (Math.abs(half) <= limit || fb === 0) return b;
    if (Math.abs(e) >= limit && Math.abs(fa) > Math.abs(fb)) {
      const s = fb / fa;
      const q = fa / fc;
      const r = fb / fc;
      let numerator = a === c ? 2 * half * s : s * (2 * half * q * (q - r) - (b - a) * (r - 1));
      let denominator = a === c ? 1 - s : (q - 1) * (r - 1) * (s - 1);
      if (numerator > 0) denominator = -denominator;
      numerator = Math.abs(numerator);
      if (2 * numerator < Math.min(3 * half * denominator - Math.abs(limit * denominator), Math.abs(e * denominator))) {
        e = d;
        d = numerator / denominator;
      } else {
        d = half;
        e = half;
      }
    } else {
      d = half;
      e = half;
    }
    a = b;
    fa = fb;
    b += Math.abs(d) > limit ? d : Math.sign(half) * limit;
    fb = f(b);
  }
  return b;
}
