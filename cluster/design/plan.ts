import type { CandidateList, DesignProblem, SearchFactor } from '../../kernels/index.ts';
import { Fault, termKey } from '../../schemas/index.ts';
import { dependentColumns } from './algebra.ts';
import { allowedCandidates, candidateMoments, gridCandidates, kernelList, pointAt, readCandidates } from './candidates.ts';
import type { Candidates } from './candidates.ts';
import { checkFactors, encode, encodeSetting, levelTolerance, limitsOf } from './factors.ts';
import type { DesignFactor, Point, Settings } from './factors.ts';
import { basisCount, basisValue, designModel, informationOf, modelMatrix } from './model.ts';
import type { DesignModel } from './model.ts';
import { codedRange, feasiblePoint, isAllowed, regionMoments, regionOf, valuesOf } from './region/index.ts';
import type { Region } from './region/index.ts';
import type { Criterion, DesignRequest, PossibleTerm } from './request.ts';

/** A checked request, ready to be searched. Plain data: it may be sent to a thread. */
export interface DesignPlan {
  model: DesignModel;
  region: Region;
  criterion: Criterion;
  /** rows of the new design, `fixed` included */
  runs: number;
  /** rows of the new design that are given whole, coded; they come first */
  fixed: readonly Point[];
  /** earlier experiments, coded */
  history: readonly Point[];
  /** prior precision of every column; 0 where the term is necessary */
  precision: Float64Array;
  /** Σ f f' of `fixed` and `history` + precision */
  prior: Float64Array;
  /** W of the region or of the list; absent when the region is too involved (then the criterion is D or A) */
  moments?: Float64Array;
  search: { kind: 'cells'; problem: DesignProblem } | { kind: 'list'; list: CandidateList; candidates: Candidates };
}

/** Combinations that a grid without replicates may have. */
const mostCombinations = 2_000_000;

/**
 * Checks a request whole and chooses the search: coordinate exchange for ranges, levels and categories (a list that holds every combination
 * of its levels is that, too), row exchange for any other list.
 * Throws a Fault `design_…` for everything that would make the search meaningless, with names and numbers.
 */
export function planDesign(request: DesignRequest): DesignPlan {
  checkFactors(request.factors);
  checkCriterion(request.criterion);
  const candidates = candidatesOf(request);
  const factors = candidates?.factors ?? request.factors;
  const region = regionOf(factors, request.constraints, request.forbidden);
  const ifPossible = request.ifPossible ?? [];
  const model = designModel(factors, { ...request.model, terms: [...request.model.terms, ...ifPossible.map(({ term }) => term)] });
  const precision = precisionsOf(model, request, ifPossible);
  const history = (request.history ?? []).map((settings, i) => encode(factors, settings, i + 1));
  const { whole, partial } = fixedRows(request, factors);
  const runs = request.runs;
  if (!Number.isInteger(runs) || runs <= whole.length || runs < whole.length + partial.length) throw new Fault('design_runs', `${runs} runs cannot hold ${whole.length + partial.length} fixed ones`, { where: { field: 'runs' }, values: { runs, fixed: whole.length + partial.length } });
  whole.forEach((point, i) => {
    if (!isAllowed(region, point)) throw new Fault('design_fixed_not_allowed', `fixed row ${i + 1} is outside the constraints`, { where: { field: 'fixed', row: i + 1 }, values: { row: i + 1 } });
  });
  const feasible = candidates === undefined ? feasiblePoint(region) : undefined;

  const prior = informationOf(modelMatrix(model, [...history, ...whole]), model.columns.length);
  const settings = candidates === undefined ? momentsOf(model, region, request.criterion) : candidateMoments(model, candidates);
  checkEstimable(model, precision, prior, settings);
  const moments = request.criterion.kind === 'I' && request.criterion.over === 'range' ? rangeMoments(model, region) : settings;
  checkRuns(model, precision, prior, runs - whole.length, history.length + whole.length, runs);
  precision.forEach((value, j) => {
    prior[j * model.columns.length + j] = (prior[j * model.columns.length + j] as number) + value;
  });

  const rows = runs - whole.length;
  const weights = weightsOf(request.criterion, moments, model.columns.length);
  const useList = candidates !== undefined && !(candidates.isGrid && request.replicates !== 'distinct');
  const search: DesignPlan['search'] = useList
    ? { kind: 'list', candidates, list: { ...kernelList(model, candidates), rows, prior, ...(weights && { moments: weights }), limit: replicateLimits(request, candidates, [...history, ...whole], rows) } }
    : { kind: 'cells', problem: problemOf({ model, region, rows, prior, partial, feasible, weights, criterion: request.criterion }) };
  return { model, region, criterion: request.criterion, runs, fixed: whole, history, precision, prior, ...(moments && { moments }), search };
}

