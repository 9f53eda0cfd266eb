import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { finite } from '../numbers.ts';
import { inverse, smearing, smearingResiduals, withoutMean, type Response } from '../response.ts';
import { score } from '../score.ts';

export function response({ response: scale, specification, actual, modelActual, fittedMean, rows }: FittedModel, { tell }: SectionContext): LinearSections['response'] {
  const residuals = rows['residual'] as Float64Array;
  const fitted = rows['fitted'] as Float64Array;
  const infinite = withoutMean(scale, fitted, residuals);
  if (scale.refused !== undefined) tell({ code: 'transform_milder', severity: 'warning', values: { name: specification.target.name, refused: scale.refused, lambda: scale.lambda ?? 0 } });
  if (infinite > 0) tell({ code: 'transform_mean_infinite', severity: 'warning', values: { name: specification.target.name, lambda: Number((scale.lambda ?? 0).toPrecision(4)), count: infinite } });
  const { kind, lambda } = scale;
  return {
    transform: kind,
    lambda,
    label: labelOf(kind, specification.target.name),
    smearing: smearingOf(scale, residuals),
    scores: { model: score(modelActual, fitted), original: score(actual, fittedMean), original_median: score(actual, fitted.map((w) => inverse(scale, w))) },
  };
}

/** What takes a prediction of the scale of the fit to the mean of the target. */
export function smearingOf(scale: Response, residuals: Float64Array): LinearSections['response']['smearing'] {
  const logarithm = scale.kind === 'log' || scale.kind === 'log10';
  return { factor: logarithm ? finite(smearing(scale, residuals)) : null, residuals: scale.kind === 'none' || logarithm ? [] : Array.from(smearingResiduals(residuals)) };
}

function labelOf(kind: string, name: string): string {
  return kind === 'none' ? name : `${kind}(${name})`;
}

export function power({ power: profiles, design, fit }: FittedModel, { tell, parameters }: SectionContext): LinearSections['power'] {
  if (profiles === null && design.weights === null && design.offset === null) tell({ code: 'power_skipped', severity: 'info', values: { rows: design.n, terms: fit.rank } });
  const best = profiles?.[0];
  if (parameters.transform === 'none' && best !== undefined && best.advice !== 'none_needed') {
    tell({ code: 'transform_advised', severity: 'info', values: { lambda: best.niceLambda, low: endOf(best.low, '-∞'), high: endOf(best.high, '∞'), family: best.family } });
  }
  return (profiles ?? []).map(({ family, lambda, atBound, low, high, logLikelihood, untransformedLogLikelihood, p, niceLambda, advice, curve }) => ({
    family, lambda, at_bound: atBound, ci_low: finite(low), ci_high: finite(high), log_likelihood: finite(logLikelihood), untransformed_log_likelihood: finite(untransformedLogLikelihood),
    p: finite(p), nice_lambda: niceLambda, advice, curve: curve.map((point) => ({ lambda: point.lambda, log_likelihood: finite(point.logLikelihood) })),
  }));
}

/** An interval that the profile does not close is open. */
function endOf(value: number, open: string): number | string {
  return Number.isFinite(value) ? Number(value.toPrecision(3)) : open;
}
