import { Fault } from '../../../schemas/index.ts';
import { basisValue } from '../model.ts';
import type { DesignModel } from '../model.ts';
import { polytopeNodes } from './polytope.ts';
import type { HalfSpace, Node } from './polytope.ts';
import { codedRange, coupledFactors, valuesOf } from './region.ts';
import type { Region } from './region.ts';

/** Numbers tied together beyond this are too many for corners and simplices. */
const mostDimensions = 6;
const mostLevelCombinations = 100_000;

/**
 * W = E f f' over the region, p × p: uniform on every continuous range and over all levels, within constraints and outside forbidden boxes. Exact:
 * free factors by their one-dimensional moments, factors that restrictions tie together by cubature of the degree needed.
 * Throws design_flat_region where the region has no volume, design_region_large where too many factors are tied together.
 */
export function regionMoments(model: DesignModel, region: Region): Float64Array {
  const coupled = coupledFactors(region);
  const nodes = coupled.length === 0 ? [{ point: region.factors.map(() => 0), weight: 1 }] : coupledNodes(model, region, coupled);
  const total = nodes.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) throw new Fault('design_flat_region', 'the allowed region has no volume', { where: { field: 'constraints' } });
  const p = model.columns.length;
  const values = nodes.map(({ point }) => model.columns.map(({ parts }) => parts.reduce((product, { factor, basis }) => (coupled.includes(factor) ? product * basisValue(model, factor, basis, point[factor] as number) : product), 1)));
  const free = freeMoments(model, coupled);
  const w = new Float64Array(p * p);
  for (let a = 0; a < p; a++) {
    for (let b = 0; b <= a; b++) {
      let product = free(a, b);
      if (product !== 0) product *= nodes.reduce((sum, { weight }, n) => sum + weight * ((values[n] as number[])[a] as number) * ((values[n] as number[])[b] as number), 0) / total;
      w[a * p + b] = product;
      w[b * p + a] = product;
    }
  }
  return w;
}

