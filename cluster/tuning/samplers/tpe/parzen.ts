import { axisOf } from '../../space.ts';
import type { CategoricalDistribution, FloatDistribution, IntDistribution } from '../../space.ts';
import type { Draw } from '../sampler.ts';
import { normalBetween, tail, truncatedQuantile } from './normal.ts';

/** Observation weights in order of age (Bergstra, Yamins & Cox 2013): the newest 25 count fully, older ones less and less. */
export function ageWeights(n: number): Float64Array {
  const weights = new Float64Array(n).fill(1);
  const old = n - 25;
  for (let i = 0; i < old; i++) weights[i] = old === 1 ? 1 / n : 1 / n + (1 - 1 / n) * i / (old - 1);
  return weights;
}

/** Age weights followed by the prior's weight 1, summing to 1. */
export function mixtureWeights(n: number): Float64Array {
  const weights = new Float64Array(n + 1);
  weights.set(ageWeights(n));
  weights[n] = 1;
  let sum = 0;
  for (let i = 0; i <= n; i++) sum += weights[i] as number;
  for (let i = 0; i <= n; i++) weights[i] = (weights[i] as number) / sum;
  return weights;
}

/** Which component, for each of `count` draws. */
export function drawComponents(weights: Float64Array, count: number, draw: Draw): Int32Array {
  const cumulative = new Float64Array(weights.length);
  let sum = 0;
  weights.forEach((w, i) => { cumulative[i] = sum += w; });
  return Int32Array.from({ length: count }, () => {
    const u = draw() * sum;
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] as number) <= u) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}

/** Bandwidths. `neighbours`: distance to the farther neighbour (univariate). A number: that share of the range for all (multivariate, Scott's rule). */
export type Bandwidth = 'neighbours' | number;

/** A smaller bandwidth than this share of Scott's is of no use in d dimensions (BOHB, Falkner et al. 2018). */
const SCOTT_MAGNITUDE = 0.2;
export const scottBandwidth = (observations: number, parameters: number): number => SCOTT_MAGNITUDE * Math.max(observations, 1) ** (-1 / (parameters + 4));

/** Beyond this z² a component adds less than 1e-12 of what the prior alone adds. */
const FAR = 64;

/**
 * Mixture of normals cut to the axis of one numerical parameter: one for each observation and last the prior, a wide one in the middle.
 * @param observations on the axis; @param sorted whether they ascend (needed for bandwidths by neighbours)
 */
export class NumericalKernels {
  readonly #mu: Float64Array;
  /** 1/σ */
  readonly #narrowness: Float64Array;
  /** 1 / mass inside the limits (and 1/σ for continuous parameters) */
  readonly #scale: Float64Array;
  /** 1/σ of every observation where all have the same, else 0 */
  readonly #common: number;
  readonly #observations: number;
  readonly #axis: ReturnType<typeof axisOf>;
  readonly #cells = new Map<number, Float64Array>();
  readonly #logCells = new Map<number, Float64Array>();

  constructor(distribution: FloatDistribution | IntDistribution, observations: Float64Array, bandwidth: Bandwidth, normalised = true) {
    const axis = axisOf(distribution);
    this.#axis = axis;
    const n = observations.length;
    const range = axis.high - axis.low;
    const middle = (axis.low + axis.high) / 2;
    this.#mu = new Float64Array(n + 1);
    this.#mu.set(observations);
    this.#mu[n] = middle;
    this.#narrowness = new Float64Array(n + 1);
    this.#scale = new Float64Array(n + 1);
    const narrowest = range / Math.min(100, n + 2);
    const within = (sigma: number): number => Math.min(Math.max(sigma, narrowest), range);
    this.#observations = n;
    this.#common = 0;
    if (bandwidth === 'neighbours') {
      const order = ascending(observations);
      for (let k = 0; k < n; k++) this.#set(order[k] as number, within(neighbourDistance(observations, order, k, middle)), normalised);
    } else {
      const sigma = within(bandwidth * range);
      this.#common = 1 / sigma;
      for (let i = 0; i < n; i++) this.#set(i, sigma, normalised);
    }
    this.#set(n, range, normalised);
  }

