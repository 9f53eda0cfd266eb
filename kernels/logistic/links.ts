import { fastNormal, normalQuantile } from '../distributions/index.ts';
import type { BinaryLink } from './types.ts';

/** Probabilities and slopes are kept above this: weights stay positive, and no row is divided by zero. */
const SMALLEST = 1e-300;

/** out[0] = probability of success, out[1] = of failure (no cancellation in either), out[2] = d probability / d predictor. */
export type InverseLink = (eta: number, out: Float64Array) => void;

const inverses: Record<BinaryLink, InverseLink> = {
  logit(eta, out) {
    const e = Math.exp(-Math.abs(eta));
    const near = 1 / (1 + e);
    const far = Math.max(e * near, SMALLEST);
    out[0] = eta >= 0 ? near : far;
    out[1] = eta >= 0 ? far : near;
    out[2] = near * far;
  },
  probit(eta, out) {
    fastNormal(eta, out);
    for (let k = 0; k < 3; k++) out[k] = Math.max(out[k] as number, SMALLEST);
  },
  cloglog(eta, out) {
    const rate = Math.exp(Math.min(eta, 700));
    const failure = Math.max(Math.exp(-rate), SMALLEST);
    out[0] = Math.max(-Math.expm1(-rate), SMALLEST);
    out[1] = failure;
    out[2] = Math.max(rate * failure, SMALLEST);
  },
};

const links: Record<BinaryLink, (probability: number) => number> = {
  logit: (probability) => Math.log(probability / (1 - probability)),
  probit: normalQuantile,
  cloglog: (probability) => Math.log(-Math.log1p(-probability)),
};

export const inverseLink = (link: BinaryLink): InverseLink => inverses[link];
/** Probability of success at each linear predictor; NaN stays NaN. */
export function successProbabilities(link: BinaryLink, predictor: Float64Array): Float64Array<ArrayBuffer> {
  const out = new Float64Array(3);
  const inverse = inverses[link];
  return Float64Array.from(predictor, (eta) => {
    if (Number.isNaN(eta)) return NaN;
    inverse(eta, out);
    return out[0] as number;
  });
}

export const predictorOf = (link: BinaryLink, probability: number): number => links[link](probability);
export const isLink = (name: string): name is BinaryLink => name in inverses;

/** Half the unit deviance: y log(y / mu) + (1 - y) log((1 - y) / (1 - mu)). */
export function halfDeviance(y: number, success: number, failure: number): number {
  return (y > 0 ? y * Math.log(y / success) : 0) + (y < 1 ? (1 - y) * Math.log((1 - y) / failure) : 0);
}

/** y - mu without cancellation at the ends. */
export function residualOf(y: number, success: number, failure: number): number {
  return y === 1 ? failure : y === 0 ? -success : y - success;
}
