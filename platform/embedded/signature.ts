import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** AWS Signature Version 4, the verifying side (AWS General Reference, "Signature Version 4 signing process"). */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface SignedRequest {
  method: string;
  /** as it stands in the request line, query included */
  url: string;
  headers: IncomingHttpHeaders;
}

export interface Verified {
  presigned: boolean;
  /** what the signature says about the body: a hex SHA-256, UNSIGNED-PAYLOAD or STREAMING-… */
  payload: string;
  /** seed of chunk signatures */
  signature: string;
  scope: string;
  date: string;
  key: Buffer;
}

/** Why a request is refused; `status` is HTTP's, `code` is S3's and SQS's word for it. */
export class SignatureError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(code: string, message: string, status = 403) {
    super(message);
    this.name = 'SignatureError';
    this.code = code;
    this.status = status;
  }
}

export interface VerifyOptions {
  credentials: Credentials;
  region: string;
  service: 's3' | 'sqs';
  /** SHA-256 (hex) of a body that was read already; without it the header x-amz-content-sha256 says what was signed */
  bodySha256?: string;
  now?: () => number;
}

const skewMs = 15 * 60_000;
const longestLifeSeconds = 604_800;
const algorithm = 'AWS4-HMAC-SHA256';
export const emptySha256 = createHash('sha256').digest('hex');

export const sha256Hex = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
export const hmac = (key: string | Uint8Array, data: string): Buffer => createHmac('sha256', key).update(data).digest();

/**
 * Checks the signature in the Authorization header or in the query.
 * @throws SignatureError AccessDenied, SignatureDoesNotMatch, RequestTimeTooSkewed, InvalidAccessKeyId, AuthorizationHeaderMalformed, AuthorizationQueryParametersError
 */
export function verifyRequest(request: SignedRequest, options: VerifyOptions): Verified {
  const [path, query] = splitUrl(request.url);
  const authorization = request.headers.authorization;
  if (authorization !== undefined) return verifyHeader(request, path, query, authorization, options);
  if (valueOf(query, 'X-Amz-Algorithm') !== undefined) return verifyQuery(request, path, query, options);
  throw new SignatureError('AccessDenied', 'Anonymous access is forbidden.');
}

function verifyHeader(request: SignedRequest, path: string, query: Query, authorization: string, options: VerifyOptions): Verified {
  const malformed = (message: string): SignatureError => new SignatureError('AuthorizationHeaderMalformed', message, 400);
  if (!authorization.startsWith(`${algorithm} `)) throw malformed(`Only ${algorithm} is supported.`);
  const fields = new Map(authorization.slice(algorithm.length + 1).split(',').map((part) => {
    const at = part.indexOf('=');
    return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
  }));
  const credential = fields.get('Credential');
  const signed = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (credential === undefined || signed === undefined || signature === undefined) throw malformed('Credential, SignedHeaders and Signature are required.');
  const date = headerText(request.headers['x-amz-date']);
  const time = parseAmzDate(date);
  if (time === undefined) throw new SignatureError('AccessDenied', 'The header x-amz-date is required.');
  const scope = checkCredential(credential, date, options, malformed);
  if (Math.abs((options.now ?? Date.now)() - time) > skewMs) throw new SignatureError('RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.');
  const payload = options.bodySha256 ?? headerText(request.headers['x-amz-content-sha256']);
  if (payload === '') throw new SignatureError('MissingSecurityHeader', 'The header x-amz-content-sha256 is required.', 400);
  return compare({ request, path, query, signedHeaders: signed.split(';'), scope, date, signature, payload, presigned: false }, options);
}

function verifyQuery(request: SignedRequest, path: string, query: Query, options: VerifyOptions): Verified {
  const malformed = (message: string): SignatureError => new SignatureError('AuthorizationQueryParametersError', message, 400);
  const get = (name: string): string => {
    const value = valueOf(query, name);
    if (value === undefined) throw malformed(`${name} is required.`);
    return value;
  };
  if (get('X-Amz-Algorithm') !== algorithm) throw malformed(`X-Amz-Algorithm only supports ${algorithm}.`);
  const date = get('X-Amz-Date');
  const time = parseAmzDate(date);
  const life = Number(get('X-Amz-Expires'));
  if (time === undefined) throw malformed('X-Amz-Date must be in the ISO8601 form yyyyMMddTHHmmssZ.');
  if (!Number.isInteger(life) || life < 1 || life > longestLifeSeconds) throw malformed(`X-Amz-Expires must be from 1 to ${longestLifeSeconds}.`);
  const scope = checkCredential(get('X-Amz-Credential'), date, options, malformed);
  const now = (options.now ?? Date.now)();
  if (now < time - skewMs) throw new SignatureError('AccessDenied', 'Request is not yet valid.');
  if (now > time + life * 1000) throw new SignatureError('AccessDenied', 'Request has expired.');
  const payload = valueOf(query, 'X-Amz-Content-Sha256') ?? (headerText(request.headers['x-amz-content-sha256']) || 'UNSIGNED-PAYLOAD');
  const rest = query.filter(([name]) => name !== 'X-Amz-Signature');
  return compare({ request, path, query: rest, signedHeaders: get('X-Amz-SignedHeaders').split(';'), scope, date, signature: get('X-Amz-Signature'), payload, presigned: true }, options);
}

