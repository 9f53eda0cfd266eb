/** Best conditions for several targets at once, by the fitted models. */
export { findConditions } from './find.ts';
export { optimiseConditions } from './search.ts';
