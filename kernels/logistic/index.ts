export { inverseLink, successProbabilities } from './links.ts';
export { logistic, logisticInTasks, profileIntervals, profileIntervalsInTasks } from './logistic.ts';
export { logisticTaskBytes, runLogisticTask } from './passes.ts';
export { logisticRowValues } from './rows.ts';
export type { LogisticTask, PassAnswer } from './passes.ts';
export type { BinaryLink, LogisticDiagnostics, LogisticFit, LogisticInput, LogisticResult, OneClass, OverlapProof, ProfileIntervals, Separated } from './types.ts';
export { penalisedLogistic, penalisedLogisticLambdas } from './penalised.ts';
export type { PenalisedLogistic, PenalisedLogisticInput } from './penalised-types.ts';
