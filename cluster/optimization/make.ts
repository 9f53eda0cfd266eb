import { Fault, type Notice, type OptimizationParameters } from '../../schemas/index.ts';
import { decode, designSpace, encode, fillingProblem, filledPoints, isAllowed, type Criterion, type DesignPlan, type DesignRequest, type DesignSpace, type Point, type Settings, type SpaceRequest } from '../design/index.ts';
import type { JobContext } from '../job/context.ts';
import { centrePoints, classicalDesign } from './classical.ts';
import type { MadeDesign } from './made-design.ts';
import { parameterOf } from './parameter-of.ts';
import { addReplicates } from './replicates.ts';
import { checkPlots, designRequestOf, fixedRows } from './request.ts';
import { searchOnPool, type SearchProgress } from './search.ts';
import { inBlocks } from './strata.ts';

export interface Making {
  context: JobContext;
  base: SpaceRequest;
  parameters: OptimizationParameters;
  seed: number;
  /** blocks and plots of the earlier runs, where their table names them */
  historyGroups: DesignRequest['historyGroups'];
}

/** Faults of blocks that are searched for together with the runs; then they are made afterwards. */
const notTogether = new Set(['design_strata_exclusive', 'design_criterion_list_large']);

export interface Searched {
  made: MadeDesign;
  notices: Notice[];
  /** rows as the kernel has them, for a search of one run more */
  cells: Float64Array;
}

/** An optimal design of `runs` runs; `starts` at most. `from`: cells of the best design of one run less. @throws Fault design_… before any search */
export async function searchedDesign({ context, base, parameters, seed, historyGroups }: Making, criterion: Criterion, runs: number, starts: number, onProgress: (progress: SearchProgress) => void, from?: Float64Array): Promise<Searched> {
  const request = designRequestOf(base, parameters, criterion, runs, historyGroups);
  const planOf = async (asked: DesignRequest): Promise<DesignPlan> => parameterOf(() => context.pool.run('planDesign', asked, { signal: context.signal }));
  const { blocks, ...withoutBlocks } = request;
  let afterwards = false;
  const plan = await planOf(request).catch((error: unknown) => {
    afterwards = blocks !== undefined && request.wholePlots === undefined && error instanceof Fault && notTogether.has(error.code);
    if (!afterwards) throw error;
    return planOf(withoutBlocks);
  });
  const found = await searchOnPool(context, plan, `${context.order.jobId} ${context.order.attempt} ${criterion.kind} ${runs} ${context.order.outputDirectory}`, seed, { starts }, onProgress, from);
  const { done, best, hits, hitRate, stop, score } = found.search;
  const made: MadeDesign = {
    name: criterion.kind, criterion: criterion.kind, space: spaceOfPlan(plan), points: [...found.points],
    search: { starts: done, best_start: best, hits, hit_rate: hitRate, score, stopped_by: stop ?? 'starts' }, construction: null, assigned: 'searched',
  };
  if (!afterwards) return { made, notices: [], cells: found.cells };
  return { made: inBlocks(made, parameters, seed), notices: [{ code: 'optimization_blocks_afterwards', severity: 'warning', where: { field: 'blocks' }, values: { design: criterion.kind } }], cells: found.cells };
}

function spaceOfPlan(plan: DesignPlan): DesignSpace {
  return { model: plan.model, region: plan.region, candidates: plan.candidates ?? null, moments: plan.moments ?? null, precision: plan.precision, history: plan.history, strata: plan.strata ?? null };
}

