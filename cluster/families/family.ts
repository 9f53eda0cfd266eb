import type { Kernels } from '../../kernels/index.ts';
import type { Task, TrainedModel } from '../../kernels/models/index.ts';
import type { Matrix } from '../../kernels/trees/index.ts';
import type { Assignment, SearchSpace } from '../tuning/index.ts';

/** Rows on which a study tunes and fits: those of the training side of an outer fold, or all. Plain data, shared between threads. */
export interface StudyRows {
  /** column-major; a text column holds its level's number */
  readonly x: Matrix;
  /** binary: the target is a label, losses are log-losses, predictions probabilities of label 1 */
  readonly task: Task;
  /** a number: standardised by the caller (mean 0, variance 1 over these rows), so that penalties and bounds mean the same for every target; a label: 0 or 1 */
  readonly y: Float64Array;
  readonly featureNames: readonly string[];
  /** columns that hold levels */
  readonly categorical: readonly number[];
  /** inner fold of each row, replicates together: the same folds for every trial of every family */
  readonly fold: Int32Array;
  readonly folds: number;
}

/** What one inner fold said about a trial. */
export interface FoldOutcome {
  /** of the fold's held-out rows: mean squared error, or mean log-loss of labels */
  readonly loss: number;
  readonly held: number;
  /** of boosting: the same after each tree, from which the number of trees is read without a search */
  readonly curve?: Float64Array;
}

/** The verdict on a trial, in the units of the losses. */
export interface TrialOutcome {
  /** mean loss over all held-out rows */
  readonly value: number;
  /** What the family's trials are compared by if not the value, the less the better; nothing is pruned then, for the folds do not decide. */
  readonly criterion?: number;
  /** settings that came out of the folds instead of being searched, for instance the number of trees */
  readonly derived: Assignment;
}

/** A family laid out for one study; trials share what does not depend on them (bins, folds). */
export interface Evaluator<Model = TrainedModel> {
  /** A trial costs the same whether or not its folds are looked at, and its criterion decides: it is not pruned by them. */
  readonly whole?: true;
  evaluate(parameters: Assignment, fold: number): FoldOutcome;
  conclude(parameters: Assignment, outcomes: readonly FoldOutcome[]): TrialOutcome;
  /** On some rows of the study; all when none are given. */
  fit(parameters: Assignment, chosen?: Int32Array): Model;
  /** As `fit` with less effort, good enough to compare settings; absent where `fit` is that. */
  rough?(parameters: Assignment, chosen: Int32Array): Model;
}

/** A family of models as the tuner sees it. */
export interface TunedFamily<Name extends string = NonlinearFamilyName, Model = TrainedModel> {
  readonly name: Name;
  /** from simple to complex: where two are as good, the simpler is taken */
  readonly complexity: number;
  space(rows: StudyRows): SearchSpace;
  /** Configurations known to be good, tried first; written for any table, moved into the space of the one at hand. */
  portfolio(rows: StudyRows): readonly Assignment[];
  open(kernels: Kernels, rows: StudyRows, seed: number): Evaluator<Model>;
}

export const familyNames = ['random_forest', 'extra_trees', 'lightgbm', 'xgboost', 'gradient_boost', 'ridge', 'lasso', 'elastic_net', 'response_surface', 'gaussian_process'] as const;
export type NonlinearFamilyName = (typeof familyNames)[number];

/** Mean over folds, each held-out row counting once. */
export function pooled(outcomes: readonly FoldOutcome[]): number {
  let sum = 0;
  let held = 0;
  for (const outcome of outcomes) {
    sum += outcome.loss * outcome.held;
    held += outcome.held;
  }
  return sum / held;
}
