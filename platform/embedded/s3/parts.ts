import { createHash } from 'node:crypto';
import { createDigest, isChecksumAlgorithm, type ChecksumAlgorithm } from './checksums.ts';
import { S3Error } from './errors.ts';
import { headerOf, parameterOf, receiveBody, receiveXml, requestObjectHeaders, sendEmpty, sendXml, type Exchange } from './exchange.ts';
import { checksumHeaders, writeCondition } from './objects.ts';
import type { Checksums, PartRow } from './store.ts';
import { childText, element, s3Document } from './xml.ts';

const mostParts = 10_000;

export function createUpload(exchange: Exchange): void {
  const { service: { store }, bucket, key } = exchange;
  store.bucket(bucket);
  const algorithm = headerOf(exchange, 'x-amz-checksum-algorithm')?.toLowerCase() ?? null;
  if (algorithm !== null && !isChecksumAlgorithm(algorithm)) throw new S3Error('NotImplemented', `Checksums ${algorithm} are not computed here.`);
  if (headerOf(exchange, 'x-amz-checksum-type')?.toUpperCase() === 'FULL_OBJECT') throw new S3Error('NotImplemented', 'Checksums of uploads in parts are of the type COMPOSITE here.');
  const id = store.createUpload({ bucket, key, headers: requestObjectHeaders(exchange), algorithm });
  sendXml(exchange, s3Document('InitiateMultipartUploadResult', [element('Bucket', bucket), element('Key', key), element('UploadId', id)]), 200,
    algorithm === null ? {} : { 'x-amz-checksum-algorithm': algorithm.toUpperCase(), 'x-amz-checksum-type': 'COMPOSITE' });
}

export async function uploadPart(exchange: Exchange): Promise<void> {
  const { service: { store }, bucket, key } = exchange;
  const number = Number(parameterOf(exchange, 'partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > mostParts) throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and ${mostParts}, inclusive`);
  if (headerOf(exchange, 'x-amz-copy-source') !== undefined) throw new S3Error('NotImplemented', 'UploadPartCopy is not supported.');
  const upload = store.upload(bucket, key, parameterOf(exchange, 'uploadId') ?? '');
  const received = await receiveBody(exchange, upload.algorithm === null ? [] : [upload.algorithm as ChecksumAlgorithm]);
  try {
    store.putPart(upload, number, received);
  } catch (error) {
    store.discard([received.file]);
    throw error;
  }
  const { 'x-amz-checksum-type': _, ...checksums } = checksumHeaders(received.checksums);
  sendEmpty(exchange, 200, { etag: `"${received.md5.toString('hex')}"`, ...checksums });
}

export async function completeUpload(exchange: Exchange): Promise<void> {
  const { service, bucket, key } = exchange;
  const { store } = service;
  const upload = store.upload(bucket, key, parameterOf(exchange, 'uploadId') ?? '');
  const request = await receiveXml(exchange, 'CompleteMultipartUpload');
  const stored = new Map(store.parts(upload.id).map((part) => [part.number, part]));
  const chosen: PartRow[] = [];
  for (const node of request.children.filter(({ name }) => name === 'Part')) {
    const number = Number(childText(node, 'PartNumber'));
    const part = stored.get(number);
    const before = chosen.at(-1);
    if (part === undefined || part.etag !== (childText(node, 'ETag') ?? '').replaceAll('"', '')) throw new S3Error('InvalidPart', 'One or more of the specified parts could not be found.');
    if (before !== undefined && before.number >= number) throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order.');
    if (before !== undefined && before.size < service.minPartBytes) throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    for (const [algorithm, value] of Object.entries(part.checksums)) {
      if ((childText(node, `Checksum${algorithm.toUpperCase()}`) ?? value) !== value) throw new S3Error('InvalidPart', 'The checksum of a part does not match.');
    }
    chosen.push(part);
  }
  if (chosen.length === 0) throw new S3Error('MalformedXML', 'You must specify at least one part');
  const size = chosen.reduce((sum, part) => sum + part.size, 0);
  if (size > service.maxObjectBytes) throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
  const etag = `${createHash('md5').update(Buffer.concat(chosen.map((part) => Buffer.from(part.etag, 'hex')))).digest('hex')}-${chosen.length}`;
  const checksums = upload.algorithm === null ? {} : composite(upload.algorithm as ChecksumAlgorithm, chosen);
  // The parts' files become the object's; nothing is copied.
  const { version } = store.put({ bucket, key, size, etag, headers: upload.headers, checksums, segments: chosen.map(({ file, size: bytes }) => ({ file, size: bytes })) },
    writeCondition(exchange), () => store.forgetUpload(upload.id));
  const used = new Set(chosen.map(({ number }) => number));
  store.discard([...stored.values()].filter(({ number }) => !used.has(number)).map(({ file }) => file));
  sendXml(exchange, s3Document('CompleteMultipartUploadResult', [
    element('Location', `http://${exchange.request.headers.host}${exchange.request.url?.split('?')[0]}`), element('Bucket', bucket), element('Key', key), element('ETag', `"${etag}"`),
    ...Object.entries(checksums).map(([algorithm, value]) => element(`Checksum${algorithm.toUpperCase()}`, value)),
  ]), 200, { 'x-amz-version-id': version });
}

function composite(algorithm: ChecksumAlgorithm, parts: readonly PartRow[]): Checksums {
  const digest = createDigest(algorithm);
  for (const part of parts) digest.update(Buffer.from(part.checksums[algorithm] ?? '', 'base64'));
  return { [algorithm]: `${digest.base64()}-${parts.length}` };
}

export function abortUpload(exchange: Exchange): void {
  const { store } = exchange.service;
  store.abortUpload(store.upload(exchange.bucket, exchange.key, parameterOf(exchange, 'uploadId') ?? '').id);
  sendEmpty(exchange, 204);
}

export function listParts(exchange: Exchange): void {
  const { store } = exchange.service;
  const upload = store.upload(exchange.bucket, exchange.key, parameterOf(exchange, 'uploadId') ?? '');
  const after = Number(parameterOf(exchange, 'part-number-marker') ?? 0);
  const limit = Math.min(Number(parameterOf(exchange, 'max-parts') ?? 1000), 1000);
  const rest = store.parts(upload.id).filter(({ number }) => number > after);
  const page = rest.slice(0, limit);
  sendXml(exchange, s3Document('ListPartsResult', [
    element('Bucket', upload.bucket), element('Key', upload.key), element('UploadId', upload.id), element('MaxParts', limit), element('IsTruncated', rest.length > page.length),
    ...(rest.length > page.length ? [element('NextPartNumberMarker', page.at(-1)?.number ?? after)] : []),
    ...page.map((part) => element('Part', [element('PartNumber', part.number), element('LastModified', new Date(part.modified).toISOString()), element('ETag', `"${part.etag}"`), element('Size', part.size),
      ...Object.entries(part.checksums).map(([algorithm, value]) => element(`Checksum${algorithm.toUpperCase()}`, value))])),
  ]));
}
