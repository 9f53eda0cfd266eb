import { bestSubsets, fTails, foldErrors, instantiate, KernelError, KernelMemory, leastSquares, pressOf, stepwise, subsetCriteria, type FittedModel, type Kernels, type Subset, type Unit } from '../../../kernels/index.ts';
import { Fault } from '../../../schemas/index.ts';
import type { Design } from '../design.ts';
import { planes, type KernelSeat } from '../fit.ts';
import { dealFolds, regroup } from '../../dataset/index.ts';
import { whitenedModel } from '../inspect/index.ts';
import type { Candidate, SelectionAsk, Selected, Weighed } from './types.ts';

/** Thread side: which terms stay. */

export interface SelectionTask extends KernelSeat {
  design: Design;
  ask: SelectionAsk;
}

/** On all rows of a design; a task. @throws Fault `selection_too_many_terms` */
export async function selectTerms({ module, slab, design, ask }: SelectionTask): Promise<Selected> {
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  return select(modelOf(kernels, design), ask);
}

/** The regression on every candidate, rows times √w. */
function modelOf(kernels: Kernels, design: Design): FittedModel {
  const fit = leastSquares(kernels, { ...planes(kernels, design), n: design.n, p: design.p, intercept: design.intercept, diagnostics: false });
  return { ...whitenedModel(kernels, design, fit), intercept: design.intercept };
}

/** Sets kept of each size where the criterion does not follow from the residual sum of squares. */
const keptPerSize = 5;
/** Rows × columns² up to which errors without a row or a fold are told of every set that was stood at, criterion or not. */
const mostErrorWork = 2e7;
/** Tenths of the largest double: a logarithm of nothing. */
const tiny = Number.MIN_VALUE;

/** @param model with a column for every candidate; `intercept` says whether column 0 is the constant */
export function select(model: FittedModel, ask: SelectionAsk): Selected {
  const kept = new Set(model.fit.kept);
  const own = ask.candidates.map(({ columns }) => columns.filter((column) => kept.has(column)));
  const present = own.flatMap((columns, candidate) => (columns.length > 0 ? [candidate] : []));
  const unitOf = new Map(present.map((candidate, unit) => [candidate, unit]));
  // a parent that is a combination of other terms has no column to wait for
  const units = present.map((candidate): Unit => ({ columns: own[candidate] as number[], parents: (ask.candidates[candidate] as Candidate).parents.flatMap((parent) => unitOf.get(parent) ?? []) }));
  const forced = ask.forced.filter((column) => kept.has(column));
  const errors = errorsOf(model, ask);
  const { steps, best } = ask.method === 'best_subset' ? exhaustive(model, units, forced, ask, errors) : byStep(model, units, forced, ask, errors);
  const weighed = steps.map((step): Weighed => ({ ...step, moved: step.moved === null ? null : present[step.moved] as number, set: step.set.map((unit) => present[unit] as number) }));
  return { chosen: (weighed[best] as Weighed).set, weighed, best, aliased: own.flatMap((columns, candidate) => (columns.length === 0 ? [candidate] : [])), tss: model.fit.tss };
}

interface Errors {
  press: (columns: readonly number[]) => number;
  cv: (columns: readonly number[]) => number;
}

/** Both remember what they were asked: a set is met again and again. */
function errorsOf(model: FittedModel, { group, folds, seed, criterion }: SelectionAsk): Errors {
  const affordable = model.n * model.fit.rank ** 2 <= mostErrorWork;
  const none = (): number => NaN;
  const { group: own, groups } = regroup(group);
  const count = Math.min(folds, groups);
  let scorer: ((columns: readonly number[]) => number) | undefined;
  const cv = (columns: readonly number[]): number => {
    scorer ??= foldErrors(model, dealFolds(own, groups, count, seed), count);
    return scorer(columns) / model.n;
  };
  return {
    press: affordable || criterion === 'press' ? remember((columns) => pressOf(model, columns)) : none,
    cv: count > 1 && (affordable || criterion === 'cv') ? remember(cv) : none,
  };
}

function remember(work: (columns: readonly number[]) => number): (columns: readonly number[]) => number {
  const known = new Map<string, number>();
  return (columns) => {
    const key = columns.join();
    const value = known.get(key) ?? work(columns);
    known.set(key, value);
    return value;
  };
}

/** Logarithms, so that a gain is a share of the error and not an amount in the target's unit. */
function scorerOf({ criterion }: SelectionAsk, { press, cv }: Errors): ((columns: readonly number[]) => number) | undefined {
  if (criterion === 'press') return (columns) => Math.log(press(columns) + tiny);
  return criterion === 'cv' ? (columns) => Math.log(cv(columns) + tiny) : undefined;
}

