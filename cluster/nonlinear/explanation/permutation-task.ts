import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import { shuffled } from '../../explanation/index.ts';
import { openMean, type TargetModel } from '../predictor.ts';

/** An outer fold whose rows its models have not seen. */
export interface PermutationTask {
  /** made of the fold's models */
  readonly model: TargetModel;
  /** all rows, column-major */
  readonly x: Matrix;
  /** the fold's rows and their targets */
  readonly held: Int32Array;
  readonly y: Float64Array;
  readonly repeats: number;
  readonly seed: number;
}

/** Thread side. @returns per feature the rise of the fold's mean squared error, averaged over the shuffles; values come from all rows, so that a fold of one condition is shuffled too */
export async function permuteFold({ model, x, held, y, repeats, seed }: PermutationTask): Promise<Float64Array> {
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  const predict = openMean(kernels, model);
  const p = x.columns;
  const values = new Float64Array(held.length * p);
  for (let j = 0; j < p; j++) held.forEach((row, i) => { values[j * held.length + i] = x.values[j * x.rows + row] as number; });
  const loss = (): number => {
    const predicted = predict({ values, rows: held.length, columns: p, order: 'column-major' });
    return predicted.reduce((sum, value, i) => sum + (value - (y[i] as number)) ** 2, 0) / held.length;
  };
  const baseline = loss();
  return Float64Array.from({ length: p }, (_, j) => {
    const column = values.subarray(j * held.length, (j + 1) * held.length);
    const original = column.slice();
    let rise = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const order = shuffled(x.rows, randomStream(seed, 1, j, repeat));
      held.forEach((row, i) => { column[i] = x.values[j * x.rows + (order[row] as number)] as number; });
      rise += (loss() - baseline) / repeats;
    }
    column.set(original);
    return rise;
  });
}
