export { feasiblePoint } from './feasible.ts';
export { mixturePoints } from './mixture-points.ts';
export { regionMoments } from './moments.ts';
export { codedRange, coupledFactors, isAllowed, regionOf, valuesOf } from './region.ts';
export type { Forbidden, LinearConstraint, Region } from './region.ts';
