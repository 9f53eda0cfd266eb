import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../../schemas/index.ts';

export interface DirectoryLock {
  release(): void;
}

/**
 * Takes a directory for this process. The lock is SQLite's own file lock: the kernel drops it when the process dies, so a
 * killed launcher leaves nothing to clean up and no process id has to be believed.
 * @throws Fault `data_directory_in_use` with the directory and, where known, the id of the process that holds it
 */
export function lockDirectory(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true });
  const holder = join(directory, 'launcher.pid');
  const database = new DatabaseSync(join(directory, 'launcher.lock'), { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    const pid = readHolder(holder);
    throw new Fault('data_directory_in_use', `the data directory ${directory} is used by another process${pid === '' ? '' : ` (${pid})`}`, { values: { directory, pid }, cause });
  }
  writeFileSync(holder, `${process.pid}\n`);
  return {
    release() {
      if (database.isOpen) database.close();
    },
  };
}

function readHolder(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
