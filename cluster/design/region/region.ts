import { Fault } from '../../../schemas/index.ts';
import { codedLevels, encodeNumber, limitsOf } from '../factors.ts';
import type { DesignFactor, Point } from '../factors.ts';

/** Σ weight · setting ≤ limit, in the user's units; names only factors that are numbers. */
export interface LinearConstraint {
  weights: Readonly<Record<string, number>>;
  limit: number;
}

/** Settings that may not occur together: ranges of numbers (user's units), or level names. */
export type Forbidden = Readonly<Record<string, { low: number; high: number } | readonly string[]>>;

/** Where experiments are possible, in coded values (a category: the number of its level). */
export interface Region {
  factors: readonly DesignFactor[];
  /** weights · point ≤ limit */
  constraints: readonly { weights: readonly number[]; limit: number }[];
  /** a point whose every value lies in its [low, high] is not allowed */
  boxes: readonly (readonly (readonly [number, number])[])[];
  /** factors that are shares of one whole, whose sum of 1 is among the constraints; none when candidates are chosen from, which say it themselves */
  shares: readonly number[];
}

const anything = [-Infinity, Infinity] as const;

/**
 * @param free settings are chosen freely, not from a list: shares of a mixture then have to add up to 1
 * Throws design_unknown_factor, design_constraint_category, design_constraint_empty, design_mixture_limits.
 */
export function regionOf(factors: readonly DesignFactor[], constraints: readonly LinearConstraint[] = [], forbidden: readonly Forbidden[] = [], { free = true } = {}): Region {
  const numberOf = (name: string, field: string): number => {
    const k = factors.findIndex((factor) => factor.name === name);
    if (k < 0) throw new Fault('design_unknown_factor', `${field} names ${name}, which is not a factor`, { where: { field, column: name }, values: { name, known: factors.map((factor) => factor.name) } });
    return k;
  };
  const coded = constraints.map(({ weights, limit }, c) => {
    const field = `constraints[${c}]`;
    const result = factors.map(() => 0);
    let rest = limit;
    for (const [name, weight] of Object.entries(weights)) {
      const k = numberOf(name, field);
      const factor = factors[k] as DesignFactor;
      if (factor.kind === 'categorical') throw new Fault('design_constraint_category', `${field}: ${name} is not a number`, { where: { field, column: name }, values: { name } });
      const { low, high } = factor.kind === 'mixture' ? { low: -1, high: 1 } : limitsOf(factor);
      result[k] = (weight * (high - low)) / 2;
      rest -= (weight * (high + low)) / 2;
    }
    if (!Number.isFinite(rest) || !result.some((weight) => weight !== 0)) throw new Fault('design_constraint_empty', `${field} restricts nothing`, { where: { field }, values: { constraint: c + 1 } });
    return { weights: result, limit: rest };
  });
  const boxes = forbidden.flatMap((box, c) => {
    const field = `forbidden[${c}]`;
    let products: (readonly [number, number])[][] = [factors.map(() => anything)];
    for (const [name, range] of Object.entries(box)) {
      const k = numberOf(name, field);
      const ranges = rangesOf(factors[k] as DesignFactor, range, field);
      products = products.flatMap((product) => ranges.map((one) => product.with(k, one)));
    }
    if (Object.keys(box).length === 0) throw new Fault('design_constraint_empty', `${field} restricts nothing`, { where: { field }, values: { constraint: c + 1 } });
    return products;
  });
  const shares = free ? factors.flatMap(({ kind }, k) => (kind === 'mixture' ? [k] : [])) : [];
  if (shares.length === 0) return { factors, constraints: coded, boxes, shares };
  checkShares(shares.map((k) => factors[k] as Extract<DesignFactor, { kind: 'mixture' }>));
  const sum = factors.map((_, k) => Number(shares.includes(k)));
  // the constraints of the user keep their numbers
  return { factors, constraints: [...coded, { weights: sum, limit: 1 }, { weights: sum.map((weight) => 0 - weight), limit: -1 }], boxes, shares };
}

function checkShares(shares: readonly Extract<DesignFactor, { kind: 'mixture' }>[]): void {
  const low = shares.reduce((sum, share) => sum + share.low, 0);
  const high = shares.reduce((sum, share) => sum + share.high, 0);
  if (shares.length < 2 || low >= 1 || high <= 1) throw new Fault('design_mixture_limits', `shares between ${low} and ${high} in all cannot add up to 1`, { where: { field: 'factors' }, values: { names: shares.map(({ name }) => name), low, high } });
}

function rangesOf(factor: DesignFactor, range: Forbidden[string], field: string): (readonly [number, number])[] {
  if ('low' in range) {
    if (factor.kind === 'categorical') throw new Fault('design_constraint_category', `${field}: ${factor.name} is not a number`, { where: { field, column: factor.name }, values: { name: factor.name } });
    return [[encodeNumber(factor, range.low), encodeNumber(factor, range.high)]];
  }
  return range.map((level) => {
    const at = factor.kind === 'categorical' ? factor.levels.indexOf(level) : -1;
    if (at < 0) throw new Fault('design_unknown_level', `${factor.name} has no level ${level}`, { where: { field, column: factor.name }, values: { name: factor.name, value: level, levels: factor.kind === 'categorical' ? factor.levels : [] } });
    return [at, at] as const;
  });
}

export function isAllowed({ constraints, boxes }: Region, point: Point): boolean {
  return constraints.every(({ weights, limit }) => weights.reduce((sum, weight, k) => sum + weight * (point[k] as number), 0) <= limit + 1e-9)
    && !boxes.some((box) => box.every(([low, high], k) => (point[k] as number) >= low - 1e-12 && (point[k] as number) <= high + 1e-12));
}

/** Factors that some restriction ties to others; the rest is free. */
export function coupledFactors({ factors, constraints, boxes }: Region): number[] {
  return factors.map((_, k) => k).filter((k) => constraints.some(({ weights }) => weights[k] !== 0) || boxes.some((box) => box[k]?.[0] !== -Infinity || box[k][1] !== Infinity));
}

/** Values a factor with levels can take, coded; null: any number of [low, high]. */
export function valuesOf(factor: DesignFactor): readonly number[] | null {
  if (factor.kind === 'categorical') return factor.levels.map((_, level) => level);
  return factor.kind === 'discrete' ? codedLevels(factor) : null;
}

export function codedRange(factor: DesignFactor): readonly [number, number] {
  const values = valuesOf(factor);
  if (values !== null) return [Math.min(...values), Math.max(...values)];
  return factor.kind === 'mixture' ? [factor.low, factor.high] : [-1, 1];
}
