// Bundles the desktop program around the web app to build/electron/: main.mjs (desktop/main) and preload.cjs (desktop/preload; a sandboxed preload script is
// CommonJS and may require nothing but electron).
//   node scripts/build-shell.ts [--out <folder>]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';

const root = join(import.meta.dirname, '..');
const at = process.argv.indexOf('--out');
const folder = at > 0 ? (process.argv[at + 1] ?? '') : join(root, 'build/electron');

mkdirSync(folder, { recursive: true });
const shared = { absWorkingDir: root, bundle: true, external: ['electron'], minify: false, sourcemap: false, logLevel: 'warning', legalComments: 'none' } satisfies BuildOptions;
await Promise.all([
  build({ ...shared, entryPoints: ['desktop/main/main.ts'], outfile: join(folder, 'main.mjs'), platform: 'node', format: 'esm', target: 'node22' }),
  build({ ...shared, entryPoints: ['desktop/preload/main.ts'], outfile: join(folder, 'preload.cjs'), platform: 'browser', format: 'cjs', target: 'chrome130' }),
]);
