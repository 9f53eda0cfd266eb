import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import * as aws from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { startS3, type EmbeddedS3, type S3Fault, type S3Options } from '../../../platform/embedded/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'zerosec-s3-'));
const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret/with+signs' };
const region = 'ap-northeast-1';
const Bucket = 'inputs';
let s3: EmbeddedS3;
let client: aws.S3Client;
let fault: S3Fault | undefined;

const options: S3Options = {
  dataDirectory: directory, region, credentials, buckets: [Bucket, 'outputs'], maxObjectBytes: 64 * 1024 ** 2, allowedOrigins: ['http://app.example'],
  faults: () => { const now = fault; fault = undefined; return now; },
};
const connect = (more: aws.S3ClientConfig = {}): aws.S3Client => new aws.S3Client({ endpoint: s3.endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1, ...more });
/** A stop and a start over the same directory, at the same port; the client's old connections are gone. */
async function restart(more: Partial<S3Options> = {}): Promise<void> {
  const { port } = s3;
  client.destroy();
  await s3.stop();
  s3 = await startS3({ ...options, port, ...more });
  assert.equal(s3.port, port);
  client = connect();
}
const text = async (Key: string, VersionId?: string): Promise<string> => (await client.send(new aws.GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString() ?? '';
const put = (Key: string, Body: string, more: Partial<aws.PutObjectCommandInput> = {}) => client.send(new aws.PutObjectCommand({ Bucket, Key, Body, ...more }));
const refused = (code: string, status: number) => (error: unknown): boolean => {
  const found = error as aws.S3ServiceException;
  assert.equal(`${found.name} ${found.$metadata.httpStatusCode}`, `${code} ${status}`);
  return true;
};
const answer = async (url: string, init?: RequestInit): Promise<string> => {
  const response = await fetch(url, init);
  return `${response.status} ${/<Code>(\w+)</.exec(await response.text())?.[1] ?? ''}`.trim();
};

before(async () => {
  s3 = await startS3(options);
  client = connect();
});
after(async () => {
  await s3.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('an object comes back with its type, metadata, entity tag, version and the checksum that was given', async () => {
  const body = '直径,ダレ量\n1.0,0.2\n';
  const sha256 = createHash('sha256').update(body).digest('base64');
  const stored = await put('a/表 1.csv', body, { ContentType: 'text/csv', Metadata: { rows: '1' }, ChecksumSHA256: sha256 });
  assert.equal(stored.ETag, `"${createHash('md5').update(body).digest('hex')}"`);
  const head = await client.send(new aws.HeadObjectCommand({ Bucket, Key: 'a/表 1.csv', ChecksumMode: 'ENABLED' }));
  assert.deepEqual([head.ContentType, head.Metadata, head.ChecksumSHA256, head.ContentLength, head.VersionId, head.ETag],
    ['text/csv', { rows: '1' }, sha256, Buffer.byteLength(body), stored.VersionId, stored.ETag]);
  assert.equal(await text('a/表 1.csv'), body);
});

test('keys are only names: dots, slashes and any character stay inside the store', async () => {
  const keys = ['../../../etc/passwd', '..', 'a//b', '/lead', 'q?x=1&y=%2e%2e', 'plus+ and *\'()!~', '漢字/😀', '<&>"', 'x'.repeat(1024)];
  for (const key of keys) {
    await put(key, `at ${key}`);
    assert.equal(await text(key), `at ${key}`);
  }
  assert.ok(readdirSync(join(directory, 'data')).every((name) => /^[0-9a-f]{32}$/.test(name)));
  await assert.rejects(put('x'.repeat(1025), ''), refused('KeyTooLongError', 400));
});

test('a request that is not signed, signed with another secret, or altered afterwards is refused', async () => {
  await put('guarded', 'x');
  const wrong = connect({ credentials: { ...credentials, secretAccessKey: 'another' } });
  await assert.rejects(wrong.send(new aws.GetObjectCommand({ Bucket, Key: 'guarded' })), refused('SignatureDoesNotMatch', 403));
  await assert.rejects(wrong.send(new aws.PutObjectCommand({ Bucket, Key: 'guarded', Body: 'evil' })), refused('SignatureDoesNotMatch', 403));
  await assert.rejects(connect({ credentials: { ...credentials, accessKeyId: 'NOBODY' } }).send(new aws.ListBucketsCommand({})), refused('InvalidAccessKeyId', 403));
  await assert.rejects(connect({ region: 'us-east-1' }).send(new aws.ListObjectsV2Command({ Bucket })), refused('AuthorizationHeaderMalformed', 400));
  assert.equal(await answer(`${s3.endpoint}/${Bucket}/guarded`), '403 AccessDenied');
  assert.equal(await text('guarded'), 'x');
});

test('a clock that is sixteen minutes off is refused', async () => {
  // The SDK corrects its clock when it sees the server's, so the correction is switched off by keeping one attempt.
  const late = connect({ systemClockOffset: 16 * 60_000 });
  await assert.rejects(late.send(new aws.ListObjectsV2Command({ Bucket })), refused('RequestTimeTooSkewed', 403));
});

test('a presigned GET works as signed and not after it expired, nor for another key, method, or answer header', async () => {
  await put('report.csv', '1,2');
  const sign = (expiresIn: number, signingDate = new Date()) => getSignedUrl(client, new aws.GetObjectCommand({ Bucket, Key: 'report.csv', ResponseContentDisposition: "attachment; filename*=UTF-8''%E8%A1%A8.csv", ResponseContentType: 'text/plain' }), { expiresIn, signingDate });
  const url = await sign(60);
  const response = await fetch(url);
  assert.deepEqual([response.status, response.headers.get('content-disposition'), response.headers.get('content-type'), await response.text()], [200, "attachment; filename*=UTF-8''%E8%A1%A8.csv", 'text/plain', '1,2']);
  assert.equal(await answer(await sign(60, new Date(Date.now() - 61_000))), '403 AccessDenied');
  assert.equal(await answer(await sign(60, new Date(Date.now() + 3_600_000))), '403 AccessDenied');
  assert.equal(await answer(url.replace('report.csv', 'guarded')), '403 SignatureDoesNotMatch');
  assert.equal(await answer(url.replace('text%2Fplain', 'text%2Fhtml')), '403 SignatureDoesNotMatch');
  assert.equal(await answer(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600')), '403 SignatureDoesNotMatch');
  assert.equal(await answer(url, { method: 'PUT', body: 'evil' }), '403 SignatureDoesNotMatch');
  assert.equal(await answer(url.replace(/Signature=(.)/, (_, digit) => `Signature=${digit === '0' ? '1' : '0'}`)), '403 SignatureDoesNotMatch');
});

test('a presigned PUT holds the uploader to the signed type, length and checksum, and never overwrites', async () => {
  const body = 'x,y\n1,2\n';
  const sha = createHash('sha256').update(body).digest('base64');
  const plain = connect({ requestChecksumCalculation: 'WHEN_REQUIRED' });
  const headers = { 'content-type': 'text/csv', 'if-none-match': '*', 'x-amz-checksum-sha256': sha };
  const url = await getSignedUrl(plain, new aws.PutObjectCommand({ Bucket, Key: 'once.csv', ContentType: 'text/csv', IfNoneMatch: '*', ChecksumSHA256: sha, ContentLength: body.length }),
    { expiresIn: 60, signableHeaders: new Set(['host', 'content-length', ...Object.keys(headers)]), unhoistableHeaders: new Set(Object.keys(headers)) });
  assert.equal(await answer(url, { method: 'PUT', body, headers: { ...headers, 'content-type': 'text/html' } }), '403 SignatureDoesNotMatch');
  assert.equal(await answer(url, { method: 'PUT', body: `${body}3`, headers }), '403 SignatureDoesNotMatch');
  assert.equal(await answer(url, { method: 'PUT', body, headers: { 'content-type': 'text/csv' } }), '403 SignatureDoesNotMatch');
  assert.equal(await answer(url, { method: 'PUT', body: body.replace('1', '7'), headers }), '400 BadDigest');
  await assert.rejects(text('once.csv'), refused('NoSuchKey', 404));
  assert.equal(await answer(url, { method: 'PUT', body, headers }), '200');
  assert.equal(await answer(url, { method: 'PUT', body, headers }), '412 PreconditionFailed');
  assert.equal(await text('once.csv'), body);
});

test('of many writers with If-None-Match: * exactly one wins', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, writer) => put('race', `writer ${writer}`, { IfNoneMatch: '*' })));
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const outcome of outcomes) if (outcome.status === 'rejected') refused('PreconditionFailed', 412)(outcome.reason);
});

test('ranges and conditional reads answer as HTTP says', async () => {
  const { ETag } = await put('digits', '0123456789');
  const get = (more: Partial<aws.GetObjectCommandInput>) => client.send(new aws.GetObjectCommand({ Bucket, Key: 'digits', ...more }));
  for (const [Range, expected] of [['bytes=2-4', '234'], ['bytes=7-', '789'], ['bytes=-2', '89'], ['bytes=8-100', '89']] as const) {
    const part = await get({ Range });
    assert.deepEqual([part.$metadata.httpStatusCode, await part.Body?.transformToString()], [206, expected]);
  }
  assert.equal((await get({ Range: 'bytes=2-4' })).ContentRange, 'bytes 2-4/10');
  await assert.rejects(get({ Range: 'bytes=10-' }), refused('InvalidRange', 416));
  await assert.rejects(get({ IfMatch: '"other"' }), refused('PreconditionFailed', 412));
  await assert.rejects(get({ IfNoneMatch: ETag }), (error: aws.S3ServiceException) => error.$metadata.httpStatusCode === 304);
  assert.equal(await (await get({ IfMatch: ETag })).Body?.transformToString(), '0123456789');
});

test('every write is a version; a deletion hides, deleting a version removes, and what is below shows again', async () => {
  const first = await put('v', 'one');
  const second = await put('v', 'two');
  assert.notEqual(first.VersionId, second.VersionId);
  assert.equal(await text('v', first.VersionId), 'one');
  const deleted = await client.send(new aws.DeleteObjectCommand({ Bucket, Key: 'v' }));
  assert.equal(deleted.DeleteMarker, true);
  await assert.rejects(text('v'), refused('NoSuchKey', 404));
  await assert.rejects(text('v', deleted.VersionId), refused('MethodNotAllowed', 405));
  assert.equal(await text('v', second.VersionId), 'two');
  const listed = await client.send(new aws.ListObjectVersionsCommand({ Bucket, Prefix: 'v' }));
  assert.deepEqual([listed.Versions?.map(({ VersionId }) => VersionId), listed.DeleteMarkers?.[0]?.IsLatest], [[second.VersionId, first.VersionId], true]);
  await client.send(new aws.DeleteObjectCommand({ Bucket, Key: 'v', VersionId: deleted.VersionId }));
  assert.equal(await text('v'), 'two');
  await client.send(new aws.DeleteObjectCommand({ Bucket, Key: 'v', VersionId: second.VersionId }));
  assert.equal(await text('v'), 'one');
});

test('listing pages through keys in the order of their bytes and folds folders at the delimiter', async () => {
  const keys = ['l/a', 'l/b/1', 'l/b/2', 'l/b/3', 'l/c', 'l/é', 'l/漢', 'l/\u{1F600}', 'l/\uFB01'];
  await Promise.all(keys.map((key) => put(key, key)));
  const all = async (input: Partial<aws.ListObjectsV2CommandInput>): Promise<string[]> => {
    const found: string[] = [];
    for await (const page of aws.paginateListObjectsV2({ client, pageSize: 2 }, { Bucket, Prefix: 'l/', ...input })) {
      assert.ok((page.KeyCount ?? 0) <= 2);
      found.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''));
    }
    return found;
  };
  const byBytes = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.deepEqual(await all({}), byBytes);
  assert.deepEqual((await all({ Delimiter: '/' })).toSorted(), ['l/b/', ...keys.filter((key) => !key.startsWith('l/b/'))].toSorted());
  assert.deepEqual(await all({ StartAfter: 'l/c' }), byBytes.slice(byBytes.indexOf('l/c') + 1));
  const removed = await client.send(new aws.DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
  assert.equal(removed.Deleted?.length, keys.length);
  assert.deepEqual(await all({}), []);
});

