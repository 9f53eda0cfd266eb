import { Fault } from '../../../schemas/index.ts';
import { mix } from '../random.ts';

/** Primitive polynomial (its bits, both ends included) and initial numbers m of dimensions 2 …: Joe & Kuo 2008, new-joe-kuo-6. */
const published: readonly (readonly [polynomial: number, m: readonly number[]])[] = [
  [3, [1]], [7, [1, 3]], [11, [1, 3, 1]], [13, [1, 1, 1]], [19, [1, 1, 3, 3]],
  [25, [1, 3, 5, 13]], [37, [1, 1, 5, 5, 17]], [41, [1, 1, 5, 5, 5]], [47, [1, 1, 7, 11, 19]], [55, [1, 1, 5, 1, 1]],
  [59, [1, 1, 1, 3, 11]], [61, [1, 3, 5, 5, 31]], [67, [1, 3, 3, 9, 7, 49]], [91, [1, 1, 1, 15, 21, 21]], [97, [1, 3, 1, 13, 27, 49]],
  [103, [1, 1, 1, 15, 7, 5]], [109, [1, 3, 1, 15, 13, 25]], [115, [1, 1, 5, 5, 19, 61]], [131, [1, 3, 7, 11, 23, 15, 103]], [137, [1, 3, 7, 13, 13, 15, 69]],
  [143, [1, 1, 3, 13, 7, 35, 63]], [145, [1, 3, 5, 9, 1, 25, 53]], [157, [1, 3, 1, 13, 9, 35, 107]], [167, [1, 3, 1, 5, 27, 61, 31]], [171, [1, 1, 5, 11, 19, 41, 61]],
  [185, [1, 3, 5, 3, 3, 13, 69]], [191, [1, 1, 7, 13, 1, 19, 1]], [193, [1, 3, 7, 5, 13, 19, 59]], [203, [1, 1, 3, 9, 25, 29, 41]], [211, [1, 3, 5, 13, 23, 1, 55]],
  [213, [1, 3, 7, 3, 13, 59, 17]], [229, [1, 3, 1, 3, 5, 53, 69]], [239, [1, 1, 5, 5, 23, 33, 13]], [241, [1, 1, 7, 7, 1, 61, 123]], [247, [1, 1, 7, 9, 13, 61, 49]],
  [253, [1, 3, 3, 5, 3, 55, 33]], [285, [1, 3, 1, 15, 31, 13, 49, 245]], [299, [1, 3, 5, 15, 31, 59, 63, 97]], [301, [1, 3, 1, 11, 11, 11, 77, 249]],
];
const bits = 32;
export const mostDimensions = published.length + 1;

/**
 * `count` points of [0, 1)^d, in Gray-code order (Antonov & Saleev 1979). With a seed a digital shift moves them: still a Sobol net, but another one.
 * @param options.skip points left out at the beginning. Throws design_dimensions beyond 40 dimensions.
 */
export function sobolPoints(dimensions: number, count: number, { skip = 0, seed }: { skip?: number; seed?: number } = {}): number[][] {
  if (dimensions > mostDimensions) throw new Fault('design_dimensions', `${dimensions} factors are more than ${mostDimensions}`, { where: { field: 'factors' }, values: { factors: dimensions, limit: mostDimensions } });
  const columns = Array.from({ length: dimensions }, (_, k) => {
    const v = directions(k);
    const shift = seed === undefined ? 0 : mix(mix(seed) + mix(k + 1));
    return Array.from({ length: count }, (_v, i) => {
      const index = skip + i;
      let gray = index ^ (index >>> 1);
      let x = shift;
      for (let bit = 0; gray !== 0; bit++, gray >>>= 1) if (gray & 1) x ^= v[bit] as number;
      return (x >>> 0) / 2 ** bits;
    });
  });
  return Array.from({ length: count }, (_, i) => columns.map((column) => column[i] as number));
}

/** Direction numbers of dimension k (from 0) as 32-bit fractions. */
function directions(k: number): number[] {
  if (k === 0) return Array.from({ length: bits }, (_, i) => (1 << (bits - 1 - i)) >>> 0);
  const [polynomial, initial] = published[k - 1] as (typeof published)[number];
  const s = initial.length;
  const v = initial.map((m, i) => (m << (bits - 1 - i)) >>> 0);
  for (let i = s; i < bits; i++) {
    let value = (v[i - s] as number) ^ ((v[i - s] as number) >>> s);
    for (let j = 1; j < s; j++) if ((polynomial >>> (s - j)) & 1) value ^= v[i - j] as number;
    v.push(value >>> 0);
  }
  return v;
}

const primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173];

/** Halton points: radical inverses in the first primes, from index 1 + skip. */
export function haltonPoints(dimensions: number, count: number, { skip = 0 } = {}): number[][] {
  if (dimensions > primes.length) throw new Fault('design_dimensions', `${dimensions} factors are more than ${primes.length}`, { where: { field: 'factors' }, values: { factors: dimensions, limit: primes.length } });
  return Array.from({ length: count }, (_, i) => primes.slice(0, dimensions).map((base) => {
    let value = 0;
    for (let index = skip + i + 1, scale = 1 / base; index > 0; index = Math.floor(index / base), scale /= base) value += (index % base) * scale;
    return value;
  }));
}
