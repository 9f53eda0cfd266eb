import { Fault, type BinaryResult, type BinaryTarget, type LinearAnalysisParameters, type Notice } from '../../../schemas/index.ts';
import { logisticRowValues, logisticTaskBytes, type KernelSlab } from '../../../kernels/index.ts';
import { describeColumns, offsetValues } from '../column-factors.ts';
import type { Design } from '../design.ts';
import { groupRows } from '../../dataset/index.ts';
import { heldConditions } from '../prediction/held-conditions.ts';
import { finite } from '../numbers.ts';
import type { PreparedTarget, TargetSetting } from '../analyse-target.ts';
import { untransformed } from '../response.ts';
import { variances } from '../prediction/evaluate.ts';
import { binaryPredictor, type BinaryPredictor, type Predictor } from '../prediction/predictor.ts';
import { aliases } from '../sections/aliases.ts';
import { equation } from '../sections/model.ts';
import { used as usedRows } from '../sections/used.ts';
import { countFits, devianceTests } from './deviance.ts';
import { binaryBytes, fitBinaryInTasks, isSpread, mostProfileWork, type BinaryAnswer, type BinaryFit, type BinaryOptions, type BinaryTask } from './fit.ts';
import type { Outcome } from './outcome.ts';
import { judgeBinary } from './judge.ts';
import { assembleBinary } from './result.ts';
import { spread } from '../spread.ts';
import { penaliseBinary } from './penalty/index.ts';
import { chooseBinaryTerms, selectionSection } from './selection/index.ts';
import { scoreHeldBinaryTerms, validateBinary } from './validate.ts';

type Parts = Omit<BinaryTarget, 'status' | 'target' | 'notices'>;
type BinarySetting = TargetSetting & { tell: (notice: Notice) => void };

/** Rows times squared coefficients times fits up to which the likelihood-ratio tests cost less than some seconds. */
const mostDevianceWork = 2e9;

/**
 * A target of two values from its design to its part of the result.
 * @throws Fault `target_one_class` (the complete rows hold one label), `target_separated` (no finite estimates and no Firth), `firth_needs_logit`
 */
