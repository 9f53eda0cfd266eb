import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KernelError } from './errors.ts';

/** What scripts/build-kernels.ts keeps beside the module. */
export interface BuildRecord { sources: string; wasm: string; compiler: string; flags: readonly string[] }

const sourceFolder = fileURLToPath(new URL('./assembly', import.meta.url));
const recordPath = fileURLToPath(new URL('../build/kernels.json', import.meta.url));

/** Hash of every source, the flags and the compiler's version: equal hash, equal module. */
export async function hashSources(folder: string, compiler: string, flags: readonly string[]): Promise<string> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts')).sort();
  const parts = await Promise.all(files.map(async (name) => `${name.replaceAll('\\', '/')}\n${await readFile(join(folder, name), 'utf8')}`));
  return createHash('sha256').update([compiler, flags.join(' '), ...parts].join('\0')).digest('hex');
}

/**
 * Whether build/kernels.wasm was made from the sources that lie here. Where there are no sources (an image) there is nothing
 * to compare with. @throws KernelError kernels_stale, kernels_not_built
 */
export async function checkFresh(folder: string = sourceFolder, path: string = recordPath): Promise<void> {
  const record = await readFile(path, 'utf8').then((text) => JSON.parse(text) as BuildRecord, () => undefined);
  if (record === undefined) throw new KernelError('kernels_not_built', 'build/kernels.json is missing: run `npm run build:kernels`');
  const sources = await hashSources(folder, record.compiler, record.flags).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return record.sources;
    throw error;
  });
  if (sources !== record.sources) throw staleKernels('build/kernels.wasm was made from other sources than those in kernels/assembly');
}

export function staleKernels(what: string): KernelError {
  return new KernelError('kernels_stale', `${what}: run \`npm run build:kernels\``);
}
