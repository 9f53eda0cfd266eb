import type { FileType, JobType, MeasuredDesign, Notice, PredictionSet, Stage, StoredDesign } from '../../schemas/index.ts';
import type { RunOrder } from './protocol.ts';
import type { ThreadPool } from './pool.ts';

/** Thrown where a cancel is noticed; unwinds the analysis. `files`: what it had reached, labelled as partial, to be published as such. */
export class Cancelled extends Error {
  readonly files: readonly WrittenFile[];

  constructor(files: readonly WrittenFile[] = []) {
    super('cancelled');
    this.name = 'Cancelled';
    this.files = files;
  }
}

/** What the database keeps of a file beside the file. */
export interface Recorded {
  /** of an Arrow file of predictions */
  predictions?: PredictionSet;
  /** the designs in it */
  designs?: readonly StoredDesign[];
  /** the designs whose runs were measured in the analysed table */
  measured?: readonly MeasuredDesign[];
}

/** What an analysis writes: its place in the result folder and the bytes, which are already there. */
export interface WrittenFile extends Recorded {
  path: string;
  fileType: FileType;
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
