import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { optimizationParametersSchema, type Notice, type OptimizationDesign, type OptimizationResult } from '../../schemas/index.ts';
import { planDesign, type DesignFactor, type DesignPlan, type Settings } from '../design/index.ts';
import type { JobContext, WrittenFile } from '../job/context.ts';
import { toTable } from '../job/shared-table.ts';
import type { Table } from '../table/index.ts';
import { describeDesign } from './evaluate.ts';
import { historyOf } from './history.ts';
import { writeOutputs } from './outputs.ts';
import { criteriaOf, requestOf } from './request.ts';
import { searchOnPool } from './search.ts';
import { readSource, spaceOf } from './source.ts';

const defaultSeed = 42;
/** Percent of the job where the searches begin and end. */
const span = { from: 25, to: 80 } as const;

/** Designs of experiments for a factor file or a list of candidates: read, checked, searched, evaluated, written. @throws Fault naming parameter, column or row */
export async function optimization(context: JobContext): Promise<WrittenFile[]> {
  const { order } = context;
  const parameters = optimizationParametersSchema.parse(order.parameters);
  const seed = parameters.random_seed ?? defaultSeed;
  context.progress(5, 'loading');
  const read = async (path: string, fileName: string, options: typeof parameters.input): Promise<Table> => toTable(await context.pool.run('readTable', { path, fileName, options }, { signal: context.signal }));
  const table = await read(order.inputPath, order.fileName, parameters.input);
  context.progress(15, 'checking');
  const space = spaceOf(readSource(table), parameters);
  // the column of row names of a factor file has no name by nature
  const notices: Notice[] = table.notices.filter(({ code }) => !(space.kind === 'factors' && code === 'unnamed_column'));
  const history: Settings[] = [];
  const { history: file } = order.inputs;
  if (file !== undefined) {
    const earlier = historyOf(await read(file.path, file.fileName, optimizationParametersSchema.shape.input.parse({})), space.factors);
    history.push(...earlier.rows);
    notices.push(...earlier.notices);
  }

  const criteria = criteriaOf(parameters);
  const rule = { starts: parameters.starts ?? parameters.iterations };
  const designs: OptimizationDesign[] = [];
  let plan: DesignPlan | undefined;
  for (const [index, criterion] of criteria.entries()) {
    context.checkCancelled();
    plan = planDesign(requestOf(space, parameters, history, criterion));
    const found = await searchOnPool(context, plan, `${order.jobId} ${order.attempt} ${criterion} ${order.outputDirectory}`, seed, rule, (done, best) => {
      const share = (index + done / rule.starts) / criteria.length;
      context.progress(Math.floor(span.from + (span.to - span.from) * share), 'searching', { design: criterion, done, total: rule.starts, best: Number.isFinite(best) ? best.toPrecision(6) : '–' });
    });
    designs.push(describeDesign(plan, found, seed, parameters.randomize));
  }
  if (plan === undefined) throw new Error('an objective without a criterion');

  const result: OptimizationResult = {
    schema: 'zerosec.optimization/1',
    dataset: { name: order.fileName, sha256: order.datasetSha256, kind: space.kind, rows_read: table.rows, candidates: plan.search.kind === 'list' ? plan.search.candidates.count : null },
    parameters: { ...parameters, random_seed: seed },
    factors: plan.model.factors.map(describeFactor),
    constants: space.constants,
    model: { columns: plan.model.columns.map(({ name }) => name), precision: [...plan.precision] },
    history: history.map((row) => ({ ...row })),
    designs,
    notices,
  };
  for (const notice of notices) context.notice(notice);
  await writeFile(join(order.outputDirectory, 'result.json'), `${JSON.stringify(result, null, 1)}\n`);
  return [{ path: 'result.json', fileType: 'json' }, ...await writeOutputs(context, result, parameters.language)];
}

function describeFactor(factor: DesignFactor): OptimizationResult['factors'][number] {
  if (factor.kind === 'categorical') return { name: factor.name, kind: factor.kind, levels: [...factor.levels], low: null, high: null };
  if (factor.kind === 'discrete') return { name: factor.name, kind: factor.kind, levels: [...factor.levels], low: factor.low ?? Math.min(...factor.levels), high: factor.high ?? Math.max(...factor.levels) };
  return { name: factor.name, kind: 'continuous', levels: null, low: factor.low, high: factor.high };
}
