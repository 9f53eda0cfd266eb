import { createLogger, openPlatform, readConfig } from '../platform/index.ts';
import { codeVersion } from './version.ts';
import { Worker } from './supervisor/worker.ts';

/** Entry of a worker process (a task on ECS, a child of `zerosec start` on one machine). */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLogger(config, 'worker');
  const platform = openPlatform(config);
  const worker = new Worker(platform, log, await codeVersion());

  let stopping = false;
  const stop = (reason: string, graceSeconds: number, exitCode = 0): void => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, 'stopping');
    worker.stop(graceSeconds * 1000)
      .then(() => platform.close())
      .then(() => process.exit(exitCode), (error: unknown) => {
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

  void worker.broken.then(() => stop('job processes do not start', config.SHUTDOWN_GRACE_SECONDS, 1));
  await worker.start();
  process.send?.({ type: 'listening', pid: process.pid });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
