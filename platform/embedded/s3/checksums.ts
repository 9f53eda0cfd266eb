import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export interface Digest {
  update(chunk: Uint8Array): void;
  /** base64, as it stands in the x-amz-checksum headers */
  base64(): string;
}

export const checksumAlgorithms = ['crc32', 'crc32c', 'sha1', 'sha256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return (checksumAlgorithms as readonly string[]).includes(name);
}

export function createDigest(algorithm: ChecksumAlgorithm): Digest {
  if (algorithm === 'sha1' || algorithm === 'sha256') {
    const hash = createHash(algorithm);
    return { update: (chunk) => void hash.update(chunk), base64: () => hash.digest('base64') };
  }
  const step = algorithm === 'crc32' ? (chunk: Uint8Array, crc: number) => crc32(chunk, crc) : crc32c;
  let value = 0;
  return {
    update(chunk) { value = step(chunk, value); },
    base64() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes.toString('base64');
    },
  };
}

/** Castagnoli polynomial, reflected (RFC 3720 §12.1). */
const castagnoli = 0x82f63b78;
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? (value >>> 1) ^ castagnoli : value >>> 1;
  return value;
});

function crc32c(chunk: Uint8Array, start: number): number {
  let crc = ~start;
  for (const byte of chunk) crc = (table[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}
