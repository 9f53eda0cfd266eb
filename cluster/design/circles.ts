import type { Candidates } from './candidates.ts';
import { mix } from './random.ts';

/** Below this a look at every candidate costs no more than looks at neighbours. */
const fewestCandidates = 10_000;

/**
 * For every factor the circles of candidates that differ in it alone: next candidate of each, itself when it is alone. A list that was a grid before some of it
 * was taken out still has nearly all of its lines. @returns undefined for short lists
 */
export function candidateCircles({ columns, count }: Candidates): Int32Array<ArrayBuffer>[] | undefined {
  if (count < fewestCandidates) return undefined;
  const hashes = columns.map(hashesOf);
  const total = new Int32Array(count);
  for (const own of hashes) for (let j = 0; j < count; j++) total[j] = (total[j] as number) + (own[j] as number);
  const rest = new Int32Array(count);
  return hashes.map((own, k) => {
    for (let j = 0; j < count; j++) rest[j] = mix((total[j] as number) - (own[j] as number));
    return circlesAlong(columns.filter((_column, other) => other !== k), rest);
  });
}

/** From this share of all possible neighbours on, moves along circles come nearly as far as looks at the whole list. */
const denseShare = 0.5;

/** Whether most of the lines of the grid that the levels span are whole. */
export function isDense(circles: readonly Int32Array[], { columns, count }: Candidates): boolean {
  const neighbours = circles.reduce((sum, next) => sum + neighboursIn(next), 0);
  const possible = count * columns.reduce((sum, column) => sum + new Set(column).size - 1, 0);
  return neighbours >= denseShare * possible;
}

/** Σ (size − 1) over the members of all circles. */
function neighboursIn(next: Int32Array): number {
  const seen = new Uint8Array(next.length);
  let sum = 0;
  for (let j = 0; j < next.length; j++) {
    if (seen[j] === 1) continue;
    let size = 0;
    for (let at = j; seen[at] !== 1; at = next[at] as number) {
      seen[at] = 1;
      size += 1;
    }
    sum += size * (size - 1);
  }
  return sum;
}

function hashesOf(column: Float64Array, k: number): Int32Array {
  const bits = new Int32Array(2);
  const value = new Float64Array(bits.buffer);
  const hashes = new Int32Array(column.length);
  for (let j = 0; j < column.length; j++) {
    value[0] = column[j] as number;
    hashes[j] = mix((bits[0] as number) + mix((bits[1] as number) + k + 1));
  }
  return hashes;
}

/** Rows that agree in all `columns`, whose hashes are given: open addressing, at most half full. */
function circlesAlong(columns: readonly Float64Array[], hashes: Int32Array): Int32Array<ArrayBuffer> {
  const count = hashes.length;
  const mask = 2 ** Math.ceil(Math.log2(2 * count + 2)) - 1;
  const first = new Int32Array(mask + 1).fill(-1);
  const last = new Int32Array(mask + 1);
  const next = new Int32Array(count);
  for (let j = 0; j < count; j++) {
    let at = (hashes[j] as number) & mask;
    while ((first[at] as number) >= 0 && !agree(columns, j, first[at] as number)) at = (at + 1) & mask;
    if ((first[at] as number) < 0) first[at] = j;
    else next[last[at] as number] = j;
    last[at] = j;
    next[j] = first[at] as number;
  }
  return next;
}

function agree(columns: readonly Float64Array[], j: number, other: number): boolean {
  for (const column of columns) if (column[j] !== column[other]) return false;
  return true;
}
