import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import { individualCurves, mainEffects, sobolIndices, type LocalEffect } from '../../explanation/index.ts';
import { openMean, type TargetModel } from '../predictor.ts';

export interface EffectsTask {
  readonly model: TargetModel;
  readonly x: Matrix;
  /** columns that hold levels: no order to accumulate along */
  readonly categorical: readonly number[];
  /** rows whose own curves are drawn */
  readonly rows: Matrix;
  readonly seed: number;
}

export interface Effects {
  readonly effects: LocalEffect[];
  /** of each feature [row][value of its effect]: predictions, units of the target */
  readonly curves: number[][][];
  /** shares of the variance of the predictions over independent features */
  readonly sobol: { readonly first: number[]; readonly total: number[] };
}

/** Settings that the shares of variance are counted by. */
const draws = 1024;

/** Thread side: of every feature its main effect, the curves of single rows, and its share of the variance. */
export async function localEffects({ model, x, categorical, rows, seed }: EffectsTask): Promise<Effects> {
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  const predict = openMean(kernels, model);
  const effects = mainEffects(predict, x, categorical);
  const curves = individualCurves(predict, rows, effects.map(({ at }) => at)).map((own, j) => {
    const width = effects[j]?.at.length ?? 1;
    return Array.from({ length: rows.rows }, (_, i) => [...own.subarray(i * width, (i + 1) * width)]);
  });
  const { first, total } = sobolIndices(predict, x, { seed, draws });
  return { effects, curves, sobol: { first: [...first], total: [...total] } };
}
