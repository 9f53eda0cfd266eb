import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import Koa from 'koa';
import { Readiness, untraced, type Logger, type Platform, type SweepOptions, type Tracing } from '../platform/index.ts';
import { openApiDocument } from '../schemas/openapi/index.ts';
import { createAuthenticator } from './auth/index.ts';
import { BacklogLog } from './background/backlog.ts';
import { Housekeeping } from './background/housekeeping.ts';
import { Leftovers } from './background/leftovers.ts';
import { Notifications } from './background/notifications.ts';
import { Relay, relayDefaults, type RelayOptions } from './background/relay.ts';
import { applyMiddleware } from './http/middleware.ts';
import { problemOf } from './http/problem.ts';
import { servePages } from './http/pages.ts';
import { mountRoutes } from './http/router.ts';
import { Fault } from '../schemas/index.ts';
import { Metrics } from './metrics.ts';
import { PredictionFileCache } from './prediction-file.ts';
import { routes } from './routes/index.ts';
import type { Services } from './services.ts';

export interface ApiOptions {
  logger: Logger;
  /** told by /health and the OpenAPI document */
  version: string;
  /** default: none */
  tracing?: Tracing;
  relay?: Partial<RelayOptions>;
  sweep?: Partial<SweepOptions>;
}

export interface Api {
  app: Koa;
  /** Listens, and starts the relay and the housekeeping. @returns the address */
  listen(): Promise<string>;
  /** Ends event streams, lets open requests finish (`drainMs`), stops relay and housekeeping. The platform stays open. */
  close(): Promise<void>;
}

/** Open requests get so long to finish when the process goes away, ms. */
const drainMs = 5_000;
const idleCheckMs = 50;
const largestHeaders = 16 * 1024;
/** Longer than the idle timeout of an AWS load balancer (60 s), which must be the one to close, ms. */
const keepAliveMs = 65_000;

/** @throws Fault `auth_required`, `invalid_configuration` */
export function createApi(platform: Platform, options: ApiOptions): Api {
  const { config } = platform;
  const authenticator = createAuthenticator(platform);
  const { logger: log, version, tracing = untraced } = options;
  const closing = new AbortController();
  const notifications = new Notifications(config, log);
  const leftovers = new Leftovers(platform.storage, log);
  const relay = new Relay(platform, notifications, log, tracing, { ...relayDefaults, ...options.relay });
  const housekeeping = new Housekeeping(platform, leftovers, log, options.sweep);
  const backlog = config.METRICS_LOG ? new BacklogLog(platform, log) : null;
  const prefix = `/api/${config.API_VERSION}`;
  let document: object | undefined;
  const services: Services = {
    platform, log, version, prefix, tracing, notifications, leftovers, closing: closing.signal,
    metrics: new Metrics(platform), readiness: new Readiness(platform), predictionFiles: new PredictionFileCache(),
    document: () => (document ??= openApiDocument(routes, { version, prefix })),
  };

  const app = new Koa({ proxy: config.TRUST_PROXY, maxIpsCount: 1 }); // the last hop is the balancer's word; earlier ones are the client's
  app.on('error', (error: unknown) => log.warn({ err: error }, 'a response could not be finished'));
  applyMiddleware(app, services);
  app.use(servePages(config));
  mountRoutes(app, services, routes, authenticator);
  const handler = app.callback();
  const server = createServer({ maxHeaderSize: largestHeaders, requestTimeout: config.REQUEST_TIMEOUT_SECONDS * 1000, headersTimeout: Math.min(config.REQUEST_TIMEOUT_SECONDS, 30) * 1000, keepAliveTimeout: keepAliveMs }, (request, response) => void handler(request, response));
  server.on('clientError', answerBrokenRequest);

  return {
    app,
    async listen() {
      const url = await listenOn(server, config.API_HOST, config.API_PORT);
      notifications.start();
      relay.wake();
      housekeeping.start();
      backlog?.start();
      return url;
    },
    async close() {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.listening ? server.close(() => resolve()) : resolve());
      // a connection that is kept alive becomes idle only after its last answer
      server.closeIdleConnections();
      const idle = setInterval(() => server.closeIdleConnections(), idleCheckMs);
      const hard = setTimeout(() => server.closeAllConnections(), drainMs);
      await closed;
      clearTimeout(hard);
      clearInterval(idle);
      await Promise.all([relay.stop(), housekeeping.stop(), notifications.close(), backlog?.stop()]);
      services.metrics.close();
    },
  };
}

function listenOn(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const shown = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
      resolve(`http://${shown.includes(':') ? `[${shown}]` : shown}:${(server.address() as AddressInfo).port}`);
    });
  });
}

/** What Node's parser refuses never reaches the app; it gets the same kind of answer. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const code = error.code === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request_timeout' : 'malformed_request';
  const { body } = problemOf(new Fault(code, code), { language: 'en', requestId: randomUUID(), instance: '' });
  const text = JSON.stringify(body);
  socket.end(`HTTP/1.1 ${body.status} ${body.title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nX-Request-Id: ${body.request_id}\r\nConnection: close\r\n\r\n${text}`);
}
