export { robustFit } from './robust.ts';
export type { RobustFit, RobustOptions } from './robust.ts';
export { leastTrimmedSquares, trimmedStart } from './trimmed.ts';