test('a copy is independent of its source and keeps or replaces the metadata', async () => {
  await put('source 表', 'body', { ContentType: 'text/csv', Metadata: { a: '1' } });
  const CopySource = `${Bucket}/${encodeURIComponent('source 表')}`;
  await client.send(new aws.CopyObjectCommand({ Bucket: 'outputs', Key: 'copy', CopySource }));
  await client.send(new aws.CopyObjectCommand({ Bucket: 'outputs', Key: 'other', CopySource, MetadataDirective: 'REPLACE', ContentType: 'text/plain' }));
  await client.send(new aws.DeleteObjectCommand({ Bucket, Key: 'source 表' }));
  const copy = await client.send(new aws.GetObjectCommand({ Bucket: 'outputs', Key: 'copy' }));
  assert.deepEqual([await copy.Body?.transformToString(), copy.ContentType, copy.Metadata], ['body', 'text/csv', { a: '1' }]);
  const other = await client.send(new aws.HeadObjectCommand({ Bucket: 'outputs', Key: 'other' }));
  assert.deepEqual([other.ContentType, other.Metadata], ['text/plain', {}]);
  await assert.rejects(client.send(new aws.CopyObjectCommand({ Bucket, Key: 'x', CopySource: `${Bucket}/nothing` })), refused('NoSuchKey', 404));
});

