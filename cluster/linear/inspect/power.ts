import { chiSquaredTails, KernelError, niceLambda, powerProfile, type FittedModel, type TransformAdvice, type TransformFamily } from '../../../kernels/index.ts';

export interface Power {
  family: TransformFamily;
  lambda: number;
  atBound: boolean;
  low: number;
  high: number;
  logLikelihood: number;
  untransformedLogLikelihood: number;
  /** likelihood-ratio test of λ = 1 */
  p: number;
  advice: TransformAdvice;
  niceLambda: number;
  curve: { lambda: number; logLikelihood: number }[];
}

/** λ of the drawn curve: from −2 to 2 by tenths. */
const curveSteps = Array.from({ length: 41 }, (_, k) => (k - 20) / 10);

/** Both families; null where the family does not take these values or the fit is exact. */
export function powerOf(model: FittedModel, confidence: number): Power[] {
  return (['box_cox', 'yeo_johnson'] as const).flatMap((family) => {
    try {
      const profile = powerProfile(model, family, confidence);
      const nice = niceLambda(profile);
      return [{
        family, lambda: profile.lambda, atBound: profile.atBound, low: profile.interval.low, high: profile.interval.high,
        logLikelihood: profile.logLikelihood, untransformedLogLikelihood: profile.untransformedLogLikelihood,
        p: chiSquaredTails(Math.max(0, 2 * (profile.logLikelihood - profile.untransformedLogLikelihood)), 1).upper,
        advice: nice.advice, niceLambda: nice.lambda,
        curve: curveSteps.map((lambda) => ({ lambda, logLikelihood: profile.at(lambda) })),
      }];
    } catch (error) {
      if (error instanceof KernelError && error.code === 'kernel_domain') return [];
      throw error;
    }
  });
}
