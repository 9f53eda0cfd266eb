import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, createReadStream, linkSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { createDigest, type ChecksumAlgorithm } from './checksums.ts';
import { S3Error } from './errors.ts';

/** base64 by algorithm; a value `…-N` is a checksum of N checksums */
export type Checksums = Partial<Record<ChecksumAlgorithm, string>>;

export interface Segment {
  /** file name below data/ */
  file: string;
  size: number;
}

export interface ObjectHeaders {
  /** content-type, cache-control … */
  system: Record<string, string>;
  /** x-amz-meta-…, without the prefix */
  user: Record<string, string>;
}

export interface Version {
  bucket: string;
  key: string;
  version: string;
  latest: boolean;
  marker: boolean;
  size: number;
  etag: string;
  /** milliseconds */
  modified: number;
  headers: ObjectHeaders;
  checksums: Checksums;
  segments: Segment[];
}

/** A body on disk that belongs to no object yet. */
export interface Received {
  file: string;
  size: number;
  md5: Buffer;
  sha256: string;
  checksums: Checksums;
}

export interface Condition {
  /** only when there is no object under the key */
  absent?: boolean;
  /** only over the object with this entity tag */
  etag?: string;
}

export interface UploadRow { id: string; bucket: string; key: string; created: number; headers: ObjectHeaders; algorithm: string | null }
export interface PartRow { number: number; file: string; size: number; etag: string; modified: number; checksums: Checksums }

/**
 * Objects on disk: bytes in data/ under random names (a key never becomes a path), the index in SQLite. A body is written
 * to incoming/, then renamed into data/, then entered into the index: that last transaction is the commit. Whatever lies in
 * data/ without being in the index is swept at the start.
 */
export class ObjectStore {
  readonly #directory: string;
  readonly #database: DatabaseSync;
  readonly #fsync: boolean;
  #sequence = 0;

