import { cholesky, normalCdf, stream } from './random.ts';

/** What a machinist sets for one run. */
export interface Condition {
  /** 回転速度, min⁻¹ */
  speed: number;
  /** 送り速度, mm/min */
  feed: number;
  /** UPカット: 1 up-cut, 0 down-cut */
  upCut: number;
  /** 切込量, mm */
  depth: number;
  /** 突出量, mm */
  projection: number;
  /** 載せ率 */
  load: number;
  /** パス数 */
  passes: number;
}

const range = (from: number, to: number, step: number): number[] => Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);

/** The grids of the factors; feed has four more levels at the slow end. */
export const levels = {
  speed: range(1000, 8000, 250),
  feed: [...range(500, 4000, 250), 650, 800, 950, 1100].sort((a, b) => a - b),
  upCut: [0, 1],
  depth: [0.5, 1, 1.5],
  projection: [10, 15, 20],
  load: [0.4, 0.5, 0.6],
  passes: [1, 2, 3],
} as const satisfies Record<keyof Condition, readonly number[]>;

/** Fast runs are more frequent: a linear tilt that puts the mean near the observed 5348 min⁻¹. */
const speedWeights = levels.speed.map((speed) => 1 + 1.94e-4 * (speed - 4500));
/** Log-uniform: a level weighs as much as the logarithmic gap between its neighbours. */
const feedWeights = levels.feed.map((feed, i) => Math.log((levels.feed[i + 1] ?? feed) / (levels.feed[i - 1] ?? feed)));

const weights: Record<keyof Condition, readonly number[]> = {
  speed: speedWeights,
  feed: feedWeights,
  upCut: [0.55, 0.45],
  depth: [0.05, 0.2, 0.75],
  projection: [0.47, 0.24, 0.29],
  load: [0.35, 0.27, 0.38],
  passes: [0.19, 0.24, 0.57],
};

const names = ['speed', 'feed', 'upCut', 'depth', 'projection', 'load', 'passes'] as const satisfies readonly (keyof Condition)[];

/**
 * Correlations of the normal scores behind the levels. They are larger than those wanted between the levels (F–a +0.41,
 * N–P −0.29, F–L −0.20, a–P −0.20) because choosing among few levels loses some.
 */
const links: readonly (readonly [keyof Condition, keyof Condition, number])[] = [
  ['feed', 'depth', 0.57], ['speed', 'passes', -0.34], ['feed', 'projection', -0.23], ['depth', 'passes', -0.28],
];

const scores = cholesky(names.map((row) => names.map((column) => {
  const link = links.find(([a, b]) => (a === row && b === column) || (a === column && b === row));
  return row === column ? 1 : link?.[2] ?? 0;
})));

/** Condition number `index` of a campaign: normal scores with the links above, cut at the cumulated weights of the levels. */
export function drawCondition(seed: number, index: number): Condition {
  const z = names.map((_, factor) => stream(seed, 100 + factor).normal(index));
  const condition: Condition = { speed: 0, feed: 0, upCut: 0, depth: 0, projection: 0, load: 0, passes: 0 };
  names.forEach((name, factor) => {
    const score = (scores[factor] ?? []).reduce((sum, weight, k) => sum + weight * (z[k] ?? 0), 0);
    condition[name] = levelAt(levels[name], weights[name], normalCdf(score));
  });
  return condition;
}

function levelAt(values: readonly number[], weight: readonly number[], probability: number): number {
  let rest = probability * weight.reduce((sum, one) => sum + one, 0);
  const found = values.findIndex((_, i) => (rest -= weight[i] ?? 0) < 0);
  return values[found] ?? values.at(-1) ?? Number.NaN;
}

/** Every combination of the given levels, the last factor fastest. */
export function* factorial(grid: Readonly<Record<keyof Condition, readonly number[]>> = levels): Generator<Condition> {
  for (const speed of grid.speed) for (const feed of grid.feed) for (const upCut of grid.upCut) for (const depth of grid.depth) {
    for (const projection of grid.projection) for (const load of grid.load) for (const passes of grid.passes) {
      yield { speed, feed, upCut, depth, projection, load, passes };
    }
  }
}
