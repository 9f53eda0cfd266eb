import type { Knex } from 'knex';
import type { FileType, JobType } from '../../schemas/index.ts';
import { DesignModel } from './models/models.ts';

export interface DesignFilter {
  owner: string;
  jobId?: string;
  datasetSha256?: string;
  limit: number;
  /** exclusive: designs stored before this one */
  before?: number;
}

/** A design with what is read from other tables or counted. */
export type DesignRecord = DesignModel & { runs: number; files: { path: string; file_key: string; file_type: FileType }[] };

/** A table of results that names a design. */
export interface DesignResult {
  stored_id: number;
  job_id: string;
  job_type: JobType;
  filename: string;
  dataset_sha256: string;
  rows: number;
  rows_measured: number;
  runs: number[] | null;
  created_at: Date;
}

const files = `(select coalesce(jsonb_agg(jsonb_build_object('path', a.path, 'file_key', a.file_key, 'file_type', a.file_type) order by a.path), '[]')
                  from job_artifacts a where a.job_id = designs.job_id and designs.content -> 'paths' @> to_jsonb(a.path))`;

/** Stored designs and the results that belong to them. Written only where a job ends (leases.ts). */
export class DesignStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** The whole design before a partial one, then the newest; with its rows. Only the owner's: the id follows from the content, so it is no secret as that of a job is. */
  async find(designId: string, owner: string): Promise<DesignRecord | undefined> {
    return await this.#select('content').where({ design_id: designId, owner }).orderBy([{ column: 'partial' }, { column: 'stored_id', order: 'desc' }]).first() as DesignRecord | undefined;
  }

  /** Newest first, without rows. */
  async list({ owner, jobId, datasetSha256, limit, before }: DesignFilter): Promise<DesignRecord[]> {
    const query = this.#select(this.#knex.raw(`content - 'rows' - 'run_order' as content`)).where({ owner }).orderBy('stored_id', 'desc').limit(limit);
    if (jobId !== undefined) query.where({ job_id: jobId });
    if (datasetSha256 !== undefined) query.where({ dataset_sha256: datasetSha256 });
    if (before !== undefined) query.where('stored_id', '<', before);
    return await query as DesignRecord[];
  }

  /** Tables of this owner that name the design, newest first. */
  async results(designId: string, owner: string, limit: number, before?: number): Promise<DesignResult[]> {
    const { rows } = await this.#knex.raw<{ rows: DesignResult[] }>(`
      select r.stored_id, r.job_id, j.job_type, u.filename, r.dataset_sha256, r.rows, r.rows_measured, r.runs, r.created_at
        from design_results r join jobs j using (job_id) join uploads u using (upload_id)
       where r.design_id = :designId and r.owner = :owner and (:before::bigint is null or r.stored_id < :before::bigint)
       order by r.stored_id desc limit :limit`, { designId, owner, limit, before: before ?? null });
    return rows;
  }

  /** How many of the first `runs` places of the design any table of this owner has measured. */
  async runsMeasured(designId: string, owner: string, runs: number): Promise<number> {
    const { rows } = await this.#knex.raw<{ rows: { count: number }[] }>(`
      select count(distinct place) from design_results r cross join unnest(r.runs) as place
       where r.design_id = :designId and r.owner = :owner and place between 1 and :runs`, { designId, owner, runs });
    return rows[0]?.count ?? 0;
  }

  #select(content: string | Knex.Raw): ReturnType<typeof DesignModel.query> {
    return DesignModel.query(this.#knex).select('stored_id', 'job_id', 'design_id', 'attempt', 'owner', 'dataset_sha256', 'partial', 'created_at', content,
      this.#knex.raw(`jsonb_array_length(content -> 'rows') as runs`), this.#knex.raw(`${files} as files`));
  }
}
