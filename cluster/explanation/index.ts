/** What explains any model: functions of rows alone, which know no job and no family. */
export { individualCurves } from './individual-curves.ts';
export { accumulatedEffect, mainEffects, type LocalEffect } from './main-effects.ts';
export { isTrees } from './is-trees.ts';
export { rowOf, sampledShapley, type SampledShapley } from './sampled-shapley.ts';
export { sampledInteractions } from './sampled-interactions.ts';
export { shuffled } from './shuffled.ts';
export { sobolIndices, type SobolIndices } from './sobol-indices.ts';
export { spread } from './spread.ts';
