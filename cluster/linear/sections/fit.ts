import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { finite } from '../numbers.ts';
import { logJacobian } from '../response.ts';
import { score } from '../score.ts';
import { noiseOf } from './noise.ts';

export function fit(model: FittedModel, { parameters }: SectionContext): LinearSections['fit'] {
  const { fit: fitted, actual, modelActual, rows, specification, used, response } = model;
  const n = actual.length;
  const { rss, tss, rank } = fitted;
  const inSample = score(modelActual, rows['fitted'] as Float64Array);
  // Gaussian likelihood at its maximum; σ counts as a parameter (R's convention)
  const k = rank + 1;
  // of weighted rows: y_i ~ N(μ_i, σ²/w_i)
  const logWeights = specification.weights === null ? 0 : used.reduce((sum, row) => sum + Math.log(specification.weights?.values[row] as number), 0) / 2;
  const logLikelihood = rss > 0 ? logWeights - n / 2 * (Math.log(2 * Math.PI) + Math.log(rss / n) + 1) : NaN;
  const aic = 2 * k - 2 * logLikelihood;
  return {
    r2: finite(fitted.rSquared),
    adjusted_r2: finite(fitted.adjustedRSquared),
    predicted_r2: tss > 0 ? finite(1 - fitted.press / tss) : null,
    sigma: finite(fitted.sigma),
    rss: finite(rss),
    tss: finite(tss),
    press: finite(fitted.press),
    f: finite(fitted.f.value),
    f_df1: fitted.f.numeratorDegreesOfFreedom,
    f_df2: fitted.f.denominatorDegreesOfFreedom,
    f_p: finite(fitted.f.pValue),
    log_likelihood: finite(logLikelihood),
    aic: finite(aic),
    aicc: n - k - 1 > 0 ? finite(aic + 2 * k * (k + 1) / (n - k - 1)) : null,
    bic: finite(k * Math.log(n) - 2 * logLikelihood),
    rmse: inSample.rmse,
    mae: inSample.mae,
    parameters: k,
    aic_original: finite(aic - 2 * logJacobian(response, actual)),
    r2_ceiling: noiseOf(model, parameters.replicate_tolerance)?.r2_ceiling ?? null,
  };
}
