import type { GpParameters } from '../../../../kernels/gaussian-process/index.ts';

/** Mean and deviation of a process at a point, and their gradients. The gradients are buffers of the posterior. */
export interface PosteriorAt {
  readonly mean: number;
  readonly deviation: number;
  readonly meanGradient: Float64Array;
  readonly deviationGradient: Float64Array;
}

const ROOT_5 = Math.sqrt(5);
/** A variance below this share of the prior's is rounding. */
const LEAST_VARIANCE = 1e-12;

/**
 * Gaussian process with the covariance amplitude · Matérn-5/2 and mean 0 on coordinates that are numbers or choices (two choices are at distance 1), made for the search of one point:
 * with the inverse of its matrix at hand, a point costs n² flop and so does its gradient.
 */
export class Posterior {
  readonly #x: readonly Float64Array[];
  readonly #alpha: Float64Array;
  readonly #inverse: Float64Array;
  readonly #categorical: readonly boolean[];
  readonly #amplitude: number;
  /** 1 / length scale² of each coordinate */
  readonly #narrowness: Float64Array;
  readonly #k: Float64Array;
  readonly #slope: Float64Array;
  readonly #weighted: Float64Array;
  readonly #meanGradient: Float64Array;
  readonly #deviationGradient: Float64Array;

  /** @param noise variance that each observation has beside the process; raised until the matrix is positive definite */
  constructor(x: readonly Float64Array[], y: Float64Array, categorical: readonly boolean[], { amplitude, lengthScales, noise }: Pick<GpParameters, 'amplitude' | 'lengthScales' | 'noise'>) {
    const n = x.length;
    this.#x = x;
    this.#categorical = categorical;
    this.#amplitude = amplitude;
    this.#narrowness = Float64Array.from(categorical, (_, j) => 1 / (lengthScales[lengthScales.length === 1 ? 0 : j] as number) ** 2);
    this.#k = new Float64Array(n);
    this.#slope = new Float64Array(n);
    this.#weighted = new Float64Array(n);
    this.#meanGradient = new Float64Array(categorical.length);
    this.#deviationGradient = new Float64Array(categorical.length);
    const covariance = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      this.#covariances(x[i] as Float64Array);
      covariance.set(this.#k, i * n);
    }
    this.#inverse = inverseOf(covariance, n, noise, amplitude);
    this.#alpha = new Float64Array(n);
    for (let i = 0; i < n; i++) this.#alpha[i] = dotAt(this.#inverse, i * n, y);
  }

  /** Fills covariances with the observations, and their derivative by half the squared distance. */
  #covariances(at: Float64Array): void {
    const d = at.length;
    for (let i = 0; i < this.#x.length; i++) {
      const other = this.#x[i] as Float64Array;
      let squared = 0;
      for (let j = 0; j < d; j++) {
        const away = (at[j] as number) - (other[j] as number);
        if (this.#categorical[j] === true) squared += away === 0 ? 0 : this.#narrowness[j] as number;
        else squared += away * away * (this.#narrowness[j] as number);
      }
      const r = ROOT_5 * Math.sqrt(squared);
      const tail = this.#amplitude * Math.exp(-r);
      this.#k[i] = tail * (1 + r + r * r / 3);
      this.#slope[i] = -5 / 3 * tail * (1 + r);
    }
  }

  /** Mean and deviation only. */
  moments(at: Float64Array): { mean: number; deviation: number } {
    this.#covariances(at);
    const n = this.#x.length;
    let mean = 0;
    let explained = 0;
    for (let i = 0; i < n; i++) {
      const k = this.#k[i] as number;
      mean += k * (this.#alpha[i] as number);
      explained += k * (this.#weighted[i] = dotAt(this.#inverse, i * n, this.#k));
    }
    return { mean, deviation: Math.sqrt(Math.max(this.#amplitude - explained, LEAST_VARIANCE * this.#amplitude)) };
  }

  /** With gradients by the numbers; those by choices stay 0. */
  at(at: Float64Array): PosteriorAt {
    const { mean, deviation } = this.moments(at);
    for (let j = 0; j < at.length; j++) {
      let [byMean, byVariance] = [0, 0];
      if (this.#categorical[j] !== true) {
        for (let i = 0; i < this.#x.length; i++) {
          const change = (this.#slope[i] as number) * ((at[j] as number) - ((this.#x[i] as Float64Array)[j] as number));
          byMean += change * (this.#alpha[i] as number);
          byVariance -= 2 * change * (this.#weighted[i] as number);
        }
      }
      this.#meanGradient[j] = byMean * (this.#narrowness[j] as number);
      this.#deviationGradient[j] = byVariance * (this.#narrowness[j] as number) / (2 * deviation);
    }
    return { mean, deviation, meanGradient: this.#meanGradient, deviationGradient: this.#deviationGradient };
  }
}

/** (matrix + noise · 1)⁻¹ by Cholesky; the matrix is overwritten. */
function inverseOf(matrix: Float64Array, n: number, noise: number, amplitude: number): Float64Array {
  let lower: Float64Array | undefined;
  for (let added = Math.max(noise, 1e-10 * amplitude); !lower; added *= 10) lower = cholesky(matrix, n, added);
  // L⁻¹ by rows, then its square
  const inverted = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    inverted[j * n + j] = 1 / (lower[j * n + j] as number);
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= (lower[i * n + k] as number) * (inverted[k * n + j] as number);
      inverted[i * n + j] = sum / (lower[i * n + i] as number);
    }
  }
  const out = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i <= k; i++) {
      const factor = inverted[k * n + i] as number;
      for (let j = 0; j <= k; j++) out[i * n + j] = (out[i * n + j] as number) + factor * (inverted[k * n + j] as number);
    }
  }
  return out;
}

function cholesky(matrix: Float64Array, n: number, added: number): Float64Array | undefined {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = (matrix[i * n + j] as number) + (i === j ? added : 0);
      for (let k = 0; k < j; k++) sum -= (lower[i * n + k] as number) * (lower[j * n + k] as number);
      if (i === j) {
        if (!(sum > 0)) return undefined;
        lower[i * n + i] = Math.sqrt(sum);
      } else lower[i * n + j] = sum / (lower[j * n + j] as number);
    }
  }
  return lower;
}

function dotAt(matrix: Float64Array, from: number, vector: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += (matrix[from + i] as number) * (vector[i] as number);
  return sum;
}
