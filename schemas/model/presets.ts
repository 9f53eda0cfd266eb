import type { ModelTerms, Term } from './terms.ts';

export const modelPresets = ['main', 'interactions', 'quadratic'] as const;
export type ModelPreset = (typeof modelPresets)[number];

export interface PresetColumn {
  name: string;
  categorical: boolean;
  /** different values among the used rows */
  distinct: number;
  /** a share of a mixture, which adds up to 1 with the others */
  share?: boolean;
}

/** A square tells nothing new about a column of two values. */
const fewestForSquare = 3;

/**
 * `main`: every column; `interactions`: and every product of two; `quadratic`: and the square of every numeric column with at
 * least three values, i.e. the full second-order model. Each contains its parents.
 * With shares of a mixture there is no constant and no square of a share (Scheffé 1958); the products of the last share with what is not one are left out,
 * because those of all shares add up to the other factor itself: the same space as Σ βᵢxᵢ + Σ βᵢⱼxᵢxⱼ + Σ γᵢₖxᵢzₖ + Σ αₖₗzₖzₗ (Kowalski, Cornell & Vining 2002).
 */
export function presetTerms(preset: ModelPreset, columns: readonly PresetColumn[]): ModelTerms {
  const main = columns.map(({ name }): Term => [{ kind: 'column', column: name }]);
  const squares = columns.filter(({ categorical, distinct, share }) => !categorical && share !== true && distinct >= fewestForSquare).map(({ name }): Term => [{ kind: 'power', column: name, exponent: 2 }]);
  const last = columns.findLastIndex(({ share }) => share === true);
  const isSpanned = (i: number, j: number): boolean => (i === last && columns[j]?.share !== true) || (j === last && columns[i]?.share !== true);
  const products = main.flatMap((left, i) => main.flatMap((right, j): Term[] => (j <= i || isSpanned(i, j) ? [] : [[...left, ...right]])));
  const terms = preset === 'main' ? main : preset === 'interactions' ? [...main, ...products] : [...main, ...squares, ...products];
  return { intercept: last < 0, terms, offsets: [] };
}
