/** What explains any model: functions of rows alone, which know no job and no family. */
export { accumulatedEffect, mainEffects, type LocalEffect } from './main-effects.ts';
export { isTrees } from './is-trees.ts';
export { rowOf, sampledShapley, type SampledShapley } from './sampled-shapley.ts';
export { shuffled } from './shuffled.ts';
export { spread } from './spread.ts';
