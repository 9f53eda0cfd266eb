import { KernelError, robustFit, studentTwoSidedP, type FittedModel, type Kernels } from '../../../kernels/index.ts';

export interface RobustAsk {
  method: 'huber' | 'bisquare' | 'mm' | 'lts';
  seed: number;
  /** shared: thousandths of the iterations that are done, for whoever waits */
  done: Int32Array | null;
}

export interface Robust {
  coefficients: Float64Array;
  standardErrors: Float64Array;
  t: Float64Array;
  p: Float64Array;
  scale: number;
  iterations: number;
  converged: boolean;
  /** per row: 1 counts in full, 0 not at all */
  weights: Float64Array;
}

const thousand = 1000;

/** null when more than half of the residuals are 0: there is no scale to judge rows by. */
export function robustOf(kernels: Kernels, model: FittedModel, { method, seed, done }: RobustAsk): Robust | null {
  try {
    const { coefficients, standardErrors, t, scale, iterations, converged, weights, degreesOfFreedom } = robustFit(model, { method, seed, ...(done === null ? {} : { told: (share: number) => void Atomics.store(done, 0, Math.floor(thousand * share)) }) }, kernels);
    return { coefficients, standardErrors, t, p: t.map((value) => (degreesOfFreedom > 0 ? studentTwoSidedP(value, degreesOfFreedom) : NaN)), scale, iterations, converged, weights };
  } catch (error) {
    if (error instanceof KernelError && error.code === 'kernel_domain') return null;
    throw error;
  }
}
