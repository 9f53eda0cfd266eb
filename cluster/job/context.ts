import type { FileType, JobType, Notice, PredictionSet, Stage } from '../../schemas/index.ts';
import type { RunOrder } from './protocol.ts';
import type { ThreadPool } from './pool.ts';

/** Thrown where a cancel is noticed; unwinds the analysis. */
export class Cancelled extends Error {
  constructor() {
    super('cancelled');
    this.name = 'Cancelled';
  }
}

/** What an analysis writes: its place in the result folder and the bytes, which are already there. */
export interface WrittenFile {
  path: string;
  fileType: FileType;
  /** of an Arrow file of predictions: what is stored about it beside the file */
  predictions?: PredictionSet;
}

/** All that an analysis has of the world. */
export interface JobContext {
  readonly order: RunOrder;
  readonly pool: ThreadPool;
  /** aborted on cancel; long waits and pool tasks take it */
  readonly signal: AbortSignal;
  /** percent 0–90 of the whole job (publishing is the rest); values fill the stage's text */
  progress(percent: number, stage: Stage, values?: Record<string, unknown>): void;
  /** Also kept in the result. */
  notice(notice: Notice): void;
  /** @throws Cancelled */
  checkCancelled(): void;
}

/** An analysis: reads the input, writes result files below `order.outputDirectory`, names them. */
export type Analysis = (context: JobContext) => Promise<WrittenFile[]>;

export type Analyses = Readonly<Partial<Record<JobType, Analysis>>>;