/** 20 MB that exist nowhere as a whole. */
function* megabytes(count: number): Generator<Buffer> {
  for (let index = 0; index < count; index += 1) yield Buffer.alloc(1_000_000, index);
}

test('20 MB pass in both directions, on disk while they come and never as a whole in memory', async () => {
  const expected = createHash('sha256');
  const incoming = join(directory, 'incoming');
  let onDisk = 0;
  async function* body(): AsyncGenerator<Buffer> {
    let sent = 0;
    for (const chunk of megabytes(20)) {
      expected.update(chunk);
      yield chunk;
      sent += chunk.length;
      // The sender goes on only when most of what it sent has reached the disk.
      while (sent > 4_000_000 && (onDisk = readdirSync(incoming).reduce((sum, name) => sum + statSync(join(incoming, name)).size, 0)) < sent - 4_000_000) await new Promise(setImmediate);
    }
  }
  await client.send(new aws.PutObjectCommand({ Bucket, Key: 'big', Body: Readable.from(body()), ContentLength: 20_000_000, ChecksumAlgorithm: 'CRC32' }));
  assert.ok(onDisk >= 16_000_000);
  const { Body } = await client.send(new aws.GetObjectCommand({ Bucket, Key: 'big', ChecksumMode: 'ENABLED' }));
  const got = createHash('sha256');
  for await (const chunk of Body as AsyncIterable<Buffer>) got.update(chunk);
  assert.equal(got.digest('hex'), expected.digest('hex'));
});

