export { SearchLedger } from './ledger.ts';
export type { SearchState, StopRule } from './ledger.ts';
export { blockSizeOf, finishSearch, runSearch } from './run.ts';
export type { FoundDesign } from './run.ts';
export { extendRows } from './extend.ts';
export { isBetter, placePlan, pointsOf, polish, searchBlock } from './start.ts';
export type { PlacedPlan, SearchBlock } from './start.ts';
export { planInformation, scoreOfRows, solvePlan } from './score.ts';
