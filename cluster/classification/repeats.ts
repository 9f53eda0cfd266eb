import { Fault, type ClassificationParameters, type ClassificationResult } from '../../schemas/index.ts';
import type { JobContext } from '../job/context.ts';
import { confusionOf } from './assess/confusion.ts';
import { scoreOf } from './assess/scores.ts';
import { conclude } from './conclude.ts';
import type { ClassData } from './data.ts';
import { decide, type Decision } from './decision/index.ts';
import { dealStratified } from './folds.ts';
import { labelStudies, type LabelPlan, type LabelProgress } from './nested.ts';

type Repeats = NonNullable<ClassificationResult['repeats']>;
type Run = Repeats['runs'][number];

/** @throws Fault `repeats_of_given_folds`: folds of a column, or of time, can be dealt once only */
export function checkRepeats({ cv_repeats: repeats, fold_column: fold, time_column: time }: ClassificationParameters): void {
  const given = fold ?? time;
  if (repeats > 1 && given !== null) throw new Fault('repeats_of_given_folds', `folds by ${given} cannot be dealt anew`, { where: { field: 'parameters.cv_repeats', column: given }, values: { name: given, repeats } });
}

/** The outer cross-validation again with other deals of the conditions; the first run is the one that everything else is about. Null without repeats. */
export async function repeated(context: JobContext, data: ClassData, plan: LabelPlan, parameters: ClassificationParameters, { score, confusion }: ClassificationResult['final'], onProgress: (repeat: number) => (progress: LabelProgress) => void): Promise<Repeats | null> {
  if (parameters.cv_repeats === 1) return null;
  const runs: Run[] = [runOf(score, confusion)];
  for (let repeat = 1; repeat < parameters.cv_repeats; repeat++) {
    const seed = (plan.seed + repeat * 0x9e3779b1) >>> 0;
    const own = { ...data, heldOut: null, outerFold: dealStratified(data.group, data.groups, data.y, data.outerFolds, seed) };
    const sides = await labelStudies(context, own, { ...plan, seed, outerOnly: true }, onProgress(repeat));
    const probability = new Float64Array(data.y.length);
    const decisions = new Array<Decision>(data.y.length).fill('gray');
    for (const side of sides) {
      const { outside, thresholds } = conclude(side, parameters);
      side.outside.forEach((row, i) => {
        probability[row] = outside?.probability[i] as number;
        decisions[row] = decide(thresholds, probability[row]);
      });
    }
    runs.push(runOf(scoreOf(data.y, probability, own.outerFold, own.outerFolds, parameters.confidence_level), confusionOf(data.y, decisions, parameters)));
    context.checkCancelled();
  }
  return { runs, mean: over(runs, mean), standard_deviation: over(runs, deviation) };
}

function runOf({ auc, log_loss, brier }: ClassificationResult['final']['score'], { false_positive_rate: fpr, false_negative_rate: fnr, gray_share: gray }: ClassificationResult['final']['confusion']): Run {
  return { auc, log_loss, brier, false_positive_rate: fpr.value, false_negative_rate: fnr.value, gray_share: gray.value };
}

function over(runs: readonly Run[], figure: (values: readonly number[]) => number): Run {
  const of = (name: keyof Run): number | null => {
    const values = runs.map((run) => run[name]);
    return values.some((value) => value === null) ? null : figure(values as number[]);
  };
  return { auc: of('auc'), log_loss: of('log_loss') as number, brier: of('brier') as number, false_positive_rate: of('false_positive_rate'), false_negative_rate: of('false_negative_rate'), gray_share: of('gray_share') };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));
