export { collinearity } from './collinearity.ts';
export type { Collinearity } from './collinearity.ts';
export { ridgePath, ridgeBytes } from './ridge.ts';
export type { RidgeInput, RidgePath } from './types.ts';
