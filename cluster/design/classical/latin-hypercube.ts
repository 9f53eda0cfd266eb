import { randomAt, shuffled } from '../random.ts';

/** Trial swaps for every cell of the design. */
const effort = 40;
/** Power of φ_p: high enough to act on the closest pairs first, low enough not to see only one of them (Morris & Mitchell 1995). */
const power = 15;

/**
 * Latin hypercube, coded (middles of n equal intervals of [−1, 1], each once a factor), improved by swaps within columns that lower φ_p of the
 * pairwise distances: a maximin design. A function of (n, k, seed).
 */
export function latinHypercube(n: number, k: number, seed: number): number[][] {
  const rows = Array.from({ length: n }, () => new Array<number>(k).fill(0));
  for (let j = 0; j < k; j++) {
    shuffled(n, seed, j * n).forEach((level, i) => {
      (rows[i] as number[])[j] = level;
    });
  }
  const squared = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_v, o) => distance(rows[i] as number[], rows[o] as number[])));
  const part = (d: number): number => (d === 0 ? Infinity : d ** (-power / 2));
  for (let trial = 0, counter = k * n; trial < effort * n * k && n > 2; trial++, counter += 3) {
    const j = Math.floor(randomAt(seed, counter) * k);
    const a = Math.floor(randomAt(seed, counter + 1) * n);
    const b = (a + 1 + Math.floor(randomAt(seed, counter + 2) * (n - 1))) % n;
    const [ra, rb] = [rows[a] as number[], rows[b] as number[]];
    const [va, vb] = [ra[j] as number, rb[j] as number];
    let before = 0;
    let after = 0;
    for (let i = 0; i < n; i++) {
      if (i === a || i === b) continue;
      const v = (rows[i] as number[])[j] as number;
      const shift = (vb - v) ** 2 - (va - v) ** 2;
      const [da, db] = [(squared[a] as Float64Array)[i] as number, (squared[b] as Float64Array)[i] as number];
      before += part(da) + part(db);
      after += part(da + shift) + part(db - shift);
    }
    if (!(after < before)) continue;
    for (let i = 0; i < n; i++) {
      if (i === a || i === b) continue;
      const v = (rows[i] as number[])[j] as number;
      const shift = (vb - v) ** 2 - (va - v) ** 2;
      for (const [row, change] of [[a, shift], [b, -shift]] as const) {
        const d = ((squared[row] as Float64Array)[i] as number) + change;
        (squared[row] as Float64Array)[i] = d;
        (squared[i] as Float64Array)[row] = d;
      }
    }
    ra[j] = vb;
    rb[j] = va;
  }
  return rows.map((row) => row.map((level) => (2 * level + 1) / n - 1));
}

function distance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, v, j) => sum + (v - (b[j] as number)) ** 2, 0);
}
