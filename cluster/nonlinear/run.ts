import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault, nonlinearAnalysisParametersSchema, type NonlinearAnalysisParameters, type NonlinearResult, type NonlinearTarget } from '../../schemas/index.ts';
import { modelToText } from '../../kernels/models/index.ts';
import type { JobContext, WrittenFile } from '../job/context.ts';
import { findColumn, loadTable, readGrid } from '../dataset/index.ts';
import { safeFileName } from '../report/index.ts';
import { canonicalNamesIn, type Table } from '../table/index.ts';
import { assess, type Assessment } from './assess.ts';
import { targetData, type TargetData } from './data.ts';
import { overrideSpace, tunedFamilies, unknownName, type NonlinearFamilyName, type Overrides } from '../families/index.ts';
import { explainTarget } from './explanation/index.ts';
import { writeOutputs, type Explained } from './outputs.ts';
import { nestedStudies, type FamilyStudies } from './nested.ts';
import { checkSearch, checkTradeOff, searchTradeOff, tradeOff } from './pareto/index.ts';
import { predictionWorkbook, predictNonlinearGrid } from './prediction/index.ts';
import { targetModel, type TargetModel } from './predictor.ts';
import { studyJournal } from './study-journal.ts';
import type { StudyOutcome } from './study-task.ts';

/** Percent of the job where the studies begin and end. */
const span = { from: 10, to: 80 } as const;
/** Percent where the report ends. */
const reported = 90;
/** Targets of a deburring table when none is named, by canonical name. */
const deburringTargets = ['摩耗量', '上面ダレ量', '側面ダレ量'];

/**
 * Nonlinear analysis of one table: every family of models tuned and scored in nested cross-validation by condition, then a final model with intervals.
 * @throws Fault naming parameter, column or row when the input does not allow it; with several targets only when none is left
 */
export async function nonlinearAnalysis(context: JobContext): Promise<WrittenFile[]> {
  const { order } = context;
  const parameters = nonlinearAnalysisParametersSchema.parse(order.parameters);
  const { table, duplicates, left, notices } = await loadTable(context, parameters, { loading: 2, checking: 6 });

  const grid = await readGrid(context, parameters, notices, '切削時間');
  const attempts = attemptTargets(table, parameters, left);
  const usable = attempts.flatMap((attempt) => (attempt instanceof Fault ? [] : [attempt]));
  // what the grid lacks is told before hours of tuning
  if (grid !== null) for (const { features } of usable) for (const { name } of features) findColumn(grid, name, 'inputs.prediction');
  if (grid !== null && parameters.enable_pareto) checkTradeOff(grid, usable.map(({ target }) => target.name), parameters);
  checkSearch(table, usable, parameters);
  const families = [...new Set(parameters.models_to_use)];
  const studies = await nestedStudies(context, usable, { families, trials: parameters.n_trials, innerSplits: parameters.inner_splits, overrides: checkedOverrides(parameters, usable), search: { sampler: parameters.sampler, pruner: parameters.pruner }, seed: parameters.random_seed }, ({ share, studies: total, trials, folds, target, model, side, sides, trial }) => {
    context.progress(Math.floor(span.from + (span.to - span.from) * share), 'tuning', {
      studies: total, trials, trials_total: total * parameters.n_trials, folds,
      model, models: families.length, trial, trial_total: parameters.n_trials, fold: side, fold_total: sides, pass: target, passes: usable.length,
    });
  });

  const written: WrittenFile[] = [];
  const explained: Explained[] = [];
  const entries: NonlinearResult['targets'] = [];
  const models: { data: TargetData; model: TargetModel }[] = [];
  const tuned: { data: TargetData; studies: readonly FamilyStudies[] }[] = [];
  const names = targetNames(table, parameters);
  for (const [index, attempt] of attempts.entries()) {
    if (attempt instanceof Fault) {
      const { code, message, where, values } = attempt.toJSON();
      entries.push({ status: 'failed', target: (names[index] as { name: string }).name, failure: { code, message, ...where && { where: { ...where } }, ...values && { values } } });
      continue;
    }
    const own = studies[usable.indexOf(attempt)] as FamilyStudies[];
    const assessment = assess(attempt, own, parameters.final_model);
    entries.push(describeTarget(table, attempt, own, assessment, parameters));
    const model = targetModel(attempt, own, assessment);
    models.push({ data: attempt, model });
    tuned.push({ data: attempt, studies: own });
    written.push(...await writeModel(order.outputDirectory, model));
    if (parameters.enable_shap) explained.push({ data: attempt, explanation: await explainTarget(context, attempt, model, parameters) });
  }
  const predicted = grid === null || order.inputs.prediction === undefined ? null : await predictNonlinearGrid(context, { input: order.inputs.prediction, table: grid, source: table }, parameters, models, notices);
  const workbook = predicted === null || !parameters.outputs.includes('workbook') ? [] : await predictionWorkbook(context, predicted, notices);
  const traded = predicted === null || !parameters.enable_pareto ? null : await tradeOff(context, predicted, parameters, notices);
  const searched = await searchTradeOff(context, table, models, parameters, notices);
  written.push(...predicted?.files ?? [], ...workbook, ...traded?.files ?? [], ...searched.files);
  const result: NonlinearResult = {
    schema: 'zerosec.nonlinear_analysis/1',
    dataset: { name: order.fileName, sha256: order.datasetSha256, rows_read: table.rows, rows_duplicate: duplicates.size, encoding: table.encoding, sheet: table.sheet ?? null },
    parameters: { ...parameters },
    prediction: predicted?.result ?? null,
    pareto: traded?.result ?? null,
    pareto_search: searched.pareto_search,
    next_experiments: searched.next_experiments,
    targets: entries,
    notices,
  };
  for (const notice of [...notices, ...usable.flatMap((data) => data.notices)]) context.notice(notice);
  context.progress(span.to, 'reporting', { done: 0, total: 1 });
  await writeFile(join(order.outputDirectory, 'result.json'), `${JSON.stringify(result, null, 1)}\n`);
  if (parameters.outputs.includes('data')) written.push(await writeJournal(order.outputDirectory, studyJournal(tuned)));
  return [{ path: 'result.json', fileType: 'json' }, ...written, ...await writeOutputs(context, result, table, left, { explained, pictures: traded?.pictures ?? [] }, parameters, { from: span.to, to: reported })];
}

