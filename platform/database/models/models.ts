import { Model } from 'objection';
import type { JobState, JobType, PredictionSet, ProblemDetail, Stage, StoredDesign } from '../../../schemas/index.ts';
import type { JobInputs } from '../inputs.ts';

/**
 * Rows as objection models. Fields are `declare`d: a class field would be written as undefined over what the database
 * gave. Writes that matter (claims, leases, publication) are single fenced statements in the stores beside this folder.
 */
export class UploadModel extends Model {
  static override tableName = 'uploads';
  static override idColumn = 'upload_id';
  declare upload_id: string;
  declare tenant_id: string;
  declare owner: string;
  declare state: 'pending' | 'complete' | 'expired';
  declare filename: string;
  declare content_type: string;
  declare bucket: string;
  declare object_key: string;
  declare max_bytes: number;
  declare declared_bytes: number | null;
  declare declared_sha256: string | null;
  declare size_bytes: number | null;
  declare sha256: string | null;
  declare etag: string | null;
  declare version_id: string | null;
  declare created_at: Date;
  declare expires_at: Date;
  declare completed_at: Date | null;
}

export class JobModel extends Model {
  static override tableName = 'jobs';
  static override idColumn = 'job_id';
  static override get jsonAttributes(): string[] {
    return ['parameters', 'stage_values', 'error'];
  }

  declare job_id: string;
  declare upload_id: string;
  declare retry_of: string | null;
  declare tenant_id: string;
  declare owner: string;
  declare created_by: string | null;
  declare job_type: JobType;
  declare state: JobState;
  declare parameters: Record<string, unknown>;
  declare progress_percent: number;
  declare stage: Stage | null;
  declare stage_values: Record<string, unknown>;
  declare attempt: number;
  declare max_attempts: number;
  declare lease_owner: string | null;
  declare lease_until: Date | null;
  declare available_at: Date;
  declare event_seq: number;
  declare output_bucket: string | null;
  declare output_prefix: string | null;
  declare dataset_sha256: string | null;
  declare code_version: string | null;
  declare error: ProblemDetail | null;
  declare traceparent: string | null;
  declare created_at: Date;
  declare queued_at: Date | null;
  declare started_at: Date | null;
  declare updated_at: Date;
  declare finished_at: Date | null;
  declare run_ms: number | null;
  declare peak_memory_bytes: number | null;
  declare cpu_ms: number | null;
  declare upload?: UploadModel;
  /** selected by `find` and `list` */
  declare inputs?: JobInputs;
  declare artifacts?: ArtifactModel[];

  static override relationMappings = () => ({
    upload: { relation: Model.BelongsToOneRelation, modelClass: UploadModel, join: { from: 'jobs.upload_id', to: 'uploads.upload_id' } },
    artifacts: { relation: Model.HasManyRelation, modelClass: ArtifactModel, join: { from: 'jobs.job_id', to: 'job_artifacts.job_id' } },
  });
}

export class JobEventModel extends Model {
  static override tableName = 'job_events';
  static override idColumn = ['job_id', 'seq'];
  static override get jsonAttributes(): string[] {
    return ['values', 'notice'];
  }

  declare job_id: string;
  declare seq: number;
  declare attempt: number;
  declare type: 'state' | 'progress' | 'notice' | 'log';
  declare state: JobState;
  declare percent: number;
  declare stage: Stage | null;
  declare values: Record<string, unknown>;
  declare notice: Record<string, unknown> | null;
  declare at: Date;
}

export class ArtifactModel extends Model {
  static override tableName = 'job_artifacts';
  static override idColumn = 'artifact_id';
  declare artifact_id: number;
  declare job_id: string;
  declare attempt: number;
  declare file_key: string;
  declare file_name: string;
  declare path: string;
  declare file_type: string;
  declare content_type: string;
  declare size_bytes: number;
  declare sha256: string;
  declare created_at: Date;
}

export class AttemptModel extends Model {
  static override tableName = 'job_attempts';
  static override idColumn = ['job_id', 'attempt'];
  static override get jsonAttributes(): string[] {
    return ['error'];
  }

  declare job_id: string;
  declare attempt: number;
  declare worker_id: string;
  declare started_at: Date;
  declare finished_at: Date | null;
  declare outcome: 'completed' | 'cancelled' | 'failed' | 'retrying' | 'lost' | null;
  declare error: ProblemDetail | null;
}

export class PredictionSetModel extends Model {
  static override tableName = 'prediction_sets';
  static override idColumn = 'job_id';
  static override get jsonAttributes(): string[] {
    return ['layout'];
  }

  declare job_id: string;
  declare attempt: number;
  declare owner: string;
  declare file_key: string;
  declare dataset_sha256: string;
  declare input_sha256: string;
  declare rows: number;
  declare layout: PredictionSet;
  declare created_at: Date;
}

export class DesignModel extends Model {
  static override tableName = 'designs';
  static override idColumn = 'stored_id';
  static override get jsonAttributes(): string[] {
    return ['content'];
  }

  declare stored_id: number;
  declare job_id: string;
  declare design_id: string;
  declare attempt: number;
  declare owner: string;
  declare dataset_sha256: string;
  declare partial: boolean;
  /** in lists without rows and run_order */
  declare content: Omit<StoredDesign, 'rows' | 'run_order'> & Partial<Pick<StoredDesign, 'rows' | 'run_order'>>;
  declare created_at: Date;
}
