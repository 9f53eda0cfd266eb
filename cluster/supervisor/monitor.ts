import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Check } from '../../platform/index.ts';

export interface Monitored {
  metrics: { contentType: string; text(): Promise<string> };
  /** every part that the worker needs, really asked */
  checks(): Promise<Record<string, Check>>;
}

/** `/livez`, `/readyz` and `/metrics` of a worker process, for whoever runs it; nothing else, and nothing of a job's contents. */
export class Monitor {
  readonly #server: Server;

  constructor(monitored: Monitored) {
    this.#server = createServer((request, response) => {
      answer(request.method ?? '', request.url ?? '', response, monitored).catch(() => {
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    });
  }

  /** @returns the port */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

async function answer(method: string, url: string, response: ServerResponse, monitored: Monitored): Promise<void> {
  const { metrics } = monitored;
  const path = url.split('?')[0] ?? '';
  if (!['GET', 'HEAD'].includes(method)) return send(response, 405, 'application/json', '{}');
  switch (path) {
    case '/livez': return send(response, 200, 'application/json', '{"ok":true}');
    case '/readyz': {
      const found = await monitored.checks();
      const ok = Object.values(found).every((check) => check.ok);
      return send(response, ok ? 200 : 503, 'application/json', JSON.stringify({ ok, checks: found }));
    }
    case '/metrics': return send(response, 200, metrics.contentType, await metrics.text());
    default: return send(response, 404, 'application/json', '{}');
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  response.end(body);
}
