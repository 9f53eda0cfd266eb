/** Best conditions for several targets at once, by the fitted models. */
export { findConditions } from './find.ts';
export { checkConditions } from './problem.ts';
export { optimiseConditions } from './search.ts';
