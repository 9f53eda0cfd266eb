/** From the terms of a model to numbers: design columns of the rows of a fit and of any other rows. */
export { buildColumns, buildOffset } from './build.ts';
export { isCategorical, learnPlan, widthOf, type LearnSetting } from './learn.ts';
export { buildNewRows, type NewRows } from './new-rows.ts';
export type { Coding, DesignColumn, DesignPlan, LearnedFactor, ModelTerm, Planes, TermFactor } from './types.ts';
