import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Client } from 'pg';
import { startEmbedded } from '../../../platform/embedded/index.ts';
import { Fault } from '../../../schemas/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'zerosec-embedded-'));
after(() => rmSync(directory, { recursive: true, force: true }));

type Environment = Record<string, string>;

function clients(environment: Environment) {
  const text = (name: string): string => environment[name] ?? assert.fail(`${name} is not set`);
  const credentials = { accessKeyId: text('AWS_ACCESS_KEY_ID'), secretAccessKey: text('AWS_SECRET_ACCESS_KEY') };
  const region = text('S3_REGION');
  return {
    s3: new S3Client({ maxAttempts: 1, endpoint: text('S3_ENDPOINT'), forcePathStyle: true, region, credentials }),
    sqs: new SQSClient({ maxAttempts: 1, endpoint: text('SQS_ENDPOINT'), region, credentials }),
    pg: new Client({ host: text('RDS_HOST'), port: Number(text('RDS_PORT')), user: text('RDS_USERNAME'), password: text('RDS_PASSWORD'), database: text('RDS_DATABASE') }),
  };
}

test('what was written before kill -9 of the launcher is there after the next start, at the same addresses', async () => {
  const launcher = fork(join(import.meta.dirname, 'launcher.ts'), [directory]);
  const [first] = await once(launcher, 'message') as [Environment];
  const before = clients(first);
  await before.pg.connect();
  before.pg.on('error', () => undefined);
  await before.pg.query('CREATE TABLE kept (n int); INSERT INTO kept VALUES (41)');
  await before.s3.send(new PutObjectCommand({ Bucket: first['S3_INPUTS_BUCKET'], Key: '表.csv', Body: 'a,b\n' }));
  const url = await getSignedUrl(before.s3, new GetObjectCommand({ Bucket: first['S3_INPUTS_BUCKET'], Key: '表.csv' }), { expiresIn: 600 });
  await before.sqs.send(new SendMessageCommand({ QueueUrl: first['SQS_QUEUE_URL'], MessageBody: 'job 1' }));
  launcher.kill('SIGKILL');
  await once(launcher, 'exit');

  const embedded = await startEmbedded({ directory });
  try {
    assert.deepEqual(embedded.environment, first);
    const now = clients(embedded.environment);
    await now.pg.connect();
    assert.deepEqual((await now.pg.query('SELECT n FROM kept')).rows, [{ n: 41 }]);
    await now.pg.end();
    assert.equal(await (await fetch(url)).text(), 'a,b\n');
    const received = await now.sqs.send(new ReceiveMessageCommand({ QueueUrl: first['SQS_QUEUE_URL'], WaitTimeSeconds: 1 }));
    assert.deepEqual(received.Messages?.map(({ Body }) => Body), ['job 1']);
  } finally {
    await embedded.stop();
  }
});

test('whatever was acknowledged before kill -9 in the middle of writing is there whole, and nothing else is', async () => {
  const launcher = fork(join(import.meta.dirname, 'launcher.ts'), [directory]);
  const [environment] = await once(launcher, 'message') as [Environment];
  const { s3, sqs } = clients({ ...environment });
  const Bucket = environment['S3_OUTPUTS_BUCKET'];
  const body = (index: number): Buffer => Buffer.alloc(300_000 + index, index % 251);
  const stored: number[] = [];
  const sent: string[] = [];
  let dead = false;
  const writer = async (offset: number): Promise<void> => {
    for (let index = offset; !dead; index += 4) {
      await s3.send(new PutObjectCommand({ Bucket, Key: `object ${index}`, Body: body(index) })).then(() => stored.push(index), () => undefined);
      await sqs.send(new SendMessageCommand({ QueueUrl: environment['SQS_QUEUE_URL'], MessageBody: `message ${index}` })).then(() => sent.push(`message ${index}`), () => undefined);
      if (stored.length >= 40 && !dead) {
        dead = true;
        launcher.kill('SIGKILL');
      }
    }
  };
  await Promise.all([0, 1, 2, 3].map(writer));

  const embedded = await startEmbedded({ directory });
  try {
    const now = clients(embedded.environment);
    const listed = (await now.s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? [];
    const keys = new Set(listed.map(({ Key }) => Key));
    assert.deepEqual(stored.filter((index) => !keys.has(`object ${index}`)), []);
    for (const { Key = '' } of listed) {
      const object = await now.s3.send(new GetObjectCommand({ Bucket, Key }));
      assert.ok(body(Number(Key.split(' ')[1])).equals(await object.Body?.transformToByteArray() ?? Buffer.alloc(0)), `${Key} is whole`);
    }
    const found = new Set<string | undefined>();
    for (;;) {
      const { Messages } = await now.sqs.send(new ReceiveMessageCommand({ QueueUrl: embedded.environment['SQS_QUEUE_URL'], MaxNumberOfMessages: 10 }));
      if (Messages === undefined) break;
      for (const { Body } of Messages) found.add(Body);
    }
    assert.deepEqual(sent.filter((message) => !found.has(message)), []);
  } finally {
    await embedded.stop();
  }
});

test('a second launcher of the same directory is refused with a typed fault, and the first one goes on', async () => {
  const embedded = await startEmbedded({ directory });
  try {
    await assert.rejects(startEmbedded({ directory }), (error) => error instanceof Fault && error.code === 'data_directory_in_use' && error.values['pid'] === String(process.pid));
    const { pg } = clients(embedded.environment);
    await pg.connect();
    await pg.end();
  } finally {
    await embedded.stop();
  }
});
