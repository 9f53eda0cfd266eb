/**
 * Counter-based random numbers with the same bits in every language: 32-bit integer multiply, xor and shift, then + - * in
 * doubles. A draw is a function of (stream, counter), so rows can be made in any order, from any start, on any number of threads.
 * The mixing constants are those of Chris Wellons' "lowbias32".
 */

/** Bijection on 32-bit integers with good avalanche. */
export function mix(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** 32 random bits, unsigned. `stream` and `counter` are taken modulo 2^32. */
export function bits(stream: number, counter: number): number {
  return mix((mix(counter | 0) + stream) | 0);
}

/** In [0, 1), a multiple of 2^-32. */
export function uniform(stream: number, counter: number): number {
  return bits(stream, counter) / 4294967296;
}

const SQRT_3 = 1.7320508075688772;

/** Mean 0, variance 1, within ±2√3: the sum of four uniforms, which needs no function that rounds differently elsewhere. */
export function bell(stream: number, counter: number): number {
  const k = 4 * counter;
  return (uniform(stream, k) + uniform(stream, k + 1) + uniform(stream, k + 2) + uniform(stream, k + 3) - 2) * SQRT_3;
}
