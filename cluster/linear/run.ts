import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KernelMemory, loadKernels } from '../../kernels/index.ts';
import { Fault, linearAnalysisParametersSchema, type LinearAnalysisParameters, type LinearResult, type LinearTarget, type Notice } from '../../schemas/index.ts';
import type { JobContext, WrittenFile } from '../job/context.ts';
import { measuredDesigns, type Table } from '../table/index.ts';
import { analyseTarget, type TargetSetting } from './analyse-target.ts';
import { findColumn, loadTable, readGrid } from '../dataset/index.ts';
import { checkGrid } from './prediction/check-grid.ts';
import { checkConditions, findConditions } from './desirability/index.ts';
import { isCategorical } from './model/index.ts';
import { predictGrid } from './prediction/grid.ts';
import type { Predictor } from './prediction/predictor.ts';
import { writeOutputs } from './outputs.ts';
import { shareNotices } from './shared-notices.ts';
import { specifyModel, type Specification } from './specify.ts';
import { targetNames, type TargetName } from './targets.ts';

/** Percent of the job where the targets begin and end. */
const span = { from: 30, to: 70 } as const;

/**
 * Linear analysis of one table: read, then for each target check, fit on all rows, cross-validate by condition, report.
 * @throws Fault naming parameter, column or row when the input does not allow it; with several targets only when none is left
 */
export async function linearAnalysis(context: JobContext): Promise<WrittenFile[]> {
  const { order } = context;
  const parameters = linearAnalysisParametersSchema.parse(order.parameters);
  const { table, duplicates, left, notices } = await loadTable(context, parameters, { loading: 10, checking: 25 });
  const names = targetNames(table, parameters);
  const units = Object.fromEntries(Object.entries(parameters.units).map(([name, unit]) => [findColumn(table, name, 'parameters.units').name, unit]));
  const grid = await readGrid(context, parameters, notices);
  const specifications = names.map((name) => specified(table, parameters, name, names));
  if (grid !== null) checkGridForAll(grid, specifications);
  if (parameters.desirability !== null) checkConditions(table, parameters.desirability, new Map(names.map(({ name }, k) => [name, specifications[k]?.model ?? null])));
  const setting = {
    job: context, table, grid, parameters, targets: names, left,
    memory: KernelMemory.create(), module: await loadKernels(),
  };

  const analysed: Attempt[] = [];
  for (const [index, name] of names.entries()) {
    context.checkCancelled();
    const width = (span.to - span.from) / names.length;
    analysed.push(await attempt(name, names.length === 1, { ...setting, percent: (share) => Math.floor(span.from + width * (index + share)) }));
  }
  const first = analysed[0]?.entry;
  if (first?.status === 'failed' && analysed.every(({ entry }) => entry.status === 'failed')) throw Fault.fromJSON({ ...first.failure, class: 'user' });

  const fitted = analysed.flatMap(({ predictor, entry }) => (predictor === null ? [] : [{ predictor, entry }]));
  const predicted = order.inputs.prediction === undefined || grid === null ? null : await predictGrid(context, { input: order.inputs.prediction, table: grid }, parameters, fitted.map(({ predictor }) => predictor), fitted.map(({ entry }) => (entry.status === 'fitted' || entry.status === 'binary' ? entry.formula : null)), notices);
  const { shared, targets } = shareNotices(analysed.map(({ entry }) => entry));
  notices.push(...shared);
  const desirability = await findConditions(context, table, parameters, fitted.map(({ predictor }) => predictor), notices);
  const result: LinearResult = {
    schema: 'zerosec.linear_analysis/2',
    dataset: {
      name: order.fileName, sha256: order.datasetSha256, rows_read: table.rows, rows_duplicate: duplicates.size, encoding: table.encoding, sheet: table.sheet ?? null,
      columns: table.columns.map(({ name, kind, missing, distinct }) => ({ name, kind, missing, distinct })),
    },
    parameters: { ...parameters },
    units,
    targets,
    prediction: predicted?.result ?? null,
    desirability,
    notices,
  };
  for (const notice of [...notices, ...result.targets.flatMap(noticesOf)]) context.notice(notice);
  context.progress(span.to, 'reporting', { done: 0, total: 1 });
  await writeFile(join(order.outputDirectory, 'result.json'), `${JSON.stringify(result, null, 1)}\n`);
  const used = analysed.flatMap(({ rows }) => (rows === null ? [] : [rows]));
  const measured = measuredDesigns(table, names.map(({ name }) => name));
  return [{ path: 'result.json', fileType: 'json', ...(measured.length > 0 && { measured }) }, ...(predicted?.files ?? []), ...await writeOutputs(context, result, table, used, parameters)];
}

interface Attempt {
  entry: LinearTarget;
  rows: Int32Array | null;
  predictor: Predictor | null;
}

/** A target that the input does not allow is told and the others go on; the only one fails the job. */
async function attempt(name: TargetName, only: boolean, setting: TargetSetting): Promise<Attempt> {
  try {
    return await analyseTarget(name, setting);
  } catch (error) {
    if (only || !(error instanceof Fault) || error.class !== 'user') throw error;
    const { code, message, where, values } = error.toJSON();
    return { entry: { status: 'failed', target: name.name, failure: { code, message, where, values } }, rows: null, predictor: null };
  }
}

/** Whether the grid has what the models read, before the first is fitted. What is wrong with a model itself its own target tells. */
function checkGridForAll(grid: Table, specifications: readonly (Specification | undefined)[]): void {
  for (const specification of specifications) {
    if (specification === undefined) continue;
    const { model, column } = specification;
    checkGrid(grid, model, (own) => model.terms.flat().some((factor) => factor.column === own && isCategorical(factor, column)));
  }
}

function specified(table: Table, parameters: LinearAnalysisParameters, name: TargetName, names: readonly TargetName[]): Specification | undefined {
  try {
    return specifyModel(table, parameters, name, names);
  } catch (error) {
    if (error instanceof Fault && error.class === 'user') return undefined;
    throw error;
  }
}

function noticesOf(entry: LinearTarget): readonly Notice[] {
  if (entry.status !== 'failed') return entry.notices;
  const { code, where, values } = entry.failure;
  return [{ code, severity: 'warning', where: { column: entry.target, ...where }, values }];
}
