import { studentInterval } from '../../../kernels/distributions/index.ts';
import type { NonlinearAnalysisParameters } from '../../../schemas/index.ts';
import type { JobContext } from '../../job/context.ts';
import { take, takeRows } from '../../families/index.ts';
import { spread, type LocalEffect } from '../../explanation/index.ts';
import type { TargetData } from '../data.ts';
import type { TargetModel } from '../predictor.ts';

export { localEffects } from './local-effects.ts';
export { permuteFold } from './permutation-task.ts';
export { explainRows } from './shapley-task.ts';

/** Why the final model of a target predicts what it predicts, in the target's units. */
export interface Explanation {
  /** mean prediction of the background */
  base: number;
  background: number;
  /** of each explained row: its place among the rows used */
  rows: number[];
  /** [row][feature]; with the base they sum to the row's prediction */
  values: number[][];
  permutation: { confidence: number; mean: number[]; low: number[]; high: number[] };
  effects: LocalEffect[];
}

const mostBackground = 64;
/** Rows of a task: fixed, so that nothing depends on the number of threads. */
const blockRows = 25;
const repeats = 10;
const confidence = 0.95;

/** Shapley values of rows spread over the file, importance by shuffling unseen rows, and the curve of every feature. */
export async function explainTarget(context: JobContext, data: TargetData, model: TargetModel, { random_seed: seed, shap_max_samples }: NonlinearAnalysisParameters): Promise<Explanation> {
  const rows = spread(Int32Array.from(data.y.keys()), shap_max_samples);
  // a background spread evenly over the target's values: small, and its mean is near the mean
  const background = spread(Int32Array.from(data.y.keys()).sort((a, b) => (data.y[a] as number) - (data.y[b] as number) || a - b), mostBackground).sort();
  const { signal } = context;
  const starts = Array.from({ length: Math.ceil(rows.length / blockRows) }, (_, block) => block * blockRows);
  const alone = { ...model, folds: [] };
  const shared = { model: alone, background: takeRows(data.x, background), seed };
  const everyRow = Int32Array.from(data.y.keys());
  const [blocks, rises, effects] = await Promise.all([
    Promise.all(starts.map((first) => context.pool.run('explainRows', { ...shared, rows: takeRows(data.x, rows.subarray(first, first + blockRows)), first }, { signal }))),
    Promise.all(model.folds.map(({ scaling, models, backs }, fold) => {
      const held = everyRow.filter((row) => data.outerFold[row] === fold);
      const own = { ...alone, scaling, members: model.members.map(({ weight }, m) => ({ weight, model: models[m] as TargetModel['members'][number]['model'], back: backs[m] as TargetModel['members'][number]['back'] })) };
      return context.pool.run('permuteFold', { model: own, x: data.x, held, y: take(data.y, held), repeats, seed }, { signal });
    })),
    context.pool.run('localEffects', { model: alone, x: data.x, categorical: data.categorical }, { signal }),
  ]);
  const p = data.x.columns;
  return {
    base: blocks[0]?.base ?? 0, background: background.length, rows: [...rows],
    values: blocks.flatMap(({ values }) => Array.from({ length: values.length / p }, (_, i) => [...values.subarray(i * p, (i + 1) * p)])),
    permutation: overFolds(data, rises), effects,
  };
}

/** Loss of R² over all rows, its interval from the spread of the folds. */
function overFolds(data: TargetData, rises: readonly Float64Array[]): Explanation['permutation'] {
  const n = data.y.length;
  const mean = data.y.reduce((sum, value) => sum + value, 0) / n;
  const variance = data.y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
  const sizes = rises.map((_, fold) => data.outerFold.reduce((count, own) => count + Number(own === fold), 0));
  const features = Array.from({ length: data.x.columns }, (_, j) => {
    const losses = rises.map((rise) => (rise[j] as number) / variance);
    const pooled = losses.reduce((sum, loss, fold) => sum + loss * (sizes[fold] as number), 0) / n;
    const centre = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    const error = Math.sqrt(losses.reduce((sum, loss) => sum + (loss - centre) ** 2, 0) / (losses.length - 1) / losses.length);
    return { pooled, half: studentInterval(confidence, losses.length - 1) * error };
  });
  return { confidence, mean: features.map(({ pooled }) => pooled), low: features.map(({ pooled, half }) => pooled - half), high: features.map(({ pooled, half }) => pooled + half) };
}
