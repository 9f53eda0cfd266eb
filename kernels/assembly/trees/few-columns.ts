// Histograms of some columns only: for nodes of a forest, each of which looks at other features, so that subtraction does not pay. Four columns at a time.
import { Grow } from './grow-state';
import { quantise, QUANTISED_ROWS } from './quantise';

/** Histogram of column f among those at `cells`. */
// @ts-ignore: decorator
@inline
export function cellsOfColumn(g: Grow, cells: usize, f: i32): usize {
  return cells + (<usize>f << (g.shift + 3));
}

/** Histograms of the columns columns[0 .. count) (i32) of the rows at `first`, in their places at `cells`. Cost: one load, add, store of 8 bytes per row and column. */
export function addColumns(g: Grow, first: usize, rows: i32, columns: usize, count: i32, cells: usize): void {
  const stride = <usize>g.stride;
  for (let i = 0; i < count; i++) memory.fill(cellsOfColumn(g, cells, load<i32>(columns + (<usize>i << 2))), 0, <usize>8 << g.shift);
  for (let done = 0; done < rows; done += QUANTISED_ROWS) {
    const block = min(QUANTISED_ROWS, rows - done);
    const row = first + <usize>done * stride;
    quantise(g, row, block, g.quantised);
    let i = 0;
    for (; i + 3 < count; i += 4) addFour(g, row, block, columns + (<usize>i << 2), cells);
    for (; i < count; i++) addOne(g, row, block, load<i32>(columns + (<usize>i << 2)), cells);
  }
}

function addFour(g: Grow, first: usize, rows: i32, columns: usize, cells: usize): void {
  const a = load<i32>(columns);
  const b = load<i32>(columns, 4);
  const c = load<i32>(columns, 8);
  const d = load<i32>(columns, 12);
  const cellsA = cellsOfColumn(g, cells, a);
  const cellsB = cellsOfColumn(g, cells, b);
  const cellsC = cellsOfColumn(g, cells, c);
  const cellsD = cellsOfColumn(g, cells, d);
  const stride = <usize>g.stride;
  let row = first;
  let at = g.quantised;
  for (const end = at + (<usize>rows << 3); at < end; at += 8, row += stride) {
    const packed = load<i64>(at);
    let cell = cellsA + (<usize>load<u8>(row + a) << 3);
    store<i64>(cell, load<i64>(cell) + packed);
    cell = cellsB + (<usize>load<u8>(row + b) << 3);
    store<i64>(cell, load<i64>(cell) + packed);
    cell = cellsC + (<usize>load<u8>(row + c) << 3);
    store<i64>(cell, load<i64>(cell) + packed);
    cell = cellsD + (<usize>load<u8>(row + d) << 3);
    store<i64>(cell, load<i64>(cell) + packed);
  }
}

function addOne(g: Grow, first: usize, rows: i32, f: i32, cells: usize): void {
  const column = cellsOfColumn(g, cells, f);
  const stride = <usize>g.stride;
  let row = first + f;
  let at = g.quantised;
  for (const end = at + (<usize>rows << 3); at < end; at += 8, row += stride) {
    const cell = column + (<usize>load<u8>(row) << 3);
    store<i64>(cell, load<i64>(cell) + load<i64>(at));
  }
}
