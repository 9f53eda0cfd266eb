import type { ClassificationParameters, ClassificationResult } from '../../../schemas/index.ts';
import { calibrationBins, rocCurve } from '../../scores/index.ts';
import { fitLogisticMap, logit } from '../calibration/index.ts';
import { conclude, type Conclusion } from '../conclude.ts';
import type { ClassData } from '../data.ts';
import { conformalP, decide, type Decision } from '../decision/index.ts';
import type { SideStudies } from '../nested.ts';
import { bootstrapScores } from './bootstrap.ts';
import { hosmerLemeshow, spiegelhalter, widthErrors } from './calibration-errors.ts';
import { delong, discordant, equalAreas, mcnemar, mcnemarChiSquared, nadeauBengio } from './comparisons.ts';
import { confusionOf, thresholdRows } from './confusion.ts';
import { confusionMatrix, labelScores } from './label-scores.ts';
import { precisionRecall } from './precision-recall.ts';
import { aboveNoInformation, hanleyMcNeil, partialArea, widestGap } from './ranking.ts';
import { scoreOf } from './scores.ts';

/** What the outer folds say of the whole way from rows to decisions, and what all rows together decide. */
export interface Assessment {
  readonly families: readonly { readonly outOfFold: Float64Array; readonly score: ClassificationResult['families'][number]['score'] }[];
  readonly final: ClassificationResult['final'];
  readonly comparisons: ClassificationResult['comparisons'];
  readonly equalAreas: ClassificationResult['equal_areas'];
  readonly holdOut: ClassificationResult['hold_out'];
  readonly noise: ClassificationResult['noise'];
  /** of every outer fold, in their order */
  readonly outer: readonly { readonly side: SideStudies; readonly done: Conclusion }[];
  /** of all rows: the final model's */
  readonly conclusion: Conclusion;
  readonly conformal: { readonly positive: number | null; readonly negative: number | null };
}

export function assess(data: ClassData, sides: readonly SideStudies[], parameters: ClassificationParameters): Assessment {
  const { y, outerFold, outerFolds } = data;
  const { confidence_level: confidence } = parameters;
  const outer = sides.filter(({ side }) => typeof side === 'number').map((side) => ({ side, done: conclude(side, parameters) }));
  const whole = conclude(sides.find(({ side }) => side === 'none') as SideStudies, parameters);
  const names = sides[0]?.outcomes.map(({ family }) => family) ?? [];
  const outOfFold = names.map((_, f) => gather(y.length, outer.map(({ side }) => ({ rows: side.outside, values: side.outcomes[f]?.predicted as Float64Array }))));
  const probability = gather(y.length, outer.map(({ side, done }) => ({ rows: side.outside, values: done.outside?.probability as Float64Array })));
  const raw = gather(y.length, outer.map(({ side, done }) => ({ rows: side.outside, values: done.outside?.raw as Float64Array })));
  const decisions = new Array<Decision>(y.length).fill('gray');
  for (const { side, done } of outer) for (const row of side.outside) decisions[row] = decide(done.thresholds, probability[row] as number);
  const { curve, average } = precisionRecall(y, probability, confidence);
  const roc = rocCurve(y, probability, confidence);
  const score = scoreOf(y, probability, outerFold, outerFolds, confidence);
  const named = (weights: readonly number[]): Record<string, number> => Object.fromEntries(names.map((name, f) => [name, weights[f] as number]));
  return {
    families: outOfFold.map((own) => ({ outOfFold: own, score: scoreOf(y, own, outerFold, outerFolds, confidence) })),
    final: {
      rule: parameters.final_model, score, out_of_fold: [...probability], uncalibrated: [...raw],
      bootstrap: bootstrapScores(y, probability, data.group, confidence, parameters.random_seed),
      decision: decisions, confusion: confusionOf(y, decisions, parameters),
      roc, precision_recall: curve, average_precision: average,
      calibration: calibrationOf(y, probability, confidence), thresholds: thresholdRows(y, probability, parameters.costs), figures: figuresOf(y, probability, roc, score.auc),
      folds: outer.map(({ done }, fold) => ({ fold: fold + 1, weights: named(done.weights), calibrator: plain(done.calibrator), thresholds: done.thresholds })),
    },
    comparisons: comparisonsOf(data, names, outOfFold, raw, confidence), equalAreas: equalAreas(y, outOfFold), holdOut: holdOutOf(data, sides, parameters), noise: noiseOf(data),
    outer, conclusion: whole, conformal: coverage(data, outer, 1 - confidence),
  };
}

/** JSON has no infinity: a temperature that calls everything a coin is the largest number. */
export function plain(calibrator: Conclusion['calibrator']): ClassificationResult['model']['calibrator'] {
  return calibrator.kind === 'temperature' ? { ...calibrator, temperature: Math.min(calibrator.temperature, Number.MAX_VALUE) } : { ...calibrator };
}

function gather(rows: number, parts: readonly { rows: Int32Array; values: Float64Array }[]): Float64Array {
  const out = new Float64Array(rows);
  for (const part of parts) part.rows.forEach((row, i) => { out[row] = part.values[i] as number; });
  return out;
}

