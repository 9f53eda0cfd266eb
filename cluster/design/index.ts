/**
 * Design of experiments as a pure library: no job, no files, no threads.
 * planDesign → blocks of numbered starts (SearchLedger, placePlan, searchBlock) or runSearch → rows → evaluation.
 */
export { codedLevels, decode, encode, limitsOf } from './factors.ts';
export type { DesignFactor, Point, Settings } from './factors.ts';
export { designModel, modelMatrix, modelRow } from './model.ts';
export type { DesignColumn, DesignModel, DesignTerm } from './model.ts';
export { designSpace, spaceInStrata } from './space.ts';
export type { DesignSpace, SpaceRequest } from './space.ts';
export { filledPoints, fillingProblem, smallestDistance, spaceFillingStart } from './space-filling.ts';
export type { FillingProblem } from './space-filling.ts';
export { assignBlocks, blockSizes } from './blocks.ts';
export { pointAt } from './candidates.ts';
export { middleShares } from './centre.ts';
export type { Candidates } from './candidates.ts';
export { planDesign } from './plan.ts';
export type { DesignPlan } from './plan.ts';
export type { Criterion, DesignRequest, PossibleTerm } from './request.ts';
export * from './region/index.ts';
export * from './search/index.ts';
export * from './evaluation/index.ts';
export * from './classical/index.ts';
export { randomAt as drawAt, shuffled } from './random.ts';
export { groupSizes, rowGroups, stratumOf } from './strata.ts';
export type { RowGroups, Strata, Stratum } from './strata.ts';
