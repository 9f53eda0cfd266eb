import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel, SectionContext } from '../fitted-model.ts';
import { finite, standardDeviation } from '../numbers.ts';

export function coefficients({ fit, terms, actual, designColumn }: FittedModel, { parameters }: SectionContext): LinearSections['coefficients'] {
  const sdTarget = standardDeviation(actual);
  return terms.map((term, j) => {
    const intercept = term.kind === 'intercept';
    const estimate = finite(fit.coefficients[j]);
    return {
      term: term.name,
      estimate,
      std_error: finite(fit.standardErrors[j]),
      t: finite(fit.t[j]),
      p: finite(fit.pValues[j]),
      ci_low: finite(fit.intervalLow[j]),
      ci_high: finite(fit.intervalHigh[j]),
      standardized: intercept || !parameters.standardize || estimate === null || sdTarget === 0 ? null : finite(estimate * standardDeviation(designColumn(j)) / sdTarget),
      vif: intercept || estimate === null ? null : finite(fit.varianceInflation[j]),
    };
  });
}
