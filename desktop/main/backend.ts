import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface BackendOptions {
  /** program and arguments, e.g. [node, bin/zerosec.mjs, start, --json …] */
  command: readonly [string, ...string[]];
  cwd: string;
  /** patience with the first line, ms */
  patienceMs: number;
  /** the backend ended although nobody had asked it to */
  onLost: (exitCode: number | null, tail: string) => void;
}

/** lines of its error output that a crash report gets */
const keptLines = 40;
const stopPatienceMs = 20_000;

/** The embedded system of `npm start` as a child process: the shell knows its address from the line of JSON that it prints. */
export class Backend {
  readonly #options: BackendOptions;
  #child: ChildProcess | null = null;
  #stopping = false;
  #tail: string[] = [];

  constructor(options: BackendOptions) {
    this.#options = options;
  }

  /** @returns its address. @throws Error with the end of its output when it ends or says nothing */
  async start(): Promise<string> {
    const { command: [program, ...args], cwd, patienceMs, onLost } = this.#options;
    this.#stopping = false;
    this.#tail = [];
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, env: environment() });
    this.#child = child;
    createInterface({ input: child.stderr }).on('line', (line) => { this.#tail = [...this.#tail, line].slice(-keptLines); });
    let isReady = false;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => { reject(new Error(`the backend said nothing in ${patienceMs} ms`)); void this.stop(); }, patienceMs);
      createInterface({ input: child.stdout }).on('line', (line) => {
        const url = isReady ? undefined : urlOf(line);
        if (url === undefined) return;
        isReady = true;
        clearTimeout(timer);
        resolve(url);
      });
      child.once('error', (error) => { clearTimeout(timer); reject(error); });
      child.once('close', (code) => {
        clearTimeout(timer);
        this.#child = null;
        if (isReady && !this.#stopping) onLost(code, this.#tail.join('\n'));
        reject(new Error(`the backend ended with ${code}\n${this.#tail.join('\n')}`));
      });
    });
  }

  /** Asks it to end and waits; what does not listen is killed. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#stopping = true;
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopPatienceMs);
    await ended;
    clearTimeout(timer);
  }
}

/** Settings of whoever starts the program must not turn it into another system: only what processes need is handed on. */
function environment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TEMP', 'TMP', 'APPDATA', 'LOCALAPPDATA', 'USERPROFILE', 'SystemRoot', 'SYSTEMROOT', 'windir', 'ComSpec', 'PATHEXT', 'USERNAME', 'USER'];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

/** of `{"type":"started","url":…}`; only this computer is taken */
function urlOf(line: string): string | undefined {
  try {
    const { type, url } = JSON.parse(line) as { type?: unknown; url?: unknown };
    return type === 'started' && typeof url === 'string' && /^http:\/\/127\.0\.0\.1:\d+$/.test(url) ? url : undefined;
  } catch {
    return undefined;
  }
}
