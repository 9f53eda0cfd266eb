import { leastSquares, normalDensity, normalQuantile, normalTails } from '../../../kernels/index.ts';
import type { BinaryLink, Kernels } from '../../../kernels/index.ts';
import { columnMajor } from '../kernels.ts';

const inverse: Record<BinaryLink, (eta: number) => [mean: number, slope: number]> = {
  logit: (eta) => [1 / (1 + Math.exp(-eta)), Math.exp(-eta) / (1 + Math.exp(-eta)) ** 2],
  probit: (eta) => [normalTails(eta).lower, normalDensity(eta)],
  cloglog: (eta) => [-Math.expm1(-Math.exp(eta)), Math.exp(eta - Math.exp(eta))],
};
const predictor: Record<BinaryLink, (mean: number) => number> = {
  logit: (mean) => Math.log(mean / (1 - mean)), probit: normalQuantile, cloglog: (mean) => Math.log(-Math.log(1 - mean)),
};

export interface Irls { coefficients: Float64Array; standardErrors: Float64Array; leverage: Float64Array; cooksDistance: Float64Array; deviance: number }

/**
 * The textbook algorithm as R's glm.fit runs it, on double-double least squares: start (y + 1/2) / 2, stop at a relative change `epsilon` of the deviance.
 * Like R, standard errors and leverages come from the weights of the last step, that is of the coefficients before it.
 */
export function irls(kernels: Kernels, columns: readonly Float64Array[], y: Float64Array, link: BinaryLink, epsilon: number, steps = 200): Irls {
  const n = y.length;
  const p = columns.length;
  let eta = y.map((value) => predictor[link]((value + 0.5) / 2));
  let before = Infinity;
  for (let step = 1; ; step++) {
    const means = [...eta].map((value) => inverse[link](value));
    const roots = means.map(([mean, slope]) => slope / Math.sqrt(mean * (1 - mean)));
    const working = eta.map((value, i) => (value + ((y[i] as number) - (means[i]?.[0] as number)) / (means[i]?.[1] as number)) * (roots[i] as number));
    const x = columnMajor(columns.map((column) => column.map((value, i) => value * (roots[i] as number))));
    const fit = leastSquares(kernels, { x, y: working, n, p, mode: 'exact' });
    const { coefficients, covarianceUnscaled } = fit;
    eta = Float64Array.from({ length: n }, (_, i) => columns.reduce((sum, column, j) => sum + (column[i] as number) * (coefficients[j] as number), 0));
    let deviance = 0;
    for (let i = 0; i < n; i++) {
      const [mean] = inverse[link](eta[i] as number);
      deviance -= 2 * Math.log(y[i] === 1 ? mean : 1 - mean);
    }
    if (Math.abs(deviance - before) / (Math.abs(deviance) + 0.1) < epsilon || step === steps) {
      const leverage = fit.diagnostics?.leverage as Float64Array;
      const cooksDistance = eta.map((value, i) => {
        const [mean] = inverse[link](value);
        const h = leverage[i] as number;
        return ((((y[i] as number) - mean) ** 2 / (mean * (1 - mean))) * h) / (1 - h) ** 2 / p;
      });
      return { coefficients, standardErrors: Float64Array.from({ length: p }, (_, j) => Math.sqrt(covarianceUnscaled[j * p + j] as number)), leverage, cooksDistance, deviance };
    }
    before = deviance;
  }
}
