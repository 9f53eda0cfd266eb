import type { CandidateList, DesignGoal, DesignProblem } from '../../kernels/index.ts';
import { Fault, termKey } from '../../schemas/index.ts';
import { allowedCandidates, candidateMoments, gridCandidates, keepCandidates, kernelList, pointAt, readCandidates } from './candidates.ts';
import type { Candidates } from './candidates.ts';
import { candidateCircles, isDense } from './circles.ts';
import { centrePoints } from './centre.ts';
import { checkEstimable, checkPlots, checkRuns, fixedCells, fixedRows, openCandidates } from './checks.ts';
import { checkFactors, encode, limitsOf } from './factors.ts';
import type { DesignFactor, Point } from './factors.ts';
import { aliasedModel, criterionGoal, isTrialCriterion, variancePoints } from './goal.ts';
import { listedProblem } from './listed.ts';
import type { ListedChoice } from './listed.ts';
import { lockedRows } from './locked-rows.ts';
import { designModel, groupedInformation, informationOf, modelMatrix, withoutIntercept } from './model.ts';
import type { DesignModel } from './model.ts';
import { determinantWeightOf, problemOf } from './problem.ts';
import { feasiblePoint, isAllowed, regionMoments, regionOf } from './region/index.ts';
import type { Region } from './region/index.ts';
import type { Criterion, DesignRequest, PossibleTerm } from './request.ts';
import { earlierRowGroups, groupCount, newGroups, repeatedCells, sharedCells, strataOf } from './strata.ts';
import type { Strata } from './strata.ts';

/** A checked request, ready to be searched. Plain data: it may be sent to a thread. */
export interface DesignPlan {
  /** with blocks that have a mean of their own: without the intercept, whose place those means take */
  model: DesignModel;
  region: Region;
  criterion: Criterion;
  /** rows of the new design, `fixed` included */
  runs: number;
  /** rows of the new design that are given whole, coded; they come first (centre points among them; none where rows are in groups, which hold them as cells) */
  fixed: readonly Point[];
  /** earlier experiments, coded; where rows are in groups they are in groups of their own */
  history: readonly Point[];
  /** prior precision of every column; 0 where the term is necessary */
  precision: Float64Array;
  /** information of `fixed` and `history` + precision */
  prior: Float64Array;
  /** W of the region or of the list; absent when the region is too involved (then the criterion is D or A) */
  moments?: Float64Array;
  /** blocks and whole plots of the new rows and the earlier ones */
  strata?: Strata;
  /** the model with what may alias it behind its own columns */
  aliased?: DesignModel;
  /** where G looks */
  points?: readonly Point[];
  /** the whole list, when rows are chosen from one that is no grid */
  candidates?: Candidates;
  search:
    | { kind: 'cells'; problem: DesignProblem }
    /** `dense`: nearly a grid, so that starts move along its lines and only the best of a block looks at the whole list */
    | { kind: 'list'; list: CandidateList; candidates: Candidates; dense: boolean }
    /** criteria and rows that only a trial judges; with `choices` a cell is the number of listed settings */
    | { kind: 'trial'; problem: DesignProblem; goal: DesignGoal; choices?: readonly ListedChoice[] };
}

/** Combinations that a grid without replicates may have. */
const mostCombinations = 2_000_000;

/**
 * Checks a request whole and chooses the search: coordinate exchange for ranges, levels and categories (a list that holds every combination
 * of its levels is that, too), row exchange for any other list, trial exchange for G, E, alias, blocks, whole plots and asked-for repeats.
 * Throws a Fault `design_…` for everything that would make the search meaningless, with names and numbers.
 */
