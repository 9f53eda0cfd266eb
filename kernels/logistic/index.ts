export { inverseLink, successProbabilities } from './links.ts';
export { logistic, logisticInTasks, profileIntervals } from './logistic.ts';
export { logisticTaskBytes, runLogisticTask } from './passes.ts';
export type { LogisticTask, PassAnswer } from './passes.ts';
export type { BinaryLink, LogisticDiagnostics, LogisticFit, LogisticInput, LogisticResult, OneClass, ProfileIntervals, Separated } from './types.ts';
