import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void | Promise<void>;

/** A server of scripted answers: `METHOD /path` → handlers, one per call; the last one answers all further calls. */
export async function fakeServer(routes: Record<string, Handler | Handler[]>) {
  const calls: { route: string; headers: IncomingMessage['headers']; body: Buffer }[] = [];
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const route = `${request.method} ${(request.url ?? '').split('?')[0]}`;
      const body = Buffer.concat(chunks);
      calls.push({ route, headers: request.headers, body });
      const handlers = [routes[route] ?? json(404, problem(404, 'not_found'))].flat();
      const count = counts.get(route) ?? 0;
      counts.set(route, count + 1);
      void handlers[Math.min(count, handlers.length - 1)]?.(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    calls,
    routes,
    callsOf: (route: string) => calls.filter((call) => call.route === route),
    close: () => new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Handler {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** The connection breaks before any answer. */
export const broken: Handler = (request) => {
  request.socket.destroy();
};

export function problem(status: number, code: string, errors: unknown[] = []) {
  return {
    type: `urn:zerosec:problem:${code}`, title: code, status, detail: `detail of ${code}`, instance: '/', code, errors,
    error: code, message: `detail of ${code}`, details: errors, timestamp: '2026-01-01T00:00:00.000Z', request_id: 'r-1',
  };
}

export const jobId = '11111111-1111-4111-8111-111111111111';
export const uploadId = '22222222-2222-4222-8222-222222222222';

export function job(state: string, percent: number) {
  return {
    job_id: jobId, job_type: 'linear_analysis', state, status: state === 'publishing' ? 'uploading_outputs' : state, progress_percent: percent,
    stage: null, stage_values: {}, parameters: {}, attempt: 1, max_attempts: 4, upload_id: uploadId, filename: 'a.csv', input_size_bytes: 3,
    dataset_sha256: null, code_version: null, error: null, created_at: '2026-01-01T00:00:00.000Z', queued_at: null, started_at: null,
    updated_at: '2026-01-01T00:00:00.000Z', finished_at: null, run_ms: null, peak_memory_bytes: null, cpu_ms: null, trace_id: null,
  };
}

export function event(seq: number, state: string, percent: number) {
  return { seq, attempt: 1, type: 'state', state, percent, stage: null, values: {}, notice: null, at: '2026-01-01T00:00:00.000Z' };
}

export function sse(events: ReturnType<typeof event>[], end: 'close' | 'break' | 'keep' = 'close'): Handler {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': hello\n\n');
    for (const item of events) response.write(`id: ${item.seq}\nevent: ${item.type}\ndata: ${JSON.stringify(item)}\n\n`);
    if (end === 'close') response.end();
    else if (end === 'break') setTimeout(() => response.destroy(), 20);
  };
}

export function upload(url: string, sha256: string | null = null) {
  return {
    upload_id: uploadId, state: 'pending', filename: 'a.csv', content_type: 'text/csv', bucket: 'in', key: 'inputs/x/a.csv', max_bytes: 100, size_bytes: null, sha256,
    created_at: '2026-01-01T00:00:00.000Z', expires_at: '2026-01-01T01:00:00.000Z',
    post: { url, fields: {} }, put: { url: `${url}/storage/a.csv`, headers: { 'content-type': 'text/csv', 'if-none-match': '*' } }, expires_in: 3600,
  };
}

export function hex(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Everything an async iterable yields. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
