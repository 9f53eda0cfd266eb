#!/usr/bin/env node
// Runs the command line with the Node version that the project pins, whatever version started this file (plain JavaScript: an
// old Node has to understand it).
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const oldestNode = 24;
const entry = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

function pinnedNode() {
  try {
    const home = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    return [join(home, 'bin', 'node'), join(home, 'bin', 'node.exe')].find((path) => existsSync(path));
  } catch {
    return undefined;
  }
}

const node = pinnedNode() ?? (Number(process.versions.node.split('.')[0]) >= oldestNode ? process.execPath : undefined);
if (node === undefined) {
  console.error(`zerosec needs Node ${oldestNode} or newer (this is ${process.version}); "npm install" in the project brings it.`);
  process.exit(2);
}

// Compiled sources are kept for the next start (a third of the start-up cost); where the folder cannot be written, nothing is kept.
const compileCache = fileURLToPath(new URL('../node_modules/.cache/zerosec', import.meta.url));

// The channel tells the child when this process is gone, however it went.
const child = spawn(node, ['--disable-warning=ExperimentalWarning', entry, ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { NODE_COMPILE_CACHE: compileCache, ...process.env },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(error.message);
  process.exit(2);
});
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
