import type { Knex } from 'knex';
import { PredictionSetModel } from './models/models.ts';

export interface PredictionFilter {
  owner: string;
  /** of the table of settings */
  inputSha256?: string;
  limit: number;
  /** exclusive: sets older than this one */
  before?: { created_at: string; job_id: string };
}

/** Stored predictions: what is known of them without their rows. Written only where a job is completed (leases.ts). */
export class PredictionStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async find(jobId: string): Promise<PredictionSetModel | undefined> {
    return PredictionSetModel.query(this.#knex).findById(jobId);
  }

  /** Newest first; the layout's groups stay where they are. */
  async list({ owner, inputSha256, limit, before }: PredictionFilter): Promise<(PredictionSetModel & { cursor_at: string })[]> {
    const query = PredictionSetModel.query(this.#knex)
      .select('job_id', 'attempt', 'owner', 'file_key', 'dataset_sha256', 'input_sha256', 'rows', 'created_at', this.#knex.raw(`layout - 'groups' as layout`),
        this.#knex.raw(`to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as cursor_at`))
      .where({ owner }).orderBy([{ column: 'created_at', order: 'desc' }, { column: 'job_id', order: 'desc' }]).limit(limit);
    if (inputSha256 !== undefined) query.where({ input_sha256: inputSha256 });
    if (before !== undefined) query.whereRaw('(created_at, job_id) < (?::timestamptz, ?::uuid)', [before.created_at, before.job_id]);
    return await query as (PredictionSetModel & { cursor_at: string })[];
  }
}
