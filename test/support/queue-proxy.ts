import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';

/** refuse: 503 instead of doing it; drop: the connection breaks instead; drop_answer: it is done, and nobody is told. */
export type QueueFault = 'refuse' | 'drop' | 'drop_answer';

export interface QueueProxy {
  endpoint: string;
  /** what goes wrong with this action of SQS (`ReceiveMessage`, …); changed by a test as it goes */
  fault: ((action: string) => QueueFault | undefined) | null;
  /** actions that met a fault */
  met: Map<string, number>;
  stop(): Promise<void>;
}

/** Stands between the system and its queue, so that a test can take parts of the queue away. */
export async function startQueueProxy(target: string): Promise<QueueProxy> {
  const server = createServer((incoming, outgoing) => pass(proxy, target, incoming, outgoing)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const proxy: QueueProxy = {
    endpoint: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    fault: null,
    met: new Map(),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

function pass(proxy: QueueProxy, target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const action = String(incoming.headers['x-amz-target']).replace('AmazonSQS.', '');
  const fault = proxy.fault?.(action);
  if (fault !== undefined) proxy.met.set(action, (proxy.met.get(action) ?? 0) + 1);
  if (fault === 'drop') return void incoming.socket.destroy();
  if (fault === 'refuse') return void outgoing.writeHead(503, { 'content-type': 'application/x-amz-json-1.0' }).end('{"__type":"ServiceUnavailable"}');
  const onward = ask(target, { method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
    if (fault === 'drop_answer') {
      answer.resume().on('end', () => incoming.socket.destroy());
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  outgoing.on('close', () => onward.destroy());
  incoming.pipe(onward);
}
