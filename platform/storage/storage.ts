import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CopyObjectCommand, DeleteObjectsCommand, GetObjectCommand, HeadBucketCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Fault } from '../../schemas/index.ts';
import type { StoredObject } from '../database/uploads.ts';

export interface ObjectPlace {
  bucket: string;
  key: string;
}

/** Above this size a file goes up in parts; up to it as one buffer, because the SDK cannot send a stream a second time. */
const multipartBytes = 32 * 1024 * 1024;

/** The only code that speaks S3. */
export class Storage {
  readonly #s3: S3Client;
  /** signs URLs for the address under which clients reach the storage */
  readonly #signer: S3Client;

  constructor(s3: S3Client, signer: S3Client = s3) {
    this.#s3 = s3;
    this.#signer = signer;
  }

  /**
   * Presigned PUT as the original's clients use it: any body, the content type as signed.
   * With `writeOnce` the URL works only with the headers of `putHeaders` and never overwrites.
   */
  async presignPut(place: ObjectPlace, options: { contentType: string; expiresIn: number; writeOnce?: boolean; sha256?: string | null; sizeBytes?: number | null }): Promise<{ url: string; headers: Record<string, string> }> {
    const checksum = options.sha256 ? Buffer.from(options.sha256, 'hex').toString('base64') : undefined;
    const headers: Record<string, string> = { 'content-type': options.contentType };
    if (options.writeOnce) headers['if-none-match'] = '*';
    if (checksum) headers['x-amz-checksum-sha256'] = checksum;
    const url = await getSignedUrl(this.#signer, new PutObjectCommand({
      Bucket: place.bucket, Key: place.key, ContentType: options.contentType,
      ...(options.writeOnce ? { IfNoneMatch: '*' } : {}),
      ...(checksum ? { ChecksumSHA256: checksum } : {}),
      ...(options.sizeBytes == null ? {} : { ContentLength: options.sizeBytes }),
    }), {
      expiresIn: options.expiresIn,
      signableHeaders: new Set(['host', ...Object.keys(headers), ...(options.sizeBytes == null ? [] : ['content-length'])]),
      unhoistableHeaders: new Set(Object.keys(headers)),
    });
    return { url, headers };
  }

  /** Presigned POST: the storage itself refuses a body above `maxBytes`. */
  async presignPost(place: ObjectPlace, options: { contentType: string; expiresIn: number; maxBytes: number }): Promise<{ url: string; fields: Record<string, string> }> {
    return createPresignedPost(this.#signer, {
      Bucket: place.bucket, Key: place.key, Expires: options.expiresIn,
      Conditions: [['content-length-range', 0, options.maxBytes], ['eq', '$Content-Type', options.contentType]],
      Fields: { 'Content-Type': options.contentType },
    });
  }

  /** Presigned GET that saves under `fileName`. */
  async presignGet(place: ObjectPlace, options: { fileName: string; contentType: string; expiresIn: number }): Promise<string> {
    return getSignedUrl(this.#signer, new GetObjectCommand({
      Bucket: place.bucket, Key: place.key,
      ResponseContentDisposition: `attachment; filename*=UTF-8''${encodeURIComponent(options.fileName)}`,
      ResponseContentType: options.contentType,
    }), { expiresIn: options.expiresIn });
  }

  /** @returns what lies there, undefined when nothing does */
  async head(place: ObjectPlace): Promise<StoredObject | undefined> {
    try {
      const head = await this.#s3.send(new HeadObjectCommand({ Bucket: place.bucket, Key: place.key, ChecksumMode: 'ENABLED' }));
      return {
        size_bytes: head.ContentLength ?? 0,
        etag: head.ETag ?? '',
        version_id: head.VersionId ?? null,
        sha256: head.ChecksumSHA256 && !head.ChecksumSHA256.includes('-') ? Buffer.from(head.ChecksumSHA256, 'base64').toString('hex') : null,
      };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw storageFault(error);
    }
  }

  /**
   * Streams an object to a file, the frozen version and no other. @returns its SHA-256 (hex), for the caller to compare with the
   * registered one; where there is none (`sha256` null), what arrives is compared with the checksum that the storage keeps, if it keeps one.
   * @throws Fault `input_missing`, `input_changed` (user), `storage_unavailable` (transient)
   */
  async download(place: ObjectPlace & { version: string | null; etag: string; sha256: string | null }, path: string, signal?: AbortSignal): Promise<{ sha256: string; sizeBytes: number }> {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    try {
      const object = await this.#s3.send(new GetObjectCommand({
        Bucket: place.bucket, Key: place.key, IfMatch: place.etag, ...(place.sha256 === null ? { ChecksumMode: 'ENABLED' } : {}), ...(place.version === null ? {} : { VersionId: place.version }),
      }), { abortSignal: signal });
      await pipeline(object.Body as Readable, async function* (source: AsyncIterable<Buffer>) {
        for await (const chunk of source) {
          hash.update(chunk);
          sizeBytes += chunk.length;
          yield chunk;
        }
      }, createWriteStream(path), { signal });
    } catch (error) {
      if (isNotFound(error)) throw new Fault('input_missing', `the input ${place.key} is not in the storage`, { cause: error });
      if (httpStatus(error) === 412) throw new Fault('input_changed', `the input ${place.key} was changed after the job was submitted`, { cause: error });
      throw storageFault(error);
    }
    return { sha256: hash.digest('hex'), sizeBytes };
  }

  /** Bytes `from` … `end` (exclusive) of an object, or fewer at its end. @throws Fault `input_missing`, `storage_unavailable` */
  async read(place: ObjectPlace, from: number, end: number, signal?: AbortSignal): Promise<Uint8Array> {
    try {
      const object = await this.#s3.send(new GetObjectCommand({ Bucket: place.bucket, Key: place.key, Range: `bytes=${from}-${end - 1}` }), { abortSignal: signal });
      return await object.Body?.transformToByteArray() ?? new Uint8Array(0);
    } catch (error) {
      if (isNotFound(error)) throw new Fault('input_missing', `${place.key} is not in the storage`, { cause: error });
      throw storageFault(error);
    }
  }

  /** Uploads a file with its checksum, which the storage verifies. */
  async uploadFile(place: ObjectPlace, path: string, options: { contentType: string; sha256: string }, signal?: AbortSignal): Promise<void> {
    const { size } = await stat(path);
    try {
      if (size > multipartBytes) {
        const upload = new Upload({ client: this.#s3, params: { Bucket: place.bucket, Key: place.key, Body: createReadStream(path), ContentType: options.contentType }, partSize: multipartBytes / 2, queueSize: 2 });
        signal?.addEventListener('abort', () => void upload.abort(), { once: true });
        await upload.done();
      } else {
        await this.#s3.send(new PutObjectCommand({
          Bucket: place.bucket, Key: place.key, Body: await readFile(path), ContentLength: size, ContentType: options.contentType,
          ChecksumSHA256: Buffer.from(options.sha256, 'hex').toString('base64'),
        }), { abortSignal: signal });
      }
    } catch (error) {
      throw storageFault(error);
    }
  }

  async uploadBytes(place: ObjectPlace, bytes: Uint8Array, contentType: string): Promise<void> {
    try {
      await this.#s3.send(new PutObjectCommand({ Bucket: place.bucket, Key: place.key, Body: bytes, ContentLength: bytes.byteLength, ContentType: contentType,
        ChecksumSHA256: createHash('sha256').update(bytes).digest('base64') }));
    } catch (error) {
      throw storageFault(error);
    }
  }

  async copy(from: ObjectPlace, to: ObjectPlace): Promise<void> {
    try {
      await this.#s3.send(new CopyObjectCommand({ Bucket: to.bucket, Key: to.key, CopySource: `${from.bucket}/${encodeURIComponent(from.key)}` }));
    } catch (error) {
      throw storageFault(error);
    }
  }

  /** Objects below a prefix, page after page. */
  async *list(bucket: string, prefix: string): AsyncGenerator<{ key: string; size: number; modifiedMs: number }[], void, undefined> {
    let token: string | undefined;
    try {
      do {
        const page = await this.#s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }));
        yield (page.Contents ?? []).flatMap(({ Key, Size, LastModified }) => (Key === undefined || LastModified === undefined ? [] : [{ key: Key, size: Size ?? 0, modifiedMs: LastModified.getTime() }]));
        token = page.NextContinuationToken;
      } while (token !== undefined);
    } catch (error) {
      throw storageFault(error);
    }
  }

  /** At most a page of `list`. */
  async deleteObjects(bucket: string, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    try {
      await this.#s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true } }));
    } catch (error) {
      throw storageFault(error);
    }
  }

  /** Deletes everything below a prefix. @returns number of objects */
  async deletePrefix(bucket: string, prefix: string): Promise<number> {
    let deleted = 0;
    let token: string | undefined;
    try {
      do {
        const page = await this.#s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }));
        const keys = (page.Contents ?? []).flatMap((object) => (object.Key === undefined ? [] : [{ Key: object.Key }]));
        if (keys.length > 0) await this.#s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: keys, Quiet: true } }));
        deleted += keys.length;
        token = page.NextContinuationToken;
      } while (token !== undefined);
    } catch (error) {
      throw storageFault(error);
    }
    return deleted;
  }

  /** @throws when the bucket cannot be reached (readiness) */
  async ping(bucket: string): Promise<void> {
    await this.#s3.send(new HeadBucketCommand({ Bucket: bucket }));
  }

  close(): void {
    this.#s3.destroy();
    if (this.#signer !== this.#s3) this.#signer.destroy();
  }
}

function httpStatus(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

function isNotFound(error: unknown): boolean {
  return httpStatus(error) === 404 || (error as Error).name === 'NoSuchKey';
}

function storageFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault('storage_unavailable', `storage: ${(error as Error).message}`, { class: 'transient', cause: error });
}
