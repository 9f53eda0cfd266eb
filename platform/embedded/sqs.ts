import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback, loopback } from './ports.ts';
import { openQueueEngine, type QueueEngine } from './queue-engine.ts';
import { sha256Hex, SignatureError, verifyRequest, type Credentials } from './signature.ts';

export interface SqsOptions {
  /** Holds the messages (SQLite). */
  dataDirectory: string;
  /** Preferred port; another one is taken when it is in use */
  port?: number;
  region: string;
  credentials: Credentials;
  queueName: string;
  deadLetterQueueName: string;
  /** Receives after which a message goes to the dead-letter queue */
  maxReceiveCount: number;
  /** seconds */
  visibilityTimeout: number;
}

export interface EmbeddedSqs {
  readonly endpoint: string;
  readonly port: number;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  stop(): Promise<void>;
}

const account = '000000000000';
/** A batch of SQS is at most 1 MiB of text; JSON escapes can make it six times as long. */
const largestRequestBytes = 7 * 1024 * 1024;
const target = /^AmazonSQS\.(\w+)$/;

/**
 * SQS on loopback: fauxqs' queues behind a door of our own, because fauxqs itself listens on every interface, takes any
 * signature and hands messages to receivers that are gone. Only the SQS JSON protocol is let through, signed.
 */
export async function startSqs(options: SqsOptions): Promise<EmbeddedSqs> {
  mkdirSync(options.dataDirectory, { recursive: true, mode: 0o700 });
  const engine = await openQueueEngine(options.dataDirectory, options.region);
  const server = createServer((request, response) => {
    answer(request, response, engine, options).catch((error: unknown) => refuse(response, error));
  });
  const port = await listenOnLoopback(server, options.port);
  const endpoint = `http://${loopback}:${port}`;
  const url = (name: string): string => `${endpoint}/${account}/${name}`;
  engine.ensureQueue(options.deadLetterQueueName, url(options.deadLetterQueueName), {
    MessageRetentionPeriod: '1209600', VisibilityTimeout: '60',
  });
  engine.ensureQueue(options.queueName, url(options.queueName), {
    MessageRetentionPeriod: '1209600',
    VisibilityTimeout: String(options.visibilityTimeout),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:${options.region}:${account}:${options.deadLetterQueueName}`, maxReceiveCount: options.maxReceiveCount }),
  });
  return {
    endpoint,
    port,
    queueUrl: url(options.queueName),
    deadLetterQueueUrl: url(options.deadLetterQueueName),
    async stop() {
      const closed = once(server, 'close');
      server.close();
      engine.wakeReceivers();
      // Long polls answer with nothing now; connections that are kept alive would hold the server open.
      server.closeIdleConnections();
      const sweep = setInterval(() => server.closeIdleConnections(), 20);
      const lastCall = setTimeout(() => server.closeAllConnections(), 500);
      await closed;
      clearInterval(sweep);
      clearTimeout(lastCall);
      await engine.close();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, engine: QueueEngine, options: SqsOptions): Promise<void> {
  const body = await readBody(request);
  verifyRequest({ method: request.method ?? '', url: request.url ?? '', headers: request.headers }, {
    credentials: options.credentials, region: options.region, service: 'sqs', bodySha256: sha256Hex(body),
  });
  const action = target.exec(String(request.headers['x-amz-target']))?.[1];
  if (request.method !== 'POST' || action === undefined) throw new SignatureError('InvalidAction', 'Only the JSON protocol of SQS is spoken here.', 400);
  const reply = await engine.call(request.headers as Record<string, string>, body);
  if (action === 'ReceiveMessage') {
    const giveBack = (): void => engine.giveBack(body, reply.body);
    if (response.destroyed) return giveBack();
    response.once('close', () => { if (!response.writableFinished) giveBack(); });
  }
  response.writeHead(reply.status, reply.headers).end(reply.body);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestRequestBytes) throw new SignatureError('RequestTooLarge', 'The request is too large.', 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const refused = error instanceof SignatureError ? error : new SignatureError('InternalFailure', (error as Error).message, 500);
  response.writeHead(refused.status, {
    'content-type': 'application/x-amz-json-1.0', 'x-amzn-query-error': `${refused.code};${refused.status < 500 ? 'Sender' : 'Receiver'}`,
  }).end(JSON.stringify({ __type: `com.amazonaws.sqs#${refused.code}`, message: refused.message }));
}
