import { randomStream } from '../random/index.ts';

/**
 * A fold (0 .. count - 1) for each row: rows with equal values stay together, the conditions of either label are dealt out in random order. `count` is what was wanted, or as many as the
 * label with the fewest conditions has.
 */
export function conditionFolds(points: Float64Array, p: number, labels: ArrayLike<number>, wanted: number, seed: number): { folds: Int32Array; count: number } {
  const n = labels.length;
  const places = new Map<string, number[]>();
  for (let i = 0; i < n; i++) {
    const key = points.subarray(i * p, (i + 1) * p).join();
    const known = places.get(key);
    if (known === undefined) places.set(key, [i]);
    else known.push(i);
  }
  // a condition of both labels counts for the one that most of its rows have
  const sides: number[][][] = [[], []];
  for (const rows of places.values()) sides[Number(2 * rows.reduce((sum, i) => sum + (labels[i] as number), 0) >= rows.length)]?.push(rows);
  const count = Math.min(wanted, ...sides.map((side) => side.length));
  const folds = new Int32Array(n);
  if (count < 2) return { folds, count };
  const draw = randomStream(seed, 0x706c6174);
  let next = 0;
  for (const side of sides) {
    for (let k = side.length - 1; k > 0; k--) {
      const other = Math.floor(draw() * (k + 1));
      [side[k], side[other]] = [side[other] as number[], side[k] as number[]];
    }
    for (const rows of side) {
      for (const row of rows) folds[row] = next % count;
      next += 1;
    }
  }
  return { folds, count };
}
