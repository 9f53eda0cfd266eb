import type { Kernels } from '../module.ts';
import { separation } from '../separation/index.ts';
import type { Separation } from '../separation/index.ts';
import { independentColumns } from './aliasing.ts';
import { halfDeviance, predictorOf } from './links.ts';
import { drive, layOutModel, newtonOptions } from './model.ts';
import { newton } from './newton.ts';
import type { NewtonFit } from './newton.ts';
import { order } from './passes.ts';
import type { GlmData, PassAnswer } from './passes.ts';
import { profile } from './profile.ts';
import { sampledStart } from './sample.ts';
import { conclude, expand } from './statistics.ts';
import type { LogisticInput, LogisticResult, OneClass, ProfileIntervals } from './types.ts';

/**
 * Binary regression by Newton / Fisher steps on a weighted Gram, with full inference. Separation, one class and aliased columns are answers, not errors.
 * Takes scratch from `kernels.memory` and gives it back. Throws KernelError: kernel_shape, no_rows, non_finite_input, kernel_domain.
 */
export function logistic(kernels: Kernels, input: LogisticInput): LogisticResult {
  const mark = kernels.memory.mark();
  try {
    const data = layOutModel(kernels, input);
    const penalised = (input.ridge ?? 0) > 0;
    const single = oneClass(kernels, data);
    if (single && !input.firth) return single;
    return fitIndependent(kernels, data, input, penalised);
  } finally {
    kernels.memory.release(mark);
  }
}

/**
 * Profile-likelihood intervals (of the penalised likelihood with Firth or a ridge), each end by Newton on the signed root of the deviance.
 * NaN for aliased columns; all NaN when there is no fit. Same errors as `logistic`.
 */
export function profileIntervals(kernels: Kernels, input: LogisticInput): ProfileIntervals {
  const mark = kernels.memory.mark();
  try {
    const data = layOutModel(kernels, input);
    const theta = start(kernels, data, input);
    const { data: kept, input: reduced, columns, first } = independentColumns(kernels, data, input, theta);
    const work = fitFrom(kernels, kept, reduced, first === undefined ? start(kernels, kept, reduced) : theta, first);
    const confidence = input.confidence ?? 0.95;
    const { low, high } = drive(kernels, kept, profile(newtonOptions(reduced), work, kernels.memory.float64(kept.shift, kept.p).slice(), kept.intercept, confidence));
    return { low: expand(low, columns, order(data)), high: expand(high, columns, order(data)) };
  } finally {
    kernels.memory.release(mark);
  }
}

function fitIndependent(kernels: Kernels, data: GlmData, input: LogisticInput, penalised: boolean): LogisticResult {
  const nullDeviance = nullDevianceOf(kernels, data);
  let theta = start(kernels, data, input);
  const reduction = penalised ? undefined : independentColumns(kernels, data, input, theta);
  const kept = reduction?.data ?? data;
  const reduced = reduction?.input ?? input;
  if ((input.separation ?? true) && !penalised && !input.firth) {
    const verdict = separationOf(kernels, kept, reduced);
    if (verdict.kind !== 'overlap') return { kind: 'separated', separation: named(verdict, reduction?.columns, order(data)), aliased: reduction?.aliased ?? [] };
  }
  if (kept !== data) theta = start(kernels, kept, reduced);
  const fit = fitFrom(kernels, kept, reduced, theta, reduction?.first);
  return conclude(kernels, { data: kept, input: reduced, fit, nullDeviance, aliased: reduction?.aliased ?? [], columns: reduction?.columns, fullOrder: order(data) });
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

function fitFrom(kernels: Kernels, data: GlmData, input: LogisticInput, theta: Float64Array, first?: PassAnswer): NewtonFit {
  return drive(kernels, data, newton(newtonOptions(input), theta, undefined, first));
}

/** Where the fit begins: at the fit of a sample of the rows, if there are many and that has one, else with the constant alone. */
function start(kernels: Kernels, data: GlmData, input: LogisticInput): Float64Array {
  const theta = constantAlone(kernels, data);
  return (input.firth ? undefined : sampledStart(kernels, data, input, theta)) ?? theta;
}

/** Slopes 0, constant at the mean outcome. */
function constantAlone(kernels: Kernels, data: GlmData): Float64Array {
  const theta = new Float64Array(order(data));
  if (!data.intercept) return theta;
  const { successes, total } = outcomes(kernels, data);
  // Half a success and half a failure more: finite for one class too.
  theta[data.p] = predictorOf(data.link, (successes + 0.5) / (total + 1));
  return theta;
}

function outcomes(kernels: Kernels, data: GlmData): { successes: number; total: number } {
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
function nullDevianceOf(kernels: Kernels, data: GlmData): number {
  if (data.intercept && !data.offset) {
    const { n } = data;
    const y = kernels.memory.float64(data.y, n);
    const trials = data.trials ? kernels.memory.float64(data.trials, n) : undefined;
    const { successes, total } = outcomes(kernels, data);
    const mean = successes / total;
    let half = 0;
    for (let i = 0; i < n; i++) half += (trials ? (trials[i] as number) : 1) * halfDeviance(y[i] as number, mean, 1 - mean);
    return 2 * half;
  }
  const empty = { ...data, p: 0 };
  const options = { p: 0, ridge: 0, firth: false, canonical: data.link === 'logit', maxIterations: 50 };
  return 2 * drive(kernels, empty, newton(options, constantAlone(kernels, empty))).halfDeviance;
}

function oneClass(kernels: Kernels, data: GlmData): OneClass | undefined {
  const { n } = data;
  const y = kernels.memory.float64(data.y, n);
  const trials = data.trials ? kernels.memory.float64(data.trials, n) : undefined;
  let some = false;
  let lowest = 1;
  let highest = 0;
  for (let i = 0; i < n; i++) {
    if (trials && trials[i] === 0) continue;
    some = true;
    lowest = Math.min(lowest, y[i] as number);
    highest = Math.max(highest, y[i] as number);
  }
  if (!some || highest === 0) return { kind: 'one_class', outcome: 0 };
  return lowest === 1 ? { kind: 'one_class', outcome: 1 } : undefined;
}
