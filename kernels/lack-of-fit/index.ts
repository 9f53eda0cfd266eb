export { lackOfFit, replicateGroups } from './lack-of-fit.ts';
export type { LackOfFit } from './lack-of-fit.ts';
