// Makes the desktop program's installer for the system this runs on, in build/installers/. A step of its own: it fetches Electron (100 MB) through npx,
// which `npm ci` never does. The backend goes beside the program with the packages that it runs on, which differ by system: package on each of them.
//   node scripts/package-desktop.ts [--stage-only]
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

const builder = 'electron-builder@26.17.0';
const root = join(import.meta.dirname, '..');
const app = join(root, 'build/package');
const backend = join(root, 'build/backend');
/** What the backend runs from; the web app among it, for whoever opens its address in a browser. */
const rooms = ['api', 'bin', 'cli', 'client', 'cluster', 'kernels', 'platform', 'schemas', 'build/desktop', 'build/kernels.json', 'build/kernels.wasm', 'package.json', 'package-lock.json', 'LICENSE'];

function run(command: string, args: readonly string[], cwd = root): void {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}

for (const script of ['build-kernels.ts', 'build-desktop.ts']) run(process.execPath, [join(root, 'scripts', script), '--if-stale']);
rmSync(app, { recursive: true, force: true });
mkdirSync(join(app, 'resources'), { recursive: true });
run(process.execPath, [join(root, 'scripts/build-shell.ts'), '--out', join(app, 'electron')]);
cpSync(join(root, 'build/desktop'), join(app, 'desktop'), { recursive: true });
cpSync(join(root, 'desktop/electron-builder.json'), join(app, 'electron-builder.json'));
writeFileSync(join(app, 'resources/icon.png'), new Resvg(readFileSync(join(root, 'desktop/main/icon.svg'), 'utf8')).render().asPng());
const { version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string; license: string };
writeFileSync(join(app, 'package.json'), `${JSON.stringify({ name: 'zerosec', version, license, description: 'Design and analysis of experiments', author: 'zerosec', type: 'module', main: 'electron/main.mjs' }, null, 2)}\n`);

if (!process.argv.includes('--stage-only')) {
  rmSync(backend, { recursive: true, force: true });
  for (const name of rooms) cpSync(join(root, name), join(backend, name), { recursive: true });
  // `prepare` would build what is there already
  const manifest = JSON.parse(readFileSync(join(backend, 'package.json'), 'utf8')) as { scripts?: Record<string, string>; devDependencies?: unknown };
  writeFileSync(join(backend, 'package.json'), `${JSON.stringify({ ...manifest, scripts: {} }, null, 2)}\n`);
  run('npm', ['ci', '--omit=dev'], backend);
  run('npx', ['--yes', builder, '--projectDir', app, '--config', join(app, 'electron-builder.json'), '--publish', 'never']);
}
