/** Thread side: what is worked out from a fit and the rows themselves. Plain data comes back. */
export { inspect, type Ask, type Inspection } from './inspect.ts';
export { powerOf, type Power } from './power.ts';
export { rowsModel, whitened, whitenedModel } from './model.ts';
export { wildPieces, type WildPiece } from './wild.ts';
export type { CovarianceKind } from './covariance.ts';
