import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { openModel } from '../../../kernels/models/index.ts';
import { interventionalShapley, type Ensemble, type Matrix } from '../../../kernels/trees/index.ts';
import { isTrees, mainEffects, sampledShapley, type LocalEffect } from '../../explanation/index.ts';
import { prepare } from '../families/preparation.ts';
import { openClassifier, type Pool } from '../model.ts';

/** A block of rows to explain. */
export interface LabelShapleyTask {
  readonly pool: Pool;
  readonly rows: Matrix;
  readonly background: Matrix;
  readonly seed: number;
  /** number of the block's first row */
  readonly first: number;
}

/**
 * Thread side: interventional Shapley values of the calibrated probability. Where nothing corrects the pool, it is a sum: forests exactly (leaves are shares of the label), the rest by permutations; a
 * corrected pool as a whole by permutations, for the correction is not additive. Base and values of a row sum to its probability.
 */
export async function explainLabelRows({ pool, rows, background, seed, first }: LabelShapleyTask): Promise<{ values: Float64Array; base: number }> {
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  // boosting sums log-odds, which do not add up as probabilities
  const exact = pool.calibrator.kind !== 'none' ? [] : pool.members.filter(({ model: { model } }) => isTrees(model) && model.family !== 'boosting');
  if (exact.length === 0) return sampledShapley(openClassifier(kernels, pool), rows, background, { seed, first });
  const p = rows.columns;
  const values = new Float64Array(rows.rows * p);
  let base = 0;
  for (const { weight, model: { model } } of exact) {
    const own = interventionalShapley(model.state as Ensemble, rows, background);
    base += weight * (own.values[p] as number);
    for (let i = 0; i < rows.rows; i++) for (let j = 0; j < p; j++) values[i * p + j] = (values[i * p + j] as number) + weight * (own.values[i * (p + 1) + j] as number);
  }
  const others = pool.members.filter((member) => !exact.includes(member)).map(({ weight, model: { model, preparation } }) => ({ weight, preparation, predictor: openModel(kernels, model) }));
  if (others.length > 0) {
    const together = (x: Matrix): Float64Array => {
      const sum = new Float64Array(x.rows);
      for (const { weight, preparation, predictor } of others) predictor.predict(preparation === null ? x : prepare(preparation, x)).mean.forEach((value, i) => { sum[i] = (sum[i] as number) + weight * value; });
      return sum;
    };
    const own = sampledShapley(together, rows, background, { seed, first });
    base += own.base;
    own.values.forEach((value, at) => { values[at] = (values[at] as number) + value; });
  }
  return { values, base };
}

/** Thread side: accumulated local effects of some features on the probability. */
export async function labelEffects({ pool, x, categorical, features }: { pool: Pool; x: Matrix; categorical: readonly number[]; features: readonly number[] }): Promise<LocalEffect[]> {
  const predict = openClassifier(await instantiate(await loadKernels(), KernelMemory.create()), pool);
  return mainEffects(predict, x, categorical, features);
}
