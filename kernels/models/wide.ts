/** Fewer coordinates that say the same of some rows. */
export interface Reduced {
  rank: number;
  /** column-major n × rank */
  coordinates: Float64Array;
  /** Coefficients of the columns, of least squares among those that agree on these rows. */
  back(coefficients: ArrayLike<number>): Float64Array;
}

/** A pivot of the inner products below this share of the largest is rounding. */
const RANK = 1e-12;

/**
 * More columns than rows: whatever is penalised by Σ b² has its solution among combinations of the rows, so that it is found in as many coordinates as rows (the kernel trick of a straight line).
 * Pivoted Cholesky of the inner products of the centred rows, n² p + n³ / 3 operations. The constant must be free: columns are centred.
 * @param x column-major n × p
 */
export function reduceWide(x: Float64Array, n: number, p: number): Reduced {
  const centred = new Float64Array(n * p);
  for (let j = 0; j < p; j++) {
    let mean = 0;
    for (let i = 0; i < n; i++) mean += (x[j * n + i] as number) / n;
    for (let i = 0; i < n; i++) centred[i * p + j] = (x[j * n + i] as number) - mean;
  }
  const product = (a: number, b: number): number => {
    let sum = 0;
    for (let j = 0, ia = a * p, ib = b * p; j < p; j++, ia++, ib++) sum += (centred[ia] as number) * (centred[ib] as number);
    return sum;
  };
  const rest = Float64Array.from({ length: n }, (_, i) => product(i, i));
  const least = RANK * rest.reduce((a, b) => Math.max(a, b), 0);
  const columns: Float64Array[] = [];
  const pivots: number[] = [];
  while (columns.length < n) {
    const pivot = rest.reduce((best, value, i) => (value > (rest[best] as number) ? i : best), 0);
    const root = Math.sqrt(rest[pivot] as number);
    if (!(root * root > least)) break;
    const column = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      if (rest[i] === -1) continue;
      let sum = product(i, pivot);
      for (const before of columns) sum -= (before[i] as number) * (before[pivot] as number);
      column[i] = i === pivot ? root : sum / root;
    }
    for (let i = 0; i < n; i++) if (rest[i] !== -1) rest[i] = Math.max(0, (rest[i] as number) - (column[i] as number) ** 2);
    // a pivot is done: nothing is left of its row
    rest[pivot] = -1;
    columns.push(column);
    pivots.push(pivot);
  }
  const rank = columns.length;
  const coordinates = new Float64Array(n * rank);
  columns.forEach((column, k) => coordinates.set(column, k * n));
  return {
    rank, coordinates,
    back(coefficients) {
      const a = Float64Array.from({ length: rank }, (_, k) => coefficients[k] as number);
      for (let k = rank - 1; k >= 0; k--) {
        for (let m = k + 1; m < rank; m++) a[k]! -= ((columns[k] as Float64Array)[pivots[m] as number] as number) * (a[m] as number);
        a[k]! /= (columns[k] as Float64Array)[pivots[k] as number] as number;
      }
      const out = new Float64Array(p);
      pivots.forEach((row, k) => { for (let j = 0; j < p; j++) out[j]! += (a[k] as number) * (centred[row * p + j] as number); });
      return out;
    },
  };
}
