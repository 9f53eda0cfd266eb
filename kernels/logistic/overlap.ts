import type { Kernels } from '../module.ts';
import { DOUBTFUL } from './aliasing.ts';
import type { NewtonFit } from './newton.ts';
import type { GlmData } from './passes.ts';

/** Pearson residuals below this may be rounding: the test by linear programming decides. */
const CLEAR = 1e-6;
/** The share of a row's residual that the closing step may take. */
const MARGIN = 0.5;

/**
 * Whether a maximum-likelihood fit that has just ended proves that the outcomes overlap. The rows s_i z_i (s_i = ±1 by outcome) are not separable exactly if a combination
 * of them with positive weights vanishes and they span everything (Farkas). The score gives that combination: its weights are r_i |e_i| (root weight, Pearson residual), and what is left
 * of it, the gradient, is taken away by changing them by r_i² z_i'step, at most r_i · |step| by Cauchy-Schwarz with |step| in standard errors: less than they are if |step| < |e_i| in
 * every row. A row that saw both outcomes has a weight for either side and allows any change. Reads what the last score pass left by row. Penalised fits prove nothing.
 */
export function provesOverlap(kernels: Kernels, data: GlmData, fit: NewtonFit): boolean {
  if (!fit.converged || !fit.factor.pivots.every((pivot) => pivot > DOUBTFUL)) return false;
  const { n } = data;
  const y = kernels.memory.float64(data.y, n);
  const trials = data.trials ? kernels.memory.float64(data.trials, n) : undefined;
  const pearson = kernels.memory.float64(data.extra, n);
  const least = Math.max(CLEAR, fit.gradient / MARGIN);
  for (let i = 0; i < n; i++) {
    const whole = y[i] === 0 || y[i] === 1;
    if (whole && trials?.[i] !== 0 && !(Math.abs(pearson[i] as number) > least)) return false;
  }
  return true;
}
