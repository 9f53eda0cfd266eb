import type { Kernels } from '../module.ts';
import { influenceRows, leverageOf, modelBasis } from '../regression/index.ts';
import type { FittedModel } from '../regression/index.ts';
import { scaledOuterProducts, suitsKernels } from './in-kernels.ts';

/** HC0 White 1980; HC1 MacKinnon & White 1985 (n / (n − p)); HC2 1 / (1 − h); HC3 1 / (1 − h)²; HC4 Cribari-Neto 2004. */
export type HeteroscedasticKind = 'HC0' | 'HC1' | 'HC2' | 'HC3' | 'HC4';

/** From here 1 - h is rounding noise: the row determines a coefficient alone. */
const UNIT_LEVERAGE = 1 - 1e-12;
/** Influence on a coefficient, relative to its largest, that is rounding noise. */
const NO_INFLUENCE = 1e-9;

/**
 * Covariance of the coefficients that holds without equal error variances, p × p, NaN for aliased columns. With HC2–HC4 a coefficient that
 * a row of leverage 1 determines alone has no estimate (its residual is 0 whatever its variance): NaN. With `kernels` large models go through them, to rounding the same and some
 * twenty times as fast; scratch is given back.
 */
export function heteroscedasticCovariance(model: FittedModel, kind: HeteroscedasticKind, kernels?: Kernels): Float64Array {
  const { n, fit } = model;
  const weight = weightOf(kind, n, fit.rank);
  const leverage = leverageOf(model);
  const scale = fit.residuals.map((e, i) => ((leverage[i] as number) > UNIT_LEVERAGE ? 0 : Math.abs(e) * Math.sqrt(weight(leverage[i] as number))));
  if (kernels !== undefined && suitsKernels(model) && leverage.every((h) => h <= UNIT_LEVERAGE)) return spread(scaledOuterProducts(kernels, model, scale), fit.kept, model.p);
  const influence = influenceRows(modelBasis(model));
  const covariance = outerProducts(influence, scale, n, fit.rank);
  if (kind !== 'HC0' && kind !== 'HC1') withdraw(covariance, influence, leverage, n, fit.rank);
  return spread(covariance, fit.kept, model.p);
}

function weightOf(kind: HeteroscedasticKind, n: number, rank: number): (h: number) => number {
  switch (kind) {
    case 'HC0': return () => 1;
    case 'HC1': return () => n / (n - rank);
    case 'HC2': return (h) => 1 / (1 - h);
    case 'HC3': return (h) => 1 / (1 - h) ** 2;
    case 'HC4': return (h) => 1 / (1 - h) ** Math.min(4, (n * h) / rank);
  }
}

/** Σ (s_i a_i)(s_i a_i)', rank × rank. */
function outerProducts(influence: Float64Array, scale: Float64Array, n: number, rank: number): Float64Array {
  const out = new Float64Array(rank * rank);
  for (let k = 0; k < rank; k++) {
    for (let l = 0; l <= k; l++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (scale[i] as number) ** 2 * (influence[k * n + i] as number) * (influence[l * n + i] as number);
      out[k * rank + l] = sum;
      out[l * rank + k] = sum;
    }
  }
  return out;
}

function withdraw(covariance: Float64Array, influence: Float64Array, leverage: Float64Array, n: number, rank: number): void {
  const alone = [...leverage.keys()].filter((i) => (leverage[i] as number) > UNIT_LEVERAGE);
  if (alone.length === 0) return;
  for (let k = 0; k < rank; k++) {
    const column = influence.subarray(k * n, (k + 1) * n);
    const largest = column.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
    if (!alone.some((i) => Math.abs(column[i] as number) > NO_INFLUENCE * largest)) continue;
    for (let l = 0; l < rank; l++) {
      covariance[k * rank + l] = Number.NaN;
      covariance[l * rank + k] = Number.NaN;
    }
  }
}

/** rank × rank onto the p × p places of the kept columns, NaN elsewhere. */
export function spread(matrix: Float64Array, kept: readonly number[], p: number): Float64Array {
  const out = new Float64Array(p * p).fill(Number.NaN);
  kept.forEach((column, k) => kept.forEach((other, l) => {
    out[column * p + other] = matrix[k * kept.length + l] as number;
  }));
  return out;
}
