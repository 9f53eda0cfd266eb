import { instantiate, KernelError, KernelMemory, penalisedLogistic, penalisedLogisticLambdas, type Kernels, type PenalisedLogistic, type PenalisedLogisticInput } from '../../../../kernels/index.ts';
import type { Design } from '../../design.ts';
import type { KernelSeat } from '../../fit.ts';
import { asFault } from '../../penalty/index.ts';
import { takeTurns, type Done, type Share } from '../../spread.ts';
import { fitOnce, here, inputOf, together, type BinaryOptions } from '../fit.ts';

/** Thread side of a penalised fit of a target of two values: each path is one piece of work, whoever does it. */

export interface BinaryPenaltyAsk extends Pick<PenalisedLogisticInput, 'l1Ratio' | 'standardise' | 'lambdaCount'> {
  /** by design column without the constant */
  penaltyFactors: Float64Array;
  /** number of the term of each of them; undefined: each column alone */
  groups: number[] | undefined;
}

export interface BinaryPathPiece {
  design: Design;
  options: BinaryOptions;
  ask: BinaryPenaltyAsk;
  /** null: only those of the default path are asked for */
  lambdas: Float64Array | null;
  /** fold of each row, and the one that is left out and judged; null: the path of all rows */
  held: { fold: Int32Array; left: number } | null;
}

/** `errors`: mean deviance of the fold that was left out, by penalty; null where the others have one label only. */
export type BinaryPathAnswer = { kind: 'lambdas'; lambdas: Float64Array } | { kind: 'path'; path: PenalisedLogistic } | { kind: 'fold'; errors: Float64Array | null; weight: number; unsolved: number };

/** Paths, one after the other as they are left; a task. @throws Fault `penalty_no_columns` */
export async function solveBinaryPaths(share: Share<BinaryPathPiece>): Promise<Done<BinaryPathAnswer>> {
  const kernels = await instantiate(share.module, KernelMemory.attach(share.slab));
  return takeTurns(share, (piece) => solveBinaryPath(kernels, piece));
}

function solveBinaryPath(kernels: Kernels, { design, options, ask, lambdas, held }: BinaryPathPiece): BinaryPathAnswer {
  const { x, y, n, p, intercept, link, trials, offset } = inputOf(kernels, design, options);
  const input: PenalisedLogisticInput = { x, y, n, p, intercept, link, trials, offset, ...ask };
  if (lambdas === null) return { kind: 'lambdas', lambdas: asFault(() => penalisedLogisticLambdas(kernels, input)) };
  if (held === null) return { kind: 'path', path: asFault(() => penalisedLogistic(kernels, { ...input, lambdas })) };
  const weightOf = (inside: boolean): Float64Array => Float64Array.from(held.fold, (fold, i) => ((fold === held.left) === inside ? trials?.[i] ?? 1 : 0));
  const judged = weightOf(true);
  const weight = judged.reduce((sum, value) => sum + value, 0);
  try {
    const { heldDeviances, unsolved } = penalisedLogistic(kernels, { ...input, lambdas, trials: weightOf(false), held: judged });
    return { kind: 'fold', errors: heldDeviances, weight, unsolved: unsolved.length };
  } catch (error) {
    if (error instanceof KernelError && error.values['reason'] === 'one_class') return { kind: 'fold', errors: null, weight, unsolved: 0 };
    throw error;
  }
}

export interface BinaryRefit { coefficients: Float64Array; standardErrors: Float64Array }

/** The fit of some design columns (the constant aside) by likelihood, or by Firth's where they are separated; NaN for the others. null where there is none. A task. */
export async function refitBinary({ module, slab, design, options, columns }: KernelSeat & { design: Design; options: BinaryOptions; columns: number[] }): Promise<BinaryRefit | null> {
  const kernels = await instantiate(module, KernelMemory.attach(slab));
  const { n, p, intercept } = design;
  const skip = intercept ? 1 : 0;
  if (columns.length + skip === 0) return null;
  const whole = inputOf(kernels, design, options);
  const answer = await fitOnce(here(kernels), { ...whole, x: together(whole.x as Float64Array, n, columns.map((column) => column - skip)), p: columns.length, diagnostics: false }, options.firth);
  if (answer.kind !== 'fit') return null;
  const wide = (values: Float64Array): Float64Array => {
    const out = new Float64Array(p).fill(NaN);
    [...(intercept ? [0] : []), ...columns].forEach((column, j) => void (out[column] = values[j] as number));
    return out;
  };
  return { coefficients: wide(answer.fit.coefficients), standardErrors: wide(answer.fit.standardErrors) };
}
