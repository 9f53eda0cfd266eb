import { element, xmlDocument } from './xml.ts';

/** An answer of S3 other than success: code and status as in the S3 API reference, "Error responses". */
export class S3Error extends Error {
  readonly code: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: keyof typeof statuses, message?: string, headers: Readonly<Record<string, string>> = {}) {
    super(message ?? code);
    this.name = 'S3Error';
    this.code = code;
    this.status = statuses[code];
    this.headers = headers;
  }
}

const statuses = {
  AccessDenied: 403, BadDigest: 400, BucketNotEmpty: 409, BucketAlreadyOwnedByYou: 409, EntityTooLarge: 400, EntityTooSmall: 400, IncompleteBody: 400, InternalError: 500,
  InvalidArgument: 400, InvalidBucketName: 400, InvalidChunkSizeError: 403, InvalidPart: 400, InvalidPartOrder: 400, InvalidRange: 416, InvalidRequest: 400,
  KeyTooLongError: 400, MalformedPOSTRequest: 400, MalformedTrailerError: 400, MalformedXML: 400, MaxMessageLengthExceeded: 400, MaxPostPreDataLengthExceeded: 400, MethodNotAllowed: 405,
  MissingContentLength: 411, NoSuchBucket: 404, NoSuchCORSConfiguration: 404, NoSuchKey: 404, NoSuchUpload: 404, NoSuchVersion: 404, NotImplemented: 501, NotModified: 304,
  PreconditionFailed: 412, SignatureDoesNotMatch: 403, SlowDown: 503, XAmzContentSHA256Mismatch: 400,
} as const;

export function errorDocument(error: { code: string; message: string }, resource: string, requestId: string): string {
  return xmlDocument(element('Error', [element('Code', error.code), element('Message', error.message), element('Resource', resource), element('RequestId', requestId)]));
}
