import { Fault, type ClassificationParameters, type ClassificationResult } from '../../../schemas/index.ts';
import { areaUnderRoc } from '../../scores/index.ts';
import type { JobContext } from '../../job/context.ts';
import { confusionMatrix, labelScores } from '../assess/label-scores.ts';
import { likeliest, severalLabelScores, topShare, type LabelProbabilities } from '../assess/several-labels.ts';
import { conclude, type Conclusion } from '../conclude.ts';
import { conditionsOf, FEWEST_OF_LABEL, type ClassData } from '../data.ts';
import { everyLabel } from '../labels.ts';
import { membersOf, type LabelMember } from '../model.ts';
import { labelStudies, type LabelPlan, type LabelProgress, type SideStudies } from '../nested.ts';

/** More labels take more studies than anybody waits for. */
const MOST_LABELS = 20;

export interface SeveralLabels {
  readonly result: NonNullable<ClassificationResult['several']>;
  /** one model against the rest for each label, in their order */
  readonly members: readonly LabelMember[];
}

/** What the first label, the positive one, has already. */
export interface FirstLabel { readonly sides: readonly SideStudies[]; readonly conclusion: Conclusion }

/**
 * Every label of the target: each against the rest in the folds of the positive one, tuned, pooled and calibrated as that is; the probabilities of a row are scaled to sum to one (Zadrozny & Elkan 2002).
 * Null for two labels, of which everything is said already.
 * @throws Fault `too_many_classes`; `too_few_of_label` for a label that a fold would leave without rows
 */
export async function severalLabels(context: JobContext, data: ClassData, plan: LabelPlan, parameters: ClassificationParameters, first: FirstLabel, onProgress: (label: number, labels: number) => (progress: LabelProgress) => void): Promise<SeveralLabels | null> {
  const { names, values } = everyLabel(data.target);
  const y = Int32Array.from(data.used, (row) => values[row] as number);
  const present = names.flatMap((name, k) => (y.includes(k) ? [{ name, k }] : []));
  if (present.length <= 2) return null;
  checkLabels(data, y, present);
  const parts: { name: string; sides: readonly SideStudies[]; conclusion: Conclusion }[] = [];
  for (const { name, k } of present) {
    const own = y.map((label) => Number(label === k));
    // the positive label alone, not merged with another spelling or word of it
    const known = own.every((label, row) => label === data.y[row]);
    const side = known ? first.sides : await labelStudies(context, { ...data, y: Float64Array.from(own), heldOut: null, target: { ...data.target, name: `${data.target.name} = ${name}` } }, plan, onProgress(parts.length, present.length));
    parts.push({ name, sides: side, conclusion: known ? first.conclusion : conclude(side.find((at) => at.side === 'none') as SideStudies, parameters) });
    context.checkCancelled();
  }
  const columns = parts.map(({ sides }) => unseen(sides, y.length, parameters));
  const probabilities = scaled(columns);
  const number = new Map(present.map(({ k }, at) => [k, at]));
  return {
    result: describe(present.map(({ name }) => name), y.map((k) => number.get(k) as number), probabilities),
    members: parts.map(({ name, sides, conclusion }) => ({ label: name, ...membersOf(sides.find((at) => at.side === 'none') as SideStudies, conclusion) })),
  };
}

/** Columns of scores as probabilities of labels, row by row; where every model says no all are alike. */
export function scaled(columns: readonly Float64Array[]): LabelProbabilities {
  const rows = columns[0]?.length ?? 0;
  const out = new Float64Array(rows * columns.length);
  for (let i = 0; i < rows; i++) {
    const sum = columns.reduce((total, column) => total + (column[i] as number), 0);
    columns.forEach((column, k) => { out[k * rows + i] = sum > 0 ? (column[i] as number) / sum : 1 / columns.length; });
  }
  return { values: out, rows, labels: columns.length };
}

function checkLabels({ target, group }: ClassData, y: Int32Array, present: readonly { name: string; k: number }[]): void {
  const where = { column: target.name };
  if (present.length > MOST_LABELS) throw new Fault('too_many_classes', `${target.name} has ${present.length} labels; all_labels takes ${MOST_LABELS} at most`, { where: { field: 'parameters.all_labels', ...where }, values: { name: target.name, count: present.length, most: MOST_LABELS } });
  for (const { name, k } of present) {
    const rows = y.reduce((count, own) => count + Number(own === k), 0);
    const conditions = conditionsOf(group, (row) => y[row] === k);
    if (conditions < FEWEST_OF_LABEL) throw new Fault('too_few_of_label', `${target.name} = ${name} in ${rows} rows of ${conditions} conditions; at least ${FEWEST_OF_LABEL} conditions are needed`, { where, values: { name: target.name, label: name, rows, conditions, needed: FEWEST_OF_LABEL } });
  }
}

/** Calibrated probability of each row by the outer fold that has not seen it. */
function unseen(sides: readonly SideStudies[], rows: number, parameters: ClassificationParameters): Float64Array {
  const out = new Float64Array(rows);
  for (const side of sides) {
    if (typeof side.side !== 'number') continue;
    const probability = conclude(side, parameters).outside?.probability;
    side.outside.forEach((row, i) => { out[row] = probability?.[i] as number; });
  }
  return out;
}

function describe(labels: readonly string[], y: Int32Array, p: LabelProbabilities): SeveralLabels['result'] {
  const given = likeliest(p);
  const confusion = confusionMatrix(y, given, p.labels);
  const { labels: each, ...scores } = labelScores(confusion);
  return {
    labels: [...labels], observed: [...y], likeliest: [...given], out_of_fold: labels.map((_, k) => [...p.values.subarray(k * p.rows, (k + 1) * p.rows)]), confusion,
    ...severalLabelScores(y, p), ...scores, top_two: topShare(y, p, 2),
    by_label: each.map((own, k) => ({ label: labels[k] as string, ...own, auc: areaUnderRoc(Array.from(y, (label) => Number(label === k)), p.values.subarray(k * p.rows, (k + 1) * p.rows)).area })),
  };
}
