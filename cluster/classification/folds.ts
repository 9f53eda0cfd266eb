import { randomStream } from '../../kernels/random/index.ts';

/**
 * Deals whole groups to folds so that every fold has its share of both labels: groups with rows of the rarer label first, each to the fold with the fewest of those; the others to the fold with
 * the fewest rows. Groups in random order; depends on the arguments alone.
 * @param y labels 0 and 1
 * @returns fold (0 … folds − 1) of each row
 */
export function dealStratified(group: Int32Array, groups: number, y: Float64Array, folds: number, seed: number): Int32Array {
  const positives = y.reduce((sum, label) => sum + label, 0);
  const rare = positives * 2 <= y.length ? 1 : 0;
  const sizes = new Int32Array(groups);
  const rares = new Int32Array(groups);
  group.forEach((g, row) => {
    sizes[g] = (sizes[g] as number) + 1;
    if (y[row] === rare) rares[g] = (rares[g] as number) + 1;
  });
  const draw = randomStream(seed, 0x666f6c64);
  const order = Array.from({ length: groups }, (_, g) => ({ g, at: draw() })).sort((a, b) => Number((rares[b.g] as number) > 0) - Number((rares[a.g] as number) > 0) || a.at - b.at);
  const rows = new Array<number>(folds).fill(0);
  const rareRows = new Array<number>(folds).fill(0);
  const foldOf = new Int32Array(groups);
  for (const { g } of order) {
    const has = (rares[g] as number) > 0;
    let best = 0;
    for (let fold = 1; fold < folds; fold++) {
      const difference = has ? (rareRows[fold] as number) - (rareRows[best] as number) || (rows[fold] as number) - (rows[best] as number) : (rows[fold] as number) - (rows[best] as number);
      if (difference < 0) best = fold;
    }
    foldOf[g] = best;
    rows[best] = (rows[best] as number) + (sizes[g] as number);
    rareRows[best] = (rareRows[best] as number) + (rares[g] as number);
  }
  return group.map((g) => foldOf[g] as number);
}

/**
 * As `dealStratified` for several labels: groups with the rarest label first, each to the fold with the fewest rows of it; a group of several labels counts by its rarest one.
 * @param y labels 0 … labels − 1
 */
export function dealByLabel(group: Int32Array, groups: number, y: Int32Array, labels: number, folds: number, seed: number): Int32Array {
  const counts = new Int32Array(labels);
  y.forEach((label) => { counts[label]! += 1; });
  const rarest = new Int32Array(groups).fill(-1);
  const sizes = new Int32Array(groups);
  group.forEach((g, row) => {
    const [label, known] = [y[row] as number, rarest[g] as number];
    sizes[g]! += 1;
    if (known < 0 || (counts[label] as number) < (counts[known] as number)) rarest[g] = label;
  });
  const draw = randomStream(seed, 0x6c61626c);
  const order = Array.from({ length: groups }, (_, g) => ({ g, at: draw() })).sort((a, b) => (counts[rarest[a.g] as number] as number) - (counts[rarest[b.g] as number] as number) || (rarest[a.g] as number) - (rarest[b.g] as number) || a.at - b.at);
  const rows = new Int32Array(folds);
  const own = new Int32Array(folds * labels);
  const foldOf = new Int32Array(groups);
  for (const { g } of order) {
    const label = rarest[g] as number;
    let best = 0;
    for (let fold = 1; fold < folds; fold++) {
      const difference = (own[fold * labels + label] as number) - (own[best * labels + label] as number) || (rows[fold] as number) - (rows[best] as number);
      if (difference < 0) best = fold;
    }
    foldOf[g] = best;
    rows[best]! += sizes[g] as number;
    own[best * labels + label]! += sizes[g] as number;
  }
  return group.map((g) => foldOf[g] as number);
}

/** Whole groups of both labels, about a share of each; 1 where a row is kept for the test. */
export function holdOutStratified(group: Int32Array, groups: number, y: Float64Array, share: number, seed: number): Uint8Array | null {
  const parts = Math.round(1 / share);
  if (share <= 0 || parts > groups) return null;
  const fold = dealStratified(group, groups, y, parts, (seed ^ 0x7465) >>> 0);
  return Uint8Array.from(fold, (own) => Number(own === 0));
}

/** Groups of some rows, numbered anew by first appearance. */
export function renumber(group: Int32Array, rows: Int32Array): { group: Int32Array; groups: number } {
  const numbers = new Map<number, number>();
  const out = rows.map((row) => {
    const old = group[row] as number;
    const known = numbers.get(old) ?? numbers.size;
    numbers.set(old, known);
    return known;
  });
  return { group: out, groups: numbers.size };
}
