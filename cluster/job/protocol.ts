import type { FaultJson, FileType, JobType, Notice, Stage } from '../../schemas/index.ts';

/** What the supervisor tells a job process. The process holds no credentials and no connection: it gets a file and a folder. */
export interface RunOrder {
  type: 'run';
  jobId: string;
  attempt: number;
  jobType: JobType;
  parameters: Record<string, unknown>;
  /** the downloaded table */
  inputPath: string;
  /** its name as the user knows it */
  fileName: string;
  datasetSha256: string;
  /** empty folder to write results into */
  outputDirectory: string;
  memoryLimitBytes: number;
}

export type SupervisorMessage = RunOrder | { type: 'cancel' };

export interface OutputFile {
  /** relative to the output folder, `/`-separated */
  path: string;
  fileType: FileType;
  sizeBytes: number;
  sha256: string;
}

export type JobProcessMessage =
  | { type: 'ready' }
  | { type: 'progress'; percent: number; stage: Stage; values: Record<string, unknown> }
  | { type: 'notice'; notice: Notice }
  | { type: 'done'; files: OutputFile[] }
  | { type: 'failed'; fault: FaultJson; stack: string | null }
  | { type: 'cancelled' };
