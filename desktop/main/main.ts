import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Electron } from './electron.ts';
import { startShell } from './shell.ts';

/** Beside the program when it is packaged (extraResources), else the project itself. */
const packaged = join((process as NodeJS.Process & { resourcesPath?: string }).resourcesPath ?? '', 'backend');
const project = join(import.meta.dirname, '../..');
const backend = existsSync(join(packaged, 'bin/zerosec.mjs')) ? packaged : project;
// Node comes with the project as a package; Electron's own must not run scripts (fuse RunAsNode)
const node = ['node', 'node.exe'].map((name) => join(backend, 'node_modules/node/bin', name)).find((path) => existsSync(path)) ?? 'node';

// there is such a module only inside Electron
const electron = createRequire(import.meta.url)('electron') as Electron;

await startShell(electron, {
  argv: process.argv, process,
  pages: join(import.meta.dirname, '../desktop'),
  preload: join(import.meta.dirname, 'preload.cjs'),
  backend: { command: (data) => [node, join(backend, 'bin/zerosec.mjs'), 'start', '--json', '--no-demo', '--port', '0', '--directory', data], cwd: backend },
});
