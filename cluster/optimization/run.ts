import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault, optimizationParametersSchema, type Notice, type OptimizationDesign, type OptimizationParameters, type OptimizationResult } from '../../schemas/index.ts';
import { designSpace, type DesignSpace, type Settings, type SpaceRequest } from '../design/index.ts';
import { Cancelled, type JobContext, type WrittenFile } from '../job/context.ts';
import { toTable } from '../job/shared-table.ts';
import { readLevels, type Table } from '../table/index.ts';
import { comparisonsOf, describeDesign, describeFactor } from './describe.ts';
import type { DesignMaps } from './maps.ts';
import { runsOf } from './history.ts';
import type { MadeDesign } from './made-design.ts';
import { constructedDesign, givenDesign, searchedDesign, spreadDesign, type Making } from './make.ts';
import { standardisationOf } from './original-score.ts';
import { previewsOf, writeOutputs } from './outputs.ts';
import { BestSoFar } from './partial.ts';
import { blockName, criteriaOf, plotName, spaceRequestOf, subplotName } from './request.ts';
import { conditions } from './run-sheet.ts';
import { scanRuns } from './scan.ts';
import type { SearchProgress } from './search.ts';
import { readSource, spaceOf, type Space } from './source.ts';
import { storedDesigns } from './stored.ts';
import { groupsOfTable, inGroups, type TableGroups } from './strata.ts';
import { warningsOf } from './warnings.ts';

const defaultSeed = 42;
/** Percent of the job where the searches begin and end. */
const span = { from: 20, to: 70 } as const;
/** A longer list is stood for by its region where every candidate would have to be looked at. */
const mostEvaluated = 20_000;
/** Notices of the reader that a factor file causes by nature: a column without a name, lists beside numbers. */
const ofFactorFiles = new Set(['unnamed_column', 'mixed_as_text']);

/**
 * Designs of experiments for a factor file or a list of candidates, or a look at one that exists: read, checked, made, judged, written.
 * A cancel leaves the best designs met so far. @throws Fault naming parameter, column or row
 */
export async function optimization(context: JobContext): Promise<WrittenFile[]> {
  const parameters = optimizationParametersSchema.parse(context.order.parameters);
  const best = new BestSoFar();
  let constants: Settings = {};
  try {
    return await makeAndJudge(context, parameters, best, (space) => {
      constants = space.constants;
    });
  } catch (error) {
    if (!context.signal.aborted) throw error;
    throw new Cancelled(await best.write(context, { parameters, seed: seedOf(parameters), constants }));
  }
}

function seedOf({ random_seed: given }: OptimizationParameters): number {
  return given ?? defaultSeed;
}

async function makeAndJudge(context: JobContext, parameters: OptimizationParameters, best: BestSoFar, onSpace: (space: Space) => void): Promise<WrittenFile[]> {
  const { order } = context;
  const seed = seedOf(parameters);
  context.progress(5, 'loading');
  const read = async (path: string, fileName: string, options: OptimizationParameters['input']): Promise<Table> => toTable(await context.pool.run('readTable', { path, fileName, options }, { signal: context.signal }));
  const table = await readLevels((options) => read(order.inputPath, order.fileName, options), parameters.input);
  context.progress(15, 'checking');
  const source = readSource(table, parameters.factor_columns);
  const evaluating = parameters.objective === 'evaluate';
  if (evaluating && source.kind === 'factors') throw new Fault('optimization_no_design', 'a factor file is no design', { where: { field: 'objective' } });
  const space = spaceOf(source, parameters);
  onSpace(space);
  const notices: Notice[] = table.notices.filter(({ code }) => !(space.kind === 'factors' && ofFactorFiles.has(code)));
  const names = space.factors.map(({ name }) => name);
  const further = async (name: 'history' | 'compare'): Promise<{ rows: Settings[]; groups: TableGroups }> => {
    const file = order.inputs[name];
    if (file === undefined) return { rows: [], groups: [] };
    const runs = await read(file.path, file.fileName, optimizationParametersSchema.shape.input.parse({}));
    const { rows, kept, notices: own } = runsOf(runs, space.factors, `inputs.${name}`);
    notices.push(...own);
    return { rows, groups: groupsOfTable(runs, names, kept) };
  };
  const { rows: history, groups: historyGroups } = await further('history');
  const rival = await further('compare');

  const { candidates, ...withoutList } = spaceRequestOf(space, parameters, history);
  const base: SpaceRequest = evaluating || candidates === undefined ? withoutList : { ...withoutList, candidates };
  const making: Making = { context, base, parameters, seed, historyGroups: requestedGroups(historyGroups, parameters) };
  const made = evaluating ? [inGroups(givenDesign(making, 'given', rowsOf(space)), groupsOfTable(table, names, space.kept), historyGroups, parameters)] : await makeDesigns(making, notices, best);
  if (rival.rows.length > 0) made.push(inGroups(givenDesign({ base: withoutList }, 'compare', rival.rows), rival.groups, historyGroups, parameters));
  const scan = parameters.scan === null || criteriaOf(parameters)[0] === undefined || parameters.design !== 'optimal' ? null
    : await scanRuns(making, criteriaOf(parameters)[0] as ReturnType<typeof criteriaOf>[number], (done, total) => context.progress(span.to, 'searching', { design: 'n', done, total, best: '–' }));

  const whole = made[0]?.space ?? designSpace(base);
  const judged = await Promise.all(made.map((design) => judge(context, design, parameters, seed)));
  const designs = judged.map(({ design }) => design);
  const factors = whole.model.factors.map((factor, k) => describeFactor(factor, k, whole.candidates));
  for (const design of designs) notices.push(...warningsOf(design, factors));
  const result: OptimizationResult = {
    schema: 'zerosec.optimization/1',
    dataset: { name: order.fileName, sha256: order.datasetSha256, kind: evaluating ? 'design' : space.kind, rows_read: table.rows, candidates: whole.candidates?.count ?? null },
    parameters: { ...parameters, random_seed: seed },
    factors,
    constants: space.constants,
    ignored_columns: source.ignored,
    model: { columns: whole.model.columns.map(({ name }) => name), precision: [...whole.precision] },
    history: history.map((row) => ({ ...row })),
    designs,
    comparisons: comparisonsOf(designs),
    scan,
    previews: [],
    notices,
  };
  result.previews = previewsOf(result, parameters);
  for (const notice of notices) context.notice(notice);
  await writeFile(join(order.outputDirectory, 'result.json'), `${JSON.stringify(result, null, 1)}\n`);
  return [{ path: 'result.json', fileType: 'json', designs: storedDesigns(result) }, ...await writeOutputs(context, result, judged.map(({ maps }) => maps), parameters)];
}

