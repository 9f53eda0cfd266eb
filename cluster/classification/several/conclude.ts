import type { ClassificationParameters } from '../../../schemas/index.ts';
import { twoSidedThresholds, type TwoSided } from '../decision/index.ts';
import { pool, poolWeights } from '../opinion.ts';
import { chooseSeveralCalibrator, correctedLabels, crossCorrected, fitSeveralCalibrator, type SeveralCalibrator } from './calibration.ts';
import { severalFamily } from './joint.ts';
import { severalLoss } from './loss.ts';
import type { SeveralSide } from './studies.ts';

/** What is decided on the rows inside a side: as `Conclusion`, for every label. */
export interface SeveralConclusion {
  /** one per family */
  readonly weights: readonly number[];
  readonly calibrator: SeveralCalibrator;
  readonly calibrations: Readonly<Record<string, number>>;
  /** of each label against the rest; all limits hold together with the confidence asked for */
  readonly limits: readonly TwoSided[];
  /** f64[labels][rows] of every row inside, by models of the other inner folds, calibrated */
  readonly inside: Float64Array;
  /** of every row outside */
  readonly outside: Float64Array | null;
}

type Rules = Pick<ClassificationParameters, 'final_model' | 'calibration' | 'false_positive_limit' | 'false_negative_limit' | 'decision_confidence'>;

export function concludeSeveral({ outcomes, y, fold, folds, labels }: SeveralSide, rules: Rules): SeveralConclusion {
  const unseen = outcomes.map((outcome) => outcome.unseen);
  const ofTruth = (p: Float64Array, rows: Int32Array): Float64Array => Float64Array.from(rows, (row) => p[(y[row] as number) * y.length + row] as number);
  const all = Int32Array.from(y.keys());
  const weightsOn = (rows: Int32Array): number[] => {
    if (rules.final_model === 'stack') return poolWeights(unseen.map((p) => ofTruth(p, rows)), new Float64Array(rows.length).fill(1));
    const losses = unseen.map((p) => mean(ofTruth(p, rows).map((value) => -Math.log(Math.max(value, 0.002)))));
    const best = losses.indexOf(Math.min(...losses));
    return unseen.map((_, f) => Number(f === (rules.final_model === 'best' ? best : simplest({ outcomes, y, fold, folds, labels }, best))));
  };
  const weights = weightsOn(all);
  // weights of each fold come from the other folds: what calibration and limits are learnt on has not chosen them
  const raw = new Float64Array(labels * y.length);
  for (let k = 0; k < folds; k++) {
    const own = rules.final_model === 'stack' ? weightsOn(all.filter((row) => fold[row] !== k)) : weights;
    const pooled = pool(unseen, own);
    fold.forEach((at, row) => { if (at === k) for (let label = 0; label < labels; label++) raw[label * y.length + row] = pooled[label * y.length + row] as number; });
  }
  // of several labels a curve of one probability has no meaning: everything but none chooses among the corrections of all labels
  const chosen = rules.calibration === 'none' ? { calibrator: fitSeveralCalibrator('none', raw, y, labels), logLoss: {} } : rules.calibration === 'temperature' ? { calibrator: fitSeveralCalibrator('temperature', raw, y, labels), logLoss: {} } : chooseSeveralCalibrator(raw, y, fold, folds, labels);
  const inside = crossCorrected(chosen.calibrator.kind, raw, y, fold, folds, labels);
  const risk = (1 - rules.decision_confidence) / labels;
  const limits = Array.from({ length: labels }, (_, k) => twoSidedThresholds(inside.subarray(k * y.length, (k + 1) * y.length), Array.from(y, (label) => Number(label === k)), { limit: rules.false_positive_limit, risk }, { limit: rules.false_negative_limit, risk }));
  const predictions = outcomes.map(({ predicted }) => predicted);
  const outside = predictions.some((predicted) => predicted === null) ? null : correctedLabels(chosen.calibrator, pool(predictions as Float64Array[], weights), labels);
  return { weights, calibrator: chosen.calibrator, calibrations: chosen.logLoss, limits, inside, outside };
}

/** The simplest family whose loss is within a standard error of the best one's, by the folds. */
function simplest({ outcomes, y, fold, folds, labels }: SeveralSide, best: number): number {
  const losses = outcomes.map(({ unseen }) => Array.from({ length: folds }, (_, k) => {
    const rows = Int32Array.from(fold.keys()).filter((row) => fold[row] === k);
    const part = Float64Array.from({ length: labels * rows.length }, (_, at) => unseen[Math.floor(at / rows.length) * y.length + (rows[at % rows.length] as number)] as number);
    return severalLoss(part, Array.from(rows, (row) => y[row] as number));
  }));
  const within = losses.flatMap((own, f) => {
    const differences = own.map((loss, k) => loss - (losses[best]?.[k] as number));
    const centre = differences.reduce((a, b) => a + b, 0) / folds;
    const error = Math.sqrt(differences.reduce((sum, d) => sum + (d - centre) ** 2, 0) / Math.max(1, folds - 1) / folds);
    return centre <= error ? [f] : [];
  });
  const complexity = (f: number): number => severalFamily(outcomes[f]?.family ?? 'logistic').complexity;
  return within.reduce((a, b) => (complexity(b) < complexity(a) ? b : a), best);
}

const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;
