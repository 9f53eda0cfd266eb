import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { classificationParametersSchema, Fault, type ClassificationParameters, type ClassificationResult, type Notice } from '../../schemas/index.ts';
import { modelToText, type TrainedModel } from '../../kernels/models/index.ts';
import { overrideSpace, unknownName } from '../families/index.ts';
import type { JobContext, WrittenFile } from '../job/context.ts';
import { findColumn, loadTable, readGrid } from '../dataset/index.ts';
import { canonicalName, type Table } from '../table/index.ts';
import { explainClassification, limitTradeOff } from './explanation/index.ts';
import { assess, plain, type Assessment } from './assess/index.ts';
import { classData, type ClassData } from './data.ts';
import { breakEven } from './decision/index.ts';
import { labelFamilies, type ClassificationFamilyName } from './families/index.ts';
import { classifier, type Classifier } from './model.ts';
import { labelStudies, type LabelProgress, type SideStudies } from './nested.ts';
import { writeOutputs } from './outputs.ts';
import { severalLabels, type SeveralClassifier } from './several/index.ts';
import { checkRepeats, repeated } from './repeats.ts';
import { predictLabels, stamped } from './prediction/index.ts';
import { leakNotices, limitNotices, noiseNotices, separationNotices } from './warnings.ts';

/** Percent of the job where the studies begin and end. */
const span = { from: 10, to: 80 } as const;
/** Percent where the report ends. */
const reported = 90;

/**
 * Classification of one table by two labels: every family tuned in nested cross-validation by condition, the families pooled, calibrated and given thresholds inside every fold, then a final model.
 * @throws Fault naming parameter, column or row when the input does not allow it
 */
export async function classification(context: JobContext): Promise<WrittenFile[]> {
  const { order, pool } = context;
  const parameters = classificationParametersSchema.parse(order.parameters);
  const { table, duplicates, left, notices } = await loadTable(context, parameters, { loading: 2, checking: 6 });
  const data = classData(table, parameters, left);
  notices.push(...data.notices, ...leakNotices(data));
  const read = await readGrid(context, parameters, notices);
  const grid = read === null ? null : stamped(read, parameters);
  // what the grid lacks is told before minutes of tuning
  if (grid !== null) for (const { name } of data.features) findColumn(grid, name, 'inputs.prediction');
  checkRepeats(parameters);
  checkTolerances(data, parameters);
  const families = feasibleFamilies(data, parameters, notices);
  checkOverrides(data, parameters);
  const plan = { families, trials: parameters.n_trials_inner, innerSplits: parameters.inner_splits, overrides: parameters.hyperparams, seed: parameters.random_seed };
  // the work of each part: studies of two labels once for each repeat, those of all labels as long as a repeat
  const parts = parameters.cv_repeats + Number(parameters.all_labels);
  const part = (k: number): { from: number; to: number } => ({ from: span.from + (span.to - span.from) * k / parts, to: span.from + (span.to - span.from) * (k + 1) / parts });
  const tell = (within: { from: number; to: number }, pass: number, passes: number) => ({ share, studies, trials, folds, model, side, sides: count, trial }: LabelProgress): void => {
    context.progress(Math.floor(within.from + (within.to - within.from) * share), 'tuning', {
      studies, trials, trials_total: studies * parameters.n_trials_inner, folds, model, models: families.length, trial, trial_total: parameters.n_trials_inner, fold: side, fold_total: count, pass, passes,
    });
  };
  const sides = await labelStudies(context, data, plan, tell(part(0), 1, parts));
  context.checkCancelled();
  const assessment = assess(data, sides, parameters);
  const several = parameters.all_labels ? await severalLabels(context, data, plan, parameters, tell(part(parts - 1), parts, parts)) : null;
  const repeats = await repeated(context, data, plan, parameters, assessment.final, (repeat) => tell(part(repeat), repeat + 1, parts));
  notices.push(...several?.notices ?? []);
  const gate = await pool.run('learnGate', { x: data.x, categorical: data.categorical, fold: data.outerFold, folds: data.outerFolds }, { signal: context.signal });
  const model = classifier(data, sides.find(({ side }) => side === 'none') as SideStudies, assessment.conclusion, gate, several?.classifier ?? null, parameters);
  notices.push(...noiseNotices(assessment.noise, data.target.name), ...separationNotices(assessment.final, data.target.name), ...limitNotices(data.labels, model.thresholds, { falsePositive: parameters.false_positive_limit, falseNegative: parameters.false_negative_limit, confidence: parameters.decision_confidence }));
  if (model.distanceLimit === null) notices.push({ code: 'gate_too_few_rows', severity: 'warning', values: { rows: data.y.length, needed: Math.ceil(1 / parameters.out_of_distribution_alarms) - 1, percent: 100 * parameters.out_of_distribution_alarms } });

  const curves = await additiveCurves(context, data, sides);
  const fileRows = [...data.used].map((row) => table.rowNumber(row));
  const explanation = parameters.explanation.enabled ? await explainClassification(context, { data, outer: assessment.outer, outOfFold: Float64Array.from(assessment.final.out_of_fold), model, fileRows }, parameters) : null;
  context.checkCancelled();
  const predicted = grid === null || order.inputs.prediction === undefined ? null : await predictLabels(context, { input: order.inputs.prediction, table: grid, source: table }, parameters, data, model, notices);
  const written: WrittenFile[] = [...await writeModel(order.outputDirectory, model), ...predicted?.files ?? []];
  const result: ClassificationResult = {
    schema: 'zerosec.classification/1',
    dataset: { name: order.fileName, sha256: order.datasetSha256, rows_read: table.rows, rows_duplicate: duplicates.size, encoding: table.encoding, sheet: table.sheet ?? null },
    parameters: { ...parameters },
    ...describeData(table, data),
    families: describeFamilies(sides, assessment),
    noise: assessment.noise, final: assessment.final, comparisons: assessment.comparisons, equal_areas: assessment.equalAreas, hold_out: assessment.holdOut, several: several?.result ?? null, repeats, additive_curves: curves,
    limits: limitTradeOff(data, assessment.outer, parameters),
    explanation,
    model: describeModel(sides, assessment, model, parameters),
    prediction: predicted?.result ?? null,
    notices,
  };
  for (const notice of notices) context.notice(notice);
  context.progress(span.to, 'reporting', { done: 0, total: 1 });
  await writeFile(join(order.outputDirectory, 'result.json'), `${JSON.stringify(result, null, 1)}\n`);
  return [{ path: 'result.json', fileType: 'json' }, ...written, ...await writeOutputs(context, result, { table, left, features: valuesOf(data) }, parameters, { from: span.to, to: reported })];
}