test('uploads in parts become one object; wrong, small, unordered and foreign parts do not', async () => {
  const part = Buffer.alloc(5 * 1024 ** 2, 7);
  const upload = new Upload({ client, params: { Bucket, Key: 'parts', Body: Readable.from([part, part, Buffer.from('end')]), ContentType: 'application/x-test' }, partSize: part.length, queueSize: 2 });
  const done = await upload.done();
  assert.match(done.ETag ?? '', /-3"$/);
  const head = await client.send(new aws.HeadObjectCommand({ Bucket, Key: 'parts', ChecksumMode: 'ENABLED' }));
  assert.deepEqual([head.ContentLength, head.ContentType], [2 * part.length + 3, 'application/x-test']);
  assert.match(head.ChecksumCRC32 ?? '', /-3$/);
  const across = await client.send(new aws.GetObjectCommand({ Bucket, Key: 'parts', Range: `bytes=${2 * part.length - 2}-` }));
  assert.equal(await across.Body?.transformToString(), '\x07\x07end');

  const { UploadId } = await client.send(new aws.CreateMultipartUploadCommand({ Bucket, Key: 'm' }));
  const send = async (PartNumber: number, Body: string) => ({ PartNumber, ETag: (await client.send(new aws.UploadPartCommand({ Bucket, Key: 'm', UploadId, PartNumber, Body }))).ETag });
  const [one, two] = [await send(1, 'small'), await send(2, 'last')];
  const complete = (Parts: aws.CompletedPart[]) => client.send(new aws.CompleteMultipartUploadCommand({ Bucket, Key: 'm', UploadId, MultipartUpload: { Parts } }));
  await assert.rejects(complete([one, two]), refused('EntityTooSmall', 400));
  await assert.rejects(complete([two, one]), refused('InvalidPartOrder', 400));
  await assert.rejects(complete([{ ...one, ETag: two.ETag }]), refused('InvalidPart', 400));
  const listed = await client.send(new aws.ListPartsCommand({ Bucket, Key: 'm', UploadId }));
  assert.deepEqual(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size]), [[1, 5], [2, 4]]);
  await client.send(new aws.AbortMultipartUploadCommand({ Bucket, Key: 'm', UploadId }));
  await assert.rejects(complete([one]), refused('NoSuchUpload', 404));
  await assert.rejects(text('m'), refused('NoSuchKey', 404));
});

