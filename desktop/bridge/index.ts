/** What the page may ask of the desktop shell: names and types only, so that the preload script stays a few lines. */

/** A table that the user chose, by a dialog or by double click. */
export interface OpenedTable { name: string; bytes: Uint8Array }

/** Where analyses run: on this computer, or at a server. `tokenStored` says that there is one, never what it is. */
export interface ConnectionView { mode: 'embedded' | 'server'; address: string | null; tokenStored: boolean; tokensProtected: boolean; state: 'starting' | 'ready' | 'failed' }

export interface ConnectionChoice {
  mode: 'embedded' | 'server';
  /** of the server; null with `embedded` */
  address: string | null;
  /** new token; null keeps the stored one; empty forgets it */
  token: string | null;
}

export type ConnectionTest = { ok: true; version: string } | { ok: false; code: 'invalid_address' | 'unreachable' | 'refused' | 'not_zerosec' };

/** `window.zerosec` in the page; absent in a browser. */
export interface Bridge {
  openTable(): Promise<OpenedTable | null>;
  /** Asks where to; false when the user thought better of it. */
  saveFile(name: string, bytes: Uint8Array): Promise<boolean>;
  connection(): Promise<ConnectionView>;
  testConnection(choice: ConnectionChoice): Promise<ConnectionTest>;
  connect(choice: ConnectionChoice): Promise<ConnectionView>;
  /** Tables opened from outside (double click, second start). Tells the shell that the page listens. @returns how to stop */
  onOpenTable(listener: (table: OpenedTable) => void): () => void;
  /** A deep link: the hash of a screen. @returns how to stop */
  onGo(listener: (hash: string) => void): () => void;
}

/** Everything that passes between page and shell; nothing else is answered. */
export const channels = {
  openTable: 'zerosec:open-table', saveFile: 'zerosec:save-file', connection: 'zerosec:connection', testConnection: 'zerosec:test-connection', connect: 'zerosec:connect', ready: 'zerosec:ready',
} as const;
export const pushes = { table: 'zerosec:table', go: 'zerosec:go' } as const;
