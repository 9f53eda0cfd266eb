import { arraysIn, ownArrays } from '../arrays.ts';
import type { Arrays } from '../arrays.ts';
import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { separation } from '../separation/index.ts';
import type { Separation } from '../separation/index.ts';
import { independentColumns } from './aliasing.ts';
import type { Reduction } from './aliasing.ts';
import { over, runAlone, runElsewhere } from './drive.ts';
import type { Steps } from './drive.ts';
import { halfDeviance, predictorOf } from './links.ts';
import { layOutModel, newtonOptions } from './model.ts';
import { newton } from './newton.ts';
import type { NewtonFit } from './newton.ts';
import { provesOverlap } from './overlap.ts';
import { order } from './passes.ts';
import type { GlmData, LogisticTask, PassAnswer } from './passes.ts';
import { profile } from './profile.ts';
import { logisticRowValues } from './rows.ts';
import { sampledStart } from './sample.ts';
import { conclude, expand } from './statistics.ts';
import type { LogisticInput, LogisticResult, OneClass, OverlapProof, ProfileIntervals } from './types.ts';

/** A fit that takes more steps may have none to end at: separation is looked for before it goes on. */
const STEPS_UNTIL_DOUBT = 12;

/**
 * Binary regression by Newton / Fisher steps on a weighted Gram, with full inference. Separation, one class and aliased columns are answers, not errors.
 * Takes scratch from `kernels.memory` and gives it back. Throws KernelError: kernel_shape, no_rows, non_finite_input, kernel_domain.
 */
export function logistic(kernels: Kernels, input: LogisticInput): LogisticResult {
  return runAlone(kernels, fit(kernels, input, ownArrays));
}

/**
 * The same fit, bit for bit, with its passes over the rows done elsewhere: `run` gets the tasks of one pass, has `runLogisticTask` called on each, on any thread of the same
 * memory and in any order, and resolves to the answers in the order of the tasks. Until the promise settles nothing else may allocate from `kernels.memory`.
 * place: where the results by row go, `logisticRowValues(n)` doubles of shared memory; without it they are fresh, which can cost as much as the fit.
 */
export function logisticInTasks(kernels: Kernels, input: LogisticInput, run: (tasks: LogisticTask[]) => Promise<PassAnswer[]>, place?: Float64Array): Promise<LogisticResult> {
  const values = logisticRowValues(input.n);
  if (place && place.length < values) throw new KernelError('kernel_shape', `place holds ${place.length} values, ${values} are needed`, { name: 'place', length: place.length, needed: values });
  return runElsewhere(kernels, fit(kernels, input, (length) => arraysIn(place ?? new Float64Array(new SharedArrayBuffer(8 * values)), length)), run);
}

/**
 * Profile-likelihood intervals (of the penalised likelihood with Firth or a ridge), each end by Newton on the signed root of the deviance.
 * NaN for aliased columns; all NaN when there is no fit. Same errors as `logistic`.
 */
export function profileIntervals(kernels: Kernels, input: LogisticInput): ProfileIntervals {
  return runAlone(kernels, intervals(kernels, input));
}

/** The same intervals, bit for bit, with the passes done elsewhere as in `logisticInTasks`. */
export function profileIntervalsInTasks(kernels: Kernels, input: LogisticInput, run: (tasks: LogisticTask[]) => Promise<PassAnswer[]>): Promise<ProfileIntervals> {
  return runElsewhere(kernels, intervals(kernels, input), run);
}

function* fit(kernels: Kernels, input: LogisticInput, arrays: Arrays): Steps<LogisticResult> {
  const data = yield* layOutModel(kernels, input);
  const single = oneClass(kernels, data);
  if (single && !input.firth) return single;
  const penalised = (input.ridge ?? 0) > 0;
  const nullDeviance = yield* nullDevianceOf(kernels, data);
  const begin = yield* start(kernels, data, input);
  const reduction: Reduction = penalised ? { data, input, aliased: [], columns: undefined } : yield* independentColumns(kernels, data, input, begin.theta);
  const { data: kept, input: reduced, columns, aliased } = reduction;
  const theta = kept === data ? begin.theta : (yield* start(kernels, kept, reduced)).theta;
  const asks = (input.separation ?? true) && !penalised && !input.firth;
  const options = newtonOptions(reduced);
  // Most fits prove the overlap on the way; only one that does not end, or ends at the edge, has the rows looked at for separation.
  const patience = asks && !begin.overlaps ? Math.min(STEPS_UNTIL_DOUBT, options.maxIterations) : options.maxIterations;
  let fitted: NewtonFit = yield* over(kept, newton({ ...options, maxIterations: patience }, theta, undefined, reduction.first));
  let overlap: OverlapProof | undefined = asks ? { by: begin.overlaps ? 'sample' : 'fit', exact: true } : undefined;
  if (asks && !begin.overlaps && !provesOverlap(kernels, kept, fitted)) {
    const verdict = separationOf(kernels, kept, reduced);
    if (verdict.kind !== 'overlap') return { kind: 'separated', separation: named(verdict, columns, order(data)), aliased };
    overlap = { by: 'linear_program', exact: verdict.exact };
    if (!fitted.converged && patience < options.maxIterations) fitted = yield* over(kept, newton(options, theta));
  }
  return yield* conclude(kernels, { arrays, data: kept, input: reduced, fit: fitted, nullDeviance, overlap, aliased, columns, fullOrder: order(data) });
}

