export { conformalP, leastAmbiguousLimit, predictionSet } from './conformal.ts';
export { breakEven, cheapest, netBenefit } from './cost.ts';
export type { DecisionCosts } from './cost.ts';
export { bestLimit, decide, falsePositiveThreshold, fewestRows, twoSidedThresholds, umbrellaRank } from './neyman-pearson.ts';
export type { Decision, ErrorLimit, OneSided, TwoSided } from './neyman-pearson.ts';
