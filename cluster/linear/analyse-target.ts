import { leastSquaresBlockBytes, leastSquaresBytes, leastSquaresRowValues, type KernelMemory, type KernelSlab } from '../../kernels/index.ts';
import { Fault, type BinaryTarget, type FittedTarget, type LinearAnalysisParameters, type LinearSections, type Notice } from '../../schemas/index.ts';
import { unpackColumns } from '../arrow/columns.ts';
import type { JobContext } from '../job/context.ts';
import type { Column, Table } from '../table/index.ts';
import { describeColumns } from './column-factors.ts';
import { predictedBytes, requireMemory } from './cost.ts';
import { analyseBinary } from './binary/analyse.ts';
import { placeDesign, type Design } from './design.ts';
import { heldConditions } from './prediction/held-conditions.ts';
import { completeRows, groupRows } from '../dataset/index.ts';
import { hullsOf, mostHullWork, type Hulls } from './prediction/hulls.ts';
import { numericPredictor, type Predictor } from './prediction/predictor.ts';
import { fitInBlocks, isLarge, type Fit, type FitTask } from './fit.ts';
import { foldBytes } from './fold.ts';
import type { FittedModel, Section, SectionContext } from './fitted-model.ts';
import type { Ask, Power } from './inspect/index.ts';
import { termFitOf } from './inference/index.ts';
import { learnPlan, type DesignPlan } from './model/index.ts';
import { forward, isEstimated, meanOf, outsideDomain, type Response } from './response.ts';
import { requireRows } from '../dataset/rows.ts';
import { sections } from './sections/index.ts';
import { penalisedResiduals } from './sections/penalty.ts';
import { chooseTerms } from './selection/index.ts';
import { specifyModel, type Specification } from './specify.ts';
import type { TargetName } from './targets.ts';
import { spread } from './spread.ts';
import { scoreHeldTerms, validate, type Grouping } from './validate.ts';

export interface TargetSetting {
  job: JobContext;
  table: Table;
  /** settings to predict; null: none */
  grid: Table | null;
  parameters: LinearAnalysisParameters;
  /** every target of the run: none of them explains another one by itself */
  targets: readonly TargetName[];
  /** rows that no target uses */
  left: ReadonlySet<number>;
  /** of the job; what a target takes is given back */
  memory: KernelMemory;
  module: WebAssembly.Module;
  /** percent of the job for a share of this target's work */
  percent: (share: number) => number;
}

export interface AnalysedTarget {
  entry: FittedTarget | BinaryTarget;
  /** rows of the table that the fit used: what charts and workbooks are made of */
  rows: Int32Array;
  predictor: Predictor;
}

/** A target's rows and design, before anything is fitted. */
export interface PreparedTarget {
  specification: Specification;
  plan: DesignPlan;
  design: Design;
  used: Int32Array;
  actual: Float64Array;
  condition: Grouping;
  missing: { rows: number; by: ReadonlyMap<string, number> };
}

/** Shares of a target's work. */
const share = { fitting: 0.1, validating: 0.35, sections: 0.85 } as const;

/** Beside what the design and the fits take: alignment. */
const spareBytes = 4 * 1_048_576;
const blockSpareBytes = 65_536;

/** One target from its name to its part of the result. @throws Fault naming parameter, column or row */
export async function analyseTarget(name: TargetName, setting: TargetSetting): Promise<AnalysedTarget> {
  const mark = setting.memory.mark();
  try {
    const notices: Notice[] = [];
    const tell = (notice: Notice): void => void notices.push(notice);
    const prepared = prepare(name, setting, tell);
    const { outcome } = prepared.specification;
    if (outcome !== null) {
      const { parts, predictor } = await analyseBinary({ ...prepared, outcome }, { ...setting, tell });
      return { entry: { status: 'binary', target: prepared.specification.target.name, ...parts, notices }, rows: prepared.used, predictor: { ...predictor, hulls: hullsFor(predictor.plan, prepared, setting) } };
    }
    const { model, context } = await fitTarget(prepared, setting, tell);
    const parts = await report(model, context, setting);
    const target = model.specification.target.name;
    const { fit, residuals } = predicting(model, parts.penalty);
    return { entry: { status: 'fitted', target, ...parts, notices }, rows: model.used, predictor: { ...numericPredictor(target, model.plan, fit, parts.diagnostics.max_leverage ?? 1, model.response, residuals, heldConditions(prepared, setting)), hulls: hullsFor(model.plan, prepared, setting) } };
  } finally {
    setting.memory.release(mark);
  }
}

