import type { Kernels } from '../../../../kernels/index.ts';
import { fitGaussianProcess, type GpParameters } from '../../../../kernels/gaussian-process/index.ts';
import { Fault } from '../../../../schemas/index.ts';
import type { SearchSpace } from '../../space.ts';
import { lossOf } from '../../trial.ts';
import type { StudyView, Trial } from '../../trial.ts';
import { drawPoint, randomSampler } from '../random.ts';
import { drawsOf } from '../sampler.ts';
import type { Sampler } from '../sampler.ts';
import { startSampler } from '../start.ts';
import { climbImprovement } from './ascent.ts';
import { Encoding } from './encoding.ts';
import { Posterior } from './posterior.ts';

export interface GpSamplerOptions {
  /** Finished trials before the model is used. Default 10. */
  startupTrials?: number;
  /** What draws until then. Default: a Sobol sequence. */
  start?: Sampler;
  /** Points that are looked at for each trial, and how many of them are improved by gradient. Default 400 and 4. */
  screened?: number;
  starts?: number;
  /** Trials that the model is made of at most: the best half and the newest. Default 200; a trial costs the cube of it. */
  mostTrials?: number;
}

/**
 * Gaussian process with a length scale for each parameter and the logarithm of the expected improvement (Jones et al. 1998; Ament et al. 2023). Choices are at equal distance; parameters that do
 * not exist stand in the middle, so that a trial without them differs by its parent alone. Failed trials are left out, pruned ones count as the worst complete one, running ones as what the model
 * expects of them. Draws depend on the trials and the seed alone. Cost: (trials)³ an ask, some ten milliseconds at 50 trials.
 * One objective only (tuning_objectives).
 */
export function gpSampler(kernels: Kernels, { startupTrials = 10, start = startSampler(), screened = 400, starts = 4, mostTrials = 200 }: GpSamplerOptions = {}): Sampler {
  const random = randomSampler();
  return {
    name: 'gp (log EI)',
    sample(space, view, number) {
      if (view.directions.length > 1) throw new Fault('tuning_objectives', 'the GP sampler takes one objective', { values: { sampler: 'gp', objectives: view.directions.length } });
      const encoding = new Encoding(space);
      const known = observations(view, encoding, mostTrials);
      if (known.finished < startupTrials || encoding.coordinates.length === 0) return start.sample(space, view, number);
      if (known.losses.every((loss) => loss === known.losses[0])) return random.sample(space, view, number);
      const draw = drawsOf(view, number, 'model');
      const { posterior, least, best } = model(kernels, encoding, known, view.seed);
      const drawn = Array.from({ length: screened }, () => encoding.encode(drawPoint(space, draw)));
      const tried = new Set(view.trials.map(({ point }) => keyOf(space, point)));
      for (const at of climbImprovement(encoding, posterior, least, drawn, best, draw, starts)) {
        const point = encoding.decode(at);
        if (!tried.has(keyOf(space, point))) return point;
      }
      return random.sample(space, view, number);
    },
  };
}

const keyOf = (space: SearchSpace, point: Readonly<Record<string, number>>): string => space.map(({ name }) => point[name]).join();

interface Observations {
  readonly finished: number;
  readonly at: Float64Array[];
  readonly losses: Float64Array;
  readonly running: Float64Array[];
}

function observations(view: StudyView, encoding: Encoding, most: number): Observations {
  const complete = view.trials.filter((trial) => trial.state === 'complete' && Number.isFinite(lossOf(view, trial)));
  const pruned = view.trials.filter(({ state }) => state === 'pruned');
  const worst = complete.reduce((most, trial) => Math.max(most, lossOf(view, trial)), -Infinity);
  const lossAt = (trial: Trial): number => (trial.state === 'pruned' || trial.violation > 0 ? worst : lossOf(view, trial));
  const usable = complete.length === 0 ? [] : [...complete, ...pruned].sort((a, b) => a.number - b.number);
  const kept = chosen(usable, lossAt, most);
  return {
    finished: usable.length, at: kept.map(({ point }) => encoding.encode(point)), losses: Float64Array.from(kept, lossAt),
    running: view.trials.filter(({ state }) => state === 'running').map(({ point }) => encoding.encode(point)),
  };
}

/** The best half and the newest, in the order in which they were asked for. */
function chosen(trials: readonly Trial[], lossAt: (trial: Trial) => number, most: number): readonly Trial[] {
  if (trials.length <= most) return trials;
  const half = Math.ceil(most / 2);
  const best = new Set([...trials].sort((a, b) => lossAt(a) - lossAt(b) || a.number - b.number).slice(0, half));
  const newest = trials.filter((trial) => !best.has(trial)).slice(-(most - half));
  return [...best, ...newest].sort((a, b) => a.number - b.number);
}

function model(kernels: Kernels, encoding: Encoding, { at, losses, running }: Observations, seed: number): { posterior: Posterior; least: number; best: Float64Array[] } {
  const y = levelled(losses);
  const d = encoding.coordinates.length;
  const categorical = encoding.coordinates.map((coordinate) => coordinate.categorical);
  const values = new Float64Array(at.length * d);
  at.forEach((row, i) => { values.set(row, i * d); });
  const { model: { parameters } } = fitGaussianProcess(kernels, { x: { values, rows: at.length, columns: d, order: 'row-major' }, y }, {
    shape: 'matern52', mean: 'zero', scaleTarget: false, scaleInputs: false, categorical: categorical.flatMap((is, k) => (is ? [k] : [])), prior: prior(d), bounds, starts: 2, maxIterations: 60, seed,
    parameters: { amplitude: 1, lengthScales: new Array<number>(d).fill(0.5), noise: 1e-3 },
  });
  let posterior = new Posterior(at, y, categorical, parameters);
  if (running.length > 0) {
    const expected = running.map((point) => posterior.moments(point).mean);
    posterior = new Posterior([...at, ...running], Float64Array.of(...y, ...expected), categorical, parameters);
  }
  // of noisy losses the least one is luck: what the model thinks of the trials counts
  const means = at.map((row) => posterior.moments(row).mean);
  const order = means.map((_, i) => i).sort((a, b) => (means[a] as number) - (means[b] as number) || a - b);
  return { posterior, least: means[order[0] as number] as number, best: order.slice(0, 3).map((i) => at[i] as Float64Array) };
}

/** Mean 0 and variance 1. */
function levelled(losses: Float64Array): Float64Array {
  const mean = losses.reduce((a, b) => a + b, 0) / losses.length;
  const deviation = Math.sqrt(losses.reduce((sum, v) => sum + (v - mean) ** 2, 0) / losses.length);
  return losses.map((v) => (v - mean) / deviation);
}

const bounds = { amplitude: [0.05, 100], lengthScale: [0.02, 20], noise: [1e-7, 1] } as const;

/** Length scales neither far below nor far above the axis, an amplitude near the spread of the losses, little noise: what ten trials cannot tell. */
function prior(d: number) {
  return ({ amplitude, lengthScales, noise }: GpParameters, gradient: Float64Array): number => {
    let log = Math.log(amplitude) - amplitude + 0.1 * Math.log(noise) - 30 * noise;
    const add = (k: number, slope: number): void => { gradient[k] = (gradient[k] as number) + slope; };
    add(0, 1 - amplitude);
    for (let k = 0; k < d; k++) {
      const square = (lengthScales[k] as number) ** 2;
      log -= 0.1 / square + 0.1 * square;
      add(1 + k, 0.2 / square - 0.2 * square);
    }
    add(1 + d, 0.1 - 30 * noise);
    return log;
  };
}
