import { Fault, type Notice, type OptimizationParameters, type OptimizationResult } from '../../schemas/index.ts';
import {
  aliasGroups, arrayFor, boxBehnken, centralComposite, codedLevels, decode, definitiveScreening, fractionalFactorial, fullFactorial, haltonPoints, latinHypercube, minimumAberration, orthogonalArray, plackettBurman,
  sobolPoints, type DesignFactor, type Fraction, type Point,
} from '../design/index.ts';

export type Construction = NonNullable<OptimizationResult['designs'][number]['construction']>;

export interface ClassicalDesign {
  /** coded */
  points: Point[];
  construction: Construction;
  notices: Notice[];
}

const mostRuns = 2000;

/** −1 … 1 per factor, or level numbers, or shares 0 … 1 of the range or of the levels. */
type Plan = { kind: 'coded' | 'shares'; rows: number[][] } | { kind: 'levels'; rows: number[][]; counts: readonly number[] };

/**
 * A classical design in the factors as they are: numbers by their ends and middle, categories by their levels. Settings between the levels of a
 * discrete factor go to the nearest one, with a notice. @throws Fault optimization_classical_factor, optimization_design_size, design_…
 */
export function classicalDesign(factors: readonly DesignFactor[], parameters: OptimizationParameters, seed: number): ClassicalDesign {
  const { plan, construction } = planOf(factors, parameters, seed);
  if (plan.rows.length > mostRuns) throw new Fault('optimization_design_size', `${plan.rows.length} runs`, { where: { field: 'design' }, values: { runs: plan.rows.length, limit: mostRuns } });
  const snapped = new Set<string>();
  const outside = new Set<string>();
  const points = plan.rows.map((row) => factors.map((factor, k) => {
    const value = row[k] as number;
    if (plan.kind === 'levels') return levelPoint(factor, value, plan.counts[k] as number);
    if (plan.kind === 'shares') return sharePoint(factor, value);
    if (factor.kind === 'categorical') return value < 0 ? 0 : factor.levels.length - 1;
    if (factor.kind !== 'discrete') {
      if (Math.abs(value) > 1 + 1e-9) outside.add(factor.name);
      return value;
    }
    const nearest = nearestLevel(factor, value);
    if (Math.abs(nearest - value) > 1e-9) snapped.add(factor.name);
    return nearest;
  }));
  return {
    points, construction,
    notices: [
      ...(snapped.size > 0 ? [{ code: 'optimization_design_snapped', severity: 'warning' as const, where: { field: 'design' }, values: { names: [...snapped] } }] : []),
      ...(outside.size > 0 ? [{ code: 'optimization_design_outside', severity: 'warning' as const, where: { field: 'axial' }, values: { names: [...outside] } }] : []),
    ],
  };
}

/** Runs in the middle: numbers at their centre or the level next to it, categories level after level. */
export function centrePoints(factors: readonly DesignFactor[], count: number): Record<string, number | string>[] {
  return Array.from({ length: count }, (_, run) => decode(factors, factors.map((factor) => (factor.kind === 'categorical' ? run % factor.levels.length : factor.kind === 'discrete' ? nearestLevel(factor, 0) : 0))));
}

function nearestLevel(factor: Extract<DesignFactor, { kind: 'discrete' }>, value: number): number {
  return codedLevels(factor).reduce((best, level) => (Math.abs(level - value) < Math.abs(best - value) - 1e-12 ? level : best));
}

function levelPoint(factor: DesignFactor, level: number, count: number): number {
  if (factor.kind === 'categorical') return level;
  if (factor.kind === 'discrete') return codedLevels(factor)[level] as number;
  return count === 1 ? 0 : -1 + (2 * level) / (count - 1);
}

