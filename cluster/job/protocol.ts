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
  /** whether somebody wants its spans */
  traced?: boolean;
}

export type SupervisorMessage = RunOrder | { type: 'cancel' };

export interface OutputFile extends Recorded {
  /** relative to the output folder, `/`-separated */
  path: string;
  fileType: FileType;
  sizeBytes: number;
  sha256: string;
}

/** A part of a job's time: a stage, or a task on a thread. Times in ms since 1970. */
export interface JobSpan {
  name: string;
  startMs: number;
  endMs: number;
  attributes: Record<string, string | number>;
}

/** What a job took of its process. */
export interface Usage {
  wallMs: number;
  /** of all threads */
  cpuMs: number;
  threads: number;
  /** sum over the threads of the time in which they ran tasks */
  threadBusyMs: number;
  tasks: number;
  /** tasks of which no span was sent */
  tasksUntold: number;
}

export type JobProcessMessage =
  | { type: 'ready' }
  | { type: 'progress'; percent: number; stage: Stage; values: Record<string, unknown> }
  | { type: 'notice'; notice: Notice }
  | { type: 'spans'; spans: JobSpan[] }
  | { type: 'done'; files: OutputFile[]; usage: Usage }
  | { type: 'failed'; fault: FaultJson; stack: string | null; usage: Usage }
  | { type: 'cancelled'; files: OutputFile[]; usage: Usage };
