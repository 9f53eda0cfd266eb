/** Counter-based random numbers: draw number `counter` of a stream, whatever was drawn before. Mixing: Chris Wellons' "lowbias32". */
export function randomAt(seed: number, counter: number): number {
  return mix(mix(counter) + mix(seed ^ 0x9e3779b9)) / 2 ** 32;
}

export function mix(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** 0 … n − 1 in random order (Fisher & Yates); draws start at `counter`. */
export function shuffled(n: number, seed: number, counter = 0): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(randomAt(seed, counter + i) * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}
