import { Fault, type Notice, type OptimizationParameters } from '../../schemas/index.ts';
import { assignBlocks, designSpace, encode, fillingProblem, filledPoints, isAllowed, solveEstimable, type Criterion, type DesignPlan, type DesignSpace, type Point, type Settings, type SpaceRequest } from '../design/index.ts';
import type { JobContext } from '../job/context.ts';
import { centrePoints, classicalDesign } from './classical.ts';
import type { MadeDesign } from './made-design.ts';
import { blockName, designRequestOf, earlierBlock, searchesBlocks, withBlocks } from './request.ts';
import { addReplicates } from './replicates.ts';
import { searchOnPool, type SearchProgress } from './search.ts';

export interface Making {
  context: JobContext;
  base: SpaceRequest;
  parameters: OptimizationParameters;
  seed: number;
}

/** An optimal design of `runs` runs; `starts` at most. @throws Fault design_… before any search */
export async function searchedDesign({ context, base, parameters, seed }: Making, criterion: Criterion, runs: number, starts: number, onProgress: (progress: SearchProgress) => void): Promise<MadeDesign> {
  const repeats = parameters.replicates === 'at_least' ? parameters.replicate_runs : 0;
  if (repeats >= runs) throw new Fault('optimization_replicates', `${repeats} of ${runs} runs repeat another one`, { where: { field: 'replicate_runs' }, values: { replicates: repeats, runs } });
  const request = designRequestOf(base, parameters, criterion, runs - repeats);
  const plan = await context.pool.run('planDesign', request, { signal: context.signal });
  const found = await searchOnPool(context, plan, `${context.order.jobId} ${context.order.attempt} ${criterion.kind} ${runs} ${context.order.outputDirectory}`, seed, { starts }, onProgress);
  const { done, best, hits, hitRate, stop } = found.search;
  const made: MadeDesign = {
    name: criterion.kind, criterion: criterion.kind, space: spaceOfPlan(plan), points: addReplicates(spaceOfPlan(plan), found.points, repeats, criterion),
    search: { starts: done, best_start: best, hits, hit_rate: hitRate, stopped_by: stop ?? 'starts' }, construction: null,
  };
  return parameters.blocks > 1 && !searchesBlocks(base, parameters) ? inBlocks(made, base, parameters, seed) : made;
}

function spaceOfPlan(plan: DesignPlan): DesignSpace {
  return { model: plan.model, region: plan.region, candidates: plan.search.kind === 'list' ? plan.search.candidates : null, moments: plan.moments ?? null, precision: plan.precision, history: plan.history };
}

/** A classical design, checked against the restrictions. */
export function constructedDesign({ base, parameters, seed }: Making): { made: MadeDesign; notices: Notice[] } {
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
    made: parameters.blocks > 1 ? inBlocks(made, base, parameters, seed) : made,
    notices: allowed.length === all.length ? notices : [...notices, { code: 'optimization_design_cut', severity: 'warning', where: { field: 'design' }, values: { count: all.length - allowed.length, left: allowed.length } }],
  };
}

/** Runs as far apart as possible. */
export async function spreadDesign({ context, base, parameters, seed }: Making, starts: number, onProgress: (progress: SearchProgress) => void): Promise<MadeDesign> {
  const space = designSpace(base);
  const problem = fillingProblem(space, parameters.num_points, seed);
  if (problem.count < parameters.num_points) throw new Fault('design_too_few_candidates', `${problem.count} candidates`, { where: { field: 'num_points' }, values: { candidates: problem.count, runs: parameters.num_points } });
  let best: { chosen: number[]; distance: number; start: number } | undefined;
  const distances: number[] = [];
  // judged in order, so that the number of threads changes nothing
  for (let from = 0; from < starts; from += context.pool.threads) {
    context.checkCancelled();
    const block = await Promise.all(Array.from({ length: Math.min(context.pool.threads, starts - from) }, (_, k) => context.pool.run('fillSpace', { problem, seed, start: from + k }, { signal: context.signal })));
    block.forEach(({ chosen, distance }, k) => {
      distances.push(distance);
      if (best === undefined || distance > best.distance + 1e-9) best = { chosen, distance, start: from + k };
    });
    onProgress({ done: distances.length, figure: best?.distance ?? 0, rows: null });
  }
  const { chosen, distance, start } = best as { chosen: number[]; distance: number; start: number };
  const hits = distances.filter((value) => value >= distance - 1e-9).length;
  const made: MadeDesign = {
    name: 'space_filling', criterion: 'space_filling', space, points: filledPoints(problem, chosen), construction: null,
    search: { starts: distances.length, best_start: start, hits, hit_rate: hits / distances.length, stopped_by: 'starts' },
  };
  return parameters.blocks > 1 ? inBlocks(made, base, parameters, seed) : made;
}

/** A design that the user brings. */
export function givenDesign({ base }: Pick<Making, 'base'>, name: string, rows: readonly Settings[]): MadeDesign {
  const space = designSpace(base);
  return { name, criterion: 'given', space, points: rows.map((settings, i) => encode(space.model.factors, settings, i + 1)), search: null, construction: null };
}

function inBlocks(made: MadeDesign, base: SpaceRequest, { blocks }: OptimizationParameters, seed: number): MadeDesign {
  const { model: reduced } = solveEstimable(made.space.model, [...made.space.history, ...made.points], made.space.precision).solved;
  const of = assignBlocks(reduced, made.points, blocks, seed);
  // candidates do not know the blocks: the average is over the region of their levels
  const { candidates: _, ...rest } = base;
  const space = designSpace(withBlocks({ ...rest, factors: made.space.model.factors }, blocks));
  const known = new Map(made.space.model.columns.map(({ name }, j) => [name, made.space.precision[j] as number]));
  const first = base.history?.length ? 1 : 0;
  const blockFactor = space.model.factors.at(-1);
  if (blockFactor?.name !== blockName || (first === 1 && (blockFactor as { levels: readonly string[] }).levels[0] !== earlierBlock)) throw new Error('blocks come last');
  return {
    ...made, space: { ...space, precision: Float64Array.from(space.model.columns, ({ name }) => known.get(name) ?? 0) },
    points: made.points.map((point: Point, i) => [...point, (of[i] as number) + first]),
  };
}
