import { isUtf8 } from 'node:buffer';
import { Fault, type Notice } from '../../schemas/index.ts';

export interface DecodedText {
  /** UTF-8 without byte order mark, ending in a line feed that may be one more than the file has */
  bytes: Buffer;
  encoding: string;
}

/** So many sound characters for each broken one say that the encoding is right and the file is damaged. */
const soundPerBroken = 4;

/**
 * Text of a file in UTF-8. Byte order mark, then valid UTF-8, then Shift_JIS (CP932), EUC-JP, Windows-1252, whichever reads
 * plausibly; a guess is told in `notices`.
 * @throws Fault `invalid_encoding` (with the row) when the file is damaged or not in the encoding asked for, `unknown_encoding`
 */
export function decodeText(file: Buffer, asked: string | undefined, notices: Notice[]): DecodedText {
  const bom = byteOrderMark(file);
  const body = bom === undefined ? file : file.subarray(bom.length);
  if (asked !== undefined) return decodeAs(body, label(asked));
  if (bom !== undefined) return decodeAs(body, bom.encoding);
  const wide = utf16WithoutMark(file);
  if (wide !== undefined) return decodeAs(file, wide);
  if (isUtf8(file)) return { bytes: ended(file), encoding: 'utf-8' };
  refuseDamagedUtf8(file);
  const encoding = guess(file);
  notices.push({ code: 'encoding_guessed', severity: encoding === 'shift_jis' ? 'info' : 'warning', values: { encoding } });
  return decodeAs(file, encoding);
}

function decodeAs(body: Buffer, encoding: string): DecodedText {
  if (encoding === 'utf-8') {
    if (!isUtf8(body)) throw invalid(body, encoding);
    return { bytes: ended(body), encoding };
  }
  const decoder = new TextDecoder(encoding, { fatal: true });
  // In pieces: a JS string holds at most half a gigabyte.
  const piece = 64 * 1024 ** 2;
  const parts: Buffer[] = [];
  try {
    for (let at = 0; at < body.length; at += piece) parts.push(Buffer.from(decoder.decode(body.subarray(at, at + piece), { stream: true })));
    parts.push(Buffer.from(decoder.decode()), Buffer.from('\n'));
  } catch {
    throw invalid(body, encoding);
  }
  return { bytes: Buffer.concat(parts), encoding };
}

function label(asked: string): string {
  const name = /^(?:cp932|ms932|windows-31j|sjis)$/i.test(asked.trim()) ? 'shift_jis' : asked.trim();
  try {
    return new TextDecoder(name).encoding;
  } catch {
    throw new Fault('unknown_encoding', `no encoding is called ${asked.slice(0, 60)}`, { where: { field: 'encoding' }, values: { encoding: asked.slice(0, 60) } });
  }
}

function ended(body: Buffer): Buffer {
  return body.at(-1) === 10 ? body : Buffer.concat([body, Buffer.from('\n')]);
}

function byteOrderMark(file: Buffer): { encoding: string; length: number } | undefined {
  if (file[0] === 0xef && file[1] === 0xbb && file[2] === 0xbf) return { encoding: 'utf-8', length: 3 };
  if (file[0] === 0xff && file[1] === 0xfe) return { encoding: 'utf-16le', length: 2 };
  if (file[0] === 0xfe && file[1] === 0xff) return { encoding: 'utf-16be', length: 2 };
  return undefined;
}

/** ASCII letters, digits and delimiters have a zero in the same half of each unit. */
function utf16WithoutMark(file: Buffer): string | undefined {
  if (file.length % 2 !== 0 || file.length < 4) return undefined;
  const sample = file.subarray(0, 2048);
  const zeros = [0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] as number) + 1;
  });
  const units = sample.length / 2;
  if ((zeros[1] as number) > 0.4 * units && zeros[0] === 0) return 'utf-16le';
  if ((zeros[0] as number) > 0.4 * units && zeros[1] === 0) return 'utf-16be';
  return undefined;
}

function refuseDamagedUtf8(file: Buffer): void {
  const sample = new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.subarray(0, 4 * 1024 ** 2));
  const broken = sample.match(/\ufffd/g)?.length ?? 0;
  const sound = sample.match(/[^\u0000-\u007f\ufffd]/g)?.length ?? 0;
  if (sound >= soundPerBroken * broken && sound > 0) throw invalid(file, 'utf-8');
}

function guess(file: Buffer): string {
  const sample = file.subarray(0, lineEnd(file, 1024 ** 2));
  const japanese = ['shift_jis', 'euc-jp']
    .map((encoding) => ({ encoding, score: japaneseScore(sample, encoding) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)[0];
  if (japanese !== undefined) return japanese.encoding;
  const western = new TextDecoder('windows-1252').decode(sample);
  const other = western.match(/[^\u0000-\u007f]/g) ?? [];
  const plausible = western.match(/[\u00c0-\u00ff\u00a0°µ²³±·€–—’“”ºª¿¡£§©®¼½¾\u0160\u0161\u017d\u017e\u0152\u0153«»]/g) ?? [];
  if (plausible.length < 0.9 * other.length) {
    // Mostly Japanese with a broken byte, or nothing we know.
    throw invalid(file, new TextDecoder('shift_jis').decode(sample).match(/[\u3040-\u30ff\u4e00-\u9fff]/g) === null ? 'utf-8' : 'shift_jis');
  }
  return 'windows-1252';
}

/**
 * How Japanese the bytes read, at most 1: kana, kanji and full-width forms speak for it; half-width kana and private-use
 * characters (what the other Japanese encoding turns into) and lone kanji between Latin letters (Windows-1252 misread) against.
 */
function japaneseScore(sample: Buffer, encoding: string): number {
  let text;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(sample);
  } catch {
    return 0;
  }
  const other = text.match(/[^\u0000-\u007f]/g)?.length ?? 0;
  const good = text.match(/[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e\u2100-\u22ff\u00b0-\u00d7]/g)?.length ?? 0;
  const half = text.match(/[\uff61-\uff9f]/g)?.length ?? 0;
  const halfWords = text.match(/[\uff66-\uff9f]{2,}/g)?.join('').length ?? 0;
  const lone = text.match(/(?<=[A-Za-z])[^\u0000-\u007f](?=[A-Za-z])/g)?.length ?? 0;
  return (good + (good === 0 ? 0.5 : 0.2) * halfWords - (half - halfWords) - 2 * lone) / Math.max(other, 1);
}

function lineEnd(file: Buffer, from: number): number {
  const end = file.indexOf(10, from);
  return end < 0 ? file.length : end + 1;
}

/** Finds the first row that cannot be decoded. */
function invalid(body: Buffer, encoding: string): Fault {
  let row = 1;
  if (!encoding.startsWith('utf-16')) {
    const decoder = new TextDecoder(encoding, { fatal: true });
    for (let at = 0; at < body.length; row++) {
      const end = lineEnd(body, at);
      try {
        decoder.decode(body.subarray(at, end));
      } catch {
        break;
      }
      at = end;
    }
  }
  return new Fault('invalid_encoding', `row ${row} is not valid ${encoding}`, { where: { row }, values: { encoding, row } });
}
