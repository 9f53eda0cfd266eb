import { locateMatrix, nonNegative, readVector, refuseNonFinite } from '../elastic-net/operands.ts';
import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { isLink } from './links.ts';
import type { NewtonOptions } from './newton.ts';
import { once } from './drive.ts';
import type { Steps } from './drive.ts';
import type { GlmData } from './passes.ts';
import type { LogisticInput } from './types.ts';

/** Checks an input and lays it out in the kernel memory; the caller releases. Throws kernel_shape, no_rows, non_finite_input, kernel_domain. */
export function* layOutModel(kernels: Kernels, input: LogisticInput): Steps<GlmData> {
  const { memory } = kernels;
  const { n, p } = input;
  checkOptions(input);
  const matrix = locateMatrix(kernels, input.x, n, p, input.leadingDimension);
  const intercept = input.intercept ?? true;
  const column = (values: ArrayLike<number>): number => {
    const view = memory.allocFloat64(n);
    view.set(values);
    return view.byteOffset;
  };
  const outcome = readVector(kernels, 'y', input.y, n);
  const { outside, binary } = kindOf(outcome);
  if (outside >= 0) throw new KernelError('kernel_domain', `y must lie between 0 and 1, it is ${outcome[outside]} in row ${outside}`, { name: 'y', row: outside, value: outcome[outside] as number });
  const y = column(outcome);
  const trials = input.trials ? column(nonNegative('trials', input.trials, n)) : 0;
  const offset = input.offset ? column(readVector(kernels, 'offset', Float64Array.from(input.offset), n)) : 0;
  const shift = memory.allocFloat64(Math.max(p, 1)).byteOffset;
  const data: GlmData = {
    ...matrix, link: input.link ?? 'logit', intercept, binary, shift, y, trials, offset,
    eta: memory.alloc(8 * n), root: memory.alloc(8 * n), extra: memory.alloc(16 * n), leverage: memory.alloc(8 * n),
  };
  if (p > 0 && Number.isNaN((yield* once(data, { theta: new Float64Array(0), kind: 'columns' })).halfDeviance)) refuseNonFinite(kernels, matrix);
  return data;
}

/** The first outcome that is none (-1: all are), and whether all are 0 or 1. */
function kindOf(outcomes: Float64Array): { outside: number; binary: boolean } {
  let binary = true;
  for (let i = 0; i < outcomes.length; i++) {
    const value = outcomes[i] as number;
    if (value === 0 || value === 1) continue;
    if (value < 0 || value > 1) return { outside: i, binary: false };
    binary = false;
  }
  return { outside: -1, binary };
}

function checkOptions(input: LogisticInput): void {
  const { confidence = 0.95, ridge = 0, link = 'logit', maxIterations = 1 } = input;
  if (!(confidence > 0 && confidence < 1)) throw new KernelError('kernel_domain', 'confidence must lie between 0 and 1', { name: 'confidence', confidence });
  if (!(ridge >= 0 && ridge < Infinity)) throw new KernelError('kernel_domain', `ridge = ${ridge} must be finite and not negative`, { name: 'ridge', ridge });
  if (!isLink(link)) throw new KernelError('kernel_domain', 'unknown link', { name: 'link', link: String(link) });
  if (input.firth && link !== 'logit') throw new KernelError('kernel_domain', 'Firth\'s correction is for the logit link', { name: 'firth', link });
  if (input.firth && ridge > 0) throw new KernelError('kernel_domain', 'Firth\'s correction and a ridge exclude each other', { name: 'firth', ridge });
  if (input.flic && !(input.firth && (input.intercept ?? true))) throw new KernelError('kernel_domain', 'FLIC needs Firth\'s correction and a constant', { name: 'flic', link });
  if (!Number.isSafeInteger(maxIterations) || maxIterations < 1) throw new KernelError('kernel_domain', 'maxIterations must be a positive integer', { name: 'maxIterations', maxIterations });
}

export function newtonOptions(input: LogisticInput): NewtonOptions {
  const firth = input.firth ?? false;
  return { p: input.p, ridge: input.ridge ?? 0, firth, canonical: (input.link ?? 'logit') === 'logit', maxIterations: input.maxIterations ?? (firth ? 500 : 50) };
}