function planOf(factors: readonly DesignFactor[], parameters: OptimizationParameters, seed: number): { plan: Plan; construction: Construction } {
  const k = factors.length;
  const n = parameters.num_points;
  const kind = parameters.design;
  const plain: Construction = { kind, generators: [], defining_relation: [], resolution: null, alias_groups: [], array: null };
  const coded = (rows: number[][], more: Partial<Construction> = {}): { plan: Plan; construction: Construction } => ({ plan: { kind: 'coded', rows }, construction: { ...plain, ...more } });
  const levels = (rows: number[][], counts: readonly number[], more: Partial<Construction> = {}): { plan: Plan; construction: Construction } => ({ plan: { kind: 'levels', rows, counts }, construction: { ...plain, ...more } });
  const shares = (rows: number[][]): { plan: Plan; construction: Construction } => ({ plan: { kind: 'shares', rows }, construction: plain });
  const middle = parameters.centre_points;
  switch (kind) {
    case 'full_factorial': {
      const counts = countsOf(factors, 2);
      const runs = counts.reduce((product, count) => product * count, 1);
      if (runs > mostRuns) throw new Fault('optimization_design_size', `${runs} runs`, { where: { field: 'design' }, values: { runs, limit: mostRuns } });
      return levels(fullFactorial(counts), counts);
    }
    case 'fractional_factorial': {
      needTwo(factors, kind);
      const fraction = parameters.generators.length > 0 ? fractionalFactorial(k, parameters.generators) : fractionFor(k, parameters);
      return coded(fraction.rows, fractionFigures(fraction));
    }
    case 'plackett_burman': {
      needTwo(factors, kind);
      return coded(n > k && n % 4 === 0 ? plackettBurman(k, n) : plackettBurman(k));
    }
    case 'definitive_screening': {
      needNumbers(factors, kind);
      return coded(definitiveScreening(k, { centres: Math.max(1, middle) }));
    }
    case 'central_composite': {
      needNumbers(factors, kind);
      const { axial, inscribed, generators } = parameters;
      return coded(centralComposite(k, { axial, inscribed, generators, centres: Math.max(1, middle) }), generators.length > 0 ? fractionFigures(fractionalFactorial(k, generators)) : {});
    }
    case 'box_behnken': {
      needNumbers(factors, kind);
      return coded(boxBehnken(k, { centres: Math.max(1, middle) }));
    }
    case 'orthogonal_array': {
      const counts = countsOf(factors, 2);
      const wanted = parameters.orthogonal_array;
      const { array, columns } = wanted === null ? arrayFor(counts) : place(orthogonalArray(wanted), counts, factors);
      return levels(array.rows.map((row) => columns.map((column) => row[column] as number)), counts, { array: array.name });
    }
    case 'latin_hypercube': return shares(latinHypercube(n, k, seed).map((row) => row.map((value) => (value + 1) / 2)));
    case 'sobol': return shares(sobolPoints(k, n, { seed }));
    case 'halton': return shares(haltonPoints(k, n, { skip: seed % 1000 }));
    case 'optimal': throw new Error('an optimal design is searched for');
  }
}

/** Each level gets the same share. */
function sharePoint(factor: DesignFactor, share: number): number {
  if (!('levels' in factor)) return 2 * share - 1;
  const level = Math.min(factor.levels.length - 1, Math.floor(share * factor.levels.length));
  return factor.kind === 'categorical' ? level : codedLevels(factor).toSorted((a, b) => a - b)[level] as number;
}

function countsOf(factors: readonly DesignFactor[], ofRange: number): number[] {
  return factors.map((factor) => ('levels' in factor ? factor.levels.length : ofRange));
}

function place(array: ReturnType<typeof orthogonalArray>, counts: readonly number[], factors: readonly DesignFactor[]): ReturnType<typeof arrayFor> {
  const free = array.levels.map((count, at) => ({ count, at }));
  const columns = counts.map((count, k) => {
    const found = free.findIndex((column) => column.count === count);
    if (found < 0) throw refused(factors[k] as DesignFactor, array.name);
    return (free.splice(found, 1)[0] as { at: number }).at;
  });
  return { array, columns };
}

function refused(factor: DesignFactor, kind: string): Fault {
  return new Fault('optimization_classical_factor', `${kind} has no place for ${factor.name}`, { where: { field: 'design', column: factor.name }, values: { name: factor.name, kind, levels: 'levels' in factor ? factor.levels.length : 0 } });
}

function needTwo(factors: readonly DesignFactor[], kind: string): void {
  for (const factor of factors) if (factor.kind === 'categorical' && factor.levels.length !== 2) throw refused(factor, kind);
}

function needNumbers(factors: readonly DesignFactor[], kind: string): void {
  for (const factor of factors) if (factor.kind === 'categorical') throw refused(factor, kind);
}

/** The largest minimum-aberration fraction of at most `num_points` runs, or the smallest with the resolution that is asked for. */
function fractionFor(k: number, { num_points: n, resolution }: OptimizationParameters): Fraction {
  if (resolution === null) {
    const basic = Math.min(k, Math.floor(Math.log2(n)));
    return basic >= k ? fractionalFactorial(k, []) : minimumAberration(k, k - basic);
  }
  for (let p = k - 1 - Math.floor(Math.log2(k)); p > 0; p--) {
    const fraction = minimumAberration(k, p);
    if (fraction.resolution >= resolution) return fraction;
  }
  return fractionalFactorial(k, []);
}

function fractionFigures(fraction: Fraction): Partial<Construction> {
  return {
    generators: [...fraction.generators], defining_relation: [...fraction.definingRelation], resolution: Number.isFinite(fraction.resolution) ? fraction.resolution : null,
    alias_groups: fraction.rows[0] !== undefined && fraction.rows[0].length <= 15 ? aliasGroups(fraction) : [],
  };
}
