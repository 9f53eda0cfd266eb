import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ConnectionChoice, ConnectionTest, ConnectionView } from '../bridge/index.ts';
import { serverAddress } from './addresses.ts';
import type { Backend } from './backend.ts';
import type { Electron } from './electron.ts';
import { storageOf, type Target } from './pages.ts';
import type { Tokens } from './tokens.ts';

type Stored = { mode: 'embedded' } | { mode: 'server'; address: string };
interface Parts { file: string; net: Electron['net']; tokens: Tokens; backend: Backend; onChange: () => void }

/** Where the page's requests go: the embedded backend, which is started, or a server. The choice is kept, the token is not in it. */
export class Connection {
  readonly #parts: Parts;
  #stored: Stored = { mode: 'embedded' };
  #state: ConnectionView['state'] = 'starting';
  #target: Target | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get target(): Target | null {
    return this.#target;
  }

  get view(): ConnectionView {
    const address = this.#stored.mode === 'server' ? this.#stored.address : null;
    const { tokens } = this.#parts;
    return { mode: this.#stored.mode, address, tokenStored: address !== null && tokens.of(address) !== null, tokensProtected: tokens.isProtected, state: this.#state };
  }

  /** Connects as the last time. Never throws: a program that cannot connect shows its settings. */
  async open(): Promise<void> {
    this.#stored = storedOf(await readFile(this.#parts.file, 'utf8').catch(() => ''));
    await this.#connect();
  }

  /** @throws Error `invalid_address` */
  async choose({ mode, address, token }: ConnectionChoice): Promise<ConnectionView> {
    const server = mode === 'server' ? serverAddress(address ?? '') : undefined;
    if (mode === 'server' && server === undefined) throw new Error('invalid_address');
    if (server !== undefined && token !== null) await this.#parts.tokens.set(server, token === '' ? null : token);
    this.#stored = server === undefined ? { mode: 'embedded' } : { mode: 'server', address: server };
    await mkdir(dirname(this.#parts.file), { recursive: true });
    await writeFile(`${this.#parts.file}.new`, `${JSON.stringify(this.#stored)}\n`, { mode: 0o600 });
    await rename(`${this.#parts.file}.new`, this.#parts.file);
    await this.#connect();
    return this.view;
  }

  /** Whether a zerosec server answers there, with the token that is given or stored. */
  async test({ mode, address, token }: ConnectionChoice): Promise<ConnectionTest> {
    const server = mode === 'server' ? serverAddress(address ?? '') : this.#target?.address;
    if (server === undefined) return { ok: false, code: mode === 'server' ? 'invalid_address' : 'unreachable' };
    const bearer = token ?? this.#parts.tokens.of(server) ?? '';
    try {
      const answer = await this.#parts.net.fetch(`${server}/health`, { redirect: 'manual', headers: bearer === '' ? {} : { Authorization: `Bearer ${bearer}` } });
      if (answer.status === 401 || answer.status === 403) return { ok: false, code: 'refused' };
      const body: unknown = await answer.json().catch(() => null);
      const version = typeof body === 'object' && body !== null ? (body as { version?: unknown }).version : undefined;
      return answer.ok && typeof version === 'string' ? { ok: true, version } : { ok: false, code: 'not_zerosec' };
    } catch {
      return { ok: false, code: 'unreachable' };
    }
  }

  /** The embedded backend is gone. */
  lost(): void {
    if (this.#stored.mode !== 'embedded') return;
    this.#target = null;
    this.#state = 'failed';
    this.#parts.onChange();
  }

  async #connect(): Promise<void> {
    const { backend, net, tokens, onChange } = this.#parts;
    this.#target = null;
    this.#state = 'starting';
    try {
      await backend.stop();
      const stored = this.#stored;
      const address = stored.mode === 'embedded' ? await backend.start() : stored.address;
      const policy = await net.fetch(`${address}/`, { redirect: 'manual' }).then((answer) => answer.headers.get('content-security-policy') ?? '', () => '');
      this.#target = { address, storage: storageOf(policy), token: () => (stored.mode === 'server' ? tokens.of(address) : null) };
      this.#state = 'ready';
    } catch {
      this.#state = 'failed';
    }
    onChange();
  }
}

function storedOf(text: string): Stored {
  try {
    const { mode, address } = JSON.parse(text) as { mode?: unknown; address?: unknown };
    const server = mode === 'server' && typeof address === 'string' ? serverAddress(address) : undefined;
    return server === undefined ? { mode: 'embedded' } : { mode: 'server', address: server };
  } catch {
    return { mode: 'embedded' };
  }
}
