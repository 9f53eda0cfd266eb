export { quasiRandomSampler } from './quasi-random.ts';
export { randomSampler } from './random.ts';
export type { Draw, Sampler } from './sampler.ts';
export { tpeSampler } from './tpe/index.ts';
export type { TpeOptions } from './tpe/index.ts';
export { cmaEsSampler } from './cma-es.ts';
export type { CmaEsOptions } from './cma-es.ts';
export { nsga2Sampler } from './nsga2.ts';
export type { Nsga2Options } from './nsga2.ts';