function calibrationOf(y: Float64Array, probability: Float64Array, confidence: number): ClassificationResult['final']['calibration'] {
  const bins = calibrationBins(y, probability, confidence);
  const { coefficients: [slope, intercept] } = fitLogisticMap([Float64Array.from(probability, logit), new Float64Array(y.length).fill(1)], y);
  // separated rows have no finite slope
  const known = Math.abs(slope as number) < 1e4 && Number.isFinite(slope);
  return { bins, slope: known ? slope as number : null, intercept: known ? intercept as number : null, expected_error: bins.reduce((sum, bin) => sum + bin.n * Math.abs(bin.observed - bin.mean_predicted), 0) / y.length };
}

/** False positive rate up to which the partial area is told. */
const PARTIAL = 0.1;

function figuresOf(y: Float64Array, probability: Float64Array, roc: ClassificationResult['final']['roc'], area: number | null): ClassificationResult['final']['figures'] {
  const positives = y.reduce((sum, label) => sum + label, 0);
  const { accuracy, balanced_accuracy, mcc, kappa, labels } = labelScores(confusionMatrix(y, probability.map((p) => Number(p >= 0.5)), 2));
  const [gap, partial, errors] = [widestGap(roc), partialArea(roc, PARTIAL), widthErrors(y, probability)];
  return {
    at_half: { accuracy, balanced_accuracy, f1: labels[1]?.f1 ?? 0, mcc, kappa }, widest_gap: gap?.gap ?? null, widest_gap_threshold: gap?.threshold ?? null, partial_auc: partial?.area ?? null, partial_auc_corrected: partial?.corrected ?? null,
    expected_calibration_error: errors.expected, largest_calibration_error: errors.largest, spiegelhalter_p: spiegelhalter(y, probability)?.p ?? null, hosmer_lemeshow_p: hosmerLemeshow(y, probability)?.p ?? null,
    hanley_mcneil_error: area === null ? null : hanleyMcNeil(area, positives, y.length - positives), no_information_rate: Math.max(positives, y.length - positives) / y.length, no_information_p: aboveNoInformation(Math.round(accuracy * y.length), y.length, Math.max(positives, y.length - positives) / y.length),
  };
}

/** Every pair of families, and each against the whole before calibration. */
function comparisonsOf({ y, outerFold, outerFolds }: ClassData, names: readonly string[], outOfFold: readonly Float64Array[], raw: Float64Array, confidence: number): ClassificationResult['comparisons'] {
  const all = [...names.map((name, f) => ({ name, p: outOfFold[f] as Float64Array })), { name: 'final', p: raw }];
  return all.flatMap((a, i) => all.slice(i + 1).map((b) => {
    const { areas, interval, p } = delong(y, a.p, b.p, confidence);
    const only = discordant(y, a.p, b.p);
    const { difference, p: paired } = nadeauBengio(y, a.p, b.p, outerFold, outerFolds);
    return { a: a.name, b: b.name, auc_difference: areas[0] - areas[1], auc_difference_low: interval?.[0] ?? null, auc_difference_high: interval?.[1] ?? null, delong_p: p, log_loss_difference: difference, nadeau_bengio_p: paired, mcnemar_p: mcnemar(...only), mcnemar_chi2: mcnemarChiSquared(...only)?.chi2 ?? null };
  }));
}

function holdOutOf(data: ClassData, sides: readonly SideStudies[], parameters: ClassificationParameters): ClassificationResult['hold_out'] {
  const test = sides.find(({ side }) => side === 'test');
  if (test === undefined) return null;
  const { outside, thresholds } = conclude(test, parameters);
  const probability = outside?.probability as Float64Array;
  const y = Float64Array.from(test.outside, (row) => data.y[row] as number);
  return {
    rows: [...test.outside], trained_on: test.inside.length, probability: [...probability],
    score: scoreOf(y, probability, null, 0, parameters.confidence_level), confusion: confusionOf(y, [...probability].map((p) => decide(thresholds, p)), parameters),
  };
}

/** What replicates of one condition disagree on no rule can get right. */
function noiseOf({ y, group, groups }: ClassData): ClassificationResult['noise'] {
  const counts = Array.from({ length: groups }, () => [0, 0] as [number, number]);
  group.forEach((g, row) => { (counts[g] as [number, number])[y[row] as 0 | 1] += 1; });
  return { mixed_conditions: counts.filter(([no, yes]) => no > 0 && yes > 0).length, best_accuracy: counts.reduce((sum, [no, yes]) => sum + Math.max(no, yes), 0) / y.length };
}

/** How often the set of labels of an unseen row holds the true one, by label. */
function coverage({ y }: ClassData, outer: readonly { side: SideStudies; done: Conclusion }[], epsilon: number): Assessment['conformal'] {
  const hits = [0, 0];
  const totals = [0, 0];
  for (const { side, done } of outer) {
    const known = conformalScores(side.y, done.inside);
    side.outside.forEach((row, i) => {
      const label = y[row] as 0 | 1;
      const p = done.outside?.probability[i] as number;
      totals[label] = (totals[label] as number) + 1;
      if (conformalP(label === 1 ? known.positive : known.negative, label === 1 ? p : 1 - p) > epsilon) hits[label] = (hits[label] as number) + 1;
    });
  }
  const share = (label: 0 | 1): number | null => (totals[label] === 0 ? null : (hits[label] as number) / (totals[label] as number));
  return { positive: share(1), negative: share(0) };
}

/** Probability of the true label of rows that the model has not seen, by label, ascending. */
export function conformalScores(y: Float64Array, unseen: Float64Array): { positive: Float64Array; negative: Float64Array } {
  return { positive: unseen.filter((_, row) => y[row] === 1).sort(), negative: unseen.filter((_, row) => y[row] === 0).map((p) => 1 - p).sort() };
}
