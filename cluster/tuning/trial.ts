import type { Point } from './space.ts';

/** running: asked for, not told yet. pruned: stopped early, its last report stands for it. failed: gave no number; samplers do not learn from it. */
export type TrialState = 'running' | 'complete' | 'pruned' | 'failed';

export interface Report {
  readonly step: number;
  readonly value: number;
}

export interface Trial {
  /** from 0, in the order in which they were asked for */
  readonly number: number;
  readonly point: Point;
  /** drawn by the sampler, or enqueued by the owner of the study (portfolio) */
  readonly origin: 'sampler' | 'enqueued';
  state: TrialState;
  /** one for each objective of the study, once complete */
  values: readonly number[];
  /** ascending steps */
  readonly reports: Report[];
  /** Σ of violated constraints, 0 if feasible; samplers put feasible trials first */
  violation: number;
  /** for the owner: counters, timings, notes. Nothing of it feeds back into sampling. */
  readonly notes: Record<string, unknown>;
}

export type Direction = 'minimize' | 'maximize';

/** What samplers and pruners read of a study. */
export interface StudyView {
  readonly trials: readonly Trial[];
  readonly directions: readonly Direction[];
  readonly seed: number;
}

/** The objective so that less is better. */
export function lossOf(view: StudyView, trial: Trial, objective = 0): number {
  const value = trial.values[objective] as number;
  return view.directions[objective] === 'maximize' ? -value : value;
}

/** A report so that less is better. */
export function reportLoss(view: StudyView, value: number): number {
  return view.directions[0] === 'maximize' ? -value : value;
}
