export { inverseLink, successProbabilities } from './links.ts';
export { logistic, profileIntervals } from './logistic.ts';
export type { BinaryLink, LogisticDiagnostics, LogisticFit, LogisticInput, LogisticResult, OneClass, ProfileIntervals, Separated } from './types.ts';
