import type { Ensemble } from '../../../kernels/trees/index.ts';

/** Random trees of up to seven leaves on features that repeat on a path, with covers that need not agree with any data. */
export function randomEnsemble(draw: () => number, features: number, trees: number): Ensemble {
  const nodes: { left: number; feature: number; threshold: number; flags: number; value: number; cover: number }[] = [];
  const roots = [0];
  for (let t = 0; t < trees; t++) {
    const root = nodes.length;
    nodes.push({ left: -1, feature: 0, threshold: 0, flags: 0, value: draw() - 0.5, cover: 100 });
    for (let split = 0; split < 6; split++) {
      const leaf = root + Math.floor(draw() * (nodes.length - root));
      const node = nodes[leaf] as (typeof nodes)[number];
      if (node.left >= 0) continue;
      Object.assign(node, { left: nodes.length - root, feature: Math.floor(draw() * features), threshold: draw(), flags: 4 + Math.floor(draw() * 2) });
      const share = 0.05 + 0.9 * draw();
      for (const part of [share, 1 - share]) nodes.push({ left: -1, feature: 0, threshold: 0, flags: 0, value: draw() - 0.5, cover: node.cover * part });
    }
    roots.push(nodes.length);
  }
  const column = (name: 'left' | 'feature' | 'threshold' | 'flags' | 'value' | 'cover'): number[] => nodes.map((node) => node[name]);
  return {
    features, featureNames: [], link: 'identity', outputs: 1, base: [0.25], average: false, arithmetic: 'f64', weighting: 'cover', roots: Int32Array.from(roots), left: Int32Array.from(column('left')), feature: Int32Array.from(column('feature')),
    threshold: Float64Array.from(column('threshold')), flags: Uint8Array.from(column('flags')), value: Float64Array.from(column('value')), gain: new Float64Array(nodes.length), cover: Float64Array.from(column('cover')),
    rows: new Int32Array(nodes.length),
  };
}

/** E[score | features of the set], by walking both branches where the feature is not in it. */
export function conditional(e: Ensemble, x: readonly number[], set: number): number {
  let total = e.base[0] as number;
  for (let t = 0; t + 1 < e.roots.length; t++) {
    const root = e.roots[t] as number;
    const walk = (i: number): number => {
      const left = e.left[root + i] as number;
      if (left < 0) return e.value[root + i] as number;
      const f = e.feature[root + i] as number;
      if ((set >> f) & 1) {
        const value = x[f] as number;
        const goesLeft = Number.isNaN(value) ? ((e.flags[root + i] as number) & 1) === 1 : value <= (e.threshold[root + i] as number);
        return walk(goesLeft ? left : left + 1);
      }
      const share = (e.cover[root + left] as number) / (e.cover[root + i] as number);
      return share * walk(left) + (1 - share) * walk(left + 1);
    };
    total += walk(0);
  }
  return total;
}
