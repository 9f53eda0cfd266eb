import { Buffer } from 'node:buffer';

/** Longest name that common file systems take, bytes of UTF-8. */
const longestName = 240;
/** Device names that Windows gives a meaning in every folder. */
const deviceName = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;
 
const forbidden = /[\u0000-\u001f\u007f<>:"|?*\u202a-\u202e\u2066-\u2069]/g;

/**
 * Places for files whose names come from elsewhere. Each is relative, /-separated, never leaves the folder, is a legal name on
 * every common system, and differs from all others also where case does not count (`A.csv` and `a.csv` → `a (2).csv`).
 */
export class SafePaths {
  /** folded path → what it was taken for and how it was spelt first */
  readonly #taken = new Map<string, { kind: 'file' | 'folder'; path: string }>();

  /** @param reserved names that are in use already */
  constructor(reserved: readonly string[] = []) {
    for (const path of reserved) this.#taken.set(fold(path), { kind: 'file', path });
  }

  place(path: string): string {
    const names = path.split(/[/\\]/).filter((name) => name !== '' && name !== '.').map(safeName);
    if (names.length === 0) names.push('_');
    let folder = '';
    for (const [depth, name] of names.entries()) {
      const kind = depth === names.length - 1 ? 'file' : 'folder';
      folder = this.#take(folder === '' ? '' : `${folder}/`, name, kind);
    }
    return folder;
  }

  #take(prefix: string, name: string, kind: 'file' | 'folder'): string {
    const dot = kind === 'file' ? name.lastIndexOf('.') : -1;
    const stem = dot > 0 ? name.slice(0, dot) : name;
    const extension = dot > 0 ? name.slice(dot) : '';
    for (let number = 1; ; number += 1) {
      const path = prefix + (number === 1 ? name : `${stem} (${number})${extension}`);
      const taken = this.#taken.get(fold(path));
      if (taken === undefined) {
        this.#taken.set(fold(path), { kind, path });
        return path;
      }
      // `A/x` and `a/x` lie in one folder wherever case does not count, so they do everywhere
      if (kind === 'folder' && taken.kind === 'folder') return taken.path;
    }
  }
}

function fold(path: string): string {
  return path.normalize('NFKC').toLowerCase();
}

function safeName(name: string): string {
  const clean = name.normalize('NFC').replace(forbidden, '_').replace(/[. ]+$/, '_').replace(/^\.\./, '_');
  return shorten(deviceName.test(clean) ? `_${clean}` : clean);
}

function shorten(name: string): string {
  if (Buffer.byteLength(name) <= longestName) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : '';
  let stem = name.slice(0, name.length - extension.length);
  while (Buffer.byteLength(stem) > longestName - Buffer.byteLength(extension)) stem = stem.slice(0, -1);
  return stem.replace(/[\ud800-\udbff]$/, '') + extension;
}
