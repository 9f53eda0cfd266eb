import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { checkPoints, paretoFront } from './front.ts';

/**
 * A front thinned for pictures and tables: the range of each objective over the given points is cut into cells of `epsilon` of it, each cell keeps the point nearest its best corner, cells that
 * another cell dominates are dropped (Laumanns et al. 2002). Every point dropped is within epsilon of one kept in each objective. Numbers, ascending.
 * points: f64[n][m], smaller is better; epsilon in (0, 1]. Throws KernelError as `paretoFront`, kernel_domain.
 */
export function epsilonFront(kernels: Kernels, points: Float64Array, m: number, epsilon: number): Int32Array {
  const n = checkPoints(points, m);
  if (!(epsilon > 0 && epsilon <= 1)) throw new KernelError('kernel_domain', `epsilon = ${epsilon} must be above 0 and at most 1`, { name: 'epsilon', value: epsilon });
  const unit = normalise(points, m);
  const cells = unit.map((value) => Math.floor(value / epsilon));
  const nearest = new Map<string, { row: number; distance: number }>();
  for (let i = 0; i < n; i++) {
    const cell = cells.subarray(i * m, (i + 1) * m);
    let distance = 0;
    for (let k = 0; k < m; k++) distance += ((unit[i * m + k] as number) - (cell[k] as number) * epsilon) ** 2;
    const key = cell.join();
    const known = nearest.get(key);
    if (known === undefined || distance < known.distance) nearest.set(key, { row: i, distance });
  }
  const rows = Int32Array.from([...nearest.values()], ({ row }) => row).sort();
  const chosen = new Float64Array(rows.length * m);
  rows.forEach((row, k) => { chosen.set(cells.subarray(row * m, (row + 1) * m), k * m); });
  return paretoFront(kernels, chosen, m).map((k) => rows[k] as number);
}

/**
 * Number of the point furthest below the plane through the ends of the front, objectives scaled to their range over the points: the best bargain when nothing else is known.
 * The first of equals. points: f64[n][m], smaller is better, taken to be a front.
 */
export function kneePoint(points: Float64Array, m: number): number {
  const n = checkPoints(points, m);
  const unit = normalise(points, m);
  let best = 0;
  let least = Infinity;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let k = 0; k < m; k++) sum += unit[i * m + k] as number;
    if (sum < least) {
      least = sum;
      best = i;
    }
  }
  return best;
}

/** Each objective from 0 (best of the points) to 1; 0 where it does not vary. */
function normalise(points: Float64Array, m: number): Float64Array {
  const low = new Float64Array(m).fill(Infinity);
  const high = new Float64Array(m).fill(-Infinity);
  points.forEach((value, k) => {
    low[k % m] = Math.min(low[k % m] as number, value);
    high[k % m] = Math.max(high[k % m] as number, value);
  });
  return points.map((value, k) => ((high[k % m] as number) > (low[k % m] as number) ? (value - (low[k % m] as number)) / ((high[k % m] as number) - (low[k % m] as number)) : 0));
}
