import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastNormal, normalDensity } from '../../../kernels/index.ts';

/** Binary digits after the point of the oracle's numbers. */
const BITS = 700n;
const ONE = 1n << BITS;
/** √(2π) to 60 digits. */
const ROOT_OF_TWO_PI = 2506628274631000502415765284811045253006986740609938316629923n * ONE / 10n ** 60n;

/** A double as a fixed-point number; exact, as no z below has bits that small. */
const fixed = (z: number): bigint => BigInt(z * 2 ** 60) * (ONE >> 60n);
const toNumber = (value: bigint): number => Number(value >> (BITS - 400n)) * 2 ** -400;

/** P(0 < Z < z) by its power series in 700-bit fixed point: what is left of a half beyond z = 12 still has over a hundred digits. */
function central(z: number): bigint {
  const x = fixed(z);
  const square = (x * x) >> BITS;
  let term = x;
  let sum = 0n;
  for (let k = 0n; term !== 0n; k++) {
    sum += term / (2n * k + 1n);
    term = -((term * square) >> BITS) / (2n * (k + 1n));
  }
  return (sum << BITS) / ROOT_OF_TWO_PI;
}

const off = (got: number, wanted: number): number => Math.abs(got / wanted - 1);

test('the fast normal has both tails and the density to 1e-15 of a 700-bit series', () => {
  const out = new Float64Array(3);
  const worst = [0, 0, 0];
  for (let i = 1; i <= 1500; i++) {
    // Eleven bits after the point, both ends of every range among them.
    const size = Math.round((i / 125) * 2048) / 2048;
    const inner = central(size);
    const far = toNumber(ONE / 2n - inner);
    const near = toNumber(ONE / 2n + inner);
    for (const [z, lower, upper] of [[size, near, far], [-size, far, near]] as const) {
      fastNormal(z, out);
      [lower, upper, normalDensity(z)].forEach((value, k) => { worst[k] = Math.max(worst[k] as number, off(out[k] as number, value)); });
    }
  }
  assert.ok(worst.every((value) => value <= 1e-15), String(worst));
});

test('its ends: half at 0, nothing left beyond 39, NaN for NaN', () => {
  const at = (z: number): number[] => {
    const out = new Float64Array(3);
    fastNormal(z, out);
    return [...out];
  };
  assert.deepEqual(at(0), [0.5, 0.5, 0.3989422804014327]);
  for (const z of [39.5, Infinity]) {
    assert.deepEqual(at(z), [1, 0, 0]);
    assert.deepEqual(at(-z), [0, 1, 0]);
  }
  assert.ok(at(Number.NaN).every(Number.isNaN));
});
