import type { Kernels } from '../../kernels/index.ts';
import { openModel, type Predictor, type TrainedModel } from '../../kernels/models/index.ts';
import type { Matrix } from '../../kernels/trees/index.ts';
import type { Assessment } from './assess.ts';
import type { TargetData } from './data.ts';
import { take } from '../families/index.ts';
import { scalingOf, trainingRows, type FamilyStudies, type Scaling } from './nested.ts';
import { goBack, slopeBack, wayBack, type WayBack } from './transform.ts';

/** The final model of a target: plain data, the same bytes for the same job. */
export interface TargetModel {
  readonly target: string;
  readonly features: readonly { readonly name: string; readonly levels: readonly string[] }[];
  readonly scaling: Scaling;
  readonly members: readonly { readonly weight: number; readonly model: TrainedModel; readonly back: WayBack }[];
  /** models that have not seen a fold, and the sizes of the errors that they made on it, ascending: what intervals are made of */
  readonly folds: readonly { readonly scaling: Scaling; readonly models: readonly TrainedModel[]; readonly backs: readonly WayBack[]; readonly errors: Float64Array }[];
}

export function targetModel(data: TargetData, studies: readonly FamilyStudies[], { families }: Assessment): TargetModel {
  const members = families.flatMap(({ weight }, f) => (weight > 0 ? [{ f, weight }] : []));
  const combined = Float64Array.from(data.y, (_, row) => members.reduce((sum, { f, weight }) => sum + weight * (families[f]?.outOfFold[row] as number), 0));
  return {
    target: data.target.name,
    features: data.features.map(({ name, kind, levels }) => ({ name, levels: kind === 'text' ? levels : [] })),
    scaling: scalingOf(data.z),
    members: members.map(({ f, weight }) => ({ weight, model: (studies[f] as FamilyStudies).final.model, back: wayBack(data.transform, families[f]?.residuals as Float64Array) })),
    folds: Array.from({ length: data.outerFolds }, (_, fold) => ({
      scaling: scalingOf(take(data.z, trainingRows(data, fold))),
      models: members.map(({ f }) => (studies[f] as FamilyStudies).outer[fold]?.model as TrainedModel),
      backs: members.map(({ f }) => wayBack(data.transform, take(families[f]?.residuals as Float64Array, trainingRows(data, fold)))),
      errors: Float64Array.from(data.y.keys()).filter((row) => data.outerFold[row] === fold).map((row) => Math.abs((data.y[row] as number) - (combined[row] as number))).sort(),
    })),
  };
}

export interface IntervalPrediction {
  readonly mean: Float64Array;
  /** NaN without a confidence level */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** standard error of the mean from the models without each fold (jackknife by groups); NaN without a confidence level */
  readonly error: Float64Array;
  /** of the mean function, as the final model's Gaussian process knows it; NaN where it has none */
  readonly deviation: Float64Array;
}

/** Lays a target's models out in kernel memory for many rows. */
export function openTarget(kernels: Kernels, model: TargetModel): (x: Matrix, confidence: number | null) => IntervalPrediction {
  const members = model.members.map(({ model: member }) => openModel(kernels, member, { variance: member.family === 'gaussian-process' }));
  const folds = model.folds.map(({ models }) => models.map((member) => openModel(kernels, member)));
  const weights = model.members.map(({ weight }) => weight);
  return (x, confidence) => {
    const mean = combine(members, weights, x, model.scaling, model.members.map(({ back }) => back));
    const [lower, upper, error] = Array.from({ length: 3 }, () => new Float64Array(x.rows).fill(Number.NaN)) as [Float64Array, Float64Array, Float64Array];
    const deviation = gaussianDeviation(model, members, x);
    if (confidence === null) return { mean, lower, upper, error, deviation };
    const unseen = folds.map((models, fold) => combine(models, weights, x, model.folds[fold]?.scaling as Scaling, model.folds[fold]?.backs as readonly WayBack[]));
    const errors = model.folds.map((fold) => fold.errors);
    for (let i = 0; i < x.rows; i++) {
      const centres = unseen.map((column) => column[i] as number);
      const [low, high] = crossValidationPlus(centres, errors, confidence);
      lower[i] = low;
      upper[i] = high;
      error[i] = jackknifeError(centres);
    }
    return { mean, lower, upper, error, deviation };
  };
}