/** Product of the one-dimensional moments of the free factors in columns a and b. */
function freeMoments(model: DesignModel, coupled: readonly number[]): (a: number, b: number) => number {
  const known = new Map<string, number>();
  const moment = (factor: number, first: number, second: number): number => {
    const key = `${factor},${first},${second}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = oneDimensional(model, factor, first, second);
    known.set(key, value);
    return value;
  };
  const basisIn = model.columns.map(({ parts }) => new Map(parts.filter(({ factor }) => !coupled.includes(factor)).map(({ factor, basis }) => [factor, basis])));
  return (a, b) => {
    const first = basisIn[a] as Map<number, number>;
    const second = basisIn[b] as Map<number, number>;
    let product = 1;
    for (const factor of new Set([...first.keys(), ...second.keys()])) product *= moment(factor, first.get(factor) ?? -1, second.get(factor) ?? -1);
    return product;
  };
}

/** Mean of basis function × basis function (−1: the constant) over a factor. */
function oneDimensional(model: DesignModel, k: number, first: number, second: number): number {
  const factor = model.factors[k] as DesignModel['factors'][number];
  const value = (basis: number, x: number): number => (basis < 0 ? 1 : basisValue(model, k, basis, x));
  const levels = valuesOf(factor);
  if (levels !== null) return levels.reduce((sum, x) => sum + value(first, x) * value(second, x), 0) / levels.length;
  const [low, high] = codedRange(factor);
  const e = first + second + 3;
  return (high ** e - low ** e) / (e * (high - low));
}

function coupledNodes(model: DesignModel, region: Region, coupled: readonly number[]): Node[] {
  const { factors } = region;
  const levels = coupled.filter((k) => valuesOf(factors[k] as Region['factors'][number]) !== null);
  // the last share is what the others leave
  const rest = region.shares.at(-1);
  const numbers = coupled.filter((k) => !levels.includes(k) && k !== rest);
  const combinations = levels.reduce((product, k) => product * (valuesOf(factors[k] as Region['factors'][number])?.length ?? 1), 1);
  if (numbers.length > mostDimensions || combinations > mostLevelCombinations) {
    throw new Fault('design_region_large', 'too many factors are tied together by constraints', { where: { field: 'constraints' }, values: { factors: coupled.map((k) => (factors[k] as Region['factors'][number]).name) } });
  }
  // f f' has twice the degree of the highest column in the tied numbers
  const degree = 2 * Math.max(...model.columns.map(({ parts }) => parts.reduce((sum, { factor, basis }) => sum + (numbers.includes(factor) || factor === rest ? basis + 1 : 0), 0)));
  const bounds = [...restBounds(region, numbers), ...numbers.flatMap((k, at): HalfSpace[] => {
    const [low, high] = codedRange(factors[k] as Region['factors'][number]);
    return [{ normal: numbers.map((_, j) => (j === at ? 1 : 0)), limit: high }, { normal: numbers.map((_, j) => (j === at ? -1 : 0)), limit: -low }];
  })];
  const nodes: Node[] = [];
  const point = factors.map(() => 0);
  const visit = (depth: number): void => {
    const k = levels[depth];
    if (k === undefined) {
      addPieces(region, point, numbers, bounds, degree, nodes);
      return;
    }
    for (const value of valuesOf(factors[k] as Region['factors'][number]) ?? []) {
      point[k] = value;
      visit(depth + 1);
    }
  };
  visit(0);
  return nodes;
}

/** Limits of the last share, in terms of the others. */
function restBounds({ shares, factors }: Region, numbers: readonly number[]): HalfSpace[] {
  const rest = shares.at(-1);
  if (rest === undefined) return [];
  const [low, high] = codedRange(factors[rest] as Region['factors'][number]);
  const sum = numbers.map((k) => Number(shares.includes(k)));
  return [{ normal: sum, limit: 1 - low }, { normal: sum.map((weight) => 0 - weight), limit: high - 1 }];
}

/** The polytope at one combination of levels, less the union of the forbidden boxes by inclusion and exclusion. */
function addPieces(region: Region, point: readonly number[], numbers: readonly number[], bounds: readonly HalfSpace[], degree: number, nodes: Node[]): void {
  const { shares } = region;
  const rest = shares.at(-1);
  const halfSpaces = region.constraints.map(({ weights, limit }) => {
    const own = rest === undefined ? 0 : weights[rest] as number;
    return {
      normal: numbers.map((k) => (weights[k] as number) - (shares.includes(k) ? own : 0)),
      limit: limit - own - weights.reduce((sum, weight, k) => sum + (numbers.includes(k) || k === rest ? 0 : weight * (point[k] as number)), 0),
    };
  });
  if (halfSpaces.some(({ normal, limit }) => limit < -1e-9 && normal.every((a) => a === 0))) return;
  const active = halfSpaces.filter(({ normal }) => normal.some((a) => a !== 0));
  const free = rest === undefined ? numbers : [...numbers, rest];
  // each free number as weights of the tied ones and a constant: the last share is 1 less the others
  const unit = (at: number): { weights: number[]; constant: number } => (at < numbers.length ? { weights: numbers.map((_, j) => (j === at ? 1 : 0)), constant: 0 } : { weights: numbers.map((k) => 0 - Number(shares.includes(k))), constant: 1 });
  const boxes = region.boxes.filter((box) => box.every(([low, high], k) => free.includes(k) || ((point[k] as number) >= low - 1e-12 && (point[k] as number) <= high + 1e-12)))
    .map((box) => free.map((k) => box[k] as readonly [number, number]));
  if (boxes.some((box) => box.every(([low, high]) => low === -Infinity && high === Infinity))) return;
  const visit = (from: number, sign: number, cut: readonly (readonly [number, number])[]): void => {
    if (cut.some(([low, high]) => low >= high)) return;
    const sides = cut.flatMap(([low, high], at): HalfSpace[] => {
      const { weights, constant } = unit(at);
      return [...(high < Infinity ? [{ normal: weights, limit: high - constant }] : []), ...(low > -Infinity ? [{ normal: weights.map((weight) => 0 - weight), limit: constant - low }] : [])];
    });
    const found = polytopeNodes([...bounds, ...active, ...sides], numbers.length, degree);
    if (found.length === 0) return;
    for (const node of found) {
      const whole = [...point];
      numbers.forEach((k, at) => {
        whole[k] = node.point[at] as number;
      });
      if (rest !== undefined) whole[rest] = 1 - shares.reduce((sum, k) => sum + (k === rest ? 0 : whole[k] as number), 0);
      nodes.push({ point: whole, weight: sign * node.weight });
    }
    for (let b = from; b < boxes.length; b++) {
      visit(b + 1, -sign, cut.map(([low, high], at) => [Math.max(low, (boxes[b] as (readonly [number, number])[])[at]?.[0] as number), Math.min(high, (boxes[b] as (readonly [number, number])[])[at]?.[1] as number)] as const));
    }
  };
  visit(0, 1, free.map(() => [-Infinity, Infinity] as const));
}
