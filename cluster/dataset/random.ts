/**
 * Counter-based random numbers: the value depends on (seed, stream, counter) only, so no draw depends on how work is
 * spread over threads. Mixing function: SplitMix64's finaliser (Steele, Lea & Flood 2014), 64-bit.
 */
export function drawKey(seed: number, stream: number, counter: number): bigint {
  let z = BigInt.asUintN(64, BigInt(seed) * 0x9e3779b97f4a7c15n + BigInt(stream) * 0xd1b54a32d192ed03n + BigInt(counter + 1) * 0x8cb92ba72f3d8dd7n);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

/** A permutation of 0…n-1, the same on every machine. */
export function shuffled(n: number, seed: number, stream: number): Int32Array {
  const keys = Array.from({ length: n }, (_, index) => drawKey(seed, stream, index));
  return Int32Array.from(keys.keys()).sort((a, b) => {
    const left = keys[a] as bigint;
    const right = keys[b] as bigint;
    return left < right ? -1 : left > right ? 1 : a - b;
  });
}
