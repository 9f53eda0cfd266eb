export { wildInfluence, wildIntervals, wildReplicates } from './wild.ts';
export type { WildInfluence, WildInterval } from './wild.ts';
