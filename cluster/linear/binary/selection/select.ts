import { chiSquaredTails, instantiate, KernelMemory, logistic, successProbabilities, type Kernels, type LogisticFit } from '../../../../kernels/index.ts';
import { Fault } from '../../../../schemas/index.ts';
import { dealFolds, regroup } from '../../../dataset/index.ts';
import type { Design } from '../../design.ts';
import type { KernelSeat } from '../../fit.ts';
import { everySet, searchByStep, type Stand } from './search.ts';
import type { BinaryRows, BinarySelected, BinarySelectionAsk, WeighedSet } from './types.ts';

/** Thread side: which terms of a target of two values stay. */

export interface BinarySelectionTask extends KernelSeat {
  design: Design;
  link: BinaryRows['link'];
  ask: BinarySelectionAsk;
}

/** On all rows of a design; a task. @throws Fault `selection_too_many_terms` */
export async function selectBinaryTerms({ module, slab, design, link, ask }: BinarySelectionTask): Promise<BinarySelected> {
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  const { n, p, intercept } = design;
  const skip = intercept ? 1 : 0;
  const column = (pointer: number | null): Float64Array | undefined => (pointer === null ? undefined : kernels.memory.float64(pointer, n));
  return selectRows(kernels, { n, x: kernels.memory.float64(design.x + skip * n * 8, n * (p - skip)), y: kernels.memory.float64(design.y, n), trials: column(design.weights), offset: column(design.offset), intercept, link }, ask);
}

/** Sets of best_subset: each is a fit. */
const mostSets = 15;
/** Rows × columns² × folds up to which errors out of fold are told of every set that was stood at, criterion or not. */
const mostErrorWork = 2e7;
/** A probability of 0 costs what this one does. */
const least = 1e-15;

/** The choice that these rows make. */
export function selectRows(kernels: Kernels, rows: BinaryRows, ask: BinarySelectionAsk): BinarySelected {
  const skip = rows.intercept ? 1 : 0;
  const all = fitColumns(kernels, rows, Array.from({ length: rows.x.length / rows.n }, (_, j) => j));
  // one label only: nothing to choose by
  if (all === null) return { chosen: [], weighed: [], best: 0, aliased: [] };
  const lost = new Set(all.aliased.map(({ column }) => column));
  const own = ask.candidates.map(({ columns }) => columns.filter((column) => !lost.has(column)).map((column) => column - skip));
  const present = own.flatMap((columns, candidate) => (columns.length > 0 ? [candidate] : []));
  const parents = present.map((candidate) => (ask.candidates[candidate]?.parents ?? []).flatMap((parent) => (present.includes(parent) ? [present.indexOf(parent)] : [])));
  const forced = ask.forced.filter((column) => column >= skip && !lost.has(column)).map((column) => column - skip);
  const columnsOf = (set: readonly number[]): number[] => [...forced, ...set.flatMap((unit) => own[present[unit] as number] as number[])];
  const fitOf = remember((set) => fitColumns(kernels, rows, columnsOf(set)));
  const cvOf = remember(lossOutOfFold(kernels, rows, ask, columnsOf));
  const figures = (set: readonly number[]): Pick<WeighedSet, 'coefficients' | 'deviance' | 'aic' | 'aicc' | 'bic'> => figuresOf(fitOf(set), rows.n);
  const { criterion } = ask;
  const value = (set: readonly number[]): number => (criterion === 'cv' ? Math.log(cvOf(set) + Number.MIN_VALUE) : criterion === 'p' ? NaN : figures(set)[criterion]);
  const p = (small: readonly number[], large: readonly number[]): number => testOf(figures(small), figures(large));
  const affordable = criterion === 'cv' || rows.n * (rows.x.length / rows.n + 1) ** 2 * ask.folds <= mostErrorWork;
  const { stands, best } = search(ask, { parents, value, p }, (set) => figures(set));
  const weighed = stands.map((stand, at): WeighedSet => {
    const before = stands[at - 1];
    const moved = stand.moved === null || before === undefined ? NaN : stand.action === 'add' ? p(before.set, stand.set) : p(stand.set, before.set);
    return { action: stand.action, moved: stand.moved === null ? null : present[stand.moved] as number, set: stand.set.map((unit) => present[unit] as number), ...figures(stand.set), p: moved, cvLogLoss: affordable ? cvOf(stand.set) : NaN };
  });
  return { chosen: (weighed[best] as WeighedSet).set, weighed, best, aliased: own.flatMap((columns, candidate) => (columns.length === 0 ? [candidate] : [])) };
}

