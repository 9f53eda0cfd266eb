import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDecimal, parseDecimalBytes } from '../../../kernels/index.ts';
import { uniform } from '../kernels.ts';

/** Exact value of a finite double times 2^1200 (an integer for every double above 2^-1074). */
function scaled(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(x));
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n);
  const fraction = (bits & 0xfffffffffffffn) | (exponent === 0 ? 0n : 0x10000000000000n);
  const value = fraction << BigInt(Math.max(exponent, 1) - 1075 + 1200);
  return x < 0 ? -value : value;
}

function assertExactish(token: string, hi: number, lo: number): void {
  assert.equal(hi, Number(token), token);
  const [coefficient = '', exponent = '0'] = token.toLowerCase().split('e');
  const [whole = '', fraction = ''] = coefficient.split('.');
  const power = Number(exponent) - fraction.length;
  let numerator = BigInt(whole.replace(/^[+-]/, '') + fraction) << 1200n;
  if (token.startsWith('-')) numerator = -numerator;
  const denominator = power < 0 ? 10n ** BigInt(-power) : 1n;
  if (power > 0) numerator *= 10n ** BigInt(power);
  const gap = numerator - (scaled(hi) + scaled(lo)) * denominator;
  const bound = numerator < 0n ? -numerator : numerator;
  assert.ok((gap < 0n ? -gap : gap) << 105n <= bound, `${token} = ${hi} + ${lo}`);
}

test('hi is the nearest double and hi + lo is the decimal to 2^-105', () => {
  const next = uniform(7);
  for (let i = 0; i < 2000; i++) {
    const digits = Array.from({ length: 1 + Math.floor(next() * 30) }, () => Math.floor(next() * 10)).join('');
    const point = Math.floor(next() * (digits.length + 1));
    const exponent = next() < 0.5 ? '' : `e${Math.floor(next() * 120) - 60}`;
    const token = `${next() < 0.5 ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}${exponent}`.replace(/^(-?)\./, '$10.');
    const parsed = parseDecimal(token);
    assert.ok(parsed, token);
    assertExactish(token, parsed.hi, parsed.lo);
  }
});

test('bytes parse as the text they spell', () => {
  const hi = new Float64Array(1);
  const lo = new Float64Array(1);
  for (const token of ['0', '-0', '12', '+7', '0.1', '-6.860120914', '1e-3', '.5', '5.', '123456789012345678901234567890', '1.7976931348623157e308', '4.9e-324']) {
    const bytes = new TextEncoder().encode(`,${token};`);
    assert.ok(parseDecimalBytes(bytes, 1, bytes.length - 1, hi, lo, 0), token);
    const parsed = parseDecimal(token);
    assert.deepEqual([hi[0], lo[0]], [parsed?.hi, parsed?.lo], token);
  }
});

test('what is not a finite decimal is refused', () => {
  const hi = new Float64Array(1);
  for (const token of ['', '-', '.', '1.2.3', '1,000', 'NaN', 'Infinity', '1e', '0x10', '1e400', '１', '1 2', '--1']) {
    assert.equal(parseDecimal(token), undefined, token);
    const bytes = new TextEncoder().encode(token);
    assert.equal(parseDecimalBytes(bytes, 0, bytes.length, hi, undefined, 0), false, token);
  }
});
