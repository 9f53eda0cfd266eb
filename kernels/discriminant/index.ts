// Linear and quadratic discriminant analysis.
export { discriminantProbabilities, discriminantScores, fitDiscriminant } from './discriminant.ts';
export type { DiscriminantModel, DiscriminantOptions } from './discriminant.ts';