/** Curves of the additive family's model of all rows; null without it. */
async function additiveCurves({ pool, signal }: JobContext, { x, categorical, features, levels }: ClassData, sides: readonly SideStudies[]): Promise<ClassificationResult['additive_curves']> {
  const model = sides.find(({ side }) => side === 'none')?.outcomes.find(({ family }) => family === 'additive_boosting')?.model;
  if (model === undefined) return null;
  const curves = await pool.run('additiveCurves', { model, x, categorical }, { signal });
  return curves.map(({ feature, values, log_odds, rows }) => ({ feature: features[feature]?.name ?? '', values: values.map((value) => (features[feature]?.kind === 'text' ? levels[feature]?.[value] ?? '' : value)), log_odds: [...log_odds], rows: [...rows] }));
}

/** @throws Fault `tolerance_not_numeric`, and of columns that do not exist */
function checkTolerances({ features }: ClassData, { tolerances }: ClassificationParameters): void {
  tolerances.forEach(({ column }, index) => {
    const found = features.find(({ name }) => canonicalName(name) === canonicalName(column));
    if (found?.kind === 'number') return;
    const field = `parameters.tolerances.${index}.column`;
    throw new Fault(found === undefined ? 'tolerance_unknown' : 'tolerance_not_numeric', `${column} is no ${found === undefined ? 'feature' : 'number'}`, { where: { field, column }, values: { name: column, features: features.map(({ name }) => name) } });
  });
}

/** Families whose cost the table allows; the others are told. @throws Fault `no_feasible_family` */
function feasibleFamilies(data: ClassData, { models_to_use }: ClassificationParameters, notices: Notice[]): ClassificationFamilyName[] {
  const wanted = [...new Set(models_to_use)];
  // a column per level, and one more that marks gaps of numbers
  const columns = data.levels.reduce((sum, levels, j) => sum + Math.max(1 + Number(hasGaps(data, j)), levels.length), 0);
  const feasible = wanted.filter((family) => {
    const { most } = labelFamilies[family];
    return data.y.length <= (most?.rows ?? Infinity) && columns <= (most?.columns ?? Infinity);
  });
  const left = wanted.filter((family) => !feasible.includes(family));
  const values = { families: left, rows: data.y.length, columns };
  if (feasible.length === 0) throw new Fault('no_feasible_family', `${left.join(', ')} cannot be fitted to ${data.y.length} rows of ${columns} columns`, { where: { field: 'parameters.models_to_use' }, values });
  if (left.length > 0) notices.push({ code: 'families_left_out', severity: 'info', values });
  return feasible;
}

function hasGaps({ x }: ClassData, j: number): boolean {
  return x.values.subarray(j * x.rows, (j + 1) * x.rows).some((value) => Number.isNaN(value));
}

/** Names and values of `hyperparams`, before anything is computed. */
function checkOverrides({ x, y }: ClassData, { hyperparams, models_to_use }: ClassificationParameters): void {
  for (const [family, overrides] of Object.entries(hyperparams)) {
    if (!models_to_use.some((name) => name === family)) throw unknownName(`parameters.hyperparams.${family}`, family, models_to_use);
    overrideSpace(labelFamilies[family as ClassificationFamilyName].space({ x, y, task: 'binary', featureNames: [], categorical: [], fold: new Int32Array(0), folds: 0 }), family, overrides);
  }
}