/** A classical design, checked against the restrictions. */
export function constructedDesign({ base, parameters, seed }: Making): { made: MadeDesign; notices: Notice[] } {
  checkPlots(parameters);
  const space = designSpace(base);
  const { factors } = space.model;
  if (space.candidates !== null && !space.candidates.isGrid) throw new Fault('optimization_classical_list', 'the list does not hold every combination', { where: { field: 'design' }, values: { kind: parameters.design } });
  const { points, construction, notices } = classicalDesign(factors, parameters, seed);
  const ownCentres = ['definitive_screening', 'central_composite', 'box_behnken'].includes(parameters.design);
  const middle = ownCentres ? [] : centrePoints(factors, parameters.centre_points).map((settings, i) => encode(factors, settings, i + 1));
  const all = [...points, ...middle];
  const allowed = all.filter((point) => isAllowed(space.region, point));
  if (allowed.length === 0) throw new Fault('design_no_candidates', 'the restrictions leave nothing of the design', { where: { field: 'design' } });
  const made: MadeDesign = { name: parameters.design, criterion: 'classical', space, points: addReplicates(space, allowed, parameters.replicates === 'at_least' ? parameters.replicate_runs : 0, { kind: 'D' }), search: null, construction };
  return {
    made: parameters.blocks > 1 ? inBlocks(made, parameters, seed) : made,
    notices: allowed.length === all.length ? notices : [...notices, { code: 'optimization_design_cut', severity: 'warning', where: { field: 'design' }, values: { count: all.length - allowed.length, left: allowed.length } }],
  };
}

/** Runs as far apart as possible. */
export async function spreadDesign({ context, base, parameters, seed }: Making, starts: number, onProgress: (progress: SearchProgress) => void): Promise<MadeDesign> {
  checkPlots(parameters);
  const space = designSpace(base);
  const given = givenRows(space, parameters);
  const repeats = parameters.replicates === 'at_least' ? parameters.replicate_runs : 0;
  const free = parameters.num_points - given.length - repeats;
  if (free < 1) throw new Fault('design_runs', `${parameters.num_points} runs cannot hold ${given.length + repeats} given ones`, { where: { field: 'num_points' }, values: { runs: parameters.num_points, fixed: given.length + repeats } });
  const problem = fillingProblem({ ...space, history: [...space.history, ...given] }, free, seed);
  if (problem.count < free) throw new Fault('design_too_few_candidates', `${problem.count} candidates`, { where: { field: 'num_points' }, values: { candidates: problem.count, runs: free } });
  let best: { chosen: number[]; distance: number; start: number } | undefined;
  const distances: number[] = [];
  // judged in order, so that the number of threads changes nothing
  for (let from = 0; from < starts; from += context.pool.threads) {
    context.checkCancelled();
    const block = await Promise.all(Array.from({ length: Math.min(context.pool.threads, starts - from) }, (_, k) => context.pool.run('fillSpace', { problem, seed, start: from + k }, { signal: context.signal })));
    let isNew = false;
    block.forEach(({ chosen, distance }, k) => {
      distances.push(distance);
      if (best !== undefined && distance <= best.distance + 1e-9) return;
      best = { chosen, distance, start: from + k };
      isNew = true;
    });
    const rows = isNew && best !== undefined ? filledPoints(problem, best.chosen).map((point) => decode(space.model.factors, point)) : null;
    onProgress({ done: distances.length, figure: best?.distance ?? 0, rows, space });
  }
  const { chosen, distance, start } = best as { chosen: number[]; distance: number; start: number };
  const hits = distances.filter((value) => value >= distance - 1e-9).length;
  const made: MadeDesign = {
    name: 'space_filling', criterion: 'space_filling', space, points: addReplicates(space, [...given, ...filledPoints(problem, chosen)], repeats, { kind: 'D' }), construction: null,
    search: { starts: distances.length, best_start: start, hits, hit_rate: hits / distances.length, score: distance, stopped_by: 'starts' },
  };
  return parameters.blocks > 1 ? inBlocks(made, parameters, seed) : made;
}

/** Fixed rows, whole, and centre points. */
function givenRows(space: DesignSpace, parameters: OptimizationParameters): Point[] {
  const { factors } = space.model;
  return [...fixedRows(factors, parameters), ...centrePoints(factors, parameters.centre_points)].map((settings, i) => {
    const point = encode(factors, settings, i + 1);
    if (!isAllowed(space.region, point)) throw new Fault('design_fixed_not_allowed', `given row ${i + 1} is outside the constraints`, { where: { field: 'fixed_rows', row: i + 1 }, values: { row: i + 1 } });
    return point;
  });
}

/** A design that the user brings. */
export function givenDesign({ base }: Pick<Making, 'base'>, name: string, rows: readonly Settings[]): MadeDesign {
  const space = designSpace(base);
  return { name, criterion: 'given', space, points: rows.map((settings, i) => encode(space.model.factors, settings, i + 1)), search: null, construction: null };
}
