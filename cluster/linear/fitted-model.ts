import type { KernelSlab } from '../../kernels/index.ts';
import type { LinearAnalysisParameters, Notice } from '../../schemas/index.ts';
import type { JobContext } from '../job/context.ts';
import type { Table } from '../table/index.ts';
import type { Term } from './column-factors.ts';
import type { Design } from './design.ts';
import type { Fit } from './fit.ts';
import type { Power } from './inspect/index.ts';
import type { TermFit } from './inference/index.ts';
import type { DesignPlan } from './model/index.ts';
import type { Response } from './response.ts';
import type { score } from './score.ts';
import type { Selection } from './selection/index.ts';
import type { Specification } from './specify.ts';
import type { Validation } from './validate.ts';

/** One target's model on all its rows: what every section of the report is made from. Nothing here is mutated by them. */
export interface FittedModel {
  specification: Specification;
  plan: DesignPlan;
  /** the design columns as the result tells them */
  terms: Term[];
  /** on the job's shared memory */
  design: Design;
  /** values of a design column, a view */
  designColumn: (position: number) => Float64Array;
  /** rows of the table that the fit uses */
  used: Int32Array;
  missing: { rows: number; by: ReadonlyMap<string, number> };
  /** target of each used row, as in the file */
  actual: Float64Array;
  response: Response;
  /** the same on the scale of the fit */
  modelActual: Float64Array;
  /** expected target of each row, on its own scale */
  fittedMean: Float64Array;
  /** λ by the regression on the untransformed target; null: not looked for */
  power: readonly Power[] | null;
  fit: Fit;
  /** per-row columns of the fit, by name (fit.ts) */
  rows: Readonly<Record<string, Float64Array>>;
  termFit: TermFit;
  /** condition (identical features) of each used row, by first appearance */
  group: Int32Array;
  groups: number;
  validation: Validation;
  /** null: the terms are as asked for. `heldTerms`: cross-validated score of the chosen terms, as if they had not been chosen on the same rows */
  selection: (Selection & { heldTerms: ReturnType<typeof score> | null }) | null;
}

/** What a section may use beside the model. */
export interface SectionContext {
  job: JobContext;
  table: Table;
  parameters: LinearAnalysisParameters;
  /** rows of the table that no target uses */
  left: ReadonlySet<number>;
  /** compiled kernels */
  module: WebAssembly.Module;
  /** one region of scratch per thread, on the memory of the design; a task takes one */
  slabs: readonly KernelSlab[];
  /** a notice about this target, kept in its result */
  tell: (notice: Notice) => void;
}

/** One key of the target's result. Pure but for `tell`: the same model gives the same part. */
export type Section<Part> = (model: FittedModel, context: SectionContext) => Part | Promise<Part>;
