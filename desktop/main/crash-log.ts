import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';

const largest = 1024 * 1024;

/** A line of JSON per crash, in a file of at most 1 MiB with one predecessor. Written at once: the process may be about to end. Names of the user's folders are left out. */
export class CrashLog {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  write(kind: string, details: Readonly<Record<string, unknown>>): void {
    try {
      mkdirSync(dirname(this.file), { recursive: true });
      if ((statSync(this.file, { throwIfNoEntry: false })?.size ?? 0) > largest) renameSync(this.file, `${this.file}.old`);
      appendFileSync(this.file, `${JSON.stringify({ at: new Date().toISOString(), kind, ...details }).replaceAll(homedir(), '~')}\n`, { mode: 0o600 });
    } catch {
      // a full disk must not make a crash worse
    }
  }

  error(kind: string, error: unknown): void {
    this.write(kind, error instanceof Error ? { message: error.message, stack: error.stack ?? '' } : { message: String(error) });
  }
}