function targetNames(table: Table, { target_columns }: NonlinearAnalysisParameters): { name: string; field: string }[] {
  if (target_columns.length > 0) return target_columns.map((name, index) => ({ name, field: `parameters.target_columns.${index}` }));
  const quantity = canonicalNamesIn(table.columns.map(({ name }) => name));
  const found = table.columns.filter(({ name, kind }) => kind === 'number' && deburringTargets.includes(quantity(name))).map(({ name }) => ({ name, field: 'parameters.target_columns' }));
  if (found.length === 0) throw new Fault('no_target', 'no target is named', { where: { field: 'parameters.target_columns' } });
  return found;
}

/** A target that the input does not allow is told and the others go on; the only one fails the job. */
function attemptTargets(table: Table, parameters: NonlinearAnalysisParameters, left: ReadonlySet<number>): (TargetData | Fault)[] {
  const names = targetNames(table, parameters);
  const attempts = names.map((name): TargetData | Fault => {
    try {
      return targetData(table, name, names.map((other) => other.name), parameters, left);
    } catch (error) {
      if (error instanceof Fault && error.class === 'user') return error;
      throw error;
    }
  });
  const first = attempts[0];
  if (first instanceof Fault && attempts.every((attempt) => attempt instanceof Fault)) throw first;
  return attempts;
}

/** Names and values of `hyperparams`, before anything is computed. */
function checkedOverrides({ hyperparams, models_to_use }: NonlinearAnalysisParameters, targets: readonly TargetData[]): Readonly<Partial<Record<NonlinearFamilyName, Overrides>>> {
  for (const [family, overrides] of Object.entries(hyperparams)) {
    if (!models_to_use.some((name) => name === family)) throw unknownName(`parameters.hyperparams.${family}`, family, models_to_use);
    for (const { x, y } of targets) overrideSpace(tunedFamilies[family as NonlinearFamilyName].space({ x, y, task: 'regression', featureNames: [], categorical: [], fold: new Int32Array(0), folds: 0 }), family, overrides);
  }
  return hyperparams;
}

