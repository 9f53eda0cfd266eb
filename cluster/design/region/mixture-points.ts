import type { Point } from '../factors.ts';
import { cornersOf } from './polytope.ts';
import type { HalfSpace } from './polytope.ts';
import { codedRange, isAllowed, valuesOf } from './region.ts';
import type { Region } from './region.ts';

/** Beyond so many shares the corners are too many to be looked for. */
const mostShares = 8;

/**
 * Where the variance of a mixture model has its maxima, and optimal designs their runs: extreme vertices of the shares (McLean & Anderson 1966), what lies
 * between two of them at halves and quarters, the centroids of three and of all, each with every combination of the other factors at their levels, or ends and middles.
 * The finest such set of at most `most` points; none when the region has no shares or its corners are too many.
 */
export function mixturePoints(region: Region, most: number): Point[] {
  const { shares, factors } = region;
  if (shares.length === 0 || shares.length > mostShares) return [];
  const corners = extremeVertices(region);
  const others = factors.map((factor, k): readonly number[] => {
    if (shares.includes(k)) return [0];
    const [low, high] = codedRange(factor);
    return valuesOf(factor) ?? [low, (low + high) / 2, high];
  });
  const rest = others.reduce<number[][]>((list, values) => (list.length * values.length > most ? list : list.flatMap((point) => values.map((value) => [...point, value]))), [[]]);
  if (rest[0]?.length !== factors.length) return [];
  const blends = [{ steps: 4, triples: true }, { steps: 2, triples: true }, { steps: 2, triples: false }, { steps: 1, triples: false }].find((one) => blendCount(corners.length, one) * rest.length <= most);
  if (blends === undefined) return [];
  const mixtures = blendsOf(corners, blends);
  return rest.flatMap((point) => mixtures.map((mixture) => point.map((value, k) => (shares.includes(k) ? mixture[shares.indexOf(k)] as number : value)))).filter((point) => isAllowed(region, point));
}

/** Corners of what the limits of the shares, and the constraints on nothing else, leave. */
function extremeVertices({ shares, factors, constraints }: Region): number[][] {
  const free = shares.slice(0, -1);
  const last = shares.at(-1) as number;
  const unit = (at: number, sign: number): number[] => free.map((_, j) => (j === at ? sign : 0));
  const [low, high] = codedRange(factors[last] as Region['factors'][number]);
  const halfSpaces: HalfSpace[] = [
    ...free.flatMap((k, at): HalfSpace[] => {
      const [from, to] = codedRange(factors[k] as Region['factors'][number]);
      return [{ normal: unit(at, 1), limit: to }, { normal: unit(at, -1), limit: -from }];
    }),
    { normal: free.map(() => 1), limit: 1 - low }, { normal: free.map(() => -1), limit: high - 1 },
    ...constraints.filter(({ weights }) => weights.every((weight, k) => weight === 0 || shares.includes(k))).map(({ weights, limit }) => ({ normal: free.map((k) => (weights[k] as number) - (weights[last] as number)), limit: limit - (weights[last] as number) })),
  ];
  return cornersOf(halfSpaces.filter(({ normal }) => normal.some((a) => a !== 0)), free.length).map((corner) => [...corner, 1 - corner.reduce((sum, value) => sum + value, 0)]);
}

interface Blends { steps: number; triples: boolean }

function blendCount(v: number, { steps, triples }: Blends): number {
  return v + (v * (v - 1) / 2) * (steps - 1) + (triples ? (v * (v - 1) * (v - 2)) / 6 : 0) + 1;
}

function blendsOf(corners: readonly number[][], { steps, triples }: Blends): number[][] {
  const mean = (weights: readonly [number, number][]): number[] => (corners[0] as number[]).map((_, m) => weights.reduce((sum, [at, weight]) => sum + weight * (corners[at]?.[m] as number), 0));
  const result = corners.map((corner) => [...corner]);
  corners.forEach((_, a) => {
    for (let b = 0; b < a; b++) {
      for (let s = 1; s < steps; s++) result.push(mean([[a, s / steps], [b, 1 - s / steps]]));
      if (triples) for (let c = 0; c < b; c++) result.push(mean([[a, 1 / 3], [b, 1 / 3], [c, 1 / 3]]));
    }
  });
  return [...result, mean(corners.map((_, at) => [at, 1 / corners.length]))];
}
