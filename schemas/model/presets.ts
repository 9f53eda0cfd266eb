import type { ModelTerms, Term } from './terms.ts';

export const modelPresets = ['main', 'interactions', 'quadratic'] as const;
export type ModelPreset = (typeof modelPresets)[number];

export interface PresetColumn {
  name: string;
  categorical: boolean;
  /** different values among the used rows */
  distinct: number;
}

/** A square tells nothing new about a column of two values. */
const fewestForSquare = 3;

/**
 * `main`: every column; `interactions`: and every product of two; `quadratic`: and the square of every numeric column with at
 * least three values, i.e. the full second-order model. Each contains its parents.
 */
export function presetTerms(preset: ModelPreset, columns: readonly PresetColumn[]): ModelTerms {
  const main = columns.map(({ name }): Term => [{ kind: 'column', column: name }]);
  const squares = columns.filter(({ categorical, distinct }) => !categorical && distinct >= fewestForSquare).map(({ name }): Term => [{ kind: 'power', column: name, exponent: 2 }]);
  const products = main.flatMap((left, i) => main.slice(i + 1).map((right): Term => [...left, ...right]));
  const terms = preset === 'main' ? main : preset === 'interactions' ? [...main, ...products] : [...main, ...squares, ...products];
  return { intercept: true, terms, offsets: [] };
}
