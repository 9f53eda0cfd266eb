// Gradient histograms of moved records: cell[feature][bin] += packed (gradient, hessian) for every row of a contiguous block.
//
// A record is `stride` bytes: bins (u8, padded to a multiple of four) then the payload of `records.ts`. A cell is an i64, gradient sum in the high 32 bits
// (signed), hessian sum (or count) in the low 32, both in units that cannot overflow, so sums are exact and order-free. Features are `cells` = 32, 64, 128 or 256
// apart; that distance is a literal of each variant because an immediate offset is what makes the loop 0.55 ns an update (0.75 with a table of offsets).
// Cost: one load, add, store of 8 bytes per row and feature. The type argument S carries the distance: 256 * sizeof<S>() bytes.
import { addRowsTogether } from './crew';
import { Grow } from './grow-state';
import { quantise, QUANTISED_ROWS } from './quantise';

// @ts-ignore: decorator
@inline
function group0<S>(row: usize, cells: usize, packed: i64): void {
  let c = cells + (<usize>load<u8>(row, 0) << 3);
  store<i64>(c, load<i64>(c) + packed);
  c = cells + (<usize>load<u8>(row, 1) << 3);
  store<i64>(c, load<i64>(c, 1 * 256 * sizeof<S>()) + packed, 1 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 2) << 3);
  store<i64>(c, load<i64>(c, 2 * 256 * sizeof<S>()) + packed, 2 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 3) << 3);
  store<i64>(c, load<i64>(c, 3 * 256 * sizeof<S>()) + packed, 3 * 256 * sizeof<S>());
}

// @ts-ignore: decorator
@inline
function group1<S>(row: usize, cells: usize, packed: i64): void {
  let c = cells + (<usize>load<u8>(row, 4) << 3);
  store<i64>(c, load<i64>(c, 4 * 256 * sizeof<S>()) + packed, 4 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 5) << 3);
  store<i64>(c, load<i64>(c, 5 * 256 * sizeof<S>()) + packed, 5 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 6) << 3);
  store<i64>(c, load<i64>(c, 6 * 256 * sizeof<S>()) + packed, 6 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 7) << 3);
  store<i64>(c, load<i64>(c, 7 * 256 * sizeof<S>()) + packed, 7 * 256 * sizeof<S>());
}

// @ts-ignore: decorator
@inline
function group2<S>(row: usize, cells: usize, packed: i64): void {
  let c = cells + (<usize>load<u8>(row, 8) << 3);
  store<i64>(c, load<i64>(c, 8 * 256 * sizeof<S>()) + packed, 8 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 9) << 3);
  store<i64>(c, load<i64>(c, 9 * 256 * sizeof<S>()) + packed, 9 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 10) << 3);
  store<i64>(c, load<i64>(c, 10 * 256 * sizeof<S>()) + packed, 10 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 11) << 3);
  store<i64>(c, load<i64>(c, 11 * 256 * sizeof<S>()) + packed, 11 * 256 * sizeof<S>());
}

// @ts-ignore: decorator
@inline
function group3<S>(row: usize, cells: usize, packed: i64): void {
  let c = cells + (<usize>load<u8>(row, 12) << 3);
  store<i64>(c, load<i64>(c, 12 * 256 * sizeof<S>()) + packed, 12 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 13) << 3);
  store<i64>(c, load<i64>(c, 13 * 256 * sizeof<S>()) + packed, 13 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 14) << 3);
  store<i64>(c, load<i64>(c, 14 * 256 * sizeof<S>()) + packed, 14 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 15) << 3);
  store<i64>(c, load<i64>(c, 15 * 256 * sizeof<S>()) + packed, 15 * 256 * sizeof<S>());
}

// @ts-ignore: decorator
@inline
function group4<S>(row: usize, cells: usize, packed: i64): void {
  let c = cells + (<usize>load<u8>(row, 16) << 3);
  store<i64>(c, load<i64>(c, 16 * 256 * sizeof<S>()) + packed, 16 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 17) << 3);
  store<i64>(c, load<i64>(c, 17 * 256 * sizeof<S>()) + packed, 17 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 18) << 3);
  store<i64>(c, load<i64>(c, 18 * 256 * sizeof<S>()) + packed, 18 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 19) << 3);
  store<i64>(c, load<i64>(c, 19 * 256 * sizeof<S>()) + packed, 19 * 256 * sizeof<S>());
}