function describeTarget(table: Table, data: TargetData, studies: readonly FamilyStudies[], assessment: Assessment, parameters: NonlinearAnalysisParameters): NonlinearTarget {
  const errors = data.y.map((value, row) => Math.abs(value - (assessment.final.out_of_fold[row] as number)));
  return {
    status: 'fitted',
    target: data.target.name,
    features: data.features.map((column, index) => {
      const values = Array.from({ length: data.x.rows }, (_, row) => data.x.values[index * data.x.rows + row] as number);
      return { name: column.name, kind: column.kind === 'text' ? 'levels' : 'number', levels: column.kind === 'text' ? [...column.levels] : [], low: column.kind === 'text' ? null : Math.min(...values), high: column.kind === 'text' ? null : Math.max(...values) };
    }),
    rows: { used: data.used.length, missing: data.missing, conditions: data.groups, file_rows: [...data.used].map((row) => table.rowNumber(row)) },
    transform: data.transform,
    hold_out: assessment.holdOut,
    observed: [...data.y],
    outer_fold: [...data.outerFold],
    families: studies.map(({ family, outer, final }, f) => ({
      family,
      score: assessment.families[f]?.score as NonlinearTarget['stack']['score'],
      weight: assessment.families[f]?.weight as number,
      stack_weight: assessment.families[f]?.stackWeight as number,
      out_of_fold: [...assessment.families[f]?.outOfFold as Float64Array],
      space: final.space.map(({ name, distribution }) => ({ name, distribution: distribution as NonlinearTarget['families'][number]['space'][number]['distribution'] })),
      studies: [...outer.map((study, fold) => describeStudy(study, fold)), describeStudy(final, null)],
    })),
    stack: assessment.stack,
    final: assessment.final,
    noise: assessment.noise,
    interval: { confidence_level: parameters.confidence_level, method: 'cv+', ...conformalCheck(data, errors, parameters.confidence_level) },
    notices: data.notices,
  };
}

function describeStudy({ best, trials }: StudyOutcome, outer_fold: number | null): NonlinearTarget['families'][number]['studies'][number] {
  return { outer_fold, best_trial: best.number, best_value: best.value, parameters: { ...best.parameters }, trials: trials.map((trial) => ({ ...trial, parameters: { ...trial.parameters }, folds: [...trial.folds] })) };
}

/** Do intervals that are made of the errors of the other folds cover a fold's rows as often as they promise? */
function conformalCheck({ outerFold, outerFolds }: TargetData, errors: Float64Array, confidence: number): { coverage_out_of_fold: number | null; half_width: number | null } {
  const width = (sizes: Float64Array): number | null => {
    const sorted = sizes.slice().sort();
    const rank = Math.ceil(confidence * (sorted.length + 1) - 1e-9);
    return rank > sorted.length ? null : sorted[rank - 1] as number;
  };
  let covered = 0;
  for (let fold = 0; fold < outerFolds; fold++) {
    const half = width(errors.filter((_, row) => outerFold[row] !== fold));
    if (half === null) return { coverage_out_of_fold: null, half_width: null };
    errors.forEach((error, row) => { if (outerFold[row] === fold && error <= half) covered++; });
  }
  return { coverage_out_of_fold: covered / errors.length, half_width: width(errors) };
}

async function writeJournal(directory: string, journal: string): Promise<WrittenFile> {
  const path = '03_学習結果/optuna_journal.txt';
  await mkdir(join(directory, '03_学習結果'), { recursive: true });
  await writeFile(join(directory, path), journal);
  return { path, fileType: 'txt' };
}

async function writeModel(directory: string, model: TargetModel): Promise<WrittenFile[]> {
  const path = `02_学習モデル/final_model_${safeFileName(model.target)}.json`;
  const member = (trained: TargetModel['members'][number]['model']): unknown => JSON.parse(modelToText(trained));
  await mkdir(join(directory, '02_学習モデル'), { recursive: true });
  await writeFile(join(directory, path), `${JSON.stringify({
    format: 'zerosec-target-model-1', target: model.target, features: model.features, scaling: model.scaling,
    members: model.members.map(({ weight, back, model: trained }) => ({ weight, back, model: member(trained) })),
    folds: model.folds.map(({ scaling, backs, models, errors }) => ({ scaling, backs, errors: [...errors], models: models.map(member) })),
  })}\n`);
  return [{ path, fileType: 'json' }];
}
