import { shapiroWilk } from '../../kernels/regression-tests/index.ts';
import { Fault } from '../../schemas/index.ts';

/** Scale on which a target is learnt. */
export type Transform = 'none' | 'log' | 'sqrt';

/** Values that normality is judged by at most, as the original does. */
const MOST_JUDGED = 5000;
/** Above it a scale counts as normal. */
const NORMAL = 0.05;

/**
 * `auto` is the original's rule, by the distribution of the target alone: the scale that Shapiro and Wilk find the most normal where one passes, else by skewness.
 * @throws Fault `transform_domain` where a logarithm or root does not exist
 */
export function chooseTransform(wanted: Transform | 'auto', y: Float64Array, target: string): Transform {
  const least = y.reduce((a, b) => Math.min(a, b), Infinity);
  if (wanted === 'auto') return least > 0 ? automatic(y) : 'none';
  if ((wanted === 'log' && least <= 0) || (wanted === 'sqrt' && least < 0)) {
    throw new Fault('transform_domain', `${target} has the value ${least}, which has no ${wanted}`, { where: { field: 'parameters.target_transform', column: target }, values: { name: target, value: least, transform: wanted } });
  }
  return wanted;
}

export function forward(transform: Transform, y: Float64Array): Float64Array {
  return transform === 'none' ? y : y.map(transform === 'log' ? Math.log : Math.sqrt);
}

/** The way back from a prediction z to the mean of the target: E[g(z + r)] over the residuals r (Duan 1983, smearing), not g(z), which is the median. */
export type WayBack = { readonly transform: 'none' } | { readonly transform: 'log'; readonly factor: number } | { readonly transform: 'sqrt'; readonly shift: number; readonly square: number };

/** @param residuals of predictions of unseen rows, on the transformed scale */
export function wayBack(transform: Transform, residuals: Float64Array): WayBack {
  const mean = (of: (r: number) => number): number => residuals.reduce((sum, r) => sum + of(r), 0) / residuals.length;
  if (transform === 'log') return { transform, factor: mean(Math.exp) };
  if (transform === 'sqrt') return { transform, shift: mean((r) => r), square: mean((r) => r * r) };
  return { transform };
}

export function goBack(way: WayBack, z: number): number {
  if (way.transform === 'log') return way.factor * Math.exp(z);
  if (way.transform === 'sqrt') return z * z + 2 * z * way.shift + way.square;
  return z;
}

/** Of `goBack`. */
export function slopeBack(way: WayBack, z: number): number {
  if (way.transform === 'log') return way.factor * Math.exp(z);
  return way.transform === 'sqrt' ? Math.abs(2 * (z + way.shift)) : 1;
}

function automatic(y: Float64Array): Transform {
  const scales = (['none', 'log', 'sqrt'] as const).map((transform) => ({ transform, p: probability(forward(transform, y).slice(0, MOST_JUDGED)) }));
  const best = scales.reduce((a, b) => (b.p > a.p ? b : a));
  if (best.p > NORMAL) return best.transform;
  const g = skewness(y);
  return g > 1 ? 'log' : g > 0.5 ? 'sqrt' : 'none';
}

function probability(values: Float64Array): number {
  return values.length < 3 || values.every((value) => value === values[0]) ? 0 : shapiroWilk(values).pValue;
}

function skewness(y: Float64Array): number {
  const mean = y.reduce((a, b) => a + b, 0) / y.length;
  const moment = (k: number): number => y.reduce((sum, value) => sum + (value - mean) ** k, 0) / y.length;
  return moment(3) / moment(2) ** 1.5;
}
