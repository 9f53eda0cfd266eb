import { reportLoss } from '../trial.ts';
import type { StudyView, Trial } from '../trial.ts';

/** Decides after each report whether a trial is still worth its time. */
export interface Pruner {
  readonly name: string;
  /** steps: reports of one step with each other, so that steps may be parts of a trial (folds). progress: what trials have come to by a step, so that a report has to stand for all up to it. */
  readonly compares: 'steps' | 'progress';
  /** @param trial its newest report is the one that is judged */
  shouldPrune(view: StudyView, trial: Trial): boolean;
}

/** The loss that a trial reported at a step; undefined if it did not. */
export function lossAt(view: StudyView, trial: Trial, step: number): number | undefined {
  const report = trial.reports.find((candidate) => candidate.step === step);
  return report === undefined ? undefined : reportLoss(view, report.value);
}

/** Newest report. */
export function lastReport(view: StudyView, trial: Trial): { step: number; loss: number } | undefined {
  const report = trial.reports.at(-1);
  return report && { step: report.step, loss: reportLoss(view, report.value) };
}
