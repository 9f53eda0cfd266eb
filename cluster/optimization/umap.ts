import { drawAt } from '../design/index.ts';

/** As the original has them (spec §1.3): neighbours, least distance in the picture. */
const neighbours = 15;
/** a, b of 1 / (1 + a d^(2b)) for a least distance of 0.1 and a spread of 1 (McInnes, Healy & Melville 2018, fitted). */
const shape = { a: 1.576943460405378, b: 0.8950608781227859 } as const;
const epochs = 200;
const negatives = 5;
const reach = 10;

/**
 * UMAP of a few thousand rows in two dimensions: exact neighbours, fuzzy union, stochastic gradient from a linear start. Draws are counter-based,
 * so the picture is a function of (rows, start, seed). O(n² · columns) for the neighbours.
 */
export function umap(rows: readonly (readonly number[])[], start: readonly (readonly [number, number])[], seed: number): [number, number][] {
  const n = rows.length;
  if (n < 3) return start.map(([x, y]) => [x, y]);
  const edges = fuzzyEdges(rows, Math.min(neighbours, n - 1));
  const scale = reach / Math.max(1e-12, ...start.flat().map(Math.abs));
  // equal rows would stay on one point for ever: a hair of noise tells them apart
  const place = start.map(([x, y], i) => [x * scale + 1e-2 * (drawAt(seed, 2 * i) - 0.5), y * scale + 1e-2 * (drawAt(seed, 2 * i + 1) - 0.5)]);
  const heaviest = edges.reduce((most, { weight }) => Math.max(most, weight), 0);
  const every = edges.map(({ weight }) => heaviest / weight);
  const next = [...every];
  let counter = 2 * n;
  const clip = (value: number): number => Math.max(-4, Math.min(4, value));
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = 1 - epoch / epochs;
    edges.forEach(({ from, to }, e) => {
      if ((next[e] as number) > epoch) return;
      next[e] = (next[e] as number) + (every[e] as number);
      const [p, q] = [place[from] as number[], place[to] as number[]];
      const near = squared(p, q);
      const pull = near > 0 ? (-2 * shape.a * shape.b * near ** (shape.b - 1)) / (1 + shape.a * near ** shape.b) : 0;
      for (let d = 0; d < 2; d++) {
        const step = clip(pull * ((p[d] as number) - (q[d] as number))) * rate;
        p[d] = (p[d] as number) + step;
        q[d] = (q[d] as number) - step;
      }
      for (let k = 0; k < negatives; k++) {
        const other = Math.floor(drawAt(seed, counter++) * n);
        if (other === from) continue;
        const r = place[other] as number[];
        const far = squared(p, r);
        const push = far > 0 ? (2 * shape.b) / ((0.001 + far) * (1 + shape.a * far ** shape.b)) : 0;
        for (let d = 0; d < 2; d++) p[d] = (p[d] as number) + (push > 0 ? clip(push * ((p[d] as number) - (r[d] as number))) : 0) * rate;
      }
    });
  }
  return place.map(([x, y]) => [x as number, y as number]);
}

interface Edge { from: number; to: number; weight: number }

/** Memberships in the neighbourhoods, p + q − pq of both directions. */
function fuzzyEdges(rows: readonly (readonly number[])[], k: number): Edge[] {
  const n = rows.length;
  const weights = new Map<number, number>();
  const target = Math.log2(k);
  rows.forEach((row, i) => {
    const near = rows.map((other, j) => ({ j, d: Math.sqrt(squared(row, other)) })).filter(({ j }) => j !== i).sort((a, b) => a.d - b.d || a.j - b.j).slice(0, k);
    const rho = near.find(({ d }) => d > 0)?.d ?? 0;
    let [low, high, sigma] = [0, Infinity, 1];
    for (let step = 0; step < 64; step++) {
      const sum = near.reduce((total, { d }) => total + Math.exp(-Math.max(0, d - rho) / sigma), 0);
      if (Math.abs(sum - target) < 1e-5) break;
      if (sum > target) high = sigma;
      else low = sigma;
      sigma = high === Infinity ? sigma * 2 : (low + high) / 2;
    }
    for (const { j, d } of near) weights.set(i * n + j, Math.exp(-Math.max(0, d - rho) / Math.max(sigma, 1e-3)));
  });
  return [...weights].flatMap(([key, weight]) => {
    const [from, to] = [Math.floor(key / n), key % n];
    const back = weights.get(to * n + from) ?? 0;
    // each pair once, from its first mention
    return back > 0 && to < from ? [] : [{ from, to, weight: weight + back - weight * back }];
  });
}

function squared(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, j) => sum + (value - (b[j] as number)) ** 2, 0);
}