  constructor(directory: string, options: { fsync: boolean }) {
    this.#directory = directory;
    this.#fsync = options.fsync;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const folder of ['data', 'incoming']) mkdirSync(join(directory, folder), { recursive: true, mode: 0o700 });
    this.#database = new DatabaseSync(join(directory, 'index.sqlite'));
    this.#database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${options.fsync ? 'FULL' : 'NORMAL'}; PRAGMA foreign_keys = ON; ${schema}`);
    this.#sweep();
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #path(file: string): string {
    return join(this.#directory, 'data', file);
  }

  #sweep(): void {
    rmSync(join(this.#directory, 'incoming'), { recursive: true, force: true });
    mkdirSync(join(this.#directory, 'incoming'), { mode: 0o700 });
    const known = new Set<string>();
    for (const row of this.#all('SELECT segments FROM versions')) for (const segment of JSON.parse(String(row['segments'])) as Segment[]) known.add(segment.file);
    for (const row of this.#all('SELECT file FROM parts')) known.add(String(row['file']));
    for (const file of readdirSync(join(this.#directory, 'data'))) if (!known.has(file)) rmSync(this.#path(file));
  }

  #all(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[] {
    return this.#database.prepare(sql).all(...values);
  }

  #get(sql: string, ...values: SQLInputValue[]): Record<string, unknown> | undefined {
    return this.#database.prepare(sql).get(...values);
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#database.prepare(sql).run(...values);
  }

  #transaction<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  // Buckets

  createBucket(name: string): void {
    this.#run('INSERT OR IGNORE INTO buckets (name, created) VALUES (?, ?)', name, Date.now());
  }

  buckets(): { name: string; created: number; cors: string | null }[] {
    return this.#all('SELECT name, created, cors FROM buckets ORDER BY name') as { name: string; created: number; cors: string | null }[];
  }

  bucket(name: string): { name: string; cors: string | null } {
    const row = this.#get('SELECT name, cors FROM buckets WHERE name = ?', name);
    if (row === undefined) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');
    return row as { name: string; cors: string | null };
  }

  setCors(name: string, cors: string | null): void {
    this.#run('UPDATE buckets SET cors = ? WHERE name = ?', cors, name);
  }

  deleteBucket(name: string): void {
    if (this.#get('SELECT 1 FROM versions WHERE bucket = ? LIMIT 1', name) !== undefined) throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty');
    this.#run('DELETE FROM buckets WHERE name = ?', name);
  }

  // Bodies

  /** Writes a body to disk as it comes, at most `limit` bytes. */
  async receive(source: AsyncIterable<Buffer>, options: { limit: number; algorithms: Iterable<ChecksumAlgorithm>; sha256: boolean }): Promise<Received> {
    const file = randomBytes(16).toString('hex');
    const path = join(this.#directory, 'incoming', file);
    const md5 = createHash('md5');
    const sha256 = options.sha256 ? createHash('sha256') : null;
    const digests = [...new Set(options.algorithms)].map((algorithm) => ({ algorithm, digest: createDigest(algorithm) }));
    const handle = await open(path, 'wx', 0o600);
    let size = 0;
    try {
      for await (const chunk of source) {
        size += chunk.length;
        if (size > options.limit) throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
        md5.update(chunk);
        sha256?.update(chunk);
        for (const { digest } of digests) digest.update(chunk);
        await handle.writeFile(chunk);
      }
      if (this.#fsync) await handle.sync();
    } catch (error) {
      await handle.close();
      await unlink(path);
      throw error;
    }
    await handle.close();
    renameSync(path, this.#path(file));
    return { file, size, md5: md5.digest(), sha256: sha256?.digest('hex') ?? '', checksums: Object.fromEntries(digests.map(({ algorithm, digest }) => [algorithm, digest.base64()])) };
  }

  discard(files: Iterable<string>): void {
    for (const file of files) rmSync(this.#path(file), { force: true });
  }

  /** @param end exclusive */
  read(version: Version, start: number, end: number): Readable {
    const path = (file: string): string => this.#path(file);
    async function* bytes(): AsyncGenerator<Buffer> {
      let offset = 0;
      for (const { file, size } of version.segments) {
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, size);
        if (from < to) yield* createReadStream(path(file), { start: from, end: to - 1, highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>;
        offset += size;
      }
    }
    return Readable.from(bytes(), { objectMode: false });
  }

  /** A second name for the bytes of a version. */
  duplicate(version: Version): Segment[] {
    return version.segments.map(({ file, size }) => {
      const copy = randomBytes(16).toString('hex');
      try {
        linkSync(this.#path(file), this.#path(copy));
      } catch {
        copyFileSync(this.#path(file), this.#path(copy));
      }
      return { file: copy, size };
    });
  }

  // Objects

  /** @throws S3Error PreconditionFailed, NoSuchKey */
  checkCondition(bucket: string, key: string, condition: Condition): void {
    if (condition.absent !== true && condition.etag === undefined) return;
    const current = this.latest(bucket, key);
    const exists = current !== undefined && !current.marker;
    if (condition.etag !== undefined && !exists) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
    if ((condition.absent === true && exists) || (condition.etag !== undefined && condition.etag !== current?.etag)) throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  }

  /** Enters a new version; the commit point of every write. `also` runs in the same transaction. */
  put(object: Pick<Version, 'bucket' | 'key' | 'size' | 'etag' | 'headers' | 'checksums' | 'segments'> & { marker?: boolean }, condition: Condition = {}, also?: () => void): { version: string; modified: number } {
    const modified = Date.now();
    const version = this.#nextVersion(modified);
    this.#transaction(() => {
      this.bucket(object.bucket);
      this.checkCondition(object.bucket, object.key, condition);
      this.#run('UPDATE versions SET latest = 0 WHERE bucket = ? AND key = ? AND latest = 1', object.bucket, object.key);
      this.#run('INSERT INTO versions (bucket, key, version, latest, marker, size, etag, modified, headers, checksums, segments) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)',
        object.bucket, object.key, version, object.marker === true ? 1 : 0, object.size, object.etag, modified, JSON.stringify(object.headers), JSON.stringify(object.checksums), JSON.stringify(object.segments));
      also?.();
    });
    return { version, modified };
  }

  /** Names of versions grow with time. */
  #nextVersion(now: number): string {
    this.#sequence = (this.#sequence + 1) % 0x10000;
    return `${now.toString(16).padStart(12, '0')}${this.#sequence.toString(16).padStart(4, '0')}${randomBytes(8).toString('hex')}`;
  }

  latest(bucket: string, key: string): Version | undefined {
    const row = this.#get('SELECT * FROM versions WHERE bucket = ? AND key = ? AND latest = 1', bucket, key);
    return row === undefined ? undefined : versionOf(row);
  }

  version(bucket: string, key: string, version: string): Version | undefined {
    const row = this.#get('SELECT * FROM versions WHERE bucket = ? AND key = ? AND version = ?', bucket, key, version);
    return row === undefined ? undefined : versionOf(row);
  }

  /** Removes one version for good; the newest that remains becomes the latest. @returns the removed one */
  deleteVersion(bucket: string, key: string, version: string): Version | undefined {
    const found = this.version(bucket, key, version);
    if (found === undefined) return undefined;
    this.#transaction(() => {
      this.#run('DELETE FROM versions WHERE bucket = ? AND key = ? AND version = ?', bucket, key, version);
      if (found.latest) this.#run('UPDATE versions SET latest = 1 WHERE id = (SELECT max(id) FROM versions WHERE bucket = ? AND key = ?)', bucket, key);
    });
    this.discard(found.segments.map(({ file }) => file));
    return found;
  }

  /** Objects after `after` (exclusive) in the order of their UTF-8 bytes. */
  page(bucket: string, prefix: string, after: string, limit: number): Version[] {
    return this.#all('SELECT * FROM versions WHERE bucket = ? AND latest = 1 AND marker = 0 AND key >= ? AND key > ? ORDER BY key LIMIT ?', bucket, prefix, after, limit)
      .map(versionOf).filter(({ key }) => key.startsWith(prefix));
  }

  versions(bucket: string, prefix: string, limit: number): Version[] {
    return this.#all('SELECT * FROM versions WHERE bucket = ? AND key >= ? ORDER BY key, id DESC LIMIT ?', bucket, prefix, limit).map(versionOf).filter(({ key }) => key.startsWith(prefix));
  }

  /** Removes what was overwritten or deleted before `time` (ms), and delete markers with nothing below them. @returns number of versions */
  expire(time: number): number {
    const old = this.#all('SELECT bucket, key, version FROM versions WHERE latest = 0 AND modified < ?', time);
    const bare = (): Record<string, unknown>[] => this.#all('SELECT bucket, key, version FROM versions v WHERE marker = 1 AND latest = 1 AND modified < ? AND NOT EXISTS (SELECT 1 FROM versions o WHERE o.bucket = v.bucket AND o.key = v.key AND o.id <> v.id)', time);
    let removed = 0;
    for (const rows of [old, bare]) {
      for (const row of typeof rows === 'function' ? rows() : rows) {
        this.deleteVersion(String(row['bucket']), String(row['key']), String(row['version']));
        removed += 1;
      }
    }
    return removed;
  }

  // Uploads in parts

  createUpload(upload: Pick<UploadRow, 'bucket' | 'key' | 'headers' | 'algorithm'>): string {
    const id = randomBytes(24).toString('base64url');
    this.#run('INSERT INTO uploads (id, bucket, key, created, headers, algorithm) VALUES (?, ?, ?, ?, ?, ?)', id, upload.bucket, upload.key, Date.now(), JSON.stringify(upload.headers), upload.algorithm);
    return id;
  }

  upload(bucket: string, key: string, id: string): UploadRow {
    const row = this.#get('SELECT * FROM uploads WHERE id = ? AND bucket = ? AND key = ?', id, bucket, key);
    if (row === undefined) throw new S3Error('NoSuchUpload', 'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.');
    return { ...row, headers: JSON.parse(String(row['headers'])) as ObjectHeaders } as UploadRow;
  }

  putPart(upload: UploadRow, number: number, received: Received): void {
    const replaced = this.#transaction(() => {
      this.upload(upload.bucket, upload.key, upload.id);
      const earlier = this.#get('SELECT file FROM parts WHERE upload = ? AND number = ?', upload.id, number);
      this.#run('INSERT OR REPLACE INTO parts (upload, number, file, size, etag, modified, checksums) VALUES (?, ?, ?, ?, ?, ?, ?)',
        upload.id, number, received.file, received.size, received.md5.toString('hex'), Date.now(), JSON.stringify(received.checksums));
      return earlier;
    });
    if (replaced !== undefined) this.discard([String(replaced['file'])]);
  }

  parts(id: string): PartRow[] {
    return this.#all('SELECT * FROM parts WHERE upload = ? ORDER BY number', id).map((row) => ({ ...row, checksums: JSON.parse(String(row['checksums'])) as Checksums }) as PartRow);
  }

  /** Forgets an upload and the parts that no object took over. Inside `put`'s transaction when completing. */
  forgetUpload(id: string): void {
    this.#run('DELETE FROM uploads WHERE id = ?', id);
  }

  abortUpload(id: string): void {
    const files = this.parts(id).map(({ file }) => file);
    this.forgetUpload(id);
    this.discard(files);
  }
}

function versionOf(row: Record<string, unknown>): Version {
  return {
    bucket: String(row['bucket']), key: String(row['key']), version: String(row['version']), latest: row['latest'] === 1, marker: row['marker'] === 1,
    size: Number(row['size']), etag: String(row['etag']), modified: Number(row['modified']),
    headers: JSON.parse(String(row['headers'])) as ObjectHeaders, checksums: JSON.parse(String(row['checksums'])) as Checksums, segments: JSON.parse(String(row['segments'])) as Segment[],
  };
}

const schema = `
CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, created INTEGER NOT NULL, cors TEXT) STRICT;
CREATE TABLE IF NOT EXISTS versions (
  id INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL REFERENCES buckets, key TEXT NOT NULL, version TEXT NOT NULL UNIQUE, latest INTEGER NOT NULL, marker INTEGER NOT NULL,
  size INTEGER NOT NULL, etag TEXT NOT NULL, modified INTEGER NOT NULL, headers TEXT NOT NULL, checksums TEXT NOT NULL, segments TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS latest_version ON versions (bucket, key) WHERE latest = 1;
CREATE INDEX IF NOT EXISTS versions_of_key ON versions (bucket, key, id);
CREATE TABLE IF NOT EXISTS uploads (id TEXT PRIMARY KEY, bucket TEXT NOT NULL REFERENCES buckets, key TEXT NOT NULL, created INTEGER NOT NULL, headers TEXT NOT NULL, algorithm TEXT) STRICT;
CREATE TABLE IF NOT EXISTS parts (
  upload TEXT NOT NULL REFERENCES uploads ON DELETE CASCADE, number INTEGER NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, modified INTEGER NOT NULL, checksums TEXT NOT NULL,
  PRIMARY KEY (upload, number)) STRICT;
`;