function describeData(table: Table, data: ClassData): Pick<ClassificationResult, 'target' | 'positive_label' | 'negative_label' | 'features' | 'rows' | 'observed' | 'outer_fold'> {
  const positive = data.y.reduce((sum, label) => sum + label, 0);
  return {
    target: data.target.name, positive_label: data.labels.positive, negative_label: data.labels.negative,
    features: data.features.map(({ name, kind }, j) => {
      const values = [...data.x.values.subarray(j * data.x.rows, (j + 1) * data.x.rows)].filter((value) => !Number.isNaN(value));
      const isText = kind === 'text';
      return { name, kind: isText ? 'levels' : 'number', levels: [...data.levels[j] ?? []], low: isText ? null : values.reduce((a, b) => Math.min(a, b), Infinity), high: isText ? null : values.reduce((a, b) => Math.max(a, b), -Infinity) };
    }),
    rows: { used: data.used.length, positive, negative: data.used.length - positive, missing: data.missing, conditions: data.groups, file_rows: [...data.used].map((row) => table.rowNumber(row)) },
    observed: [...data.y], outer_fold: [...data.outerFold],
  };
}

/** [used row][feature] */
function valuesOf({ x }: ClassData): number[][] {
  return Array.from({ length: x.rows }, (_, row) => Array.from({ length: x.columns }, (_v, j) => x.values[j * x.rows + row] as number));
}

function describeFamilies(sides: readonly SideStudies[], { families, conclusion }: Assessment): ClassificationResult['families'] {
  const kept = sides.filter(({ side }) => side !== 'test');
  return families.map(({ outOfFold, score }, f) => {
    const final = sides.find(({ side }) => side === 'none')?.outcomes[f] as SideStudies['outcomes'][number];
    return {
      family: final.family, score, weight: conclusion.weights[f] as number, out_of_fold: [...outOfFold],
      space: final.space.map(({ name, distribution }) => ({ name, distribution: distribution as ClassificationResult['families'][number]['space'][number]['distribution'] })),
      studies: kept.map(({ side, outcomes }) => {
        const { best, trials } = outcomes[f] as SideStudies['outcomes'][number];
        return { outer_fold: typeof side === 'number' ? side : null, best_trial: best.number, best_value: best.value, parameters: { ...best.parameters }, trials: trials.map((trial) => ({ ...trial, parameters: { ...trial.parameters }, folds: [...trial.folds] })) };
      }),
    };
  });
}

function describeModel(sides: readonly SideStudies[], { conclusion, conformal }: Assessment, model: Classifier, parameters: ClassificationParameters): ClassificationResult['model'] {
  return {
    weights: Object.fromEntries((sides[0]?.outcomes ?? []).map(({ family }, f) => [family, conclusion.weights[f] as number])),
    calibrator: plain(conclusion.calibrator), calibrations: { ...conclusion.calibrations }, thresholds: conclusion.thresholds, cost_threshold: breakEven(parameters.costs),
    gate: { distance_limit: model.distanceLimit, false_alarms: parameters.out_of_distribution_alarms, rows: model.gate.unseen.length },
    conformal: { epsilon: model.conformal.epsilon, coverage_positive: conformal.positive, coverage_negative: conformal.negative },
  };
}

const modelFolder = '02_本学習結果/01_モデル';

function plainMembers(members: Classifier['members']): unknown[] {
  return members.map(({ family, weight, model: { preparation, model } }) => ({ family, weight, preparation, model: JSON.parse(modelToText(model)) as unknown }));
}

/** Typed arrays as lists, models of two labels as their own file has them. */
function plainSeveral(several: SeveralClassifier): unknown {
  return JSON.parse(JSON.stringify(several, (key, value: unknown) => (ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : key === 'model' && typeof value === 'object' && value !== null && 'family' in value ? JSON.parse(modelToText(value as TrainedModel)) as unknown : value)));
}

/** `final_bundle_cls.json`: everything that predicts, as text; nothing in it is run. */
async function writeModel(directory: string, { members, several, gate, conformal, reference, calibrator, ...model }: Classifier): Promise<WrittenFile[]> {
  const path = `${modelFolder}/final_bundle_cls.json`;
  await mkdir(join(directory, modelFolder), { recursive: true });
  await writeFile(join(directory, path), `${JSON.stringify({
    format: 'zerosec-classifier-1', ...model, calibrator: plain(calibrator),
    members: plainMembers(members), several: several === null ? null : plainSeveral(several),
    gate: { columns: gate.columns, mean: [...gate.mean], precision: [...gate.precision], unseen: [...gate.unseen] },
    conformal: { epsilon: conformal.epsilon, positive: [...conformal.positive], negative: [...conformal.negative] }, reference: { probability: [...reference.probability], label: [...reference.label] },
  })}\n`);
  return [{ path, fileType: 'json' }];
}
