import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startShell, type Shell, type ShellOptions } from '../../../desktop/main/shell.ts';
import { root } from '../../cli/support.ts';
import { FakeElectron } from './fake-electron.ts';

export interface Started { fake: FakeElectron; shell: Shell; folder: string; processEvents: Map<string, (error: unknown) => void>; end: () => Promise<void> }

/** The shell on a stand-in of Electron, with a real child process as its backend. */
export async function started(argv: readonly string[] = ['zerosec'], folder = mkdtempSync(join(tmpdir(), 'zerosec-shell-')), prepare?: (fake: FakeElectron) => void, overrides: Partial<ShellOptions> = {}): Promise<Started> {
  const fake = new FakeElectron(folder);
  prepare?.(fake);
  const processEvents = new Map<string, (error: unknown) => void>();
  const shell = await startShell(fake.electron, {
    argv, pages: join(root, 'build/desktop'), preload: '/preload.cjs', process: { on: (event, listener) => processEvents.set(event, listener) },
    backend: { command: (data) => [process.execPath, join(import.meta.dirname, 'stub-backend.mjs'), data], cwd: root, patienceMs: 60_000 }, ...overrides,
  });
  if (shell === null) throw new Error('not the first');
  const end = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      fake.appEvents.emit('before-quit', { preventDefault: () => undefined });
      const timer = setInterval(() => { if (fake.quits > 0) { clearInterval(timer); resolve(); } }, 20);
    });
    rmSync(folder, { recursive: true, force: true });
  };
  return { fake, shell, folder, processEvents, end };
}
