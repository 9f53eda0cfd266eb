import { inverseTransform, niceLambda, powerProfile, powerTransform, smearedMean, type FittedModel as KernelModel, type PowerTransform } from '../../kernels/index.ts';
import type { LinearAnalysisParameters } from '../../schemas/index.ts';

export type TransformChoice = LinearAnalysisParameters['transform'];

/** The scale on which the target is fitted. `lambda` of the power families; null of the others. */
export interface Response {
  kind: 'none' | 'log' | 'log10' | 'sqrt' | 'box_cox' | 'yeo_johnson';
  lambda: number | null;
  /** λ that the data ask for where `auto` took a milder one: with it some rows of the fit have no finite mean */
  refused?: number;
}

export const untransformed: Response = { kind: 'none', lambda: null };

/** Whether the choice leaves λ to the data. */
export function isEstimated(choice: TransformChoice): choice is 'box_cox' | 'yeo_johnson' | 'auto' {
  return choice === 'box_cox' || choice === 'yeo_johnson' || choice === 'auto';
}

/** First value for which the choice is not defined; −1 when it is for all. */
export function outsideDomain(choice: TransformChoice, y: Float64Array): number {
  if (choice === 'sqrt') return y.findIndex((value) => !(value >= 0));
  return choice === 'log' || choice === 'log10' || choice === 'box_cox' ? y.findIndex((value) => !(value > 0)) : -1;
}

/**
 * λ by the likelihood of the regression on the untransformed target. `auto`: Box–Cox where all values are positive, else
 * Yeo–Johnson; a λ that can be explained if the interval holds one, and no transformation if it holds 1. A strong power may take
 * a row with its error beyond every value it can have (1/y past 0): its mean is infinite, and `auto` goes on to the next nearest
 * power with finite means, in the end the logarithm.
 * @param refit fitted values and residuals of the same columns for another target
 * @throws KernelError kernel_domain: a value outside the family, a target that the columns fit exactly
 */
export function estimateResponse(model: KernelModel, choice: 'box_cox' | 'yeo_johnson' | 'auto', confidence: number, refit: (y: Float64Array) => { fitted: Float64Array; residuals: Float64Array }): Response {
  const family = choice !== 'auto' ? choice : model.y.every((value) => value > 0) ? 'box_cox' : 'yeo_johnson';
  if (choice === 'auto' && model.fit.exactFit) return untransformed;
  const profile = powerProfile(model, family, confidence);
  if (choice !== 'auto') return { kind: family, lambda: profile.lambda };
  const { lambda } = niceLambda(profile);
  if (lambda === 1) return untransformed;
  const milder = [lambda, ...milderPowers.filter((power) => Math.abs(power) < Math.abs(lambda) && power * lambda >= 0)];
  const found = milder.find((power) => {
    const response: Response = { kind: family, lambda: power };
    const { fitted, residuals } = refit(forward(response, Float64Array.from(model.y)));
    return withoutMean(response, fitted, residuals) === 0;
  }) ?? 0;
  return { kind: family, lambda: found, ...(found !== lambda && { refused: lambda }) };
}

/** From strong to none, of either sign. */
const milderPowers = [2, -1, 0.5, -0.5, 1 / 3, 0];

/** Rows whose expected target is not finite. */
export function withoutMean(response: Response, fitted: Float64Array, residuals: Float64Array): number {
  if (response.kind !== 'box_cox' && response.kind !== 'yeo_johnson') return 0;
  // increasing: the row is safe when its largest and smallest sums are
  const used = smearingResiduals(residuals);
  const [low, high] = used.reduce(([from, to], e) => [Math.min(from, e), Math.max(to, e)], [Infinity, -Infinity]);
  return fitted.reduce((count, w) => count + Number(!Number.isFinite(inverse(response, w + low)) || !Number.isFinite(inverse(response, w + high))), 0);
}

export function forward(response: Response, y: Float64Array): Float64Array {
  if (response.kind === 'none') return Float64Array.from(y);
  if (response.kind === 'log') return y.map(Math.log);
  if (response.kind === 'log10') return y.map(Math.log10);
  return response.kind === 'sqrt' ? y.map(Math.sqrt) : powerTransform(familyOf(response), y);
}

/** Back to the target's own scale: increasing everywhere, so that it takes quantiles and interval ends to what they are. */
export function inverse(response: Response, w: number): number {
  switch (response.kind) {
    case 'none': return w;
    case 'log': return Math.exp(w);
    case 'log10': return 10 ** w;
    // below √0 the response is at its limit; squaring would rise again
    case 'sqrt': return w > 0 ? w * w : 0;
    default: return inverseTransform(familyOf(response), w);
  }
}

/** ln of the slope of the transformation, summed over the rows: what a likelihood changes by. */
export function logJacobian({ kind, lambda }: Response, y: Float64Array): number {
  const sum = (of: (value: number) => number): number => y.reduce((total, value) => total + of(value), 0);
  switch (kind) {
    case 'none': return 0;
    case 'log': return -sum(Math.log);
    case 'log10': return -sum(Math.log) - y.length * Math.log(Math.LN10);
    case 'sqrt': return sum((value) => -Math.log(2) - Math.log(value) / 2);
    case 'box_cox': return ((lambda ?? 1) - 1) * sum(Math.log);
    case 'yeo_johnson': return ((lambda ?? 1) - 1) * sum((value) => Math.sign(value) * Math.log1p(Math.abs(value)));
  }
}

/** Residuals that a mean is taken over: so many quantiles of them say as much as all. */
const mostResiduals = 500;

/** The residuals, or evenly spaced order statistics of many. */
export function smearingResiduals(residuals: Float64Array): Float64Array {
  if (residuals.length <= mostResiduals) return residuals;
  const sorted = Float64Array.from(residuals).sort();
  return Float64Array.from({ length: mostResiduals }, (_, k) => sorted[Math.floor((k + 0.5) * sorted.length / mostResiduals)] as number);
}

/** Expected target at a fitted value of the model's scale (Duan 1983): the inverse alone is the median. */
export function meanOf(response: Response, residuals: Float64Array): (w: number) => number {
  if (response.kind === 'none') return (w) => w;
  if (response.kind === 'log' || response.kind === 'log10') {
    const factor = smearing(response, residuals);
    return (w) => inverse(response, w) * factor;
  }
  const used = smearingResiduals(residuals);
  if (response.kind === 'sqrt') return (w) => used.reduce((sum, e) => sum + inverse(response, w + e), 0) / used.length;
  const family = familyOf(response);
  return (w) => smearedMean(family, w, used);
}

/** mean of the inverses of the residuals: of a logarithm the factor between median and mean. */
export function smearing(response: Response, residuals: Float64Array): number {
  return residuals.reduce((sum, e) => sum + inverse(response, e), 0) / residuals.length;
}

function familyOf({ kind, lambda }: Response): PowerTransform {
  if (kind !== 'box_cox' && kind !== 'yeo_johnson') throw new Error(`${kind} is no power family`);
  return { family: kind, lambda: lambda ?? 1 };
}
