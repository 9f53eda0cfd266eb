import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import { sampledInteractions } from '../../explanation/index.ts';
import { openMean, type TargetModel } from '../predictor.ts';

export interface PairsTask {
  /** the models of the folds are not read */
  readonly model: TargetModel;
  readonly rows: Matrix;
  readonly background: Matrix;
  readonly pairs: readonly (readonly [number, number])[];
  readonly seed: number;
}

/** Thread side: Shapley interaction values of pairs of features, f64[rows][pairs], units of the target. */
export async function explainPairs({ model, rows, background, pairs, seed }: PairsTask): Promise<Float64Array> {
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  return sampledInteractions(openMean(kernels, model), rows, background, pairs, { seed });
}
