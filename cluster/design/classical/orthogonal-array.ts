import { Fault } from '../../../schemas/index.ts';
import { fullFactorial } from './factorial.ts';
import { hadamardMatrix } from './hadamard.ts';

export interface OrthogonalArray {
  name: string;
  /** number of levels of each column */
  levels: readonly number[];
  /** level numbers from 0; runs × columns */
  rows: number[][];
}

export const orthogonalArrayNames = ['L4', 'L8', 'L9', 'L12', 'L16', 'L18', 'L25', 'L27', 'L32', 'L36'] as const;
export type OrthogonalArrayName = (typeof orthogonalArrayNames)[number];

/** Orthogonal arrays of strength 2 (Hedayat, Sloane & Stufken 1999), constructed: 2^(n−1), 3⁴, 2¹3⁷, 5⁶, 3¹³, 2¹¹3¹². */
export function orthogonalArray(name: OrthogonalArrayName): OrthogonalArray {
  switch (name) {
    case 'L4': case 'L8': case 'L12': case 'L16': case 'L32': {
      const rows = hadamardMatrix(Number(name.slice(1))).map((row) => row.slice(1).map((value) => (1 - value) / 2));
      return { name, rows, levels: new Array<number>((rows[0] as number[]).length).fill(2) };
    }
    case 'L9': return linear(name, 3, 2);
    case 'L25': return linear(name, 5, 2);
    case 'L27': return linear(name, 3, 3);
    case 'L18': return developed(name, 6, Array.from({ length: 6 }, (_, i) => [Math.floor(i / 3), i % 3]), [2, 3]);
    case 'L36': return developed(name, 12, orthogonalArray('L12').rows, new Array<number>(11).fill(2));
  }
}

/** The smallest array that has columns for these numbers of levels, and the columns to take. Throws design_no_construction. */
export function arrayFor(levels: readonly number[]): { array: OrthogonalArray; columns: number[] } {
  for (const name of orthogonalArrayNames) {
    const array = orthogonalArray(name);
    const free = array.levels.map((count, at) => ({ count, at }));
    const columns: number[] = [];
    for (const wanted of levels) {
      const place = free.findIndex(({ count }) => count === wanted);
      if (place < 0) break;
      columns.push((free[place] as { at: number }).at);
      free.splice(place, 1);
    }
    if (columns.length === levels.length) return { array, columns };
  }
  throw new Fault('design_no_construction', `no orthogonal array for ${levels.join(' × ')}`, { where: { field: 'factors' }, values: { kind: 'L', size: levels.join(' × ') } });
}

/** Rao–Hamming: the columns are the points of the projective space, the runs its vectors. */
function linear(name: string, q: number, dimensions: number): OrthogonalArray {
  const vectors = fullFactorial(new Array<number>(dimensions).fill(q));
  const points = vectors.filter((vector) => vector.find((v) => v !== 0) === 1);
  return { name, levels: points.map(() => q), rows: vectors.map((run) => points.map((point) => point.reduce((sum, v, i) => sum + v * (run[i] as number), 0) % q)) };
}

/** Bose & Bush 1952: a difference matrix over Z₃, each run repeated with 0, 1 and 2 added, beside columns that are constant over the repeats. */
function developed(name: string, size: number, beside: readonly (readonly number[])[], besideLevels: readonly number[]): OrthogonalArray {
  const d = differenceMatrix(size);
  const rows = Array.from({ length: size }, (_, r) => [0, 1, 2].map((c) => [...(beside[r] as number[]), ...d.map((row) => ((row[r] as number) + c) % 3)])).flat();
  return { name, rows, levels: [...besideLevels, ...new Array<number>(size).fill(3)] };
}

/** size × size over Z₃ in which the difference of any two rows has every element equally often: the first one in lexicographic order. */
function differenceMatrix(size: number): number[][] {
  const each = size / 3;
  const rows: number[][] = [new Array<number>(size).fill(0)];
  const complete = (): boolean => {
    if (rows.length === size) return true;
    const row: number[] = [];
    const counts = rows.map(() => [0, 0, 0]);
    const put = (): boolean => {
      const at = row.length;
      if (at === size) {
        rows.push([...row]);
        if (complete()) return true;
        rows.pop();
        return false;
      }
      for (const value of at === 0 ? [0] : [0, 1, 2]) {
        const differences = rows.map((other) => (value - (other[at] as number) + 3) % 3);
        if (differences.some((difference, k) => ((counts[k] as number[])[difference] as number) >= each)) continue;
        const count = (by: number): void => differences.forEach((difference, k) => {
          (counts[k] as number[])[difference] = ((counts[k] as number[])[difference] as number) + by;
        });
        count(1);
        row.push(value);
        if (put()) return true;
        row.pop();
        count(-1);
      }
      return false;
    };
    return put();
  };
  complete();
  return rows;
}

/** Whether every pair of columns has every pair of levels equally often. */
export function hasStrengthTwo({ rows, levels }: OrthogonalArray): boolean {
  return levels.every((a, i) => levels.slice(i + 1).every((b, offset) => {
    const counts = new Array<number>(a * b).fill(0);
    for (const row of rows) {
      const at = (row[i] as number) * b + (row[i + 1 + offset] as number);
      counts[at] = (counts[at] as number) + 1;
    }
    return counts.every((count) => count === rows.length / (a * b));
  }));
}
