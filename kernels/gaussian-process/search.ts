import { KernelError } from '../errors.ts';
import { minimise } from '../lbfgs/index.ts';
import type { Minimum } from '../lbfgs/index.ts';
import type { Kernels } from '../module.ts';
import { randomStream } from '../random/index.ts';
import { chooseConditions } from './encode.ts';
import type { Conditions } from './encode.ts';
import { createLikelihood } from './likelihood.ts';
import type { Likelihood, Process } from './likelihood.ts';
import type { GpBounds, GpFit, GpOptions, GpParameters } from './types.ts';

/** In standardised units. Beyond them the likelihood is flat or the covariance singular. */
const BOUNDS: GpBounds = { amplitude: [1e-4, 1e4], lengthScale: [1e-2, 1e3], linear: [1e-6, 1e3], noise: [1e-8, 1e2] };
/** Random starts are log-uniform in these. */
const START_RANGES = { amplitude: [0.1, 10], lengthScale: [0.3, 10], linear: [0.01, 1], noise: [1e-3, 0.5] } as const;

export function startingParameters(options: GpOptions, columns: number): GpParameters {
  const count = options.lengthScales === 'shared' ? 1 : columns;
  const { amplitude = 1, noise = 0.1, linear = 0.1, lengthScales } = options.parameters ?? {};
  const scales = lengthScales ?? new Array<number>(count).fill(Math.sqrt(columns));
  if (scales.length !== count) throw new KernelError('kernel_shape', `${scales.length} length scales, ${count} are needed`, { name: 'lengthScales', length: scales.length, needed: count });
  const out = { amplitude, lengthScales: [...scales], linear: options.linear === true ? linear : 0, noise };
  for (const [name, value] of [['amplitude', amplitude], ['noise', noise], ...scales.map((s) => ['lengthScales', s] as const), ...(options.linear === true ? [['linear', linear] as const] : [])] as const) {
    if (!(value > 0 && value < Infinity)) throw new KernelError('kernel_domain', `${name} = ${value} must be positive`, { name, value });
  }
  return out;
}

export const toVector = ({ amplitude, lengthScales, linear, noise }: GpParameters): Float64Array => Float64Array.of(amplitude, ...lengthScales, ...(linear > 0 ? [linear] : []), noise).map(Math.log);

export function fromVector(vector: Float64Array, linear: boolean): GpParameters {
  const all = Array.from(vector, Math.exp);
  const noise = all.pop() as number;
  const slope = linear ? (all.pop() as number) : 0;
  const [amplitude, ...lengthScales] = all as [number, ...number[]];
  return { amplitude, lengthScales, linear: slope, noise };
}

/** Parameters of the largest likelihood that the starts lead to. `kernels.memory` is left as it was found. */
export function search(kernels: Kernels, data: Conditions, process: Process, start: GpParameters, options: GpOptions): { parameters: GpParameters; report: GpFit['search'] } {
  const { starts = 3, screeningRows = 500, seed = 0, maxIterations = 100 } = options;
  const positive = (name: string, value: number, least: number): void => {
    if (!Number.isSafeInteger(value) || value < least) throw new KernelError('kernel_domain', `${name} = ${value} must be an integer of at least ${least}`, { name, value });
  };
  positive('starts', starts, 1);
  positive('screeningRows', screeningRows, 0);
  positive('maxIterations', maxIterations, 1);
  const isScreened = screeningRows > 0 && data.n > screeningRows;
  const box = limits(process, start, { ...BOUNDS, ...options.bounds });
  const places = Array.from({ length: starts }, (_, k) => (k === 0 ? toVector(start) : randomPlace(process, start, seed, k)));
  const coarse = climb(kernels, isScreened ? chooseConditions(data, sample(data.n, screeningRows, seed)) : data, process, places, box, options);
  const fine = isScreened ? climb(kernels, data, process, [coarse.best.x], box, options) : coarse;
  return {
    parameters: fromVector(fine.best.x, process.linear),
    report: {
      evaluations: fine.evaluations, screeningEvaluations: isScreened ? coarse.evaluations : 0,
      starts: (isScreened ? coarse : fine).all.map(({ value, iterations, stopped }) => ({ logLikelihood: -value, iterations, stopped })),
    },
  };
}

interface Box { lower: Float64Array; upper: Float64Array }

function climb(kernels: Kernels, data: Conditions, process: Process, places: readonly Float64Array[], box: Box, { maxIterations = 100, prior }: GpOptions): { best: Minimum; all: Minimum[]; evaluations: number } {
  const mark = kernels.memory.mark();
  try {
    const likelihood: Likelihood = createLikelihood(kernels, data, process);
    const all = places.map((place) => minimise((vector) => {
      const parameters = fromVector(vector, process.linear);
      const { value, gradient } = likelihood.evaluate(parameters);
      const added = prior?.(parameters, gradient) ?? 0;
      return { value: -(value + added), gradient: gradient.map((g) => -g) };
    }, place, { ...box, maxIterations }));
    const best = all.reduce((one, other) => (other.value < one.value ? other : one));
    if (!Number.isFinite(best.value)) throw new KernelError('kernel_domain', 'the covariance of the rows is not positive definite at any start', { name: 'covariance', starts: places.length });
    return { best, all, evaluations: all.reduce((sum, { evaluations }) => sum + evaluations, 0) };
  } finally {
    kernels.memory.release(mark);
  }
}

function limits(process: Process, { lengthScales }: GpParameters, bounds: GpBounds): Box {
  const list = [bounds.amplitude, ...lengthScales.map(() => bounds.lengthScale), ...(process.linear ? [bounds.linear] : []), bounds.noise];
  for (const [low, high] of list) if (!(low > 0 && low <= high && high < Infinity)) throw new KernelError('kernel_domain', `bounds ${low} to ${high} must be positive and in order`, { name: 'bounds', low, high });
  return { lower: Float64Array.from(list, ([low]) => Math.log(low)), upper: Float64Array.from(list, ([, high]) => Math.log(high)) };
}

function randomPlace(process: Process, { lengthScales }: GpParameters, seed: number, start: number): Float64Array {
  const draw = randomStream(seed, 0x6770, start);
  const within = ([low, high]: readonly [number, number]): number => low * (high / low) ** draw();
  return toVector({ amplitude: within(START_RANGES.amplitude), lengthScales: lengthScales.map(() => within(START_RANGES.lengthScale)), linear: process.linear ? within(START_RANGES.linear) : 0, noise: within(START_RANGES.noise) });
}

/** `wanted` of n places without replacement, ascending. */
function sample(n: number, wanted: number, seed: number): number[] {
  const draw = randomStream(seed, 0x6773);
  const all = Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < wanted; i++) {
    const j = i + Math.floor(draw() * (n - i));
    [all[i], all[j]] = [all[j] as number, all[i] as number];
  }
  return all.slice(0, wanted).sort((a, b) => a - b);
}
