import { gramOrder } from './moments.ts';
import type { PathOptions } from './types.ts';

/** Variance below this share of the second moment about the shift, or of the shift squared, is rounding. */
const CONSTANT = 1e-14;
const CONSTANT_SQUARED = 1e-26;

/** A training set in the units the path works in: every varying column and y have mean 0 and variance 1. */
export interface Standardised {
  readonly p: number;
  readonly weight: number;
  /** p × p correlation-like Gram, symmetric; constant columns are zero. */
  readonly gram: Float64Array;
  readonly cross: Float64Array;
  /** Means (0 without intercept) and standard deviations in raw units; 0 for a constant column. */
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  readonly yMean: number;
  readonly yDeviation: number;
  readonly constantColumns: number[];
}

/** From the augmented Gram about `shift` of the training rows. */
export function standardise(augmented: Float64Array, p: number, shift: Float64Array, yShift: number, intercept: boolean): Standardised {
  const order = gramOrder(p);
  const at = (j: number, k: number): number => augmented[j <= k ? j * order + k : k * order + j] as number;
  const weight = at(p + 1, p + 1);
  const offset = Float64Array.from({ length: p + 1 }, (_, j) => (intercept ? at(j, p + 1) / weight : 0));
  const centred = (j: number, k: number): number => (at(j, k) - (offset[j] as number) * (offset[k] as number) * weight) / weight;
  const deviationOf = (j: number, origin: number): number => {
    const variance = centred(j, j);
    const varies = variance > CONSTANT * (at(j, j) / weight) && variance > CONSTANT_SQUARED * origin * origin;
    return varies ? Math.sqrt(variance) : 0;
  };
  const deviation = Float64Array.from({ length: p }, (_, j) => deviationOf(j, shift[j] as number));
  const yDeviation = deviationOf(p, yShift);
  const gram = new Float64Array(p * p);
  const cross = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    const dj = deviation[j] as number;
    if (dj === 0) continue;
    cross[j] = yDeviation === 0 ? 0 : centred(j, p) / dj / yDeviation;
    for (let k = j; k < p; k++) {
      const dk = deviation[k] as number;
      if (dk !== 0) gram[j * p + k] = gram[k * p + j] = centred(j, k) / dj / dk;
    }
  }
  return {
    p, weight, gram, cross, deviation, yDeviation,
    mean: Float64Array.from({ length: p }, (_, j) => (intercept ? (shift[j] as number) + (offset[j] as number) : 0)),
    yMean: intercept ? yShift + (offset[p] as number) : 0,
    constantColumns: [...deviation.keys()].filter((j) => deviation[j] === 0),
  };
}

/** Penalty factors of the lasso and the ridge part for standardised coefficients (of a standardised response). */
export function penaltyFactors(problem: Standardised, input: PathOptions): { lasso: Float64Array; ridge: Float64Array } {
  const raw = !(input.standardise ?? true);
  const lasso = new Float64Array(problem.p);
  const ridge = new Float64Array(problem.p);
  for (let j = 0; j < problem.p; j++) {
    const factor = input.penaltyFactors ? (input.penaltyFactors[j] as number) : 1;
    const deviation = problem.deviation[j] as number;
    const scale = raw && deviation > 0 ? deviation : 1;
    lasso[j] = factor / scale;
    ridge[j] = factor / scale / scale;
  }
  return { lasso, ridge };
}
