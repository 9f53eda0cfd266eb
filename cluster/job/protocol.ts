import type { FaultJson, FileType, InputName, JobType, Notice, Stage } from '../../schemas/index.ts';
import type { Recorded } from './context.ts';

/** An input as the job process gets it: downloaded and verified. */
export interface InputFile {
  path: string;
  /** its name as the user knows it */
  fileName: string;
  sha256: string;
}

/** What the supervisor tells a job process. The process holds no credentials and no connection: it gets files and a folder. */
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
  /** further inputs by name: those that the job was submitted with */
  inputs: Readonly<Partial<Record<InputName, InputFile>>>;
  /** empty folder to write results into */
  outputDirectory: string;
  /** folder that outlives the attempt: finished parts of long jobs, by what they depend on */
  shardDirectory?: string;
  memoryLimitBytes: number;
}

export type SupervisorMessage = RunOrder | { type: 'cancel' };

export interface OutputFile extends Recorded {
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
  | { type: 'cancelled'; files: OutputFile[] };
