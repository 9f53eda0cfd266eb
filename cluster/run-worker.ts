import { createLogger, openPlatform, openTracing, readConfig } from '../platform/index.ts';
import type { JobProcessOptions } from './supervisor/job-process.ts';
import { Worker } from './supervisor/worker.ts';
import { codeVersion } from './version.ts';

/** The life of a worker process. It ends with code 0 when it was asked to go, with 1 when it can run nothing (any more). */
export async function runWorker(processes: Pick<JobProcessOptions, 'entry'> = {}): Promise<void> {
  const config = readConfig(process.env);
  const log = createLogger(config, 'worker');
  const platform = openPlatform(config);
  const version = await codeVersion();
  const tracing = await openTracing(config, 'worker', version);
  const worker = new Worker(platform, log, version, processes, tracing);

  let stopping = false;
  const stop = (reason: string, graceSeconds: number, exitCode = 0): void => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, 'stopping');
    worker.stop(graceSeconds * 1000)
      .then(() => Promise.all([platform.close(), tracing.close()]))
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