function checkCriterion(criterion: Criterion): void {
  if (criterion.kind === 'compound' && !(criterion.determinantWeight > 0 && criterion.determinantWeight < 1)) {
    throw new Fault('design_criterion_weight', 'the weight of D lies between 0 and 1', { where: { field: 'criterion' }, values: { weight: criterion.determinantWeight } });
  }
}

function candidatesOf(request: DesignRequest): Candidates | undefined {
  const distinct = request.replicates === 'distinct';
  if (request.candidates !== undefined) {
    const candidates = readCandidates(request.factors, request.candidates);
    return allowedCandidates(candidates, regionOf(candidates.factors, request.constraints, request.forbidden));
  }
  const mixture = request.factors.find(({ kind }) => kind === 'mixture');
  if (mixture !== undefined) throw new Fault('design_mixture_needs_candidates', 'shares of a mixture are chosen from candidates', { where: { field: 'candidates', column: mixture.name }, values: { name: mixture.name } });
  return distinct ? gridCandidates(regionOf(request.factors, request.constraints, request.forbidden), mostCombinations) : undefined;
}

/** Without W the estimable terms cannot be checked beforehand; then the search itself finds out. */
function momentsOf(model: DesignModel, region: Region, criterion: Criterion): Float64Array | undefined {
  try {
    return regionMoments(model, region);
  } catch (error) {
    const open = error instanceof Fault && (error.code === 'design_region_large' || error.code === 'design_flat_region');
    if (open && (criterion.kind === 'D' || criterion.kind === 'A')) return undefined;
    throw error;
  }
}

/** Levels of numbers taken as the range from their low to their high limit. */
function rangeMoments(model: DesignModel, region: Region): Float64Array {
  const factors = model.factors.map((factor, k): DesignFactor => (factor.kind === 'discrete' && !model.contrasts[k] ? { kind: 'continuous', name: factor.name, ...limitsOf(factor) } : factor));
  return regionMoments({ ...model, factors }, { ...region, factors });
}

