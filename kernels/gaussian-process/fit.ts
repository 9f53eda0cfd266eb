import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { checkInput, columnCodes, coordinatesOf, encode, mergeRows } from './encode.ts';
import type { Conditions } from './encode.ts';
import { createLikelihood } from './likelihood.ts';
import type { Process } from './likelihood.ts';
import { search, startingParameters } from './search.ts';
import type { GpFit, GpInput, GpModel, GpOptions, GpParameters, LeaveOneOut } from './types.ts';

/**
 * Gaussian-process regression: parameters of the largest marginal likelihood (Rasmussen & Williams, ch. 5), predictions without each condition in closed form.
 * Depends on input, options and seed only. n³ flop an evaluation, 16 n² bytes; scratch is taken from `kernels.memory` and given back.
 * Throws KernelError: kernel_shape, no_rows, non_finite_input, kernel_domain (options, a target that does not vary, covariance), kernel_memory_exhausted, kernel_memory_limit.
 */
export function fitGaussianProcess(kernels: Kernels, input: GpInput, options: GpOptions = {}): GpFit {
  checkInput(input, options);
  const { x, y, weights } = input;
  const { shape = 'matern52', mean = 'estimated', mergeReplicates = true, optimise = true } = options;
  const columns = columnCodes(x, options);
  const coordinates = coordinatesOf(columns);
  const p = coordinates.column.length;
  const { offset, scale } = targetScale(y, weights, options);
  const data = mergeRows(encode(x, columns, p), p, y.map((value) => (value - offset) / scale), weights, mergeReplicates);
  const process: Process = { shape, coordinates, mean, shared: options.lengthScales === 'shared', linear: options.linear === true };
  const start = startingParameters(options, x.columns);
  const found = optimise ? search(kernels, data, process, start, options) : { parameters: start, report: { evaluations: 1, screeningEvaluations: 0, starts: [] } };
  return finish(kernels, data, process, found, { offset, scale, columns, weights });
}

/** The process at given parameters. */
function finish(
  kernels: Kernels, data: Conditions, process: Process, { parameters, report }: { parameters: GpParameters; report: GpFit['search'] },
  { offset, scale, columns, weights }: Pick<GpModel, 'offset' | 'scale' | 'columns'> & { weights: Float64Array | undefined },
): GpFit {
  const mark = kernels.memory.mark();
  try {
    const likelihood = createLikelihood(kernels, data, process);
    const { value, gradient, jitter, level } = likelihood.evaluate(parameters);
    if (!Number.isFinite(value)) throw new KernelError('kernel_domain', 'the covariance of the rows is not positive definite', { name: 'covariance' });
    const alpha = likelihood.alpha();
    const model: GpModel = {
      shape: process.shape, columns, parameters, mean: process.mean, offset, scale, level, jitter, n: data.n, p: data.p, x: data.x, weight: data.weight, alpha, logLikelihood: value,
    };
    return { model, gradient: gradient.slice(), leaveOneOut: leaveOneOut(model, data, likelihood.inverse(), weights), search: report };
  } finally {
    kernels.memory.release(mark);
  }
}

function targetScale(y: Float64Array, weights: Float64Array | undefined, { mean = 'estimated', scaleTarget = true }: GpOptions): { offset: number; scale: number } {
  const weight = (i: number): number => weights?.[i] ?? 1;
  const total = y.reduce((sum, _, i) => sum + weight(i), 0);
  const average = y.reduce((sum, value, i) => sum + weight(i) * value, 0) / total;
  const spread = Math.sqrt(y.reduce((sum, value, i) => sum + weight(i) * (value - average) ** 2, 0) / total);
  if (!(spread > 1e-14 * Math.abs(average))) throw new KernelError('kernel_domain', 'the response does not vary', { name: 'y', reason: 'constant' });
  return { offset: mean === 'zero' ? 0 : average, scale: scaleTarget ? spread : 1 };
}

/** μ_i = y_i - [Qy]_i / Q_ii, σ²_i = 1 / Q_ii; Q = K⁻¹, less K⁻¹11'K⁻¹ / 1'K⁻¹1 when the constant is estimated (Dubrule 1983). Then noise of the row instead of the condition's. */
function leaveOneOut(model: GpModel, data: Conditions, { diagonal, ones }: { diagonal: Float64Array; ones: Float64Array }, weights: Float64Array | undefined): LeaveOneOut {
  const { parameters, offset, scale, alpha } = model;
  const sum = ones.reduce((s, v) => s + v, 0);
  const precision = diagonal.map((d, i) => (model.mean === 'estimated' ? d - (ones[i] as number) ** 2 / sum : d));
  const mean = new Float64Array(data.member.length);
  const variance = new Float64Array(data.member.length);
  data.member.forEach((c, row) => {
    const own = 1 / (precision[c] as number);
    mean[row] = offset + scale * ((data.y[c] as number) - (alpha[c] as number) * own);
    variance[row] = scale ** 2 * Math.max(0, own - parameters.noise / (data.weight[c] as number) + parameters.noise / (weights?.[row] ?? 1));
  });
  return { mean, variance };
}
