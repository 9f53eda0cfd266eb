import { S3Error } from './errors.ts';
import { headerOf, parameterOf, receiveXml, sendEmpty, sendXml, type Exchange } from './exchange.ts';
import { listObjects, listVersions } from './listing.ts';
import { copyObject, deleteObject, deleteObjects, getObject, putObject } from './objects.ts';
import { abortUpload, completeUpload, createUpload, listParts, uploadPart } from './parts.ts';
import { element, s3Document } from './xml.ts';

/** Sub-resources that are not served: an operation on one must not be taken for the plain one. */
const foreign = ['acl', 'policy', 'lifecycle', 'tagging', 'notification', 'encryption', 'website', 'logging', 'replication', 'attributes', 'retention', 'legal-hold', 'restore', 'select', 'torrent', 'publicAccessBlock'];

export async function route(exchange: Exchange): Promise<void> {
  const { request, bucket, key } = exchange;
  const method = request.method ?? '';
  const has = (name: string): boolean => parameterOf(exchange, name) !== undefined;
  const unsupported = foreign.find(has);
  if (unsupported !== undefined) throw new S3Error('NotImplemented', `?${unsupported} is not supported.`);
  if (bucket === '') return routeService(exchange, method);
  if (key === '') return routeBucket(exchange, method, has);
  switch (method) {
    case 'PUT':
      if (has('uploadId')) return uploadPart(exchange);
      return headerOf(exchange, 'x-amz-copy-source') === undefined ? putObject(exchange) : copyObject(exchange);
    case 'GET':
      return has('uploadId') ? listParts(exchange) : getObject(exchange);
    case 'HEAD':
      return getObject(exchange);
    case 'DELETE':
      return has('uploadId') ? abortUpload(exchange) : deleteObject(exchange);
    case 'POST':
      if (has('uploads')) return createUpload(exchange);
      if (has('uploadId')) return completeUpload(exchange);
  }
  throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.');
}

function routeService(exchange: Exchange, method: string): void {
  if (method !== 'GET') throw new S3Error('MethodNotAllowed');
  sendXml(exchange, s3Document('ListAllMyBucketsResult', [element('Buckets', exchange.service.store.buckets().map(({ name, created }) =>
    element('Bucket', [element('Name', name), element('CreationDate', new Date(created).toISOString())])))]));
}

const bucketName = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

async function routeBucket(exchange: Exchange, method: string, has: (name: string) => boolean): Promise<void> {
  const { service: { store, region }, bucket } = exchange;
  if (method === 'PUT' && !has('cors') && !has('versioning')) {
    if (!bucketName.test(bucket)) throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.');
    if (store.buckets().some(({ name }) => name === bucket)) throw new S3Error('BucketAlreadyOwnedByYou', 'Your previous request to create the named bucket succeeded and you already own it.');
    store.createBucket(bucket);
    return sendEmpty(exchange, 200, { location: `/${bucket}` });
  }
  const { cors } = store.bucket(bucket);
  switch (method) {
    case 'HEAD':
      return sendEmpty(exchange, 200, { 'x-amz-bucket-region': region });
    case 'GET':
      if (has('versions')) return listVersions(exchange);
      if (has('location')) return sendXml(exchange, s3Document('LocationConstraint', [{ xml: region }]));
      if (has('versioning')) return sendXml(exchange, s3Document('VersioningConfiguration', [element('Status', 'Enabled')]));
      if (has('cors')) {
        if (cors === null) throw new S3Error('NoSuchCORSConfiguration', 'The CORS configuration does not exist');
        return sendXml(exchange, cors);
      }
      return listObjects(exchange);
    case 'PUT':
      if (has('versioning')) {
        const status = (await receiveXml(exchange, 'VersioningConfiguration')).children.find(({ name }) => name === 'Status')?.text;
        if (status !== 'Enabled') throw new S3Error('NotImplemented', 'Buckets are always versioned here.');
      } else {
        const rules = (await receiveXml(exchange, 'CORSConfiguration')).children;
        store.setCors(bucket, s3Document('CORSConfiguration', rules.map(({ name, children }) => element(name, children.map((child) => element(child.name, child.text))))));
      }
      return sendEmpty(exchange, 200);
    case 'DELETE':
      if (has('cors')) store.setCors(bucket, null);
      else store.deleteBucket(bucket);
      return sendEmpty(exchange, 204);
    case 'POST':
      if (has('delete')) return deleteObjects(exchange);
  }
  throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.');
}
