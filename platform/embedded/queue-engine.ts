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
interface Message { messageId: string; approximateReceiveCount: number }
interface Entry { message: Message; visibilityDeadline: number }
interface FauxqsQueue {
  persistence?: Persistence;
  inflightMessages: Map<string, Entry>;
  attributes: Record<string, string>;
  setAttributes(attributes: Record<string, string>): void;
  dequeue(...options: unknown[]): unknown;
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
  db: { exec(sql: string): void; prepare(sql: string): { run(...values: (string | number)[]): unknown } };
  updateMessageReady(messageId: string): void;
  loadSqsAndSns(sqs: SqsStore, sns: object): void;
  close(): void;
}

/**
 * In 2.4.1 a visibility timeout of 0 fails on disk ("NOT NULL constraint failed: sqs_messages.approximate_receive_count"), after
 * the message has left the memory: it would be lost until the next start. This writes what was meant.
 */
function mendPersistence(persistence: Persistence): void {
  const ready = persistence.db.prepare('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?');
  persistence.updateMessageReady = (messageId) => void ready.run(messageId);
}

/** One transaction for a receive: a message on its way to the dead-letter queue cannot be lost between two, and ten messages cost one sync. */
function dequeueAtOnce(queue: FauxqsQueue, persistence: Persistence): void {
  const dequeue = queue.dequeue.bind(queue);
  queue.dequeue = (...options) => {
    persistence.db.exec('BEGIN');
    try {
      return dequeue(...options);
    } finally {
      persistence.db.exec('COMMIT');
    }
  };
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
  mendPersistence(persistence);
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
      const queue = existing ?? sqsStore.createQueue(name, url, `arn:aws:sqs:${region}:000000000000:${name}`, { ...attributes });
      if (existing !== undefined) existing.setAttributes({ ...attributes });
      dequeueAtOnce(queue, persistence);
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
        entry.visibilityDeadline = 0;
        persistence.db.prepare('UPDATE sqs_messages SET approximate_receive_count = ? WHERE message_id = ?').run(message.approximateReceiveCount, message.messageId);
        persistence.updateMessageReady(message.messageId);
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
