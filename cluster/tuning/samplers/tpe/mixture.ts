import type { FloatDistribution, IntDistribution, Parameter } from '../../space.ts';
import type { StudyView } from '../../trial.ts';
import type { Columns } from './columns.ts';
import { CategoricalKernels, mixtureWeights, NumericalKernels, scottBandwidth } from './parzen.ts';
import { side } from './split.ts';
import type { Sides } from './split.ts';

export type Kernels = NumericalKernels | CategoricalKernels;

/** A mixture over one group of parameters: a component for each trial of one side and last the prior. */
export interface Mixture {
  readonly weights: Float64Array;
  readonly kernels: readonly Kernels[];
  readonly logDensity: (point: readonly number[]) => number;
}

/** The trials as one ask sees them. Parameters that every trial has share the lists of trials and the weights. */
export class Past {
  readonly #view: StudyView;
  readonly #columns: Columns;
  readonly #sides: Sides;
  readonly #everywhere = new Map<number, Int32Array>();
  readonly #weights = new Map<number, Float64Array>();
  #weightOf: Float64Array | undefined;

  constructor(view: StudyView, columns: Columns, sides: Sides) {
    this.#view = view;
    this.#columns = columns;
    this.#sides = sides;
  }

  /** @param joint product kernels of one width; else each parameter's kernels reach to their neighbours */
  mixture(group: readonly Parameter[], which: 'good' | 'rest', joint: boolean, normalised: boolean): Mixture {
    const numbers = this.#members(group[0] as Parameter, side[which]);
    const weights = this.#weightsOf(numbers.length);
    if (!joint && which === 'rest' && group[0]?.distribution.kind !== 'categorical') return this.#ascending(group[0] as Parameter, numbers, weights, normalised);
    const bandwidth = joint ? scottBandwidth(numbers.length, group.length) : 'neighbours';
    const kernels = group.map((parameter): Kernels => {
      const { values } = this.#columns.of(this.#view, parameter);
      if (parameter.distribution.kind === 'categorical') return new CategoricalKernels(parameter.distribution, numbers.map((number) => values[number] as number));
      return new NumericalKernels(parameter.distribution, gathered(values, numbers), bandwidth, normalised);
    });
    return { weights, kernels, logDensity: kernels.length === 1 ? single(kernels[0] as Kernels, weights) : product(kernels, weights) };
  }

  /** Trials of one side that have the parameter, by age. */
  #members(parameter: Parameter, wanted: number): Int32Array {
    const { values, ascending } = this.#columns.of(this.#view, parameter);
    const everywhere = ascending.length === this.#sides.length;
    const known = everywhere ? this.#everywhere.get(wanted) : undefined;
    if (known) return known;
    const numbers = new Int32Array(this.#sides.length);
    let n = 0;
    for (let number = 0; number < numbers.length; number++) if (this.#sides[number] === wanted && (everywhere || !Number.isNaN(values[number]))) numbers[n++] = number;
    const members = numbers.subarray(0, n);
    if (everywhere) this.#everywhere.set(wanted, members);
    return members;
  }

  #weightsOf(n: number): Float64Array {
    let weights = this.#weights.get(n);
    if (!weights) this.#weights.set(n, weights = mixtureWeights(n));
    return weights;
  }

  /** The many trials of the poor side are laid out by value, not by age: their bandwidths need the order and nothing is drawn from them. */
  #ascending(parameter: Parameter, byAge: Int32Array, ageWeights: Float64Array, normalised: boolean): Mixture {
    const { values, ascending } = this.#columns.of(this.#view, parameter);
    const sides = this.#sides;
    const weightOf = this.#weightOf ??= new Float64Array(sides.length);
    for (let i = 0; i < byAge.length; i++) weightOf[byAge[i] as number] = ageWeights[i] as number;
    const observations = new Float64Array(byAge.length);
    const weights = new Float64Array(byAge.length + 1);
    let n = 0;
    for (let k = 0; k < ascending.length; k++) {
      const number = ascending[k] as number;
      if (sides[number] !== side.rest) continue;
      observations[n] = values[number] as number;
      weights[n++] = weightOf[number] as number;
    }
    weights[n] = ageWeights[n] as number;
    const kernel = new NumericalKernels(parameter.distribution as FloatDistribution | IntDistribution, observations, 'neighbours', normalised);
    return { weights, kernels: [kernel], logDensity: single(kernel, weights) };
  }
}

/** A loop: callbacks of typed arrays were a tenth of a trial. */
function gathered(values: Float64Array, numbers: Int32Array): Float64Array {
  const out = new Float64Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) out[i] = values[numbers[i] as number] as number;
  return out;
}

const single = (kernel: Kernels, weights: Float64Array) => ([x]: readonly number[]): number => Math.log(kernel.density(x as number, weights));

/** What the components share at every point, their weights and masses, is taken as a logarithm once. */
function product(kernels: readonly Kernels[], weights: Float64Array): (point: readonly number[]) => number {
  const heights = weights.slice();
  for (const kernel of kernels) kernel.multiplyHeights(heights);
  for (let i = 0; i < heights.length; i++) heights[i] = Math.log(heights[i] as number);
  const logs = new Float64Array(weights.length);
  return (point) => {
    logs.set(heights);
    for (let k = 0; k < kernels.length; k++) (kernels[k] as Kernels).addLogs(point[k] as number, logs);
    return logSum(logs);
  };
}

/** Below this share e^−45 of the largest a component changes no digit. */
const NOTHING = -45;

function logSum(logs: Float64Array): number {
  let most = -Infinity;
  for (let i = 0; i < logs.length; i++) if ((logs[i] as number) > most) most = logs[i] as number;
  if (most === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = 0; i < logs.length; i++) {
    const below = (logs[i] as number) - most;
    if (below > NOTHING) sum += Math.exp(below);
  }
  return most + Math.log(sum);
}
