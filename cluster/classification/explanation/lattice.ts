import type { Matrix } from '../../../kernels/trees/index.ts';
import { thinned, type Factor } from './factors.ts';

/** Settings of the factors by all combinations of some of their levels. */
export interface Lattice {
  /** of each factor the levels that vary, one where it is held */
  readonly levels: readonly (readonly (readonly number[])[])[];
  /** number of each factor's levels, the last fastest */
  readonly sizes: readonly number[];
  readonly x: Matrix;
}

/**
 * As many combinations as are allowed: two levels of every factor, the most important first, then one more wherever there is room; ordered factors keep their ends. What there is no room for is held at its
 * usual level.
 * @param importance of each factor; larger ones get more levels
 */
export function latticeOf(factors: readonly Factor[], features: number, importance: readonly number[], most: number): Lattice {
  const order = factors.map((_, f) => f).sort((a, b) => (importance[b] as number) - (importance[a] as number) || a - b);
  const sizes = factors.map(() => 1);
  const fits = (f: number, size: number): boolean => sizes.reduce((product, own, k) => product * (k === f ? size : own), 1) <= most;
  // a choice without an order is there as a whole or not at all
  for (const f of order) {
    const { levels, ordered } = factors[f] as Factor;
    const wanted = ordered ? Math.min(2, levels.length) : levels.length;
    if (fits(f, wanted)) sizes[f] = wanted;
  }
  for (let grown = true; grown;) {
    grown = false;
    for (const f of order) {
      const { levels, ordered } = factors[f] as Factor;
      const next = (sizes[f] as number) + 1;
      if (!ordered || sizes[f] === 1 || next > levels.length || !fits(f, next)) continue;
      sizes[f] = next;
      grown = true;
    }
  }
  const levels = factors.map((factor, f) => (sizes[f] === 1 ? [factor.levels[factor.usual] as readonly number[]] : thinned(factor, sizes[f] as number)));
  return { levels, sizes: levels.map(({ length }) => length), x: combinations(factors, levels, features) };
}

/** All combinations of levels as rows of features, column-major. */
export function combinations(factors: readonly Factor[], levels: readonly (readonly (readonly number[])[])[], features: number): Matrix {
  const rows = levels.reduce((product, { length }) => product * length, 1);
  const values = new Float64Array(rows * features);
  let inner = rows;
  factors.forEach(({ columns }, f) => {
    const own = levels[f] as readonly (readonly number[])[];
    inner /= own.length;
    columns.forEach((j, k) => { for (let row = 0; row < rows; row++) values[j * rows + row] = own[Math.floor(row / inner) % own.length]?.[k] as number; });
  });
  return { values, rows, columns: features, order: 'column-major' };
}
