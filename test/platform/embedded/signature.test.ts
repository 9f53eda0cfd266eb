import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startS3 } from '../../../platform/embedded/index.ts';
import { SignatureError, verifyRequest, type SignedRequest } from '../../../platform/embedded/signature.ts';

/** The worked examples of the Amazon S3 API reference ("Examples: Signature Calculations in AWS Signature Version 4"). */
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const region = 'us-east-1';
const now = (): number => Date.UTC(2013, 4, 24, 0, 5);
const options = { credentials, region, service: 's3', now } as const;
const scope = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';
const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const get: SignedRequest = {
  method: 'GET', url: '/test.txt',
  headers: {
    host: 'examplebucket.s3.amazonaws.com', range: 'bytes=0-9', 'x-amz-content-sha256': empty, 'x-amz-date': '20130524T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41`,
  },
};

const code = (expected: string) => (error: unknown): boolean => error instanceof SignatureError && error.code === expected;

test("the signature of Amazon's GET example is accepted, and no change of a signed part is", () => {
  assert.equal(verifyRequest(get, options).payload, empty);
  for (const changed of [{ ...get, url: '/other.txt' }, { ...get, url: '/test.txt?x=1' }, { ...get, method: 'PUT' }, { ...get, headers: { ...get.headers, range: 'bytes=0-10' } }]) {
    assert.throws(() => verifyRequest(changed, options), code('SignatureDoesNotMatch'));
  }
  assert.throws(() => verifyRequest({ ...get, headers: { ...get.headers, 'x-amz-acl': 'public-read' } }, options), code('AccessDenied'));
  assert.throws(() => verifyRequest(get, { ...options, now: Date.now }), code('RequestTimeTooSkewed'));
});

test("the presigned URL of Amazon's example is accepted for a day", () => {
  const url = `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scope)}&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`;
  const presigned: SignedRequest = { method: 'GET', url, headers: { host: 'examplebucket.s3.amazonaws.com' } };
  assert.equal(verifyRequest(presigned, options).presigned, true);
  assert.equal(verifyRequest(presigned, { ...options, now: () => now() + 86_000_000 }).presigned, true);
  assert.throws(() => verifyRequest(presigned, { ...options, now: () => now() + 86_400_000 }), code('AccessDenied'));
  assert.throws(() => verifyRequest({ ...presigned, url: url.replace('86400', '864000') }, options), code('AuthorizationQueryParametersError'));
});

test("the signed chunks of Amazon's upload example are accepted, and an altered chunk is not", async () => {
  const directory = mkdtempSync(join(tmpdir(), 'zerosec-chunks-'));
  const s3 = await startS3({ dataDirectory: directory, region, credentials, buckets: ['examplebucket'], now });
  after(async () => {
    await s3.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  const chunk = (size: number, signature: string, fill = 'a'): string => `${size.toString(16)};chunk-signature=${signature}\r\n${fill.repeat(size)}\r\n`;
  const body = (fill: string): string => chunk(65_536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648')
    + chunk(1024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497', fill)
    + chunk(0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9');
  const send = (text: string): Promise<number | undefined> => new Promise((resolve, reject) => {
    request(s3.endpoint, {
      method: 'PUT', path: '/examplebucket/chunkObject.txt',
      headers: {
        host: 's3.amazonaws.com', 'x-amz-date': '20130524T000000Z', 'x-amz-storage-class': 'REDUCED_REDUNDANCY', 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
        'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': 66_560, 'content-length': 66_824,
        authorization: `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9`,
      },
    }, (response) => { response.resume(); resolve(response.statusCode); }).on('error', reject).end(text);
  });
  assert.equal(Buffer.byteLength(body('a')), 66_824);
  assert.equal(await send(body('b')), 403);
  assert.equal(await send(body('a')), 200);
});
