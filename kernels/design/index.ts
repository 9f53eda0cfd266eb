export { placeDesignProblem } from './layout.ts';
export type { PlacedDesign } from './layout.ts';
export { designSearchBytes, improveDesign, searchDesign } from './search.ts';
export { designWalkBytes, improveCandidates, placeCandidates, walkCandidates } from './list.ts';
export type { PlacedList } from './list.ts';
export { designTrialBytes, improveByTrial, placeDesignGoal, searchByTrial } from './goal.ts';
export type { PlacedGoal } from './goal.ts';
export type { CandidateList, DesignGoal, DesignProblem, DesignWalkResult, DesignSearchResult, RowGrouping, SearchFactor, SearchTerm, SlotOfFactor } from './types.ts';