interface Found { steps: Weighed[]; best: number }

function byStep(model: FittedModel, units: readonly Unit[], forced: readonly number[], ask: SelectionAsk, errors: Errors): Found {
  const { method, criterion, enter, remove } = ask;
  const score = scorerOf(ask, errors);
  const by = score ?? (criterion as Exclude<typeof criterion, 'press' | 'cv'>);
  const trace = stepwise(model, units, { direction: method as 'forward' | 'backward' | 'both', by, enter, remove, forced });
  const set = new Set(method === 'forward' ? [] : units.keys());
  const steps: Weighed[] = [];
  let before: Weighed | undefined;
  for (const { action, unit, rss, coefficients } of trace.steps) {
    if (unit !== undefined && action === 'add') set.add(unit);
    if (unit !== undefined && action === 'remove') set.delete(unit);
    if (ask.needsOne && set.size === 0 && action === 'remove') break;
    before = weigh(model, units, forced, errors, { action, moved: unit ?? null, set: [...set].sort((a, b) => a - b), rss, coefficients }, before);
    steps.push(before);
  }
  return { steps, best: steps.length - 1 };
}

function exhaustive(model: FittedModel, units: readonly Unit[], forced: readonly number[], ask: SelectionAsk, errors: Errors): Found {
  const score = scorerOf(ask, errors);
  const subsets = findSubsets(model, units, forced, ask, score === undefined ? 1 : keptPerSize).filter(({ coefficients }) => !ask.needsOne || coefficients > 0);
  const columnsOf = ({ units: chosen }: Subset): number[] => [...forced, ...chosen.flatMap((unit) => units[unit]?.columns ?? [])];
  const { criterion } = ask;
  const value = (subset: Subset): number => (score !== undefined ? score(columnsOf(subset)) : criterion === 'adjusted_r2' ? -subset.adjustedR2 : subset[criterion as 'aic' | 'aicc' | 'bic' | 'cp']);
  const values = subsets.map(value);
  const best = values.reduce((top, here, at) => (here < (values[top] as number) ? at : top), 0);
  // what is told: the smallest residual sum of squares of each size, and the one that was taken
  const shown = subsets.map((_, at) => at).filter((at) => at === best || subsets[at - 1]?.coefficients !== subsets[at]?.coefficients);
  const steps = shown.map((at) => {
    const { units: set, rss, coefficients } = subsets[at] as Subset;
    return weigh(model, units, forced, errors, { action: 'subset', moved: null, set, rss, coefficients }, undefined);
  });
  return { steps, best: shown.indexOf(best) };
}

function findSubsets(model: FittedModel, units: readonly Unit[], forced: readonly number[], { criterion }: SelectionAsk, keep: number): Subset[] {
  try {
    return bestSubsets(model, units, { forced, keep, press: 0, criterion: criterion === 'press' || criterion === 'cv' || criterion === 'p' ? 'aicc' : criterion }).subsets;
  } catch (error) {
    if (!(error instanceof KernelError) || error.code !== 'kernel_domain') throw error;
    throw new Fault('selection_too_many_terms', error.message, { where: { field: 'parameters.selection.method' }, values: { terms: units.length, limit: 35 } });
  }
}

function weigh(model: FittedModel, units: readonly Unit[], forced: readonly number[], { press, cv }: Errors, found: Pick<Weighed, 'action' | 'moved' | 'set' | 'rss' | 'coefficients'>, before: Weighed | undefined): Weighed {
  const { n, fit: { tss, rss: all, rank } } = model;
  const columns = [...forced, ...found.set.flatMap((unit) => units[unit]?.columns ?? [])];
  const totals = { n, tss, constant: model.intercept ? 1 : 0, variance: all / (n - rank) };
  return { ...found, ...subsetCriteria(found.rss, found.coefficients, totals), p: before === undefined ? NaN : testOf(before, found, n), press: press(columns), cvMse: cv(columns) };
}

/** F test of the smaller set against the larger. */
function testOf(one: Pick<Weighed, 'rss' | 'coefficients'>, other: Pick<Weighed, 'rss' | 'coefficients'>, n: number): number {
  const [small, large] = one.coefficients < other.coefficients ? [one, other] : [other, one];
  const df = large.coefficients - small.coefficients;
  const rest = n - large.coefficients;
  return df < 1 || rest < 1 || !(large.rss > 0) ? NaN : fTails(Math.max(0, small.rss - large.rss) / df / (large.rss / rest), df, rest).upper;
}
