import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ChangeMessageVisibilityCommand, DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import { startSqs, type EmbeddedSqs } from '../../../platform/embedded/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'zerosec-sqs-'));
const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
const region = 'ap-northeast-1';
const options = { dataDirectory: directory, region, credentials, queueName: 'jobs', deadLetterQueueName: 'jobs-dead', maxReceiveCount: 2, visibilityTimeout: 30 };
let sqs: EmbeddedSqs;
let client: SQSClient;

async function open(port?: number): Promise<void> {
  sqs = await startSqs({ ...options, port });
  client = new SQSClient({ endpoint: sqs.endpoint, region, credentials });
}
const send = (MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl: sqs.queueUrl, MessageBody }));
const receive = async (more: { QueueUrl?: string; WaitTimeSeconds?: number; VisibilityTimeout?: number } = {}): Promise<Message[]> =>
  (await client.send(new ReceiveMessageCommand({ QueueUrl: sqs.queueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'], ...more }))).Messages ?? [];
const remove = (message: Message, QueueUrl = sqs.queueUrl) => client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));

before(() => open());
after(async () => {
  await sqs.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('a waiting receiver is woken by a message, which nobody else sees until it is given back', async () => {
  const waiting = receive({ WaitTimeSeconds: 20 });
  await send('job');
  const [message] = await waiting;
  assert.equal(message?.Body, 'job');
  assert.deepEqual(await receive(), []);
  await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: sqs.queueUrl, ReceiptHandle: message.ReceiptHandle, VisibilityTimeout: 0 }));
  const [again] = await receive({ WaitTimeSeconds: 1 });
  assert.equal(again?.Attributes?.['ApproximateReceiveCount'], '2');
  await remove(again);
});

test('a message received too often goes to the dead-letter queue', async () => {
  await send('poison');
  for (let count = 0; count < options.maxReceiveCount; count += 1) assert.equal((await receive({ VisibilityTimeout: 0 })).length, 1);
  assert.deepEqual(await receive(), []);
  const [dead] = await receive({ QueueUrl: sqs.deadLetterQueueUrl });
  assert.equal(dead?.Body, 'poison');
  await remove(dead, sqs.deadLetterQueueUrl);
});

test('requests with a wrong signature, without one, or of another service are refused', async () => {
  const wrong = new SQSClient({ endpoint: sqs.endpoint, region, credentials: { ...credentials, secretAccessKey: 'other' } });
  await assert.rejects(wrong.send(new SendMessageCommand({ QueueUrl: sqs.queueUrl, MessageBody: 'evil' })), { name: 'SignatureDoesNotMatch' });
  const unsigned = await fetch(sqs.endpoint, { method: 'POST', headers: { 'x-amz-target': 'AmazonSQS.ListQueues', 'content-type': 'application/x-amz-json-1.0' }, body: '{}' });
  assert.equal(unsigned.status, 403);
  assert.equal((await fetch(`${sqs.endpoint}/_fauxqs/queues`)).status, 403);
  assert.deepEqual(await receive(), []);
});

test('nothing listens on another address than loopback', async () => {
  const outside = Object.values(networkInterfaces()).flat().find((address) => address?.family === 'IPv4' && !address.internal);
  if (outside === undefined) return;
  await assert.rejects(fetch(`http://${outside.address}:${sqs.port}/`));
});

test('a message for a receiver that died while it waited is given to the next one and not counted', async () => {
  const dying = new SQSClient({ endpoint: sqs.endpoint, region, credentials, maxAttempts: 1 });
  const abort = new AbortController();
  const lost = dying.send(new ReceiveMessageCommand({ QueueUrl: sqs.queueUrl, WaitTimeSeconds: 20 }), { abortSignal: abort.signal });
  await new Promise((resolve) => setTimeout(resolve, 200));
  abort.abort();
  dying.destroy();
  await assert.rejects(lost);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await send('for the living');
  const [message] = await receive({ WaitTimeSeconds: 5 });
  assert.deepEqual([message?.Body, message?.Attributes?.['ApproximateReceiveCount']], ['for the living', '1']);
  await remove(message as Message);
});

test('messages, hidden ones and receive counts survive a restart at the same address', async () => {
  await client.send(new SendMessageBatchCommand({ QueueUrl: sqs.queueUrl, Entries: ['a', 'b', 'c'].map((MessageBody) => ({ Id: MessageBody, MessageBody })) }));
  const { Messages: [hidden] = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: sqs.queueUrl, MaxNumberOfMessages: 1 }));
  const url = sqs.queueUrl;
  await sqs.stop();
  client.destroy();
  await open(sqs.port);
  assert.equal(sqs.queueUrl, url);
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] }));
  assert.deepEqual([Attributes?.['ApproximateNumberOfMessages'], Attributes?.['ApproximateNumberOfMessagesNotVisible']], ['2', '1']);
  await remove(hidden as Message);
  for (const message of await receive()) await remove(message);
  assert.deepEqual(await receive(), []);
});

test('a stop ends long polls instead of waiting for them', async () => {
  const waiting = receive({ WaitTimeSeconds: 20 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await sqs.stop();
  assert.deepEqual(await waiting, []);
  await open();
});

test('a request that is too large is refused', async () => {
  const status = await new Promise((resolve) => {
    request(sqs.endpoint, { method: 'POST' }, (response) => resolve(response.resume().statusCode)).on('error', () => resolve('closed')).end(Buffer.alloc(8 * 1024 * 1024));
  });
  assert.ok(status === 413 || status === 'closed');
});
