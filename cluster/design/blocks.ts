import { choleskyOf } from './algebra.ts';
import type { Point } from './factors.ts';
import { modelMatrix, type DesignModel } from './model.ts';
import { shuffled } from './random.ts';

const starts = 10;

/** Sizes of blocks that differ by one at most, the larger first. */
export function blockSizes(runs: number, blocks: number): number[] {
  return Array.from({ length: blocks }, (_, b) => Math.floor(runs / blocks) + (b < runs % blocks ? 1 : 0));
}

/**
 * Puts given runs into blocks so that the block-centred information of the model, |X'X − Σ s s'/size|, is largest: pairs are swapped between blocks
 * until no swap helps, from ten random assignments (Cook & Nachtsheim 1989). @returns block of each run, from 0
 */
export function assignBlocks(model: DesignModel, points: readonly Point[], blocks: number, seed: number): number[] {
  const p = model.columns.length;
  const n = points.length;
  const x = modelMatrix(model, points);
  const used = model.columns.map((_, j) => j).filter((j) => (model.columns[j]?.parts.length ?? 0) > 0);
  const q = used.length;
  const row = (i: number): Float64Array => Float64Array.from(used, (j) => x[i * p + j] as number);
  const rows = Array.from({ length: n }, (_, i) => row(i));
  const sizes = blockSizes(n, blocks);
  const total = new Float64Array(q * q);
  // a little of everything keeps a design that cannot estimate the model within blocks comparable
  for (const f of rows) for (let a = 0; a < q; a++) for (let b = 0; b < q; b++) total[a * q + b] = (total[a * q + b] as number) + (f[a] as number) * (f[b] as number) + (a === b ? 1e-6 / n : 0);
  const score = (of: readonly number[]): number => {
    const sums = sizes.map(() => new Float64Array(q));
    of.forEach((block, i) => rows[i]?.forEach((value, a) => {
      (sums[block] as Float64Array)[a] = ((sums[block] as Float64Array)[a] as number) + value;
    }));
    const m = total.slice();
    sums.forEach((s, block) => {
      for (let a = 0; a < q; a++) for (let b = 0; b < q; b++) m[a * q + b] = (m[a * q + b] as number) - ((s[a] as number) * (s[b] as number)) / (sizes[block] as number);
    });
    const l = choleskyOf(m, q, 1e-13);
    return l === undefined ? -Infinity : used.reduce((sum, _, a) => sum + 2 * Math.log(l[a * q + a] as number), 0);
  };
  let best: number[] = [];
  let bestScore = -Infinity;
  for (let start = 0; start < starts; start++) {
    const order = shuffled(n, seed, start * n);
    const of = new Array<number>(n).fill(0);
    let at = 0;
    sizes.forEach((size, block) => {
      for (let k = 0; k < size; k++) of[order[at++] as number] = block;
    });
    let reached = score(of);
    for (let improved = true; improved;) {
      improved = false;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < i; j++) {
          if (of[i] === of[j]) continue;
          [of[i], of[j]] = [of[j] as number, of[i] as number];
          const next = score(of);
          if (next > reached + 1e-10) {
            reached = next;
            improved = true;
          } else [of[i], of[j]] = [of[j] as number, of[i] as number];
        }
      }
    }
    if (best.length === 0 || reached > bestScore + 1e-10) [best, bestScore] = [[...of], reached];
  }
  return best;
}
