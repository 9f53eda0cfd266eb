import { createHash } from 'node:crypto';
import { emptySha256, hmac, sameText, sha256Hex, type Verified } from '../signature.ts';
import { S3Error } from './errors.ts';

const longestLine = 8192;

/**
 * Decodes the aws-chunked body of STREAMING-… requests: `size[;chunk-signature=…]\r\n data \r\n … 0 … trailers`. Data is
 * passed on as it comes; signatures are checked at the end of each chunk, so the receiver must commit nothing before the end.
 * Trailing headers are put into `trailers`.
 * @throws S3Error SignatureDoesNotMatch, InvalidChunkSizeError, MalformedTrailerError, IncompleteBody
 */
export async function* decodeChunked(source: AsyncIterable<Buffer>, verified: Verified, trailers: Map<string, string>): AsyncGenerator<Buffer> {
  const signed = verified.payload.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
  const reader = new Reader(source);
  let previous = verified.signature;
  for (;;) {
    const [sizeText = '', ...extensions] = (await reader.line()).split(';');
    if (!/^[0-9a-f]{1,12}$/i.test(sizeText)) throw new S3Error('InvalidChunkSizeError', 'A chunk size is not a hexadecimal number.');
    const size = Number.parseInt(sizeText, 16);
    const hash = createHash('sha256');
    for await (const data of reader.bytes(size)) {
      if (signed) hash.update(data);
      yield data;
    }
    if (signed) {
      const given = extensions.map((text) => text.trim()).find((text) => text.startsWith('chunk-signature='))?.slice('chunk-signature='.length) ?? '';
      previous = check(verified, `AWS4-HMAC-SHA256-PAYLOAD\n${verified.date}\n${verified.scope}\n${previous}\n${emptySha256}\n${hash.digest('hex')}`, given);
    }
    if (size === 0) break;
    if ((await reader.line()) !== '') throw new S3Error('InvalidChunkSizeError', 'A chunk is longer than its size.');
  }
  let canonical = '';
  for (;;) {
    const line = await reader.line(true);
    if (line === '') break;
    const at = line.indexOf(':');
    if (at < 1) throw new S3Error('MalformedTrailerError');
    const name = line.slice(0, at).trim().toLowerCase();
    const value = line.slice(at + 1).trim();
    if (name === 'x-amz-trailer-signature') check(verified, `AWS4-HMAC-SHA256-TRAILER\n${verified.date}\n${verified.scope}\n${previous}\n${sha256Hex(canonical)}`, value);
    else {
      canonical += `${name}:${value}\n`;
      trailers.set(name, value);
    }
  }
  for await (const _rest of reader.rest()) throw new S3Error('MalformedTrailerError', 'There is something after the trailer.');
}

function check(verified: Verified, text: string, given: string): string {
  const expected = hmac(verified.key, text).toString('hex');
  if (!sameText(expected, given)) throw new S3Error('SignatureDoesNotMatch', 'The signature of a chunk does not match.');
  return expected;
}

/** Lines and counted bytes of a stream. */
class Reader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done === true) return false;
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    return true;
  }

  /** @param endIsEmpty read the end of the stream as an empty line */
  async line(endIsEmpty = false): Promise<string> {
    for (;;) {
      const end = this.#held.indexOf('\n');
      if (end >= 0) {
        const text = this.#held.subarray(0, end).toString().replace(/\r$/, '');
        this.#held = this.#held.subarray(end + 1);
        return text;
      }
      if (this.#held.length > longestLine) throw new S3Error('InvalidChunkSizeError', 'A chunk header is too long.');
      if (!(await this.#more())) {
        if (endIsEmpty && this.#held.length === 0) return '';
        throw new S3Error('IncompleteBody', 'The body ended inside a chunk.');
      }
    }
  }

  async* bytes(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0;) {
      if (this.#held.length === 0 && !(await this.#more())) throw new S3Error('IncompleteBody', 'The body ended inside a chunk.');
      const data = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(data.length);
      left -= data.length;
      if (data.length > 0) yield data;
    }
  }

  async* rest(): AsyncGenerator<Buffer> {
    while (this.#held.length > 0 || await this.#more()) {
      const data = this.#held;
      this.#held = Buffer.alloc(0);
      if (data.length > 0) yield data;
    }
  }
}
