import type { DesignFactor } from '../../../cluster/design/index.ts';
import { presetTerms } from '../../../schemas/index.ts';
import type { ModelPreset, ModelTerms } from '../../../schemas/index.ts';

const letters = 'ABCDEFGHIJKLMNOP';

export const ranges = (count: number): DesignFactor[] => Array.from({ length: count }, (_, k) => ({ kind: 'continuous', name: letters[k] as string, low: -1, high: 1 }));

export const grid = (levels: readonly (readonly number[])[]): DesignFactor[] => levels.map((values, k) => ({ kind: 'discrete', name: letters[k] as string, levels: values }));

export const repeat = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

export function preset(name: ModelPreset, factors: readonly DesignFactor[]): ModelTerms {
  return presetTerms(name, factors.map((factor) => ({ name: factor.name, categorical: factor.kind === 'categorical', distinct: 'levels' in factor ? factor.levels.length : 99 })));
}

/** Numbers in (0, 1) that are the same everywhere (Park & Miller). */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}
