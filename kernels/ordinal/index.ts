export { fitOrdinal, ordinalProbabilities } from './ordinal.ts';
export type { OrdinalInput, OrdinalModel } from './ordinal.ts';
