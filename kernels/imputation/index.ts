export { fillByChainedEquations } from './chained.ts';
export type { ChainedOptions } from './chained.ts';
export { poolByRubin } from './rubin.ts';
export type { Pooled } from './rubin.ts';
export { basisFit } from './fit.ts';
