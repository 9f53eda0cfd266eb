import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback, loopback } from '../ports.ts';
import { SignatureError, splitUrl, verifyRequest, type Credentials } from '../signature.ts';
import { errorDocument, S3Error } from './errors.ts';
import type { Service } from './exchange.ts';
import { injectFault, type S3Fault, type S3Request } from './faults.ts';
import { postObject } from './post.ts';
import { route } from './route.ts';
import { ObjectStore } from './store.ts';

export interface S3Options {
  /** Holds the objects and their index. Made when absent. */
  dataDirectory: string;
  /** Preferred port; another one is taken when it is in use */
  port?: number;
  region: string;
  credentials: Credentials;
  /** Made when absent */
  buckets: readonly string[];
  /** Origins that a browser may call from; `*` allows any. Default: any (the signature is what protects) */
  allowedOrigins?: readonly string[];
  /** Default 5 GB, as S3's single PUT */
  maxObjectBytes?: number;
  /** Default 5 MiB, as S3 */
  minPartBytes?: number;
  /** Force every object to the disk before it is acknowledged. Without it a crash of the machine (not of the process) may lose the last ones. Default true */
  fsync?: boolean;
  /** Overwritten and deleted versions are kept for so long, ms. Default one day */
  keepNoncurrentMs?: number;
  /** For tests: what goes wrong with this request */
  faults?: (request: S3Request) => S3Fault | undefined;
  /** Clock of signatures, ms */
  now?: () => number;
}

export interface EmbeddedS3 {
  readonly endpoint: string;
  readonly port: number;
  stop(): Promise<void>;
}

const hourMs = 3_600_000;
/** So much of a refused body is read away, so that the client gets to see the answer. */
const drainBytes = 16 * 1024 * 1024;

/**
 * S3 on loopback, path-style: real signatures, real conditions, real checksums, always-versioned buckets. Bodies are
 * streamed to disk; an object exists from one transaction on, so `kill -9` leaves no half object.
 */
export async function startS3(options: S3Options): Promise<EmbeddedS3> {
  const store = new ObjectStore(options.dataDirectory, { fsync: options.fsync ?? true });
  for (const bucket of options.buckets) store.createBucket(bucket);
  const service: Service = {
    store, region: options.region, credentials: options.credentials, maxObjectBytes: options.maxObjectBytes ?? 5 * 1024 ** 3,
    minPartBytes: options.minPartBytes ?? 5 * 1024 ** 2, now: options.now ?? Date.now,
  };
  const keepMs = options.keepNoncurrentMs ?? 24 * hourMs;
  const expire = (): number => store.expire(Date.now() - keepMs);
  expire();
  const expiry = setInterval(expire, hourMs).unref();

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    serve(service, options, request, response).catch((error: unknown) => fail(request, response, error));
  };
  // Refuse before the body is sent: with Expect: 100-continue the handler says when to go on.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, listener).on('checkContinue', listener);
  const port = await listenOnLoopback(server, options.port);
  return {
    endpoint: `http://${loopback}:${port}`,
    port,
    async stop() {
      clearInterval(expiry);
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const sweep = setInterval(() => server.closeIdleConnections(), 20);
      const lastCall = setTimeout(() => server.closeAllConnections(), 2_000);
      await closed;
      clearInterval(sweep);
      clearTimeout(lastCall);
      store.close();
    },
  };
}

async function serve(service: Service, options: S3Options, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('x-amz-request-id', randomBytes(8).toString('hex').toUpperCase());
  allowOrigin(request, response, options.allowedOrigins ?? ['*']);
  const method = request.method ?? '';
  const [path, query] = splitUrl(request.url ?? '');
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  if (method === 'OPTIONS') return preflight(request, response);
  const fault = options.faults?.({ method, bucket, key, query });
  if (fault !== undefined && await injectFault(fault, request, response)) return;
  if (Buffer.byteLength(key) > 1024) throw new S3Error('KeyTooLongError', 'Your key is too long');
  if (method === 'POST' && key === '' && /^multipart\/form-data/i.test(request.headers['content-type'] ?? '')) return postObject(service, request, response, bucket);
  const verified = verifyRequest({ method, url: request.url ?? '', headers: request.headers }, { credentials: service.credentials, region: service.region, service: 's3', now: service.now });
  await route({ service, request, response, bucket, key, query, verified });
}

function allowOrigin(request: IncomingMessage, response: ServerResponse, allowed: readonly string[]): void {
  const { origin } = request.headers;
  if (origin === undefined || !(allowed.includes('*') || allowed.includes(origin))) return;
  response.setHeader('access-control-allow-origin', allowed.includes('*') ? '*' : origin);
  response.setHeader('access-control-expose-headers', 'etag, x-amz-version-id, x-amz-request-id, x-amz-checksum-sha256, x-amz-checksum-crc32, content-range, content-disposition, accept-ranges');
  response.setHeader('vary', 'origin');
}

function preflight(request: IncomingMessage, response: ServerResponse): void {
  if (!response.hasHeader('access-control-allow-origin') || request.headers['access-control-request-method'] === undefined) throw new S3Error('AccessDenied', 'CORSResponse: This CORS request is not allowed.');
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, HEAD, PUT, POST, DELETE',
    'access-control-allow-headers': String(request.headers['access-control-request-headers'] ?? ''),
    'access-control-max-age': '3000',
  }).end();
}

function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const known = error instanceof S3Error || error instanceof SignatureError;
  // A request that broke off in the middle has nobody to answer.
  if (!known && request.errored !== null) return void response.destroy();
  if (!known) console.error(error);
  const answer = known ? error : new S3Error('InternalError', 'We encountered an internal error. Please try again.');
  const bodyless = request.method === 'HEAD' || answer.status === 304;
  const xml = bodyless ? '' : errorDocument(answer, request.url?.split('?')[0] ?? '', String(response.getHeader('x-amz-request-id') ?? ''));
  const waiting = !request.complete;
  response.writeHead(answer.status, {
    ...(answer instanceof S3Error ? answer.headers : {}), ...(answer.status === 304 ? {} : { 'content-type': 'application/xml' }),
    ...(bodyless ? {} : { 'content-length': Buffer.byteLength(xml) }), ...(waiting ? { connection: 'close' } : {}),
  });
  response.end(xml);
  if (waiting && request.headers.expect === undefined) drain(request);
}

function drain(request: IncomingMessage): void {
  let read = 0;
  request.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read > drainBytes) request.socket.destroy();
  }).on('error', () => undefined).resume();
}
