// Bundles desktop/renderer to build/desktop/ (index.html, assets/*), which the API serves at `/` and Electron loads.
//   node scripts/build-desktop.ts [--if-stale] [--if-possible]
// --if-stale: nothing to do when sources and packages are those of the last build. --if-possible (`npm ci`): a production install,
// which has no bundler, says what is missing and goes on. The folder is made beside its place and renamed.
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const target = join(root, 'build/desktop');
const fontFolder = join(root, 'node_modules/@expo-google-fonts/noto-sans-jp');
const sources = ['desktop/renderer/**/*.{ts,tsx,css,html,svg}', 'desktop/bridge/**/*.ts', 'schemas/**/*.ts', 'client/**/*.ts', 'scripts/build-desktop.ts', 'package-lock.json'];

const hash = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

function hashOfSources(): string {
  const files = [...new Set(sources.flatMap((pattern) => globSync(pattern, { cwd: root })))].sort();
  return hash(files.map((file) => `${file} ${hash(readFileSync(join(root, file)))}`).join('\n'));
}

function isFresh(record: string): boolean {
  const path = join(target, 'sources.sha256');
  return existsSync(path) && readFileSync(path, 'utf8') === record;
}

async function bundle(folder: string): Promise<number> {
  const { build } = await import('esbuild');
  const { metafile } = await build({
    absWorkingDir: root, entryPoints: { app: 'desktop/renderer/main.tsx' }, outdir: join(folder, 'assets'), bundle: true, splitting: true, format: 'esm', target: ['chrome120', 'firefox120', 'safari17'],
    minify: true, sourcemap: true, metafile: true, legalComments: 'linked', jsx: 'automatic', jsxImportSource: 'preact', entryNames: '[name]-[hash]', chunkNames: '[name]-[hash]', logLevel: 'warning',
    external: ['/assets/fonts/*'], define: { 'process.env.NODE_ENV': '"production"' },
  });
  const outputs = Object.entries(metafile.outputs);
  const script = outputs.find(([, { entryPoint }]) => entryPoint === 'desktop/renderer/main.tsx');
  if (script?.[1].cssBundle === undefined) throw new Error('esbuild wrote no entry with a style sheet');
  const html = readFileSync(join(root, 'desktop/renderer/index.html'), 'utf8');
  writeFileSync(join(folder, 'index.html'), html.replace('{{script}}', basename(script[0])).replace('{{style}}', basename(script[1].cssBundle)));
  mkdirSync(join(folder, 'assets/fonts'));
  for (const weight of ['400Regular', '700Bold']) copyFileSync(join(fontFolder, weight, `NotoSansJP_${weight}.ttf`), join(folder, `assets/fonts/NotoSansJP_${weight}.ttf`));
  copyFileSync(join(fontFolder, 'LICENSE'), join(folder, 'assets/fonts/LICENSE.txt'));
  return script[1].bytes + statSync(join(folder, 'assets', basename(script[1].cssBundle))).size;
}

async function main(): Promise<number> {
  const record = hashOfSources();
  if (process.argv.includes('--if-stale') && isFresh(record)) return 0;
  if (!existsSync(join(root, 'node_modules/esbuild/package.json'))) {
    console.error('build/desktop is missing or old and the bundler is not installed: the page at / stays as it is. Run `npm ci` (with development dependencies) once.');
    return process.argv.includes('--if-possible') ? 0 : 1;
  }
  mkdirSync(join(root, 'build'), { recursive: true });
  const scratch = mkdtempSync(join(root, 'build/.desktop-'));
  const started = performance.now();
  try {
    const bytes = await bundle(scratch);
    chmodSync(scratch, 0o755); // mkdtemp keeps others out; the image runs as somebody else
    writeFileSync(join(scratch, 'sources.sha256'), record);
    rmSync(target, { recursive: true, force: true });
    renameSync(scratch, target);
    console.log(`build/desktop built in ${((performance.now() - started) / 1000).toFixed(1)} s: first page ${(bytes / 1024).toFixed(0)} KiB`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return 0;
}

process.exitCode = await main();
