import type { ClassificationParameters } from '../../schemas/index.ts';
import { calibrated, chooseCalibrator, fitCalibrator, type Calibrator } from './calibration/index.ts';
import { twoSidedThresholds, type TwoSided } from './decision/index.ts';
import { labelFamilies } from './families/index.ts';
import type { SideStudies } from './nested.ts';
import { LEAST_PROBABILITY, pool, poolWeights } from './opinion.ts';

/** What is decided on the rows inside a side, without the rows outside: which families, which correction of their probabilities, which thresholds. */
export interface Conclusion {
  /** one per family */
  readonly weights: readonly number[];
  readonly calibrator: Calibrator;
  /** log-loss of the candidates in cross-validation */
  readonly calibrations: Readonly<Record<string, number>>;
  readonly thresholds: TwoSided;
  /** calibrated probability of every row inside, by models of the other inner folds */
  readonly inside: Float64Array;
  /** of every row outside; pooled, before and after calibration */
  readonly outside: { readonly raw: Float64Array; readonly probability: Float64Array } | null;
}

export type Rules = Pick<ClassificationParameters, 'final_model' | 'calibration' | 'false_positive_limit' | 'false_negative_limit' | 'decision_confidence'>;

/** Pure; of a few hundred rows some milliseconds. */
export function conclude({ outcomes, y, fold, folds }: SideStudies, rules: Rules): Conclusion {
  const unseen = outcomes.map((outcome) => outcome.unseen);
  const weights = weightsBy(rules.final_model, unseen, outcomes.map(({ family }) => labelFamilies[family].complexity), y, fold, folds);
  const raw = rules.final_model === 'stack' ? crossFitted(unseen, y, fold, folds) : pool(unseen, weights);
  const chosen = rules.calibration === 'auto' ? chooseCalibrator(raw, y, fold, folds) : { calibrator: fitCalibrator(rules.calibration, raw, y), logLoss: {} };
  const inside = crossCalibrated(chosen.calibrator, raw, y, fold, folds);
  const risk = 1 - rules.decision_confidence;
  const thresholds = twoSidedThresholds(inside, y, { limit: rules.false_positive_limit, risk }, { limit: rules.false_negative_limit, risk });
  const predictions = outcomes.map(({ predicted }) => predicted);
  if (predictions.some((predicted) => predicted === null)) return { weights, calibrator: chosen.calibrator, calibrations: chosen.logLoss, thresholds, inside, outside: null };
  const pooled = pool(predictions as Float64Array[], weights);
  return { weights, calibrator: chosen.calibrator, calibrations: chosen.logLoss, thresholds, inside, outside: { raw: pooled, probability: pooled.map((p) => corrected(chosen.calibrator, p)) } };
}

/** A calibrated probability, kept off 0 and 1. */
export function corrected(calibrator: Calibrator, p: number): number {
  return Math.min(Math.max(calibrated(calibrator, p), LEAST_PROBABILITY), 1 - LEAST_PROBABILITY);
}

/** One kind of correction, fitted for each inner fold on the others: the scores that thresholds are made of are corrected as new rows are. */
function crossCalibrated({ kind }: Calibrator, raw: Float64Array, y: Float64Array, fold: Int32Array, folds: number): Float64Array {
  const out = new Float64Array(raw.length);
  for (let k = 0; k < folds; k++) {
    const others = [...fold.keys()].filter((row) => fold[row] !== k);
    const own = fitCalibrator(kind, others.map((row) => raw[row] as number), others.map((row) => y[row] as number));
    fold.forEach((at, row) => { if (at === k) out[row] = corrected(own, raw[row] as number); });
  }
  return out;
}

/** Weights of each fold come from the other folds: what calibration and thresholds are learnt on has not chosen them. */
function crossFitted(unseen: readonly Float64Array[], y: Float64Array, fold: Int32Array, folds: number): Float64Array {
  const out = new Float64Array(y.length);
  for (let k = 0; k < folds; k++) {
    const others = Int32Array.from(fold.keys()).filter((row) => fold[row] !== k);
    const pick = (values: Float64Array): Float64Array => Float64Array.from(others, (row) => values[row] as number);
    const weights = poolWeights(unseen.map(pick), pick(y));
    fold.forEach((at, row) => { if (at === k) out[row] = unseen.reduce((sum, column, f) => sum + (weights[f] as number) * (column[row] as number), 0); });
  }
  return out;
}

function weightsBy(rule: Rules['final_model'], unseen: readonly Float64Array[], complexity: readonly number[], y: Float64Array, fold: Int32Array, folds: number): number[] {
  if (rule === 'stack') return poolWeights(unseen, y);
  const losses = unseen.map((column) => foldLosses(column, y, fold, folds));
  const means = losses.map(mean);
  let chosen = means.indexOf(Math.min(...means));
  if (rule === 'one_standard_error') {
    const best = losses[chosen] as number[];
    const limit = (f: number): number => mean(best) + standardError((losses[f] as number[]).map((loss, k) => loss - (best[k] as number)));
    const within = means.flatMap((value, f) => (value <= limit(f) ? [f] : []));
    chosen = within.reduce((a, b) => ((complexity[b] as number) < (complexity[a] as number) ? b : a), chosen);
  }
  return unseen.map((_, f) => Number(f === chosen));
}

function foldLosses(column: Float64Array, y: Float64Array, fold: Int32Array, folds: number): number[] {
  const sums = new Array<number>(folds).fill(0);
  const sizes = new Array<number>(folds).fill(0);
  y.forEach((label, row) => {
    const k = fold[row] as number;
    const p = Math.min(Math.max(column[row] as number, 0.002), 0.998);
    sums[k] = (sums[k] as number) - Math.log(label === 1 ? p : 1 - p);
    sizes[k] = (sizes[k] as number) + 1;
  });
  return sums.flatMap((sum, k) => (sizes[k] === 0 ? [] : [sum / (sizes[k] as number)]));
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function standardError(differences: readonly number[]): number {
  const centre = mean(differences);
  return Math.sqrt(differences.reduce((sum, d) => sum + (d - centre) ** 2, 0) / Math.max(1, differences.length - 1) / differences.length);
}