export function planDesign(request: DesignRequest): DesignPlan {
  checkFactors(request.factors);
  checkCriterion(request.criterion);
  const candidates = candidatesOf(request);
  const factors = candidates?.factors ?? request.factors;
  const region = regionOf(factors, request.constraints, request.forbidden, { free: candidates === undefined });
  const ifPossible = request.ifPossible ?? [];
  const full = designModel(factors, { ...request.model, terms: [...request.model.terms, ...ifPossible.map(({ term }) => term)] });
  const fullPrecision = precisionsOf(full, request, ifPossible);
  const history = (request.history ?? []).map((settings, i) => encode(factors, settings, i + 1));
  const runs = request.runs;
  const strata = strataOf(request, factors, runs, history);
  const centre = centrePoints(request, region, candidates);
  const distinct = request.replicates === 'distinct';
  const useList = candidates !== undefined && !(candidates.isGrid && !distinct);
  if (useList && (strata ?? []).filter(({ shared }) => shared.length > 0).length > 1) throw new Fault('design_strata_exclusive', 'a list has whole plots of one kind', { where: { field: 'candidates' }, values: { field: 'outerPlots', other: 'candidates' } });
  const given = fixedRows(request, factors);
  const whole = strata === undefined ? [...given.whole, ...centre] : [];
  const partial = strata === undefined ? given.partial : lockedRows(fixedCells(request, factors), centre, factors, strata);
  const feasible = candidates === undefined ? feasiblePoint(region) : undefined;
  checkShares(region, strata, feasible);
  const repeats = repeatsOf(request, runs - whole.length);
  if (!Number.isInteger(runs) || runs <= whole.length || runs < whole.length + given.partial.length) throw new Fault('design_runs', `${runs} runs cannot hold ${whole.length + given.partial.length} fixed ones`, { where: { field: 'runs' }, values: { runs, fixed: whole.length + given.partial.length } });
  [...given.whole, ...(strata === undefined ? centre : [])].forEach((point, i) => {
    if (!isAllowed(region, point)) throw new Fault('design_fixed_not_allowed', `fixed row ${i + 1} is outside the constraints`, { where: { field: 'fixed', row: i + 1 }, values: { row: i + 1 } });
  });

  const settings = candidates === undefined || candidates.isGrid ? momentsOf(full, region, request.criterion) : candidateMoments(full, candidates);
  checkEstimable(full, fullPrecision, informationOf(modelMatrix(full, [...history, ...whole]), full.columns.length), settings);
  const range = request.criterion.kind === 'I' && request.criterion.over === 'range' ? rangeMoments(full, region) : settings;
  const ownMeans = strata?.[0].ratio === null;
  const { model, columns } = ownMeans ? withoutIntercept(full) : { model: full, columns: full.columns.map((_, j) => j) };
  const p = model.columns.length;
  const precision = Float64Array.from(columns, (j) => fullPrecision[j] as number);
  const moments = range && Float64Array.from({ length: p * p }, (_, at) => range[(columns[Math.floor(at / p)] as number) * full.columns.length + (columns[at % p] as number)] as number);
  const aliased = request.criterion.kind === 'alias' ? aliasedModel(model, request) : undefined;
  const kernelModel = aliased ?? model;
  const known = (of: DesignModel): Float64Array => informationBefore(of, [...history, ...whole], strata);
  const prior = known(model);
  checkRuns(model, precision, prior, runs - whole.length - repeats - (ownMeans ? groupCount(strata[0]) : 0), history.length + whole.length, runs);
  if (history.length === 0) checkPlots(model, precision, strata);
  const kernelPrior = aliased === undefined ? prior : known(aliased);
  for (const [matrix, size] of new Map([[prior, p], [kernelPrior, kernelModel.columns.length]])) {
    precision.forEach((value, j) => {
      matrix[j * (size + 1)] = (matrix[j * (size + 1)] as number) + value;
    });
  }

  const rows = runs - whole.length;
  const weights = weightsOf(request.criterion, moments, p);
  const isTrial = isTrialCriterion(request.criterion) || strata !== undefined || repeats > 0 || region.shares.length > 0;
  const points = request.criterion.kind !== 'G' ? undefined : useList ? Array.from({ length: candidates.count }, (_, j) => pointAt(candidates, j)) : variancePoints(region);
  const open = useList && distinct ? openCandidates(candidates, [...history, ...whole], rows) : undefined;
  const search = ((): DesignPlan['search'] => {
    if (useList && !isTrial) {
      const circles = candidateCircles(candidates);
      return { kind: 'list', candidates, dense: circles !== undefined && isDense(circles, candidates), list: { ...kernelList(model, candidates), rows, prior, ...(weights && { moments: weights, determinantWeight: determinantWeightOf(request.criterion) }), limit: open ?? rows, ...(circles && { circles }) } };
    }
    const left = useList ? (open ? keepCandidates(candidates, (j) => open[j] === 1) : candidates) : undefined;
    const plots = strata?.find(({ shared }) => shared.length > 0);
    const listed = left && listedProblem(kernelModel, left, rows, { locked: partial, ...(plots && { plots }) });
    const problem: DesignProblem = listed === undefined
      ? problemOf({ model: kernelModel, region, rows, prior: kernelPrior, partial, feasible, weights, criterion: request.criterion })
      : { ...listed.problem, rows, prior: kernelPrior, ...(weights && { moments: weights, determinantWeight: determinantWeightOf(request.criterion) }) };
    if (!isTrial) return { kind: 'cells', problem };
    // of a list the first of two search factors is what whole plots share
    const leader = strata ? sharedCells(listed === undefined || plots === undefined ? strata : [{ ...plots, shared: [0] }], problem.factors.length) : repeats > 0 ? repeatedCells(rows, repeats, problem.factors.length) : undefined;
    return {
      kind: 'trial', problem, ...(listed && { choices: listed.choices }),
      goal: { ...criterionGoal(request.criterion, model, () => points ?? []), ...(strata && { groupings: newGroups(strata), interchange: true }), ...(leader && { leader }), ...(listed?.nearest && { nearest: listed.nearest }), ...(distinct && { distinct }), ...(region.shares.length > 0 && { mixture: region.shares }) },
    };
  })();
  return { model, region, criterion: request.criterion, runs, fixed: whole, history, precision, prior, ...(moments && { moments }), ...(strata && { strata }), ...(aliased && { aliased }), ...(points && { points }), ...(useList && { candidates }), search };
}

