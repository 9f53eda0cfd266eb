/** The only room that knows Postgres, S3, SQS, the environment and the log. */
export { readConfig, type Config, type Environment } from './config/config.ts';
export { variables, type Variable, type VariableName } from './config/variables.ts';
export { createLogger, type Logger } from './log.ts';
export { openPlatform, type Platform } from './platform.ts';
export { listen, type Listener } from './database/connection.ts';
export { migrate, pendingMigrations } from './database/migrate.ts';
export { isDatabaseUnavailable } from './database/unavailable.ts';
export { sweep, sweepOptions, type SweepOptions, type SweepReport } from './database/sweep.ts';
export { buryLetter } from './database/dead-letters.ts';
export { countJobs, type JobCounts } from './database/metrics.ts';
export type { JobInput, JobInputs } from './database/inputs.ts';
export type { DesignRecord, DesignResult } from './database/designs.ts';
export type { ClaimedJob, Lease, PartialResult, PublishedArtifact } from './database/leases.ts';
export type { ArtifactModel, JobEventModel, JobModel, PredictionSetModel, UploadModel } from './database/models/models.ts';
export type { StoredObject } from './database/uploads.ts';
export type { ObjectPlace } from './storage/storage.ts';
