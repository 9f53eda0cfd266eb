/** Relative size of a pivot below which a column of a block depends on those before it: it takes no part. */
const DEPENDENT = 1e-12;

/** Coordinates in which penalties are plain lengths: x̃ = x T with T upper triangular within each block. */
export interface Scaling {
  readonly p: number;
  readonly blocks: readonly (readonly number[])[];
  /** By block: columns that take part. */
  readonly ranks: readonly number[];
  /** Column k of T: its non-zero rows and their values. */
  readonly columns: readonly (readonly (readonly [row: number, value: number])[])[];
}

/** Blocks by group number, in the order in which they come; every column on its own without groups. */
export function blocksOf(p: number, groups: ArrayLike<number> | undefined): number[][] {
  const found = new Map<number, number[]>();
  for (let j = 0; j < p; j++) {
    const group = groups ? (groups[j] as number) : j;
    const block = found.get(group);
    if (block) block.push(j);
    else found.set(group, [j]);
  }
  return [...found.values()];
}

/**
 * Each block to orthonormal columns (variance 1, no correlation), so that its length is the spread of what it adds to the prediction, whatever its coding. A block of one column is
 * divided by its deviation.
 * @param covariance of the columns; 0 for columns that are to take no part
 */
export function orthonormal(p: number, blocks: readonly (readonly number[])[], covariance: (j: number, k: number) => number): Scaling {
  const columns: (readonly (readonly [number, number])[])[] = Array.from({ length: p }, () => []);
  const ranks = blocks.map((block) => {
    /** T of the columns so far, by column. */
    const done: (readonly (readonly [number, number])[])[] = [];
    for (const j of block) {
      const own = covariance(j, j);
      if (!(own > 0)) continue;
      // Gram–Schmidt twice: what is left of column j after the directions so far, as a combination of columns
      const left = new Map<number, number>([[j, 1]]);
      for (let round = 0; round < 2; round++) {
        for (const direction of done) {
          let along = 0;
          for (const [row, value] of left) for (const [other, weight] of direction) along += value * weight * covariance(row, other);
          for (const [other, weight] of direction) left.set(other, (left.get(other) ?? 0) - along * weight);
        }
      }
      let rest = 0;
      for (const [row, value] of left) for (const [other, weight] of left) rest += value * weight * covariance(row, other);
      if (!(rest > DEPENDENT * own)) continue;
      const unit = 1 / Math.sqrt(rest);
      const column = [...left].map(([row, value]) => [row, value * unit] as const);
      done.push(column);
      columns[j] = column;
    }
    return done.length;
  });
  return { p, blocks, ranks, columns };
}

/** Columns as they stand, times a factor each; 0 leaves one out. */
export function diagonal(p: number, blocks: readonly (readonly number[])[], factors: ArrayLike<number>): Scaling {
  const columns = Array.from({ length: p }, (_, j) => (factors[j] === 0 ? [] : [[j, factors[j] as number] as const]));
  return { p, blocks, ranks: blocks.map((block) => block.filter((j) => factors[j] !== 0).length), columns };
}

/** T'GT. */
export function scaleGram({ p, columns }: Scaling, gram: Float64Array): Float64Array {
  const half = new Float64Array(p * p);
  columns.forEach((column, k) => {
    for (const [row, value] of column) for (let i = 0; i < p; i++) half[k * p + i] = (half[k * p + i] as number) + value * (gram[row * p + i] as number);
  });
  const out = new Float64Array(p * p);
  columns.forEach((column, k) => {
    for (const [row, value] of column) for (let i = 0; i < p; i++) out[i * p + k] = (out[i * p + k] as number) + value * (half[i * p + row] as number);
  });
  // both halves the same to the last bit
  for (let i = 0; i < p; i++) for (let j = 0; j < i; j++) out[i * p + j] = out[j * p + i] as number;
  return out;
}

/** T'c. */
export function scaleCross({ columns }: Scaling, cross: Float64Array): Float64Array {
  return Float64Array.from(columns, (column) => column.reduce((sum, [row, value]) => sum + value * (cross[row] as number), 0));
}

/** Coefficients of the columns as they were: T b. */
export function unscale({ p, columns }: Scaling, beta: Float64Array): Float64Array {
  const out = new Float64Array(p);
  columns.forEach((column, k) => {
    const b = beta[k] as number;
    if (b !== 0) for (const [row, value] of column) out[row] = (out[row] as number) + value * b;
  });
  return out;
}
