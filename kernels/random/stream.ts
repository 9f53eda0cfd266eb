/**
 * Numbers in [0, 1) keyed by (seed, …keys): the same on every machine, and a draw depends on nothing but its key and its place.
 * sfc32 (Doty-Humphrey), seeded through murmur3's finaliser.
 */
export function randomStream(seed: number, ...keys: readonly number[]): () => number {
  let h = 0x9e3779b9;
  for (const key of [seed, ...keys]) h = mix(h ^ mix((key | 0) + 0x7f4a7c15) ^ mix(Math.floor(key / 2 ** 32) | 0));
  let a = mix(h ^ 1);
  let b = mix(h ^ 2);
  let c = mix(h ^ 3);
  let counter = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t | 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
