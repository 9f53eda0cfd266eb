import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { renderText, catalogues } from '../../../schemas/text/index.ts';
import type { Language } from '../../../schemas/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import { arrowBlock, blockColumn, conditionKeys, csvLines, leaves, type BlockColumn, type Condition } from '../../dataset/index.ts';
import type { Column } from '../../table/index.ts';
import { vennAbers, type VennAbers } from '../calibration/index.ts';
import { cheapest, conformalP, decide, predictionSet, type Decision } from '../decision/index.ts';
import { MISSING_LEVEL } from '../data.ts';
import { culprit, distance, rowOf } from '../gate.ts';
import { openClassifier, type Classifier } from '../model.ts';
import { likeliest } from '../assess/several-labels.ts';
import { calledLabel, possibleLabels, predictSeveral } from '../several/index.ts';

export interface ClassifyTask {
  readonly model: Classifier;
  /** where each feature stands in the columns, and whether the fit has seen gaps of it */
  readonly features: readonly { readonly position: number; readonly gaps: boolean }[];
  /** columns outside the model that its rows had bounded */
  readonly conditions: readonly { readonly condition: Condition; readonly position: number }[];
  /** columns of the new table, this block's rows only */
  readonly columns: readonly Column[];
  /** row of the file of each */
  readonly rowNumbers: Int32Array;
  /** how far the machine may be off in a feature */
  readonly tolerances: readonly { readonly feature: number; readonly plusMinus: number }[];
  readonly seed: number;
  /** share of positive rows in the table, and where the model is used (null: the same) */
  readonly prevalence: { readonly here: number; readonly field: number | null };
  readonly settings: readonly { quantity: string; position: number }[];
  readonly language: Language;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface ClassifyAnswer {
  csv: Uint8Array<ArrayBuffer>;
  /** an Arrow IPC stream of one record batch */
  arrow: Uint8Array<ArrayBuffer>;
  /** NaN without a prediction */
  probability: Float64Array;
  outside: Uint8Array;
  /** 1 yes, 0 no, −1 gray */
  label: Int8Array;
  /** squared, Mahalanobis; NaN without a prediction */
  distance: Float64Array;
}

/** Columns that are added to the table of settings, in order; the first six are the original's. */
export const predictionRoles = ['pred_label', 'p_cal', 'tau_pos', 'tau_neg', 'ood_flag', 'maha_dist', 'decision', 'p_low', 'p_high', 'label_set', 'cheapest_label', 'outside', 'remark'] as const;

/** … and behind them of several labels, before a probability of each. */
export const severalRoles = ['likeliest', 'certified', 'possible', 'label_set_all'] as const;

/** … and at the end, where they are asked for: the probability at the field's share, the share of settings within the tolerances that are decided otherwise, and the probabilities there. */
export function extraRoles({ tolerances, prevalence }: { tolerances: readonly unknown[]; prevalence: { readonly field: number | null } }): ('p_field' | 'flip_share' | 'p_tolerance_low' | 'p_tolerance_high')[] {
  return [...prevalence.field === null ? [] : ['p_field' as const], ...tolerances.length === 0 ? [] : ['flip_share' as const, 'p_tolerance_low' as const, 'p_tolerance_high' as const]];
}

const codes = { yes: 1, no: 0, gray: -1 } as const;

/** Thread side: one block of rows, decided and written as lines of the table and as a record batch. */
export async function classifyBlock(task: ClassifyTask): Promise<ClassifyAnswer> {
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  const { model, columns, rowNumbers, language } = task;
  const rows = rowNumbers.length;
  const say = (code: string, values: Record<string, string> = {}): string => renderText(catalogues, language, code, values);
  const { x, remark } = readFeatures(task, say);
  const outside: string[][] = Array.from({ length: rows }, () => []);
  for (const { condition, position } of task.conditions) for (let row = 0; row < rows; row++) if (leaves(condition, columns[position] as Column, row)) outside[row]?.push(condition.column);
  const usable = Int32Array.from(remark.keys()).filter((row) => remark[row] === '');
  const blank = (): Float64Array => new Float64Array(rows).fill(NaN);
  const [probability, low, high, far] = [blank(), blank(), blank(), blank()];
  const label = new Int8Array(rows).fill(codes.gray);
  const text = { decision: new Array<string>(rows).fill(say('decision_gray')), label_set: new Array<string>(rows).fill(''), cheapest: new Array<string>(rows).fill('') };
  const named: Record<Decision, string> = { yes: model.positive, no: model.negative, gray: say('decision_gray') };
  const { several } = model;
  const [inField, flips, least, most] = [blank(), blank(), blank(), blank()];
  const each = several?.labels.map(() => blank()) ?? [];
  const of = { likeliest: new Array<string>(rows).fill(''), certified: new Array<string>(rows).fill(say('decision_gray')), possible: new Array<string>(rows).fill(''), set: new Array<string>(rows).fill('') };
  if (usable.length > 0) {
    const own: Matrix = { values: Float64Array.from({ length: usable.length * x.columns }, (_, at) => x.values[Math.floor(at / usable.length) * rows + (usable[at % usable.length] as number)] as number), rows: usable.length, columns: x.columns, order: 'column-major' };
    const classify = openClassifier(kernels, model);
    const found = classify(own);
    const field = fieldProbability(task.prevalence);
    const pair = pairs(model);
    usable.forEach((row, i) => {
      const p = found[i] as number;
      probability[row] = p;
      ({ p0: low[row], p1: high[row] } = pair(p));
      const values = rowOf(own, i);
      far[row] = distance(model.gate, values);
      if (model.distanceLimit !== null && far[row] > model.distanceLimit) {
        const name = model.features[culprit(model.gate, values)]?.name ?? '';
        if (outside[row]?.includes(name) === false) outside[row]?.push(name);
      }
      // outside the data nothing is promised
      const decision = outside[row]?.length === 0 ? decide(model.thresholds, p) : 'gray';
      label[row] = codes[decision];
      text.decision[row] = named[decision];
      const set = predictionSet([conformalP(model.conformal.negative, 1 - p), conformalP(model.conformal.positive, p)], model.conformal.epsilon);
      text.label_set[row] = `{${set.map((at) => (at === 1 ? model.positive : model.negative)).join(', ')}}`;
      text.cheapest[row] = named[cheapest(model.costs, field(p)).decision];
      inField[row] = field(p);
    });
    if (task.tolerances.length > 0) {
      const within = withinTolerances(task, own, usable.map((row) => rowNumbers[row] as number), classify);
      usable.forEach((row, i) => { [flips[row], least[row], most[row]] = within[i] as [number, number, number]; });
    }
    if (several !== null) {
      const p = predictSeveral(kernels, several, own);
      const best = likeliest({ values: p, rows: usable.length, labels: several.labels.length });
      const names = (places: readonly number[]): string => `{${places.map((k) => several.labels[k]).join(', ')}}`;
      usable.forEach((row, i) => {
        const shares = each.map((column, k) => (column[row] = p[k * usable.length + i] as number));
        of.likeliest[row] = several.labels[best[i] as number] ?? '';
        if (outside[row]?.length === 0) of.certified[row] = several.labels[calledLabel(several.limits, shares)] ?? say('decision_gray');
        of.possible[row] = names(possibleLabels(several.limits, shares));
        of.set[row] = names(predictionSet(shares.map((share, k) => conformalP(several.conformal.scores[k] as Float64Array, share)), several.conformal.epsilon));
      });
    }
  }
  const { upper, lower } = model.thresholds;
  const constant = (side: typeof upper): Float64Array => new Float64Array(rows).fill(side.kind === 'certified' ? side.threshold : NaN);
  const flags = Uint8Array.from(outside, (names) => Number(names.length > 0));
  const added: BlockColumn[] = [
    { name: 'pred_label', kind: 'number', values: Float64Array.from(label) }, { name: 'p_cal', kind: 'number', values: probability }, { name: 'tau_pos', kind: 'number', values: constant(upper) }, { name: 'tau_neg', kind: 'number', values: constant(lower) },
    { name: 'ood_flag', kind: 'number', values: Float64Array.from(flags) }, { name: 'maha_dist', kind: 'number', values: far },
    { name: say('prediction_decision'), kind: 'text', values: text.decision }, { name: 'p_low', kind: 'number', values: low }, { name: 'p_high', kind: 'number', values: high },
    { name: say('prediction_label_set'), kind: 'text', values: text.label_set }, { name: say('prediction_cheapest'), kind: 'text', values: text.cheapest },
    { name: say('prediction_outside', { name: model.target }), kind: 'text', values: outside.map((names) => names.join('; ')) }, { name: say('prediction_remark', { name: model.target }), kind: 'text', values: remark },
  ];
  if (several !== null) {
    severalRoles.forEach((role) => added.push({ name: say(`prediction_${role}`), kind: 'text', values: of[role === 'label_set_all' ? 'set' : role] }));
    several.labels.forEach((label, k) => added.push({ name: `p_${label}`, kind: 'number', values: each[k] as Float64Array }));
  }
  const extra: Record<ReturnType<typeof extraRoles>[number], Float64Array> = { p_field: inField, flip_share: flips, p_tolerance_low: least, p_tolerance_high: most };
  for (const role of extraRoles(task)) added.push({ name: role, kind: 'number', values: extra[role] });
  const written = [...columns.map(blockColumn), ...added];
  const keys = conditionKeys(task.settings.map(({ quantity, position }) => ({ quantity, column: columns[position] as Column })), rows);
  return { csv: csvLines(written, rows), arrow: arrowBlock(rowNumbers, keys, written, task.metadata), probability, outside: flags, label, distance: far };
}

/** Prior shift (Saerens, Latinne & Decaestecker 2002): what a label looks like is the same, how many there are is not. */
function fieldProbability({ here, field }: ClassifyTask['prevalence']): (p: number) => number {
  if (field === null) return (p) => p;
  const [yes, no] = [field / here, (1 - field) / (1 - here)];
  return (p) => p * yes / (p * yes + (1 - p) * no);
}

/** Settings tried around each row. */
const DRAWS = 64;

/** Of each row the share of settings within the tolerances that is decided otherwise, and the least and greatest probability there. Draws depend on seed and row of the file alone. */
function withinTolerances({ tolerances, seed, model }: ClassifyTask, { values, rows, columns }: Matrix, rowNumbers: Int32Array, classify: (x: Matrix) => Float64Array): [flips: number, least: number, most: number][] {
  return Array.from({ length: rows }, (_, i) => {
    const draw = randomStream(seed, 0x746f6c, rowNumbers[i] as number);
    const around = new Float64Array(columns * (DRAWS + 1));
    for (let j = 0; j < columns; j++) around.fill(values[j * rows + i] as number, j * (DRAWS + 1), (j + 1) * (DRAWS + 1));
    // the last one is the row itself
    for (let d = 0; d < DRAWS; d++) for (const { feature, plusMinus } of tolerances) around[feature * (DRAWS + 1) + d]! += plusMinus * (2 * draw() - 1);
    const p = classify({ values: around, rows: DRAWS + 1, columns, order: 'column-major' });
    const own = decide(model.thresholds, p[DRAWS] as number);
    return [p.subarray(0, DRAWS).reduce((count, at) => count + Number(decide(model.thresholds, at) !== own), 0) / DRAWS, p.reduce((a, b) => Math.min(a, b), 1), p.reduce((a, b) => Math.max(a, b), 0)];
  });
}

/** Venn–Abers of a probability depends on its place among the reference alone: each place is worked out once. */
function pairs({ reference }: Classifier): (p: number) => VennAbers {
  const of = vennAbers(reference.probability, reference.label);
  const sorted = reference.probability.slice().sort();
  const known = new Map<number, VennAbers>();
  return (p) => {
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((sorted[middle] as number) < p) from = middle + 1;
      else to = middle;
    }
    const key = 2 * from + Number(sorted[from] === p);
    const found = known.get(key) ?? of(p);
    known.set(key, found);
    return found;
  };
}

