export { placeDesignProblem } from './layout.ts';
export type { PlacedDesign } from './layout.ts';
export { designSearchBytes, improveDesign, searchDesign } from './search.ts';
export type { DesignProblem, DesignSearchResult, SearchFactor, SearchTerm, SlotOfFactor } from './types.ts';
