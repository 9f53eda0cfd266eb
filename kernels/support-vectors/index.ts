// Support vector classification: two classes, or each two of several, with probabilities.
export { fitSupportVectorClasses, supportVectorPairs, supportVectorProbabilities, supportVectorVotes } from './classes.ts';
export type { PairOfClasses, SupportVectorClassModel, SupportVectorClassOptions } from './classes.ts';
export { couplePairs } from './coupling.ts';
export { fitSigmoid, sigmoid } from './sigmoid.ts';
export type { Sigmoid } from './sigmoid.ts';
export { fitSupportVectors, supportVectorDecisions } from './support-vectors.ts';
export type { SupportVectorModel, SupportVectorOptions } from './support-vectors.ts';