function weightsOf(criterion: Criterion, moments: Float64Array | undefined, p: number): Float64Array | undefined {
  if (criterion.kind === 'D') return undefined;
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

function fixedRows(request: DesignRequest, factors: readonly DesignFactor[]): { whole: Point[]; partial: (number | null)[][] } {
  const whole: Point[] = [];
  const partial: (number | null)[][] = [];
  (request.fixed ?? []).forEach((settings, i) => {
    const row = i + 1;
    for (const name of Object.keys(settings)) {
      if (!factors.some((factor) => factor.name === name)) throw new Fault('design_unknown_factor', `fixed row ${row} names ${name}`, { where: { field: 'fixed', column: name, row }, values: { name, known: factors.map((factor) => factor.name) } });
    }
    const cells = factors.map((factor) => lockedCell(factor, settings, row));
    if (cells.every((cell) => cell !== null)) whole.push(encode(factors, settings, row));
    else if (request.candidates !== undefined || request.replicates === 'distinct') throw new Fault('design_fixed_whole', `fixed row ${row} has free cells`, { where: { field: 'fixed', row }, values: { row } });
    else partial.push(cells);
  });
  return { whole, partial };
}

/** Number of the level, coded number, or null. */
function lockedCell(factor: DesignFactor, settings: Settings, row: number): number | null {
  const value = settings[factor.name];
  return value === undefined ? null : encodeSetting(factor, value, row);
}

function replicateLimits(request: DesignRequest, candidates: Candidates, taken: readonly Point[], rows: number): number | Int32Array {
  if (request.replicates !== 'distinct') return rows;
  const keys = new Set(taken.map((point) => point.map((v) => Math.round(v / levelTolerance)).join()));
  const limit = Int32Array.from({ length: candidates.count }, (_, j) => (keys.has(pointAt(candidates, j).map((v) => Math.round(v / levelTolerance)).join()) ? 0 : 1));
  const left = limit.reduce((sum, value) => sum + value, 0);
  if (left < rows) throw new Fault('design_too_few_candidates', `${left} different candidates for ${rows} runs`, { where: { field: 'runs' }, values: { candidates: left, runs: rows } });
  return limit;
}

/** Names every coefficient that no choice of rows could estimate. */
function checkEstimable(model: DesignModel, precision: Float64Array, prior: Float64Array, moments: Float64Array | undefined): void {
  if (moments === undefined) return;
  const p = model.columns.length;
  const necessary = model.columns.map((_, j) => j).filter((j) => precision[j] === 0);
  const q = necessary.length;
  const together = Float64Array.from({ length: q * q }, (_, at) => {
    const cell = (necessary[Math.floor(at / q)] as number) * p + (necessary[at % q] as number);
    return (moments[cell] as number) + (prior[cell] as number);
  });
  const name = (j: number): string => (model.columns[necessary[j] as number] as DesignModel['columns'][number]).name;
  const lost = dependentColumns(together, q);
  if (lost.length === 0) return;
  const relations = lost.map(({ column, of }) => `${name(column)} = ${of.map(({ column: other, coefficient }) => `${Number(coefficient.toPrecision(6))}·${name(other)}`).join(' + ') || '0'}`);
  throw new Fault('design_inestimable', `no rows can estimate ${relations.join('; ')}`, { where: { field: 'model' }, values: { terms: lost.map(({ column }) => name(column)), relations } });
}

function checkRuns(model: DesignModel, precision: Float64Array, prior: Float64Array, free: number, earlier: number, runs: number): void {
  const p = model.columns.length;
  const necessary = precision.filter((value) => value === 0).length;
  // earlier rows count for what they tell, not for how many they are
  const known = earlier === 0 ? 0 : p - dependentColumns(prior, p).length;
  if (free + known >= necessary) return;
  throw new Fault('design_too_few_runs', `${runs} runs for ${necessary} coefficients`, { where: { field: 'runs' }, values: { runs, earlier, terms: necessary, needed: necessary - known + runs - free } });
}

function problemOf({ model, region, rows, prior, partial, feasible, weights, criterion }: {
  model: DesignModel; region: Region; rows: number; prior: Float64Array; partial: readonly (readonly (number | null)[])[]; feasible: readonly number[] | undefined; weights: Float64Array | undefined; criterion: Criterion;
}): DesignProblem {
  const { factors } = model;
  const levelOf = (k: number, coded: number): number => {
    const values = valuesOf(factors[k] as DesignFactor);
    return values === null ? coded : values.findIndex((value) => Math.abs(value - coded) <= levelTolerance);
  };
  partial.forEach((cells, i) => {
    feasiblePoint(region, cells);
    cells.forEach((cell, k) => {
      const factor = factors[k] as DesignFactor;
      if (cell !== null && levelOf(k, cell) < 0 && valuesOf(factor) !== null) throw new Fault('design_setting_between_levels', `fixed row ${i + 1}: ${factor.name} has no such level`, { where: { field: 'fixed', column: factor.name, row: i + 1 }, values: { name: factor.name, levels: (factor as { levels: readonly unknown[] }).levels.map(String) } });
    });
  });
  const free = factors.map(() => null);
  return {
    rows, prior,
    factors: factors.map((factor, k) => searchFactor(model, factor, k)),
    terms: model.columns.map(({ parts }) => parts.map(({ factor, basis }) => ({ factor, basis }))),
    ...(weights && { moments: weights }),
    determinantWeight: criterion.kind === 'D' ? 1 : criterion.kind === 'compound' ? criterion.determinantWeight : 0,
    ...(partial.length > 0 && { fixed: [...partial.map((cells) => cells.map((cell, k) => (cell === null ? null : levelOf(k, cell)))), ...Array.from({ length: rows - partial.length }, () => free)] }),
    ...(region.constraints.length > 0 && { constraints: region.constraints }),
    ...(region.boxes.length > 0 && { forbidden: region.boxes }),
    ...(feasible && { feasible: feasible.map((value, k) => levelOf(k, value)) }),
  };
}

/** A factor that no term uses still gets a value: its first power stands in as a basis function. */
function searchFactor(model: DesignModel, factor: DesignFactor, k: number): SearchFactor {
  const basis = basisCount(model, k);
  const values = valuesOf(factor);
  if (values === null) {
    const [low, high] = codedRange(factor);
    return { kind: 'continuous', low, high, powers: Math.max(1, basis) };
  }
  return { kind: 'levels', values, basis, table: values.flatMap((value) => Array.from({ length: basis }, (_, b) => basisValue(model, k, b, value))) };
}
