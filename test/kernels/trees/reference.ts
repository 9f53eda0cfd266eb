// A plain grower in doubles: row lists, every cut of every feature tried, nothing subtracted. Slow and obvious, to hold the kernels to.

export interface ReferenceOptions {
  learningRate: number; numLeaves: number; maxDepth?: number; minDataInLeaf: number; minSumHessianInLeaf?: number; lambdaL1?: number; lambdaL2?: number; maxDeltaStep?: number; minGainToSplit?: number; growth?: 'leaf-wise' | 'depth-wise';
}

export interface ReferenceNode { feature: number; threshold: number; missingLeft: boolean; low: number; gain: number; runnerUp: number; value: number; rows: number[]; depth: number; children?: [ReferenceNode, ReferenceNode] }

/** x: rows of numbers (NaN = missing); g and h per row. Cuts are midway between distinct values. */
export function referenceTree(x: readonly (readonly number[])[], g: readonly number[], h: readonly number[], options: ReferenceOptions): ReferenceNode {
  const { numLeaves, maxDepth = Infinity, growth = 'leaf-wise' } = options;
  const root = node(x, g, h, x.map((_, i) => i), 0, options);
  let open = [root];
  let leaves = 1;
  while (leaves < numLeaves) {
    open = open.filter((leaf) => leaf.feature >= 0 && leaf.depth < maxDepth);
    const next = growth === 'leaf-wise' ? open.reduce<ReferenceNode | undefined>((best, leaf) => (best === undefined || leaf.gain > best.gain ? leaf : best), undefined) : open[0];
    if (next === undefined) break;
    const goesLeft = (i: number): boolean => {
      const value = x[i]?.[next.feature] as number;
      return Number.isNaN(value) ? next.missingLeft : value <= next.threshold;
    };
    next.children = [node(x, g, h, next.rows.filter(goesLeft), next.depth + 1, options), node(x, g, h, next.rows.filter((i) => !goesLeft(i)), next.depth + 1, options)];
    open = [...open.filter((leaf) => leaf !== next), ...next.children];
    leaves += 1;
  }
  return root;
}

function node(x: readonly (readonly number[])[], g: readonly number[], h: readonly number[], rows: number[], depth: number, options: ReferenceOptions): ReferenceNode {
  const { lambdaL1 = 0, lambdaL2 = 0, maxDeltaStep = Infinity, minDataInLeaf, minSumHessianInLeaf = 0, minGainToSplit = 0, learningRate } = options;
  const shrink = (G: number): number => Math.sign(G) * Math.max(Math.abs(G) - lambdaL1, 0);
  const step = (G: number, H: number): number => Math.max(-maxDeltaStep, Math.min(maxDeltaStep, -shrink(G) / (H + lambdaL2)));
  // what the loss falls by with the values that the sides get; G^2 / (H + lambda) where no limit holds
  const score = (G: number, H: number): number => -(2 * shrink(G) * step(G, H) + (H + lambdaL2) * step(G, H) ** 2);
  const sum = (of: readonly number[], members: readonly number[]): number => members.reduce((total, i) => total + (of[i] as number), 0);
  const G = sum(g, rows);
  const H = sum(h, rows);
  const made: ReferenceNode = { feature: -1, threshold: 0, missingLeft: false, low: 0, gain: 0, runnerUp: 0, value: learningRate * step(G, H), rows, depth };
  for (let f = 0; f < (x[0] as readonly number[]).length; f++) {
    const missing = rows.filter((i) => Number.isNaN(x[i]?.[f]));
    const known = rows.filter((i) => !Number.isNaN(x[i]?.[f])).sort((a, b) => (x[a]?.[f] as number) - (x[b]?.[f] as number));
    for (const missingLeft of missing.length > 0 ? [false, true] : [false]) {
      let gl = missingLeft ? sum(g, missing) : 0;
      let hl = missingLeft ? sum(h, missing) : 0;
      let count = missingLeft ? missing.length : 0;
      for (let k = 0; k < known.length; k++) {
        gl += g[known[k] as number] as number;
        hl += h[known[k] as number] as number;
        count += 1;
        const here = x[known[k] as number]?.[f] as number;
        const next = k + 1 < known.length ? x[known[k + 1] as number]?.[f] as number : Infinity;
        if (next === here || (k + 1 === known.length && (missing.length === 0 || missingLeft))) continue;
        if (Math.min(count, rows.length - count) < minDataInLeaf || Math.min(hl, H - hl) < minSumHessianInLeaf) continue;
        const gain = score(gl, hl) + score(G - gl, H - hl) - score(G, H);
        if (gain > made.gain * (1 + 1e-9) && gain > minGainToSplit + 1e-9) {
          made.runnerUp = made.gain;
          Object.assign(made, { feature: f, threshold: (here + next) / 2, low: here, missingLeft, gain });
        } else made.runnerUp = Math.max(made.runnerUp, gain);
      }
    }
  }
  return made;
}
