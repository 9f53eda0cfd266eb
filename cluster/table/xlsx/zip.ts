import { crc32, createInflateRaw } from 'node:zlib';
import { Fault } from '../../../schemas/index.ts';
import type { Limits } from '../types.ts';

/** Below this size an entry may have any ratio: small parts of a workbook are mostly the same few tags. */
const ratioFrom = 1024 ** 2;
/** Parts read whole: relationships, styles, the list of sheets. */
const mostWhole = 32 * 1024 ** 2;

interface Entry { name: string; method: number; encrypted: boolean; crc: number; compressed: number; size: number; offset: number }

/**
 * A zip archive that is not trusted. The central directory is checked against the limits before anything is inflated, and what is
 * inflated is held to the size declared there. (A streaming unzipper, as under exceljs's reader, never sees the directory;
 * hence this page of our own. Format: PKWARE APPNOTE 4.3; zip64 is not needed below the limits and refused.)
 * @throws Fault `malformed_workbook`, `workbook_too_large`, `encrypted_workbook`
 */
export class Zip {
  readonly #file: Buffer;
  readonly #entries = new Map<string, Entry>();

  constructor(file: Buffer, limits: Limits) {
    this.#file = file;
    const end = file.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (end < 0 || end + 22 > file.length || end < file.length - 65_557) throw malformed('the archive has no directory; the file may be cut off');
    const count = file.readUInt16LE(end + 10);
    let at = file.readUInt32LE(end + 16);
    if (count > limits.entries) throw tooLarge('entries', count, limits.entries);
    let total = 0;
    let compressed = 0;
    for (let i = 0; i < count; i++) {
      if (at + 46 > end || file.readUInt32LE(at) !== 0x02014b50) throw malformed('the directory of the archive is damaged');
      const entry: Entry = {
        encrypted: (file.readUInt16LE(at + 8) & 1) !== 0, method: file.readUInt16LE(at + 10), crc: file.readUInt32LE(at + 16),
        compressed: file.readUInt32LE(at + 20), size: file.readUInt32LE(at + 24), offset: file.readUInt32LE(at + 42),
        name: file.toString('utf8', at + 46, at + 46 + file.readUInt16LE(at + 28)).replaceAll('\\', '/'),
      };
      at += 46 + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
      if (entry.encrypted) throw new Fault('encrypted_workbook', 'the archive is encrypted', {});
      total += entry.size;
      compressed += entry.compressed;
      if (total > limits.bytes) throw tooLarge('bytes', total, limits.bytes);
      const ratio = Math.round(entry.size / Math.max(entry.compressed, 1));
      if (entry.size > ratioFrom && ratio > limits.ratio) throw tooLarge('ratio', ratio, limits.ratio);
      this.#entries.set(entry.name.toLowerCase(), entry);
    }
    // Entries that share their bytes make small files that inflate without end.
    if (compressed > file.length) throw malformed('entries of the archive overlap');
  }

  has(name: string): boolean {
    return this.#entries.has(name.toLowerCase());
  }

  /** The entry's bytes piece by piece. */
  async *pieces(name: string): AsyncGenerator<Buffer> {
    const entry = this.#entries.get(name.toLowerCase());
    if (entry === undefined) throw malformed(`${name} is missing`);
    const file = this.#file;
    const { offset } = entry;
    if (offset + 30 > file.length || file.readUInt32LE(offset) !== 0x04034b50) throw malformed(`${name} is damaged`);
    const start = offset + 30 + file.readUInt16LE(offset + 26) + file.readUInt16LE(offset + 28);
    const body = file.subarray(start, start + entry.compressed);
    if (body.length < entry.compressed) throw malformed(`${name} is cut off`);
    let size = 0;
    let crc = 0;
    for await (const piece of entry.method === 0 ? [body] : entry.method === 8 ? inflate(body, name) : unknownMethod(entry)) {
      size += piece.length;
      if (size > entry.size) throw tooLarge('bytes', size, entry.size);
      crc = crc32(piece, crc);
      yield piece;
    }
    if (size !== entry.size || crc !== entry.crc) throw malformed(`${name} is damaged`);
  }

  /** A small part as text. */
  async text(name: string): Promise<string> {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const piece of this.pieces(name)) {
      size += piece.length;
      if (size > mostWhole) throw tooLarge('bytes', size, mostWhole);
      parts.push(piece);
    }
    return Buffer.concat(parts).toString('utf8');
  }
}

async function* inflate(body: Buffer, name: string): AsyncGenerator<Buffer> {
  const stream = createInflateRaw({ chunkSize: 256 * 1024 });
  stream.end(body);
  try {
    for await (const piece of stream) yield piece as Buffer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw malformed(`${name} cannot be inflated`);
    throw error;
  }
}

function unknownMethod(entry: Entry): never {
  throw malformed(`${entry.name} is compressed by an unknown method`);
}

function tooLarge(what: string, value: number, limit: number): Fault {
  return new Fault('workbook_too_large', `${what} of the workbook: ${value}, at most ${limit}`, { values: { what, value, limit } });
}

export function malformed(detail: string): Fault {
  return new Fault('malformed_workbook', detail, { values: { detail } });
}
