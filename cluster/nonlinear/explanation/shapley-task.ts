import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { openModel } from '../../../kernels/models/index.ts';
import { interventionalShapley, type Ensemble, type Matrix } from '../../../kernels/trees/index.ts';
import { isTrees, sampledShapley } from '../../explanation/index.ts';
import { openMean, type TargetModel } from '../predictor.ts';

/** A block of rows to explain. */
export interface ShapleyTask {
  /** the models of the folds are not read */
  readonly model: TargetModel;
  readonly rows: Matrix;
  readonly background: Matrix;
  readonly seed: number;
  /** number of the block's first row */
  readonly first: number;
}

export interface ShapleyBlock {
  /** f64[rows][features], units of the target */
  values: Float64Array;
  /** mean prediction of the background, units of the target */
  base: number;
}

/**
 * Thread side: interventional Shapley values of the final model, member by member against one background, so that they add by weight. Trees exactly, other
 * members by permutations; a transformed target as a whole by permutations, for its way back is not additive. Base and values of a row sum to its prediction.
 */
export async function explainRows({ model, rows, background, seed, first }: ShapleyTask): Promise<ShapleyBlock> {
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  const { scaling, members } = model;
  if (members.some(({ back }) => back.transform !== 'none')) {
    return sampledShapley(openMean(kernels, model), rows, background, { seed, first });
  }
  const p = rows.columns;
  const values = new Float64Array(rows.rows * p);
  let base = 0;
  const add = (weight: number, own: Float64Array, width: number, mean: number): void => {
    base += weight * mean;
    for (let i = 0; i < rows.rows; i++) for (let j = 0; j < p; j++) values[i * p + j] = (values[i * p + j] as number) + weight * (own[i * width + j] as number);
  };
  for (const { weight, model: member } of members) {
    if (!isTrees(member)) continue;
    const own = interventionalShapley(member.state as Ensemble, rows, background);
    add(weight, own.values, p + 1, own.values[p] as number);
  }
  const others = members.filter(({ model: member }) => !isTrees(member)).map(({ weight, model: member }) => ({ weight, predictor: openModel(kernels, member) }));
  if (others.length > 0) {
    const together = (x: Matrix): Float64Array => {
      const sum = new Float64Array(x.rows);
      for (const { weight, predictor } of others) predictor.predict(x).mean.forEach((value, i) => { sum[i] = (sum[i] as number) + weight * value; });
      return sum;
    };
    const own = sampledShapley(together, rows, background, { seed, first });
    add(1, own.values, p, own.base);
  }
  return { values: values.map((value) => scaling.deviation * value), base: scaling.mean + scaling.deviation * base };
}
