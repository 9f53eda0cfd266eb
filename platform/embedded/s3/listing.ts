import { uriEncode } from '../signature.ts';
import { S3Error } from './errors.ts';
import { parameterOf, sendXml, type Exchange } from './exchange.ts';
import type { Version } from './store.ts';
import { element, s3Document } from './xml.ts';

const largestPage = 1000;

/** ListObjectsV2. Keys in the order of their UTF-8 bytes, those that share a prefix up to the delimiter as one. */
export function listObjects(exchange: Exchange): void {
  const { service: { store }, bucket } = exchange;
  store.bucket(bucket);
  if (parameterOf(exchange, 'list-type') !== '2') throw new S3Error('NotImplemented', 'Only version 2 of ListObjects is supported.');
  const prefix = parameterOf(exchange, 'prefix') ?? '';
  const delimiter = parameterOf(exchange, 'delimiter') ?? '';
  const limit = Math.min(Number(parameterOf(exchange, 'max-keys') ?? largestPage), largestPage);
  if (!Number.isInteger(limit) || limit < 0) throw new S3Error('InvalidArgument', 'max-keys must be a number from 0.');
  const token = parameterOf(exchange, 'continuation-token');
  const encode = parameterOf(exchange, 'encoding-type') === 'url' ? (key: string) => key.split('/').map(uriEncode).join('/') : (key: string) => key;

  const objects: Version[] = [];
  const folders: string[] = [];
  let after = token === undefined ? parameterOf(exchange, 'start-after') ?? '' : Buffer.from(token, 'base64url').toString();
  // A token may name a folder that was listed: everything in it is passed over.
  let folder = token !== undefined && delimiter !== '' && after.endsWith(delimiter) ? after : undefined;
  let last = after;
  let truncated = false;
  for (let more = limit > 0; more;) {
    const page = store.page(bucket, prefix, after, largestPage);
    more = page.length === largestPage;
    for (const object of page) {
      after = object.key;
      if (folder !== undefined && object.key.startsWith(folder)) continue;
      if (objects.length + folders.length === limit) {
        truncated = true;
        more = false;
        break;
      }
      const end = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
      if (end < 0) objects.push(object);
      else folders.push(folder = object.key.slice(0, end + delimiter.length));
      last = end < 0 ? object.key : folder as string;
    }
  }
  sendXml(exchange, s3Document('ListBucketResult', [
    element('Name', bucket), element('Prefix', encode(prefix)), element('KeyCount', objects.length + folders.length), element('MaxKeys', limit), element('IsTruncated', truncated),
    ...(delimiter === '' ? [] : [element('Delimiter', encode(delimiter))]),
    ...(encode('<') === '<' ? [] : [element('EncodingType', 'url')]),
    ...(token === undefined ? [] : [element('ContinuationToken', token)]),
    ...(truncated ? [element('NextContinuationToken', Buffer.from(last).toString('base64url'))] : []),
    ...objects.map((object) => element('Contents', [
      element('Key', encode(object.key)), element('LastModified', new Date(object.modified).toISOString()), element('ETag', `"${object.etag}"`), element('Size', object.size), element('StorageClass', 'STANDARD'),
    ])),
    ...folders.map((name) => element('CommonPrefixes', [element('Prefix', encode(name))])),
  ]));
}

/** ListObjectVersions, one page. */
export function listVersions(exchange: Exchange): void {
  const { service: { store }, bucket } = exchange;
  store.bucket(bucket);
  const prefix = parameterOf(exchange, 'prefix') ?? '';
  const versions = store.versions(bucket, prefix, largestPage);
  sendXml(exchange, s3Document('ListVersionsResult', [
    element('Name', bucket), element('Prefix', prefix), element('MaxKeys', largestPage), element('IsTruncated', false),
    ...versions.map((version) => element(version.marker ? 'DeleteMarker' : 'Version', [
      element('Key', version.key), element('VersionId', version.version), element('IsLatest', version.latest), element('LastModified', new Date(version.modified).toISOString()),
      ...(version.marker ? [] : [element('ETag', `"${version.etag}"`), element('Size', version.size)]),
    ])),
  ]));
}
