import { shuffled } from './random.ts';

/** Streams of random numbers of this analysis. */
const foldStream = 1;
const holdoutStream = 2;

/**
 * Groups rows with identical values in all given columns (replicates of one condition).
 * @returns group number per row, numbered by first appearance
 */
export function groupRows(columns: readonly Float64Array[], rows: number): { group: Int32Array; groups: number } {
  const numbers = new Map<string, number>();
  const group = new Int32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let key = '';
    for (const column of columns) key += `${column[row]}|`;
    let number = numbers.get(key);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(key, number);
    }
    group[row] = number;
  }
  return { group, groups: numbers.size };
}

/** Groups of some of the rows, numbered anew by first appearance. */
export function regroup(group: ArrayLike<number>): { group: Int32Array; groups: number } {
  return groupRows([Float64Array.from(group)], group.length);
}

/** Every row a group of its own. */
export function singleGroups(rows: number): { group: Int32Array; groups: number } {
  return { group: Int32Array.from({ length: rows }, (_, row) => row), groups: rows };
}

/**
 * Deals whole groups out to folds: groups in random order, each to the fold that has the fewest rows so far.
 * @returns fold number (0…folds-1) per row
 */
export function dealFolds(group: Int32Array, groups: number, folds: number, seed: number): Int32Array {
  const sizes = groupSizes(group, groups);
  const filled = new Array<number>(folds).fill(0);
  const foldOfGroup = new Int32Array(groups);
  for (const number of shuffled(groups, seed, foldStream)) {
    let fold = 0;
    for (let other = 1; other < folds; other += 1) if ((filled[other] as number) < (filled[fold] as number)) fold = other;
    foldOfGroup[number] = fold;
    filled[fold] = (filled[fold] as number) + (sizes[number] as number);
  }
  return group.map((number) => foldOfGroup[number] as number);
}

/** @returns 1 for held-out rows: whole groups in random order until `share` of the rows is reached */
export function holdOut(group: Int32Array, groups: number, share: number, seed: number): Uint8Array {
  const sizes = groupSizes(group, groups);
  const wanted = Math.round(share * group.length);
  const out = new Uint8Array(groups);
  let taken = 0;
  for (const number of shuffled(groups, seed, holdoutStream)) {
    if (taken >= wanted) break;
    out[number] = 1;
    taken += sizes[number] as number;
  }
  return Uint8Array.from(group, (number) => out[number] as number);
}

function groupSizes(group: Int32Array, groups: number): Int32Array {
  const sizes = new Int32Array(groups);
  for (const number of group) sizes[number] = (sizes[number] as number) + 1;
  return sizes;
}
