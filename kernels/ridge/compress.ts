/** F ≈ left · right with few inner columns. */
export interface LowRank {
  rank: number;
  /** rows × rank, column-major. */
  left: Float64Array;
  /** rank × columns, column-major. */
  right: Float64Array;
}

/**
 * Cross approximation with complete pivoting (LU stopped early): the filter factors of a ridge path are smooth in both arguments, so a few terms carry them all.
 * Stops when no entry is further off than `tolerance`. f: rows × columns, column-major.
 */
export function compress(f: Float64Array, rows: number, columns: number, tolerance: number): LowRank {
  const rest = f.slice();
  const left: number[] = [];
  const rights: Float64Array[] = [];
  for (let rank = 0; rank < Math.min(rows, columns); rank++) {
    let pivot = 0;
    for (let at = 1; at < rest.length; at++) if (Math.abs(rest[at] as number) > Math.abs(rest[pivot] as number)) pivot = at;
    const value = rest[pivot] as number;
    if (!(Math.abs(value) > tolerance)) break;
    const row = pivot % rows;
    const column = rest.slice(pivot - row, pivot - row + rows);
    const factors = Float64Array.from({ length: columns }, (_, l) => (rest[l * rows + row] as number) / value);
    factors.forEach((factor, l) => {
      for (let i = 0; i < rows; i++) rest[l * rows + i] = (rest[l * rows + i] as number) - (column[i] as number) * factor;
    });
    left.push(...column);
    rights.push(factors);
  }
  const rank = rights.length;
  const right = new Float64Array(rank * columns);
  rights.forEach((factors, k) => factors.forEach((factor, l) => { right[l * rank + k] = factor; }));
  return { rank, left: Float64Array.from(left), right };
}
