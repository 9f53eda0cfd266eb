import type { LinearView } from '../../../schemas/index.ts';

/** The result as what predicts: itself, or with the penalised coefficients in the place of least squares, without what is not theirs. */
export function asPredicted(result: LinearView): LinearView {
  const { penalty } = result;
  if (penalty === null || !penalty.predicts) return result;
  return {
    ...result,
    coefficients: penalty.coefficients.map(({ term, estimate }) => ({ term, estimate, std_error: null, t: null, p: null, ci_low: null, ci_high: null, standardized: null, vif: null })),
    interval_basis: null,
    model: { ...result.model, equation: penalty.equation },
    response: { ...result.response, smearing: penalty.smearing ?? result.response.smearing },
  };
}