async function makeDesigns(making: Making, notices: Notice[], best: BestSoFar): Promise<MadeDesign[]> {
  const { context, parameters } = making;
  if (parameters.design !== 'optimal') {
    const { made, notices: own } = constructedDesign(making);
    notices.push(...own);
    return [made];
  }
  const starts = parameters.starts ?? parameters.iterations;
  const tell = (name: OptimizationDesign['criterion'], index: number, of: number) => (progress: SearchProgress): void => {
    const { done, figure, rows } = progress;
    best.keep(name, starts, progress);
    const share = (index + done / starts) / of;
    context.progress(Math.floor(span.from + (span.to - span.from) * share), 'searching', { design: name, done, total: starts, best: Number.isFinite(figure) ? figure.toPrecision(6) : '–', ...((rows !== null || !best.has(name)) && { rows }) });
  };
  if (parameters.objective === 'space_filling') {
    const design = await spreadDesign(making, starts, tell('space_filling', 0, 1));
    best.finish(design);
    return [design];
  }
  const criteria = criteriaOf(parameters);
  const made: MadeDesign[] = [];
  for (const [index, criterion] of criteria.entries()) {
    context.checkCancelled();
    const { made: found, notices: own } = await searchedDesign(making, criterion, parameters.num_points, starts, tell(criterion.kind, index, criteria.length));
    notices.push(...own);
    best.finish(found);
    made.push(found);
  }
  return made;
}

async function judge(context: JobContext, made: MadeDesign, parameters: OptimizationParameters, seed: number): Promise<{ design: OptimizationDesign; maps: DesignMaps | null }> {
  const { space, points } = made;
  const { alpha, sigma, effect, randomize } = parameters;
  const lean: DesignSpace = space.candidates !== null && space.candidates.count > mostEvaluated ? { ...space, candidates: null } : space;
  const names = space.model.factors.map(({ name }) => name);
  const standardisation = standardisationOf(space.model.factors, space.candidates, conditions.every((name) => names.includes(name)) ? conditions : names);
  const figures = await context.pool.run('evaluateDesign', { space: lean, points, power: { alpha, sigma, effect }, standardisation }, { signal: context.signal });
  const design = describeDesign(made, figures, { datasetSha256: context.order.datasetSha256, seed, randomize: randomize && made.criterion !== 'given' });
  const maps = parameters.outputs.includes('charts') ? await context.pool.run('mapDesign', { space: lean, points, seed }, { signal: context.signal }) : null;
  return { design, maps };
}

/** By the kinds of groups that the new runs are in. */
function requestedGroups(groups: TableGroups, { very_hard_to_change: veryHard }: OptimizationParameters): Making['historyGroups'] {
  const of = (name: string): readonly number[] | undefined => groups.find((one) => one.name === name)?.groupOf;
  const [blocks, main, sub] = [of(blockName), of(plotName), of(subplotName)];
  const [outerPlots, wholePlots] = veryHard.length > 0 ? [main, sub] : [undefined, main];
  return { ...(blocks && { blocks }), ...(outerPlots && { outerPlots }), ...(wholePlots && { wholePlots }) };
}

/** Rows of a table that is a design itself. */
function rowsOf({ candidates = {}, factors }: Space): Settings[] {
  const rows = candidates[factors[0]?.name ?? '']?.length ?? 0;
  return Array.from({ length: rows }, (_, i) => Object.fromEntries(factors.map((factor) => [factor.name, factor.kind === 'categorical' ? String(candidates[factor.name]?.[i]) : candidates[factor.name]?.[i] as number | string])));
}