/** The mean alone, without what it costs to know how sure it is. */
export function openMean(kernels: Kernels, model: TargetModel): (x: Matrix) => Float64Array {
  const members = model.members.map(({ model: member }) => openModel(kernels, member));
  const weights = model.members.map(({ weight }) => weight);
  const backs = model.members.map(({ back }) => back);
  return (x) => combine(members, weights, x, model.scaling, backs);
}

function jackknifeError(centres: readonly number[]): number {
  const k = centres.length;
  const average = centres.reduce((a, b) => a + b, 0) / k;
  return Math.sqrt((k - 1) / k * centres.reduce((sum, value) => sum + (value - average) ** 2, 0));
}

/** Of the scale of the fit, taken to the target's units by the slope there. */
function gaussianDeviation({ members, scaling: { mean, deviation } }: TargetModel, opened: readonly Predictor[], x: Matrix): Float64Array {
  const at = members.findIndex(({ model }) => model.family === 'gaussian-process');
  const { mean: centre, variance } = at < 0 ? { mean: undefined, variance: undefined } : opened[at]?.predict(x) ?? {};
  if (variance === undefined) return new Float64Array(x.rows).fill(Number.NaN);
  const back = members[at]?.back as WayBack;
  return variance.map((value, i) => deviation * Math.sqrt(value) * slopeBack(back, mean + deviation * (centre?.[i] as number)));
}

function combine(models: readonly Predictor[], weights: readonly number[], x: Matrix, { mean, deviation }: Scaling, backs: readonly WayBack[]): Float64Array {
  const sum = new Float64Array(x.rows);
  models.forEach((model, f) => {
    const predicted = model.predict(x).mean;
    const [weight, back] = [weights[f] as number, backs[f] as WayBack];
    for (let i = 0; i < x.rows; i++) sum[i] = (sum[i] as number) + weight * goBack(back, mean + deviation * (predicted[i] as number));
  });
  return sum;
}

/**
 * CV+ (Barber, Candès, Ramdas & Tibshirani 2021): of all n values μ₋ₖ(x) ± |residual|, the ⌊α(n + 1)⌋-th smallest of the lower ones and the
 * ⌈(1 − α)(n + 1)⌉-th of the upper ones. Covers a new run with at least 1 − 2α, in practice about 1 − α. ∓∞ where n is too small for the level.
 */
export function crossValidationPlus(unseen: readonly number[], errors: readonly Float64Array[], confidence: number): [lower: number, upper: number] {
  const n = errors.reduce((sum, fold) => sum + fold.length, 0);
  const alpha = 1 - confidence;
  // (1 − α)(n + 1) is often a whole number that a double misses by its last bit
  const rank = Math.ceil((1 - alpha) * (n + 1) - 1e-9);
  if (rank > n) return [-Infinity, Infinity];
  return [-kth(unseen.map((value) => -value), errors, rank), kth(unseen, errors, rank)];
}

/** The k-th smallest of all centre + error, errors ascending within each group: bisection on the value, then the value itself. */
function kth(centres: readonly number[], errors: readonly Float64Array[], k: number): number {
  let low = Math.min(...centres.map((centre, g) => centre + (errors[g]?.[0] ?? Infinity)));
  let high = Math.max(...centres.map((centre, g) => centre + (errors[g]?.at(-1) ?? -Infinity)));
  const below = (limit: number): number => centres.reduce((sum, centre, g) => sum + countUpTo(errors[g] as Float64Array, centre, limit), 0);
  if (below(low) >= k) return low;
  for (let step = 0; step < 60 && low < high; step++) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (below(middle) >= k) high = middle;
    else low = middle;
  }
  return high;
}

function countUpTo(errors: Float64Array, centre: number, limit: number): number {
  let low = 0;
  let high = errors.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (centre + (errors[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
