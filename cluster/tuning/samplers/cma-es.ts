import { axisOf, isSingle, settle } from '../space.ts';
import type { FloatDistribution, IntDistribution, Parameter, SearchSpace } from '../space.ts';
import { lossOf } from '../trial.ts';
import type { StudyView, Trial } from '../trial.ts';
import { drawPoint } from './random.ts';
import { drawsOf } from './sampler.ts';
import type { Sampler } from './sampler.ts';
import { normalQuantile } from './tpe/normal.ts';

export interface CmaEsOptions {
  /** First step size as a share of each axis. Default 1/6. */
  sigma?: number;
  /** Trials of a generation. Default 4 + ⌊3 ln d⌋. */
  population?: number;
}

/**
 * (μ/μ_w, λ)-CMA-ES (Hansen 2016, arXiv:1604.00772) over the unconditional numerical parameters, each axis scaled to [0, 1]; draws outside are drawn again, then
 * cut. Integers keep a step size of at least half a cell, so that they cannot freeze (after Hamano et al. 2022). Other parameters are drawn at random. A
 * generation is the next λ trials that the sampler drew; pruned and failed ones rank last. One objective.
 */
export function cmaEsSampler({ sigma = 1 / 6, population }: CmaEsOptions = {}): Sampler {
  const evolutions = new WeakMap<StudyView, Evolution>();
  return {
    name: 'cma-es',
    sample(space, view, number) {
      const searched = numerical(space);
      const draw = drawsOf(view, number, 'generation');
      const others = drawPoint(space, drawsOf(view, number, 'random'));
      if (searched.length === 0) return others;
      let evolution = evolutions.get(view);
      if (!evolution) evolutions.set(view, evolution = new Evolution(searched, sigma, population ?? 4 + Math.floor(3 * Math.log(searched.length))));
      evolution.learn(view);
      const x = evolution.draw(draw);
      const point: Record<string, number> = { ...others };
      searched.forEach(({ name, distribution }, k) => {
        const { low, high } = axisOf(distribution);
        point[name] = settle(distribution, low + (x[k] as number) * (high - low));
      });
      return point;
    },
  };
}

type Numerical = Parameter & { readonly distribution: FloatDistribution | IntDistribution };

function numerical(space: SearchSpace): Numerical[] {
  return space.filter((parameter): parameter is Numerical => parameter.distribution.kind !== 'categorical' && !parameter.when && !isSingle(parameter.distribution));
}

/** Draws outside the box are tried again so often before they are cut to it. */
const REDRAWS = 100;

/** The state after so many whole generations; a function of the trials alone. */
class Evolution {
  readonly #parameters: readonly Numerical[];
  readonly #lambda: number;
  readonly #weights: Float64Array;
  readonly #muEff: number;
  #mean: Float64Array;
  #sigma: number;
  #c: Float64Array;
  #pathC: Float64Array;
  #pathSigma: Float64Array;
  #axes: { values: Float64Array; vectors: Float64Array };
  #generation = 0;
  #seen = 0;
  #waiting: Trial[] = [];
  readonly #d: number;
  /** half a cell of integer and stepped parameters, in units of the axis */
  readonly #coarseness: Float64Array;