/** Hulls of the settings of a fit where new ones are predicted; null where there are none, or so many that the question would take longest. */
function hullsFor(plan: DesignPlan, { specification, used }: Pick<PreparedTarget, 'specification' | 'used'>, { grid }: Pick<TargetSetting, 'grid'>): Hulls | null {
  if (grid === null || grid.rows * used.length * plan.columns.length > mostHullWork) return null;
  return hullsOf(plan, specification.column, used);
}

/** What predictions are made of: least squares, or the penalised coefficients, which have no standard errors and so no intervals. */
function predicting(model: FittedModel, penalty: LinearSections['penalty']): { fit: Fit; residuals: Float64Array } {
  if (penalty === null || !penalty.predicts) return { fit: model.fit, residuals: model.rows['residual'] as Float64Array };
  const coefficients = Float64Array.from(penalty.coefficients, ({ estimate }) => estimate ?? 0);
  return { fit: { ...model.fit, coefficients, coefficientsLow: new Float64Array(coefficients.length), aliased: [], sigma: NaN }, residuals: penalisedResiduals(model, coefficients) };
}

/** From a name to the design in shared memory. */
function prepare(name: TargetName, setting: TargetSetting, tell: (notice: Notice) => void): PreparedTarget {
  const { job, table, parameters, memory } = setting;
  const { pool, order } = job;
  const specification = specifyModel(table, parameters, name, setting.targets);
  specification.notices.forEach(tell);
  const { target, features, weights, column } = specification;
  const { used: complete, missing, missingBy } = completeRows(target, [...features, weights, specification.cluster].filter((needed) => needed !== null), setting.left);
  if (missing > 0) tell({ code: 'rows_missing', severity: 'info', values: { count: missing, columns: [...missingBy].map(([column, count]) => `${column}: ${count}`) } });
  const used = weighted(table, complete, weights, tell);
  requireRows(used.length, 0);
  const plan = learnPlan(specification.model, { column, rows: used, contrasts: specification.contrasts });
  requireTerms(plan);
  requireRows(used.length, plan.columns.length);
  const shapeOf = ({ rows, columns }: Table): { rows: number; columns: number } => ({ rows, columns: columns.length });
  const grid = setting.grid === null ? null : shapeOf(setting.grid);
  const needed = predictedBytes(shapeOf(table), { rows: used.length, terms: plan.columns.length }, pool.threads, grid);
  // named by the larger of the two tables: that is where something can be left out
  requireMemory(needed, order.memoryLimitBytes, grid !== null && grid.rows * grid.columns > table.rows * table.columns.length ? grid : shapeOf(table));

  job.progress(setting.percent(share.fitting), 'fitting');
  const design = placeDesign(memory, { plan, table, column, target, weights, rows: used });
  const actual = Float64Array.from(used, (row) => target.values[row] as number);
  const condition = groupRows(features.map((feature) => Float64Array.from(used, (row) => feature.values[row] as number)), used.length);
  return { specification, plan, design, used, actual, condition, missing: { rows: missing, by: missingBy } };
}

