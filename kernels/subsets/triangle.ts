import { dot, orthonormalBasis, residualsOn } from '../regression/index.ts';

/** [columns | y] as an upper triangle: columns[j] has j + 1 entries, `y` one per column; p-sized work replaces work on n rows. */
export interface Triangle {
  columns: Float64Array[];
  y: Float64Array;
  /** Of all columns. */
  rss: number;
}

/** Triangle of full columns; columns must be independent (the caller leaves aliased ones out). */
export function reduceToTriangle(n: number, columns: readonly Float64Array[], y: Float64Array): Triangle {
  const { rank, q, r } = orthonormalBasis(n, columns, 0);
  const e = residualsOn({ n, rank, q, r }, y);
  return {
    columns: Array.from({ length: rank }, (_, j) => r.slice(j * rank, j * rank + j + 1)),
    y: Float64Array.from({ length: rank }, (_, k) => dot(q.subarray(k * n, (k + 1) * n), y)),
    rss: dot(e, e),
  };
}

/** The triangle without column `at`, rotated back to triangular form (Givens); what leaves y joins rss. O((p − at)²). */
export function dropColumn({ columns, y, rss }: Triangle, at: number): Triangle {
  const kept = columns.map((column, j) => (j <= at ? column : column.slice()));
  kept.splice(at, 1);
  const rotated = y.slice();
  for (let j = at; j < kept.length; j++) {
    const column = kept[j] as Float64Array;
    const a = column[j] as number;
    const b = column[j + 1] as number;
    const length = Math.hypot(a, b);
    if (length === 0) continue;
    const c = a / length;
    const s = b / length;
    for (let k = j; k < kept.length; k++) rotate(kept[k] as Float64Array, j, c, s);
    rotate(rotated, j, c, s);
    kept[j] = column.subarray(0, j + 1);
  }
  const lost = rotated[kept.length] as number;
  return { columns: kept, y: rotated.subarray(0, kept.length), rss: rss + lost * lost };
}

function rotate(v: Float64Array, j: number, c: number, s: number): void {
  const a = v[j] as number;
  const b = v[j + 1] as number;
  v[j] = c * a + s * b;
  v[j + 1] = c * b - s * a;
}

/** The triangle of a selection of columns, in the order given. O(p³). */
export function selectColumns({ columns, y, rss }: Triangle, order: readonly number[]): Triangle {
  const p = columns.length;
  const full = order.map((j) => {
    const out = new Float64Array(p);
    out.set(columns[j] as Float64Array);
    return out;
  });
  const { columns: selected, y: projected, rss: lost } = reduceToTriangle(p, full, y);
  return { columns: selected, y: projected, rss: rss + lost };
}