function* intervals(kernels: Kernels, input: LogisticInput): Steps<ProfileIntervals> {
  const data = yield* layOutModel(kernels, input);
  const begin = yield* start(kernels, data, input);
  const { data: kept, input: reduced, columns, first } = yield* independentColumns(kernels, data, input, begin.theta);
  const theta = kept === data ? begin.theta : (yield* start(kernels, kept, reduced)).theta;
  const options = newtonOptions(reduced);
  const fitted = yield* over(kept, newton(options, theta, undefined, first));
  const shift = kernels.memory.float64(kept.shift, kept.p).slice();
  const { low, high } = yield* over(kept, profile(options, fitted, shift, kept.intercept, input.confidence ?? 0.95));
  return { low: expand(low, columns, order(data)), high: expand(high, columns, order(data)) };
}

function separationOf(kernels: Kernels, data: GlmData, input: LogisticInput): Separation {
  const { n, p, ld, intercept } = data;
  const x = kernels.memory.float64(data.x, p === 0 ? 0 : (p - 1) * ld + n);
  return separation({ x, y: kernels.memory.float64(data.y, n), n, p, leadingDimension: ld, intercept, trials: input.trials });
}

/** The verdict in the numbering of all coefficients; aliased ones do not take part. */
function named(verdict: Separation, columns: readonly number[] | undefined, fullOrder: number): Separation {
  if (columns === undefined) return verdict;
  const diverging = verdict.diverging.map((one) => ({ ...one, coefficient: columns[one.coefficient] as number }));
  return { ...verdict, diverging, direction: expand(verdict.direction, columns, fullOrder) };
}

/** Where the fit begins: at the fit of a sample of the rows, if there are many and that has one, else with the constant alone. */
function* start(kernels: Kernels, data: GlmData, input: LogisticInput): Steps<{ theta: Float64Array; overlaps: boolean }> {
  const theta = constantAlone(kernels, data);
  return (input.firth ? undefined : yield* sampledStart(kernels, data, input, theta)) ?? { theta, overlaps: false };
}

/** Slopes 0, constant at the mean outcome. */
export function constantAlone(kernels: Kernels, data: GlmData): Float64Array {
  const theta = new Float64Array(order(data));
  if (!data.intercept) return theta;
  const { successes, total } = outcomes(kernels, data);
  // Half a success and half a failure more: finite for one class too.
  theta[data.p] = predictorOf(data.link, (successes + 0.5) / (total + 1));
  return theta;
}

export function outcomes(kernels: Kernels, data: GlmData): { successes: number; total: number } {
  const { n } = data;
  const y = kernels.memory.float64(data.y, n);
  const trials = data.trials ? kernels.memory.float64(data.trials, n) : undefined;
  let successes = 0;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const m = trials ? (trials[i] as number) : 1;
    successes += m * (y[i] as number);
    total += m;
  }
  return { successes, total };
}

/** Deviance of the constant (and offset) alone. With an offset it overwrites the per-row arrays. */
export function* nullDevianceOf(kernels: Kernels, data: GlmData): Steps<number> {
  if (data.intercept && !data.offset) {
    const { n } = data;
    const { successes, total } = outcomes(kernels, data);
    const mean = successes / total;
    if (data.binary) return 2 * (successes * halfDeviance(1, mean, 1 - mean) + (total - successes) * halfDeviance(0, mean, 1 - mean));
    const y = kernels.memory.float64(data.y, n);
    const trials = data.trials ? kernels.memory.float64(data.trials, n) : undefined;
    let half = 0;
    for (let i = 0; i < n; i++) half += (trials ? (trials[i] as number) : 1) * halfDeviance(y[i] as number, mean, 1 - mean);
    return 2 * half;
  }
  const empty = { ...data, p: 0 };
  const options = { p: 0, ridge: 0, firth: false, canonical: data.link === 'logit', maxIterations: 50 };
  return 2 * (yield* over(empty, newton(options, constantAlone(kernels, empty)))).halfDeviance;
}

export function oneClass(kernels: Kernels, data: GlmData): OneClass | undefined {
  const { n } = data;
  const y = kernels.memory.float64(data.y, n);
  const trials = data.trials ? kernels.memory.float64(data.trials, n) : undefined;
  let some = false;
  let lowest = 1;
  let highest = 0;
  for (let i = 0; i < n; i++) {
    if (trials && trials[i] === 0) continue;
    some = true;
    const value = y[i] as number;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
    if (lowest < 1 && highest > 0) return undefined;
  }
  if (!some || highest === 0) return { kind: 'one_class', outcome: 0 };
  return lowest === 1 ? { kind: 'one_class', outcome: 1 } : undefined;
}