/** The way of the search and where it ends. @throws Fault `selection_too_many_terms` */
function search({ method, criterion, enter, remove }: BinarySelectionAsk, sets: Parameters<typeof searchByStep>[0], figures: (set: readonly number[]) => { coefficients: number; deviance: number }): { stands: Stand[]; best: number } {
  if (method !== 'best_subset') {
    const stands = searchByStep(sets, method, criterion === 'p' ? { enter, remove } : 'value');
    return { stands, best: stands.length - 1 };
  }
  const { length } = sets.parents;
  if (length > mostSets) throw new Fault('selection_too_many_terms', `${length} candidates of a target of two values: at most ${mostSets}`, { where: { field: 'parameters.selection.method' }, values: { terms: length, limit: mostSets } });
  const all = everySet(sets.parents).filter((set) => !Number.isNaN(sets.value(set)));
  const chosen = all.reduce((top, set) => (sets.value(set) < sets.value(top) ? set : top));
  // what is told: the smallest deviance of each size, and the one that was taken
  const ofSize = new Map<number, number[]>();
  for (const set of all) {
    const { coefficients, deviance } = figures(set);
    const known = ofSize.get(coefficients);
    if (known === undefined || deviance < figures(known).deviance) ofSize.set(coefficients, set);
  }
  const shown = [...new Set([...ofSize.values(), chosen])].sort((a, b) => figures(a).coefficients - figures(b).coefficients || figures(a).deviance - figures(b).deviance);
  return { stands: shown.map((set): Stand => ({ action: 'subset', moved: null, set })), best: shown.indexOf(chosen) };
}

/** Of separated labels, too: what matters is the likelihood, which has a limit where the estimates have none. null with one label. */
function fitColumns(kernels: Kernels, rows: BinaryRows, columns: readonly number[]): LogisticFit | null {
  const { n, x, y, trials, offset, intercept, link } = rows;
  const own = new Float64Array(n * columns.length);
  columns.forEach((column, j) => void own.set(x.subarray(column * n, (column + 1) * n), j * n));
  const fit = logistic(kernels, { x: own, y, n, p: columns.length, intercept, link, trials, offset, diagnostics: false, separation: false });
  return fit.kind === 'fit' ? fit : null;
}

function figuresOf(fit: LogisticFit | null, n: number): Pick<WeighedSet, 'coefficients' | 'deviance' | 'aic' | 'aicc' | 'bic'> {
  if (fit === null) return { coefficients: 0, deviance: NaN, aic: NaN, aicc: NaN, bic: NaN };
  const { rank: k, deviance, logLikelihood } = fit;
  const aic = 2 * k - 2 * logLikelihood;
  return { coefficients: k, deviance, aic, aicc: n > k + 1 ? aic + (2 * k * (k + 1)) / (n - k - 1) : NaN, bic: k * Math.log(n) - 2 * logLikelihood };
}

function testOf(small: { coefficients: number; deviance: number }, large: { coefficients: number; deviance: number }): number {
  const df = large.coefficients - small.coefficients;
  const chi2 = small.deviance - large.deviance;
  return df > 0 && Number.isFinite(chi2) ? chiSquaredTails(Math.max(0, chi2), df).upper : NaN;
}

/** Mean log loss of rows that the fit of a set has not seen. NaN with fewer than two groups. */
function lossOutOfFold(kernels: Kernels, rows: BinaryRows, { group, folds, seed }: BinarySelectionAsk, columnsOf: (set: readonly number[]) => number[]): (set: readonly number[]) => number {
  const { group: own, groups } = regroup(group);
  const count = Math.min(folds, groups);
  if (count < 2) return () => NaN;
  const fold = dealFolds(own, groups, count, seed);
  const parts = Array.from({ length: count }, (_, number) => {
    const [train, test]: [number[], number[]] = [[], []];
    fold.forEach((value, row) => void (value === number ? test : train).push(row));
    return { train: taken(rows, train), test: taken(rows, test) };
  });
  return (set) => {
    const columns = columnsOf(set);
    return parts.reduce((sum, { train, test }) => sum + lossOf(fitColumns(kernels, train, columns), train, test, columns), 0) / rows.n;
  };
}

/** Sum over the test rows; of a fold with one label only by its share. */
function lossOf(fit: LogisticFit | null, train: BinaryRows, test: BinaryRows, columns: readonly number[]): number {
  const { n, x, y, offset, intercept, link } = test;
  const skip = intercept ? 1 : 0;
  const share = train.y.reduce((sum, value) => sum + value, 0) / train.n;
  const eta = Float64Array.from({ length: n }, (_, i) => columns.reduce((sum, column, j) => {
    const b = fit?.coefficients[j + skip] ?? 0;
    return Number.isNaN(b) ? sum : sum + b * (x[column * n + i] as number);
  }, (intercept ? fit?.coefficients[0] ?? 0 : 0) + (offset?.[i] ?? 0)));
  const probability = fit === null ? eta.fill(share) : successProbabilities(link, eta);
  return probability.reduce((sum, p, i) => sum - Math.log(Math.max(least, y[i] === 1 ? p : 1 - p)), 0);
}

function taken({ n, x, y, trials, offset, ...rest }: BinaryRows, chosen: readonly number[]): BinaryRows {
  const pick = (values: Float64Array): Float64Array => Float64Array.from(chosen, (row) => values[row] as number);
  const width = x.length / n;
  const own = new Float64Array(width * chosen.length);
  for (let j = 0; j < width; j += 1) own.set(pick(x.subarray(j * n, (j + 1) * n)), j * chosen.length);
  return { ...rest, n: chosen.length, x: own, y: pick(y), trials: trials && pick(trials), offset: offset && pick(offset) };
}

/** A set is met again and again. */
function remember<T>(work: (set: readonly number[]) => T): (set: readonly number[]) => T {
  const known = new Map<string, T>();
  return (set) => {
    const key = set.join();
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = work(set);
    known.set(key, value);
    return value;
  };
}