/** Shares of a mixture move together: all of them are hard or easy to change. Throws design_mixture_shares, design_region_large. */
function checkShares({ shares, factors }: Region, strata: Strata | undefined, feasible: readonly number[] | undefined): void {
  if (shares.length === 0) return;
  const names = shares.map((k) => (factors[k] as DesignFactor).name);
  const some = (is: (k: number) => boolean): boolean => shares.some(is) && !shares.every(is);
  if (strata?.some(({ shared }) => some((k) => shared.includes(k))) === true) throw new Fault('design_mixture_shares', 'some of the shares are hard to change', { where: { field: 'wholePlots' }, values: { names } });
  if (feasible === undefined) throw new Fault('design_region_large', 'no allowed mixture was found', { where: { field: 'constraints' }, values: { factors: names } });
}

/** Earlier rows beside rows in groups are in groups of their own. */
function informationBefore(model: DesignModel, rows: readonly Point[], strata: Strata | undefined): Float64Array {
  const x = modelMatrix(model, rows);
  return strata === undefined || rows.length === 0 ? informationOf(x, model.columns.length) : groupedInformation(x, model.columns.length, earlierRowGroups(strata));
}

function repeatsOf({ replicates }: DesignRequest, rows: number): number {
  if (typeof replicates !== 'object') return 0;
  const { atLeast } = replicates;
  if (!Number.isInteger(atLeast) || atLeast < 1 || atLeast >= rows) throw new Fault('design_repeats', `${atLeast} of ${rows} rows cannot repeat others`, { where: { field: 'replicates' }, values: { repeats: atLeast, runs: rows } });
  return atLeast;
}

function checkCriterion(criterion: Criterion): void {
  const weight = criterion.kind === 'compound' || criterion.kind === 'alias' ? criterion.determinantWeight : undefined;
  if (weight !== undefined && !(weight > 0 && weight < 1)) throw new Fault('design_criterion_weight', 'the weight of D lies between 0 and 1', { where: { field: 'criterion' }, values: { weight } });
}

function candidatesOf(request: DesignRequest): Candidates | undefined {
  const distinct = request.replicates === 'distinct';
  if (request.candidates !== undefined) {
    const candidates = readCandidates(request.factors, request.candidates);
    return allowedCandidates(candidates, regionOf(candidates.factors, request.constraints, request.forbidden, { free: false }));
  }
  return distinct ? gridCandidates(regionOf(request.factors, request.constraints, request.forbidden), mostCombinations) : undefined;
}

/** Without W the estimable terms cannot be checked beforehand; then the search itself finds out. */
function momentsOf(model: DesignModel, region: Region, criterion: Criterion): Float64Array | undefined {
  try {
    return regionMoments(model, region);
  } catch (error) {
    const open = error instanceof Fault && (error.code === 'design_region_large' || error.code === 'design_flat_region');
    if (open && criterion.kind !== 'I' && criterion.kind !== 'compound') return undefined;
    throw error;
  }
}

/** Levels of numbers taken as the range from their low to their high limit. */
function rangeMoments(model: DesignModel, region: Region): Float64Array {
  const factors = model.factors.map((factor, k): DesignFactor => (factor.kind === 'discrete' && !model.contrasts[k] ? { kind: 'continuous', name: factor.name, ...limitsOf(factor) } : factor));
  return regionMoments({ ...model, factors }, { ...region, factors });
}

function weightsOf(criterion: Criterion, moments: Float64Array | undefined, p: number): Float64Array | undefined {
  if (criterion.kind === 'D' || isTrialCriterion(criterion)) return undefined;
  return criterion.kind === 'A' ? Float64Array.from({ length: p * p }, (_, at) => (at % (p + 1) === 0 ? 1 : 0)) : moments;
}

function precisionsOf(model: DesignModel, request: DesignRequest, ifPossible: readonly PossibleTerm[]): Float64Array {
  const result = new Float64Array(model.columns.length);
  if (ifPossible.length === 0) return result;
  const necessary = new Set(designModel(model.factors, request.model).columns.map(({ name }) => name));
  for (const { term, precision } of ifPossible) {
    if (precision !== undefined && !(precision > 0)) throw new Fault('design_precision', 'a prior precision is positive', { where: { field: 'ifPossible' }, values: { term: termKey(term), precision } });
    // the term alone names its own columns
    const own = new Set(designModel(model.factors, { intercept: true, terms: [...request.model.terms, term], offsets: [] }).columns.map(({ name }) => name));
    model.columns.forEach(({ name, parts }, j) => {
      if (necessary.has(name) || !own.has(name)) return;
      const wide = parts.some(({ factor }) => model.factors[factor]?.kind === 'categorical' && (model.factors[factor] as { levels: readonly string[] }).levels.length > 2);
      result[j] = precision ?? (parts.length < 2 || wide ? 1 : 16);
    });
  }
  return result;
}

