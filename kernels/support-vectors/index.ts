// Support vector classification of two classes.
export { fitSupportVectors, supportVectorDecisions } from './support-vectors.ts';
export type { SupportVectorModel, SupportVectorOptions } from './support-vectors.ts';
