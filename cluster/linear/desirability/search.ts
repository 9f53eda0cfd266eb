import { overallDesirability, desirability, optimiseMixed, type Optimum } from '../../../kernels/index.ts';
import { Fault, type DesirabilityResult } from '../../../schemas/index.ts';
import type { Column } from '../../table/index.ts';
import { finite } from '../numbers.ts';
import { evaluate } from '../prediction/evaluate.ts';
import { pointPrediction } from './point.ts';
import type { ConditionFactor, ConditionProblem } from './problem.ts';

/** Places along an interval where a profile is told. */
const profilePlaces = 41;

/** Thread side: the best conditions and their neighbours in quality. @throws Fault `desirability_infeasible` */
export async function optimiseConditions(problem: ConditionProblem): Promise<DesirabilityResult> {
  const { predictors, goals, factors, constraints, alternatives, distance, starts, seed } = problem;
  const columns = new Map(factors.map((factor): [string, Column] => [factor.name, oneRow(factor)]));
  const column = (name: string): Column => columns.get(name) as Column;
  const predict = predictors.map((predictor) => pointPrediction(predictor, column));
  const cells = factors.map(({ name }) => column(name).values);
  const values = new Float64Array(goals.length);
  const responses = (point: Float64Array): Float64Array => {
    cells.forEach((cell, j) => void (cell[0] = point[j] as number));
    predict.forEach((one, k) => void (values[k] = one()));
    return values;
  };
  const [best, ...others] = optimiseMixed(responses, goals, factors.map(({ search }) => search), constraints, { starts, seed, alternatives, distance });
  if (best === undefined) throw new Fault('desirability_infeasible', 'no conditions satisfy the constraints', { where: { field: 'parameters.desirability.constraints' } });
  return {
    factors: factors.map(({ name, levels, search }) => ('levels' in search
      ? { name, kind: 'levels', low: null, high: null, levels: search.levels.map((value) => shown(levels, value)) }
      : { name, kind: 'interval', low: search.low, high: search.high, levels: [] })),
    best: conditionsOf(problem, best), alternatives: others.map((one) => conditionsOf(problem, one)),
    profiles: factors.flatMap(({ name, levels, search }, j) => {
      const at = placesOf(search);
      if (at.length < 2) return [];
      return [{ factor: name, at: at.map((value) => shown(levels, value)), desirability: at.map((value) => {
        const point = best.point.slice();
        point[j] = value;
        return overallDesirability(goals, responses(point));
      }) }];
    }),
  };
}

function conditionsOf({ predictors, goals, factors, level }: ConditionProblem, { point }: Optimum): DesirabilityResult['best'] {
  const columns = new Map(factors.map((factor, j): [string, Column] => [factor.name, oneRow(factor, point[j] as number)]));
  const predictions = predictors.map((predictor, k) => {
    const { value, meanLow, meanHigh, low, high, outside } = evaluate(predictor, (name) => columns.get(name), Int32Array.of(0), level);
    const number = (of: Float64Array | null): number | null => finite(of?.[0] ?? NaN);
    return { target: predictor.target, value: number(value), mean_low: number(meanLow), mean_high: number(meanHigh), low: number(low), high: number(high), desirability: desirability(goals[k] as (typeof goals)[number], value[0] as number), extrapolated: outside[0] ?? [] };
  });
  return {
    conditions: Object.fromEntries(factors.map(({ name, levels }, j) => [name, shown(levels, point[j] as number)])),
    desirability: overallDesirability(goals, predictions.map(({ value }) => value ?? NaN)), predictions,
  };
}

function placesOf(search: ConditionFactor['search']): number[] {
  if ('levels' in search) return [...search.levels];
  return search.low === search.high ? [] : Array.from({ length: profilePlaces }, (_, k) => search.low + (search.high - search.low) * k / (profilePlaces - 1));
}

function shown(levels: readonly string[], value: number): string | number {
  return levels.length > 0 ? levels[value] ?? '' : value;
}

function oneRow({ name, levels }: ConditionFactor, value = 0): Column {
  return { name, kind: levels.length > 0 ? 'text' : 'number', values: Float64Array.of(value), lo: null, levels: [...levels], missing: 0, distinct: 1 };
}
