// Compiles kernels/assembly/index.ts to build/kernels.wasm (+ .map, + .json with the hashes).
//   node scripts/build-kernels.ts [--if-stale] [--if-possible]
// --if-stale: nothing to do when sources, flags and compiler are those of the last build. --if-possible (`npm ci`): a production
// install, which has no compiler, says what is missing and goes on; the image copies the module from its build stage.
// Several processes may run this at once: each compiles into a folder of its own and renames, so a reader never sees half a file.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { hashSources, type BuildRecord } from '../kernels/freshness.ts';

const root = join(import.meta.dirname, '..');
const sourceFolder = join(root, 'kernels/assembly');
const buildFolder = join(root, 'build');
const outputs = ['kernels.wasm', 'kernels.wasm.map', 'kernels.json'] as const;

/** Low memory that no host allocation may touch; the module has no static data today, this is where it would go. Keep in step with kernels/memory.ts. */
const STATIC_BYTES = 1024;

const flags = [
  '-O3', '--noAssert', '--uncheckedBehavior', 'always', '--runtime', 'stub',
  '--enable', 'simd', '--enable', 'threads', '--enable', 'bulk-memory',
  '--importMemory', '--noExportMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536',
  '--memoryBase', String(STATIC_BYTES / 2),
];

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** The installed compiler's version, or undefined when the devDependency is absent (production install). */
function compilerVersion(): string | undefined {
  const manifest = join(root, 'node_modules/assemblyscript/package.json');
  if (!existsSync(manifest)) return undefined;
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

function readRecord(): BuildRecord | undefined {
  if (!outputs.every((name) => existsSync(join(buildFolder, name)))) return undefined;
  try {
    return JSON.parse(readFileSync(join(buildFolder, 'kernels.json'), 'utf8')) as BuildRecord;
  } catch {
    return undefined;
  }
}

async function compile(compiler: string): Promise<void> {
  const { default: asc } = await import('assemblyscript/asc');
  const sources = await hashSources(sourceFolder, compiler, flags);
  mkdirSync(buildFolder, { recursive: true });
  const scratch = mkdtempSync(join(buildFolder, '.kernels-'));
  try {
    const outFile = join(scratch, 'kernels.wasm');
    const stderr = asc.createMemoryStream();
    const { error } = await asc.main([
      'kernels/assembly/index.ts', '--baseDir', root, '--outFile', relative(root, outFile), '--sourceMap', './kernels.wasm.map', ...flags,
    ], { stderr });
    if (error) throw new Error(`AssemblyScript refused the kernels: ${error.message}\n${stderr.toString()}`, { cause: error });
    const record: BuildRecord = { sources, wasm: sha256(readFileSync(outFile)), compiler, flags };
    writeFileSync(join(scratch, 'kernels.json'), `${JSON.stringify(record, null, 2)}\n`);
    // The record goes last: it vouches for the files before it.
    for (const name of outputs) renameSync(join(scratch, name), join(buildFolder, name));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  const ifStale = process.argv.includes('--if-stale');
  const compiler = compilerVersion();
  const record = readRecord();
  if (compiler === undefined) {
    if (ifStale && record) return 0;
    console.error('build/kernels.wasm is missing and the AssemblyScript compiler is not installed.\n'
      + 'Run `npm ci` (with development dependencies) once, or copy build/kernels.* from a machine that has built them.');
    return process.argv.includes('--if-possible') ? 0 : 1;
  }
  if (ifStale && record && record.sources === await hashSources(sourceFolder, compiler, flags)
    && record.wasm === sha256(readFileSync(join(buildFolder, 'kernels.wasm')))) return 0;
  const started = performance.now();
  await compile(compiler);
  console.log(`kernels.wasm built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return 0;
}

process.exitCode = await main();
