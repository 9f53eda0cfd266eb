/** How alike two rows are. */
export type Similarity = { kernel: 'rbf'; gamma: number } | { kernel: 'linear' };

/** Of the rows of p doubles that begin at a[i] and b[j]. */
export function similarity(a: Float64Array, i: number, b: Float64Array, j: number, p: number, measure: Similarity): number {
  let sum = 0;
  if (measure.kernel === 'linear') {
    for (let k = 0; k < p; k++) sum += (a[i + k] as number) * (b[j + k] as number);
    return sum;
  }
  for (let k = 0; k < p; k++) sum += ((a[i + k] as number) - (b[j + k] as number)) ** 2;
  return Math.exp(-measure.gamma * sum);
}

/** Bytes of similarities that are kept; beyond, the row not asked for longest is worked out anew. */
const KEPT_BYTES = 256 * 2 ** 20;

/** Similarities of row i to all rows, f64[n]; not to be changed. */
export function kernelRows(points: Float64Array, p: number, measure: Similarity): (i: number) => Float64Array {
  const n = points.length / p;
  const most = Math.max(2, Math.floor(KEPT_BYTES / (8 * n)));
  const kept = new Map<number, Float64Array>();
  return (i) => {
    const known = kept.get(i);
    if (known !== undefined) {
      if (kept.size < most) return known;
      kept.delete(i);
      kept.set(i, known);
      return known;
    }
    let row: Float64Array | undefined;
    if (kept.size >= most) {
      const oldest = kept.keys().next().value as number;
      row = kept.get(oldest);
      kept.delete(oldest);
    }
    row ??= new Float64Array(n);
    for (let j = 0; j < n; j++) row[j] = similarity(points, i * p, points, j * p, p, measure);
    kept.set(i, row);
    return row;
  };
}
