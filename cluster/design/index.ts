/**
 * Design of experiments as a pure library: no job, no files, no threads.
 * planDesign → blocks of numbered starts (SearchLedger, placePlan, searchBlock) or runSearch → rows → evaluation.
 */
export { decode, encode } from './factors.ts';
export type { DesignFactor, Point, Settings } from './factors.ts';
export { designModel, modelMatrix, modelRow } from './model.ts';
export type { DesignColumn, DesignModel, DesignTerm } from './model.ts';
export { planDesign } from './plan.ts';
export type { DesignPlan } from './plan.ts';
export type { Criterion, DesignRequest, PossibleTerm } from './request.ts';
export * from './region/index.ts';
export * from './search/index.ts';
export * from './evaluation/index.ts';
export * from './classical/index.ts';
export { shuffled } from './random.ts';
export type { Strata } from './strata.ts';
