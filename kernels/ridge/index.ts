export { ridgePath, ridgeBytes } from './ridge.ts';
export type { RidgeInput, RidgePath } from './types.ts';