async function fitTarget(whole: PreparedTarget, setting: TargetSetting, tell: (notice: Notice) => void): Promise<{ model: FittedModel; context: SectionContext }> {
  const { job, table, parameters, memory, module } = setting;
  const { pool } = job;
  const choosing = parameters.selection.method !== 'none';
  const widest = whole.design;
  requireDomain(parameters.transform, whole.actual, { table, used: whole.used, target: whole.specification.target });
  const slabBytes = leastSquaresBytes(widest.n, widest.p, 'auto', { weights: widest.weights !== null, dfbetas: true }) + foldBytes(widest, widest.n) * (choosing ? 2 : 1) + spareBytes;
  const slabs = Array.from({ length: pool.threads }, () => memory.slab(slabBytes));
  const first = slabs[0];
  if (first === undefined) throw new Error('a pool without threads');
  const candidates = choosing ? await onScale(whole, setting, first) : null;
  const { reduced, selection } = candidates === null ? { reduced: whole, selection: null } : await chooseTerms(whole, candidates.design, first, setting, tell);
  const { specification, plan, used, actual, missing, condition: { group, groups } } = reduced;
  const { weights } = specification;
  const { response, power, design } = await onScale(reduced, setting, first);
  const ask = { ...askOf(specification, used, parameters), power: power === null && weights === null && design.offset === null };
  const fit = await watchRobust(job, ask.robust?.done ?? null, (done) => setting.percent(share.fitting + (share.validating - share.fitting) * done), () => fitWhole({ job, memory, module, slab: first, design, confidence: parameters.confidence_level, ask }));

  const judged = { job, module, slabs, response, parameters, actual, features: whole.specification.features, condition: { group, groups }, tell, percent: (done: number) => setting.percent(share.validating + (share.sections - share.validating) * done) };
  const validation = await validate({ ...judged, design: selection?.design ?? design, selection: selection?.ask ?? null });
  const heldTerms = selection === null ? null : await scoreHeldTerms({ ...judged, design, selection: null });
  const rows = unpackColumns(fit.rows);
  const back = meanOf(response, rows['residual'] as Float64Array);
  const model: FittedModel = {
    specification, plan, design, used, actual, fit, group, groups, validation,
    terms: describeColumns(plan, new Set(fit.aliased.map(({ column: position }) => position))),
    designColumn: (position) => memory.float64(design.x + position * design.n * 8, design.n),
    missing,
    rows, response,
    power: power ?? fit.inspection.power,
    modelActual: response.kind === 'none' ? actual : forward(response, actual),
    fittedMean: response.kind === 'none' ? rows['fitted'] as Float64Array : (rows['fitted'] as Float64Array).map(back),
    termFit: termFitOf(plan, fit),
    selection: selection === null ? null : { ...selection, heldTerms },
  };
  return { model, context: { job, table, parameters, left: setting.left, module, slabs, tell } };
}

/** A design with its target on the scale of the fit. */
async function onScale({ design, used, actual }: PreparedTarget, { job, parameters, memory, module }: TargetSetting, slab: KernelSlab): Promise<{ design: Design; response: Response; power: Power[] | null }> {
  const raw = parameters.transform === 'none' ? null : memory.alloc(used.length * 8);
  const { response, power } = await findScale({ job, module, slab, parameters, design });
  return { response, power, design: transformed(memory, design, raw, actual, response) };
}

/** How often a robust fit is asked how far it is, ms. */
const watchEvery = 200;

/** Tells the job how far the robust fit of a thread is while it waits for it: on large tables that takes longer than everything else. */
async function watchRobust<T>(job: JobContext, done: Int32Array | null, percent: (share: number) => number, work: () => Promise<T>): Promise<T> {
  if (done === null) return work();
  let told = 0;
  const tell = (): void => {
    const now = Atomics.load(done, 0);
    if (now > told) job.progress(percent((told = now) / 1000), 'fitting', { done: now, total: 1000 });
  };
  const timer = setInterval(tell, watchEvery);
  try {
    const result = await work();
    tell();
    return result;
  } finally {
    clearInterval(timer);
  }
}

/** Small work as one task; large work block by block on every thread, a cancel noticed between the steps. The same bytes either way. */
async function fitWhole({ job, memory, module, slab, design, confidence, ask }: FitTask & { job: JobContext; memory: KernelMemory }): Promise<Fit> {
  if (!isLarge(design)) return job.pool.run('fitAll', { module, slab, design, confidence, ask }, { signal: job.signal });
  const slabs = Array.from({ length: job.pool.threads }, () => memory.slab(leastSquaresBlockBytes(design.p) + blockSpareBytes));
  const threads = { pool: job.pool, module, slabs, signal: job.signal };
  const whole = await fitInBlocks({ module, slab, design, confidence }, memory.float64(memory.alloc(8 * leastSquaresRowValues(design.n)), leastSquaresRowValues(design.n)), (blocks) => {
    job.checkCancelled();
    return spread('fitBlocks', threads, blocks);
  });
  return job.pool.run('concludeFit', { module, slab, design, whole, ask }, { signal: job.signal });
}

