import { KernelError } from '../errors.ts';
import { checkPoints } from './front.ts';

/**
 * Volume that points f64[n][m] (smaller is better) dominate up to the reference point; points not below it in every coordinate add nothing. Exact: sweeps for m = 2 and 3,
 * the WFG algorithm (While, Bradstreet & Barone 2012) beyond, whose cost grows steeply: hundreds of points in 6 objectives, thousands in 4.
 * Throws KernelError: kernel_shape, no_rows, non_finite_input.
 */
export function hypervolume(points: Float64Array, m: number, reference: ArrayLike<number>): number {
  const n = checkPoints(points, m);
  if (reference.length !== m) throw new KernelError('kernel_shape', `a reference of ${reference.length} values for ${m} objectives`, { length: reference.length, needed: m });
  const limit = Array.from(reference);
  // lengths from the reference down: larger is better, 0 is worthless
  const gains: number[][] = [];
  for (let i = 0; i < n; i++) {
    const gain = limit.map((r, k) => r - (points[i * m + k] as number));
    if (gain.every((g) => g > 0)) gains.push(gain);
  }
  return volume(m <= 3 ? gains : best(gains), m);
}

/** Volume of the union of boxes [0, gain]. */
function volume(gains: number[][], m: number): number {
  if (gains.length === 0) return 0;
  if (m === 1) return gains.reduce((top, g) => Math.max(top, g[0] as number), 0);
  if (m === 2) return area(gains);
  gains.sort((a, b) => (b[m - 1] as number) - (a[m - 1] as number));
  if (m === 3) return sweep(gains);
  let sum = 0;
  // worst last coordinate first: what a box adds beyond the later ones is cut to its own size
  for (let i = gains.length - 1; i >= 0; i--) {
    const own = gains[i] as number[];
    const others = best(gains.slice(0, i).map((g) => own.map((v, k) => Math.min(v, g[k] as number))), m - 1);
    const base = own.slice(0, m - 1);
    // the others reach at least as far in the last coordinate, so the exclusive part is a prism
    sum += (own[m - 1] as number) * (base.reduce((p, v) => p * v, 1) - volume(others.map((g) => g.slice(0, m - 1)), m - 1));
  }
  return sum;
}

function area(gains: number[][]): number {
  gains.sort((a, b) => (b[0] as number) - (a[0] as number));
  let reached = 0;
  let sum = 0;
  for (const [x, y] of gains as [number, number][]) {
    if (y <= reached) continue;
    sum += x * (y - reached);
    reached = y;
  }
  return sum;
}

/** Three coordinates, last one descending: the area of the first two grows box by box. */
function sweep(gains: number[][]): number {
  // x descending, y ascending
  const stairs: [number, number][] = [];
  let flat = 0;
  let sum = 0;
  gains.forEach(([x = 0, y = 0, z = 0], i) => {
    flat += insert(stairs, x, y);
    sum += flat * (z - (gains[i + 1]?.[2] ?? 0));
  });
  return sum;
}

/** Puts the box into the staircase; returns the area it adds. */
function insert(stairs: [number, number][], x: number, y: number): number {
  // first step that is not further in x
  let low = 0;
  let high = stairs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stairs[middle] as [number, number])[0] >= x) low = middle + 1;
    else high = middle;
  }
  const floor = stairs[low - 1]?.[1] ?? 0;
  if (floor >= y) return 0;
  let added = 0;
  let under = floor;
  let end = low;
  for (; end < stairs.length && (stairs[end] as [number, number])[1] <= y; end++) {
    const [a, b] = stairs[end] as [number, number];
    added += (x - a) * (b - under);
    under = b;
  }
  // left of the box, what is above the last step swallowed reaches to the next one
  const [a = 0] = stairs[end] ?? [];
  added += (x - a) * (y - under);
  stairs.splice(low, end - low, [x, y]);
  return added;
}

/** Boxes that no other holds (by the first `m` coordinates). */
function best(gains: number[][], m = gains[0]?.length ?? 0): number[][] {
  const sorted = gains.map((g) => ({ g, sum: g.slice(0, m).reduce((s, v) => s + v, 0) })).sort((a, b) => b.sum - a.sum);
  const kept: number[][] = [];
  for (const { g } of sorted) if (!kept.some((k) => holds(k, g, m))) kept.push(g);
  return kept;
}

function holds(a: number[], b: number[], m: number): boolean {
  for (let k = 0; k < m; k++) if ((a[k] as number) < (b[k] as number)) return false;
  return true;
}
