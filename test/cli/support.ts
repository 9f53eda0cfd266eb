import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');
export const table = join(root, 'examples/linear_analysis/deburring.csv');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the command line as a user does, without the settings of whoever runs the tests. */
export function launch(args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): { child: ChildProcess; ended: Promise<Ended>; output: () => string } {
  const child = spawn(process.execPath, [join(root, 'bin/zerosec.mjs'), ...args], {
    cwd: options.cwd ?? root, stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'], LANG: 'C', ...options.env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  return { child, ended, output: () => stdout };
}

export function zerosec(args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): Promise<Ended> {
  return launch(args, options).ended;
}

/** Each line of stdout parsed; throws at the first that is not JSON. */
export function lines(stdout: string): Record<string, unknown>[] {
  return stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export async function until(what: string, condition: () => boolean | Promise<boolean>, patienceMs = 60_000): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
