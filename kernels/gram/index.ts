export { crossValidateLeastSquares } from './cross-validation.ts';
export type { FoldedInput, FoldedFit } from './cross-validation.ts';
export { foldGrams } from './folds.ts';
export type { FoldGrams } from './folds.ts';
