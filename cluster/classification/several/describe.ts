import type { ClassificationParameters, ClassificationResult } from '../../../schemas/index.ts';
import { areaUnderRoc } from '../../scores/index.ts';
import { shareInterval } from '../assess/intervals.ts';
import { confusionMatrix, labelScores, quadraticKappa } from '../assess/label-scores.ts';
import { likeliest, severalLabelScores, topShare } from '../assess/several-labels.ts';
import { conformalP, predictionSet } from '../decision/index.ts';
import type { SeveralConclusion } from './conclude.ts';
import { conformalOf } from './conformal.ts';
import { calledLabel, GRAY, possibleLabels } from './limits.ts';
import type { SeveralStudies } from './studies.ts';

type Described = NonNullable<ClassificationResult['several']>;
interface Concluded { readonly side: SeveralStudies; readonly done: SeveralConclusion }

/** What the outer folds say of every label, and what all rows together decide. */
export function describeSeveral(labels: readonly string[], y: Int32Array, concluded: readonly Concluded[], parameters: ClassificationParameters): Described {
  const [n, k] = [y.length, labels.length];
  const outer = concluded.slice(0, -1);
  const { side: whole, done } = concluded.at(-1) as Concluded;
  const gathered = gather(n, k, outer.map(({ side, done: { outside } }) => ({ rows: side.outside, values: outside as Float64Array })));
  const p = { values: gathered, rows: n, labels: k };
  const given = likeliest(p);
  const confusion = confusionMatrix(y, given, k);
  const { labels: each, ...scores } = labelScores(confusion);
  const decided = decisions(n, labels, outer, 1 - parameters.confidence_level);
  const share = (part: number, of: number): ReturnType<typeof shareInterval> => shareInterval(part, of, parameters.confidence_level, parameters.interval_method);
  const count = (holds: (row: number) => boolean): number => y.reduce((sum, _, row) => sum + Number(holds(row)), 0);
  return {
    labels: [...labels], observed: [...y], likeliest: [...given], out_of_fold: labels.map((_, at) => [...gathered.subarray(at * n, (at + 1) * n)]), confusion,
    ...severalLabelScores(y, p), ...scores, top_two: topShare(y, p, 2), quadratic_kappa: parameters.label_order.length > 0 ? quadraticKappa(confusion) : null,
    by_label: each.map((own, at) => ({ label: labels[at] as string, ...own, auc: areaUnderRoc(Array.from(y, (label) => Number(label === at)), gathered.subarray(at * n, (at + 1) * n)).area })),
    families: whole.outcomes.map(({ family }, f) => {
      const own = { values: gather(n, k, outer.map(({ side }) => ({ rows: side.outside, values: side.outcomes[f]?.predicted as Float64Array }))), rows: n, labels: k };
      const { log_loss: loss, auc_one_rest: auc } = severalLabelScores(y, own);
      return { family, weight: done.weights[f] as number, log_loss: loss, auc_one_rest: auc, accuracy: count((row) => likeliest(own)[row] === y[row]) / n };
    }),
    calibrator: done.calibrator.kind, calibrations: { ...done.calibrations },
    decision: [...decided.called], gray_share: share(count((row) => decided.called[row] === GRAY), n), decided_accuracy: share(count((row) => decided.called[row] === y[row]), count((row) => decided.called[row] !== GRAY)),
    limits: labels.map((label, at) => ({
      label, thresholds: done.limits[at] as Described['limits'][number]['thresholds'],
      false_calls: share(count((row) => y[row] !== at && decided.called[row] === at), count((row) => y[row] !== at)), misses: share(count((row) => y[row] === at && !(decided.possible[row] as number[]).includes(at)), count((row) => y[row] === at)),
      coverage: share(count((row) => y[row] === at && (decided.sets[row] as number[]).includes(at)), count((row) => y[row] === at)),
    })),
    set_size: decided.sets.reduce((sum, set) => sum + set.length, 0) / n,
  };
}

/** Of each row by the thresholds and conformal scores of the fold that has not seen it. */
function decisions(n: number, labels: readonly string[], outer: readonly Concluded[], epsilon: number): { called: Int32Array; possible: number[][]; sets: number[][] } {
  const called = new Int32Array(n).fill(GRAY);
  const possible: number[][] = Array.from({ length: n }, () => []);
  const sets: number[][] = Array.from({ length: n }, () => []);
  for (const { side, done } of outer) {
    const known = conformalOf(done, side.y, labels.length);
    side.outside.forEach((row, i) => {
      const p = labels.map((_, k) => done.outside?.[k * side.outside.length + i] as number);
      called[row] = calledLabel(done.limits, p);
      possible[row] = possibleLabels(done.limits, p);
      sets[row] = predictionSet(p.map((own, k) => conformalP(known[k] as Float64Array, own)), epsilon);
    });
  }
  return { called, possible, sets };
}

function gather(n: number, labels: number, parts: readonly { rows: Int32Array; values: Float64Array }[]): Float64Array {
  const out = new Float64Array(n * labels);
  for (const { rows, values } of parts) for (let k = 0; k < labels; k++) rows.forEach((row, i) => { out[k * n + row] = values[k * rows.length + i] as number; });
  return out;
}