interface Parts {
  request: SignedRequest;
  path: string;
  query: Query;
  signedHeaders: readonly string[];
  scope: string;
  date: string;
  signature: string;
  payload: string;
  presigned: boolean;
}

function compare(parts: Parts, options: VerifyOptions): Verified {
  const { request, signedHeaders, scope, date, signature, payload } = parts;
  const missing = Object.keys(request.headers).filter((name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.includes(name));
  if (missing.length > 0) throw new SignatureError('AccessDenied', `There were headers present in the request which were not signed: ${missing.join(', ')}`);
  const headers = signedHeaders.map((name) => `${name}:${canonicalHeader(request.headers[name])}\n`).join('');
  const canonical = [request.method, canonicalPath(parts.path), canonicalQuery(parts.query), headers, signedHeaders.join(';'), payload].join('\n');
  const key = signingKey(options.credentials.secretAccessKey, scope);
  const expected = hmac(key, `${algorithm}\n${date}\n${scope}\n${sha256Hex(canonical)}`).toString('hex');
  if (!sameText(expected, signature)) throw new SignatureError('SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided.');
  return { presigned: parts.presigned, payload, signature, scope, date, key };
}

/** @returns the scope `date/region/service/aws4_request` */
export function checkCredential(credential: string, date: string, options: Pick<VerifyOptions, 'credentials' | 'region' | 'service'>, malformed: (message: string) => SignatureError): string {
  const [accessKeyId, ...scope] = credential.split('/');
  const [day, region, service, terminator] = scope;
  if (scope.length !== 4 || terminator !== 'aws4_request') throw malformed('The credential is malformed; expecting "<access key>/<date>/<region>/<service>/aws4_request".');
  if (accessKeyId !== options.credentials.accessKeyId) throw new SignatureError('InvalidAccessKeyId', 'The access key id you provided does not exist in our records.');
  if (day !== date.slice(0, 8)) throw malformed('The date of the credential is not the date of the request.');
  if (region !== options.region) throw malformed(`The region '${region}' is wrong; expecting '${options.region}'.`);
  if (service !== options.service) throw malformed(`The service '${service}' is wrong; expecting '${options.service}'.`);
  return scope.join('/');
}

export function signingKey(secretAccessKey: string, scope: string): Buffer {
  return scope.split('/').reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secretAccessKey}`));
}

export function sameText(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** yyyyMMddTHHmmssZ → milliseconds */
export function parseAmzDate(text: string): number | undefined {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second] = found.map(Number) as [number, number, number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

export type Query = [name: string, value: string][];

export function splitUrl(url: string): [path: string, query: Query] {
  const at = url.indexOf('?');
  if (at < 0) return [decode(url), []];
  const query = url.slice(at + 1).split('&').filter((part) => part !== '').map((part): [string, string] => {
    const equals = part.indexOf('=');
    return equals < 0 ? [decode(part), ''] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
  });
  return [decode(url.slice(0, at)), query];
}

export function valueOf(query: Query, name: string): string | undefined {
  return query.find(([given]) => given === name)?.[1];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SignatureError('InvalidURI', "Couldn't parse the specified URI.", 400);
  }
}

/** Percent-encoding of RFC 3986's unreserved set, as AWS signs it. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function canonicalPath(path: string): string {
  return path.split('/').map(uriEncode).join('/');
}

function canonicalQuery(query: Query): string {
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return query.map(([name, value]): [string, string] => [uriEncode(name), uriEncode(value)])
    .sort(([a, x], [b, y]) => order(a, b) || order(x, y))
    .map(([name, value]) => `${name}=${value}`).join('&');
}

function canonicalHeader(value: string | string[] | undefined): string {
  return headerText(value).replace(/ +/g, ' ').trim();
}

function headerText(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(',') : value ?? '';
}
