import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Electron } from './electron.ts';

/** Tokens by server, encrypted by the operating system's keychain. Where there is none, a token lasts until the program ends and is never written. */
export class Tokens {
  readonly #file: string;
  readonly #storage: Electron['safeStorage'];
  #tokens: Record<string, string> = {};

  private constructor(file: string, storage: Electron['safeStorage']) {
    this.#file = file;
    this.#storage = storage;
  }

  /** What cannot be decrypted any more (another user, another computer) is gone. */
  static async open(file: string, storage: Electron['safeStorage']): Promise<Tokens> {
    const tokens = new Tokens(file, storage);
    if (!tokens.isProtected) return tokens;
    try {
      const stored = JSON.parse(storage.decryptString(await readFile(file))) as Record<string, unknown>;
      tokens.#tokens = Object.fromEntries(Object.entries(stored).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
    } catch {
      tokens.#tokens = {};
    }
    return tokens;
  }

  /** On Linux without a keyring Electron "encrypts" with a known password (`basic_text`): that is none. */
  get isProtected(): boolean {
    return this.#storage.isEncryptionAvailable() && this.#storage.getSelectedStorageBackend?.() !== 'basic_text';
  }

  of(server: string): string | null {
    return this.#tokens[server] ?? null;
  }

  /** @param token null forgets */
  async set(server: string, token: string | null): Promise<void> {
    const others = Object.entries(this.#tokens).filter(([name]) => name !== server);
    this.#tokens = Object.fromEntries(token === null ? others : [...others, [server, token]]);
    if (!this.isProtected) return;
    if (Object.keys(this.#tokens).length === 0) return rm(this.#file, { force: true });
    await mkdir(dirname(this.#file), { recursive: true });
    await writeFile(`${this.#file}.new`, this.#storage.encryptString(JSON.stringify(this.#tokens)), { mode: 0o600 });
    await rename(`${this.#file}.new`, this.#file);
  }
}
