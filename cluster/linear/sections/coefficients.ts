import { studentInterval } from '../../../kernels/index.ts';
import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { finite, standardDeviation } from '../numbers.ts';

export function coefficients({ fit, terms, modelActual, designColumn }: FittedModel, { parameters }: SectionContext): LinearSections['coefficients'] {
  const table = fit.inspection.covariance?.table;
  const sdTarget = standardDeviation(modelActual);
  const df = table?.degreesOfFreedom ?? fit.degreesOfFreedom;
  // one coefficient of p errs with α/p
  const joint = df > 0 && fit.rank > 0 ? studentInterval(1 - (1 - parameters.confidence_level) / fit.rank, df) : NaN;
  return terms.map((term, j) => {
    const intercept = term.kind === 'intercept';
    const estimate = finite(fit.coefficients[j]);
    const error = (table?.standardError ?? fit.standardErrors)[j];
    return {
      term: term.name,
      estimate,
      std_error: finite(error),
      t: finite((table?.t ?? fit.t)[j]),
      p: finite((table?.pValue ?? fit.pValues)[j]),
      ci_low: finite((table?.intervalLow ?? fit.intervalLow)[j]),
      ci_high: finite((table?.intervalHigh ?? fit.intervalHigh)[j]),
      joint_low: finite((fit.coefficients[j] as number) - joint * (error as number)),
      joint_high: finite((fit.coefficients[j] as number) + joint * (error as number)),
      standardized: intercept || !parameters.standardize || estimate === null || sdTarget === 0 ? null : finite(estimate * standardDeviation(designColumn(j)) / sdTarget),
      vif: intercept || estimate === null ? null : finite(fit.varianceInflation[j]),
    };
  });
}

export function covariance({ fit, specification }: FittedModel, { parameters }: SectionContext): LinearSections['covariance'] {
  const { covariance: robust } = fit.inspection;
  return {
    kind: parameters.covariance,
    df: finite(robust?.table.degreesOfFreedom ?? fit.degreesOfFreedom),
    cluster_column: parameters.covariance === 'cluster' ? specification.cluster?.name ?? null : null,
    clusters: robust?.groups ?? null,
  };
}
