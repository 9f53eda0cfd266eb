import { inverse } from './transform.ts';
import type { PowerTransform } from './transform.ts';

/**
 * Expected response at a fitted value w of the transformed scale (the plain inverse is a median): Duan's smearing (1983), the mean of
 * the inverses of w + e over the residuals. Needs no distribution of the errors. O(n) per value; residuals whose inverse has no bound
 * (Infinity) make the mean infinite, which is what the model then says.
 */
export function smearedMean(transformation: PowerTransform, w: number, residuals: Float64Array): number {
  // The logarithm factors: e^w · mean e^e.
  if (transformation.family === 'box_cox' && transformation.lambda === 0) return Math.exp(w) * smearingFactor(residuals);
  let sum = 0;
  for (const e of residuals) sum += inverse(transformation, w + e);
  return sum / residuals.length;
}

/** mean e^e over the residuals of a model of ln y: what its exponentiated predictions are multiplied with. */
export function smearingFactor(residuals: Float64Array): number {
  let sum = 0;
  for (const e of residuals) sum += Math.exp(e);
  return sum / residuals.length;
}

/** Mean of a lognormal response whose logarithm is normal with mean w and standard deviation sigma. */
export function lognormalMean(w: number, sigma: number): number {
  return Math.exp(w + (sigma * sigma) / 2);
}
