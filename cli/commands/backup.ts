import { resolve } from 'node:path';
import { backup as writeBackup, checkBackup, openPlatform, readConfig, restore as restoreBackup, type BackupManifest, type Platform } from '../../platform/index.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit.ts';
import { databaseFault } from './migrate.ts';

export interface BackupOptions {
  /** only reads the backup through */
  check: boolean;
}

/** `zerosec backup`: the configured database into a folder; with `--check` compares a folder with its manifest. */
export async function backup(context: Context, folder: string, options: BackupOptions): Promise<number> {
  const path = resolve(folder);
  const manifest = options.check ? await checkBackup(path) : await withPlatform((platform) => writeBackup(platform.knex, path));
  return told(context, options.check ? 'backup_checked' : 'backup_written', path, manifest);
}

/** `zerosec restore`: a backup into the configured, migrated and empty database. */
export async function restore(context: Context, folder: string): Promise<number> {
  const path = resolve(folder);
  return told(context, 'backup_restored', path, await withPlatform((platform) => restoreBackup(platform.knex, path)));
}

async function withPlatform<T>(work: (platform: Platform) => Promise<T>): Promise<T> {
  const platform = openPlatform(readConfig(process.env));
  try {
    return await work(platform);
  } catch (error) {
    throw databaseFault(error);
  } finally {
    await platform.close();
  }
}

function told(context: Context, code: string, path: string, manifest: BackupManifest): number {
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  context.print(context.speech.say(code, { path, rows, tables: manifest.tables.length }));
  context.emit({ type: code, path, rows, at: manifest.at, migrations: manifest.migrations });
  return exitCodes.completed;
}
