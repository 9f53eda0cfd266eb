import { chiSquaredTails } from '../../../kernels/index.ts';
import type { CalibrationBin } from '../../scores/index.ts';

export interface HosmerLemeshow { groups: number; chi2: number; df: number; p: number }

/** Fewer groups leave no degree of freedom. */
const fewestGroups = 3;

/**
 * Hosmer & Lemeshow (1980): Σ n(observed − predicted)² / (predicted (1 − predicted)) over groups of the fit's own rows by
 * probability, on groups − 2 degrees of freedom. Null where there are too few groups or one has a probability of 0 or 1.
 */
export function hosmerLemeshow(bins: readonly CalibrationBin[]): HosmerLemeshow | null {
  const df = bins.length - 2;
  if (bins.length < fewestGroups) return null;
  const chi2 = bins.reduce((sum, { n, observed, mean_predicted: mean }) => sum + n * (observed - mean) ** 2 / (mean * (1 - mean)), 0);
  return Number.isFinite(chi2) ? { groups: bins.length, chi2, df, p: chiSquaredTails(chi2, df).upper } : null;
}
