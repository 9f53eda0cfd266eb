import { KernelError } from '../errors.ts';
import type { FittedModel } from '../regression/index.ts';
import { criteria, loss } from './criteria.ts';
import type { Criteria, Criterion, Totals } from './criteria.ts';
import { pressOf } from './press.ts';
import { subsetProblem } from './problem.ts';
import type { SubsetProblem, Unit } from './problem.ts';
import { bestOfEachSize } from './search.ts';
import type { Found } from './search.ts';

/** Beyond this the number of sets outruns any bound. */
const MOST_UNITS = 35;

export interface Subset extends Found, Criteria {
  /** Σ of squared leave-one-out errors; only of the sets asked for. */
  press?: number;
}

export interface BestSubsets {
  /** Smallest RSS first within a size, sizes ascending. */
  subsets: Subset[];
  /** Best by the criterion. */
  best: Subset;
}

export interface SubsetOptions {
  /** Columns that are always in; default: column 0 when the model has an intercept. */
  forced?: readonly number[];
  /** Default bic. */
  criterion?: Criterion;
  /** Sets kept for each number of coefficients, default 1. */
  keep?: number;
  /** PRESS of so many sets, best first by the criterion; default 5. */
  press?: number;
}

/** Exact best subsets of units. Throws kernel_domain (more than 35 units), kernel_shape (see subsetProblem). */
export function bestSubsets(model: FittedModel, units: readonly Unit[], options: SubsetOptions = {}): BestSubsets {
  const { forced = defaultForced(model), criterion = 'bic', keep = 1, press = 5 } = options;
  if (units.length > MOST_UNITS) throw new KernelError('kernel_domain', `best subsets of ${units.length} units; at most ${MOST_UNITS}`, { units: units.length, limit: MOST_UNITS });
  const problem = subsetProblem(model, units, forced);
  const totals = totalsOf(model, problem);
  const subsets = [...bestOfEachSize(problem, keep)]
    .sort(([a], [b]) => a - b)
    .flatMap(([, table]) => table.map((found): Subset => ({ ...found, ...criteria(found.rss, found.coefficients, totals) })));
  const ranked = [...subsets].sort((a, b) => loss(a, criterion) - loss(b, criterion));
  for (const subset of ranked.slice(0, press)) subset.press = pressOf(model, [...forced, ...subset.units.flatMap((unit) => units[unit]?.columns ?? [])]);
  return { subsets, best: ranked[0] as Subset };
}

export function defaultForced(model: FittedModel): number[] {
  return model.intercept && model.fit.kept.includes(0) ? [0] : [];
}

export function totalsOf({ n, intercept, fit }: FittedModel, { triangle }: SubsetProblem): Totals {
  return { n, tss: fit.tss, constant: intercept ? 1 : 0, variance: triangle.rss / (n - triangle.columns.length) };
}