/** Features as the fit coded them; a remark where a row cannot be read so. */
function readFeatures({ model, features, columns, rowNumbers }: ClassifyTask, say: (code: string, values: Record<string, string>) => string): { x: Matrix; remark: string[] } {
  const rows = rowNumbers.length;
  const remark = new Array<string>(rows).fill('');
  const values = new Float64Array(rows * model.features.length);
  model.features.forEach(({ name, levels }, j) => {
    const { position, gaps } = features[j] as ClassifyTask['features'][number];
    const column = columns[position] as Column;
    for (let row = 0; row < rows; row++) {
      const cell = column.values[row] as number;
      const shown = column.kind === 'text' ? column.levels[cell] ?? '' : String(cell);
      const value = levels.length === 0 ? (column.kind === 'text' ? NaN : cell) : Number.isNaN(cell) ? levels.indexOf(MISSING_LEVEL) : levels.indexOf(shown);
      values[j * rows + row] = value;
      if (levels.length === 0 ? Number.isNaN(value) && (!gaps || column.kind === 'text') : value < 0 && Number.isNaN(cell)) remark[row] ||= say('prediction_missing', { name });
      else if (levels.length > 0 && value < 0) remark[row] ||= say('prediction_unseen', { name, level: shown });
    }
  });
  return { x: { values, rows, columns: model.features.length, order: 'column-major' }, remark };
}
