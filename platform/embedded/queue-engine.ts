import { buildApp } from 'fauxqs';

export interface QueueReply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** fauxqs' SQS, on disk and without a socket of its own. */
export interface QueueEngine {
  /** Makes the queue, or gives an existing one these attributes. */
  ensureQueue(name: string, url: string, attributes: Readonly<Record<string, string>>): void;
  /** One request of the SQS JSON protocol. */
  call(headers: Record<string, string>, body: Buffer): Promise<QueueReply>;
  /** Undoes a receive whose answer reached nobody: the messages are visible again and the receive is not counted. */
  giveBack(request: Buffer, reply: string): void;
  /** Ends all long polls. */
  wakeReceivers(): void;
  close(): Promise<void>;
}

/**
 * fauxqs 2.4.1 (pinned) starts only with a listener on every network interface, so its parts are put together here the
 * way its startFauxqs does. They are not in its export map; these are the members used.
 */
interface Message { messageId: string; approximateReceiveCount: number; approximateFirstReceiveTimestamp?: number }
interface Entry { message: Message; visibilityDeadline: number }
interface FauxqsQueue {
  persistence?: Persistence;
  inflightMessages: Map<string, Entry>;
  attributes: Record<string, string>;
  setAttributes(attributes: Record<string, string>): void;
  processTimers(): void;
}
interface SqsStore {
  persistence?: Persistence;
  allQueues(): Iterable<FauxqsQueue>;
  getQueue(url: string): FauxqsQueue | undefined;
  getQueueByName(name: string): FauxqsQueue | undefined;
  createQueue(name: string, url: string, arn: string, attributes: Record<string, string>, tags?: Record<string, string>): FauxqsQueue;
  processAllTimers(): void;
  shutdown(): void;
}
interface Persistence {
  updateMessageInflight(messageId: string, receipt: string, deadline: number, receiveCount: number, firstReceived?: number): void;
  loadSqsAndSns(sqs: SqsStore, sns: object): void;
  close(): void;
}

async function part<T>(path: string): Promise<T> {
  return await import(new URL(path, import.meta.resolve('fauxqs')).href) as T;
}

export async function openQueueEngine(directory: string, region: string): Promise<QueueEngine> {
  const [{ PersistenceManager }, { SqsStore: Sqs }, { SnsStore: Sns }, { S3Store: S3 }] = await Promise.all([
    part<{ PersistenceManager: new (directory: string) => Persistence }>('./persistence.js'),
    part<{ SqsStore: new () => SqsStore }>('./sqs/sqsStore.js'),
    part<{ SnsStore: new () => object }>('./sns/snsStore.js'),
    part<{ S3Store: new () => object }>('./s3/s3Store.js'),
  ]);
  const persistence = new PersistenceManager(directory);
  const sqsStore = new Sqs();
  const snsStore = new Sns();
  persistence.loadSqsAndSns(sqsStore, snsStore);
  sqsStore.persistence = persistence;
  for (const queue of sqsStore.allQueues()) queue.persistence = persistence;
  const stores = { sqsStore, snsStore, s3Store: new S3() } as unknown as NonNullable<Parameters<typeof buildApp>[0]>['stores'];
  const app = buildApp({ logger: false, defaultRegion: region, stores });
  await app.ready();

  return {
    ensureQueue(name, url, attributes) {
      const existing = sqsStore.getQueueByName(name);
      if (existing === undefined) sqsStore.createQueue(name, url, `arn:aws:sqs:${region}:000000000000:${name}`, { ...attributes });
      else existing.setAttributes({ ...attributes });
    },
    async call(headers, body) {
      const reply = await app.inject({ method: 'POST', url: '/', headers, payload: body });
      const type = String(reply.headers['content-type'] ?? 'application/x-amz-json-1.0');
      const error = reply.headers['x-amzn-query-error'];
      return { status: reply.statusCode, headers: { 'content-type': type, ...(error === undefined ? {} : { 'x-amzn-query-error': String(error) }) }, body: reply.body };
    },
    giveBack(request, reply) {
      const queue = sqsStore.getQueue((JSON.parse(request.toString()) as { QueueUrl: string }).QueueUrl);
      const received = (JSON.parse(reply) as { Messages?: { ReceiptHandle: string }[] }).Messages ?? [];
      for (const { ReceiptHandle: receipt } of received) {
        const entry = queue?.inflightMessages.get(receipt);
        if (entry === undefined) continue;
        const { message } = entry;
        message.approximateReceiveCount -= 1;
        entry.visibilityDeadline = Date.now();
        persistence.updateMessageInflight(message.messageId, receipt, entry.visibilityDeadline, message.approximateReceiveCount, message.approximateFirstReceiveTimestamp);
      }
      queue?.processTimers();
    },
    wakeReceivers: () => sqsStore.shutdown(),
    async close() {
      await app.close();
      persistence.close();
    },
  };
}
