// Scalar double-double arithmetic for work that is not hot: p-values, totals, parsed tokens. About 31 digits.
// Same transformations as kernels/assembly/double-double/arithmetic.ts (Dekker 1971; Knuth).

/** hi + lo, |lo| <= ulp(hi)/2. */
export type DoubleDouble = readonly [hi: number, lo: number];

const SPLITTER = 134_217_729; // 2^27 + 1

/** Error of fl(a * b). |a|, |b| below 2^996. */
export function productError(a: number, b: number, p: number): number {
  const ca = SPLITTER * a;
  const ah = ca - (ca - a);
  const al = a - ah;
  const cb = SPLITTER * b;
  const bh = cb - (cb - b);
  const bl = b - bh;
  return ((ah * bh - p) + ah * bl + al * bh) + al * bl;
}

/** Error of fl(a + b). */
export function sumError(a: number, b: number, s: number): number {
  const t = s - a;
  return (a - (s - t)) + (b - t);
}

function renormalise(hi: number, lo: number): DoubleDouble {
  const s = hi + lo;
  return [s, lo - (s - hi)];
}

export function add(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const s = a[0] + b[0];
  const t = a[1] + b[1];
  const [h, l] = renormalise(s, sumError(a[0], b[0], s) + t);
  return renormalise(h, l + sumError(a[1], b[1], t));
}

export function subtract(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  return add(a, [-b[0], -b[1]]);
}

export function multiply(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const p = a[0] * b[0];
  return renormalise(p, productError(a[0], b[0], p) + (a[0] * b[1] + a[1] * b[0]));
}

export function divide(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const q = a[0] / b[0];
  const r = subtract(a, multiply([q, 0], b));
  const q2 = r[0] / b[0];
  const r2 = subtract(r, multiply([q2, 0], b));
  return add(renormalise(q, q2), [r2[0] / b[0], 0]);
}

/** √a for a ≥ 0, one Newton step on the double root: about 31 digits. */
export function squareRoot(a: DoubleDouble): DoubleDouble {
  if (a[0] <= 0) return [a[0] === 0 ? 0 : Number.NaN, 0];
  const root = Math.sqrt(a[0]);
  const rest = subtract(a, multiply([root, 0], [root, 0]));
  return renormalise(root, rest[0] / (2 * root));
}

/** ln 2 to 106 bits. */
const LN2: DoubleDouble = [0.6931471805599453, 2.3190468138462996e-17];

/** 1/9! … 1/1!, for Horner's rule. */
const EXPONENTIAL_SERIES = [362880, 40320, 5040, 720, 120, 24, 6, 2, 1].map((factorial) => divide([1, 0], [factorial, 0]));

/** e^a, relative error about 1e-30 for |a| < 700; 0 below the subnormals. */
export function exponential(a: DoubleDouble): DoubleDouble {
  if (a[0] < -745.2) return [0, 0];
  if (a[0] > 709.8) return [Infinity, 0];
  const k = Math.round(a[0] / LN2[0]);
  // |r| <= ln2 / 2 / 512: nine squarings of a short series.
  let r = subtract(a, multiply(LN2, [k, 0]));
  r = [r[0] / 512, r[1] / 512];
  let sum: DoubleDouble = [0, 0];
  for (const coefficient of EXPONENTIAL_SERIES) sum = multiply(add(sum, coefficient), r);
  // (1 + s)^2 - 1 = 2s + s^2 keeps the small part exact.
  for (let i = 0; i < 9; i++) sum = add([2 * sum[0], 2 * sum[1]], multiply(sum, sum));
  const whole = add(sum, [1, 0]);
  // Two steps: 2^k itself may be subnormal although the product is not.
  const half = Math.trunc(k / 2);
  const first = 2 ** half;
  const second = 2 ** (k - half);
  return [whole[0] * first * second, whole[1] * first * second];
}

/** ln a for a > 0, by one Newton step on exponential: about 30 digits. */
export function logarithm(a: DoubleDouble): DoubleDouble {
  if (a[0] === 1 && a[1] === 0) return [0, 0];
  const exponent = Math.floor(Math.log2(a[0]));
  const half = Math.trunc(exponent / 2);
  const first = 2 ** -half;
  const second = 2 ** -(exponent - half);
  const m: DoubleDouble = [a[0] * first * second, a[1] * first * second];
  const guess = Math.log(m[0]);
  const ratio = multiply(m, exponential([-guess, 0]));
  const d = subtract(ratio, [1, 0]);
  // ln(1 + d), d around 1e-16: two terms suffice.
  const correction = subtract(d, multiply([d[0] / 2, d[1] / 2], d));
  return add(add([guess, 0], correction), multiply(LN2, [exponent, 0]));
}
