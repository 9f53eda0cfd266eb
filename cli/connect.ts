import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Fault } from '../schemas/index.ts';
import type { ZerosecClient } from '../client/index.ts';
import type { Context } from './context.ts';
import { readServerFile } from './launcher/directory.ts';

export const defaultDirectory = '.zerosec';
const defaultUrl = 'http://127.0.0.1:8000';

export interface ConnectOptions {
  api?: string;
  directory?: string;
  token?: string;
  /** start a system for this command alone when there is none: on the directory, or (`private`) on one of its own when that is in use */
  start?: 'directory' | 'private';
}

export interface Connection {
  client: ZerosecClient;
  /** directory of the system that was started for this command; null when it speaks to one that stays */
  ownDirectory: string | null;
  /** false: the server and its jobs are gone when this command ends */
  lasting: boolean;
  close(): Promise<void>;
  kill(): void;
}

/** Finds the server: --api, API_BASE_URL, the system of the directory, one started for this command, the default address. */
export async function connect(context: Context, options: ConnectOptions): Promise<Connection> {
  const directory = resolve(options.directory ?? defaultDirectory);
  const running = await readServerFile(directory);
  const usable = running !== undefined && (!running.temporary || options.start !== 'private') ? running.url : undefined;
  const url = options.api ?? context.settings.apiUrl ?? usable ?? (options.start === undefined ? defaultUrl : undefined);
  if (url !== undefined) return { client: context.client(url, options.token), ownDirectory: null, lasting: true, close: async () => undefined, kill: () => undefined };
  try {
    return await startOwn(context, directory);
  } catch (error) {
    if (options.start !== 'private' || !(error instanceof Fault) || error.code !== 'already_running') throw error;
    context.tell(context.speech.say('own_directory', { directory }));
    const temporary = await mkdtemp(join(tmpdir(), 'zerosec-run-'));
    const remove = (): Promise<void> => rm(temporary, { recursive: true, force: true });
    try {
      const connection = await startOwn(context, temporary);
      return { ...connection, ownDirectory: null, lasting: false, close: () => connection.close().finally(remove) };
    } catch (failure) {
      await remove();
      throw failure;
    }
  }
}

async function startOwn(context: Context, directory: string): Promise<Connection> {
  context.tell(context.speech.say('starting'));
  // loaded only here: a command that speaks to a running server starts without the database and cloud libraries
  const { startSystem } = await import('./launcher/system.ts');
  const system = await startSystem({ directory, host: '127.0.0.1', port: 0, portExplicit: true, workers: 1, threads: 0, temporary: true, showLogs: false });
  return { client: context.client(system.url), ownDirectory: system.directory, lasting: true, close: () => system.stop(), kill: () => system.kill() };
}
