import { checkGoal, KernelError, type ConditionRange, type WeightedGoal } from '../../../kernels/index.ts';
import { columnsOf, Fault, nearestName, type DesirabilityParameters, type ModelTerms } from '../../../schemas/index.ts';
import type { Column, Table } from '../../table/index.ts';
import { resolveColumn } from '../../dataset/index.ts';
import type { LearnedFactor } from '../model/index.ts';
import type { Predictor } from '../prediction/predictor.ts';

/** A factor of the search: a text column is searched over the positions of its levels. */
export interface ConditionFactor {
  name: string;
  /** of a text column */
  levels: string[];
  search: ConditionRange;
}

/** All that the search needs. Plain data: it goes to a thread. */
export interface ConditionProblem {
  predictors: readonly Predictor[];
  goals: readonly WeightedGoal[];
  factors: readonly ConditionFactor[];
  constraints: { coefficients: number[]; limit: number }[];
  alternatives: number;
  distance: number;
  starts: number;
  seed: number;
  level: number;
}

type FactorLimits = DesirabilityParameters['factors'][string];

const field = 'parameters.desirability';
/** Values in a row of whole numbers up to which a column is a count or a switch rather than a quantity. */
const mostCounts = 10;
const mostLevels = 10_000;

/**
 * What can be said of the goals before anything is fitted: their targets and numbers, and the names that limits and constraints use.
 * @param models terms of each target of the run; null where they cannot be said
 * @throws Fault `desirability_target`, `desirability_goal`, `desirability_factor(_nearest)`, `desirability_limits`, `desirability_constraint`
 */
export function checkConditions(table: Table, asked: DesirabilityParameters, models: ReadonlyMap<string, ModelTerms | null>): void {
  const used = asked.goals.map((given, k) => {
    const model = models.get(resolveColumn(table, given.target)?.name ?? given.target);
    if (model === undefined) throw unknownTarget(given.target, k, [...models.keys()]);
    goalOf(given, k);
    return model;
  });
  const known = used.filter((model) => model !== null);
  if (known.length < used.length) return;
  const names = [...new Set(known.flatMap(columnsOf))];
  for (const [name, { low, high }] of Object.entries(asked.factors)) {
    const column = nameIn(table, names, name, `${field}.factors.${name}`);
    if (low != null && high != null && low > high) throw new Fault('desirability_limits', `${name}: ${low} is above ${high}`, { where: { field: `${field}.factors.${name}`, column }, values: { name: column, low, high } });
  }
  asked.constraints.forEach(({ coefficients }, k) => {
    for (const name of Object.keys(coefficients)) {
      const found = nameIn(table, names, name, `${field}.constraints.${k}`);
      if (resolveColumn(table, found)?.kind === 'text') throw textInConstraint(found, k);
    }
  });
}

/** Factors with limits that no model reads any more, because a selection has dropped their terms. */
export function unusedFactors(table: Table, asked: DesirabilityParameters, { factors }: ConditionProblem): string[] {
  return Object.keys(asked.factors).map((name) => resolveColumn(table, name)?.name ?? name).filter((name) => !factors.some((factor) => factor.name === name));
}

function unknownTarget(name: string, goal: number, known: string[]): Fault {
  return new Fault('desirability_target', `${name} was not fitted in this run`, { where: { field: `${field}.goals.${goal}.target` }, values: { name, known } });
}

function textInConstraint(name: string, constraint: number): Fault {
  return new Fault('desirability_constraint', `${name} has no numbers`, { where: { field: `${field}.constraints.${constraint}`, column: name }, values: { name } });
}

/** After `checkConditions`. @throws Fault `desirability_target`, `desirability_goal`, `desirability_factor(_nearest)`, `desirability_limits`, `desirability_level`, `desirability_constraint` */
export function conditionProblem(table: Table, asked: DesirabilityParameters, predictors: readonly Predictor[], seed: number, level: number): ConditionProblem {
  const goals = asked.goals.map((given, k) => {
    const name = resolveColumn(table, given.target)?.name ?? given.target;
    const predictor = predictors.find(({ target }) => target === name);
    if (predictor === undefined) throw unknownTarget(given.target, k, predictors.map(({ target }) => target));
    return { predictor, goal: goalOf(given, k) };
  });
  const used = goals.map(({ predictor }) => predictor);
  const names = [...new Set(used.flatMap(({ plan }) => columnsOf({ intercept: true, terms: plan.terms.map(({ term }) => term), offsets: plan.offsets.map(({ factor }) => factor) })))];
  const given = new Map(Object.entries(asked.factors).map(([name, limits]) => [resolveColumn(table, name)?.name ?? name, limits]));
  const factors = names.map((name) => factorOf(resolveColumn(table, name) as Column, learnedOf(used, name), given.get(name)));
  const constraints = asked.constraints.map(({ coefficients, limit }, k) => {
    const of = new Map(Object.entries(coefficients).map(([name, value]) => [nameIn(table, names, name, `${field}.constraints.${k}`), value]));
    const text = factors.find((factor) => of.has(factor.name) && factor.levels.length > 0);
    if (text !== undefined) throw textInConstraint(text.name, k);
    return { coefficients: factors.map(({ name }) => of.get(name) ?? 0), limit };
  });
  const { alternatives, distance, starts } = asked;
  return { predictors: used, goals: goals.map(({ goal }) => goal), factors, constraints, alternatives, distance, starts, seed, level };
}

