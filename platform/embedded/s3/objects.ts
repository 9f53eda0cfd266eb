import { pipeline } from 'node:stream/promises';
import { S3Error } from './errors.ts';
import { headerOf, parameterOf, receiveBody, receiveXml, requestObjectHeaders, sendEmpty, sendXml, type Exchange } from './exchange.ts';
import type { Checksums, Condition, Version } from './store.ts';
import { childText, element, s3Document, type Xml } from './xml.ts';

export async function putObject(exchange: Exchange): Promise<void> {
  const { service: { store }, bucket, key } = exchange;
  const condition = writeCondition(exchange);
  store.checkCondition(bucket, key, condition);
  const received = await receiveBody(exchange);
  const object = { bucket, key, size: received.size, etag: received.md5.toString('hex'), headers: requestObjectHeaders(exchange), checksums: received.checksums, segments: [{ file: received.file, size: received.size }] };
  let version: string;
  try {
    ({ version } = store.put(object, condition));
  } catch (error) {
    store.discard([received.file]);
    throw error;
  }
  sendEmpty(exchange, 200, { etag: `"${object.etag}"`, 'x-amz-version-id': version, ...checksumHeaders(received.checksums) });
}

export function writeCondition(exchange: Exchange): Condition {
  const none = exchange.request.headers['if-none-match'];
  const match = exchange.request.headers['if-match'];
  if (none !== undefined && none !== '*') throw new S3Error('NotImplemented', 'If-None-Match of a write takes * only.');
  return { absent: none === '*', ...(match === undefined ? {} : { etag: match.replaceAll('"', '') }) };
}

export function checksumHeaders(checksums: Checksums): Record<string, string> {
  const entries = Object.entries(checksums).map(([algorithm, value]): [string, string] => [`x-amz-checksum-${algorithm}`, value]);
  const composite = entries.some(([, value]) => value.includes('-'));
  return entries.length === 0 ? {} : { ...Object.fromEntries(entries), 'x-amz-checksum-type': composite ? 'COMPOSITE' : 'FULL_OBJECT' };
}

/** GET and HEAD. */
export async function getObject(exchange: Exchange): Promise<void> {
  const { request, response, service: { store } } = exchange;
  const object = findVersion(exchange, exchange.bucket, exchange.key, parameterOf(exchange, 'versionId'));
  checkRead(exchange, object);
  const range = parseRange(request.headers.range, object.size);
  const length = range.end - range.start;
  const overrides = Object.fromEntries(exchange.query.filter(([name]) => responseOverrides.has(name)).map(([name, value]) => [name.slice('response-'.length), value]));
  response.writeHead(range.partial ? 206 : 200, {
    ...object.headers.system,
    ...overrides,
    ...Object.fromEntries(Object.entries(object.headers.user).map(([name, value]) => [`x-amz-meta-${name}`, value])),
    ...(headerOf(exchange, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && !range.partial ? checksumHeaders(object.checksums) : {}),
    'accept-ranges': 'bytes',
    'content-length': length,
    ...(range.partial ? { 'content-range': `bytes ${range.start}-${range.end - 1}/${object.size}` } : {}),
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.modified).toUTCString(),
    'x-amz-version-id': object.version,
  });
  if (request.method === 'HEAD' || length === 0) return void response.end();
  // A client that goes away in the middle is not an error of ours.
  await pipeline(store.read(object, range.start, range.end), response).catch(() => response.destroy());
}

const responseOverrides = new Set(['response-content-type', 'response-content-language', 'response-expires', 'response-cache-control', 'response-content-disposition', 'response-content-encoding']);

function findVersion(exchange: Exchange, bucket: string, key: string, id: string | undefined): Version {
  const { store } = exchange.service;
  store.bucket(bucket);
  const found = id === undefined ? store.latest(bucket, key) : store.version(bucket, key, id);
  if (found === undefined) throw id === undefined ? new S3Error('NoSuchKey', 'The specified key does not exist.') : new S3Error('NoSuchVersion', 'The specified version does not exist.');
  const marker = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': found.version };
  if (found.marker) throw id === undefined ? new S3Error('NoSuchKey', 'The specified key does not exist.', marker) : new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', marker);
  return found;
}