export async function analyseBinary(whole: PreparedTarget & { outcome: Outcome }, setting: BinarySetting): Promise<{ parts: Parts; predictor: Predictor }> {
  const { job, table, parameters, memory, module, tell } = setting;
  const { outcome } = whole;
  const { link, firth, confidence_level: confidence } = parameters;
  const { name } = whole.specification.target;
  if (firth === 'always' && link !== 'logit') throw new Fault('firth_needs_logit', `Firth's correction is for the logit link, not ${link}`, { where: { field: 'parameters.firth' }, values: { link } });
  const widest = asOutcomes(whole, setting);
  const slabs = Array.from({ length: job.pool.threads }, () => memory.slab(binaryBytes(widest.n, widest.p)));
  const [slab] = slabs;
  if (slab === undefined) throw new Error('a pool without threads');
  const options = { link, firth, confidence };
  const { reduced: prepared, selection } = parameters.selection.method === 'none' ? { reduced: whole, selection: null } : await chooseBinaryTerms(whole, widest, slab, setting, tell);
  const { specification, plan, used, actual } = prepared;
  const design = selection === null ? widest : asOutcomes(prepared, setting);
  tellUnused(parameters, name, tell);
  const answer = await fitWhole({ module, slab, design, options, covariance: { kind: parameters.covariance, cluster: clustersOf(prepared) } }, setting);
  if (answer.kind === 'one_class') {
    const label = answer.outcome === 1 ? outcome.positive : outcome.negative;
    throw new Fault('target_one_class', `every complete row has ${name} = ${label}`, { where: { column: name }, values: { name, label, rows: used.length } });
  }
  const columns = plan.columns.map((column) => column.name);
  if (answer.kind === 'separated') {
    const names = divergingNames(answer.separation, columns);
    throw new Fault('target_separated', `${names.join(', ')} tell the values of ${name} apart: estimates are infinite`, { where: { field: 'parameters.firth', column: name }, values: { name, columns: names } });
  }
  tellFit(answer, columns, name, parameters, tell);
  if (answer.profile === null && answer.robust === null) tell({ code: 'profile_skipped', severity: 'info', where: { column: name }, values: { name, rows: design.n, terms: design.p, work: mostProfileWork } });
  const tests = await deviance(prepared, answer, { ...setting, slab, design, options });
  const judged = { job, module, slabs, response: untransformed, parameters, actual, features: whole.specification.features, condition: whole.condition, tell, percent: (share: number) => setting.percent(0.35 + 0.6 * share) };
  const { chosen, ...validated } = await validateBinary({ ...judged, design: selection === null ? design : widest, selection: selection?.ask ?? null }, parameters, options);
  const held = selection === null ? null : await scoreHeldBinaryTerms({ ...judged, design }, parameters, options);
  const penalty = await penaliseBinary({ specification, plan, design, options, fit: answer, fold: validated.cvFold }, { job, module, slabs, parameters, tell });
  const binary = assembleBinary({
    penalty, columns, intercept: plan.intercept, outcome, actual, rowNumbers: Array.from(used, (row) => table.rowNumber(row)), fit: answer, link,
    costs: parameters.misclassification_cost, confidence, standardize: parameters.standardize,
    covariance: { kind: parameters.covariance, clusterColumn: specification.cluster?.name ?? null }, devianceTests: tests, ...validated,
    selection: selection === null ? null : selectionSection(selection, parameters, chosen, validated.crossValidation?.score ?? null, held, answer.fit.nullDeviance),
  });
  judgeBinary(name, binary, confidence).forEach(tell);
  const terms = describeColumns(plan, new Set(answer.fit.aliased.map(({ column }) => column)));
  return {
    parts: {
      used: usedRows(prepared), features: specification.features.map((feature) => feature.name),
      model: { terms, n: actual.length, equation: equation(answer.fit.coefficients, plan, terms) },
      formula: specification.formula, weights: specification.weights?.name ?? null, offsets: offsetValues(plan),
      aliases: aliases({ plan, fit: answer.fit }, { tell }), confidence_level: confidence,
      binary,
    },
    predictor: binaryPredictor(name, outcome.positive, plan, link, predicting(answer, penalty), largestVariance(answer.fit.covariance, setting, design), heldConditions(prepared, setting)),
  };
}

/** What predictions are made of: the fit by likelihood, or the penalised coefficients, which have no standard errors and so no intervals. */
function predicting({ fit }: BinaryFit, penalty: BinaryResult['penalty']): Pick<BinaryPredictor, 'coefficients' | 'covariance' | 'aliased' | 'intervals'> {
  const { covariance, aliased, coefficients } = fit;
  if (penalty === null || !penalty.predicts) return { coefficients, covariance, aliased, intervals: true };
  return { coefficients: Float64Array.from(penalty.coefficients, ({ estimate }) => estimate), covariance, aliased: [], intervals: false };
}

/** The design with the outcomes as they are: the offset is part of the predictor here, not taken off the target. */
function asOutcomes({ design, actual }: PreparedTarget, { memory }: TargetSetting): Design {
  memory.float64(design.y, design.n).set(actual);
  return { ...design, yLow: null };
}

/** Small work as one task; large work some thousand rows at a time on every thread, a cancel noticed between the passes. The same bytes either way. */
async function fitWhole(task: BinaryTask, { job, memory }: BinarySetting): Promise<BinaryAnswer> {
  const { module, design } = task;
  if (!isSpread(design)) return job.pool.run('fitBinary', task, { signal: job.signal });
  const slabs = Array.from({ length: job.pool.threads }, () => memory.slab(logisticTaskBytes(design.p)));
  const threads = { pool: job.pool, module, slabs, signal: job.signal };
  const values = logisticRowValues(design.n);
  const answer = await fitBinaryInTasks(task, memory.float64(memory.alloc(8 * values), values), (tasks) => {
    job.checkCancelled();
    return spread('fitLogisticTasks', threads, tasks);
  });
  return job.pool.run('concludeBinary', { ...task, answer }, { signal: job.signal });
}

/** Of the linear predictor over the rows of the fit; nothing to compare with where nothing is predicted. */
function largestVariance(covariance: Float64Array, { memory, grid }: TargetSetting, { x, n, p }: Design): number {
  if (grid === null) return Infinity;
  const columns = Array.from({ length: p }, (_, position) => memory.float64(x + position * n * 8, n));
  return variances(covariance, columns, n).reduce((largest, value) => Math.max(largest, value), 0);
}