function goalOf({ goal: kind, low, high, aim, weight, low_weight: lowWeight, high_weight: highWeight, importance }: DesirabilityParameters['goals'][number], k: number): WeightedGoal {
  const goal: WeightedGoal = kind === 'target' ? { kind, low, high, target: aim ?? (low + high) / 2, weight, lowWeight: lowWeight ?? weight, highWeight: highWeight ?? weight, importance }
    : kind === 'range' ? { kind, low, high, importance } : { kind, low, high, weight, importance };
  try {
    checkGoal(goal);
    return goal;
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    throw new Fault('desirability_goal', error.message, { where: { field: `${field}.goals.${k}` }, values: { low, high, aim: aim ?? '' } });
  }
}

function nameIn(table: Table, names: readonly string[], name: string, at: string): string {
  const found = resolveColumn(table, name)?.name ?? name;
  if (names.includes(found)) return found;
  const nearest = nearestName(name, names);
  throw new Fault(nearest === undefined ? 'desirability_factor' : 'desirability_factor_nearest', `${name} is no factor of these models`, { where: { field: at }, values: { name, nearest: nearest ?? '', known: names } });
}

function learnedOf(predictors: readonly Predictor[], name: string): LearnedFactor[] {
  return predictors.flatMap(({ plan }) => [...plan.terms.flatMap(({ factors }) => factors.map(({ learned }) => learned)), ...plan.offsets]).filter(({ column }) => column === name);
}

function factorOf(column: Column, learned: readonly LearnedFactor[], limits: FactorLimits | undefined): ConditionFactor {
  const { name } = column;
  const wrong = (code: string, message: string, values: Record<string, string | number | string[]> = {}): Fault => new Fault(code, `${name}: ${message}`, { where: { field: `${field}.factors.${name}`, column: name }, values: { name, ...values } });
  if (column.kind === 'date') throw wrong('desirability_date', 'a date cannot be chosen');
  const coded = learned.find((one) => one.kind === 'levels');
  if (column.kind === 'text') {
    const known = coded?.kind === 'levels' ? coded.coding.levels : [];
    const wanted = limits?.fixed != null ? [limits.fixed] : limits?.levels ?? known;
    const positions = wanted.map((level) => known.indexOf(String(level)));
    positions.forEach((position, k) => {
      if (position < 0) throw wrong('desirability_level', `the data have no level ${String(wanted[k])}`, { level: String(wanted[k]), known });
    });
    if (limits?.low != null || limits?.high != null || limits?.step != null) throw wrong('desirability_limits', 'a text has levels only', { low: limits.low ?? '', high: limits.high ?? '' });
    return { name, levels: known, search: { levels: positions } };
  }
  const given = limits?.fixed != null ? [limits.fixed] : limits?.levels ?? null;
  const numbers = given?.map((value) => (typeof value === 'number' ? value : Number.NaN)) ?? coded?.coding.levels.map(Number) ?? null;
  if (numbers?.some((value) => !Number.isFinite(value))) throw wrong('desirability_level', 'numbers are expected', { level: given?.map(String) ?? [], known: coded?.coding.levels ?? [] });
  if (numbers !== null) {
    const unseen = coded === undefined ? undefined : numbers.find((value) => !coded.coding.levels.includes(String(value)));
    if (unseen !== undefined) throw wrong('desirability_level', `the data have no level ${unseen}`, { level: String(unseen), known: coded?.coding.levels ?? [] });
    return { name, levels: [], search: { levels: [...new Set(numbers)].sort((a, b) => a - b) } };
  }
  const ranges = learned.flatMap((one) => (one.kind === 'levels' ? [] : [one]));
  const low = limits?.low ?? Math.max(...ranges.map((range) => range.low));
  const high = limits?.high ?? Math.min(...ranges.map((range) => range.high));
  if (!(low <= high)) throw wrong('desirability_limits', `${low} is above ${high}`, { low, high });
  if (limits?.step != null) {
    const count = Math.floor((high - low) / limits.step * (1 + 1e-12)) + 1;
    if (count > mostLevels) throw wrong('desirability_limits', `${count} steps`, { low, high });
    return { name, levels: [], search: { levels: Array.from({ length: count }, (_, k) => Number((low + k * (limits.step as number)).toPrecision(12))) } };
  }
  const counts = countsOf(column).filter((value) => value >= low && value <= high);
  return { name, levels: [], search: counts.length > 0 ? { levels: counts } : { low, high } };
}

/** The values of a column of whole numbers that follow one another: a count or a switch, of which nothing between exists. Else none. */
function countsOf({ values }: Column): number[] {
  const distinct = new Set<number>();
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (!Number.isInteger(value)) return [];
    distinct.add(value);
    if (distinct.size > mostCounts) return [];
  }
  const sorted = [...distinct].sort((a, b) => a - b);
  return sorted.every((value, k) => k === 0 || value - (sorted[k - 1] as number) === 1) ? sorted : [];
}