  constructor(parameters: readonly Numerical[], sigma: number, lambda: number) {
    const d = parameters.length;
    this.#d = d;
    this.#parameters = parameters;
    this.#lambda = lambda;
    const mu = Math.floor(lambda / 2);
    const raw = Float64Array.from({ length: mu }, (_, i) => Math.log((lambda + 1) / 2) - Math.log(i + 1));
    const sum = raw.reduce((a, b) => a + b, 0);
    this.#weights = raw.map((w) => w / sum);
    this.#muEff = 1 / this.#weights.reduce((a, w) => a + w * w, 0);
    this.#mean = new Float64Array(d).fill(0.5);
    this.#sigma = sigma;
    this.#c = identity(d);
    this.#pathC = new Float64Array(d);
    this.#pathSigma = new Float64Array(d);
    this.#axes = { values: new Float64Array(d).fill(1), vectors: identity(d) };
    this.#coarseness = Float64Array.from(parameters, ({ distribution }) => {
      const { low, high, step } = axisOf(distribution);
      return step === undefined ? 0 : step / (high - low) / 2;
    });
  }

  draw(draw: () => number): Float64Array {
    const d = this.#d;
    const x = new Float64Array(d);
    for (let attempt = 0; ; attempt++) {
      const z = Float64Array.from({ length: d }, () => normalQuantile(Math.max(draw(), 2 ** -33)));
      let inside = true;
      for (let i = 0; i < d; i++) {
        let y = 0;
        for (let k = 0; k < d; k++) y += (this.#axes.vectors[i * d + k] as number) * Math.sqrt(this.#axes.values[k] as number) * (z[k] as number);
        const spreadOut = Math.max(1, (this.#coarseness[i] as number) / (this.#sigma * Math.sqrt(this.#c[i * d + i] as number)));
        x[i] = (this.#mean[i] as number) + this.#sigma * y * spreadOut;
        if ((x[i] as number) < 0 || (x[i] as number) > 1) inside = false;
      }
      if (inside) return x;
      if (attempt === REDRAWS) return x.map((value) => Math.min(Math.max(value, 0), 1));
    }
  }

  /** Takes in trials in the order of their numbers, as far as they are finished. */
  learn(view: StudyView): void {
    for (; this.#seen < view.trials.length; this.#seen++) {
      const trial = view.trials[this.#seen] as Trial;
      if (trial.state === 'running') return;
      this.#waiting.push(trial);
      if (this.#waiting.length === this.#lambda) {
        this.#evolve(view, this.#waiting);
        this.#waiting = [];
      }
    }
  }

  #evolve(view: StudyView, trials: readonly Trial[]): void {
    const d = this.#d;
    const loss = (trial: Trial): number => (trial.state === 'complete' ? lossOf(view, trial) : Infinity);
    const ranked = [...trials].sort((a, b) => Number(a.violation > 0) - Number(b.violation > 0) || a.violation - b.violation || compare(loss(a), loss(b)) || a.number - b.number);
    const steps = ranked.slice(0, this.#weights.length).map((trial) => Float64Array.from(this.#parameters, ({ name, distribution }, k) => {
      const { low, high, log } = axisOf(distribution);
      const value = trial.point[name] as number;
      return (((log ? Math.log(value) : value) - low) / (high - low) - (this.#mean[k] as number)) / this.#sigma;
    }));
    const muEff = this.#muEff;
    const cSigma = (muEff + 2) / (d + muEff + 5);
    const dSigma = 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (d + 1)) - 1) + cSigma;
    const cC = (4 + muEff / d) / (d + 4 + 2 * muEff / d);
    const c1 = 2 / ((d + 1.3) ** 2 + muEff);
    const cMu = Math.min(1 - c1, 2 * (muEff - 2 + 1 / muEff) / ((d + 2) ** 2 + muEff));
    const chi = Math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d));

    const y = new Float64Array(d);
    steps.forEach((step, i) => { for (let k = 0; k < d; k++) y[k] = (y[k] as number) + (this.#weights[i] as number) * (step[k] as number); });
    this.#mean = this.#mean.map((m, k) => Math.min(Math.max(m + this.#sigma * (y[k] as number), 0), 1));
    const whitened = this.#whiten(y);
    const rate = Math.sqrt(cSigma * (2 - cSigma) * muEff);
    this.#pathSigma = this.#pathSigma.map((p, k) => (1 - cSigma) * p + rate * (whitened[k] as number));
    const length = Math.hypot(...this.#pathSigma);
    this.#generation++;
    const steady = length / Math.sqrt(1 - (1 - cSigma) ** (2 * this.#generation)) >= (1.4 + 2 / (d + 1)) * chi ? 0 : 1;
    this.#pathC = this.#pathC.map((p, k) => (1 - cC) * p + steady * Math.sqrt(cC * (2 - cC) * muEff) * (y[k] as number));
    const keep = 1 - c1 - cMu + (1 - steady) * c1 * cC * (2 - cC);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j <= i; j++) {
        let rankMu = 0;
        steps.forEach((step, s) => { rankMu += (this.#weights[s] as number) * (step[i] as number) * (step[j] as number); });
        const value = keep * (this.#c[i * d + j] as number) + c1 * (this.#pathC[i] as number) * (this.#pathC[j] as number) + cMu * rankMu;
        this.#c[i * d + j] = value;
        this.#c[j * d + i] = value;
      }
    }
    this.#sigma = Math.min(this.#sigma * Math.exp(cSigma / dSigma * (length / chi - 1)), 1);
    this.#axes = symmetricEigen(this.#c, d);
  }

  /** C^(−1/2) y */
  #whiten(y: Float64Array): Float64Array {
    const d = this.#d;
    const { values, vectors } = this.#axes;
    const result = new Float64Array(d);
    for (let k = 0; k < d; k++) {
      let along = 0;
      for (let i = 0; i < d; i++) along += (vectors[i * d + k] as number) * (y[i] as number);
      along /= Math.sqrt(values[k] as number);
      for (let i = 0; i < d; i++) result[i] = (result[i] as number) + (vectors[i * d + k] as number) * along;
    }
    return result;
  }
}

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

function identity(d: number): Float64Array {
  const matrix = new Float64Array(d * d);
  for (let i = 0; i < d; i++) matrix[i * d + i] = 1;
  return matrix;
}

/** Smallest eigenvalue that a covariance keeps: below, sampling along it would be nothing but rounding. */
const FLAT = 1e-20;

/** Jacobi's cyclic method: exact enough for a few dozen parameters, and the same on every machine. Columns of `vectors` are the eigenvectors. */
function symmetricEigen(matrix: Float64Array, d: number): { values: Float64Array; vectors: Float64Array } {
  const a = matrix.slice();
  const vectors = identity(d);
  for (let sweep = 0; sweep < 50; sweep++) {
    let off = 0;
    for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) off += (a[i * d + j] as number) ** 2;
    if (off < 1e-30) break;
    for (let p = 0; p < d; p++) for (let q = p + 1; q < d; q++) rotate(a, vectors, d, p, q);
  }
  return { values: Float64Array.from({ length: d }, (_, i) => Math.max(a[i * d + i] as number, FLAT)), vectors };
}

function rotate(a: Float64Array, vectors: Float64Array, d: number, p: number, q: number): void {
  const apq = a[p * d + q] as number;
  if (apq === 0) return;
  const theta = ((a[q * d + q] as number) - (a[p * d + p] as number)) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < d; k++) {
    const [kp, kq] = [a[k * d + p] as number, a[k * d + q] as number];
    a[k * d + p] = c * kp - s * kq;
    a[k * d + q] = s * kp + c * kq;
  }
  for (let k = 0; k < d; k++) {
    const [pk, qk] = [a[p * d + k] as number, a[q * d + k] as number];
    a[p * d + k] = c * pk - s * qk;
    a[q * d + k] = s * pk + c * qk;
    const [vp, vq] = [vectors[k * d + p] as number, vectors[k * d + q] as number];
    vectors[k * d + p] = c * vp - s * vq;
    vectors[k * d + q] = s * vp + c * vq;
  }
}