  #set(i: number, sigma: number, normalised: boolean): void {
    const { low, high, step } = this.#axis;
    const mu = this.#mu[i] as number;
    const inside = 1 - tail((mu - low) / sigma) - tail((high - mu) / sigma);
    this.#narrowness[i] = 1 / sigma;
    this.#scale[i] = step === undefined && normalised ? 1 / (inside * sigma) : 1 / inside;
  }

  sample(components: Int32Array, draw: Draw): Float64Array {
    const { low, high } = this.#axis;
    const out = new Float64Array(components.length);
    for (let c = 0; c < out.length; c++) {
      const i = components[c] as number;
      const mu = this.#mu[i] as number;
      const sigma = 1 / (this.#narrowness[i] as number);
      out[c] = mu + sigma * truncatedQuantile(draw(), (low - mu) / sigma, (high - mu) / sigma);
    }
    return out;
  }

  /** Σ wᵢ fᵢ(x), without the constant 1/√2π where the parameter is continuous. */
  density(x: number, weights: Float64Array): number {
    if (this.#axis.step !== undefined) return dot(this.#cell(x), weights);
    const mu = this.#mu;
    const narrowness = this.#narrowness;
    const scale = this.#scale;
    let sum = 0;
    for (let i = 0; i < mu.length; i++) {
      const z = (x - (mu[i] as number)) * (narrowness[i] as number);
      const zz = z * z;
      if (zz < FAR) sum += (weights[i] as number) * (scale[i] as number) * Math.exp(-0.5 * zz);
    }
    return sum;
  }

  /** Multiplies what fᵢ has at every x onto the component's weight; the rest of fᵢ is `addLogs`. */
  multiplyHeights(heights: Float64Array): void {
    if (this.#axis.step !== undefined) return;
    for (let i = 0; i < heights.length; i++) heights[i] = (heights[i] as number) * (this.#scale[i] as number);
  }

  /** Adds the logarithm of what is left of fᵢ(x): the factors of a product kernel. */
  addLogs(x: number, logs: Float64Array): void {
    if (this.#axis.step !== undefined) {
      const cell = this.#logCell(x);
      for (let i = 0; i < logs.length; i++) logs[i] = (logs[i] as number) + (cell[i] as number);
      return;
    }
    const mu = this.#mu;
    const narrowness = this.#narrowness;
    const n = this.#common > 0 ? this.#observations : 0;
    const half = 0.5 * this.#common * this.#common;
    for (let i = 0; i < n; i++) {
      const away = x - (mu[i] as number);
      logs[i] = (logs[i] as number) - half * away * away;
    }
    for (let i = n; i < logs.length; i++) {
      const z = (x - (mu[i] as number)) * (narrowness[i] as number);
      logs[i] = (logs[i] as number) - 0.5 * z * z;
    }
  }

  /** Mass of each component in the cell of width `step` around x. Few values come up again and again, so each is worked out once. */
  #cell(x: number): Float64Array {
    const known = this.#cells.get(x);
    if (known) return known;
    const { low, high, step } = this.#axis;
    const from = Math.max(x - (step as number) / 2, low);
    const to = Math.min(x + (step as number) / 2, high);
    const cell = this.#mu.map((mu, i) => normalBetween((from - mu) * (this.#narrowness[i] as number), (to - mu) * (this.#narrowness[i] as number)) * (this.#scale[i] as number));
    this.#cells.set(x, cell);
    return cell;
  }

  #logCell(x: number): Float64Array {
    let logs = this.#logCells.get(x);
    if (!logs) this.#logCells.set(x, logs = this.#cell(x).map(Math.log));
    return logs;
  }
}

/** Positions by ascending value; observations that ascend already, as the many of the poor side do, cost a pass. */
function ascending(values: Float64Array): Int32Array {
  const order = new Int32Array(values.length);
  let sorted = true;
  for (let i = 0; i < values.length; i++) {
    order[i] = i;
    if (i > 0 && (values[i] as number) < (values[i - 1] as number)) sorted = false;
  }
  return sorted ? order : order.sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
}

/** Distance to the farther neighbour of the k-th smallest, the prior's middle being one of them; the outermost look inwards only. */
function neighbourDistance(values: Float64Array, order: Int32Array, k: number, prior: number): number {
  const at = values[order[k] as number] as number;
  let left = k > 0 ? values[order[k - 1] as number] as number : -Infinity;
  let right = k + 1 < order.length ? values[order[k + 1] as number] as number : Infinity;
  if (prior < at) left = Math.max(left, prior);
  else right = Math.min(right, prior);
  return Math.max(left === -Infinity ? 0 : at - left, right === Infinity ? 0 : right - at);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Mixture over the choices of a categorical parameter: each observation moves weight to its choice, the prior is even. */
export class CategoricalKernels {
  readonly #choices: number;
  readonly #observed: Int32Array;
  /** probability of a choice that a component did not see, and of the one it did */
  readonly #other: number;
  readonly #own: number;

  constructor(distribution: CategoricalDistribution, observed: Int32Array) {
    this.#choices = distribution.choices.length;
    this.#observed = observed;
    const even = 1 / (observed.length + 1);
    const total = this.#choices * even + 1;
    this.#other = even / total;
    this.#own = (even + 1) / total;
  }

  #probability(component: number, choice: number): number {
    if (component === this.#observed.length) return 1 / this.#choices;
    return this.#observed[component] === choice ? this.#own : this.#other;
  }

  sample(components: Int32Array, draw: Draw): Float64Array {
    return Float64Array.from(components, (i) => {
      const u = draw();
      let sum = 0;
      let choice = 0;
      for (; choice < this.#choices - 1; choice++) {
        sum += this.#probability(i, choice);
        if (sum >= u) break;
      }
      return choice;
    });
  }

  density(choice: number, weights: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * this.#probability(i, choice);
    return sum;
  }

  /** Nothing is the same for every choice. */
  multiplyHeights(): void { /* all of fᵢ is in addLogs */ }

  addLogs(choice: number, logs: Float64Array): void {
    const n = this.#observed.length;
    const [own, other] = [Math.log(this.#own), Math.log(this.#other)];
    for (let i = 0; i < n; i++) logs[i] = (logs[i] as number) + (this.#observed[i] === choice ? own : other);
    logs[n] = (logs[n] as number) - Math.log(this.#choices);
  }
}
