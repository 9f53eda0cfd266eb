import type { Matrix } from '../../../kernels/trees/index.ts';

/** How gaps and unknown levels of a column are filled; learnt on training rows only. */
export type ColumnPreparation =
  | { readonly kind: 'number'; readonly median: number; /** a further column says where the value was missing */ readonly flagged: boolean }
  | { readonly kind: 'levels'; readonly known: readonly number[]; /** stands for a level that the training rows do not have: their most frequent one */ readonly usual: number };
export type Preparation = readonly ColumnPreparation[];

/** For kernels of distances and polynomials: medians with a flag (a gap can be informative), and known levels only. */
export function learnPreparation(x: Matrix, categorical: readonly number[]): Preparation {
  return Array.from({ length: x.columns }, (_, j): ColumnPreparation => {
    const values = x.values.subarray(j * x.rows, (j + 1) * x.rows);
    if (categorical.includes(j)) {
      const counts = new Map<number, number>();
      for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
      const known = [...counts.keys()].sort((a, b) => a - b);
      return { kind: 'levels', known, usual: known.reduce((a, b) => ((counts.get(b) as number) > (counts.get(a) as number) ? b : a)) };
    }
    const present = values.filter((value) => !Number.isNaN(value)).sort();
    const middle = present.length / 2;
    const median = present.length === 0 ? 0 : ((present[Math.ceil(middle) - 1] as number) + (present[Math.floor(middle)] as number)) / 2;
    return { kind: 'number', median, flagged: present.length > 0 && present.length < values.length };
  });
}

/** Column-major in, column-major out; the flags follow behind the columns. */
export function prepare(preparation: Preparation, x: Matrix): Matrix {
  const flagged = preparation.flatMap((column, j) => (column.kind === 'number' && column.flagged ? [j] : []));
  const values = new Float64Array(x.rows * (x.columns + flagged.length));
  const at = (i: number, j: number): number => x.values[x.order === 'row-major' ? i * x.columns + j : j * x.rows + i] as number;
  preparation.forEach((column, j) => {
    for (let i = 0; i < x.rows; i++) {
      const value = at(i, j);
      values[j * x.rows + i] = column.kind === 'number' ? (Number.isNaN(value) ? column.median : value) : column.known.includes(value) ? value : column.usual;
    }
  });
  flagged.forEach((j, k) => { for (let i = 0; i < x.rows; i++) values[(x.columns + k) * x.rows + i] = Number(Number.isNaN(at(i, j))); });
  return { values, rows: x.rows, columns: x.columns + flagged.length, order: 'column-major' };
}