// @ts-ignore: decorator
@inline
function group5<S>(row: usize, cells: usize, packed: i64): void {
  let c = cells + (<usize>load<u8>(row, 20) << 3);
  store<i64>(c, load<i64>(c, 20 * 256 * sizeof<S>()) + packed, 20 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 21) << 3);
  store<i64>(c, load<i64>(c, 21 * 256 * sizeof<S>()) + packed, 21 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 22) << 3);
  store<i64>(c, load<i64>(c, 22 * 256 * sizeof<S>()) + packed, 22 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 23) << 3);
  store<i64>(c, load<i64>(c, 23 * 256 * sizeof<S>()) + packed, 23 * 256 * sizeof<S>());
}

// @ts-ignore: decorator
@inline
function group6<S>(row: usize, cells: usize, packed: i64): void {
  let c = cells + (<usize>load<u8>(row, 24) << 3);
  store<i64>(c, load<i64>(c, 24 * 256 * sizeof<S>()) + packed, 24 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 25) << 3);
  store<i64>(c, load<i64>(c, 25 * 256 * sizeof<S>()) + packed, 25 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 26) << 3);
  store<i64>(c, load<i64>(c, 26 * 256 * sizeof<S>()) + packed, 26 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 27) << 3);
  store<i64>(c, load<i64>(c, 27 * 256 * sizeof<S>()) + packed, 27 * 256 * sizeof<S>());
}

// @ts-ignore: decorator
@inline
function group7<S>(row: usize, cells: usize, packed: i64): void {
  let c = cells + (<usize>load<u8>(row, 28) << 3);
  store<i64>(c, load<i64>(c, 28 * 256 * sizeof<S>()) + packed, 28 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 29) << 3);
  store<i64>(c, load<i64>(c, 29 * 256 * sizeof<S>()) + packed, 29 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 30) << 3);
  store<i64>(c, load<i64>(c, 30 * 256 * sizeof<S>()) + packed, 30 * 256 * sizeof<S>());
  c = cells + (<usize>load<u8>(row, 31) << 3);
  store<i64>(c, load<i64>(c, 31 * 256 * sizeof<S>()) + packed, 31 * 256 * sizeof<S>());
}

/** Two rows at a time; rows whose bins meet in one cell stay in order because each group finishes row one first. */
// @ts-ignore: decorator
@inline
function accumulate<S>(first: usize, stride: usize, rows: i32, packed: usize, cells: usize, groups: i32): void {
  let row = first;
  let at = packed;
  const pairs = rows >> 1;
  for (let i = 0; i < pairs; i++) {
    const a = load<i64>(at);
    const b = load<i64>(at, 8);
    const next = row + stride;
    if (groups > 0) { group0<S>(row, cells, a); group0<S>(next, cells, b); }
    if (groups > 1) { group1<S>(row, cells, a); group1<S>(next, cells, b); }
    if (groups > 2) { group2<S>(row, cells, a); group2<S>(next, cells, b); }
    if (groups > 3) { group3<S>(row, cells, a); group3<S>(next, cells, b); }
    if (groups > 4) { group4<S>(row, cells, a); group4<S>(next, cells, b); }
    if (groups > 5) { group5<S>(row, cells, a); group5<S>(next, cells, b); }
    if (groups > 6) { group6<S>(row, cells, a); group6<S>(next, cells, b); }
    if (groups > 7) { group7<S>(row, cells, a); group7<S>(next, cells, b); }
    row = next + stride;
    at += 16;
  }
  if (rows & 1) {
    const a = load<i64>(at);
    if (groups > 0) group0<S>(row, cells, a);
    if (groups > 1) group1<S>(row, cells, a);
    if (groups > 2) group2<S>(row, cells, a);
    if (groups > 3) group3<S>(row, cells, a);
    if (groups > 4) group4<S>(row, cells, a);
    if (groups > 5) group5<S>(row, cells, a);
    if (groups > 6) group6<S>(row, cells, a);
    if (groups > 7) group7<S>(row, cells, a);
  }
}

