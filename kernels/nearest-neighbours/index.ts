// Nearest neighbours by brute force, numbers and labels.
export { fitNeighbours, neighbourMeans } from './nearest-neighbours.ts';
export type { NeighbourModel, NeighbourOptions } from './nearest-neighbours.ts';
