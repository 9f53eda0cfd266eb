import { Fault, type ClassificationParameters, type ClassificationResult, type Notice } from '../../../schemas/index.ts';
import type { Kernels } from '../../../kernels/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import type { JobContext } from '../../job/context.ts';
import type { ClassData } from '../data.ts';
import type { TwoSided } from '../decision/index.ts';
import { everyLabel, placeOf } from '../labels.ts';
import type { LabelPlan, LabelProgress } from '../nested.ts';
import { correctedLabels, type SeveralCalibrator } from './calibration.ts';
import { conformalOf } from './conformal.ts';
import { concludeSeveral, type SeveralConclusion } from './conclude.ts';
import { describeSeveral } from './describe.ts';
import type { SeveralFamilyName, SeveralModel } from './family.ts';
import { severalProbabilities } from './joint.ts';
import { severalStudies } from './studies.ts';

export { calledLabel, GRAY, possibleLabels } from './limits.ts';
export type { SeveralCalibrator } from './calibration.ts';
export type { SeveralModel } from './family.ts';

/** More labels take more rows than anybody measures. */
const MOST_LABELS = 20;
/** A label of fewer rows is kept, but nobody can say much of it. */
const FEW_ROWS = 4;

/** The final model of every label: plain data. */
export interface SeveralClassifier {
  readonly labels: readonly string[];
  readonly members: readonly { readonly family: SeveralFamilyName; readonly weight: number; readonly model: SeveralModel }[];
  readonly calibrator: SeveralCalibrator;
  /** of each label against the rest */
  readonly limits: readonly TwoSided[];
  /** per label the probabilities of the true label of unseen rows of it, ascending, and the level of the sets made of them */
  readonly conformal: { readonly scores: readonly Float64Array[]; readonly epsilon: number };
}

export interface SeveralLabels {
  readonly result: NonNullable<ClassificationResult['several']>;
  readonly classifier: SeveralClassifier;
  readonly notices: readonly Notice[];
}

/**
 * Every label of the target at once, in the outer folds of the positive one: families tuned by the log-loss of all labels, pooled, calibrated and given limits inside every fold.
 * Null for two labels, of which everything is said already.
 * @throws Fault `too_many_classes`; `label_order_unknown`, `label_order_incomplete`
 */
export async function severalLabels(context: JobContext, data: ClassData, plan: LabelPlan, parameters: ClassificationParameters, onProgress: (progress: LabelProgress) => void): Promise<SeveralLabels | null> {
  const { names, values } = everyLabel(data.target);
  const given = Int32Array.from(data.used, (row) => values[row] as number);
  const present = inOrder(names.flatMap((name, k) => (given.includes(k) ? [{ name, k }] : [])), data, parameters);
  if (present.length <= 2) return null;
  if (present.length > MOST_LABELS) throw new Fault('too_many_classes', `${data.target.name} has ${present.length} labels; all_labels takes ${MOST_LABELS} at most`, { where: { field: 'parameters.all_labels', column: data.target.name }, values: { name: data.target.name, count: present.length, most: MOST_LABELS } });
  const labels = present.map(({ name }) => name);
  const y = Int32Array.from(given, (k) => present.findIndex((label) => label.k === k));
  const sides = await severalStudies(context, data, y, labels.length, { ...plan, ordered: parameters.label_order.length > 0 }, onProgress);
  context.checkCancelled();
  const concluded = sides.map((side) => ({ side, done: concludeSeveral(side, parameters) }));
  const { side: whole, done } = concluded.at(-1);
  const classifier: SeveralClassifier = {
    labels, calibrator: done.calibrator, limits: done.limits,
    members: whole.outcomes.flatMap(({ family, model }, f) => ((done.weights[f] as number) > 0 ? [{ family, weight: done.weights[f] as number, model }] : [])),
    conformal: { scores: conformalOf(done, y, labels.length), epsilon: 1 - parameters.confidence_level },
  };
  return { classifier, result: describeSeveral(labels, y, concluded, parameters), notices: noticesOf(data, labels, y, done, parameters) };
}

/** Pooled and calibrated probabilities of rows, f64[labels][rows]. */
export function predictSeveral(kernels: Kernels, { labels, members, calibrator }: SeveralClassifier, x: Matrix): Float64Array {
  const sum = new Float64Array(labels.length * x.rows);
  for (const { weight, model } of members) severalProbabilities(kernels, model, x, labels.length).forEach((p, at) => { sum[at]! += weight * p; });
  return correctedLabels(calibrator, sum, labels.length);
}

/** Labels as the user ordered them, else as the file does. */
function inOrder(present: readonly { name: string; k: number }[], { target }: ClassData, { label_order: order }: ClassificationParameters): readonly { name: string; k: number }[] {
  if (order.length === 0) return present;
  const where = (index: number): Fault['where'] => ({ field: `parameters.label_order.${index}`, column: target.name });
  const names = present.map(({ name }) => name);
  const places = order.map((label, index) => {
    const at = placeOf(names, label);
    if (at < 0) throw new Fault('label_order_unknown', `${target.name} has no label ${label}`, { where: where(index), values: { name: target.name, label, labels: names } });
    return at;
  });
  const missing = names.filter((_, at) => !places.includes(at));
  if (missing.length > 0 || new Set(places).size < places.length) throw new Fault('label_order_incomplete', `label_order must name every label of ${target.name} once`, { where: { field: 'parameters.label_order', column: target.name }, values: { name: target.name, labels: missing.length > 0 ? missing : order } });
  return places.map((at) => present[at] as { name: string; k: number });
}

/** Labels of few rows, and limits that the rows cannot certify. */
function noticesOf({ target }: ClassData, labels: readonly string[], y: Int32Array, { limits }: SeveralConclusion, parameters: ClassificationParameters): Notice[] {
  const where = { column: target.name };
  const rowsOf = (k: number): number => y.reduce((count, own) => count + Number(own === k), 0);
  const few = labels.flatMap((label, k) => (rowsOf(k) < FEW_ROWS ? [`${label} (${rowsOf(k)})`] : []));
  const percent = (share: number): number => Number((100 * share).toPrecision(3));
  const infeasible = (side: 'upper' | 'lower', code: string, limit: number): Notice[] => {
    const own = limits.flatMap(({ [side]: threshold }, k) => (threshold.kind === 'infeasible' ? [{ label: labels[k] as string, ...threshold }] : []));
    return own.length === 0 ? [] : [{ code, severity: 'warning', where, values: { name: target.name, labels: own.map(({ label, rows, best_limit: best }) => `${label} (${rows}: ${percent(Math.ceil(best * 1000) / 1000)}%)`), needed: own[0]?.needed ?? 0, limit: percent(limit), confidence: percent(parameters.decision_confidence) } }];
  };
  return [
    ...few.length === 0 ? [] : [{ code: 'labels_rare', severity: 'warning' as const, where, values: { name: target.name, labels: few, needed: FEW_ROWS } }],
    ...infeasible('upper', 'label_calls_infeasible', parameters.false_positive_limit), ...infeasible('lower', 'label_misses_infeasible', parameters.false_negative_limit),
  ];
}
