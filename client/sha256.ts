/**
 * SHA-256 (FIPS 180-4) piece by piece. The web's own digest wants the whole file in memory; a table of 5 GB has to pass in
 * chunks. Cost: about 8 ns a byte; a host with a native one (Node) hands that to the client instead.
 */
export interface Hash {
  update(bytes: Uint8Array): void;
  /** @returns lower-case hex; the hash may not be used afterwards */
  digest(): string;
}

const blockBytes = 64;

/** First 32 bits of the fractional parts of the cube roots (round constants) and square roots (start) of the first primes. */
const primes = firstPrimes(64);
const rounds = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const start = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

export function sha256(): Hash {
  const state = Int32Array.from(start);
  const schedule = new Int32Array(64);
  const rest = new Uint8Array(blockBytes);
  let held = 0;
  let total = 0;

  const update = (bytes: Uint8Array): void => {
    total += bytes.byteLength;
    let from = 0;
    if (held > 0) {
      from = Math.min(blockBytes - held, bytes.byteLength);
      rest.set(bytes.subarray(0, from), held);
      held += from;
      if (held < blockBytes) return;
      compress(state, schedule, rest, 0);
      held = 0;
    }
    for (; from + blockBytes <= bytes.byteLength; from += blockBytes) compress(state, schedule, bytes, from);
    rest.set(bytes.subarray(from));
    held = bytes.byteLength - from;
  };

  return {
    update,
    digest() {
      const bits = total * 8;
      const padding = new Uint8Array((held < 56 ? 64 : 128) - held);
      padding[0] = 0x80;
      const view = new DataView(padding.buffer);
      view.setUint32(padding.byteLength - 8, Math.floor(bits / 2 ** 32));
      view.setUint32(padding.byteLength - 4, bits >>> 0);
      update(padding);
      return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
    },
  };
}

/** One block into the state. Indices are in range by construction; `!` only tells the compiler so. */
function compress(state: Int32Array, w: Int32Array, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i += 1) {
    const from = at + i * 4;
    w[i] = (bytes[from]! << 24) | (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!;
  }
  for (let i = 16; i < 64; i += 1) {
    const x = w[i - 15]!;
    const y = w[i - 2]!;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
  }
  let a = state[0]!, b = state[1]!, c = state[2]!, d = state[3]!, e = state[4]!, f = state[5]!, g = state[6]!, h = state[7]!;
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + rounds[i]! + w[i]!) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] = state[0]! + a; state[1] = state[1]! + b; state[2] = state[2]! + c; state[3] = state[3]! + d;
  state[4] = state[4]! + e; state[5] = state[5]! + f; state[6] = state[6]! + g; state[7] = state[7]! + h;
}

function firstPrimes(count: number): number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate += 1) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}

function fraction(root: number): number {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}