function checkRead(exchange: Exchange, object: Version): void {
  const { 'if-match': match, 'if-none-match': none, 'if-modified-since': since, 'if-unmodified-since': until } = exchange.request.headers;
  const names = (list: string): boolean => list.split(',').map((tag) => tag.trim().replace(/^W\//, '').replaceAll('"', '')).some((tag) => tag === '*' || tag === object.etag);
  const second = Math.floor(object.modified / 1000) * 1000;
  const failed = new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  if (match !== undefined ? !names(match) : until !== undefined && second > Date.parse(until)) throw failed;
  if (none !== undefined ? names(none) : since !== undefined && second <= Date.parse(since)) throw new S3Error('NotModified', '', { etag: `"${object.etag}"` });
}

/** @returns start and exclusive end; several ranges are answered with the whole, as S3 does */
function parseRange(header: string | undefined, size: number): { start: number; end: number; partial: boolean } {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  const [first = '', last = ''] = found?.slice(1) ?? [];
  if (found === null || (first === '' && last === '') || (first !== '' && last !== '' && Number(last) < Number(first))) return { start: 0, end: size, partial: false };
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (start >= end) throw new S3Error('InvalidRange', 'The requested range is not satisfiable', { 'content-range': `bytes */${size}` });
  return { start, end, partial: true };
}

export function deleteObject(exchange: Exchange): void {
  const { bucket, key } = exchange;
  exchange.service.store.bucket(bucket);
  const result = deleteOne(exchange, bucket, key, parameterOf(exchange, 'versionId'));
  sendEmpty(exchange, 204, { ...(result.version === undefined ? {} : { 'x-amz-version-id': result.version }), ...(result.marker ? { 'x-amz-delete-marker': 'true' } : {}) });
}

/** Without a version: a delete marker hides the object. With one: that version (or marker) is gone. */
function deleteOne({ service: { store } }: Exchange, bucket: string, key: string, id: string | undefined): { version: string | undefined; marker: boolean } {
  if (id !== undefined) return { version: id, marker: store.deleteVersion(bucket, key, id)?.marker ?? false };
  const { version } = store.put({ bucket, key, marker: true, size: 0, etag: '', headers: { system: {}, user: {} }, checksums: {}, segments: [] });
  return { version, marker: true };
}

const mostDeletes = 1000;

export async function deleteObjects(exchange: Exchange): Promise<void> {
  exchange.service.store.bucket(exchange.bucket);
  const request = await receiveXml(exchange, 'Delete');
  const quiet = childText(request, 'Quiet') === 'true';
  const objects = request.children.filter(({ name }) => name === 'Object');
  if (objects.length === 0 || objects.length > mostDeletes) throw new S3Error('MalformedXML', `1 to ${mostDeletes} objects can be deleted at once.`);
  const results: Xml[] = [];
  for (const node of objects) {
    const key = childText(node, 'Key') ?? '';
    const id = childText(node, 'VersionId');
    const deleted = deleteOne(exchange, exchange.bucket, key, id);
    if (quiet) continue;
    results.push(element('Deleted', [
      element('Key', key), ...(id === undefined ? [] : [element('VersionId', id)]),
      ...(deleted.marker ? [element('DeleteMarker', true), element('DeleteMarkerVersionId', deleted.version ?? '')] : []),
    ]));
  }
  sendXml(exchange, s3Document('DeleteResult', results));
}

export function copyObject(exchange: Exchange): void {
  const { service: { store }, bucket, key } = exchange;
  const [path = '', versionQuery] = (headerOf(exchange, 'x-amz-copy-source') ?? '').split('?versionId=');
  const source = /^\/?([^/]+)\/(.+)$/s.exec(decodeURIComponent(path));
  if (source === null) throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  const original = findVersion(exchange, source[1] as string, source[2] as string, versionQuery);
  const match = headerOf(exchange, 'x-amz-copy-source-if-match');
  if (match !== undefined && match.replaceAll('"', '') !== original.etag) throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  const headers = headerOf(exchange, 'x-amz-metadata-directive')?.toUpperCase() === 'REPLACE' ? requestObjectHeaders(exchange) : original.headers;
  const condition = writeCondition(exchange);
  store.bucket(bucket);
  store.checkCondition(bucket, key, condition);
  const segments = store.duplicate(original);
  const { version, modified } = store.put({ bucket, key, size: original.size, etag: original.etag, headers, checksums: original.checksums, segments }, condition);
  sendXml(exchange, s3Document('CopyObjectResult', [element('LastModified', new Date(modified).toISOString()), element('ETag', `"${original.etag}"`)]), 200, {
    'x-amz-version-id': version, 'x-amz-copy-source-version-id': original.version,
  });
}
