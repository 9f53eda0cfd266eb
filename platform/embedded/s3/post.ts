import type { IncomingMessage, ServerResponse } from 'node:http';
import { checksumAlgorithms, type ChecksumAlgorithm } from './checksums.ts';
import { S3Error } from './errors.ts';
import { objectHeaders, type Service } from './exchange.ts';
import { readForm } from './form.ts';
import { checkPolicy } from './policy.ts';
import type { Checksums } from './store.ts';
import { element, xmlDocument } from './xml.ts';

/** Upload by an HTML form with a signed policy (S3 "POST Object"). */
export async function postObject(service: Service, request: IncomingMessage, response: ServerResponse, bucket: string): Promise<void> {
  const { store } = service;
  store.bucket(bucket);
  if (request.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
  const { fields, file } = await readForm(request as AsyncIterable<Buffer>, request.headers['content-type'] ?? '');
  if ((fields.get('bucket') ?? bucket) !== bucket) throw new S3Error('AccessDenied', 'The form names another bucket.');
  fields.set('bucket', bucket);
  const range = checkPolicy(fields, { credentials: service.credentials, region: service.region, now: service.now() });
  const key = (fields.get('key') ?? '').replaceAll('${filename}', () => file.name);
  if (key === '') throw new S3Error('InvalidArgument', "Bucket POST must contain a field named 'key'.");
  if (Buffer.byteLength(key) > 1024) throw new S3Error('KeyTooLongError', 'Your key is too long');
  const promised: Checksums = {};
  for (const algorithm of checksumAlgorithms) {
    const value = fields.get(`x-amz-checksum-${algorithm}`);
    if (value !== undefined) promised[algorithm] = value;
  }
  const received = await store.receive(file.bytes, { limit: Math.min(service.maxObjectBytes, range.maximum), algorithms: Object.keys(promised) as ChecksumAlgorithm[], sha256: false });
  const etag = received.md5.toString('hex');
  let version: string;
  try {
    if (received.size < range.minimum) throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    for (const [algorithm, value] of Object.entries(promised)) {
      if (received.checksums[algorithm as ChecksumAlgorithm] !== value) throw new S3Error('BadDigest', `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`);
    }
    const headers = objectHeaders((name) => fields.get(name) ?? (name === 'content-type' ? file.contentType : undefined), fields.keys());
    ({ version } = store.put({ bucket, key, size: received.size, etag, headers, checksums: received.checksums, segments: [{ file: received.file, size: received.size }] }));
  } catch (error) {
    store.discard([received.file]);
    throw error;
  }
  const location = `http://${request.headers.host}/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
  const common = { etag: `"${etag}"`, 'x-amz-version-id': version, location };
  const wanted = fields.get('success_action_status');
  const redirect = fields.get('success_action_redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const target = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket, key, etag: `"${etag}"` })) target.searchParams.set(name, value);
    response.writeHead(303, { ...common, location: target.href, 'content-length': 0 }).end();
  } else if (wanted === '201') {
    const xml = xmlDocument(element('PostResponse', [element('Location', location), element('Bucket', bucket), element('Key', key), element('ETag', `"${etag}"`)]));
    response.writeHead(201, { ...common, 'content-type': 'application/xml', 'content-length': Buffer.byteLength(xml) }).end(xml);
  } else {
    response.writeHead(wanted === '200' ? 200 : 204, wanted === '200' ? { ...common, 'content-length': 0 } : common).end();
  }
}
