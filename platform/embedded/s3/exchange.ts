import type { IncomingMessage, ServerResponse } from 'node:http';
import { valueOf, type Credentials, type Query, type Verified } from '../signature.ts';
import { checksumAlgorithms, isChecksumAlgorithm, type ChecksumAlgorithm } from './checksums.ts';
import { decodeChunked } from './chunked.ts';
import { S3Error } from './errors.ts';
import { parseXml, type XmlNode } from './xml.ts';
import type { Checksums, ObjectHeaders, ObjectStore, Received } from './store.ts';

export interface Service {
  store: ObjectStore;
  region: string;
  credentials: Credentials;
  /** bytes */
  maxObjectBytes: number;
  /** least size of a part that is not the last, bytes */
  minPartBytes: number;
  now: () => number;
}

/** One request that has passed the door, and how to answer it. */
export interface Exchange {
  service: Service;
  request: IncomingMessage;
  response: ServerResponse;
  bucket: string;
  key: string;
  query: Query;
  verified: Verified;
}

/** A header, which a presigned URL may carry in its query instead. */
export function headerOf(exchange: Exchange, name: string): string | undefined {
  const value = exchange.request.headers[name] ?? (name.startsWith('x-amz-') ? exchange.query.find(([given]) => given.toLowerCase() === name)?.[1] : undefined);
  return Array.isArray(value) ? value.join(',') : value;
}

export const parameterOf = (exchange: Exchange, name: string): string | undefined => valueOf(exchange.query, name);

export function sendXml(exchange: Exchange, xml: string, status = 200, headers: Readonly<Record<string, string>> = {}): void {
  exchange.response.writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(xml), ...headers }).end(xml);
}

export function sendEmpty(exchange: Exchange, status: number, headers: Readonly<Record<string, string>> = {}): void {
  exchange.response.writeHead(status, { ...(status === 204 ? {} : { 'content-length': 0 }), ...headers }).end();
}

const systemHeaders = ['content-type', 'cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires'] as const;

/** Headers that are kept with an object. */
export function objectHeaders(get: (name: string) => string | undefined, names: Iterable<string>): ObjectHeaders {
  const system: Record<string, string> = {};
  for (const name of systemHeaders) {
    const value = name === 'content-encoding' ? get(name)?.split(',').map((part) => part.trim()).filter((part) => part !== '' && part !== 'aws-chunked').join(',') : get(name);
    if (value) system[name] = value;
  }
  system['content-type'] ??= 'binary/octet-stream';
  const user: Record<string, string> = {};
  for (const name of names) {
    const lower = name.toLowerCase();
    if (lower.startsWith('x-amz-meta-')) user[lower.slice('x-amz-meta-'.length)] = get(lower) ?? '';
  }
  return { system, user };
}

export function requestObjectHeaders(exchange: Exchange): ObjectHeaders {
  return objectHeaders((name) => headerOf(exchange, name), [...Object.keys(exchange.request.headers), ...exchange.query.map(([name]) => name)]);
}

/** Tells a client that waits with `Expect: 100-continue` to send, and hands out the body. */
export function openBody(exchange: Exchange): AsyncIterable<Buffer> {
  if (exchange.request.headers.expect?.toLowerCase() === '100-continue') exchange.response.writeContinue();
  return exchange.request;
}

/**
 * Takes the body to disk and holds it against everything that the request says about it.
 * @throws S3Error BadDigest, XAmzContentSHA256Mismatch, IncompleteBody, EntityTooLarge, MissingContentLength; the body is gone then
 */
export async function receiveBody(exchange: Exchange, wanted: readonly ChecksumAlgorithm[] = []): Promise<Received> {
  const { request, service, verified } = exchange;
  const streaming = verified.payload.startsWith('STREAMING-');
  const declared = streaming ? headerOf(exchange, 'x-amz-decoded-content-length') : request.headers['content-length'];
  if (declared === undefined && (streaming || request.headers['transfer-encoding'] === undefined)) throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  if (declared !== undefined && Number(declared) > service.maxObjectBytes) throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
  const promised = promisedChecksums(exchange);
  const trailing = (headerOf(exchange, 'x-amz-trailer') ?? '').split(',').map((name) => name.trim().toLowerCase().replace('x-amz-checksum-', '')).filter(isChecksumAlgorithm);
  const trailers = new Map<string, string>();
  const body = openBody(exchange);
  const received = await service.store.receive(streaming ? decodeChunked(body, verified, trailers) : body, {
    limit: service.maxObjectBytes, algorithms: [...Object.keys(promised) as ChecksumAlgorithm[], ...trailing, ...wanted], sha256: /^[0-9a-f]{64}$/.test(verified.payload),
  });
  try {
    for (const algorithm of trailing) promised[algorithm] = trailers.get(`x-amz-checksum-${algorithm}`) ?? '';
    checkReceived(exchange, received, declared, promised);
  } catch (error) {
    service.store.discard([received.file]);
    throw error;
  }
  return received;
}

function promisedChecksums(exchange: Exchange): Checksums {
  const promised: Checksums = {};
  for (const algorithm of checksumAlgorithms) {
    const value = headerOf(exchange, `x-amz-checksum-${algorithm}`);
    if (value !== undefined) promised[algorithm] = value;
  }
  return promised;
}

function checkReceived(exchange: Exchange, received: Received, declared: string | undefined, promised: Checksums): void {
  if (declared !== undefined && received.size !== Number(declared)) throw new S3Error('IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length HTTP header.');
  if (received.sha256 !== '' && received.sha256 !== exchange.verified.payload) throw new S3Error('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.");
  const md5 = headerOf(exchange, 'content-md5');
  if (md5 !== undefined && md5 !== received.md5.toString('base64')) throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  for (const [algorithm, value] of Object.entries(promised)) {
    if (received.checksums[algorithm as ChecksumAlgorithm] !== value) throw new S3Error('BadDigest', `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`);
  }
}

const mostXmlBytes = 4 * 1024 * 1024;

/** @throws S3Error MalformedXML, MaxMessageLengthExceeded */
export async function receiveXml(exchange: Exchange, root: string): Promise<XmlNode> {
  let received: Received | undefined;
  const { store } = exchange.service;
  try {
    received = await receiveBody({ ...exchange, service: { ...exchange.service, maxObjectBytes: mostXmlBytes } });
    const chunks: Buffer[] = [];
    const whole = { segments: [{ file: received.file, size: received.size }] } as Parameters<ObjectStore['read']>[0];
    for await (const chunk of store.read(whole, 0, received.size) as AsyncIterable<Buffer>) chunks.push(chunk);
    const node = parseXml(Buffer.concat(chunks).toString());
    if (node?.name !== root) throw new S3Error('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema');
    return node;
  } finally {
    if (received !== undefined) store.discard([received.file]);
  }
}
