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

/** Low memory that no host allocation may touch: the second half holds the module's static data. Keep in step with kernels/memory.ts. */
const STATIC_BYTES = 32_768;

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
    requireStaticFits(readFileSync(outFile));
    const record: BuildRecord = { sources, wasm: sha256(readFileSync(outFile)), compiler, flags };
    writeFileSync(join(scratch, 'kernels.json'), `${JSON.stringify(record, null, 2)}\n`);
    // The record goes last: it vouches for the files before it.
    for (const name of outputs) renameSync(join(scratch, name), join(buildFolder, name));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Every thread that starts writes the data segments anew: beyond the reserved region they would overwrite a job's data. */
function requireStaticFits(wasm: Uint8Array): void {
  const end = endOfData(wasm);
  if (end > STATIC_BYTES) throw new Error(`static data of the kernels ends at byte ${end}, beyond the ${STATIC_BYTES} that kernels/memory.ts leaves free`);
}

/** Last byte of the active data segments (binary format §5.5.14: flag, i32.const offset, end, length, bytes). */
function endOfData(wasm: Uint8Array): number {
  let at = 8;
  const leb = (signed: boolean): number => {
    let value = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = wasm[at++] as number;
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte & 0x80);
    return signed && shift < 32 && (byte & 0x40) ? value | (-1 << shift) : value;
  };
  let end = 0;
  while (at < wasm.length) {
    const id = wasm[at++];
    const next = leb(false) + at;
    if (id === 11) {
      for (let left = leb(false); left > 0; left -= 1) {
        if (leb(false) !== 0) throw new Error('a data segment of the kernels is passive or names a memory: endOfData does not know it');
        at += 1; // i32.const
        const offset = leb(true);
        at += 1; // end
        const length = leb(false);
        end = Math.max(end, offset + length);
        at += length;
      }
    }
    at = next;
  }
  return end;
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
