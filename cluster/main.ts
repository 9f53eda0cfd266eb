import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger, openPlatform, readConfig } from '../platform/index.ts';
import { codeVersion } from './version.ts';
import { Worker } from './supervisor/worker.ts';

/** Scratch folders of failed jobs are evidence for so long, ms. */
const evidenceMs = 24 * 3600 * 1000;

/** Entry of a worker process (a task on ECS, a child of `zerosec start` on one machine). */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLogger(config, 'worker');
  const platform = openPlatform(config);
  const worker = new Worker(platform, log, await codeVersion());

  let stopping = false;
  const stop = (reason: string, graceSeconds: number): void => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, 'stopping');
    worker.stop(graceSeconds * 1000)
      .then(() => platform.close())
      .then(() => process.exit(0), (error: unknown) => {
        log.error({ err: error }, 'stop failed');
        process.exit(1);
      });
  };
  process.on('SIGTERM', () => stop('SIGTERM', config.SHUTDOWN_GRACE_SECONDS));
  process.on('SIGINT', () => stop('SIGINT', 0));
  // the launcher of an embedded system is gone: nobody will ask for anything any more
  process.on('disconnect', () => stop('launcher gone', 0));
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unhandled rejection');
    process.exit(70);
  });

  await sweepScratch(config.tempDirectory);
  await worker.start();
  process.send?.({ type: 'listening', pid: process.pid });
}

async function sweepScratch(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > evidenceMs) await rm(path, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
