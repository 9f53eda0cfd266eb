import { reportLoss } from '../trial.ts';
import type { StudyView, Trial } from '../trial.ts';

/** Decides after each report whether a trial is still worth its time. */
export interface Pruner {
  readonly name: string;
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
