import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Service } from '../../../cli/launcher/service.ts';
import { choosePort } from '../../../cli/launcher/port.ts';
import { ZerosecClient } from '../../../client/index.ts';
import { migrate, openPlatform, readConfig, type Platform } from '../../../platform/index.ts';
import type { Floor } from '../../harness/index.ts';
import { measureFloor } from './floor.ts';
import { startEmbedded } from '../../../platform/embedded/index.ts';

/** The embedded default as `zerosec start` runs it, with a hand on its tables: services in this process, API and worker as children. */
export interface BenchSystem {
  client: ZerosecClient;
  platform: Platform;
  /** of one job: commits, objects and messages alone, measured before API and worker stood */
  floor: Floor;
  stop(): Promise<void>;
}

const entries = {
  api: fileURLToPath(new URL('../../../api/main.ts', import.meta.url)),
  worker: fileURLToPath(new URL('../../../cluster/main.ts', import.meta.url)),
};

/** Only what a burst of a single client needs is set; every other variable has its default. */
const settings = { RATE_LIMIT_PER_MINUTE: '1000000', MAX_JOBS_PER_USER: '100000', LOG_LEVEL: 'warn', SHUTDOWN_GRACE_SECONDS: '5' };

/** @param workers jobs at once; their processes are warm when this resolves */
export async function startBenchSystem(options: { workers: number; threads: number }): Promise<BenchSystem> {
  const directory = await mkdtemp(join(tmpdir(), 'zerosec-bench-way-'));
  const embedded = await startEmbedded({ directory });
  const port = await choosePort('127.0.0.1', 18_200, false);
  const environment = {
    PATH: process.env['PATH'], HOME: process.env['HOME'], ...settings, ...embedded.environment,
    TEMP_DIR: join(directory, 'tmp'), API_HOST: '127.0.0.1', API_PORT: String(port),
    WORKER_CONCURRENCY: String(options.workers), WORKER_THREADS: String(options.threads),
  };
  const platform = openPlatform(readConfig(environment));
  await migrate(platform.knex);
  const floor = await measureFloor(platform);
  const service = (name: keyof typeof entries): Service => new Service({ name, entry: entries[name], environment, logFile: null });
  const services = [service('worker'), service('api')];
  const stop = async (): Promise<void> => {
    await Promise.all(services.map((one) => one.stop(10_000)));
    await platform.close();
    await embedded.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await Promise.all(services.map((one) => one.whenReady()));
    const client = new ZerosecClient({ baseUrl: `http://127.0.0.1:${port}` });
    await client.ready();
    return { client, platform, floor, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