/** Columns without which there would be no separation; the constant follows them. */
function divergingNames({ diverging }: Pick<BinaryFit['separation'], 'diverging'>, columns: readonly string[]): string[] {
  const names = diverging.map(({ coefficient }) => columns[coefficient] ?? '');
  const others = names.filter((name) => name !== '(Intercept)');
  return others.length > 0 ? others : names;
}

function tellFit({ separation, method, fit }: BinaryFit, columns: readonly string[], name: string, { covariance, anova_types }: LinearAnalysisParameters, tell: (notice: Notice) => void): void {
  if (separation.kind !== 'overlap') {
    tell({ code: 'separation_firth', severity: 'warning', where: { column: name }, values: { name, columns: divergingNames(separation, columns), rows: separation.separatedRows } });
  } else if (method !== 'ml') tell({ code: 'firth_used', severity: 'info', where: { column: name }, values: { name } });
  if (method !== 'ml' && covariance !== 'classical') tell({ code: 'firth_classical_covariance', severity: 'warning', where: { column: name }, values: { name, covariance } });
  if (method !== 'ml' && anova_types.length > 0) tell({ code: 'firth_no_deviance_tests', severity: 'info', where: { column: name }, values: { name } });
  if (!fit.converged) tell({ code: 'not_converged', severity: 'warning', where: { column: name }, values: { name, steps: fit.iterations } });
}

/** Settings of a numeric fit that have no meaning here. */
function tellUnused({ transform, robust, replicate_tolerance: tolerance }: LinearAnalysisParameters, name: string, tell: (notice: Notice) => void): void {
  const unused = [...(transform === 'none' ? [] : [`transform = ${transform}`]), ...(robust === 'none' ? [] : [`robust = ${robust}`]), ...(tolerance === 0 ? [] : [`replicate_tolerance = ${tolerance}`])];
  if (unused.length > 0) tell({ code: 'binary_parameters_unused', severity: 'warning', where: { column: name }, values: { name, parameters: unused } });
}

/** @throws Fault `too_few_clusters` */
function clustersOf({ specification: { cluster }, used }: PreparedTarget): Int32Array | null {
  if (cluster === null) return null;
  const { group, groups } = groupRows([Float64Array.from(used, (row) => cluster.values[row] as number)], used.length);
  if (groups < 2) throw new Fault('too_few_clusters', `${cluster.name} has one value only`, { where: { field: 'parameters.cluster_column', column: cluster.name }, values: { name: cluster.name } });
  return group;
}

async function deviance({ plan, specification: { target: { name } } }: PreparedTarget, { method, robust }: BinaryFit, { job, module, parameters, tell, slab, design, options }: BinarySetting & { slab: KernelSlab; design: Design; options: BinaryOptions }): Promise<BinaryResult['deviance_tests']> {
  if (method !== 'ml' || parameters.anova_types.length === 0) return [];
  const tests = parameters.anova_types.map((type) => devianceTests(plan, type));
  const fits = countFits(tests);
  if (design.n * design.p ** 2 * fits > mostDevianceWork) {
    tell({ code: 'deviance_tests_skipped', severity: 'info', where: { column: name }, values: { name, rows: design.n, terms: design.p, fits } });
    return [];
  }
  if (robust !== null) tell({ code: 'deviance_tests_likelihood', severity: 'info', where: { column: name }, values: { name, covariance: parameters.covariance } });
  for (const { recoded, notSumming } of tests) {
    if (recoded.length > 0) tell({ code: 'type3_recoded', severity: 'info', values: { columns: recoded } });
    if (notSumming.length > 0) tell({ code: 'type3_coding', severity: 'warning', values: { columns: notSumming } });
  }
  const rows = await job.pool.run('compareDeviances', { module, slab, design, tests, options }, { signal: job.signal });
  return tests.map(({ type, recoded, notSumming }, at) => ({ type, recoded, not_summing: notSumming, rows: (rows[at] ?? []).map(({ term, df, chi2, p }) => ({ term, df, chi2: finite(chi2), p })) }));
}
