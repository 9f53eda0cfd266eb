/** Row of the file for each row of the table: only the places where the distance changes are kept. */
export class RowNumbers {
  readonly #rows: number[] = [];
  readonly #distances: number[] = [];

  /** Table row `row` (rising) stands in row `number` of the file. */
  set(row: number, number: number): void {
    const distance = number - row;
    if (this.#distances.at(-1) === distance) return;
    this.#rows.push(row);
    this.#distances.push(distance);
  }

  of(row: number): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#rows[middle] as number) <= row) low = middle + 1;
      else high = middle;
    }
    return row + (this.#distances[Math.max(low - 1, 0)] ?? 2);
  }
}
