import { instantiate, KernelError, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import { take, takeRows, type StudyRows } from '../../families/index.ts';
import { areaUnderRoc } from '../../scores/index.ts';
import type { Assignment } from '../../tuning/index.ts';
import type { Calibrator } from '../calibration/index.ts';
import { corrected } from '../conclude.ts';
import { decide, twoSidedThresholds, type ErrorLimit } from '../decision/index.ts';
import { labelFamilies, probabilities, type ClassificationFamilyName } from '../families/index.ts';
import { dealStratified } from '../folds.ts';

/** Parts that the conditions of a side are dealt to; a point of the curve is fitted on the first so many of them. */
export const learningParts = 4;

/** An outer fold, and its training side with fewer rows. */
export interface LearningTask {
  readonly members: readonly { readonly family: ClassificationFamilyName; readonly weight: number; readonly parameters: Assignment }[];
  readonly calibrator: Calibrator;
  readonly rows: StudyRows;
  /** condition of each row, numbered from 0 */
  readonly group: Int32Array;
  readonly groups: number;
  readonly held: Matrix;
  readonly seed: number;
}

/** Thread side: probabilities of the held rows by the fold's pool, fitted with the settings it was tuned to on ¼, ½ and ¾ of its conditions. NaN where so few rows do not allow a fit. */
export async function learnFromFewer({ members, calibrator, rows, group, groups, held, seed }: LearningTask): Promise<Float64Array[]> {
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  const part = dealStratified(group, groups, rows.y, learningParts, seed);
  const all = Int32Array.from(rows.y.keys());
  return Array.from({ length: learningParts - 1 }, (_, step) => {
    const chosen = all.filter((row) => (part[row] as number) <= step);
    const own: StudyRows = { ...rows, x: takeRows(rows.x, chosen), y: take(rows.y, chosen), fold: rows.fold.filter((_fold, row) => (part[row] as number) <= step) };
    const sum = new Float64Array(held.rows);
    try {
      for (const { family, weight, parameters } of members) {
        const predicted = probabilities(kernels, labelFamilies[family].open(kernels, own, seed).fit(parameters), held);
        for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (predicted[i] as number);
      }
    } catch (error) {
      if (error instanceof KernelError) return sum.fill(Number.NaN);
      throw error;
    }
    return sum.map((p) => corrected(calibrator, p));
  });
}

export interface LearningPoint {
  /** of the training side's conditions */
  share: number;
  /** rows of a fit, mean over the folds */
  rows: number;
  log_loss: number;
  log_loss_standard_error: number | null;
  auc: number | null;
  /** of rows whose thresholds the other folds' rows certified, as many of them as the point has; null where none were certified */
  gray_share: number | null;
}

/** A point of the curve from the out-of-fold probabilities of fits on a share of the conditions. */
export function learningPoint(y: Float64Array, fold: Int32Array, folds: number, group: Int32Array, groups: number, p: Float64Array, parts: number, limits: { falsePositive: ErrorLimit; falseNegative: ErrorLimit }, seed: number): LearningPoint {
  const losses = Array.from({ length: folds }, (_, k) => {
    const own = [...fold.keys()].filter((row) => fold[row] === k);
    return own.reduce((sum, row) => sum - Math.log(y[row] === 1 ? p[row] as number : 1 - (p[row] as number)), 0) / own.length;
  }).filter((loss) => !Number.isNaN(loss));
  const mean = losses.reduce((a, b) => a + b, 0) / losses.length;
  const deviation = Math.sqrt(losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / Math.max(1, losses.length - 1));
  const part = dealStratified(group, groups, y, learningParts, seed);
  const shares: number[] = [];
  // which parts stand for the fewer rows is a draw; all cyclic ones are averaged
  for (let turn = 0; turn < (parts === learningParts ? 1 : learningParts); turn++) {
    const inside = (row: number): boolean => ((part[row] as number) + learningParts - turn) % learningParts < parts;
    let gray = 0;
    for (let k = 0; k < folds; k++) {
      const known = [...fold.keys()].filter((row) => fold[row] !== k && inside(row));
      const thresholds = twoSidedThresholds(known.map((row) => p[row] as number), known.map((row) => y[row] as number), limits.falsePositive, limits.falseNegative);
      fold.forEach((own, row) => { if (own === k) gray += Number(decide(thresholds, p[row] as number) === 'gray'); });
    }
    shares.push(gray / y.length);
  }
  return {
    share: parts / learningParts, rows: Math.round(y.length * (folds - 1) / folds * parts / learningParts), log_loss: y.reduce((sum, label, row) => sum - Math.log(label === 1 ? p[row] as number : 1 - (p[row] as number)), 0) / y.length,
    log_loss_standard_error: losses.length > 1 ? deviation / Math.sqrt(losses.length) : null, auc: areaUnderRoc(y, p).area, gray_share: shares.reduce((a, b) => a + b, 0) / shares.length,
  };
}
