import { createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** The file of a generated input, made when it is not there. The name must say everything that the content depends on. */
export async function cachedFile(directory: string, name: string, content: () => Iterable<Uint8Array | string>): Promise<string> {
  const path = join(directory, name);
  if (await stat(path).catch(() => null) !== null) return path;
  const growing = `${path}.${process.pid}`;
  await pipeline(Readable.from(content()), createWriteStream(growing));
  await rename(growing, path);
  return path;
}

/** Little-endian doubles, x row-major and then y: what the peers' scripts read. */
export function* problemBytes({ x, y }: { x: Float64Array; y: Float64Array | Int32Array }): Generator<Uint8Array> {
  const part = 1 << 17;
  for (const values of [x, y instanceof Float64Array ? y : Float64Array.from(y)]) {
    for (let start = 0; start < values.length; start += part) {
      const slice = values.subarray(start, start + part);
      yield new Uint8Array(slice.buffer, slice.byteOffset, slice.byteLength);
    }
  }
}
