export { fastNormal } from './fast-normal.ts';
export {
  chiSquaredTails, fTails, normalDensity, normalQuantile, normalTails, studentDensity, studentInterval, studentQuantile, studentTails, studentTwoSidedP,
} from './tails.ts';
export { fQuantile, nonCentralFTails } from './noncentral.ts';
export type { Tails } from './gamma.ts';
