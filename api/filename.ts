import { Fault, uploadExtensions } from '../schemas/index.ts';

export type FilenameReason =
  'path_separator' | 'control_character' | 'bidi_override' | 'invalid_unicode' | 'wrong_extension' | 'no_name' | 'too_long';

const longestName = 255;
/** Of the name's part of an object key, bytes: with the prefix far below S3's 1024. */
const longestKeyName = 200;

/** Embeddings, overrides, isolates and marks that make "evil\u202Evsc.exe" look like something else. */
const bidirectional = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** @throws Fault `invalid_filename` with the reason. The name is for display only: keys are made by `keyNameOf`. */
export function checkFilename(name: string): void {
  const reason = reasonAgainst(name);
  if (reason !== undefined) throw invalidFilename(reason);
}

export function invalidFilename(reason: FilenameReason): Fault {
  return new Fault('invalid_filename', `the file name cannot be used: ${reason}`, { where: { field: 'filename' }, values: { reason } });
}

function reasonAgainst(name: string): FilenameReason | undefined {
  if (name.length > longestName) return 'too_long';
  if (!name.isWellFormed()) return 'invalid_unicode';
  if (/[/\\\u2215\u2044\uFF0F\uFF3C]/u.test(name)) return 'path_separator';
  if (/\p{Cc}|[\u2028\u2029]/u.test(name)) return 'control_character';
  if (bidirectional.test(name)) return 'bidi_override';
  const extension = extensionOf(name);
  if (extension === undefined) return 'wrong_extension';
  return name.slice(0, -extension.length).trim() === '' ? 'no_name' : undefined;
}

function extensionOf(name: string): string | undefined {
  const lower = name.toLowerCase();
  return uploadExtensions.find((extension) => lower.endsWith(extension));
}

/** The name as part of an object key: NFC; letters, digits, `.`, `_` and `-` of any script; at most 200 bytes; the extension stays. */
export function keyNameOf(name: string): string {
  const safe = name.normalize('NFC').replace(/[^\p{L}\p{N}._-]/gu, '_');
  const extension = safe.slice(safe.length - (extensionOf(safe)?.length ?? 0));
  const room = longestKeyName - Buffer.byteLength(extension);
  let stem = '';
  let bytes = 0;
  for (const character of safe.slice(0, safe.length - extension.length)) {
    bytes += Buffer.byteLength(character);
    if (bytes > room) break;
    stem += character;
  }
  return stem + extension;
}