test('each checksum algorithm is verified, as header and as trailer', async () => {
  for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const) {
    await put(`sum-${ChecksumAlgorithm}`, 'body', { ChecksumAlgorithm });
    const trailing = await client.send(new aws.PutObjectCommand({ Bucket, Key: `sum-${ChecksumAlgorithm}`, Body: Readable.from([Buffer.from('bo'), Buffer.from('dy')]), ContentLength: 4, ChecksumAlgorithm }));
    assert.ok(trailing.$metadata.httpStatusCode === 200);
  }
  // check values of CRC catalogues for "123456789": CRC-32/ISO-HDLC cbf43926, CRC-32/ISCSI e3069283
  await put('check', '123456789', { ChecksumCRC32: Buffer.from('cbf43926', 'hex').toString('base64') });
  await put('check', '123456789', { ChecksumCRC32C: Buffer.from('e3069283', 'hex').toString('base64') });
  await assert.rejects(put('check', '123456780', { ChecksumCRC32C: Buffer.from('e3069283', 'hex').toString('base64') }), refused('BadDigest', 400));
  await assert.rejects(put('check', 'x', { ContentMD5: createHash('md5').update('y').digest('base64') }), refused('BadDigest', 400));
});

test('a body larger than the limit is refused before it is sent and leaves nothing', async () => {
  const files = readdirSync(join(directory, 'data')).length;
  await assert.rejects(client.send(new aws.PutObjectCommand({ Bucket, Key: 'huge', Body: Readable.from(megabytes(70)), ContentLength: 70_000_000 })), refused('EntityTooLarge', 400));
  assert.deepEqual([readdirSync(join(directory, 'data')).length, readdirSync(join(directory, 'incoming'))], [files, []]);
});

async function post(more: { conditions?: Parameters<typeof createPresignedPost>[1]['Conditions']; expires?: number; fields?: Record<string, string>; change?: (fields: Record<string, string>) => void; body?: string; key?: string } = {}): Promise<string> {
  const { url, fields } = await createPresignedPost(client, {
    Bucket, Key: more.key ?? 'posted.csv', Expires: more.expires ?? 60, Fields: { 'Content-Type': 'text/csv', ...more.fields },
    Conditions: [['content-length-range', 2, 100], ['eq', '$Content-Type', 'text/csv'], ...(more.conditions ?? [])],
  });
  more.change?.(fields);
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([more.body ?? 'a,b\n1,2\n']), 'table.csv');
  return answer(url, { method: 'POST', body: form });
}

test('a presigned POST stores the file under its policy and answers as asked', async () => {
  assert.equal(await post(), '204');
  assert.equal(await text('posted.csv'), 'a,b\n1,2\n');
  assert.equal(await post({ fields: { success_action_status: '201' } }), '201');
  assert.equal(await post({ key: 'up/${filename}' }), '204');
  assert.equal(await text('up/table.csv'), 'a,b\n1,2\n');
  assert.equal(await post({ body: '\r\n--almost a boundary\r\n', key: 'tricky' }), '204');
  assert.equal(await text('tricky'), '\r\n--almost a boundary\r\n');
  const head = await client.send(new aws.HeadObjectCommand({ Bucket, Key: 'posted.csv' }));
  assert.equal(head.ContentType, 'text/csv');
});

test('a presigned POST is refused outside its policy', async () => {
  assert.equal(await post({ body: 'x'.repeat(101), key: 'no' }), '400 EntityTooLarge');
  assert.equal(await post({ body: 'x', key: 'no' }), '400 EntityTooSmall');
  assert.equal(await post({ expires: -1, key: 'no' }), '403 AccessDenied');
  assert.equal(await post({ key: 'no', change: (fields) => { fields['Content-Type'] = 'text/html'; } }), '403 AccessDenied');
  assert.equal(await post({ key: 'no', change: (fields) => { fields['key'] = 'elsewhere'; } }), '403 AccessDenied');
  assert.equal(await post({ key: 'no', change: (fields) => { fields['x-amz-meta-extra'] = '1'; } }), '403 AccessDenied');
  assert.equal(await post({ key: 'no', change: (fields) => { fields['Policy'] = Buffer.from(Buffer.from(fields['Policy'] ?? '', 'base64').toString().replace('100', '900')).toString('base64'); } }), '403 SignatureDoesNotMatch');
  assert.equal(await post({ key: 'no', change: (fields) => { delete fields['X-Amz-Signature']; } }), '400 InvalidArgument');
  assert.equal(await post({ key: 'no', change: (fields) => { delete fields['Policy']; } }), '403 AccessDenied');
  assert.equal(await post({ key: 'no', conditions: [['starts-with', '$x-amz-meta-run', 'r-']], fields: { 'x-amz-meta-run': 's-1' } }), '403 AccessDenied');
  await assert.rejects(text('no'), refused('NoSuchKey', 404));
});

