import type { BinaryView, LinearView } from '../../../schemas/index.ts';

/** The result as what predicts: itself, or with the penalised coefficients in the place of least squares, without what is not theirs. */
export function asPredicted(result: LinearView): LinearView {
  const { penalty } = result;
  if (penalty === null || !penalty.predicts) return result;
  return {
    ...result,
    coefficients: penalty.coefficients.map(({ term, estimate }) => ({ term, estimate, std_error: null, t: null, p: null, ci_low: null, ci_high: null, joint_low: null, joint_high: null, standardized: null, vif: null })),
    interval_basis: null,
    model: { ...result.model, equation: penalty.equation },
    response: { ...result.response, smearing: penalty.smearing ?? result.response.smearing },
  };
}

/** The same of a target of two values: the penalised coefficients in the place of those by likelihood, without their covariance. */
export function asPredictedBinary(view: BinaryView): BinaryView {
  const { penalty } = view.binary;
  if (penalty === null || !penalty.predicts) return view;
  const blank = { std_error: null, z: null, p: null, ci_low: null, ci_high: null, profile_low: null, profile_high: null, odds_ratio_low: null, odds_ratio_high: null, standardized: null };
  return {
    ...view,
    model: { ...view.model, equation: penalty.equation },
    binary: { ...view.binary, coefficients: penalty.coefficients.map(({ term, estimate, odds_ratio }) => ({ term, estimate, odds_ratio, ...blank })), covariance: { ...view.binary.covariance, matrix: null } },
  };
}
