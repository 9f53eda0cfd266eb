import type { Knex } from 'knex';
import { UploadModel } from './models/models.ts';

export interface NewUpload {
  upload_id: string;
  owner: string;
  filename: string;
  content_type: string;
  bucket: string;
  object_key: string;
  max_bytes: number;
  declared_bytes: number | null;
  declared_sha256: string | null;
  /** life of the upload, seconds from now (database clock) */
  expires_in: number;
}

/** What the storage says about a finished upload; frozen into the row once and for all. */
export interface StoredObject {
  size_bytes: number;
  sha256: string | null;
  etag: string;
  version_id: string | null;
}

/** Uploads: a place in the storage that the server has handed out, and what arrived there. */
export class UploadStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async create(upload: NewUpload): Promise<UploadModel> {
    const { expires_in, ...row } = upload;
    return UploadModel.query(this.#knex)
      .insert({ ...row, expires_at: this.#knex.raw(`now() + make_interval(secs => ?)`, [expires_in]) })
      .returning('*');
  }

  async find(uploadId: string): Promise<UploadModel | undefined> {
    return UploadModel.query(this.#knex).findById(uploadId);
  }

  /** pending → complete; a second call changes nothing. @returns the row as it now stands, undefined when it has expired or never was */
  async complete(uploadId: string, stored: StoredObject, trx: Knex = this.#knex): Promise<UploadModel | undefined> {
    await UploadModel.query(trx).findById(uploadId).where({ state: 'pending' })
      .patch({ ...stored, state: 'complete', completed_at: trx.fn.now() });
    return UploadModel.query(trx).findById(uploadId).where({ state: 'complete' });
  }
}
