import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import { mainEffects, type LocalEffect } from '../../explanation/index.ts';
import { openMean, type TargetModel } from '../predictor.ts';

export interface EffectsTask {
  readonly model: TargetModel;
  readonly x: Matrix;
  /** columns that hold levels: no order to accumulate along */
  readonly categorical: readonly number[];
}

/** Thread side: the curve of every feature. */
export async function localEffects({ model, x, categorical }: EffectsTask): Promise<LocalEffect[]> {
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  return mainEffects(openMean(kernels, model), x, categorical);
}