function accumulate1<S>(first: usize, stride: usize, rows: i32, packed: usize, cells: usize): void { accumulate<S>(first, stride, rows, packed, cells, 1); }
function accumulate2<S>(first: usize, stride: usize, rows: i32, packed: usize, cells: usize): void { accumulate<S>(first, stride, rows, packed, cells, 2); }
function accumulate3<S>(first: usize, stride: usize, rows: i32, packed: usize, cells: usize): void { accumulate<S>(first, stride, rows, packed, cells, 3); }
function accumulate4<S>(first: usize, stride: usize, rows: i32, packed: usize, cells: usize): void { accumulate<S>(first, stride, rows, packed, cells, 4); }
function accumulate5<S>(first: usize, stride: usize, rows: i32, packed: usize, cells: usize): void { accumulate<S>(first, stride, rows, packed, cells, 5); }
function accumulate6<S>(first: usize, stride: usize, rows: i32, packed: usize, cells: usize): void { accumulate<S>(first, stride, rows, packed, cells, 6); }
function accumulate7<S>(first: usize, stride: usize, rows: i32, packed: usize, cells: usize): void { accumulate<S>(first, stride, rows, packed, cells, 7); }
function accumulate8<S>(first: usize, stride: usize, rows: i32, packed: usize, cells: usize): void { accumulate<S>(first, stride, rows, packed, cells, 8); }

function tile<S>(first: usize, stride: usize, rows: i32, packed: usize, cells: usize, groups: i32): void {
  switch (groups) {
    case 1: accumulate1<S>(first, stride, rows, packed, cells); break;
    case 2: accumulate2<S>(first, stride, rows, packed, cells); break;
    case 3: accumulate3<S>(first, stride, rows, packed, cells); break;
    case 4: accumulate4<S>(first, stride, rows, packed, cells); break;
    case 5: accumulate5<S>(first, stride, rows, packed, cells); break;
    case 6: accumulate6<S>(first, stride, rows, packed, cells); break;
    case 7: accumulate7<S>(first, stride, rows, packed, cells); break;
    default: accumulate8<S>(first, stride, rows, packed, cells);
  }
}

/** Nodes of so many rows are worth the while of several threads: to be moved (counted first, then), and to be added (others' histograms are merged). */
// @ts-ignore: decorator
@inline export const SHARED_ROWS: i32 = 6144;
// @ts-ignore: decorator
@inline const SHARED_SUMS: i32 = 3072;

/** Adds the rows at `first` to the histogram at `cells` (i64[features padded to 4][1 << g.shift]). */
export function addRows(g: Grow, first: usize, rows: i32, cells: usize): void {
  if (g.crew && rows >= SHARED_SUMS) addRowsTogether(g, first, rows, cells);
  else addBlock(g, first, rows, cells, g.quantised);
}

/** The same by one thread; quantised: i64[QUANTISED_ROWS] scratch. */
export function addBlock(g: Grow, first: usize, rows: i32, cells: usize, quantised: usize): void {
  const stride = <usize>g.stride;
  for (let done = 0; done < rows; done += QUANTISED_ROWS) {
    const count = min(QUANTISED_ROWS, rows - done);
    const block = first + <usize>done * stride;
    quantise(g, block, count, quantised);
    let left = (g.features + 3) >> 2;
    let row = block;
    let at = cells;
    while (left > 0) {
      const groups = min(left, 8);
      if (g.shift == 5) tile<u8>(row, stride, count, quantised, at, groups);
      else if (g.shift == 6) tile<u16>(row, stride, count, quantised, at, groups);
      else if (g.shift == 7) tile<u32>(row, stride, count, quantised, at, groups);
      else tile<u64>(row, stride, count, quantised, at, groups);
      left -= 8;
      row += 32;
      at += <usize>256 << g.shift;
    }
  }
}

export function clearCells(g: Grow, cells: usize): void {
  memory.fill(cells, 0, g.slotBytes);
}
