import { productError } from '../double-double/arithmetic.ts';

/** 10^0 … 10^22 are exact doubles. */
const EXACT_POWERS = Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Decimal text as hi + lo: hi is the correctly rounded double, lo the correctly rounded remainder (relative error of the sum ≤ 2^-106 or so).
 * Accepts an optional sign, digits with one point, an exponent; surrounding ASCII blanks are ignored. Anything else (including
 * thousand separators, NaN and infinities, and values beyond the double range) gives undefined.
 */
export function parseDecimal(text: string): { hi: number; lo: number } | undefined {
  const token = text.trim();
  if (!DECIMAL.test(token)) return undefined;
  const hi = Number(token);
  if (!Number.isFinite(hi)) return undefined;
  return { hi, lo: remainder(token, hi) };
}

/**
 * As parseDecimal on ASCII bytes [start, end) of a file: writes hi to `hi[row]`, lo to `lo[row]` when given, and returns whether
 * the token was a number. The usual token (≤ 15 digits, point anywhere) never becomes a string.
 */
export function parseDecimalBytes(bytes: Uint8Array, start: number, end: number, hi: Float64Array, lo: Float64Array | undefined, row: number): boolean {
  let at = start;
  let negative = false;
  const sign = bytes[at];
  if (at < end && (sign === 45 || sign === 43)) {
    negative = sign === 45;
    at++;
  }
  let mantissa = 0;
  let digits = 0;
  let decimals = 0;
  let point = false;
  for (; at < end; at++) {
    const code = bytes[at] as number;
    if (code >= 48 && code <= 57) {
      mantissa = mantissa * 10 + (code - 48);
      digits++;
      if (point) decimals++;
    } else if (code === 46 && !point) point = true;
    else break;
  }
  // 15 digits stay below 2^53, so the mantissa is exact and decimals ≤ 15 makes the power exact too.
  if (at === end && digits > 0 && digits <= 15) {
    const power = EXACT_POWERS[decimals] as number;
    const value = mantissa / power;
    hi[row] = negative ? -value : value;
    if (lo) {
      const low = decimals === 0 ? 0 : quotientRemainder(mantissa, power, value);
      lo[row] = negative ? 0 - low : low;
    }
    return true;
  }
  const parsed = parseDecimal(String.fromCharCode(...bytes.subarray(start, end)));
  if (parsed === undefined) return false;
  hi[row] = parsed.hi;
  if (lo) lo[row] = parsed.lo;
  return true;
}

/** Correctly rounded (m / power - q) for exact m < 2^53, power ≤ 1e22, q = fl(m / power): the remainder m - q power is a double. */
function quotientRemainder(m: number, power: number, q: number): number {
  const p = q * power;
  return ((m - p) - productError(q, power, p)) / power;
}

/** The exact decimal minus hi, rounded to a double, by integers of any length. */
function remainder(token: string, hi: number): number {
  const [coefficient = '', exponentText = '0'] = token.toLowerCase().split('e');
  const [whole = '', fraction = ''] = coefficient.replace(/^[+-]/, '').split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return 0;
  const exponent = Number(exponentText) - fraction.length;
  const negative = token.startsWith('-');
  if (digits.length <= 15 && exponent >= -22 && exponent <= 0) {
    const low = quotientRemainder(Number(digits), EXACT_POWERS[-exponent] as number, Math.abs(hi));
    return negative ? 0 - low : low;
  }
  // Far below the smallest double nothing is left; the bound also keeps 10^k from exploding.
  if (exponent < -400 - digits.length) return 0;
  const [hiInteger, hiPower] = integerTimesPowerOfTwo(Math.abs(hi));
  // decimal = D * 10^e, hi = H * 2^k: bring both over one denominator.
  let numerator = BigInt(digits);
  let denominator = 1n;
  if (exponent >= 0) numerator *= 10n ** BigInt(exponent);
  else denominator = 10n ** BigInt(-exponent);
  let hiNumerator = hiInteger * denominator;
  if (hiPower >= 0) hiNumerator <<= BigInt(hiPower);
  else {
    numerator <<= BigInt(-hiPower);
    denominator <<= BigInt(-hiPower);
  }
  const low = ratio(numerator - hiNumerator, denominator);
  return negative ? 0 - low : low;
}

function integerTimesPowerOfTwo(x: number): [bigint, number] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n);
  const fraction = bits & 0xfffffffffffffn;
  return exponent === 0 ? [fraction, -1074] : [fraction | 0x10000000000000n, exponent - 1075];
}

/** numerator / denominator as a double, through 64 significant bits. */
function ratio(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  const negative = numerator < 0n;
  const n = negative ? -numerator : numerator;
  const shift = 64 - (n.toString(2).length - denominator.toString(2).length);
  const q = shift >= 0 ? (n << BigInt(shift)) / denominator : n / (denominator << BigInt(-shift));
  const value = Number(q) * 2 ** -Math.min(shift, 1000) * 2 ** -Math.max(shift - 1000, 0);
  return negative ? -value : value;
}
