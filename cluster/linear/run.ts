import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KernelMemory, leastSquaresBytes, loadKernels } from '../../kernels/index.ts';
import { linearAnalysisParametersSchema, type LinearAnalysisParameters, type LinearResult, type Notice } from '../../schemas/index.ts';
import { unpackColumns } from '../arrow/columns.ts';
import type { JobContext, WrittenFile } from '../job/context.ts';
import { toTable } from '../job/shared-table.ts';
import { exactDuplicates, type Table } from '../table/index.ts';
import { chooseColumns, remeasuredColumns } from './columns.ts';
import { predictedBytes, requireMemory } from './cost.ts';
import { placeDesign } from './design.ts';
import { foldBytes } from './fit.ts';
import { groupRows, singleGroups } from './folds.ts';
import { writeOutputs } from './outputs.ts';
import { assembleResult } from './result.ts';
import { completeRows, makeTerms, requireRows } from './terms.ts';
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
  const { target, features, notices } = chooseColumns(table, parameters);
  const tell: Notice[] = [...table.notices, ...notices];
  const duplicates = findDuplicates(table, parameters, tell);
  const { used, missing, missingBy } = completeRows(target, features, parameters.duplicates === 'drop' ? duplicates : new Set());
  if (missing > 0) tell.push({ code: 'rows_missing', severity: 'info', values: { count: missing, columns: [...missingBy].map(([name, count]) => `${name}: ${count}`) } });
  const columns = makeTerms(features, used);
  requireRows(used.length, columns.length);
  const shape = { rows: used.length, terms: columns.length };
  requireMemory(predictedBytes({ rows: table.rows, columns: table.columns.length }, shape, pool.threads), order.memoryLimitBytes, { rows: table.rows, columns: table.columns.length });

  context.checkCancelled();
  context.progress(35, 'fitting');
  const memory = KernelMemory.create({ initialBytes: spareBytes });
  const design = placeDesign(memory, columns, target, used);
  const module = await loadKernels();
  const slabBytes = leastSquaresBytes(design.n, design.p) + foldBytes(design, design.n) + spareBytes;
  const slabs = Array.from({ length: pool.threads }, () => memory.slab(slabBytes));
  const first = slabs[0];
  if (first === undefined) throw new Error('a pool without threads');
  const fit = await pool.run('fitAll', { module, slab: first, design, confidence: parameters.confidence_level }, { signal: context.signal });
  for (const column of fit.aliased) tell.push(aliasNotice(column, columns.map(({ term }) => term.name)));

  const actual = Float64Array.from(memory.float64(design.y, design.n));
  const designColumn = (term: number): Float64Array => memory.float64(design.x + term * design.n * 8, design.n);
  const conditions = groupRows(features.map((feature) => Float64Array.from(used, (row) => feature.values[row] as number)), used.length);
  const { group, groups } = parameters.cv_groups === 'condition' ? conditions : singleGroups(used.length);
  context.progress(45, 'validating', { done: 0, total: parameters.cv_splits });
  const setting = { context, module, slabs, design, actual, group, groups, groupedBy: parameters.cv_groups === 'condition' ? features.map((feature) => feature.name) : [] };
  const cross = await crossValidate(setting, parameters.cv_splits, parameters.random_seed);
  const held = await scoreHoldout(setting, parameters.train_test_split, parameters.random_seed);
  tell.push(...cross.notices, ...held.notices);

  const result: LinearResult = assembleResult({
    table, fileName: order.fileName, datasetSha256: order.datasetSha256, parameters, target, features, terms: columns.map(({ term }) => term), design: designColumn,
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

function aliasNotice(column: { column: number; dependency: readonly { column: number; coefficient: number }[] }, names: readonly string[]): Notice {
  const combination = column.dependency.map(({ column: other, coefficient }) => `${Number(coefficient.toPrecision(6))} × ${names[other]}`).join(' + ') || '0';
  return { code: 'term_aliased', severity: 'warning', where: { column: names[column.column] ?? '' }, values: { name: names[column.column] ?? '', combination } };
}