/** @throws Fault `transform_domain` naming the row */
function requireDomain(choice: LinearAnalysisParameters['transform'], actual: Float64Array, { table, used, target }: { table: Table; used: Int32Array; target: Column }): void {
  const at = outsideDomain(choice, actual);
  if (at < 0) return;
  const row = table.rowNumber(used[at] as number);
  throw new Fault('transform_domain', `${choice} of ${target.name} does not exist in row ${row}`, { where: { field: 'parameters.transform', column: target.name, row }, values: { transform: choice, name: target.name, row, value: actual[at] as number } });
}

/** The scale of the fit: as asked for, or as the regression on the untransformed target says. */
async function findScale({ job, parameters: { transform, confidence_level }, module, slab, design }: { job: JobContext; parameters: LinearAnalysisParameters; module: WebAssembly.Module; slab: KernelSlab; design: Design }): Promise<{ response: Response; power: Power[] | null }> {
  if (!isEstimated(transform)) return { response: { kind: transform, lambda: null }, power: null };
  return job.pool.run('findResponse', { module, slab, design, choice: transform, confidence: confidence_level }, { signal: job.signal });
}

/** The design with its target on the scale of the fit, and the target as it was beside it. */
function transformed(memory: KernelMemory, design: Design, raw: number | null, actual: Float64Array, response: Response): Design {
  if (raw === null) return design;
  memory.float64(raw, design.n).set(actual);
  memory.float64(design.y, design.n).set(forward(response, actual));
  return { ...design, raw, yLow: response.kind === 'none' ? design.yLow : null };
}

/** What is to be worked out beside the fit. @throws Fault `too_few_clusters` */
function askOf({ cluster }: Specification, used: Int32Array, { covariance, confidence_level, robust, random_seed }: LinearAnalysisParameters): Omit<Ask, 'power'> {
  const clusters = cluster === null ? null : groupRows([Float64Array.from(used, (row) => cluster.values[row] as number)], used.length);
  if (clusters !== null && clusters.groups < 2) throw new Fault('too_few_clusters', `${cluster?.name} has one value only`, { where: { field: 'parameters.cluster_column', column: cluster?.name }, values: { name: cluster?.name ?? '' } });
  return {
    covariance: { kind: covariance, cluster: clusters?.group ?? null, confidence: confidence_level },
    robust: robust === 'none' ? null : { method: robust, seed: random_seed, done: new Int32Array(new SharedArrayBuffer(4)) },
  };
}

/** Goes through the sections; a cancel is noticed between them. */
async function report(model: FittedModel, context: SectionContext, { job, percent }: TargetSetting): Promise<LinearSections> {
  const parts: Partial<Record<keyof LinearSections, unknown>> = {};
  const list = Object.entries(sections) as [keyof LinearSections, Section<unknown>][];
  for (const [index, [key, section]] of list.entries()) {
    job.checkCancelled();
    parts[key] = await section(model, context);
    job.progress(percent(share.sections + (1 - share.sections) * (index + 1) / list.length), 'validating', { done: list.length, total: list.length });
  }
  return parts as LinearSections;
}

/** Rows with a positive weight. @throws Fault `weights_negative`, `weights_all_zero` */
function weighted(table: Table, rows: Int32Array, weights: Specification['weights'], tell: (notice: Notice) => void): Int32Array {
  if (weights === null) return rows;
  const { name, values } = weights;
  const negative = rows.find((row) => (values[row] as number) < 0);
  const where = { field: 'parameters.weights_column', column: name };
  if (negative !== undefined) {
    const row = table.rowNumber(negative);
    throw new Fault('weights_negative', `the weight of row ${row} is negative`, { where: { ...where, row }, values: { name, row, value: values[negative] as number } });
  }
  const used = rows.filter((row) => (values[row] as number) > 0);
  if (used.length === 0) throw new Fault('weights_all_zero', `no row has a positive weight ${name}`, { where, values: { name } });
  if (used.length < rows.length) tell({ code: 'weights_zero', severity: 'info', values: { count: rows.length - used.length } });
  return used;
}

/** A model beyond this needs more memory for its p × p tables than any result is worth. */
const mostCoefficients = 5000;

function requireTerms(plan: DesignPlan): void {
  const terms = plan.columns.length;
  if (terms > mostCoefficients) throw new Fault('too_many_coefficients', `the model has ${terms} coefficients`, { values: { terms, limit: mostCoefficients } });
  if (terms === 0) throw new Fault('no_features', 'the model has no term', { where: { field: 'parameters.formula' } });
}
