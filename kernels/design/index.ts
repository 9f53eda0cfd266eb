export { placeDesignProblem } from './layout.ts';
export type { PlacedDesign } from './layout.ts';
export { designSearchBytes, improveDesign, searchDesign } from './search.ts';
export { designWalkBytes, placeCandidates, walkCandidates } from './list.ts';
export type { PlacedList } from './list.ts';
export type { CandidateList, DesignProblem, DesignWalkResult, DesignSearchResult, SearchFactor, SearchTerm, SlotOfFactor } from './types.ts';
