import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Client } from 'pg';
import { startEmbedded } from '../../../platform/embedded/index.ts';
import { Fault } from '../../../schemas/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'zerosec-embedded-'));
chmodSync(directory, 0o755);
after(() => rmSync(directory, { recursive: true, force: true }));

type Environment = Record<string, string>;

function clients(environment: Environment) {
  const text = (name: string): string => environment[name] ?? assert.fail(`${name} is not set`);
  const credentials = { accessKeyId: text('AWS_ACCESS_KEY_ID'), secretAccessKey: text('AWS_SECRET_ACCESS_KEY') };
  const region = text('S3_REGION');
  return {
    s3: new S3Client({ endpoint: text('S3_ENDPOINT'), forcePathStyle: true, region, credentials }),
    sqs: new SQSClient({ endpoint: text('SQS_ENDPOINT'), region, credentials }),
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
