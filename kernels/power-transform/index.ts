export { niceLambda } from './advice.ts';
export type { TransformAdvice } from './advice.ts';
export { lognormalMean, smearedMean, smearingFactor } from './mean.ts';
export { powerProfile } from './profile.ts';
export type { PowerProfile } from './profile.ts';
export { inverse as inverseTransform, invertible, transform as powerTransform } from './transform.ts';
export type { PowerTransform, TransformFamily } from './transform.ts';
