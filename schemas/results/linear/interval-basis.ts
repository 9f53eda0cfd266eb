import { z } from 'zod';

/**
 * What a reader needs to give a prediction its intervals: with x the design row of a point (terms in order), f = F'x and
 * h = |f|², the mean lies in ŷ ± t·σ·√h and a new measurement in ŷ ± t·σ·√(1 + h). A factor of (X'X)⁻¹ = F·F' and not the
 * product, which would lose half of the digits of an ill-conditioned model.
 */
export const intervalBasisSchema = z.object({
  /** Student quantile of the confidence level at the residual degrees of freedom */
  t: z.number(),
  /** F: one row per term, one column per coefficient; zeros at an aliased term */
  factor: z.array(z.array(z.number())),
});