test('a browser at an allowed origin may call, one elsewhere may not', async () => {
  const preflight = (origin: string) => fetch(`${s3.endpoint}/${Bucket}/k`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type,if-none-match' } });
  const allowed = await preflight('http://app.example');
  assert.deepEqual([allowed.status, allowed.headers.get('access-control-allow-origin'), allowed.headers.get('access-control-allow-headers')], [204, 'http://app.example', 'content-type,if-none-match']);
  const elsewhere = await preflight('http://evil.example');
  assert.deepEqual([elsewhere.status, elsewhere.headers.get('access-control-allow-origin')], [403, null]);
});

test('buckets are made, found, configured and removed when empty', async () => {
  await client.send(new aws.CreateBucketCommand({ Bucket: 'third' }));
  await client.send(new aws.HeadBucketCommand({ Bucket: 'third' }));
  await client.send(new aws.PutBucketCorsCommand({ Bucket: 'third', CORSConfiguration: { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] } }));
  assert.deepEqual((await client.send(new aws.GetBucketCorsCommand({ Bucket: 'third' }))).CORSRules?.[0]?.AllowedMethods, ['GET']);
  assert.equal((await client.send(new aws.GetBucketVersioningCommand({ Bucket: 'third' }))).Status, 'Enabled');
  await client.send(new aws.DeleteBucketCommand({ Bucket: 'third' }));
  await assert.rejects(client.send(new aws.ListObjectsV2Command({ Bucket: 'third' })), refused('NoSuchBucket', 404));
  await assert.rejects(client.send(new aws.DeleteBucketCommand({ Bucket })), refused('BucketNotEmpty', 409));
});

test('faults happen when a test asks for them, and the SDK retries through them', async () => {
  fault = { status: 503, code: 'SlowDown' };
  await assert.rejects(put('f', '1'), refused('SlowDown', 503));
  fault = { dropConnection: true };
  await assert.rejects(put('f', '1'));
  await assert.rejects(text('f'), refused('NoSuchKey', 404));
  fault = { dropResponse: true };
  await assert.rejects(put('f', '1'));
  assert.equal(await text('f'), '1');
  fault = { status: 500 };
  await connect({ maxAttempts: 3 }).send(new aws.PutObjectCommand({ Bucket, Key: 'f', Body: '2' }));
  assert.equal(await text('f'), '2');
});

test('objects, versions and unfinished uploads survive a restart; what was not committed is swept', async () => {
  const { VersionId } = await put('kept', 'old');
  await put('kept', 'new');
  const { UploadId } = await client.send(new aws.CreateMultipartUploadCommand({ Bucket, Key: 'open' }));
  const { ETag } = await client.send(new aws.UploadPartCommand({ Bucket, Key: 'open', UploadId, PartNumber: 1, Body: 'part' }));
  writeFileSync(join(directory, 'incoming', 'half'), 'half a body');
  writeFileSync(join(directory, 'data', 'f'.repeat(32)), 'renamed, never entered');
  await restart();
  assert.deepEqual([await text('kept'), await text('kept', VersionId)], ['new', 'old']);
  await client.send(new aws.CompleteMultipartUploadCommand({ Bucket, Key: 'open', UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }));
  assert.equal(await text('open'), 'part');
  assert.deepEqual([readdirSync(join(directory, 'incoming')), readdirSync(join(directory, 'data')).includes('f'.repeat(32))], [[], false]);
});

test('what was overwritten or deleted long ago is removed from the disk at a start', async () => {
  const { VersionId } = await put('gone', 'before');
  await put('gone', 'after');
  await put('deleted', 'x');
  await client.send(new aws.DeleteObjectCommand({ Bucket, Key: 'deleted' }));
  await restart({ keepNoncurrentMs: -1000 });
  assert.equal(await text('gone'), 'after');
  await assert.rejects(text('gone', VersionId), refused('NoSuchVersion', 404));
  const listed = await client.send(new aws.ListObjectVersionsCommand({ Bucket, Prefix: 'deleted' }));
  assert.deepEqual([listed.Versions ?? [], listed.DeleteMarkers ?? []], [[], []]);
  const bodies = readdirSync(join(directory, 'data')).map((name) => readFileSync(join(directory, 'data', name)).subarray(0, 10).toString());
  assert.ok(!bodies.includes('before'));
});
