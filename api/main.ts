import { createLogger, openPlatform, openTracing, readConfig } from '../platform/index.ts';
import { createApi } from './server.ts';
import { apiVersion } from './version.ts';

/** Entry of an API process (a service on ECS, a child of `zerosec start` on one machine). Starts without its database too. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLogger(config, 'api');
  const platform = openPlatform(config);
  const version = await apiVersion();
  const tracing = await openTracing(config, 'api', version);
  const api = createApi(platform, { logger: log, version, tracing });

  let stopping = false;
  const stop = (reason: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, 'stopping');
    api.close().then(() => Promise.all([platform.close(), tracing.close()])).then(() => process.exit(0), (error: unknown) => {
      log.error({ err: error }, 'stop failed');
      process.exit(1);
    });
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  // the launcher of an embedded system is gone: nobody will ask for anything any more
  process.on('disconnect', () => stop('launcher gone'));
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unhandled rejection');
    process.exit(70);
  });

  const url = await api.listen();
  log.info({ url }, 'listening');
  process.send?.({ type: 'listening', url });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
