import type { Kernels, LeastSquaresResult, FittedModel as KernelModel } from '../../../kernels/index.ts';
import type { Design } from '../design.ts';

/** The regression as the kernels' statistics read it: columns in place, residuals as in Pearson's (times √w). */
export function rowsModel({ memory }: Kernels, design: Design, fit: LeastSquaresResult): KernelModel {
  const { n, p, intercept } = design;
  const root = rootsOf(memory, design);
  return {
    n, p, intercept, x: memory.float64(design.x, n * p), y: Float64Array.from(memory.float64(design.y, n)),
    fit: root === undefined ? fit : { ...fit, residuals: fit.residuals.map((e, i) => e * (root[i] as number)) },
  };
}

/** Rows times √w, so that errors have equal variances; the same as rowsModel without weights. The constant is then no longer among the columns. */
export function whitenedModel(kernels: Kernels, design: Design, fit: LeastSquaresResult): KernelModel {
  return whitened(rowsModel(kernels, design, fit), rootsOf(kernels.memory, design));
}

/** @param root √w per row; undefined: all weigh the same */
export function whitened(model: KernelModel, root: Float64Array | undefined): KernelModel {
  if (root === undefined) return model;
  const scaled = (values: Float64Array): Float64Array => values.map((value, at) => value * (root[at % model.n] as number));
  return { ...model, intercept: false, x: scaled(model.x), y: scaled(model.y), fit: { ...model.fit, fitted: scaled(model.fit.fitted) } };
}

function rootsOf(memory: Kernels['memory'], { weights, n }: Design): Float64Array | undefined {
  return weights === null ? undefined : memory.float64(weights, n).map(Math.sqrt);
}
