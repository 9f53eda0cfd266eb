import { clusterCovariance, coefficientTable, heteroscedasticCovariance, type CoefficientTable, type FittedModel, type HeteroscedasticKind, type Kernels } from '../../../kernels/index.ts';

export type CovarianceKind = 'classical' | 'hc0' | 'hc1' | 'hc2' | 'hc3' | 'hc4' | 'cluster';

export interface CovarianceAsk {
  kind: CovarianceKind;
  /** cluster per row */
  cluster: Int32Array | null;
  confidence: number;
}

export interface RobustCovariance {
  /** under the covariance asked for; NaN where aliased or not estimable */
  table: CoefficientTable;
  groups: number | null;
}

/** The coefficient table that holds without equal variances, or with errors that go together within clusters. */
export function covarianceOf(kernels: Kernels, model: FittedModel, { kind, cluster, confidence }: CovarianceAsk): RobustCovariance | null {
  if (kind === 'classical') return null;
  const { coefficients, degreesOfFreedom } = model.fit;
  if (kind === 'cluster') {
    const { covariance, groups } = clusterCovariance(model, cluster ?? []);
    return { table: coefficientTable(coefficients, covariance, groups - 1, confidence), groups };
  }
  const covariance = heteroscedasticCovariance(model, kind.toUpperCase() as HeteroscedasticKind, kernels);
  return { table: coefficientTable(coefficients, covariance, degreesOfFreedom, confidence), groups: null };
}
