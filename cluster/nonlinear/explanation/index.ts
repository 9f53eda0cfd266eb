import { studentInterval } from '../../../kernels/distributions/index.ts';
import type { NonlinearAnalysisParameters } from '../../../schemas/index.ts';
import type { JobContext } from '../../job/context.ts';
import { take, takeRows } from '../../families/index.ts';
import { spread, type LocalEffect } from '../../explanation/index.ts';
import type { TargetData } from '../data.ts';
import type { TargetModel } from '../predictor.ts';
import type { Effects } from './local-effects.ts';

export { localEffects } from './local-effects.ts';
export { explainPairs } from './pairs-task.ts';
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
  /** predictions of single rows as one feature moves over the values of its effect: [feature][row][value] */
  curves: Effects['curves'];
  /** places among `rows` of the rows with curves */
  curve_rows: number[];
  sobol: Effects['sobol'];
  /** of the features with the greatest values: what two do together, beside what each does alone; [row][pair], the rows being places among `rows` */
  interactions: { pairs: [number, number][]; rows: number[]; values: number[][] };
}

const mostBackground = 64;
/** Rows with curves of their own. */
const mostCurves = 40;
/** Interactions cost four predictions for each pair, row and background row. */
const together = { features: 6, rows: 60, background: 12 } as const;
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
  const curveRows = [...spread(Int32Array.from(rows.keys()), mostCurves)];
  const [blocks, rises, { effects, curves, sobol }] = await Promise.all([
    Promise.all(starts.map((first) => context.pool.run('explainRows', { ...shared, rows: takeRows(data.x, rows.subarray(first, first + blockRows)), first }, { signal }))),
    Promise.all(model.folds.map(({ scaling, models, backs }, fold) => {
      const held = everyRow.filter((row) => data.outerFold[row] === fold);
      const own = { ...alone, scaling, members: model.members.map(({ weight }, m) => ({ weight, model: models[m] as TargetModel['members'][number]['model'], back: backs[m] as TargetModel['members'][number]['back'] })) };
      return context.pool.run('permuteFold', { model: own, x: data.x, held, y: take(data.y, held), repeats, seed }, { signal });
    })),
    context.pool.run('localEffects', { model: alone, x: data.x, categorical: data.categorical, rows: takeRows(data.x, Int32Array.from(curveRows, (at) => rows[at] as number)), seed }, { signal }),
  ]);
  const p = data.x.columns;
  const values = blocks.flatMap((block) => Array.from({ length: block.values.length / p }, (_, i) => [...block.values.subarray(i * p, (i + 1) * p)]));
  return {
    base: blocks[0]?.base ?? 0, background: background.length, rows: [...rows],
    values, permutation: overFolds(data, rises), effects, curves, curve_rows: curveRows, sobol,
    interactions: await pairsOf(context, data, alone, { rows, background, values, seed }),
  };
}

async function pairsOf({ pool, signal }: JobContext, data: TargetData, model: TargetModel, { rows, background, values, seed }: { rows: Int32Array; background: Int32Array; values: readonly (readonly number[])[]; seed: number }): Promise<Explanation['interactions']> {
  const size = Array.from({ length: data.x.columns }, (_, j) => values.reduce((sum, row) => sum + Math.abs(row[j] as number), 0));
  const features = [...size.keys()].sort((a, b) => (size[b] as number) - (size[a] as number) || a - b).slice(0, together.features);
  const pairs = features.flatMap((a, i) => features.slice(i + 1).map((b): [number, number] => [a, b]));
  const at = [...spread(Int32Array.from(rows.keys()), together.rows)];
  if (pairs.length === 0) return { pairs, rows: [], values: [] };
  const few = takeRows(data.x, spread(background, together.background));
  const blocks = Array.from({ length: Math.ceil(at.length / blockRows) }, (_, block) => at.slice(block * blockRows, (block + 1) * blockRows));
  const answers = await Promise.all(blocks.map((own, block) => pool.run('explainPairs', { model, rows: takeRows(data.x, Int32Array.from(own, (place) => rows[place] as number)), background: few, pairs, seed: seed + block }, { signal })));
  return { pairs, rows: at, values: answers.flatMap((found) => Array.from({ length: found.length / pairs.length }, (_, i) => [...found.subarray(i * pairs.length, (i + 1) * pairs.length)])) };
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
