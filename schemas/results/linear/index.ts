/** `result.json` of a linear analysis: one file per section, merged in target.ts. */
export { linearResultSchema, type LinearResult } from './result.ts';
export { binaryTargetSchema, fittedTargetSchema, linearTargetSchema, type BinaryTarget, type FailedTarget, type FittedTarget, type LinearSections, type LinearTarget } from './target.ts';
export { linearViews, targetViews, type BinaryView, type LinearView, type TargetView } from './view.ts';
export { factorValueSchema, termSchema, type FactorValue } from './model.ts';
export { binaryResultSchema, type BinaryResult } from './binary.ts';
export { binaryPenaltySchema, type BinaryPenalty } from './penalty.ts';
export { coefficientSchema } from './coefficients.ts';
export { scoreSchema } from './validation.ts';
export { factorAt, factorText, type Spelling } from './factor-text.ts';
export { desirabilityResultSchema, type DesirabilityResult } from './desirability.ts';
