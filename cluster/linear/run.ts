import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KernelMemory, leastSquaresBytes, loadKernels } from '../../kernels/index.ts';
import { Fault, linearAnalysisParametersSchema, type LinearAnalysisParameters, type LinearResult, type Notice } from '../../schemas/index.ts';
import { unpackColumns } from '../arrow/columns.ts';
import type { JobContext, WrittenFile } from '../job/context.ts';
import { toTable } from '../job/shared-table.ts';
import { exactDuplicates, type Table } from '../table/index.ts';
import { remeasuredColumns } from './columns.ts';
import { predictedBytes, requireMemory } from './cost.ts';
import { placeDesign } from './design.ts';
import { aliasesOf } from './inference/index.ts';
import { learnPlan, type DesignPlan } from './model/index.ts';
import { foldBytes } from './fit.ts';
import { groupRows, singleGroups } from './folds.ts';
import { writeOutputs } from './outputs.ts';
import { assembleResult } from './result.ts';
import { completeRows, requireRows } from './rows.ts';
import { specifyModel, type Specification } from './specify.ts';
import { crossValidate, scoreHoldout } from './validate.ts';

/** Beside what the design and the fits take: growth in steps, alignment. */
const spareBytes = 4 * 1_048_576;

/**
 * Linear analysis of one table: read, check, fit on all rows, cross-validate by condition, report.
 * @throws Fault naming parameter, column or row when the input does not allow it
 */
export async function linearAnalysis(context: JobContext): Promise<WrittenFile[]> {
  const { order, pool } = context;
  const parameters = linearAnalysisParametersSchema.parse(order.parameters);

  context.progress(10, 'loading');
  const table = toTable(await pool.run('readTable', { path: order.inputPath, fileName: order.fileName, options: parameters.input }, { signal: context.signal }));
  context.progress(25, 'checking');
  const specification = specifyModel(table, parameters);
  const { target, features, weights, model, contrasts, column } = specification;
  const tell: Notice[] = [...table.notices, ...specification.notices];
  const duplicates = findDuplicates(table, parameters, tell);
  const { used: complete, missing, missingBy } = completeRows(target, weights === null ? features : [...features, weights], parameters.duplicates === 'drop' ? duplicates : new Set());
  if (missing > 0) tell.push({ code: 'rows_missing', severity: 'info', values: { count: missing, columns: [...missingBy].map(([name, count]) => `${name}: ${count}`) } });
  const used = weighted(table, complete, weights, tell);
  requireRows(used.length, 0);
  const plan = learnPlan(model, { column, rows: used, contrasts });
  requireTerms(plan);
  requireRows(used.length, plan.columns.length);
  const shape = { rows: used.length, terms: plan.columns.length };
  requireMemory(predictedBytes({ rows: table.rows, columns: table.columns.length }, shape, pool.threads), order.memoryLimitBytes, { rows: table.rows, columns: table.columns.length });

  context.checkCancelled();
  context.progress(35, 'fitting');
  const memory = KernelMemory.create({ initialBytes: spareBytes });
  const design = placeDesign(memory, { plan, table, column, target, weights, rows: used });
  const module = await loadKernels();
  const slabBytes = leastSquaresBytes(design.n, design.p, 'auto', { weights: weights !== null }) + foldBytes(design, design.n) + spareBytes;
  const slabs = Array.from({ length: pool.threads }, () => memory.slab(slabBytes));
  const first = slabs[0];
  if (first === undefined) throw new Error('a pool without threads');
  const fit = await pool.run('fitAll', { module, slab: first, design, confidence: parameters.confidence_level }, { signal: context.signal });
  tell.push(...aliasNotices(plan, fit.aliased));

  const actual = Float64Array.from(used, (row) => target.values[row] as number);
  const designColumn = (term: number): Float64Array => memory.float64(design.x + term * design.n * 8, design.n);
  const conditions = groupRows(features.map((feature) => Float64Array.from(used, (row) => feature.values[row] as number)), used.length);
  const { group, groups } = parameters.cv_groups === 'condition' ? conditions : singleGroups(used.length);
  context.progress(45, 'validating', { done: 0, total: parameters.cv_splits });
  const setting = { context, module, slabs, design, actual, group, groups, groupedBy: parameters.cv_groups === 'condition' ? features.map((feature) => feature.name) : [] };
  const cross = await crossValidate(setting, parameters.cv_splits, parameters.random_seed);
  const held = await scoreHoldout(setting, parameters.train_test_split, parameters.random_seed);
  tell.push(...cross.notices, ...held.notices);

  const result: LinearResult = assembleResult({
    table, fileName: order.fileName, datasetSha256: order.datasetSha256, parameters, target, features, specification, plan, design: designColumn,
    used, rowsMissing: missing, rowsDuplicate: duplicates.size, actual, fit, rows: unpackColumns(fit.rows), group: conditions.group, groups: conditions.groups,
    crossValidation: cross.result, cvPrediction: cross.prediction, cvFold: cross.fold, holdout: held.result, notices: tell,
  });
  for (const notice of result.notices) context.notice(notice);
  context.progress(70, 'reporting', { done: 0, total: 1 });
  await writeFile(join(order.outputDirectory, 'result.json'), `${JSON.stringify(result, null, 1)}\n`);
  return [{ path: 'result.json', fileType: 'json' }, ...await writeOutputs(context, result, table, used, parameters)];
}

function findDuplicates(table: Table, parameters: LinearAnalysisParameters, notices: Notice[]): ReadonlySet<number> {
  const duplicates = new Set(exactDuplicates(table, { ignore: remeasuredColumns(table) }));
  if (duplicates.size > 0) {
    notices.push({
      code: parameters.duplicates === 'drop' ? 'exact_duplicates_dropped' : 'exact_duplicates_kept', severity: 'warning',
      values: { count: duplicates.size, rows: [...duplicates].slice(0, 20).map((row) => String(table.rowNumber(row))) },
    });
  }
  return duplicates;
}

function aliasNotices(plan: DesignPlan, aliased: Parameters<typeof aliasesOf>[1]): Notice[] {
  const whole = plan.terms.filter(({ columns }) => columns.length > 1 && columns.every((position) => aliased.some(({ column }) => column === position)));
  return [
    ...aliasesOf(plan, aliased).map(({ column, expression }): Notice => ({ code: 'term_aliased', severity: 'warning', where: { column }, values: { name: column, combination: expression } })),
    ...whole.map(({ label }): Notice => ({ code: 'term_dropped', severity: 'warning', values: { name: label } })),
  ];
}

/** Rows with a positive weight. @throws Fault `weights_negative`, `weights_all_zero` */
function weighted(table: Table, rows: Int32Array, weights: Specification['weights'], notices: Notice[]): Int32Array {
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
  if (used.length < rows.length) notices.push({ code: 'weights_zero', severity: 'info', values: { count: rows.length - used.length } });
  return used;
}

/** A model beyond this needs more memory for its p × p tables than any result is worth. */
const mostCoefficients = 5000;

function requireTerms(plan: DesignPlan): void {
  const terms = plan.columns.length;
  if (terms > mostCoefficients) throw new Fault('too_many_coefficients', `the model has ${terms} coefficients`, { values: { terms, limit: mostCoefficients } });
  if (terms === 0) throw new Fault('no_features', 'the model has no term', { where: { field: 'parameters.formula' } });
}
