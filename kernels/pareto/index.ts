// Trade-offs: non-dominated points and ranks, hypervolume, thinned fronts.
export { createFront, paretoFront, paretoRanks } from './front.ts';
export type { FrontArchive } from './front.ts';
export { hypervolume } from './hypervolume.ts';
export { costs } from './objectives.ts';
export type { Aim } from './objectives.ts';
export { epsilonFront, kneePoint } from './representatives.ts';
